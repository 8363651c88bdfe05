package duplicate

import (
	"context"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/intake"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// Judge is the first person's word. "Same" is carried out at once when neither
// side is in running aid; otherwise it waits for another person. Faults: those
// of the fields, duplicate.locked, duplicate.decided, account.own_family, and
// whatever stands in the way of the merge.
func (s *Service) Judge(ctx context.Context, tx *db.Tx, suspicion id.Suspicion, j Judgement) (State, error) {
	d, err := s.open(ctx, tx, suspicion)
	if err != nil {
		return "", err
	}
	if err := j.check(&d.Suspicion); err != nil {
		return "", err
	}
	held, err := lockBy(ctx, tx, tx.Actor.Regency(), suspicion, tx.Actor.User, tx.Now)
	if err != nil {
		return "", err
	}
	if held.By != "" {
		return "", fault.NewConflict("duplicate.locked", held.Name)
	}
	d.judged(j, tx.Actor, tx.Now, j.Verdict == VerdictSame && d.Impact > NoAid)
	switch {
	case j.Verdict == VerdictField:
		d.State = Field
	case j.Verdict == VerdictDifferent:
		err = s.keepApart(ctx, tx, d)
	case d.Second:
		d.State = Proposed
	default:
		err = s.carryOut(ctx, tx, d)
	}
	if err != nil {
		return "", err
	}
	deed := string(d.State)
	if err := d.save(ctx, tx, deed, j.Reason, j.Note); err != nil {
		return "", err
	}
	return d.State, release(ctx, tx, tx.Actor, suspicion)
}

// Confirm is the second person's word on a proposed "same". Agreement carries it
// out; disagreement, with a note, sends it back to the queue.
func (s *Service) Confirm(ctx context.Context, tx *db.Tx, suspicion id.Suspicion, agree bool, note string, version int) (State, error) {
	d, err := s.open(ctx, tx, suspicion)
	if err != nil {
		return "", err
	}
	note = tidy(note)
	switch {
	case d.State != Proposed:
		return "", fault.NewConflict("duplicate.decided", d.NameA, d.NameB)
	case d.Version != version:
		return "", fault.NewConflict("duplicate.changed_meanwhile", d.NameA, d.NameB)
	case d.JudgedBy == tx.Actor.User:
		return "", fault.NewDenied("duplicate.own_verdict")
	case !agree && len([]rune(note)) < 4:
		return "", fault.NewInvalid("duplicate.note_missing").At("note")
	case len([]rune(note)) > maxNote:
		return "", fault.NewInvalid("duplicate.note_long", maxNote).At("note")
	}
	if !agree {
		d.forget()
		return d.State, d.save(ctx, tx, "returned", "", note)
	}
	d.ConfirmedBy, d.ConfirmName, d.ConfirmedAt = tx.Actor.User, tx.Actor.Name, tx.Now
	if err := s.carryOut(ctx, tx, d); err != nil {
		return "", err
	}
	return d.State, d.save(ctx, tx, "confirmed", d.Reason, note)
}

// dossier is a suspicion in the hands of somebody who may act on it.
type dossier struct {
	Suspicion
	a, b   registry.Person // b is zero for a row
	record intake.Record   // of a row
}

// open loads a suspicion of the actor's area with both sides as they are now,
// and refuses officers of either family.
func (s *Service) open(ctx context.Context, tx *db.Tx, suspicion id.Suspicion) (*dossier, error) {
	found, err := byID(ctx, tx, tx.Actor.Scope, suspicion)
	if err != nil {
		return nil, err
	}
	d := &dossier{Suspicion: found}
	if d.Kind == Row {
		if d.Suspicion, err = takeRowOf(ctx, tx, found); err != nil {
			return nil, err
		}
		if d.record, err = intake.ParseRecord(d.Record); err != nil {
			return nil, err
		}
		// The person may have been merged since: whoever stands for him is meant.
		forward, err := registry.Resolve(ctx, tx, tx.Actor.Regency(), []id.Person{d.A})
		if err != nil {
			return nil, err
		}
		d.A = forward.Of(d.A)
	}
	people, _, err := peopleOf(ctx, tx, tx.Actor.Regency(), []id.Person{d.A, d.B})
	if err != nil {
		return nil, err
	}
	d.a, d.b = people[d.A], people[d.B]
	if err := d.refuseOwn(ctx, tx); err != nil {
		return nil, err
	}
	return d, d.weighMoney(ctx, tx)
}

// takeRowOf keeps everything that is asked about the row of s to this command,
// and reads s again: of two officers who each find somebody else in one row, the
// last one settles it.
func takeRowOf(ctx context.Context, tx *db.Tx, s Suspicion) (Suspicion, error) {
	_, err := tx.ExecMany(ctx, "UPDATE suspicion SET version = version WHERE regency = $1 AND batch_id = $2 AND batch_id <> '' AND row_n = $3",
		tx.Actor.Regency(), string(s.Batch), s.Row)
	if err != nil {
		return s, err
	}
	return byID(ctx, tx, tx.Actor.Scope, s.ID)
}

// refuseOwn refuses officers of either family, by any number of its people, and
// of the one that a row names.
func (d *dossier) refuseOwn(ctx context.Context, tx *db.Tx) error {
	for _, p := range []registry.Person{d.a, d.b} {
		own, err := registry.IsOwnFamily(ctx, tx, tx.Actor, p.FamilyID, p.NIK)
		if err != nil {
			return err
		}
		if own {
			return account.OwnFamily()
		}
	}
	var niks []nik.NIK
	var kks []nik.KK
	if d.record.NIK != "" {
		niks = append(niks, d.record.NIK)
	}
	if d.record.KK != "" {
		kks = append(kks, d.record.KK)
	}
	related, err := account.Related(ctx, tx, tx.Actor.User, niks, kks)
	if err == nil && related {
		err = account.OwnFamily()
	}
	return err
}

// weighMoney finds anew what money hangs on d: aid may have begun since the search.
func (d *dossier) weighMoney(ctx context.Context, tx *db.Tx) error {
	st, err := stakesFor(ctx, tx, tx.Actor.Regency(), &d.Suspicion, &d.a, &d.b, d.record, today(tx))
	if err != nil {
		return err
	}
	d.Impact, d.Monthly, d.Programs = st.impact, st.monthly, st.programs()
	return nil
}

// today is the day of the regency.
func today(tx *db.Tx) civil.Date { return dayOf(tx.Actor.Regency(), tx.Now) }

func dayOf(regency string, now db.Time) civil.Date {
	return civil.ZoneOfProvince(regency[:2]).Today(now.Std())
}

// carryOut makes the two sides one: it merges the records, or brings the row in
// about the person.
func (s *Service) carryOut(ctx context.Context, tx *db.Tx, d *dossier) error {
	d.State = Same
	if d.Kind == Row {
		return s.takeRow(ctx, tx, d)
	}
	if d.a.ID == "" || d.b.ID == "" || d.a.MergedInto != "" || d.b.MergedInto != "" {
		return fault.NewConflict("duplicate.overtaken", d.NameA, d.NameB)
	}
	keep, drop := survivor(&d.a, &d.b)
	merge, err := evidence.MergePeople(ctx, tx, registry.PersonMerge{Keep: keep.ID, Drop: drop.ID, KeepVersion: keep.Version, DropVersion: drop.Version,
		Reason: spelled(d.Reason, d.Note)})
	if err != nil {
		return err
	}
	d.Merge = string(merge)
	return overtake(ctx, tx, &d.Suspicion, keep, drop)
}

// survivor says which record stays: the one with a NIK, else the older one.
func survivor(a, b *registry.Person) (*registry.Person, *registry.Person) {
	if (a.NIK != "") != (b.NIK != "") {
		if a.NIK != "" {
			return a, b
		}
		return b, a
	}
	if b.ID < a.ID {
		return b, a
	}
	return a, b
}

// takeRow brings a row in about the person, and remembers that this is how the
// source writes him.
func (s *Service) takeRow(ctx context.Context, tx *db.Tx, d *dossier) error {
	word := intake.Word{Row: d.Row, Record: d.record, Person: d.A, Reason: spelled(d.Reason, d.Note)}
	if _, err := s.intake.Settle(ctx, tx, d.Batch, word); err != nil {
		return err
	}
	profile := d.record.Profile()
	if err := registry.NoteAlias(ctx, tx, &profile, d.A, true, d.ID); err != nil {
		return err
	}
	return closeSiblings(ctx, tx, &d.Suspicion)
}

// keepApart carries out "different". The row of a file goes in about somebody
// new, or is left out, once it is none of those whom it might mean.
func (s *Service) keepApart(ctx context.Context, tx *db.Tx, d *dossier) error {
	d.State = Different
	if d.Kind == Pair {
		return nil
	}
	profile := d.record.Profile()
	if err := registry.NoteAlias(ctx, tx, &profile, d.A, false, d.ID); err != nil {
		return err
	}
	left, err := siblings(ctx, tx, &d.Suspicion, "state IN ('open', 'field', 'proposed')")
	if err != nil || len(left) > 0 {
		return err
	}
	word := intake.Word{Row: d.Row, Record: d.record, Leave: d.Follow == ThenLeave, Reason: spelled(d.Reason, d.Note)}
	if word.Leave {
		d.State = Left
	}
	_, err = s.intake.Settle(ctx, tx, d.Batch, word)
	return err
}

// save stores the suspicion, the step and the event.
func (d *dossier) save(ctx context.Context, tx *db.Tx, deed, reason, note string) error {
	if err := store(ctx, tx, &d.Suspicion); err != nil {
		return err
	}
	if err := addStep(ctx, tx, &d.Suspicion, deed, reason, note); err != nil {
		return err
	}
	return tx.Record("duplicate."+deed, string(d.ID), d.area(), map[string]any{"say": []string{d.NameA, d.NameB}, "state": d.State,
		"reason": reason, "note": note, "impact": d.Impact, "monthly": d.Monthly, "second": d.Second, "merge": d.Merge, "version": d.Version})
}

func (s *Suspicion) area() region.Code {
	if s.VillageB != "" && s.Kind == Row {
		return s.VillageB
	}
	return s.VillageA
}
