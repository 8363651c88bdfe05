package evidence_test

import (
	"os"
	"path/filepath"
	"testing"

	"tepat/internal/blob"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/demo"
	"tepat/internal/evidence"
	"tepat/internal/intake"
)

// TestTheAgenciesListsBecomeMatters brings the lists of an invented regency in
// through the importer, and takes one out again.
func TestTheAgenciesListsBecomeMatters(t *testing.T) {
	w, err := demo.Generate(demo.Options{Regency: "2103", People: 2000, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := w.WriteFiles(t.Context(), dir, nil); err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		d.Keep(&book{})
		blobs, err := blob.Open(filepath.Join(t.TempDir(), "blobs"), filepath.Join(t.TempDir(), "key"), blob.Options{MinFree: -1})
		if err != nil {
			t.Fatal(err)
		}
		defer blobs.Close()
		s := intake.NewService(d, blobs, evidence.Applier{})
		batches := map[string]intake.Batch{}
		for _, path := range []string{"dukcapil.csv", "asn.csv", "kematian.csv", "pindah.csv", "sembako_bnba.csv", "pkh_bnba.xlsx"} {
			b := bring(t, s, dir, path)
			if !b.Counts.AddUp() || b.Counts.Ready != b.Counts.Added+b.Counts.Updated || b.Counts.Ready*100 < b.Counts.Rows*70 {
				t.Errorf("%s: %+v", path, b.Counts)
			}
			batches[path] = b
		}
		known, err := evidence.Load(t.Context(), d.Read(), "2103", civil.Date{})
		if err != nil || !known.Listed[evidence.Death] || !known.Programs["PKH"] || !known.Programs["SEMBAKO"] || len(known.FamilyReceives) == 0 {
			t.Fatalf("known: %v, %v, %d families aided, %v", known.Listed, known.Programs, len(known.FamilyReceives), err)
		}
		if got := matters(t, d, evidence.Death); got == 0 || got > batches["kematian.csv"].Counts.Added {
			t.Errorf("%d matters from %d deaths", got, batches["kematian.csv"].Counts.Added)
		}
		if got := matters(t, d, evidence.ASN); got == 0 || got >= batches["asn.csv"].Counts.Added {
			t.Errorf("%d matters from %d servants, most of whom have no aid", got, batches["asn.csv"].Counts.Added)
		}
		if _, err := s.Undo(t.Context(), system(), batches["kematian.csv"].ID, "berkas keliru", nil); err != nil {
			t.Fatal(err)
		}
		if got := matters(t, d, evidence.Death); got != 0 {
			t.Errorf("%d matters left after undoing their file", got)
		}
	})
}

func bring(t *testing.T, s *intake.Service, dir, path string) intake.Batch {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ctx, who := t.Context(), system()
	b, err := s.Receive(ctx, who, f, intake.Upload{FileName: path})
	if err == nil {
		b, err = s.Auto(ctx, who, b)
	}
	if err == nil {
		b, err = s.Check(ctx, who, b.ID, nil)
	}
	if err == nil {
		b, err = s.Apply(ctx, who, b.ID, nil)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return b
}

func matters(t *testing.T, d *db.DB, kind evidence.Kind) int {
	t.Helper()
	n, err := evidence.Size(t.Context(), d.Read(), whole(), evidence.Filter{Kind: kind})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
