package em

import "math"

// tables hold the natural logarithms of a state for fast classification.
type tables struct {
	log    [classes][][16]float64 // by class, comparison, level; 0 for missing
	share  [][classes]float64
	active [classes]bool
}

func newTables(s *state) *tables {
	t := &tables{active: s.active(), share: make([][classes]float64, len(s.share))}
	for class := range s.dist {
		if !t.active[class] {
			continue
		}
		t.log[class] = make([][16]float64, len(s.dist[class]))
		for k, d := range s.dist[class] {
			for l, v := range d {
				t.log[class][k][l+1] = math.Log(v)
			}
		}
		for v := range s.share {
			t.share[v][class] = math.Log(max(s.share[v][class], 1e-300))
		}
	}
	return t
}

// density is the log probability of the levels of g in a class. Term frequencies
// say how rare the agreeing value is among strangers; people of one house share
// names for another reason, so only the class of strangers is shifted.
func (t *tables) density(g *Pattern, class int) float64 {
	sum := 0.0
	levels := g.Levels
	for k := range t.log[class] {
		sum += t.log[class][k][levels&15]
		levels >>= 4
	}
	if class == other {
		sum -= float64(g.Shift) * math.Ln2
	}
	return sum
}

// classify returns the posterior of the classes in a view and the log likelihood
// of one pair.
func (t *tables) classify(g *Pattern, view int) ([classes]float64, float64) {
	return t.among(g, view, t.active)
}

// classifyNonMatch is classify for a pair known not to match, wherever it is from.
func (t *tables) classifyNonMatch(g *Pattern) ([classes]float64, float64) {
	active := t.active
	active[match] = false
	return t.among(g, 0, active)
}

// among classifies a pattern among some classes.
func (t *tables) among(g *Pattern, view int, active [classes]bool) ([classes]float64, float64) {
	var post [classes]float64
	top := math.Inf(-1)
	for class := range post {
		if active[class] {
			post[class] = t.share[view][class] + t.density(g, class)
			top = max(top, post[class])
		}
	}
	sum := 0.0
	for class := range post {
		if active[class] {
			post[class] = relative(post[class] - top)
			sum += post[class]
		}
	}
	if sum == 1 {
		return post, top
	}
	for class := range post {
		post[class] /= sum
	}
	return post, top + math.Log(sum)
}

// relative is e^x for x <= 0, nothing where it would be lost beside 1: most
// patterns are clearly of one class, and need no exponential.
func relative(x float64) float64 {
	if x == 0 {
		return 1
	}
	if x < -36 {
		return 0
	}
	return math.Exp(x)
}

func (s *state) active() [classes]bool {
	return [classes]bool{match: true, house: s.houses, kin: s.personal != 0, other: true}
}
