package duplicate

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/registry"
)

// overtake closes the other suspicions about the record that a merge dropped,
// and asks them anew about the one that stays. Both are marked, so that undoing
// the merge finds them.
func overtake(ctx context.Context, tx *db.Tx, s *Suspicion, keep, drop *registry.Person) error {
	others, err := db.All(ctx, tx, scan, "SELECT "+columns+` FROM suspicion s WHERE s.regency = $1 AND s.id <> $2 AND s.kind = 'pair'
		AND s.state IN ('open', 'field', 'proposed') AND (s.person_a = $3 OR s.person_b = $3) ORDER BY s.id`,
		tx.Actor.Regency(), string(s.ID), string(drop.ID))
	if err != nil {
		return err
	}
	for i := range others {
		o := &others[i]
		fresh := *o
		o.State, o.Merge = Gone, s.Merge
		if err := store(ctx, tx, o); err != nil {
			return err
		}
		if fresh.A == drop.ID {
			fresh.A, fresh.NameA, fresh.VillageA = keep.ID, keep.Name, keep.Village
		} else {
			fresh.B, fresh.NameB, fresh.VillageB = keep.ID, keep.Name, keep.Village
		}
		if err := askAnew(ctx, tx, &fresh, s.Merge); err != nil {
			return err
		}
	}
	return nil
}

// askAnew stores a suspicion that a merge made, unless there is one.
func askAnew(ctx context.Context, tx *db.Tx, s *Suspicion, merge string) error {
	if s.A == s.B {
		return nil
	}
	_, known, err := db.One(ctx, tx, db.Self[string], "SELECT id FROM suspicion WHERE regency = $1 AND pair_key = $2", tx.Actor.Regency(), s.key())
	if err != nil || known {
		return err
	}
	s.forget()
	s.Search = merge
	return insert(ctx, tx, s)
}

// reopen takes back what overtake did.
func reopen(ctx context.Context, tx *db.Tx, merge string) error {
	for _, step := range []struct {
		where string
		to    State
	}{{"s.merge_id = $2 AND s.state = 'gone'", Open}, {"s.search_id = $2 AND s.state IN ('open', 'field', 'proposed')", Gone}} {
		list, err := db.All(ctx, tx, scan, "SELECT "+columns+" FROM suspicion s WHERE s.regency = $1 AND "+step.where+" ORDER BY s.id", tx.Actor.Regency(), merge)
		if err != nil {
			return err
		}
		for i := range list {
			s := &list[i]
			s.forget()
			s.State = step.to
			if err := store(ctx, tx, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// siblings are the other suspicions about the row of s under a condition.
func siblings(ctx context.Context, tx *db.Tx, s *Suspicion, condition string) ([]Suspicion, error) {
	return db.All(ctx, tx, scan, "SELECT "+columns+` FROM suspicion s WHERE s.regency = $1 AND s.batch_id = $2 AND s.batch_id <> '' AND s.row_n = $3
		AND s.id <> $4 AND s.`+condition+" ORDER BY s.id", tx.Actor.Regency(), string(s.Batch), s.Row, string(s.ID))
}

// closeSiblings closes the other candidates of a row that found its person.
func closeSiblings(ctx context.Context, tx *db.Tx, s *Suspicion) error {
	list, err := siblings(ctx, tx, s, "state IN ('open', 'field', 'proposed')")
	if err != nil {
		return err
	}
	for i := range list {
		list[i].State, list[i].Merge = Gone, string(s.ID)
		if err := store(ctx, tx, &list[i]); err != nil {
			return err
		}
	}
	return nil
}

// Undo takes back the actor's own last word of the day, and returns what it was
// about; duplicate.nothing_to_undo when there is none.
func (s *Service) Undo(ctx context.Context, tx *db.Tx, reason string) (id.Suspicion, error) {
	begin := dayStart(tx)
	var w db.Where
	within(&w, tx.Actor.Scope)
	user := string(tx.Actor.User)
	w.And(`((s.judged_by = ? AND s.judged_at >= ? AND s.confirmed_by = '' AND s.state IN ('field', 'proposed', 'same', 'different', 'left'))
		OR (s.confirmed_by = ? AND s.confirmed_at >= ? AND s.state = 'same'))`, user, begin, user, begin)
	last, found, err := db.One(ctx, tx, db.Self[id.Suspicion], "SELECT s.id FROM suspicion s"+w.String()+
		" ORDER BY (SELECT max(t.id) FROM suspicion_step t WHERE t.regency = s.regency AND t.suspicion_id = s.id) DESC LIMIT 1", w.Args...)
	if err != nil {
		return "", fault.Wrap("duplicate.Undo", err)
	}
	if !found {
		return "", fault.NewNotFound("duplicate.nothing_to_undo")
	}
	return last, s.UndoOf(ctx, tx, last, reason)
}

// UndoOf takes back one particular word of the actor's: a merge is undone
// exactly, a row waits again. Once a second person has confirmed, only that one
// may; the first word then stands again and waits.
func (s *Service) UndoOf(ctx context.Context, tx *db.Tx, suspicion id.Suspicion, reason string) error {
	d, err := s.open(ctx, tx, suspicion)
	if err != nil {
		return err
	}
	if !d.undoable(tx.Actor.User) {
		return fault.NewDenied("duplicate.not_yours")
	}
	if err := d.stillOnes(ctx, tx); err != nil {
		return err
	}
	if reason == "" {
		reason = "keputusan ditarik kembali"
	}
	if err := s.takeBack(ctx, tx, d, reason); err != nil {
		return err
	}
	if d.ConfirmedBy != "" {
		d.State, d.Merge = Proposed, ""
		d.ConfirmedBy, d.ConfirmName, d.ConfirmedAt = "", "", db.Time{}
	} else {
		d.forget()
	}
	return d.save(ctx, tx, "undone", "", reason)
}

// stillOnes refuses one person alone to take back what two agreed to, once its
// day is over or a payment rests on it, and a "same" for which aid began since.
func (d *dossier) stillOnes(ctx context.Context, tx *db.Tx) error {
	switch {
	case d.State != Same || d.ConfirmedBy == "" && d.Impact == NoAid:
		return nil
	case d.ConfirmedBy == "" || d.ConfirmedAt.Std().Before(dayStart(tx).Std()):
		return d.needsTwo()
	}
	sides := []id.Person{d.A}
	if d.B != "" {
		sides = append(sides, d.B)
	}
	used, err := paidSince(ctx, tx, tx.Actor.Regency(), d.ConfirmedAt, sides...)
	if err == nil && used {
		err = d.needsTwo()
	}
	return err
}

// needsTwo is the way to undo d with a second person.
func (d *dossier) needsTwo() error {
	return fault.NewConflict("duplicate.undo_two_"+string(d.Kind), d.NameA, d.NameB)
}

// takeBack undoes what the word did.
func (s *Service) takeBack(ctx context.Context, tx *db.Tx, d *dossier, reason string) error {
	switch {
	case d.State == Same && d.Kind == Pair:
		if err := evidence.Unmerge(ctx, tx, id.Merge(d.Merge), reason); err != nil {
			return err
		}
		return reopen(ctx, tx, d.Merge)
	case d.Kind == Row && (d.State == Same || d.State == Different || d.State == Left):
		return s.returnRow(ctx, tx, d, reason)
	}
	return nil
}

// returnRow makes a row wait again, with everybody whom it might mean.
func (s *Service) returnRow(ctx context.Context, tx *db.Tx, d *dossier, reason string) error {
	found, err := siblings(ctx, tx, &d.Suspicion, "state = 'same'")
	if err != nil {
		return err
	}
	if len(found) > 0 { // somebody said since who it is
		return fault.NewConflict("duplicate.decided", found[0].NameA, found[0].NameB)
	}
	if err := registry.ForgetAlias(ctx, tx, d.ID); err != nil {
		return err
	}
	waiting, err := siblings(ctx, tx, &d.Suspicion, "state IN ('open', 'field', 'proposed')")
	if err != nil {
		return err
	}
	if len(waiting) == 0 { // the row had been settled by this word
		if err := s.intake.Unsettle(ctx, tx, d.Batch, d.Row, reason); err != nil {
			return err
		}
	}
	return reopen(ctx, tx, string(d.ID))
}

// ConfirmGroup says "same" of every pair of the cluster that still waits, each
// by the rules of Judge. It refuses when a pair of the cluster was found to be
// two people.
func (s *Service) ConfirmGroup(ctx context.Context, tx *db.Tx, suspicion id.Suspicion, reason string) (int, error) {
	first, err := byID(ctx, tx, tx.Actor.Scope, suspicion)
	if err != nil {
		return 0, err
	}
	if first.Group == "" {
		return 0, fault.NewConflict("duplicate.no_group")
	}
	for n := 0; ; n++ {
		list, err := groupOf(ctx, tx, tx.Actor.Regency(), first.Group)
		if err != nil {
			return n, err
		}
		next := -1
		for i := range list {
			switch {
			case list[i].State == Different:
				return n, fault.NewConflict("duplicate.group_apart", list[i].NameA, list[i].NameB)
			case list[i].State.Waits() && next < 0:
				next = i
			}
		}
		if next < 0 && n == 0 {
			return 0, fault.NewConflict("duplicate.decided", first.NameA, first.NameB)
		}
		if next < 0 {
			return n, nil
		}
		j := Judgement{Verdict: VerdictSame, Reason: reason, Version: list[next].Version}
		if _, err := s.Judge(ctx, tx, list[next].ID, j); err != nil {
			return n, err
		}
	}
}

func groupOf(ctx context.Context, q db.Querier, regency, group string) ([]Suspicion, error) {
	return db.All(ctx, q, scan, "SELECT "+columns+` FROM suspicion s WHERE s.regency = $1 AND s.group_id = $2 AND s.group_id <> ''
		ORDER BY s.weight DESC, s.id`, regency, group)
}
