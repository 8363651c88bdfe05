package intake_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"tepat/internal/i18n"
	"tepat/internal/intake"
	"tepat/internal/intake/sheet"
)

var key = regexp.MustCompile(`"(intake\.[a-z0-9_]*[a-z0-9](?:\.[a-z0-9_]*[a-z0-9])*)"`)

func catalogue(t testing.TB) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load(intake.Texts, sheet.Texts)
	if err != nil {
		t.Fatal(err)
	}
	c.OnMissing(func(key string) { t.Errorf("no text for %s", key) })
	return c
}

func TestEverySentenceIsInTheCatalogue(t *testing.T) {
	c := catalogue(t)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(src), -1) {
			if !c.Has(m[1]) {
				t.Errorf("%s speaks of %s, which has no text", file, m[1])
			}
		}
	}
	for _, l := range intake.Layouts() {
		for _, f := range l.Fields {
			if !c.Has("intake.field." + string(f.Field)) {
				t.Errorf("layout %s has field %s, which has no name", l.Name, f.Field)
			}
		}
		for _, f := range l.Row {
			if !c.Has("intake.missing_" + string(f)) {
				t.Errorf("layout %s requires %s, but nothing says so", l.Name, f)
			}
		}
	}
}
