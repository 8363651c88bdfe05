package zzcheck

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"tepat/internal/blob"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/demo"
	"tepat/internal/evidence"
	"tepat/internal/intake"
	"tepat/internal/program"
	"tepat/internal/rules"
)

func TestX(t *testing.T) {
	d := dbtest.SQLite(t)
	dir := t.TempDir()
	blobs, err := blob.Open(filepath.Join(dir, "b"), filepath.Join(dir, "k"), blob.Options{MinFree: -1})
	if err != nil {
		t.Fatal(err)
	}
	s := intake.NewService(d, blobs, evidence.Applier{}, program.CandidateApplier{})
	a := dbtest.Actor("2103")
	w, err := demo.Generate(demo.Options{Regency: "2103", Seed: 7, AsOf: civil.Date{Year: 2024, Month: 12, Day: 31}})
	if err != nil {
		t.Fatal(err)
	}
	w.WriteFiles(t.Context(), dir, nil)
	c, err := demo.Natuna2024(w)
	if err != nil {
		t.Fatal(err)
	}
	c.WriteFiles(dir)
	var pid string
	err = d.Write(t.Context(), a, func(tx *db.Tx) error {
		p, err := program.CreateProgram(t.Context(), tx, program.Program{Code: "BST-2024", Name: "BST", Unit: rules.Unit("family"), Fund: "apbd", Channel: "pos"})
		pid = string(p.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{"dukcapil.csv", "dtsen_keluarga.csv", "dukcapil.csv", "kandidat-2024.csv", "validasi-desa.xlsx", "asn-2024.csv", "pkh-2024.csv", "kematian-1.csv", "pkh_bnba.xlsx", "sembako_bnba.csv", "pindah.csv", "blt-dd/2103042002.xlsx"} {
		f, err := os.Open(filepath.Join(dir, p))
		if err != nil {
			t.Log(err)
			continue
		}
		up := intake.Upload{FileName: p}
		if p == "kandidat-2024.csv" || p == "validasi-desa.xlsx" {
			up.Subject = pid
		}
		if p == "pkh-2024.csv" {
			up.Subject = "PKH"
		}
		b, err := s.Receive(t.Context(), a, f, up)
		if err != nil {
			t.Log(p, err)
			continue
		}
		if b, err = s.Auto(t.Context(), a, b); err != nil {
			t.Error(p, err)
			continue
		}
		start := time.Now()
		if b, err = s.Check(t.Context(), a, b.ID, nil); err != nil {
			t.Error(p, err)
			continue
		}
		mid := time.Now()
		if b, err = s.Apply(t.Context(), a, b.ID, nil); err != nil {
			t.Error(p, err)
			continue
		}
		fc, _ := intake.FindingCounts(t.Context(), d.Read(), b)
		t.Logf("%s %s %+v check %v apply %v %v", p, b.Layout, b.Counts, mid.Sub(start), time.Since(mid), fc)
	}
}
