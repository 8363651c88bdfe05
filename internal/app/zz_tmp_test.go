package app

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tepat/internal/demo"
	"tepat/internal/intake"
)

func cpu() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(0, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func TestZZ(t *testing.T) {
	cfg := Config{Data: t.TempDir() + "/data", Addr: "localhost:0"}
	log := slog.New(slog.DiscardHandler)
	w, err := demo.Generate(demo.Options{Regency: "7203", People: 200000, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := w.WriteFiles(t.Context(), dir, nil); err != nil {
		t.Fatal(err)
	}
	if err := cfg.SaveSettings(Settings{Regency: "7203", Agency: "x", Sample: true}); err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), cfg, log)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	path := filepath.Join(dir, "dukcapil.csv")
	run := func(name, path string, apply bool) {
		b0, c0 := time.Now(), cpu()
		b, err := a.ImportFile(t.Context(), a.System("x"), path, ImportOptions{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		el := time.Since(b0)
		fmt.Printf("%s check %.0f rows/s wall, cpu %.1fs %+v\n", name, float64(b.Counts.Rows)/el.Seconds(), (cpu() - c0).Seconds(), b.Counts)
		if apply {
			b0 = time.Now()
			if b, err = a.Intake.Apply(t.Context(), a.System("x"), b.ID, nil); err != nil {
				t.Fatal(err)
			}
			fmt.Printf("apply %.0f rows/s %+v\n", float64(b.Counts.Rows)/time.Since(b0).Seconds(), b.Counts)
		}
	}
	run("first", path, true)
	text, _ := os.ReadFile(path)
	again := filepath.Join(dir, "lagi.csv")
	os.WriteFile(again, append(text, '\n'), 0o600)
	run("again", again, false)
	// every NIK lost its last digit's truth: all go the slow way
	lines := strings.SplitAfter(string(text), "\n")
	h := strings.SplitN(lines[0], ",", 2)
	_ = h
	slow := filepath.Join(dir, "lambat.csv")
	var b strings.Builder
	b.WriteString(lines[0])
	for _, l := range lines[1:40001] {
		sep := strings.IndexAny(l, ",;")
		if sep != 16 {
			continue
		}
		b.WriteString(l[:12] + "98" + l[14:])
	}
	os.WriteFile(slow, []byte(b.String()), 0o600)
	run("slow", slow, false)
	_ = intake.Ready
	b0 := time.Now()
	out, err := a.Duplicates.Search(t.Context(), a.System("x"), true, nil)
	fmt.Println(time.Since(b0), out, err)
}
