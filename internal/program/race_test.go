package program_test

import (
	"slices"
	"sync"
	"testing"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/fault"
	"tepat/internal/program"
	"tepat/internal/rules"
)

// racers runs commands at once: each has read what it acts on before any
// writes. It returns how many went through; the others must end in a conflict.
func (o *office) racers(who []db.Actor, commands ...func(tx *db.Tx) error) int {
	o.Helper()
	var ready sync.WaitGroup
	ready.Add(len(commands))
	errs := make([]error, len(commands))
	var done sync.WaitGroup
	for i, f := range commands {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			errs[i] = o.d.Write(o.Context(), who[i], f)
		})
	}
	done.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case fault.KindOf(err) != fault.Conflict:
			o.Errorf("the loser hears %v", err)
		}
	}
	return won
}

func (o *office) count(kinds ...string) int {
	o.book.Lock()
	defer o.book.Unlock()
	n := 0
	for _, k := range o.book.kinds {
		if slices.Contains(kinds, k) {
			n++
		}
	}
	return n
}

// Two signers, a signer and one who returns, and two who approve rules: one
// wins, and one event tells of it.
func TestOneDecisionWins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		ctx := t.Context()
		o.families(4)
		two := []db.Actor{o.head, officer("kadis-2")}
		for round := range 6 {
			v := o.start("BST-"+string(rune('A'+round)), terms(rules.Family, 2))
			decree := o.propose(o.rank(v))
			before := o.count("decree.signed", "decree.returned")
			sign := func(number string) func(tx *db.Tx) error {
				return func(tx *db.Tx) error {
					_, err := program.SignDecree(ctx, tx, decree.ID, signature(decree, v.LegalBasis+decree.ProgramCode+number))
					return err
				}
			}
			second := sign("/2")
			if round%2 == 1 {
				second = func(tx *db.Tx) error { return program.ReturnDecree(ctx, tx, decree.ID, "keliru") }
			}
			if won := o.racers(two, sign("/1"), second); won != 1 {
				t.Errorf("round %d: %d decided", round, won)
			}
			if n := o.count("decree.signed", "decree.returned") - before; n != 1 {
				t.Errorf("round %d: %d events", round, n)
			}
		}
	})
}

// A rule version and a state of a programme are decided once.
func TestOneEditWins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		ctx := t.Context()
		o.start("BST-UJI", terms(rules.Family, 2))
		two := []db.Actor{o.head, officer("kadis-2")}
		for round := range 4 {
			var v program.RuleVersion
			o.must(o.maker, func(tx *db.Tx) error {
				var err error
				if v, err = program.DraftVersion(ctx, tx, o.program.ID, terms(rules.Family, 3)); err != nil {
					return err
				}
				return program.Propose(ctx, tx, v.ID, v.Version)
			})
			activate := func(tx *db.Tx) error { return program.Activate(ctx, tx, v.ID, v.Version+1) }
			other := activate
			if round%2 == 1 {
				other = func(tx *db.Tx) error { return program.ReturnVersion(ctx, tx, v.ID, "keliru") }
			}
			if won := o.racers(two, activate, other); won != 1 {
				t.Errorf("round %d: %d decided", round, won)
			}
		}
		var v program.RuleVersion
		o.must(o.maker, func(tx *db.Tx) error {
			var err error
			v, err = program.DraftVersion(ctx, tx, o.program.ID, terms(rules.Family, 3))
			return err
		})
		edit := func(tx *db.Tx) error {
			_, err := program.EditDraft(ctx, tx, v.ID, terms(rules.Family, 4), v.Version)
			return err
		}
		propose := func(tx *db.Tx) error { return program.Propose(ctx, tx, v.ID, v.Version) }
		if won := o.racers([]db.Actor{o.maker, o.maker, o.other}, edit, edit, propose); won != 1 {
			t.Errorf("%d edits of one draft", won)
		}
	})
}

// A decree of change does not grow after it was signed: what the signer read is
// what stands in it.
func TestAChangeDoesNotGrowAfterSigning(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		ctx := t.Context()
		o.families(8)
		for round := range 4 {
			decree := o.sign(o.propose(o.rank(o.start("BST-"+string(rune('A'+round)), terms(rules.Family, 3)))), "1/"+string(rune('A'+round)))
			lines := o.decreed(decree)
			change := o.replace(lines[0], noDay).Decree
			o.racers([]db.Actor{o.head, o.maker}, func(tx *db.Tx) error {
				_, err := program.SignDecree(ctx, tx, change.ID, signature(change, "2/"+string(rune('A'+round))))
				return err
			}, func(tx *db.Tx) error {
				_, err := program.ReplaceFromReserve(ctx, tx, lines[1].ID, noDay, "pindah")
				return err
			})
			now, err := program.DecreeByID(ctx, d.Read(), whole(), change.ID)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(o.decreed(change)); n != now.Lines || now.State == program.DecreeSigned && n != 1 {
				t.Errorf("round %d: %s with %d lines, %d counted", round, now.State, n, now.Lines)
			}
		}
	})
}
