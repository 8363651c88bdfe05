package main

import (
	"errors"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"testing"
)

func TestNewestVersionFirst(t *testing.T) {
	dir := t.TempDir()
	for _, v := range []string{"9.6", "16", "beta", "15"} {
		if err := os.MkdirAll(filepath.Join(dir, v, "bin"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, bin := range newestFirst(dir) {
		got = append(got, filepath.Base(filepath.Dir(bin)))
	}
	if len(got) != 4 || got[0] != "16" || got[1] != "15" || got[2] != "9.6" {
		t.Errorf("order %v, want 16 15 9.6 beta", got)
	}
}

func TestEveryInstallationServesAndLeavesNothing(t *testing.T) {
	found := installations(filepath.Join("..", ".."))
	if len(found) == 0 {
		t.Skip("no PostgreSQL here")
	}
	for _, in := range found {
		t.Run(in.bin, func(t *testing.T) {
			c, err := start(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			u, err := url.Parse(c.url)
			if err != nil {
				t.Fatal(err)
			}
			conn, err := net.Dial("tcp", u.Host)
			if err != nil {
				t.Error(err)
			} else {
				conn.Close()
			}
			c.stop()
			if _, err := net.Dial("tcp", u.Host); err == nil {
				t.Error("the server still listens")
			}
			if _, err := os.Stat(c.dir); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s is still there: %v", c.dir, err)
			}
		})
	}
}

func TestABrokenInstallationIsNamed(t *testing.T) {
	bin := t.TempDir()
	for _, program := range []string{"initdb", "postgres"} {
		if err := os.WriteFile(filepath.Join(bin, program), []byte("#!/bin/sh\nexit 9\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	c, err := startAny(t.Context(), []installation{{bin: bin}})
	if err == nil {
		c.stop()
		t.Fatal("a broken installation must not start")
	}
}
