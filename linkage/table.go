package linkage

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"sync"
)

// Table holds cleaned records: one fixed-width row a record, texts as codes of
// a dictionary by column, so that what is compared lies together in memory.
// Adding and reading must not overlap; reading may be done by several
// goroutines.
type Table struct {
	layout   *layout
	o        Options
	sources  []Source // without Records
	counts   []int    // records by source
	builders []*builder
	idle     []*builder
	parts    []*part // read, not yet in rows

	settle sync.Mutex
	n      int // records in rows
	rows   []uint32
	ids    []byte
	idEnds []uint32
	byID   []uint32 // open addressing, position+1
	pairs  *pairCache
	// stateless says that frequencies of the records mean nothing.
	stateless bool
}

// MaxRecords is how many records a table holds.
const MaxRecords = math.MaxInt32

// NewTable makes an empty table for the columns of a model. fields name the
// cells of the records that will be added.
func NewTable(m *Model, fields []string, o Options) (*Table, error) {
	l, err := newLayout(m, fields, o)
	if err != nil {
		return nil, err
	}
	return &Table{layout: l, o: o}, nil
}

// Fields are the fields given to NewTable.
func (t *Table) Fields() []string { return slices.Clone(t.layout.fields) }

// Sources are the sources added so far, by position, without their records.
func (t *Table) Sources() []Source { return slices.Clone(t.sources) }

// Add adds the records of a source, or further records of one added before.
// An error of the source is returned with what came before it kept.
func (t *Table) Add(ctx context.Context, src Source) error {
	l, err := t.Load(src.Name, src.Clean)
	if err != nil {
		return err
	}
	w := l.Writer()
	err = copyRecords(ctx, w, src)
	w.Close()
	if closing := l.Close(); err == nil {
		err = closing
	}
	return err
}

func copyRecords(ctx context.Context, w *Writer, src Source) error {
	const each = 1 << 14
	var cells [][]byte
	n := 0
	for r, err := range src.Records {
		if err != nil {
			return fmt.Errorf("linkage: source %q, after %d records: %w", src.Name, n, err)
		}
		if n%each == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			w.Part(n/each, each)
		}
		cells = cells[:0]
		for _, v := range r.Values {
			cells = append(cells, []byte(v))
		}
		w.Add([]byte(r.ID), cells)
		n++
	}
	return nil
}

// accept queues parts in the order of their numbers.
func (t *Table) accept(source int, parts []*part) {
	slices.SortFunc(parts, func(a, b *part) int { return a.seq - b.seq })
	t.parts = append(t.parts, parts...)
	for len(t.counts) < len(t.sources) {
		t.counts = append(t.counts, 0)
	}
	for _, p := range parts {
		p.number(t.counts[source])
		t.counts[source] += len(p.idEnds)
	}
}

// number gives records without an identity their number.
func (p *part) number(before int) {
	last, gaps := uint32(0), false
	for _, end := range p.idEnds {
		gaps = gaps || end == last
		last = end
	}
	if !gaps {
		return
	}
	ids, ends := p.ids, p.idEnds
	p.ids, p.idEnds = make([]byte, 0, len(ids)+8*len(ends)), make([]uint32, 0, len(ends))
	last = 0
	for i, end := range ends {
		p.ids = append(p.ids, ids[last:end]...)
		if end == last {
			p.ids = strconv.AppendInt(p.ids, int64(before+i+1), 10)
		}
		p.idEnds = append(p.idEnds, uint32(len(p.ids)))
		last = end
	}
}

// Len is the number of records.
func (t *Table) Len() int {
	n := t.n
	for _, p := range t.parts {
		n += len(p.idEnds)
	}
	return n
}

// ID is the name of the source and the identity of record i.
func (t *Table) ID(i int) (string, string) {
	t.rest()
	return t.sources[t.row(i)[0]].Name, string(t.id(i))
}

func (t *Table) id(i int) []byte {
	from := uint32(0)
	if i > 0 {
		from = t.idEnds[i-1]
	}
	return t.ids[from:t.idEnds[i]]
}

// Source is the position among Sources of the source of record i.
func (t *Table) Source(i int) int {
	t.rest()
	return int(t.row(i)[0])
}

// Value is the cleaned value of a column of record i, "" when missing or when
// there is no such column.
func (t *Table) Value(i int, column string) string {
	t.rest()
	c := t.layout.byName[column]
	if c == nil {
		return ""
	}
	return c.value(t.row(i))
}

// row returns the cells of record i of a table at rest.
func (t *Table) row(i int) []uint32 {
	return t.rows[i*t.layout.stride : (i+1)*t.layout.stride : (i+1)*t.layout.stride]
}

// Find is the position of a record; of several with one identity, the first.
func (t *Table) Find(source, id string) (int, bool) {
	for i := range t.sameID(source, id) {
		return i, true
	}
	return 0, false
}

// sameID yields the positions of the records with an identity.
func (t *Table) sameID(source, id string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		t.rest()
		t.settle.Lock()
		if t.byID == nil {
			t.indexIDs()
		}
		t.settle.Unlock()
		s := slices.IndexFunc(t.sources, func(x Source) bool { return x.Name == source })
		if s < 0 {
			return
		}
		mask := uint64(len(t.byID) - 1)
		for k := idHash(uint32(s), []byte(id)) & mask; t.byID[k] != 0; k = (k + 1) & mask {
			i := int(t.byID[k] - 1)
			if int(t.row(i)[0]) == s && string(t.id(i)) == id && !yield(i) {
				return
			}
		}
	}
}

func (t *Table) indexIDs() {
	size := 64
	for size < 2*t.n {
		size *= 2
	}
	t.byID = make([]uint32, size)
	for i := range t.n {
		t.insertID(i)
	}
}

func (t *Table) insertID(i int) {
	mask := uint64(len(t.byID) - 1)
	k := idHash(t.row(i)[0], t.id(i)) & mask
	for t.byID[k] != 0 {
		k = (k + 1) & mask
	}
	t.byID[k] = uint32(i + 1)
}

func idHash(source uint32, id []byte) uint64 { return hash2(hashBytes(id), spread(uint64(source))) }

// rest brings what was read into rows: dictionaries merged, codes final.
func (t *Table) rest() {
	t.settle.Lock()
	defer t.settle.Unlock()
	if len(t.parts) == 0 {
		return
	}
	t.byID, t.pairs = nil, nil
	maps := t.mergeColumns()
	t.moveParts(maps)
	t.parts, t.builders, t.idle = nil, nil, nil
	t.countValues()
}

// mergeColumns makes the dictionaries of all coded columns and returns, by
// column and builder, the new codes; the last builder stands for the rows at
// rest already.
func (t *Table) mergeColumns() [][][]uint32 {
	maps := make([][][]uint32, len(t.layout.cols))
	each(len(t.layout.cols), t.o.workers(), func(k int) {
		c := t.layout.cols[k]
		if !c.coded() {
			return
		}
		var parts []*dict
		var counts [][]uint32
		for _, b := range t.builders {
			parts = append(parts, b.dicts[k])
			counts = append(counts, t.countParts(b, c))
		}
		if c.dict != nil {
			parts = append(parts, c.dict)
			counts = append(counts, c.count)
		}
		c.dict, maps[k] = mergeDicts(parts, counts)
		c.feats = features{}
		for _, b := range t.builders {
			b.dicts[k] = nil
		}
	})
	return maps
}

// countParts counts the uses of a builder's codes.
func (t *Table) countParts(b *builder, c *column) []uint32 {
	counts := make([]uint32, b.dicts[c.at].len())
	for _, p := range t.parts {
		if p.b != b {
			continue
		}
		for at := c.word; at < len(p.rows); at += t.layout.stride {
			counts[p.rows[at]]++
		}
	}
	return counts
}

// moveParts appends the parts to the rows in final codes.
func (t *Table) moveParts(maps [][][]uint32) {
	total := t.Len()
	stride := t.layout.stride
	rows := make([]uint32, total*stride)
	at := copy(rows, t.rows)
	t.rows = nil
	if old := len(t.builders); t.n > 0 {
		recode(rows[:at], t.layout, maps, old)
	}
	starts := make([]int, len(t.parts))
	for i, p := range t.parts {
		starts[i] = at
		at += len(p.rows)
	}
	each(len(t.parts), t.o.workers(), func(i int) {
		p := t.parts[i]
		to := rows[starts[i] : starts[i]+len(p.rows)]
		copy(to, p.rows)
		p.rows = nil
		recode(to, t.layout, maps, slices.Index(t.builders, p.b))
	})
	t.rows, t.n = rows, total
	t.idEnds = slices.Grow(t.idEnds, total-len(t.idEnds))
	for _, p := range t.parts {
		base := uint32(len(t.ids))
		t.ids = append(t.ids, p.ids...)
		for _, e := range p.idEnds {
			t.idEnds = append(t.idEnds, base+e)
		}
	}
}

func recode(rows []uint32, l *layout, maps [][][]uint32, from int) {
	for _, c := range l.cols {
		if maps[c.at] == nil {
			continue
		}
		codes := maps[c.at][from]
		for k := c.word; k < len(rows); k += l.stride {
			rows[k] = codes[rows[k]]
		}
	}
}

// countValues counts the records of every code.
func (t *Table) countValues() {
	each(len(t.layout.cols), t.o.workers(), func(k int) {
		c := t.layout.cols[k]
		if !c.coded() {
			return
		}
		c.count = make([]uint32, c.dict.len())
		for at := c.word; at < len(t.rows); at += t.layout.stride {
			c.count[t.rows[at]]++
		}
	})
}

func (o Options) workers() int {
	if o.Workers > 0 {
		return o.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// each calls f for 0 to n-1 from several goroutines.
func each(n, workers int, f func(i int)) {
	eachBy(n, workers, func(_, i int) { f(i) })
}

// eachBy also tells f which worker calls.
func eachBy(n, workers int, f func(worker, i int)) {
	if workers = min(workers, n); workers <= 1 {
		for i := range n {
			f(0, i)
		}
		return
	}
	var wg sync.WaitGroup
	var next counter
	for w := range workers {
		wg.Go(func() {
			for i := next.take(); i < n; i = next.take() {
				f(w, i)
			}
		})
	}
	wg.Wait()
}
