package duplicate

import (
	"math"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/registry"
)

// Quality tells how good matching is, as far as decisions show it.
type Quality struct {
	Model   ModelInfo
	Models  []ModelInfo
	Sources []SourceQuality
	Bands   []Band // of pairs inside the registry
	Months  []Month
	Drift   []Drift
}

// ModelInfo is a model version as people see it.
type ModelInfo struct {
	ID         string
	Number     int
	State      registry.ModelState
	People     int
	Labels     int
	MadeName   string
	MadeAt     db.Time
	ActiveName string
	ActiveAt   db.Time
	Note       string
}

// Interval is a share with its 95 % interval. Known is false without a case.
type Interval struct {
	Value, Low, High float64
	N                int // cases it rests on
	Known            bool
}

// SourceQuality is how matching does for rows of one source, or, for
// registry.RegistrySource, inside the registry. Precision is the share of true
// pairs among those above the same-weight of the policy, recall the share of
// true pairs that lie above it; both are weighted by how many of each score band
// were decided.
type SourceQuality struct {
	Source            string
	Suspicions        int
	Decided, Same     int
	Precision, Recall Interval
	Rows              int // of files, in the months that are counted
	SameN, NewN       int
	LookN, Unlinkable int
}

// Band is a stretch of the scale of scores.
type Band struct {
	From, To      float64
	Pairs         int
	Decided, Same int
	Share         Interval // of true pairs among the decided
}

// Month counts how rows of a source matched in one month. PSI compares the
// scores with the month before; 0 for the first.
type Month struct {
	Month      civil.Date
	Source     string
	Same, New  int
	Look       int
	Unlinkable int
	PSI        float64
	bands      map[registry.MatchCell]int
}

// Rows is how many rows the month counts.
func (m Month) Rows() int { return m.Same + m.New + m.Look + m.Unlinkable }

// Drift compares the newest two months of a source. Word is "steady", "watch"
// or "moved": "duplicate.drift.<word>".
type Drift struct {
	Source              string
	PSI                 float64
	SameNow, SameBefore float64 // shares
	LookNow, LookBefore float64
	Word                string
}

// wilson is the 95 % interval of a share (Wilson, JASA 22, 1927): it stays
// between 0 and 1 and holds for few cases.
func wilson(hits, n float64, cases int) Interval {
	if n <= 0 || cases == 0 {
		return Interval{}
	}
	const z = 1.959964
	p := hits / n
	size := float64(cases)
	middle := (p + z*z/(2*size)) / (1 + z*z/size)
	half := z / (1 + z*z/size) * math.Sqrt(p*(1-p)/size+z*z/(4*size*size))
	return Interval{Value: p, Low: max(0, middle-half), High: min(1, middle+half), N: cases, Known: true}
}

// cell counts the suspicions of one source and score band.
type cell struct {
	source        string
	band          int
	pairs         int
	decided, same int
}

// rate estimates precision and recall at weight same from cells: the decided of
// a band stand for all of it. A band without a decision says nothing and is
// left out of both.
func rate(cells []cell, same float64) (Interval, Interval) {
	var above, trueAbove, trueAll float64
	var casesAbove, cases int
	for _, c := range cells {
		if c.decided == 0 {
			continue
		}
		real := float64(c.pairs) * float64(c.same) / float64(c.decided)
		trueAll += real
		cases += c.decided
		if float64(c.band)*registry.BandWidth >= same {
			above += float64(c.pairs)
			trueAbove += real
			casesAbove += c.decided
		}
	}
	return wilson(trueAbove, above, casesAbove), wilson(trueAbove, trueAll, cases)
}

// psi is the population stability index of two distributions over the same
// cells: Σ (now − before)·ln(now ÷ before), every share at least a
// ten-thousandth. Below 0.1 nothing moved, above 0.25 something did (the usual
// reading in credit scoring; Siddiqi, Credit Risk Scorecards, 2006).
func psi(before, now map[registry.MatchCell]int) float64 {
	total := func(m map[registry.MatchCell]int) float64 {
		n := 0
		for _, v := range m {
			n += v
		}
		return float64(n)
	}
	a, b := total(before), total(now)
	if a == 0 || b == 0 {
		return 0
	}
	keys := map[registry.MatchCell]bool{}
	for k := range before {
		keys[k] = true
	}
	for k := range now {
		keys[k] = true
	}
	sum := 0.0
	for k := range keys {
		p, q := max(float64(before[k])/a, 1e-4), max(float64(now[k])/b, 1e-4)
		sum += (q - p) * math.Log(q/p)
	}
	return sum
}

// driftWord reads a stability index.
func driftWord(psi float64) string {
	switch {
	case psi >= 0.25:
		return "moved"
	case psi >= 0.1:
		return "watch"
	}
	return "steady"
}

// driftOf compares the newest two months of one source, which come in order.
func driftOf(months []Month) Drift {
	now := months[len(months)-1]
	d := Drift{Source: now.Source, PSI: now.PSI, Word: driftWord(now.PSI)}
	d.SameNow, d.LookNow = share(now.Same, now.Rows()), share(now.Look, now.Rows())
	if len(months) > 1 {
		before := months[len(months)-2]
		d.SameBefore, d.LookBefore = share(before.Same, before.Rows()), share(before.Look, before.Rows())
	}
	return d
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}
