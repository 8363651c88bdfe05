package linkage

import (
	"fmt"
	"slices"
	"sync"

	"tepat/linkage/similar"
)

// column is a Column at work: where its cells lie in a row and what is known
// of its distinct values.
type column struct {
	Column
	at    int // place among the columns
	input int // which joined fields it reads
	clean []func(string) string
	word  int // place in the row
	wide  bool
	dict  *dict    // of coded columns, once the table is at rest
	count []uint32 // records by code
	fixed uint32   // codes from here on may change their meaning; 0: none

	mu    sync.Mutex
	feats features
}

// features are facts on distinct values, worked out when first asked for.
type features struct {
	words   *wordList
	numbers []float64
	points  [][2]float64
	parts   map[string]*partList
}

// partList has the hashes of a part of the distinct values, 0 for none.
type partList struct {
	part string
	n    int
	hash []uint64
}

// coded says that cells are codes of a dictionary. Dates and digits are kept
// themselves.
func (c *column) coded() bool { return c.Kind != Date && c.Kind != Digits }

// input is a list of fields that columns read together.
type input struct {
	fields []int
	cols   []*column
	words  int // of all its columns
}

// layout is how a model's columns lie in a row. Word 0 is the source.
type layout struct {
	fields []string
	cols   []*column
	inputs []*input
	byName map[string]*column
	stride int
}

func newLayout(m *Model, fields []string, o Options) (*layout, error) {
	l := &layout{fields: slices.Clone(fields), byName: map[string]*column{}, stride: 1}
	at := map[string]int{}
	for i, f := range fields {
		at[f] = i
	}
	for _, spec := range m.Columns {
		c, from, err := newColumn(spec, at, o)
		if err != nil {
			return nil, err
		}
		if l.byName[c.Name] != nil {
			return nil, fmt.Errorf("linkage: column %q is there twice; rename one", c.Name)
		}
		l.byName[c.Name] = c
		c.at, c.word, c.wide = len(l.cols), l.stride, c.Kind == Digits
		l.stride++
		if c.wide {
			l.stride++
		}
		l.cols = append(l.cols, c)
		l.attach(c, from)
	}
	return l, nil
}

func newColumn(spec Column, at map[string]int, o Options) (*column, []int, error) {
	c := &column{Column: spec}
	names := spec.From
	if len(names) == 0 {
		names = []string{spec.Name}
	}
	var from []int
	for _, n := range names {
		i, ok := at[n]
		if !ok {
			return nil, nil, fmt.Errorf("linkage: column %q reads field %q, which the records do not have; name one of their fields in from", spec.Name, n)
		}
		from = append(from, i)
	}
	if !slices.Contains(kinds, spec.Kind) {
		return nil, nil, fmt.Errorf("linkage: column %q has kind %q; use one of %v", spec.Name, spec.Kind, kinds)
	}
	for _, n := range spec.Clean {
		f := o.Cleaners[n]
		if f == nil {
			f = builtin[n]
		}
		if f == nil {
			return nil, nil, fmt.Errorf("linkage: column %q wants cleaner %q, which is not known; built in are %v, others go into Options.Cleaners", spec.Name, n, Cleaners())
		}
		c.clean = append(c.clean, f)
	}
	return c, from, nil
}

var kinds = []Kind{Text, Name, Number, Date, Digits, Set, Point}

func (l *layout) attach(c *column, from []int) {
	for i, in := range l.inputs {
		if slices.Equal(in.fields, from) {
			c.input = i
			in.add(c)
			return
		}
	}
	c.input = len(l.inputs)
	in := &input{fields: from}
	in.add(c)
	l.inputs = append(l.inputs, in)
}

func (in *input) add(c *column) {
	in.cols = append(in.cols, c)
	in.words++
	if c.wide {
		in.words++
	}
}

// value is the cleaned text of a cell.
func (c *column) value(row []uint32) string {
	switch c.Kind {
	case Date:
		return similar.Date(row[c.word]).String()
	case Digits:
		return c.number(row).String()
	}
	return c.dict.get(row[c.word])
}

// number is the cell of a Digits column.
func (c *column) number(row []uint32) similar.Number {
	return similar.Number(uint64(row[c.word]) | uint64(row[c.word+1])<<32)
}

// missing says that the cell is empty.
func (c *column) missing(row []uint32) bool {
	return row[c.word] == 0 && (!c.wide || row[c.word+1] == 0)
}

// same says that the cells are equal.
func (c *column) same(a, b []uint32) bool {
	return a[c.word] == b[c.word] && (!c.wide || a[c.word+1] == b[c.word+1])
}

// run cleans a raw value.
func (c *column) run(raw string) string {
	for _, f := range c.clean {
		raw = f(raw)
	}
	return raw
}
