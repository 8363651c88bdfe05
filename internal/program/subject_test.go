package program_test

import (
	"path/filepath"
	"strings"
	"testing"

	"tepat/internal/blob"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/fault"
	"tepat/internal/intake"
	"tepat/internal/program"
	"tepat/internal/region"
	"tepat/internal/rules"
)

// A list that another regency sends in does not reach a programme here, even if
// it names its identifier.
func TestAListStaysInItsRegency(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.start("BST-UJI", terms(rules.Family, 3))
		dir := t.TempDir()
		blobs, err := blob.Open(filepath.Join(dir, "berkas"), filepath.Join(dir, "kunci"), blob.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer blobs.Close()
		stranger := officer("kabid-lain")
		stranger.Scope = region.NewScope("7203")
		applier := program.CandidateApplier{}
		for _, who := range []db.Actor{o.maker, stranger} {
			b, err := intake.NewService(d, blobs, applier).Receive(t.Context(), who, strings.NewReader("NIK,NAMA\n2103991207400001,UJI\n"),
				intake.Upload{FileName: "calon.csv", Subject: string(o.program.ID)})
			if err != nil {
				t.Fatal(err)
			}
			err = applier.Check(t.Context(), d.Read(), b, nil)
			if f := fault.From(err); who.User == o.maker.User && err != nil || who.User != o.maker.User && (f == nil || f.Key != "program.subject_missing") {
				t.Errorf("%s: %v", who.Name, err)
			}
		}
	})
}
