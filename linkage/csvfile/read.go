package csvfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"tepat/linkage"
)

// Head is the beginning of a file.
type Head struct {
	Comma  byte
	Fields []string
	Rows   [][]string
}

// headSize is how many bytes ReadHead tries first: most heads need no more.
const headSize = 128 << 10

// ReadHead reads the header and up to n records, as far as they stand in the
// first 4 MiB.
func ReadHead(r io.Reader, o Options, n int) (Head, error) {
	var block []byte
	for size := headSize; ; size = min(8*size, blockSize) {
		had := len(block)
		block = slices.Grow(block, size-had)[:size]
		m, err := io.ReadFull(r, block[had:])
		eof := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !eof {
			return Head{}, fmt.Errorf("csvfile: reading: %w", err)
		}
		block = block[:had+m]
		last := eof || size == blockSize
		text := block
		if !last {
			text = slices.Clone(block) // parsing rewrites it
		}
		if h, err := headOf(text, o, n, eof); last || err == nil && len(h.Rows) >= n {
			return h, err
		}
	}
}

func headOf(block []byte, o Options, n int, eof bool) (Head, error) {
	h, err := readHeader(block, o, eof)
	if err != nil {
		return Head{}, err
	}
	text := block[h.rest:]
	if !eof {
		s := splitter{comma: h.comma}
		end, _ := s.cut(text)
		text = text[:end]
	}
	out := Head{Comma: h.comma, Fields: h.fields}
	for p := (parser{comma: h.comma, text: text}); len(out.Rows) < n && p.next(); {
		row := make([]string, len(h.fields))
		for i := range min(len(row), len(p.cells)) {
			row[i] = strings.ToValidUTF8(strings.ReplaceAll(string(p.cells[i]), "\x00", ""), "\ufffd")
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// ReadFile is Read of a file.
func ReadFile(ctx context.Context, t *linkage.Table, path string, o Options) (Report, error) {
	f, err := os.Open(path)
	if err != nil {
		return Report{}, fmt.Errorf("csvfile: %w", err)
	}
	rep, err := Read(ctx, t, f, o)
	if closing := f.Close(); err == nil && closing != nil {
		err = fmt.Errorf("csvfile: %w", closing)
	}
	return rep, err
}

// Read adds the records of r to t: one goroutine reads and cuts, the others
// parse and clean. It holds a few blocks of 4 MiB beside the table. After an
// error the records before it stand in the table.
func Read(ctx context.Context, t *linkage.Table, r io.Reader, o Options) (Report, error) {
	c := &cutter{r: r, o: o, free: make(chan []byte, o.workers()+1)}
	for range cap(c.free) {
		c.free <- nil
	}
	h, err := c.header()
	if err != nil {
		return c.report, err
	}
	cols, id, err := h.place(t.Fields(), o)
	if err != nil {
		return c.report, err
	}
	load, err := t.Load(o.Source, o.Clean)
	if err != nil {
		return c.report, err
	}
	blocks := make(chan block, 1)
	reports := make([]Report, o.workers())
	var wg sync.WaitGroup
	for w := range reports {
		wg.Go(func() {
			wr := load.Writer()
			defer wr.Close()
			k := worker{head: h, cols: cols, id: id, o: o, w: wr, out: make([][]byte, len(cols)), report: &reports[w]}
			for b := range blocks {
				k.parse(b)
				c.free <- b.buffer
			}
		})
	}
	err = c.run(ctx, blocks)
	close(blocks)
	wg.Wait()
	rep := c.report
	for i := range reports {
		rep.add(reports[i])
	}
	rep.trim()
	if closing := load.Close(); err == nil {
		err = closing
	}
	return rep, err
}

func (o Options) workers() int {
	if o.Workers > 0 {
		return o.Workers
	}
	return runtime.GOMAXPROCS(0)
}

func (r *Report) add(x Report) {
	r.Records += x.Records
	r.Ragged += x.Ragged
	r.NUL += x.NUL
	r.TooLong += x.TooLong
	r.NoID += x.NoID
	r.Problems = append(r.Problems, x.Problems...)
}

// trim keeps the first problems by line.
func (r *Report) trim() {
	slices.Sort(r.Problems)
	r.Problems = r.Problems[:min(len(r.Problems), mostProblems)]
	for i, p := range r.Problems {
		r.Problems[i] = "line " + strings.TrimLeft(p[:strings.IndexByte(p, ':')], " ") + p[strings.IndexByte(p, ':'):]
	}
}

// tell notes a problem; the line is padded so that problems sort by it.
func (r *Report) tell(line int64, format string, args ...any) {
	if len(r.Problems) < mostProblems {
		r.Problems = append(r.Problems, fmt.Sprintf("%14d: ", line)+fmt.Sprintf(format, args...))
	}
}

// block is a run of whole records.
type block struct {
	seq    int
	text   []byte
	buffer []byte
	line   int64 // number of its first line
	lines  int64 // line ends in it
}

// cutter reads the file and cuts it into blocks.
type cutter struct {
	r      io.Reader
	o      Options
	free   chan []byte
	s      splitter
	carry  []byte // begun in the last block, copied
	behind []byte // read behind a record passed over
	line   int64
	report Report
	eof    bool
}

// header reads the first block and its header; what follows is carried over.
func (c *cutter) header() (head, error) {
	buf := make([]byte, blockSize)
	n, err := c.fill(buf)
	if err != nil {
		return head{}, err
	}
	h, err := readHeader(buf[:n], c.o, c.eof)
	if err != nil {
		return h, err
	}
	c.s.comma = h.comma
	c.line = 1 + int64(bytes.Count(buf[:h.rest], []byte{'\n'}))
	c.carry = buf[h.rest:n]
	return h, nil
}

// fill reads as much as fits.
func (c *cutter) fill(to []byte) (int, error) {
	if c.eof {
		return 0, nil
	}
	n, err := io.ReadFull(c.r, to)
	c.report.Bytes += int64(n)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		c.eof, err = true, nil
	}
	if err != nil {
		return n, fmt.Errorf("csvfile: reading after line %d: %w", c.line, err)
	}
	return n, nil
}

// run sends blocks until the end.
func (c *cutter) run(ctx context.Context, out chan<- block) error {
	for seq := 0; ; seq++ {
		buf := <-c.free
		if buf == nil {
			buf = make([]byte, blockSize)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		n := copy(buf, c.carry)
		m, err := c.fill(buf[n:])
		if err != nil {
			return err
		}
		n += m
		if n == 0 {
			return nil
		}
		end, broken := c.cut(buf[:n])
		if end < 0 && broken == nil {
			c.carry, c.behind = c.behind, nil
			c.free <- buf
			continue
		}
		end = max(end, 0)
		c.carry = append(c.carry[:0:0], buf[end:n]...)
		lines := int64(bytes.Count(buf[:end], []byte{'\n'}))
		out <- block{seq: seq, text: buf[:end], buffer: buf, line: c.line, lines: lines}
		c.line += lines
		if broken != nil {
			return broken
		}
	}
}

// cut finds the end of the whole records; at the end of the file all is whole.
// A record that fills the block is broken: inside quotes that is an error,
// else it is passed over and the answer is negative.
func (c *cutter) cut(text []byte) (int, error) {
	end, quoted := c.s.cut(text)
	switch {
	case quoted && (c.eof || end == 0):
		line := c.line + int64(bytes.Count(text[:end], []byte{'\n'}))
		return end, fmt.Errorf("%w: line %d: a quoted cell begins in the record here and does not end; close it, or double a quote that belongs to the text", ErrFormat, line)
	case c.eof:
		return len(text), nil
	case end == 0 && len(text) == blockSize:
		return -1, c.passOver()
	}
	return end, nil
}

// passOver reads to the next line end. The record before it fills a block.
func (c *cutter) passOver() error {
	c.report.TooLong++
	c.report.tell(c.line, "a record of more than %d MiB was left out; check the line ends of the file", blockSize>>20)
	buf := make([]byte, 1<<16)
	for !c.eof {
		n, err := c.fill(buf)
		if err != nil {
			return err
		}
		if i := bytes.IndexByte(buf[:n], '\n'); i >= 0 {
			c.line++
			c.behind = append([]byte(nil), buf[i+1:n]...)
			return nil
		}
	}
	return nil
}

// worker parses blocks.
type worker struct {
	head   head
	cols   []int
	id     int
	o      Options
	w      *linkage.Writer
	out    [][]byte
	report *Report
}

// parse adds the records of a block.
func (k *worker) parse(b block) {
	k.w.Part(b.seq, int(min(b.lines, int64(len(b.text)/8)))+1)
	p := parser{comma: k.head.comma, text: b.text}
	nul := bytes.IndexByte(b.text, 0) >= 0
	for p.next() {
		line := b.line + p.lines - 1
		if p.at-p.start > k.o.maxLine() {
			k.report.TooLong++
			k.report.tell(line, "a record of %d bytes was left out; raise MaxLine if it is right", p.at-p.start)
			continue
		}
		if nul && bytes.IndexByte(b.text[p.start:p.at], 0) >= 0 {
			k.dropNUL(&p, line)
		}
		k.add(&p, line)
	}
}

func (k *worker) dropNUL(p *parser, line int64) {
	k.report.NUL++
	k.report.tell(line, "NUL bytes were dropped; the file may be damaged or not text")
	for i, c := range p.cells {
		p.cells[i] = bytes.ReplaceAll(c, []byte{0}, nil)
	}
}

func (k *worker) add(p *parser, line int64) {
	if len(p.cells) != len(k.head.fields) {
		k.report.Ragged++
		k.report.tell(line, "%d cells, the header has %d; the delimiter may stand unquoted in a text", len(p.cells), len(k.head.fields))
	}
	for i, c := range k.cols {
		k.out[i] = nil
		if c < len(p.cells) {
			k.out[i] = p.cells[c]
		}
	}
	var id []byte
	if k.id >= 0 {
		if k.id < len(p.cells) {
			id = bytes.TrimSpace(p.cells[k.id])
		}
		if len(id) == 0 {
			k.report.NoID++
			k.report.tell(line, "no identity in column %q; the record got its number instead", k.o.ID)
		}
	}
	k.w.Add(id, k.out)
	k.report.Records++
}
