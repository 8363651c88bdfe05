package intake

import (
	"context"
	"errors"
	"sync"

	"tepat/internal/intake/sheet"
	"tepat/internal/registry"
)

// chunkSize is how many rows are one transaction. It is part of what the
// digests mean: a resumed check must cut the file at the same rows.
const chunkSize = 2000

// chunk is some rows on their way through a check.
type chunk struct {
	n     int // from 0
	items []Item
	judged
}

// judged is what the check of a chunk found.
type judged struct {
	counts   Counts
	findings []string // stored form, by item
	digest   string
	tally    map[tallyKey]int
	matched  map[registry.MatchCell]int
}

type tallyKey struct {
	finding string
	outcome Outcome
}

// pipe reads chunks of b ahead in a goroutine while the caller works: parsing
// takes one processor, the database another. Chunks are reused once given back.
type pipe struct {
	full   chan *chunk
	free   chan *chunk
	cancel context.CancelCauseFunc
	wg     sync.WaitGroup
	err    error // of the reader; valid once full is closed
}

// ahead is how many chunks wait between reading and writing.
const ahead = 2

// readAhead starts reading the rows of b. Close must be called.
func readAhead(ctx context.Context, f *file, b Batch, r *Reader) *pipe {
	ctx, cancel := context.WithCancelCause(ctx)
	p := &pipe{full: make(chan *chunk, ahead), free: make(chan *chunk, ahead+2), cancel: cancel}
	for range ahead + 2 {
		p.free <- &chunk{items: make([]Item, 0, chunkSize)}
	}
	p.wg.Go(func() {
		defer close(p.full)
		p.err = p.read(ctx, f, b, r)
	})
	return p
}

func (p *pipe) read(ctx context.Context, f *file, b Batch, r *Reader) error {
	var c *chunk
	n := 0
	send := func() error {
		select {
		case p.full <- c:
			c = nil
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	err := f.eachRow(ctx, b, func(row sheet.Row) error {
		if c == nil {
			select {
			case c = <-p.free:
				c.n, c.items = n, c.items[:0]
				n++
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		c.items = c.items[:len(c.items)+1]
		r.Read(row, &c.items[len(c.items)-1])
		if len(c.items) == chunkSize {
			return send()
		}
		return nil
	})
	if err != nil || c == nil {
		return err
	}
	return send()
}

// each calls fn with every chunk in order.
func (p *pipe) each(fn func(c *chunk) error) error {
	for c := range p.full {
		if err := fn(c); err != nil {
			p.cancel(errClosed)
			return err
		}
		p.free <- c
	}
	return p.err
}

var errClosed = errors.New("intake: nobody reads on")

// Close ends the reading and waits for it.
func (p *pipe) Close() {
	p.cancel(errClosed)
	for range p.full {
	}
	p.wg.Wait()
}

// staged is a second goroutine behind a pipe.
type staged struct {
	in   *pipe
	out  chan *chunk
	stop chan struct{}
	once sync.Once
	wg   sync.WaitGroup
	err  error // valid once out is closed
}

// stage works on each chunk of in while the caller works on the one before.
func stage(in *pipe, work func(c *chunk) error) *staged {
	s := &staged{in: in, out: make(chan *chunk, 1), stop: make(chan struct{})}
	s.wg.Go(func() {
		defer close(s.out)
		for c := range in.full {
			if s.err = work(c); s.err != nil {
				return
			}
			select {
			case s.out <- c:
			case <-s.stop:
				return
			}
		}
		s.err = in.err
	})
	return s
}

// each calls fn with every chunk in order and gives it back.
func (s *staged) each(fn func(c *chunk) error) error {
	for c := range s.out {
		if err := fn(c); err != nil {
			return err
		}
		s.in.free <- c
	}
	return s.err
}

func (s *staged) close() {
	s.once.Do(func() { close(s.stop) })
	s.in.cancel(errClosed)
	s.wg.Wait()
}
