package program

import (
	"context"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/rules"
)

// Judge evaluates version v over its candidates as of day, ranks them and draws
// the line, without keeping anything: the preview of a draft, and the first
// half of Rank. It reads the whole regency whatever the reader's area, because
// a part of a ranking is none; showing it is the business of the area.
func Judge(ctx context.Context, q db.Querier, regency region.Code, v RuleVersion, day civil.Date, tell Progress) (*Judged, error) {
	if !day.Valid() {
		return nil, fault.NewInvalid("program.as_of").At("as_of")
	}
	p, err := ProgramByID(ctx, q, region.NewScope(regency), v.Program)
	if err != nil {
		return nil, err
	}
	b, err := newBench(ctx, q, regency, RuleProgram{p, v}, day)
	if err != nil {
		return nil, err
	}
	b.tell = tell
	contenders, err := b.load(ctx, q, regency)
	if err != nil {
		return nil, err
	}
	return b.judge(contenders)
}

func newBench(ctx context.Context, q db.Querier, regency region.Code, rp RuleProgram, day civil.Date) (*bench, error) {
	w, err := loadWorld(ctx, q, regency, &rp.Rules, day)
	if err != nil {
		return nil, err
	}
	compiled, err := rules.Compile(rp.Rules.Rules, w.vocab)
	if err != nil {
		return nil, err
	}
	others, err := registry.OtherNumbers(ctx, q, string(regency))
	if err != nil {
		return nil, fault.Wrap("program.newBench", err)
	}
	return &bench{world: w, compiled: compiled, program: rp, day: day, list: rp.Rules.Source == FromList, others: others}, nil
}

// load fills the census and says who is judged.
func (b *bench) load(ctx context.Context, q db.Querier, regency region.Code) ([]contender, error) {
	if !b.list {
		var err error
		b.census, err = loadCensus(ctx, q, regency, nil, b.tell)
		if err != nil {
			return nil, err
		}
		return contend(b.census, b.program.Unit), nil
	}
	list, err := allCandidates(ctx, q, string(regency), b.program.ID)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fault.NewConflict("program.no_candidates", b.program.Name)
	}
	wanted, err := familiesOf(ctx, q, regency, list)
	if err != nil {
		return nil, err
	}
	if b.census, err = loadCensus(ctx, q, regency, wanted, b.tell); err != nil {
		return nil, err
	}
	return contendListed(b.census, b.program.Unit, list), nil
}

// familiesOf collects the families of candidates: those listed, and those to
// which the people belong by now.
func familiesOf(ctx context.Context, q db.Querier, regency region.Code, list []Candidate) (map[id.Family]bool, error) {
	wanted := make(map[id.Family]bool, len(list))
	people := make([]id.Person, len(list))
	for i, x := range list {
		wanted[x.Family] = true
		people[i] = x.Person
	}
	found, err := registry.PeopleByID(ctx, q, region.NewScope(regency), people)
	if err != nil {
		return nil, fault.Wrap("program.familiesOf", err)
	}
	for _, p := range found {
		if p.FamilyID != "" {
			wanted[p.FamilyID] = true
		}
	}
	return wanted, nil
}
