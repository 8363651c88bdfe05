package intake_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tepat/internal/blob"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/export"
	"tepat/internal/fault"
	"tepat/internal/i18n"
	"tepat/internal/intake"
	"tepat/internal/intake/sheet"
	"tepat/internal/registry"
)

// facts stands in for evidence: it takes the rows about people it knows. It is
// the smallest honest Applier, not a mock of one.
type facts struct{ target string }

func (f facts) Target() string { return f.target }

func (facts) Check(_ context.Context, _ db.Querier, _ intake.Batch, items []intake.Item) error {
	for i := range items {
		if it := &items[i]; it.Outcome == intake.Ready && it.Match.Verdict != registry.Same {
			it.Outcome = intake.Look
		}
	}
	return nil
}

func (facts) Apply(_ context.Context, _ *db.Tx, _ intake.Batch, items []intake.Item) (intake.Counts, error) {
	return intake.Counts{Added: len(items)}, nil
}

func (facts) Undo(context.Context, *db.Tx, intake.Batch) error { return nil }

func newService(t testing.TB, d *db.DB) *intake.Service {
	t.Helper()
	dir := t.TempDir()
	blobs, err := blob.Open(filepath.Join(dir, "blobs"), filepath.Join(dir, "key"), blob.Options{MinFree: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	return intake.NewService(d, blobs, facts{"fact"}, facts{"candidate"}, facts{"validation"})
}

func actor() db.Actor { return dbtest.Actor("2103") }

// receive uploads text and takes the guess about its columns.
func receive(t testing.TB, s *intake.Service, name, text string) intake.Batch {
	t.Helper()
	return receiveAs(t, s, strings.NewReader(text), intake.Upload{FileName: name})
}

func receiveAs(t testing.TB, s *intake.Service, r interface{ Read([]byte) (int, error) }, up intake.Upload) intake.Batch {
	t.Helper()
	b, err := s.Receive(t.Context(), actor(), r, up)
	if err != nil {
		t.Fatal(err)
	}
	if b, err = s.Auto(t.Context(), actor(), b); err != nil {
		t.Fatal(err)
	}
	return b
}

func check(t testing.TB, s *intake.Service, b intake.Batch) intake.Batch {
	t.Helper()
	b, err := s.Check(t.Context(), actor(), b.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !b.Counts.AddUp() {
		t.Fatalf("%s: %+v does not add up", b.FileName, b.Counts)
	}
	return b
}

func apply(t testing.TB, s *intake.Service, b intake.Batch) intake.Batch {
	t.Helper()
	b, err := s.Apply(t.Context(), actor(), b.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !b.Counts.AddUp() || b.Counts.Ready != b.Counts.Added+b.Counts.Updated {
		t.Fatalf("%s: %+v does not add up", b.FileName, b.Counts)
	}
	return b
}

// bring is the whole way of a file.
func bring(t testing.TB, s *intake.Service, dir, path string, up intake.Upload) intake.Batch {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	up.FileName = path
	return apply(t, s, check(t, s, receiveAs(t, s, f, up)))
}

func wantKey(t testing.TB, err error, key string) {
	t.Helper()
	f := fault.From(err)
	if f == nil || f.Key != key {
		t.Fatalf("got %v, want fault %s", err, key)
	}
}

func findings(t testing.TB, s *intake.Service, b intake.Batch) map[string]int {
	t.Helper()
	counts, err := intake.FindingCounts(t.Context(), s.DB.Read(), b)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, c := range counts {
		out[strings.TrimPrefix(c.Key, "intake.")] += c.Rows
	}
	return out
}

var errKilled = errors.New("killed")

func withExportTexts(t testing.TB) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load(intake.Texts, sheet.Texts, export.Texts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func sheetRow(r intake.RowView) sheet.Row { return sheet.Row{N: r.Row, Cells: r.Cells} }
