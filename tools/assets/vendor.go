package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// vendored maps a file of a package to its name among the static files. The
// fonts are the latin subsets: they hold every letter of Indonesian and of the
// regional languages of the pilots, at a third of the full size.
var vendored = []struct{ from, to string }{
	{"htmx.org/dist/htmx.min.js", "htmx.min.js"},
	{"@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2", "source-sans-3.woff2"},
	{"@fontsource-variable/plus-jakarta-sans/files/plus-jakarta-sans-latin-wght-normal.woff2", "plus-jakarta-sans.woff2"},
}

// licences of everything that is embedded; the OFL and the ODbL ask that they
// travel with the fonts and the table.
var licences = []struct{ title, file string }{
	{"htmx (htmx.min.js)", "htmx.org/LICENSE"},
	{"Source Sans 3 (source-sans-3.woff2)", "@fontsource-variable/source-sans-3/LICENSE"},
	{"Plus Jakarta Sans (plus-jakarta-sans.woff2)", "@fontsource-variable/plus-jakarta-sans/LICENSE"},
	{"idn-area-data, program", "idn-area-data/LICENSE"},
	{"idn-area-data, region table", "idn-area-data/data/LICENSE.md"},
}

// vendor copies the files of other projects into static, with their licences.
func vendor(modules, static string) error {
	for _, v := range vendored {
		content, err := os.ReadFile(filepath.Join(modules, filepath.FromSlash(v.from)))
		if err != nil {
			return err
		}
		if err := write(filepath.Join(static, v.to), content); err != nil {
			return err
		}
	}
	var all bytes.Buffer
	for _, l := range licences {
		content, err := os.ReadFile(filepath.Join(modules, filepath.FromSlash(l.file)))
		if err != nil {
			return err
		}
		fmt.Fprintf(&all, "==== %s ====\n\n%s\n\n", l.title, bytes.TrimSpace(content))
	}
	return write(filepath.Join(static, "licences.txt"), all.Bytes())
}
