package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoticeNamesEveryLinkedModule keeps NOTICE true: a module that comes in
// with a new import must be named there, with its licence.
func TestNoticeNamesEveryLinkedModule(t *testing.T) {
	root := filepath.Join("..", "..")
	notice, err := os.ReadFile(filepath.Join(root, "NOTICE"))
	if err != nil {
		t.Fatal(err)
	}
	found, err := linked("tepat/...")
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatal("no modules at all: go list has changed")
	}
	for _, m := range found {
		if !strings.Contains(string(notice), m.path+" ") {
			t.Errorf("NOTICE does not name %s", m.path)
		}
		texts, err := licences(m.dir)
		if err != nil || len(texts) == 0 {
			t.Errorf("%s has no licence file: %v", m.path, err)
		}
	}
}
