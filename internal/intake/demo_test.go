package intake_test

import (
	"path/filepath"
	"testing"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/demo"
	"tepat/internal/intake"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// TestTheFilesOfARegencyGoIn brings in what the agencies of an invented
// regency send, and compares with what is true about it.
func TestTheFilesOfARegencyGoIn(t *testing.T) {
	w, err := demo.Generate(demo.Options{Regency: "2103", People: 2000, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files, err := w.WriteFiles(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{}
	for _, f := range files {
		rows[f.Path] = f.Rows
	}
	truth := w.Count()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		b := bring(t, s, dir, "dukcapil.csv", intake.Upload{})
		if b.Layout != "dukcapil" || b.Counts.Rows != truth.People || b.Counts.Added != truth.People-truth.Unregistered || b.Counts.Look != truth.Unregistered {
			t.Fatalf("%s %+v, but the truth is %+v; %v", b.Layout, b.Counts, truth, findings(t, s, b))
		}
		families, people := inRegistry(t, d)
		if people != truth.People-truth.Unregistered || families != truth.Families {
			t.Fatalf("the registry holds %d people in %d families, the truth %+v", people, families, truth)
		}
		b = bring(t, s, dir, "dtsen_keluarga.csv", intake.Upload{})
		if b.Layout != "dtsen_family" || b.Counts.Rows != rows["dtsen_keluarga.csv"] || b.Counts.Ready*100 < b.Counts.Rows*93 {
			t.Fatalf("%s %+v of %d; %v", b.Layout, b.Counts, rows["dtsen_keluarga.csv"], findings(t, s, b))
		}
		if ranked := ranked(t, d); ranked*100 < truth.Ranked*93 || ranked > truth.Ranked {
			t.Fatalf("%d families have a desil, the truth %d", ranked, truth.Ranked)
		}
		for path, layout := range map[string]string{"asn.csv": "asn", "kematian.csv": "deaths", "pindah.csv": "moves",
			"sembako_bnba.csv": "bnba", "pkh_bnba.xlsx": "bnba"} {
			b := bring(t, s, dir, path, intake.Upload{})
			if b.Layout != layout || b.Counts.Rows != rows[path] || b.Counts.Ready*100 < b.Counts.Rows*70 {
				t.Errorf("%s is %s %+v of %d; %v", path, b.Layout, b.Counts, rows[path], findings(t, s, b))
			}
		}
		blt(t, s, dir, rows)
	})
}

// blt brings in every village's own list: headers, letterheads and signatures
// of all kinds.
func blt(t *testing.T, s *intake.Service, dir string, rows map[string]int) {
	lists, err := filepath.Glob(filepath.Join(dir, "blt-dd", "*.xlsx"))
	if err != nil || len(lists) != 70 {
		t.Fatalf("%d lists, %v", len(lists), err)
	}
	total, ready := 0, 0
	for _, path := range lists {
		name := "blt-dd/" + filepath.Base(path)
		if rows[name] == 0 {
			continue
		}
		b := bring(t, s, dir, name, intake.Upload{})
		if b.Layout != "blt_dd" || b.Counts.Rows-b.Counts.Skipped != rows[name] || string(b.Village)+".xlsx" != filepath.Base(path) {
			t.Errorf("%s is %s in %s: %+v of %d; %v", name, b.Layout, b.Village, b.Counts, rows[name], findings(t, s, b))
		}
		total += rows[name]
		ready += b.Counts.Ready
	}
	if ready*100 < total*80 {
		t.Errorf("%d of %d rows of the villages are ready", ready, total)
	}
}

func inRegistry(t testing.TB, d *db.DB) (int, int) {
	t.Helper()
	tallies, err := registry.Tallies(t.Context(), d.Read(), region.NewScope("2103"))
	if err != nil {
		t.Fatal(err)
	}
	families, people := 0, 0
	for _, c := range tallies {
		families += c.Families
		people += c.People
	}
	return families, people
}

func ranked(t testing.TB, d *db.DB) int {
	t.Helper()
	tallies, err := registry.Tallies(t.Context(), d.Read(), region.NewScope("2103"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range tallies {
		if c.Desil > 0 {
			n += c.Families
		}
	}
	return n
}
