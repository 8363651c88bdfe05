package simulate

import (
	"math"
	"math/rand/v2"
)

// Value is a cell: 0 is missing, else a base value with a misspelling in the
// low four bits.
type Value uint32

func value(base, variant int) Value { return Value(uint32(base+1)<<4 | uint32(variant)) }

func (v Value) base() int { return int(v>>4) - 1 }

// Record is a row of cells and the truth about it.
type Record struct {
	Cells  []Value
	Person int
	House  int
	Source int
}

// Field says how values are drawn and spoiled.
type Field struct {
	Name    string
	Size    int     // distinct values
	Zipf    float64 // 0: uniform; else rank^-Zipf
	Typo    float64 // chance of a misspelling
	Wrong   float64 // chance of another value altogether
	Missing float64
	TF      bool
	// Kin says that the values base/Kin of two neighbours in a group of Kin look
	// alike by chance: 0 for never.
	Kin int
}

// World is a population and how it was recorded and is to be blocked.
type World struct {
	Name      string
	Fields    []Field
	Records   []Record
	Blocking  [][]int // rules: fields that must agree exactly; -1-f for the group of kin of field f
	Household int     // field, -1 for none
	LinkOnly  bool    // only pairs of two sources
	Clean     []bool  // by source
}

// draw picks a base value.
func (f Field) draw(r *rand.Rand, sums []float64) int {
	if f.Zipf == 0 {
		return r.IntN(f.Size)
	}
	x := r.Float64() * sums[len(sums)-1]
	lo, hi := 0, len(sums)-1
	for lo < hi {
		mid := (lo + hi) / 2
		if sums[mid] < x {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

func (f Field) sums() []float64 {
	sums := make([]float64, f.Size)
	total := 0.0
	for i := range sums {
		total += math.Pow(float64(i+1), -f.Zipf)
		sums[i] = total
	}
	return sums
}

// maker draws people and records.
type maker struct {
	r    *rand.Rand
	w    *World
	sums [][]float64
}

func newMaker(w *World, seed uint64) *maker {
	m := &maker{r: rand.New(rand.NewPCG(seed, 77)), w: w}
	for _, f := range w.Fields {
		m.sums = append(m.sums, f.sums())
	}
	return m
}

func (m *maker) person() []int {
	p := make([]int, len(m.w.Fields))
	for k, f := range m.w.Fields {
		p[k] = f.draw(m.r, m.sums[k])
	}
	return p
}

// record writes a person down with errors times sloppy, and gaps times holes.
func (m *maker) record(truth []int, sloppy, holes float64) []Value {
	cells := make([]Value, len(truth))
	for k, f := range m.w.Fields {
		switch x := m.r.Float64(); {
		case m.r.Float64() < f.Missing*holes:
			cells[k] = 0
		case x < f.Wrong*sloppy:
			cells[k] = value(f.draw(m.r, m.sums[k]), 0)
		case x < (f.Wrong+f.Typo)*sloppy:
			cells[k] = value(truth[k], 1+m.r.IntN(15))
		default:
			cells[k] = value(truth[k], 0)
		}
	}
	return cells
}

func (m *maker) add(person, house, source int, cells []Value) {
	m.w.Records = append(m.w.Records, Record{cells, person, house, source})
}
