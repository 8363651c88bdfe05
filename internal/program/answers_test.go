package program_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"tepat/internal/blob"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/intake"
	"tepat/internal/program"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/rules"
)

// meddling lets somebody else write just before the rows of a chunk go in.
type meddling struct {
	intake.Applier
	before func(ctx context.Context, tx *db.Tx) error
}

func (m meddling) Apply(ctx context.Context, tx *db.Tx, b intake.Batch, items []intake.Item) (intake.Counts, error) {
	if err := m.before(ctx, tx); err != nil {
		return intake.Counts{}, err
	}
	return m.Applier.Apply(ctx, tx, b, items)
}

// village is an office with a programme of the list and a desk for its files.
type village struct {
	*office
	intake *intake.Service
	cards  []registry.Card
}

// openVillage registers n families, Sedap and Midai in turn, and brings in the
// list that names each, numbered K1, K2 …
func openVillage(t *testing.T, d *db.DB, n int, appliers ...intake.Applier) *village {
	v := &village{office: open(t, d)}
	dir := t.TempDir()
	blobs, err := blob.Open(filepath.Join(dir, "berkas"), filepath.Join(dir, "kunci"), blob.Options{MinFree: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	v.intake = intake.NewService(d, blobs, append([]intake.Applier{program.CandidateApplier{}, program.AnswerApplier{}}, appliers...)...)
	v.cards = v.families(n + 1)[1:] // no NIK ends in 0000, which is what Excel leaves of any
	listed := terms(rules.Family, n)
	listed.Source = program.FromList
	v.start("BST-UJI", listed)
	return v
}

// list names all families as candidates.
func (v *village) list() string {
	var b strings.Builder
	b.WriteString("ID KPM;NIK KK;NO KK;NAMA KEPALA KELUARGA;PERINGKAT\n")
	for i, c := range v.cards {
		fmt.Fprintf(&b, "K%d;%s;%s;%s;%d\n", i+1, c.People[0].NIK.Reveal(), c.Family.KK.Reveal(), c.People[0].Name, i+1)
	}
	return b.String()
}

// answers says of the candidates in order what the village answers, each named
// by the number in the list alone: the NIK beside it is nobody's.
func (v *village) answers(said ...string) string {
	var b strings.Builder
	b.WriteString("ID KPM;NIK;NAMA;HASIL;ALASAN\n")
	for i, s := range said {
		fmt.Fprintf(&b, "K%d;21039915017700%02d;%s;%s\n", i+1, i+11, v.cards[i].People[0].Name, s)
	}
	return b.String()
}

// bring takes text in as who and returns the batch with the outcome and first
// finding of every row.
func (v *village) bring(who db.Actor, name, text string) (intake.Batch, []string) {
	v.Helper()
	ctx := v.Context()
	b, err := v.intake.Receive(ctx, who, strings.NewReader(text), intake.Upload{FileName: name, Subject: string(v.program.ID)})
	if err != nil {
		v.Fatal(err)
	}
	if b, err = v.intake.SetMapping(ctx, who, b.ID, intake.Choice{Sheet: b.Sheet, HeaderRow: b.HeaderRow, Layout: b.Layout,
		Subject: string(v.program.ID), Mapping: b.Mapping}); err != nil {
		v.Fatal(b.Layout, err)
	}
	if b, err = v.intake.Check(ctx, who, b.ID, nil); err != nil {
		v.Fatal(err)
	}
	if b, err = v.intake.Apply(ctx, who, b.ID, nil); err != nil {
		v.Fatal(err)
	}
	if !b.Counts.AddUp() || b.Counts.Ready != b.Counts.Added+b.Counts.Updated {
		v.Errorf("%s: %+v does not add up", name, b.Counts)
	}
	rows, _, err := v.intake.Rows(ctx, b, intake.RowFilter{}, 0, 100)
	if err != nil {
		v.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		word := string(r.Outcome)
		if len(r.Findings) > 0 {
			word += " " + r.Findings[0].Key
		}
		out = append(out, word)
	}
	return b, out
}

func (v *village) wants(got []string, want ...string) {
	v.Helper()
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		v.Fatalf("rows came out as\n%q, want\n%q", got, want)
	}
}

// drop takes the first family out of the registry, as undoing its file does.
func (v *village) drop(ctx context.Context, tx *db.Tx) error {
	f := string(v.cards[0].Family.ID)
	for _, query := range []string{"DELETE FROM membership WHERE regency = $1 AND family_id = $2",
		"DELETE FROM person WHERE regency = $1 AND family_id = $2", "DELETE FROM family WHERE regency = $1 AND id = $2"} {
		if _, err := tx.Exec(ctx, query, string(natuna), f); err != nil {
			return err
		}
	}
	return nil
}

// A candidate who left the registry while the chunk was written concerns his row.
func TestACandidateWhoIsGoneConcernsHisRowOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var v *village
		v = openVillage(t, d, 3, meddling{program.CandidateApplier{}, func(ctx context.Context, tx *db.Tx) error { return v.drop(ctx, tx) }})
		b, rows := v.bring(v.other, "calon.csv", v.list())
		v.wants(rows, "look intake.clash", "ready", "ready")
		if b.Counts.Added != 2 {
			t.Fatalf("%+v", b.Counts)
		}
	})
}

// An answer that another file gave meanwhile concerns its row.
func TestAnAnswerThatMovedConcernsItsRowOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := openVillage(t, d, 3, meddling{program.AnswerApplier{}, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE candidate SET state = 'left', reason = 'PINDAH' WHERE regency = $1 AND list_key = 'K2'", string(natuna))
			return err
		}})
		v.bring(v.other, "calon.csv", v.list())
		_, rows := v.bring(v.other, "musdes.csv", v.answers("LAYAK;", "LAYAK;", "TIDAK LAYAK;MAMPU"))
		v.wants(rows, "ready", "look intake.clash", "ready")
	})
}

// A village answers for its own people, however a row names them.
func TestAnAnswerStaysInTheWorkingArea(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := openVillage(t, d, 2)
		who := v.other
		who.Scope = region.NewScope(natuna, sedap)
		_, rows := v.bring(who, "calon.csv", v.list())
		v.wants(rows, "ready", "look intake.same_outside")
		v.bring(v.other, "calon-2.csv", strings.Replace(v.list(), "K1;", "K9;", 1))
		_, rows = v.bring(who, "musdes.csv", v.answers("LAYAK;", "LAYAK;"))
		v.wants(rows, "ready", "look intake.same_outside")
	})
}

// Nobody answers for his own family, not even by its name alone.
func TestNobodyAnswersForHisOwnFamilyByName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := openVillage(t, d, 2)
		v.bring(v.other, "calon.csv", v.list())
		v.employ(v.other, v.cards[0].People[1].NIK)
		at := func(code region.Code) string { r, _ := region.ByCode(code); return r.Name }
		_, rows := v.bring(v.other, "musdes.csv", "NIK;NAMA;DESA;HASIL\n2103991501770011;"+v.cards[0].People[0].Name+";"+at(sedap)+";LAYAK\n"+
			"2103991501770012;"+v.cards[1].People[0].Name+";"+at(midai)+";LAYAK\n")
		v.wants(rows, "look intake.own_family", "ready")
	})
}
