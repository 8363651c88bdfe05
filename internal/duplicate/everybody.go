package duplicate

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/linkage"
	"tepat/linkage/cluster"
)

// everybody compares the whole registry with itself: it is read into a table of
// the linkage library, compared, and clustered under what people decided.
func (h *hunt) everybody(ctx context.Context) error {
	t, err := h.table(ctx)
	if err != nil {
		return err
	}
	h.out.People = int64(t.Len())
	opt := registry.MatchOptions()
	opt.Progress = func(p linkage.Progress) { h.progress.say(p.Done, p.Total, PhaseCompare) }
	model := *h.matcher.Model
	model.Link = linkage.Dedupe
	look := h.matcher.Policy.LookWeight
	links, err := model.Predict(ctx, t, model.Probability(look), opt)
	if err != nil {
		return err
	}
	h.out.Compared = links.Compared
	strong := slices.DeleteFunc(links.Pairs, func(l linkage.Link) bool { return float64(l.Weight) < look })
	slices.SortStableFunc(strong, func(x, y linkage.Link) int { return cmp.Compare(y.Weight, x.Weight) })
	strong = strong[:min(len(strong), 2*maxPairs)]
	if err := h.explain(ctx, t, &model, strong); err != nil {
		return err
	}
	return h.group(ctx, t, &model, strong)
}

// table reads the registry.
func (h *hunt) table(ctx context.Context) (*linkage.Table, error) {
	t, err := linkage.NewTable(h.matcher.Model, registry.MatchFields(), registry.MatchOptions())
	if err != nil {
		return nil, err
	}
	return t, t.Add(ctx, linkage.Source{Name: registry.RegistrySource, Records: h.service.records(ctx, h.actor.Scope.Regency(), h.progress)})
}

// records streams the people of a regency as the library reads them.
func (s *Service) records(ctx context.Context, regency region.Code, progress Progress) iter.Seq2[linkage.Record, error] {
	return func(yield func(linkage.Record, error) bool) {
		n := int64(0)
		err := registry.EachProfile(ctx, s.db.Read(), string(regency), func(who id.Person, p *registry.Profile) error {
			if n++; n%5000 == 0 {
				progress.say(n, 0, PhaseRead)
			}
			if !yield(linkage.Record{ID: string(who), Values: p.Cells()}, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && err != errStop {
			yield(linkage.Record{}, err)
		}
	}
}

// explain keeps the pairs that are not plainly two people, with what each field
// says.
func (h *hunt) explain(ctx context.Context, t *linkage.Table, model *linkage.Model, links []linkage.Link) error {
	x, err := linkage.NewExplainer(model, t, registry.MatchOptions())
	if err != nil {
		return err
	}
	for _, l := range links {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		a, b := int(l.A), int(l.B)
		if registry.Apart(t.Value(a, "nik"), t.Value(b, "nik"), t.Value(a, "name"), t.Value(b, "name")) {
			continue
		}
		e, err := x.Explain(a, b)
		if err != nil {
			return err
		}
		_, idA := t.ID(a)
		_, idB := t.ID(b)
		h.pairs = append(h.pairs, pair{a: id.Person(idA), b: id.Person(idB), weight: e.Weight, pieces: pieces(e)})
	}
	h.rank()
	return nil
}

// group names the clusters of more than two, so that they are looked at
// together. What people decided binds: never across a "different".
func (h *hunt) group(ctx context.Context, t *linkage.Table, model *linkage.Model, links []linkage.Link) error {
	cannot, err := decidedApart(ctx, h.service.db.Read(), h.actor.Regency())
	if err != nil {
		return err
	}
	o := cluster.Options{MinWeight: h.matcher.Policy.LookWeight, Probability: model.Probability}
	for _, c := range cannot {
		a, okA := t.Find(registry.RegistrySource, string(c[0]))
		b, okB := t.Find(registry.RegistrySource, string(c[1]))
		if okA && okB {
			o.Cannot = append(o.Cannot, cluster.Pair{A: uint32(min(a, b)), B: uint32(max(a, b))})
		}
	}
	slices.SortFunc(links, func(x, y linkage.Link) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
	result := cluster.Constrained(t.Len(), links, o)
	size := make(map[int32]int, len(links))
	first := make(map[int32]string, len(links))
	for i, c := range result.Of {
		size[c]++
		if size[c] == 1 {
			_, first[c] = t.ID(i)
		}
	}
	for i := range h.pairs {
		p := &h.pairs[i]
		p.groupN = 2
		a, okA := t.Find(registry.RegistrySource, string(p.a))
		b, okB := t.Find(registry.RegistrySource, string(p.b))
		if !okA || !okB || result.Of[a] != result.Of[b] || size[result.Of[a]] < 3 {
			continue
		}
		p.group, p.groupN = first[result.Of[a]], size[result.Of[a]]
	}
	return nil
}

// pieces keeps what an explanation says, without the values.
func pieces(e linkage.Explanation) []Piece {
	out := make([]Piece, 0, len(e.Fields)+1)
	for _, f := range e.Fields {
		out = append(out, Piece{Field: f.Comparison, Level: f.Level, Weight: milli(f.Weight), Missing: f.Missing})
	}
	if e.Household != 0 {
		out = append(out, Piece{Field: household, Weight: milli(e.Household)})
	}
	return out
}

// household names what "same house, other person" takes away.
const household = "household"
