package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

func main() {
	root := flag.String("root", ".", "folder of go.mod and node_modules")
	flag.Parse()
	if err := build(*root); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

// build writes every generated file below root.
func build(root string) error {
	modules := filepath.Join(root, "node_modules")
	_, err := os.Stat(modules)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is missing: run npm ci --ignore-scripts", modules)
	}
	if err != nil {
		return err
	}
	table, err := regionTable(filepath.Join(modules, "idn-area-data", "data"))
	if err != nil {
		return err
	}
	if err := write(filepath.Join(root, "internal", "region", "kemendagri.txt.gz"), table); err != nil {
		return err
	}
	return vendor(modules, filepath.Join(root, "internal", "web", "page", "static"))
}

// write replaces path in one step and leaves it alone when nothing changed, so
// that the Go build cache stays warm.
func write(path string, content []byte) error {
	old, err := os.ReadFile(path)
	if err == nil && bytes.Equal(old, content) {
		return touch(path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	part := path + ".part"
	if err := os.WriteFile(part, content, 0o644); err != nil {
		return err
	}
	return os.Rename(part, path)
}

// touch marks an unchanged file as made now, for make.
func touch(path string) error {
	now := time.Now()
	return os.Chtimes(path, now, now)
}
