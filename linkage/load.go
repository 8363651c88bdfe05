package linkage

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
)

// ErrTooLarge says that a table outgrew its limits; the wrapping error says
// which.
var ErrTooLarge = errors.New("linkage: table too large")

// Loader adds the records of one source to a table from several goroutines.
// It is for readers of files; Table.Add is the simple way.
type Loader struct {
	t      *Table
	source int
	mu     sync.Mutex
	parts  []*part
}

// Writer takes the records of one part after the other. It belongs to one
// goroutine.
type Writer struct {
	l    *Loader
	b    *builder
	part *part
}

// part is a run of records as one goroutine read them, in the codes of its
// builder.
type part struct {
	seq    int
	b      *builder
	rows   []uint32
	ids    []byte
	idEnds []uint32
}

// Load begins a source. Parts may be written in any order and by any
// goroutine; their numbers give the order of the records. Only one Loader of a
// table may be open.
func (t *Table) Load(name string, clean bool) (*Loader, error) {
	for i, s := range t.sources {
		if s.Name == name {
			if s.Clean != clean {
				return nil, fmt.Errorf("linkage: source %q was added as clean=%v before; keep it so", name, s.Clean)
			}
			return &Loader{t: t, source: i}, nil
		}
	}
	t.sources = append(t.sources, Source{Name: name, Clean: clean})
	return &Loader{t: t, source: len(t.sources) - 1}, nil
}

// Writer returns a writer for one goroutine. Close it.
func (l *Loader) Writer() *Writer {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.t.idle); n > 0 {
		b := l.t.idle[n-1]
		l.t.idle = l.t.idle[:n-1]
		return &Writer{l: l, b: b}
	}
	b := newBuilder(l.t.layout)
	l.t.builders = append(l.t.builders, b)
	return &Writer{l: l, b: b}
}

// Part begins part seq, for about n records.
func (w *Writer) Part(seq, n int) {
	w.finish()
	w.part = &part{seq: seq, b: w.b, rows: make([]uint32, 0, n*w.b.l.stride), idEnds: make([]uint32, 0, n)}
}

// Add adds a record. An empty id becomes the number of the record in its
// source, from 1. Cells are in the order of the table's fields; missing ones
// at the end are empty. Nothing is kept of id and cells.
func (w *Writer) Add(id []byte, cells [][]byte) {
	p := w.part
	if p.ids == nil && len(id) > 0 {
		p.ids = make([]byte, 0, (len(id)+1)*cap(p.idEnds))
	}
	p.ids = append(p.ids, id...)
	p.idEnds = append(p.idEnds, uint32(len(p.ids)))
	at := len(p.rows)
	p.rows = slices.Grow(p.rows, w.b.l.stride)[:at+w.b.l.stride]
	row := p.rows[at:]
	row[0] = uint32(w.l.source)
	w.b.fill(row, cells)
}

// Len is how many records the part holds.
func (w *Writer) Len() int { return len(w.part.idEnds) }

func (w *Writer) finish() {
	if w.part == nil {
		return
	}
	w.l.mu.Lock()
	defer w.l.mu.Unlock()
	w.l.parts = append(w.l.parts, w.part)
	w.part = nil
}

// Close ends the writer.
func (w *Writer) Close() {
	w.finish()
	w.l.mu.Lock()
	defer w.l.mu.Unlock()
	w.l.t.idle = append(w.l.t.idle, w.b)
}

// Close puts the parts in order into the table.
func (l *Loader) Close() error {
	l.t.accept(l.source, l.parts)
	l.parts = nil
	return l.t.checkSize()
}

// checkSize refuses what 32-bit places cannot reach.
func (t *Table) checkSize() error {
	if n := t.Len(); n > MaxRecords {
		return fmt.Errorf("%w: %d records, at most %d; split the input", ErrTooLarge, n, MaxRecords)
	}
	ids := len(t.ids)
	for _, p := range t.parts {
		ids += len(p.ids)
	}
	if ids > math.MaxUint32 {
		return fmt.Errorf("%w: %d bytes of identities, at most 4 GiB; use shorter ones", ErrTooLarge, ids)
	}
	for k, c := range t.layout.cols {
		size := 0
		for _, b := range t.builders {
			if b.dicts[k] != nil {
				size += len(b.dicts[k].text)
			}
		}
		if c.dict != nil {
			size += len(c.dict.text)
		}
		if size > math.MaxUint32 {
			return fmt.Errorf("%w: column %q has %d bytes of distinct values, at most 4 GiB; clean it more", ErrTooLarge, c.Name, size)
		}
	}
	return nil
}
