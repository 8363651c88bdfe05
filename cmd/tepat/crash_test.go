package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestKills is the promise that what was acknowledged is never lost and never
// doubled: officers hand over without a pause while the server is killed and
// started again. TEPAT_CRASH_KILLS sets how often (8 by default; the figures in
// docs/benchmarks.md are of 100), TEPAT_CRASH_PEOPLE how large the regency is.
func TestKills(t *testing.T) {
	kills, people := number("TEPAT_CRASH_KILLS", 8), number("TEPAT_CRASH_PEOPLE", 6000)
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			env := append(os.Environ(), "TEPAT_DATA="+filepath.Join(t.TempDir(), "data"), "TEPAT_QUIET=true", "TEPAT_DATABASE=")
			if engine == "postgres" {
				if os.Getenv("TEPAT_TEST_POSTGRES") == "" {
					if os.Getenv("CI") == "true" {
						t.Fatal("TEPAT_TEST_POSTGRES is not set, and CI must test PostgreSQL")
					}
					t.Skip("TEPAT_TEST_POSTGRES is not set: NOT TESTED ON POSTGRESQL")
				}
				name := fmt.Sprintf("tepat_kills_%d", os.Getpid())
				dsn, err := createDatabase(name)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { dropDatabase(name) })
				env = append(env, "TEPAT_DATABASE="+dsn)
			}
			crash(t, env, kills, people)
		})
	}
}

func number(name string, fallback int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return fallback
}

// tepat builds the command that runs this test binary as tepat.
func tepat(ctx context.Context, t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "tepat")
	if err := os.Symlink(exe, link); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, link, args...)
	cmd.Env = env
	return cmd
}

func crash(t *testing.T, env []string, kills, people int) {
	ctx := t.Context()
	if out, err := tepat(ctx, t, env, "demo", "--people", strconv.Itoa(people), "--quota", "100000", "--pending").CombinedOutput(); err != nil {
		t.Fatalf("demo: %v\n%s", err, out)
	}
	addr := freeAddress(t)
	acks := filepath.Join(t.TempDir(), "acks.jsonl")
	load := tepat(ctx, t, env, "load", "--url", "http://"+addr, "--acks", acks, "--workers", "4", "--limit", "20m")
	var said strings.Builder
	load.Stdout, load.Stderr = &said, &said
	if err := load.Start(); err != nil {
		t.Fatal(err)
	}
	loaded := make(chan error, 1)
	go func() { loaded <- load.Wait() }()
	done := 0
	for ; done < kills; done++ {
		srv := tepat(ctx, t, env, "serve", "--addr", addr)
		if err := srv.Start(); err != nil {
			t.Fatal(err)
		}
		waitFor(addr)
		// Many kills get a shorter life each, so that the list lasts.
		time.Sleep(time.Duration(rand.IntN(max(1200/kills, 15))) * time.Millisecond)
		srv.Process.Kill() //nolint:errcheck // it is there
		srv.Wait()         //nolint:errcheck // it was killed
		if len(loaded) > 0 {
			break // everything is handed over
		}
	}
	srv := tepat(ctx, t, env, "serve", "--addr", addr)
	if err := srv.Start(); err != nil {
		t.Fatal(err)
	}
	if err := <-loaded; err != nil {
		t.Fatalf("load: %v\n%s", err, said.String())
	}
	srv.Process.Signal(os.Interrupt) //nolint:errcheck // it is there
	srv.Wait()                       //nolint:errcheck // told to stop
	out, err := tepat(ctx, t, env, "check", "--acks", acks).CombinedOutput()
	t.Logf("%d kills; %s%s", done, said.String(), out)
	if err != nil {
		t.Fatalf("check: %v", err)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// waitFor returns when something listens, or after ten seconds.
func waitFor(addr string) {
	for range 500 {
		if c, err := net.DialTimeout("tcp", addr, time.Second); err == nil {
			c.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}
