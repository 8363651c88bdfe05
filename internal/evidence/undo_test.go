package evidence_test

import (
	"path/filepath"
	"strings"
	"testing"

	"tepat/internal/blob"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/intake"
	"tepat/internal/region"
)

const registryFile = `NIK;NO_KK;NAMA_LGKP;JENIS_KLMIN;TMPT_LHR;TGL_LHR;STAT_HBKEL;NAMA_LGKP_IBU;ALAMAT;NO_RT;NO_RW;NO_PROP;NO_KAB;NO_KEC;NO_KEL;KEL_NAME
2103991207800061;2103990101190061;BURHANUDDIN;Laki-Laki;RANAI;1980-07-12;KEPALA KELUARGA;ROHANI;JL. LAUT;001;002;21;3;4;1003;SABANG BARAT
2103995207850061;2103990101190061;MARYAMAH;Perempuan;RANAI;1985-07-12;ISTRI;AMINAH;JL. LAUT;001;002;21;3;4;1003;SABANG BARAT
`

func importer(t *testing.T, d *db.DB) *intake.Service {
	t.Helper()
	blobs, err := blob.Open(filepath.Join(t.TempDir(), "blobs"), filepath.Join(t.TempDir(), "key"), blob.Options{MinFree: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	return intake.NewService(d, blobs, evidence.Applier{})
}

func bringText(t *testing.T, s *intake.Service, who db.Actor, name, text string) intake.Batch {
	t.Helper()
	b, err := s.Receive(t.Context(), who, strings.NewReader(text), intake.Upload{FileName: name, Subject: "PKH"})
	if err == nil {
		b, err = s.Auto(t.Context(), who, b)
	}
	if err == nil {
		b, err = s.Check(t.Context(), who, b.ID, nil)
	}
	if err == nil {
		b, err = s.Apply(t.Context(), who, b.ID, nil)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b
}

// TestARegistryFileStaysWhileFactsRestOnIt tries to undo the file that brought
// in a family about which another file states something.
func TestARegistryFileStaysWhileFactsRestOnIt(t *testing.T) {
	for name, c := range map[string]struct{ file, depends string }{
		"a person":    {"NIP;NIK;NAMA;INSTANSI\n198001012005011001;2103995207850061;MARYAMAH;DINAS\n", "MARYAMAH"},
		"aid":         {"NIK;NAMA;NO KK;NOMINAL;PROGRAM\n2103991207800061;BURHANUDDIN;2103990101190061;600000;PKH\n", "BURHANUDDIN"},
		"aid by card": {"NIK;NAMA;NO KK;NOMINAL;PROGRAM\n;ENTAH SIAPA;2103990101190061;600000;PKH\n", "BURHANUDDIN"},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				o := open(t, d)
				s := importer(t, d)
				people := bringText(t, s, system(), "capil.csv", registryFile)
				facts := bringText(t, s, system(), "kabar.csv", c.file)
				if people.Counts.Added != 2 || facts.Target != "fact" || facts.Counts.Added != 1 {
					t.Fatalf("%+v, %s %+v", people.Counts, facts.Layout, facts.Counts)
				}
				_, err := s.Undo(t.Context(), system(), people.ID, "salah berkas", nil)
				f := fault.From(err)
				if f == nil || f.Kind != fault.Conflict || !strings.HasPrefix(f.Key, "registry.undo_") || len(f.Args) != 1 || f.Args[0] != c.depends {
					t.Fatalf("the undo says %v", err)
				}
				o.sealed()
				if b, err := intake.BatchByID(t.Context(), d.Read(), whole(), people.ID); err != nil || b.State != intake.Applied {
					t.Fatal(b.State, err)
				}
				for _, b := range []intake.Batch{facts, people} {
					if _, err := s.Undo(t.Context(), system(), b.ID, "salah berkas", nil); err != nil {
						t.Fatalf("%s: %v", b.FileName, err)
					}
				}
			})
		})
	}
}

// TestAVillageListReachesNoCardElsewhere names, in a village's list, the card
// of a family of another village.
func TestAVillageListReachesNoCardElsewhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		s := importer(t, d)
		who := db.Actor{Name: "desa", Role: "village_operator", Scope: region.NewScope("2103", sedap)}
		card := o.homes[0].Family.KK.Reveal()
		b := bringText(t, s, who, "blt.csv", "NIK;NAMA;NO KK;NOMINAL;PROGRAM\n;ENTAH SIAPA;"+card+";600000;PKH\n")
		if b.Target != "fact" || b.Counts.Look != 1 || o.family(0).Receives != "" {
			t.Fatalf("%s %+v, the family receives %q", b.Layout, b.Counts, o.family(0).Receives)
		}
	})
}
