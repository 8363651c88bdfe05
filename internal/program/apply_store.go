package program

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/intake"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// CandidateApplier brings a list of candidates in: intake's target "candidate".
// Batch.Subject is the programme's identifier. The zero value is ready.
type CandidateApplier struct{}

var _ intake.Applier = CandidateApplier{}

// Target names the applier in the layouts.
func (CandidateApplier) Target() string { return "candidate" }

// subjectProgram finds the programme that a batch is for, in the batch's own
// regency, and the whole of that regency.
func subjectProgram(ctx context.Context, q db.Querier, b intake.Batch) (Program, region.Scope, error) {
	whole := region.NewScope(b.Regency())
	p, err := ProgramByID(ctx, q, whole, id.Program(b.Subject))
	if fault.KindOf(err) == fault.NotFound {
		return p, whole, fault.NewInvalid("program.subject_missing").At("subject")
	}
	return p, whole, fault.Wrap("program.subjectProgram", err)
}

// Check finds the person and family of each row. A row whose number belongs to
// nobody in the registry is for a person to look at: nobody gets aid who is not
// on record.
func (CandidateApplier) Check(ctx context.Context, q db.Querier, b intake.Batch, items []intake.Item) error {
	p, scope, err := subjectProgram(ctx, q, b)
	if err != nil {
		return err
	}
	cards, err := cardsOf(ctx, q, scope, items)
	if err != nil {
		return err
	}
	list, err := allCandidates(ctx, q, string(scope.Regency()), p.ID)
	if err != nil {
		return err
	}
	before := newClaim(list)
	for i := range items {
		it := &items[i]
		if it.Settled() {
			continue
		}
		who, ok := cards.identify(it)
		if !ok || forOthers(b, it, who.family, who.village) {
			continue
		}
		it.Outcome, it.Note = intake.Ready, string(who.person)
		if x := before.same(who, &it.Record); x != nil {
			it.Outcome, it.Note = intake.Same, string(x.ID)
			before.taken[x.ID] = true
		}
	}
	return nil
}

// forOthers sends a row about a family outside the working area, or of the
// actor's own, to a person. Intake knows both by numbers; here the family may
// have been found by the key of a list or by a name.
func forOthers(b intake.Batch, it *intake.Item, family id.Family, village region.Code) bool {
	switch {
	case !b.Reaches(village):
		look(it, "intake.same_outside", intake.FieldKK)
	case b.IsOwn(family):
		look(it, "intake.own_family", intake.FieldName)
	default:
		return false
	}
	return true
}

// look sends a row to a person, with the reason.
func look(it *intake.Item, key string, field intake.Field, args ...string) {
	it.Outcome = intake.Look
	it.Warn(key, field, args...)
}

// same returns the candidate that a row repeats: same person, number in the
// list and name.
func (c *claim) same(who identity, r *intake.Record) *Candidate {
	for _, x := range c.byPerson[who.person] {
		if !c.taken[x.ID] && x.Key == r.Document && sameText(x.Listed, r.Name) {
			return x
		}
	}
	return nil
}

// Apply stores the candidates of a chunk.
func (CandidateApplier) Apply(ctx context.Context, tx *db.Tx, b intake.Batch, items []intake.Item) (intake.Counts, error) {
	var done intake.Counts
	p, scope, err := subjectProgram(ctx, tx, b)
	if err != nil {
		return done, err
	}
	if p.State != Open {
		return done, fault.NewConflict("program.closed", p.Name)
	}
	cards, err := cardsOf(ctx, tx, scope, items)
	if err != nil {
		return done, err
	}
	for i := range items {
		it := &items[i]
		if it.Outcome != intake.Ready {
			continue
		}
		who, ok := cards.identify(it)
		if !ok || who.family == "" {
			return done, intake.AtRows(fault.NewConflict("program.candidate_moved", it.Row), it.Row)
		}
		listedNo := it.Record.Rank
		if listedNo == 0 {
			listedNo = it.Row
		}
		err := tx.Insert(ctx, candidateTable, tx.NewID(), string(p.ID), string(who.family), string(who.person), it.Record.Document, it.Record.Name,
			string(who.village), listedNo, string(Listed), "", "", nil, "", 0, string(b.ID), it.Row, 1)
		if err != nil {
			return done, intake.AtRows(fault.Wrap("program.CandidateApplier", err), it.Row)
		}
		done.Added++
	}
	return done, nil
}

// Undo takes the candidates of a batch out, unless a village has answered for
// them or a ranking counted them.
func (CandidateApplier) Undo(ctx context.Context, tx *db.Tx, b intake.Batch) error {
	if err := refuseRanked(ctx, tx, b); err != nil {
		return err
	}
	list, err := db.All(ctx, tx, scanCandidate, "SELECT "+candidateColumns+" FROM candidate c WHERE c.regency = $1 AND c.batch_id = $2",
		tx.Actor.Regency(), string(b.ID))
	if err != nil {
		return fault.Wrap("program.CandidateApplier", err)
	}
	for _, c := range list {
		if c.State != Listed {
			return fault.NewConflict("program.undo_answered", c.Listed)
		}
		tx.Touch(candidateTable, string(c.ID))
	}
	_, err = tx.Exec(ctx, "DELETE FROM candidate WHERE regency = $1 AND batch_id = $2", tx.Actor.Regency(), string(b.ID))
	return fault.Wrap("program.CandidateApplier", err)
}

// refuseRanked refuses when a list of the batch's programme was ranked after
// the batch went in.
func refuseRanked(ctx context.Context, tx *db.Tx, b intake.Batch) error {
	since := b.AppliedAt
	if since.IsZero() {
		since = b.CreatedAt
	}
	r, found, err := db.One(ctx, tx, scanRanking, "SELECT "+rankingColumns+` FROM ranking r
		JOIN rule_version v ON v.regency = r.regency AND v.id = r.version_id
		WHERE r.regency = $1 AND r.program_id = $2 AND v.source = 'list' AND r.made_at >= $3 ORDER BY r.id LIMIT 1`,
		tx.Actor.Regency(), b.Subject, since)
	if err != nil {
		return fault.Wrap("program.refuseRanked", err)
	}
	if found {
		return fault.NewConflict("program.undo_ranked", r.AsOf)
	}
	return nil
}

// identity is whom a row names.
type identity struct {
	person  id.Person
	family  id.Family
	village region.Code
}

// cards are the families that the rows of a chunk name.
type cards struct {
	byKK map[nik.KK]registry.Family
	byID map[id.Family]registry.Family
	nik  map[nik.NIK]registry.Person
}

func cardsOf(ctx context.Context, q db.Querier, scope region.Scope, items []intake.Item) (*cards, error) {
	regency := string(scope.Regency())
	var kks []nik.KK
	var niks []nik.NIK
	for i := range items {
		if kk := items[i].Record.KK; kk != "" {
			kks = append(kks, kk)
		}
		if n := items[i].Record.NIK; n != "" {
			niks = append(niks, n)
		}
	}
	c := &cards{}
	var err error
	if c.byKK, err = registry.FamiliesByKK(ctx, q, regency, kks); err != nil {
		return nil, err
	}
	if c.nik, err = registry.PeopleByNIK(ctx, q, regency, niks); err != nil {
		return nil, err
	}
	var ids []id.Family
	for _, p := range c.nik {
		ids = append(ids, p.FamilyID)
	}
	for i := range items {
		if items[i].Match.Verdict == registry.Same {
			ids = append(ids, items[i].Match.Person.FamilyID)
		}
	}
	c.byID, err = registry.FamiliesByID(ctx, q, scope, ids)
	return c, err
}

// identify says whom the row names, or leaves a finding and false. A number
// that belongs to somebody else than the name is accepted only when the family
// card agrees.
func (c *cards) identify(it *intake.Item) (identity, bool) {
	r := &it.Record
	card, hasCard := c.byKK[r.KK]
	if it.Match.Verdict == registry.Same {
		return c.member(it, it.Match.Person)
	}
	if p, ok := c.nik[r.NIK]; ok && r.NIK != "" {
		if hasCard && card.ID == p.FamilyID || registry.Similar(r.Name, p.Name) >= alike {
			return c.member(it, p)
		}
		look(it, "program.candidate_other_name", intake.FieldName, p.Name)
		return identity{}, false
	}
	if hasCard && r.KK != "" && registry.Similar(r.Name, card.HeadName) >= alike {
		return identity{card.HeadID, card.ID, card.Village}, true
	}
	look(it, "program.candidate_unknown", intake.FieldNIK)
	return identity{}, false
}

// alike is how similar two names must be under one number; see registry.Decide.
const alike = 75

func (c *cards) member(it *intake.Item, p registry.Person) (identity, bool) {
	f, ok := c.byID[p.FamilyID]
	if !ok {
		look(it, "program.candidate_no_family", intake.FieldKK, p.Name)
		return identity{}, false
	}
	return identity{p.ID, f.ID, f.Village}, true
}
