package duplicate

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/intake"
	"tepat/internal/jobs"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// followBatch is told of batches inside their commands: when one is in, its
// waiting rows and the changed records are to be looked at; when one is out
// again, what was asked about it is void.
func (s *Service) followBatch(ctx context.Context, tx *db.Tx, b intake.Batch) error {
	if b.State == intake.Applied {
		_, err := jobs.Enqueue(ctx, tx, JobAfter, "duplicate:"+string(b.ID), payload{Batch: b.ID})
		return err
	}
	return s.void(ctx, tx, b)
}

// void closes what concerns the rows of a batch, and pairs whose people went
// out with it.
func (s *Service) void(ctx context.Context, tx *db.Tx, b intake.Batch) error {
	list, err := db.All(ctx, tx, scan, "SELECT "+columns+` FROM suspicion s WHERE s.regency = $1 AND s.state <> 'gone' AND
		(s.batch_id = $2 AND s.batch_id <> '' OR s.kind = 'pair' AND s.state IN ('open', 'field', 'proposed') AND
		(NOT EXISTS (SELECT 1 FROM person p WHERE p.regency = s.regency AND p.id = s.person_a)
		OR NOT EXISTS (SELECT 1 FROM person p WHERE p.regency = s.regency AND p.id = s.person_b))) ORDER BY s.id`, tx.Actor.Regency(), string(b.ID))
	if err != nil {
		return err
	}
	for i := range list {
		x := &list[i]
		if x.Kind == Row {
			if err := registry.ForgetAlias(ctx, tx, x.ID); err != nil {
				return err
			}
		}
		x.State = Gone
		if err := store(ctx, tx, x); err != nil {
			return err
		}
	}
	return nil
}

// Rows makes suspicions of the rows of an applied batch that wait for a person
// and may mean somebody. It may be called again: what is known stays.
func (s *Service) Rows(ctx context.Context, actor db.Actor, batch id.Batch) (int, error) {
	b, err := intake.BatchByID(ctx, s.db.Read(), region.NewScope(actor.Scope.Regency()), batch)
	if err != nil {
		return 0, err
	}
	if b.State != intake.Applied {
		return 0, nil
	}
	l, _ := intake.LayoutNamed(b.Layout)
	m, err := registry.NewMatcher(ctx, s.db.Read(), actor.Regency(), l.Source, dayOf(actor.Regency(), b.CreatedAt))
	if err != nil {
		return 0, err
	}
	made := 0
	var page []Suspicion
	flush := func() error {
		n, err := s.keepRows(ctx, actor, b, page)
		made, page = made+n, nil
		return err
	}
	err = s.intake.EachWaiting(ctx, actor, b, func(it *intake.Item) error {
		list, err := suspicionsOf(ctx, s.db.Read(), m, b, l.Source, it)
		page = append(page, list...)
		if err == nil && len(page) >= storePage {
			err = flush()
		}
		return err
	})
	if err != nil {
		return made, fault.Wrap("duplicate.Rows", err)
	}
	return made, fault.Wrap("duplicate.Rows", flush())
}

// suspicionsOf makes one suspicion for each person whom a row may mean.
func suspicionsOf(ctx context.Context, q db.Querier, m *registry.Matcher, b intake.Batch, source string, it *intake.Item) ([]Suspicion, error) {
	if !it.Match.Verdict.Looks() {
		return nil, nil
	}
	text, err := it.Record.Text()
	if err != nil {
		return nil, err
	}
	profile := it.Record.Profile()
	candidates := append([]registry.Candidate{{Person: it.Match.Person, Why: it.Match.Why}}, it.Match.Others...)
	var homes []id.Family
	for _, c := range candidates {
		homes = append(homes, c.Person.FamilyID)
	}
	families, err := registry.FamiliesByID(ctx, q, region.NewScope(b.Regency()), homes)
	if err != nil {
		return nil, err
	}
	var out []Suspicion
	for _, c := range candidates {
		f := families[c.Person.FamilyID]
		there := registry.ProfileOf(&c.Person, &f)
		e := c.Why
		if len(e.Fields) == 0 { // a number settled it, so nothing was scored
			if e, err = m.Explain(&there, &profile); err != nil {
				return nil, err
			}
		}
		x := Suspicion{Kind: Row, A: c.Person.ID, Batch: b.ID, Row: it.Row, Record: text, Source: source, NameA: c.Person.Name, NameB: it.Record.Name,
			VillageA: c.Person.Village, VillageB: it.Record.Village, Weight: e.Weight, Evidence: pieces(e), Model: m.ModelID,
			MarkA: there.Mark(), MarkB: profile.Mark(), State: Open, GroupN: len(candidates) + 1}
		if x.VillageB == "" {
			x.VillageB = c.Person.Village
		}
		st, err := stakesFor(ctx, q, string(b.Regency()), &x, &c.Person, nil, it.Record, dayOf(string(b.Regency()), b.CreatedAt))
		if err != nil {
			return nil, err
		}
		x.Impact, x.Monthly, x.Programs = st.impact, st.monthly, st.programs()
		out = append(out, x)
	}
	return out, nil
}

// keepRows stores what is not known yet.
func (s *Service) keepRows(ctx context.Context, actor db.Actor, b intake.Batch, list []Suspicion) (int, error) {
	made := 0
	err := s.db.Write(ctx, actor, func(tx *db.Tx) error {
		made = 0
		for i := range list {
			_, known, err := db.One(ctx, tx, db.Self[string], "SELECT id FROM suspicion WHERE regency = $1 AND pair_key = $2", tx.Actor.Regency(), list[i].key())
			if err != nil {
				return err
			}
			if known {
				continue
			}
			if err := insert(ctx, tx, &list[i]); err != nil {
				return err
			}
			made++
		}
		if made == 0 {
			tx.Unchanged()
			return nil
		}
		return tx.Record("duplicate.rows_found", string(b.ID), b.Village, map[string]any{"say": []any{made, b.FileName}})
	})
	return made, err
}

// searchedSince reports whether a search began after a batch was in.
func (s *Service) searchedSince(ctx context.Context, actor db.Actor, batch id.Batch) (bool, error) {
	b, err := intake.BatchByID(ctx, s.db.Read(), region.NewScope(actor.Scope.Regency()), batch)
	if err != nil {
		return false, err
	}
	last, found, err := LastSearch(ctx, s.db.Read(), actor.Regency())
	return found && last.At.Std().After(b.AppliedAt.Std()), err
}
