package arch

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var quotedPath = regexp.MustCompile("`((?:cmd|internal|arch|tools|testdata|e2e|docs|linkage)(?:/[a-zA-Z0-9_./-]+)?)`")

// The map is worth something only while it is true: every path in it exists,
// and every package of the program is on it.
func TestMapIsTrue(t *testing.T) {
	text := read(t, "docs/map.md")
	on := map[string]bool{}
	for _, m := range quotedPath.FindAllStringSubmatch(text, -1) {
		on[m[1]] = true
		if _, err := os.Stat(filepath.Join("..", m[1])); err != nil {
			t.Errorf("docs/map.md names %s, which does not exist", m[1])
		}
	}
	for path := range listed(t) {
		if on[path] || strings.HasPrefix(path, "tools/") || strings.HasSuffix(path, "test") || path == "internal/ledger/durable" {
			continue
		}
		t.Errorf("docs/map.md does not mention %s", path)
	}
}

var link = regexp.MustCompile(`\]\(([^)#]+)\)`)

// Every link and picture of the documents leads somewhere.
func TestLinksLeadSomewhere(t *testing.T) {
	docs, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("../docs/*/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(append(docs, more...), "../README.md", "../CONTRIBUTING.md") {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(b), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), m[1])); err != nil {
				t.Errorf("%s links to %s, which does not exist", strings.TrimPrefix(path, "../"), m[1])
			}
		}
	}
}

// Every decision is on the list of decisions.
func TestDecisionsAreListed(t *testing.T) {
	files, err := filepath.Glob("../docs/decisions/0*.md")
	if err != nil {
		t.Fatal(err)
	}
	list := read(t, "docs/decisions/README.md")
	for _, f := range files {
		if !strings.Contains(list, "("+filepath.Base(f)+")") {
			t.Errorf("docs/decisions/README.md does not list %s", filepath.Base(f))
		}
	}
}

// Nobody real is in the program: every NIK or KK written down has kecamatan
// code 99.
func TestOnlyInventedNumbers(t *testing.T) {
	number := regexp.MustCompile(`(?:^|\D)([1-9]\d{15})(?:\D|$)`)
	err := filepath.WalkDir("..", func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if name == "node_modules" || name == ".git" || name == "dist" || name == "data" || name == "static" {
				return filepath.SkipDir
			}
			return nil
		}
		switch filepath.Ext(name) {
		case ".go", ".md", ".txtar", ".csv", ".json", ".html", ".mjs":
		default:
			return nil
		}
		if name == "package-lock.json" {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range number.FindAllStringSubmatch(string(b), -1) {
			if m[1][4:6] == "99" || strings.Trim(m[1], "0") == m[1][:1] || strings.Count(m[1], m[1][:1]) == 16 || !plausible(m[1]) {
				continue
			}
			t.Errorf("%s holds %s…, which could be somebody's: use kecamatan code 99", strings.TrimPrefix(path, "../"), m[1][:6])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// plausible reports whether digits have the shape of a NIK: a province of
// Indonesia and a day and month that exist.
func plausible(s string) bool {
	province, day, month := s[:2], s[6:8], s[8:10]
	if province < "11" || province > "96" || month < "01" || month > "12" {
		return false
	}
	return day >= "01" && day <= "31" || day >= "41" && day <= "71"
}
