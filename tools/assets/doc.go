// Command assets turns the pinned npm packages into the files that Go embeds:
// the region table of internal/region, and htmx, the two fonts and their
// licences for the pages. It owns no facts of its own; what it writes is never
// committed, so run it ("make assets") before the first build.
//
// It uses the standard library only, because it must run in a fresh clone.
// Read names_test.go first.
package main
