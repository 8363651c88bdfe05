package region

import "slices"

// Outcome says how sure a resolution is.
type Outcome int

// The outcomes. Only Exact and Alias come with a code; Ambiguous comes with
// candidates for a person to choose from.
const (
	None      Outcome = iota // nothing fits
	Exact                    // the code, or the official name but for case and marks
	Alias                    // a known other spelling, or a number since replaced
	Ambiguous                // several fit, or code and name contradict each other
)

var outcomeNames = [...]string{"none", "exact", "alias", "ambiguous"}

// String returns the English name of o, for logs.
func (o Outcome) String() string {
	if o < 0 || int(o) >= len(outcomeNames) {
		return "unknown"
	}
	return outcomeNames[o]
}

// Query is what a file says about a place. Code and Name are cells as found;
// either may be empty. Parent is the region around it as far as the caller
// knows ("2103" for any place of Natuna's files); Level is the column's, when
// the column says.
type Query struct {
	System System
	Code   string
	Name   string
	Parent Code
	Level  Level
}

// Resolve finds the region q speaks of. It returns the code with Exact or
// Alias, candidates with Ambiguous, neither with None. A code and a name that
// contradict each other are Ambiguous, never decided. A name alone finds
// provinces and regencies; for kecamatan and villages it needs a Parent.
func Resolve(q Query) (Code, []Code, Outcome) {
	read, isCode := readings(q.System, q.Code)
	if !isCode {
		return settle(byName(q.Name, q.Parent, q.Level))
	}
	read, outside := split(read, q.fits)
	named := plainKey(q.Name) != ""
	if !named && len(read) > 0 {
		return byCode(read)
	}
	if named {
		whole, partly := split(read, func(r reading) bool { return r.at != "" })
		for _, some := range [][]reading{whole, partly} { // all digits agree, or only those of the region around
			hits, outcome := q.agreeing(some)
			if len(hits) > 0 {
				return settle(hits, outcome)
			}
		}
	}
	return contradiction(q, slices.Concat(read, outside))
}

// fits reports whether everything that r speaks about is possible for q.
func (q Query) fits(r reading) bool {
	if q.Level != AnyLevel && r.level != q.Level {
		return false
	}
	if q.Parent == "" {
		return true
	}
	return slices.ContainsFunc(r.known(), func(c Code) bool {
		return q.Parent.Contains(c) || (r.at == "" && c.Contains(q.Parent))
	})
}

func split(all []reading, keep func(reading) bool) ([]reading, []reading) {
	var in, out []reading
	for _, r := range all {
		if keep(r) {
			in = append(in, r)
		} else {
			out = append(out, r)
		}
	}
	return in, out
}

// byCode decides without a name: only a single reading that is a region can.
func byCode(read []reading) (Code, []Code, Outcome) {
	if len(read) == 1 && read[0].at != "" {
		return read[0].at, nil, read[0].outcome
	}
	var candidates []Code
	isRegion := false
	for _, r := range read {
		candidates = addAll(candidates, r.known())
		isRegion = isRegion || r.at != ""
	}
	if !isRegion {
		return "", nil, None
	}
	return "", candidates, Ambiguous
}

// agreeing returns the regions that a reading and the name both mean. A place
// that a name only suggests counts when no reading is certain.
func (q Query) agreeing(read []reading) ([]Code, Outcome) {
	var certain, suggested []Code
	best := Ambiguous
	for _, r := range read {
		for _, around := range r.surroundings() {
			found, outcome := byName(q.Name, around, r.level)
			for _, c := range found {
				if (r.at != "" && c != r.at) || (q.Parent != "" && !q.Parent.Contains(c)) {
					continue
				}
				if outcome == Ambiguous {
					suggested = addAll(suggested, []Code{c})
					continue
				}
				certain = addAll(certain, []Code{c})
				best = min(best, max(outcome, r.outcome))
			}
		}
	}
	if len(certain) > 0 {
		return certain, best
	}
	return suggested, Ambiguous
}

// surroundings are the regions in which a name must be found to agree with r.
func (r reading) surroundings() []Code {
	if r.at != "" {
		return []Code{r.at.Parent()}
	}
	return r.inside
}

// contradiction collects every place that the code or the name could mean.
func contradiction(q Query, read []reading) (Code, []Code, Outcome) {
	var candidates []Code
	for _, r := range read {
		if r.at != "" {
			candidates = addAll(candidates, []Code{r.at})
		}
	}
	found, _ := byName(q.Name, q.Parent, q.Level)
	candidates = addAll(candidates, found)
	if len(candidates) == 0 {
		return "", nil, None
	}
	return "", candidates, Ambiguous
}

func settle(hits []Code, outcome Outcome) (Code, []Code, Outcome) {
	if len(hits) == 1 && outcome != Ambiguous {
		return hits[0], nil, outcome
	}
	if len(hits) == 0 {
		return "", nil, None
	}
	return "", hits, Ambiguous
}

func addAll(to, more []Code) []Code {
	for _, c := range more {
		if !slices.Contains(to, c) {
			to = append(to, c)
		}
	}
	return to
}
