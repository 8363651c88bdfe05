package duplicate

import (
	"context"
	"slices"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/registry"
)

// QualityOf returns the numbers of matching of a regency.
func QualityOf(ctx context.Context, q db.Querier, regency string, now db.Time) (Quality, error) {
	var out Quality
	models, err := registry.MatchModels(ctx, q, regency)
	if err != nil {
		return out, fault.Wrap("duplicate.QualityOf", err)
	}
	for _, m := range models {
		out.Models = append(out.Models, ModelInfo{ID: m.ID, Number: m.Number, State: m.State, People: m.People, Labels: m.Labels, MadeName: m.MadeName,
			MadeAt: m.MadeAt, ActiveName: m.ActiveName, ActiveAt: m.ActiveAt, Note: m.Note})
	}
	out.Model = atWork(out.Models)
	today := dayOf(regency, now)
	from := civil.Date{Year: today.Year - 1, Month: today.Month, Day: 1}
	counts, err := registry.MatchCounts(ctx, q, regency, from)
	if err != nil {
		return out, fault.Wrap("duplicate.QualityOf", err)
	}
	out.Months = monthsOf(counts)
	policies, err := registry.MatchPolicies(ctx, q, regency, today)
	if err != nil {
		return out, fault.Wrap("duplicate.QualityOf", err)
	}
	cells, err := cellsOf(ctx, q, regency)
	if err != nil {
		return out, fault.Wrap("duplicate.QualityOf", err)
	}
	out.judge(cells, policies)
	return out, nil
}

func atWork(list []ModelInfo) ModelInfo {
	for _, m := range list {
		if m.State == registry.ModelActive {
			return m
		}
	}
	return list[len(list)-1] // the built-in one
}

// cellsOf counts suspicions by source and score band; those that a change
// overtook say nothing.
func cellsOf(ctx context.Context, q db.Querier, regency string) ([]cell, error) {
	return db.All(ctx, q, func(c *cell) []any { return []any{&c.source, &c.band, &c.pairs, &c.decided, &c.same} },
		`SELECT source, band, COUNT(*), SUM(CASE WHEN state IN ('same', 'different', 'left') THEN 1 ELSE 0 END), SUM(CASE WHEN state = 'same' THEN 1 ELSE 0 END)
		FROM (SELECT source, state, CASE WHEN weight < 0 THEN 0 ELSE weight / $2 END AS band FROM suspicion WHERE regency = $1 AND state <> 'gone') t
		GROUP BY source, band ORDER BY source, band`, regency, registry.BandWidth*1000)
}

// judge fills sources, bands and drift.
func (out *Quality) judge(cells []cell, policies []registry.MatchPolicy) {
	bySource := map[string]*SourceQuality{}
	mine := map[string][]cell{}
	get := func(source string) *SourceQuality {
		if bySource[source] == nil {
			bySource[source] = &SourceQuality{Source: source}
		}
		return bySource[source]
	}
	for _, c := range cells {
		s := get(c.source)
		s.Suspicions, s.Decided, s.Same = s.Suspicions+c.pairs, s.Decided+c.decided, s.Same+c.same
		mine[c.source] = append(mine[c.source], c)
		if c.source == registry.RegistrySource {
			from := float64(c.band) * registry.BandWidth
			out.Bands = append(out.Bands, Band{from, from + registry.BandWidth, c.pairs, c.decided, c.same, wilson(float64(c.same), float64(c.decided), c.decided)})
		}
	}
	months := map[string][]Month{}
	for _, m := range out.Months {
		s := get(m.Source)
		s.Rows, s.SameN, s.NewN, s.LookN, s.Unlinkable = s.Rows+m.Rows(), s.SameN+m.Same, s.NewN+m.New, s.LookN+m.Look, s.Unlinkable+m.Unlinkable
		months[m.Source] = append(months[m.Source], m)
	}
	for source, s := range bySource {
		s.Precision, s.Recall = rate(mine[source], sameWeight(policies, source))
		out.Sources = append(out.Sources, *s)
		if len(months[source]) > 0 {
			out.Drift = append(out.Drift, driftOf(months[source]))
		}
	}
	slices.SortFunc(out.Sources, func(a, b SourceQuality) int { return strings.Compare(a.Source, b.Source) })
	slices.SortFunc(out.Drift, func(a, b Drift) int { return strings.Compare(a.Source, b.Source) })
}

func sameWeight(policies []registry.MatchPolicy, source string) float64 {
	rest := 0.0
	for _, p := range policies {
		switch p.Source {
		case source:
			return p.SameWeight
		case "":
			rest = p.SameWeight
		}
	}
	return rest
}

// monthsOf sums the counts by month and source, and compares each month with
// the one before it of the same source.
func monthsOf(counts []registry.MatchCount) []Month {
	var out []Month
	last := map[string]int{} // position by source
	for _, c := range counts {
		at, ok := last[c.Source]
		if !ok || out[at].Month != c.Month {
			m := Month{Month: c.Month, Source: c.Source, bands: map[registry.MatchCell]int{}}
			out = append(out, m)
			at = len(out) - 1
			last[c.Source] = at
		}
		m := &out[at]
		m.bands[c.MatchCell] += c.Rows
		switch c.Verdict {
		case "same":
			m.Same += c.Rows
		case "new":
			m.New += c.Rows
		case "look":
			m.Look += c.Rows
		default:
			m.Unlinkable += c.Rows
		}
	}
	before := map[string]map[registry.MatchCell]int{}
	for i := range out {
		if b := before[out[i].Source]; b != nil {
			out[i].PSI = psi(b, out[i].bands)
		}
		before[out[i].Source] = out[i].bands
	}
	return out
}
