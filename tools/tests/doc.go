// Command tests runs every test of the project and counts them honestly: the
// Go tests first, then the browser tests of e2e against the built program.
// It prints what failed with its output, a line per package, and at the end
//
//	N passed, N skipped, N failed
//
// where a test with subtests counts as its subtests. Read count_test.go first.
//
//	go run ./tools/tests [-browser=false] [-- [GO TEST FLAG…] PACKAGE…]
package main
