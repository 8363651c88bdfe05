package duplicate

import (
	"cmp"
	"context"
	"slices"
	"time"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/registry"
)

// Search is one search of the registry for duplicates.
type Search struct {
	ID        string
	At        db.Time
	Whole     bool // everybody against everybody; else the new and changed ones
	People    int64
	Compared  int64
	Found     int // pairs above the review weight
	Fresh     int // of those, asked about now
	Withdrawn int // asked before, no longer alike
	Name      string
	until     db.Time
	model     string
}

const searchColumns = "id, at, whole, people_n, compared_n, found_n, fresh_n, withdrawn_n, by_name, until_at, model"

func scanSearch(s *Search) []any {
	return []any{&s.ID, &s.At, &s.Whole, &s.People, &s.Compared, &s.Found, &s.Fresh, &s.Withdrawn, &s.Name, &s.until, &s.model}
}

// LastSearch returns the newest search of a regency.
func LastSearch(ctx context.Context, q db.Querier, regency string) (Search, bool, error) {
	s, found, err := db.One(ctx, q, scanSearch, "SELECT "+searchColumns+" FROM duplicate_search WHERE regency = $1 ORDER BY id DESC LIMIT 1", regency)
	return s, found, fault.Wrap("duplicate.LastSearch", err)
}

// Limits of a search. Above manyChanged new people it looks at everybody: that
// is quicker than asking for each. maxPairs are stored, the weightiest first.
const (
	manyChanged = 5_000
	// overlap is looked at again: a command that was under way during the last
	// search bears an earlier time than its end.
	overlap   = 10 * time.Minute
	maxPairs  = 20_000
	storePage = 200
)

// Progress is told how far a search is; it may be nil.
type Progress func(done, total int64, phase string)

func (p Progress) say(done, total int64, phase string) {
	if p != nil {
		p(done, total, phase)
	}
}

// The phases of Progress.
const (
	PhaseRead    = "duplicate.phase.read"
	PhaseCompare = "duplicate.phase.compare"
	PhaseStore   = "duplicate.phase.store"
	PhaseTrain   = "duplicate.phase.train"
)

// Search looks for people who stand in the registry twice. whole compares
// everybody; otherwise those who are new or changed since the last search are
// compared with everybody. Running it again finds the same and asks nothing
// twice: pairs that people decided come back only when a record changed in what
// makes somebody who he is.
func (s *Service) Search(ctx context.Context, actor db.Actor, whole bool, progress Progress) (Search, error) {
	q, regency := s.db.Read(), actor.Regency()
	last, found, err := LastSearch(ctx, q, regency)
	if err != nil {
		return Search{}, err
	}
	m, err := registry.NewMatcher(ctx, q, regency, registry.RegistrySource, civil.Date{})
	if err != nil {
		return Search{}, err
	}
	now := db.TimeOf(s.db.Now())
	h := &hunt{service: s, actor: actor, matcher: m, progress: progress,
		out: Search{At: now, until: now, Whole: whole || !found || last.model != m.ModelID, model: m.ModelID, Name: actor.Name}}
	var changed []id.Person
	if !h.out.Whole {
		if changed, err = registry.ChangedSince(ctx, q, regency, last.until.Add(-overlap), manyChanged); err != nil {
			return Search{}, err
		}
		h.out.Whole = len(changed) == manyChanged
	}
	if h.out.Whole {
		err = h.everybody(ctx)
	} else {
		err = h.some(ctx, changed)
	}
	if err != nil {
		return Search{}, fault.Wrap("duplicate.Search", err)
	}
	return h.out, fault.Wrap("duplicate.Search", h.store(ctx))
}

// pair is two people above the review weight.
type pair struct {
	a, b   id.Person
	weight float64
	pieces []Piece
	group  string
	groupN int
}

// hunt is a search under way.
type hunt struct {
	service  *Service
	actor    db.Actor
	matcher  *registry.Matcher
	progress Progress
	pairs    []pair
	out      Search
}

// some compares the given people with everybody by questions to the database.
func (h *hunt) some(ctx context.Context, changed []id.Person) error {
	q, regency := h.service.db.Read(), h.actor.Regency()
	seen := map[string]bool{}
	done := 0
	for part := range slices.Chunk(changed, 500) {
		people, families, err := peopleOf(ctx, q, regency, part)
		if err != nil {
			return err
		}
		var asked []registry.Person
		for _, who := range part {
			if p, ok := people[who]; ok && p.MergedInto == "" {
				asked = append(asked, p)
			}
		}
		found, err := h.matcher.Neighbours(ctx, q, asked, families)
		if err != nil {
			return err
		}
		for i := range asked {
			for _, c := range found[i] {
				h.out.Compared++
				key := pairKey(asked[i].ID, c.Person.ID)
				if c.Weight >= h.matcher.Policy.LookWeight && !seen[key] {
					seen[key] = true
					h.pairs = append(h.pairs, pair{a: asked[i].ID, b: c.Person.ID, weight: c.Weight, pieces: pieces(c.Why)})
				}
			}
		}
		done += len(part)
		h.progress.say(int64(done), int64(len(changed)), PhaseCompare)
	}
	h.out.People = int64(len(changed))
	h.rank()
	return nil
}

// rank orders the pairs, both ways the same, and keeps the weightiest.
func (h *hunt) rank() {
	for i := range h.pairs {
		if p := &h.pairs[i]; p.b < p.a {
			p.a, p.b = p.b, p.a
		}
	}
	slices.SortFunc(h.pairs, func(x, y pair) int {
		return cmp.Or(cmp.Compare(y.weight, x.weight), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	h.pairs = h.pairs[:min(len(h.pairs), maxPairs)]
	h.out.Found = len(h.pairs)
}

// store writes the pairs page by page, then withdraws what a whole search no
// longer found, and notes the search.
func (h *hunt) store(ctx context.Context) error {
	d := h.service.db
	done := 0
	for part := range slices.Chunk(h.pairs, storePage) {
		fresh := 0
		err := d.Write(ctx, h.actor, func(tx *db.Tx) error {
			var err error
			fresh, err = h.storePage(ctx, tx, part)
			return err
		})
		if err != nil {
			return err
		}
		h.out.Fresh += fresh
		done += len(part)
		h.progress.say(int64(done), int64(len(h.pairs)), PhaseStore)
	}
	return d.Write(ctx, h.actor, func(tx *db.Tx) error {
		out := &h.out
		if out.Whole {
			var err error
			if out.Withdrawn, err = h.withdraw(ctx, tx); err != nil {
				return err
			}
		}
		out.ID = tx.NewID()
		err := tx.Insert(ctx, searchTable, out.ID, flag(out.Whole), out.model, out.People, out.Compared, out.Found, out.Fresh, out.Withdrawn,
			out.until, out.At, string(tx.Actor.User), tx.Actor.Name)
		if err != nil {
			return err
		}
		return tx.Record("duplicate.searched", out.ID, "", map[string]any{"say": []any{out.People, out.Found, out.Fresh}, "whole": out.Whole,
			"compared": out.Compared, "withdrawn": out.Withdrawn})
	})
}

// withdraw closes the open pairs that the search did not meet.
func (h *hunt) withdraw(ctx context.Context, tx *db.Tx) (int, error) {
	met := make(map[string]bool, len(h.pairs))
	for i := range h.pairs {
		met[pairKey(h.pairs[i].a, h.pairs[i].b)] = true
	}
	list, err := db.All(ctx, tx, scan, "SELECT "+columns+` FROM suspicion s WHERE s.regency = $1 AND s.kind = 'pair' AND s.state IN ('open', 'field')
		ORDER BY s.id`, tx.Actor.Regency())
	if err != nil {
		return 0, err
	}
	n := 0
	for i := range list {
		if met[list[i].key()] {
			continue
		}
		list[i].State = Gone
		kept, err := keep(ctx, tx, &list[i])
		if err != nil {
			return 0, err
		}
		if kept {
			n++
		}
	}
	return n, nil
}

// keep stores what a search knows better about a suspicion. Somebody who judged
// it while the search read it goes first: then nothing is kept, and the next
// search meets it as he left it.
func keep(ctx context.Context, tx *db.Tx, s *Suspicion) (bool, error) {
	err := store(ctx, tx, s)
	if fault.KindOf(err) == fault.Conflict {
		return false, nil
	}
	return err == nil, err
}

// storePage brings some pairs in: new ones are asked about, known ones are kept
// up to date, decided ones stay decided unless a record changed.
// It returns how many are asked about that were not before.
func (h *hunt) storePage(ctx context.Context, tx *db.Tx, part []pair) (int, error) {
	regency := tx.Actor.Regency()
	var ids []id.Person
	var keys []string
	for _, p := range part {
		ids, keys = append(ids, p.a, p.b), append(keys, pairKey(p.a, p.b))
	}
	people, families, err := peopleOf(ctx, tx, regency, ids)
	if err != nil {
		return 0, err
	}
	all := make([]registry.Person, 0, len(people))
	for _, p := range people {
		all = append(all, p)
	}
	aid, err := aidOf(ctx, tx, regency, all, today(tx))
	if err != nil {
		return 0, err
	}
	known, err := byKeys(ctx, tx, regency, keys)
	if err != nil {
		return 0, err
	}
	touched, fresh := 0, 0
	for _, p := range part {
		a, b := people[p.a], people[p.b]
		if a.ID == "" || b.ID == "" || a.MergedInto != "" || b.MergedInto != "" {
			continue // gone while the search ran
		}
		x := h.suspicion(p, &a, &b, families, aid)
		if old, ok := known[x.key()]; ok {
			waited := old.State.Waits()
			if !old.renew(&x) {
				continue
			}
			kept, err := keep(ctx, tx, &old)
			if err != nil {
				return 0, err
			}
			if !kept {
				continue
			}
			if !waited {
				fresh++
			}
		} else {
			fresh++
			if err := insert(ctx, tx, &x); err != nil {
				return 0, err
			}
		}
		touched++
	}
	if touched == 0 {
		tx.Unchanged()
		return 0, nil
	}
	return fresh, tx.Record("duplicate.found", "", "", map[string]any{"say": []any{touched}})
}

func (h *hunt) suspicion(p pair, a, b *registry.Person, families map[id.Family]registry.Family, aid running) Suspicion {
	fa, fb := families[a.FamilyID], families[b.FamilyID]
	pa, pb := registry.ProfileOf(a, &fa), registry.ProfileOf(b, &fb)
	st := stakesOf(aid.of(a, b), aid.of(b, a))
	return Suspicion{Kind: Pair, A: a.ID, B: b.ID, Source: registry.RegistrySource, NameA: a.Name, NameB: b.Name, VillageA: a.Village, VillageB: b.Village,
		Weight: p.weight, Evidence: p.pieces, Model: h.matcher.ModelID, MarkA: pa.Mark(), MarkB: pb.Mark(), Impact: st.impact, Monthly: st.monthly,
		Programs: st.programs(), Group: p.group, GroupN: p.groupN, State: Open}
}

// renew brings a known suspicion up to date with what a search found, and
// reports whether there is something to store. Decided ones are asked about
// again only when a record changed in what makes somebody who he is.
func (s *Suspicion) renew(x *Suspicion) bool {
	same := s.MarkA == x.MarkA && s.MarkB == x.MarkB
	reopened := false
	switch {
	case s.State == Same, s.State == Different && same, s.State == Proposed && same:
		return false
	case !s.State.Waits():
		s.forget()
		reopened = true
	}
	if x.GroupN == 0 { // the search did not look at clusters
		x.Group, x.GroupN = s.Group, s.GroupN
	}
	now := *x
	now.ID, now.State, now.Version, now.MadeAt, now.Search, now.Merge = s.ID, s.State, s.Version, s.MadeAt, s.Search, s.Merge
	now.Verdict, now.Reason, now.Note, now.JudgedBy, now.JudgedName, now.JudgedAt = s.Verdict, s.Reason, s.Note, s.JudgedBy, s.JudgedName, s.JudgedAt
	changed := reopened || !now.equal(s)
	*s = now
	return changed
}

// equal reports whether two suspicions of one pair say the same.
func (s *Suspicion) equal(o *Suspicion) bool {
	return milli(s.Weight) == milli(o.Weight) && slices.Equal(s.Evidence, o.Evidence) && s.Model == o.Model && s.MarkA == o.MarkA && s.MarkB == o.MarkB &&
		s.NameA == o.NameA && s.NameB == o.NameB && s.VillageA == o.VillageA && s.VillageB == o.VillageB &&
		s.Impact == o.Impact && s.Monthly == o.Monthly && s.Programs == o.Programs && s.Group == o.Group && s.GroupN == o.GroupN
}

func byKeys(ctx context.Context, q db.Querier, regency string, keys []string) (map[string]Suspicion, error) {
	out := map[string]Suspicion{}
	err := db.Chunks(keys, func(part []any) error {
		var w db.Where
		w.And("s.regency = ?", regency)
		w.In("s.pair_key", part...)
		list, err := db.All(ctx, q, scan, "SELECT "+columns+" FROM suspicion s"+w.String(), w.Args...)
		for _, s := range list {
			out[s.key()] = s
		}
		return err
	})
	return out, err
}

// decidedApart returns the pairs of which people said that they are two.
func decidedApart(ctx context.Context, q db.Querier, regency string) ([][2]id.Person, error) {
	return db.All(ctx, q, func(p *[2]id.Person) []any { return []any{&p[0], &p[1]} },
		"SELECT person_a, person_b FROM suspicion WHERE regency = $1 AND kind = 'pair' AND state = 'different' ORDER BY id", regency)
}
