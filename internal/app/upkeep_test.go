package app

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tepat/internal/db"
	"tepat/internal/jobs"
	"tepat/internal/registry"
	"tepat/internal/registry/registrytest"
)

// install makes an empty installation and opens it.
func install(t *testing.T) *App {
	t.Helper()
	cfg := Config{Data: t.TempDir(), Addr: "localhost:0"}
	if err := cfg.SaveSettings(Settings{Regency: "2103"}); err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func TestHalfUploadsAndOldJobsGo(t *testing.T) {
	a := install(t)
	ctx := t.Context()
	var left string
	for name, age := range map[string]time.Duration{"half-old": 2 * time.Hour, "half-young": time.Minute} {
		path := filepath.Join(a.blobDir(), "tmp", name)
		at := time.Now().Add(-age)
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		left = filepath.Dir(path)
	}
	for _, days := range []int{1, 40} {
		job, err := jobs.Submit(ctx, a.DB, a.System("uji"), "test", "", days)
		if err != nil {
			t.Fatal(err)
		}
		err = a.DB.Housekeep(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE job SET state = 'done', ended_at = $1 WHERE id = $2", tx.Now.Add(-time.Duration(days)*24*time.Hour), string(job))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := a.sweep(ctx); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(left)
	if err != nil || len(files) != 1 || files[0].Name() != "half-young" {
		t.Errorf("%v %v", files, err)
	}
	list, err := jobs.Recent(ctx, a.DB.Read(), "2103", 10)
	if err != nil || len(list) != 1 || string(list[0].Payload) != "1" {
		t.Errorf("%v %v", list, err)
	}
}

func TestFilesAreSpooledInTheDataFolder(t *testing.T) {
	a := install(t)
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, t.TempDir())
	}
	left := filepath.Join(a.Data, "sementara", "tepat-1.xlsx")
	if err := os.MkdirAll(filepath.Dir(left), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(left, []byte("names"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := a.spoolHere(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); err == nil {
		t.Error("what a killed process left is still there")
	}
	f, err := os.CreateTemp("", "x")
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if !strings.HasPrefix(f.Name(), a.Data) {
		t.Errorf("%s lies outside the data folder", f.Name())
	}
}

func TestTheDoctorRepairsDerivedTables(t *testing.T) {
	a := install(t)
	ctx := t.Context()
	write := func(f func(tx *db.Tx) error) {
		t.Helper()
		if err := a.DB.Write(ctx, a.System("uji"), f); err != nil {
			t.Fatal(err)
		}
	}
	write(func(tx *db.Tx) error {
		_, err := registrytest.Register(ctx, tx, registry.Card{Origin: registry.Origin{Source: "dukcapil"}, Family: registry.Family{Village: "2103041003"},
			People: []registry.Person{{Name: "JUMADI HAKIM", Relation: 1}}})
		return err
	})
	diagnose := func(repair bool) string {
		t.Helper()
		for _, p := range Diagnose(ctx, a.Config, repair).Problems {
			if p.Setting == "data turunan" {
				return p.Saying
			}
		}
		return ""
	}
	if said := diagnose(false); said != "" {
		t.Fatalf("a sound registry: %s", said)
	}
	for _, fault := range []string{"UPDATE family_tally SET families_n = 5", "DELETE FROM person_name WHERE word = 'HAKIM'", "UPDATE person_name SET word = 'HAKIMI' WHERE word = 'HAKIM'"} {
		write(func(tx *db.Tx) error {
			n, err := tx.Exec(ctx, fault)
			if err == nil && n != 1 {
				t.Fatalf("%s hit %d rows", fault, n)
			}
			if err != nil {
				return err
			}
			return tx.Record("test.hurt", "", "", nil)
		})
		if said := diagnose(false); !strings.Contains(said, "doctor --repair") {
			t.Errorf("%s: the doctor says %q", fault, said)
		}
		if said := diagnose(true); said != "" {
			t.Errorf("%s: the repair failed: %s", fault, said)
		}
		if said := diagnose(false); said != "" {
			t.Errorf("%s: after the repair: %s", fault, said)
		}
	}
}
