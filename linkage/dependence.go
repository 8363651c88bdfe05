package linkage

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Among strangers fields do not agree independently: a suburb has its
// postcodes, a village its families and its names. Counting both in full finds
// matches among neighbours. The remedy here is the tree of Chow and Liu
// (Approximating discrete probability distributions with dependence trees,
// 1968): every comparison may hang on one other, the couples are those with the
// greatest mutual information, and the probability of a pattern among strangers
// is the product of the levels, each given the one it hangs on.

// hanging is what one comparison hangs on.
type hanging struct {
	on    int             // comparison, -1 for none
	ratio [16][16]float64 // log2, by level of on, then own level; 0 for missing
	copy  [16][16]float64 // part of the agreement that comes with the other's
}

// significant is the least G (twice the log likelihood ratio, in nats) by which
// two comparisons are said to depend.
const significant = 60

// joint is counts of two comparisons' levels among strangers.
type joint [16][16]float64

// couple is two comparisons that may depend.
type couple struct {
	i, j   int
	strong float64
	t      *joint
}

// dependences learns the tree from counts of patterns among strangers, given in
// pairs of the random sample. Each tree hangs on its comparison whose first
// level is rarest.
func dependences(m *Model, patterns []weighted) []Dependence {
	neighbours := spanningTree(len(m.Comparisons), couples(m, patterns))
	order := make([]int, len(neighbours))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(x, y int) int {
		return cmp.Compare(m.Comparisons[x].Levels[0].U, m.Comparisons[y].Levels[0].U)
	})
	seen := make([]bool, len(neighbours))
	var out []Dependence
	var walk func(k int)
	walk = func(k int) {
		seen[k] = true
		for _, e := range neighbours[k] {
			child, t := e.j, e.t
			if child == k {
				child, t = e.i, e.t.turned()
			}
			if !seen[child] {
				out = append(out, t.dependence(m.Comparisons[child], m.Comparisons[k]))
				walk(child)
			}
		}
	}
	for _, k := range order {
		if !seen[k] {
			walk(k)
		}
	}
	return out
}

// couples are the comparisons that depend significantly, the strongest first.
func couples(m *Model, patterns []weighted) []couple {
	var out []couple
	for i := range m.Comparisons {
		for j := i + 1; j < len(m.Comparisons); j++ {
			t := jointOf(patterns, i, j)
			if g := t.g(); g > significant {
				out = append(out, couple{i, j, g, t})
			}
		}
	}
	slices.SortStableFunc(out, func(x, y couple) int { return cmp.Compare(y.strong, x.strong) })
	return out
}

// spanningTree takes the strongest couples that close no circle (Kruskal) and
// returns those of each comparison.
func spanningTree(n int, couples []couple) [][]couple {
	tree := make([]int, n)
	for k := range tree {
		tree[k] = k
	}
	neighbours := make([][]couple, n)
	for _, e := range couples {
		if tree[e.i] == tree[e.j] {
			continue
		}
		old, now := tree[e.j], tree[e.i]
		for k := range tree {
			if tree[k] == old {
				tree[k] = now
			}
		}
		neighbours[e.i] = append(neighbours[e.i], e)
		neighbours[e.j] = append(neighbours[e.j], e)
	}
	return neighbours
}

// weighted is a pattern with a number of pairs.
type weighted struct {
	pattern uint64
	count   float64
}

func jointOf(patterns []weighted, i, j int) *joint {
	var t joint
	for _, p := range patterns {
		a, b := p.pattern>>(4*i)&15, p.pattern>>(4*j)&15
		if a != 0 && b != 0 {
			t[a][b] += p.count
		}
	}
	return &t
}

func (t *joint) margins() ([16]float64, [16]float64, float64) {
	var rows, cols [16]float64
	n := 0.0
	for a := range t {
		for b, c := range t[a] {
			rows[a] += c
			cols[b] += c
			n += c
		}
	}
	return rows, cols, n
}

// g is twice the log likelihood ratio of dependence against independence.
func (t *joint) g() float64 {
	rows, cols, n := t.margins()
	sum := 0.0
	for a := range t {
		for b, c := range t[a] {
			if c > 0 {
				sum += 2 * c * math.Log(c*n/(rows[a]*cols[b]))
			}
		}
	}
	return sum
}

func (t *joint) turned() *joint {
	var out joint
	for a := range t {
		for b := range t[a] {
			out[b][a] = t[a][b]
		}
	}
	return &out
}

// dependence turns counts into ratios. One pair is added to what was seen and
// to what independence expects, so that cells nobody saw say nothing.
func (t *joint) dependence(of, on Comparison) Dependence {
	rows, cols, n := t.margins()
	d := Dependence{Of: of.Name, On: on.Name}
	for a := range on.Levels {
		row := make([]float64, len(of.Levels))
		for b := range of.Levels {
			expected := rows[a+1] * cols[b+1] / max(n, 1)
			row[b] = math.Round(1024*math.Log2((t[a+1][b+1]+1)/(expected+1))) / 1024
		}
		d.Ratio = append(d.Ratio, row)
	}
	return d
}

// depend makes the dependences of a model ready.
func (p *program) depend(m *Model) error {
	at := map[string]int{}
	for k, c := range m.Comparisons {
		at[c.Name] = k
		p.comps[k].link.on = -1
	}
	for _, d := range m.Dependences {
		of, ok := at[d.Of]
		on, known := at[d.On]
		if !ok || !known || of == on || len(d.Ratio) != len(m.Comparisons[on].Levels) {
			return fmt.Errorf("%w: dependence of %q on %q does not fit the comparisons; train again", ErrModel, d.Of, d.On)
		}
		l := &p.comps[of].link
		l.on = on
		for a, row := range d.Ratio {
			if len(row) != len(m.Comparisons[of].Levels) {
				return fmt.Errorf("%w: dependence of %q on %q has a row of %d levels; train again", ErrModel, d.Of, d.On, len(row))
			}
			for b, r := range row {
				u := m.Comparisons[of].Levels[b].U
				given := min(u*math.Exp2(r), 1)
				l.ratio[a+1][b+1] = r
				l.copy[a+1][b+1] = max(0, (given-u)/max(1-u, least))
			}
		}
	}
	return nil
}

// given is how a level's dependence moves the weight, in log2, and what is left
// of its term-frequency adjustment: agreement that comes with that of another
// field says nothing by the rarity of its value.
func (p *program) given(k int, pattern uint64, u, tf float64) float64 {
	l := &p.comps[k].link
	if l.on < 0 {
		return tf
	}
	a, b := pattern>>(4*l.on)&15, pattern>>(4*k)&15
	if a == 0 || b == 0 {
		return tf
	}
	if c := l.copy[a][b]; c > 0 && tf != 0 && u > 0 {
		tf = math.Log2((c + (1-c)*u) / (c + (1-c)*u*math.Exp2(-tf)))
	}
	return tf - l.ratio[a][b]
}
