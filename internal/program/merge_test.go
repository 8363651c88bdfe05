package program_test

import (
	"strings"
	"testing"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/evidence"
	"tepat/internal/program"
	"tepat/internal/registry"
	"tepat/internal/rules"
)

func (o *office) merge(keep, drop registry.Person) {
	o.Helper()
	o.must(dbtest.Actor(natuna), func(tx *db.Tx) error {
		_, err := evidence.MergePeople(o.Context(), tx, registry.PersonMerge{Keep: keep.ID, Drop: drop.ID, Reason: "orang yang sama"})
		return err
	})
}

// list puts the heads of families on the list of candidates.
func (o *office) list(cards []registry.Card) {
	o.Helper()
	o.must(dbtest.Actor(natuna), func(tx *db.Tx) error {
		for i, c := range cards {
			_, err := tx.Exec(o.Context(), `INSERT INTO candidate (regency, id, program_id, family_id, person_id, list_key, listed_name, village, listed_no,
				state, reason, note, answer_batch_id, answer_row_n, batch_id, row_n, version)
				VALUES ($1, $2, $3, $4, $5, '', $6, $7, $8, 'listed', '', '', '', 0, 'b1', $8, 1)`, string(natuna), tx.NewID(), string(o.program.ID),
				string(c.Family.ID), string(c.People[0].ID), c.People[0].Name, string(c.Family.Village), i+1)
			if err != nil {
				return err
			}
		}
		return tx.Record("test.listed", "", "", nil)
	})
}

// A merge of two candidates leaves one place; the other line says why.
func TestTwoMergedCandidatesHaveOnePlace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		cards := o.families(4)
		terms := terms(rules.Person, 10)
		terms.Source = program.FromList
		v := o.start("BLT-LANSIA", terms)
		o.list(cards)
		o.merge(cards[2].People[0], cards[0].People[0])
		r := o.rank(v)
		if r.Counts.In != 3 || r.Counts.Ineligible != 1 {
			t.Fatalf("of four candidates, two of them one person: %+v", r.Counts)
		}
		twice := o.lines(r, program.LineFilter{State: program.PlaceIneligible})
		if twice[0].Person != cards[2].People[0].ID || !strings.Contains(twice[0].Text[0], "digabung") {
			t.Errorf("the other line says %q", twice[0].Text[0])
		}
	})
}

// Somebody who has a place under another record is not his own successor.
func TestAMergedRecordOnTheReserveIsPassed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		cards := o.families(4)
		v := o.start("BLT", terms(rules.Family, 2))
		decree := o.sign(o.propose(o.rank(v)), "1/2026")
		o.merge(cards[0].People[0], cards[2].People[0])
		out := o.replace(o.decreed(decree)[1], noDay)
		if out.Passed != 1 || out.Line.Person != cards[3].People[0].ID {
			t.Errorf("the successor is %s, %d were passed", out.Line.Name, out.Passed)
		}
	})
}
