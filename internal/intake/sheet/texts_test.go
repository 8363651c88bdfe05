package sheet

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each key in the code has a sentence in both languages, with the same arguments, and
// each sentence has a key in the code.
func TestEveryKeyHasItsSentences(t *testing.T) {
	raw, err := os.ReadFile("texts.json")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string][]string
	if err := json.Unmarshal(raw, &texts); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(sheet\.[a-z0-9.]+)"`).FindAllStringSubmatch(string(code), -1) {
			used[m[1]] = true
		}
	}
	verbs := regexp.MustCompile(`%\[\d\]v`)
	for key, pair := range texts {
		if len(pair) != 2 || pair[0] == "" || pair[1] == "" {
			t.Errorf("%s has not two sentences", key)
			continue
		}
		if diff := cmp.Diff(verbs.FindAllString(pair[0], -1), verbs.FindAllString(pair[1], -1)); diff != "" {
			t.Errorf("%s: arguments differ: %s", key, diff)
		}
		if !used[key] {
			t.Errorf("%s is used nowhere", key)
		}
		delete(used, key)
	}
	for key := range used {
		t.Errorf("%s has no sentence", key)
	}
}
