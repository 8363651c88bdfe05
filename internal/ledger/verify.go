package ledger

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/db"
	"tepat/internal/ledger/tree"
	"tepat/internal/ledger/witness"
)

// Mirror is a copy of the log outside the database: a witness's.
type Mirror interface {
	// Name says whose copy it is, for the report.
	Name() string
	// Checkpoint returns the note cosigned last for the log of origin, "" when
	// there is none.
	Checkpoint(ctx context.Context, origin string) (string, error)
	// Leaves calls fn with every leaf it holds, from the first on.
	Leaves(ctx context.Context, origin string, fn func(leaf []byte) error) error
}

// VerifyOptions say what Verify compares with.
type VerifyOptions struct {
	Regency string
	// Tables are the sealed tables; rows of others are not looked at.
	Tables []*db.Table
	// LogKey is the public key of the log, pinned outside the database. Without
	// it signatures are not checked and nothing but self-consistency is shown.
	LogKey string
	// WitnessKeys check the cosignatures kept in the database.
	WitnessKeys []string
	// SignerState is the note that the signer remembers, "" when it is not asked.
	SignerState string
	// Mirrors are asked for their last checkpoint and, when it differs, for the
	// first leaf that differs.
	Mirrors []Mirror
	// Workers is how many goroutines read; 0 means one a processor.
	Workers int
	// Progress is told how many of the entries are checked; it may be nil.
	Progress func(done, total int64)
}

// Verify recomputes the log of a regency from its stored bytes and compares it
// with everything that remembers it, then compares every sealed row with what
// the log says of it. The error is a failure to look, never a finding.
func Verify(ctx context.Context, d *db.DB, opt VerifyOptions) (*Report, error) {
	v, err := newVerifier(ctx, opt)
	if err == nil {
		err = v.run(ctx, d)
	}
	if err != nil {
		return nil, fmt.Errorf("ledger.Verify: %w", err)
	}
	v.report.sort()
	return v.report, nil
}

type verifier struct {
	opt       VerifyOptions
	key       note.Verifier
	witnesses []note.Verifier
	outside   []probe // what signer and mirrors say
	report    *Report
	state     ledgerState
	tree      tree.Edge
	erased    []int64
	said      map[int64]bool
	queue     []Entry // waiting entries, by their future place
	signed    int64   // size of the last good checkpoint
	forked    map[string]bool
}

func newVerifier(ctx context.Context, opt VerifyOptions) (*verifier, error) {
	v := &verifier{opt: opt, report: &Report{Regency: opt.Regency}, state: make(ledgerState),
		said: make(map[int64]bool), forked: make(map[string]bool)}
	if v.opt.Workers < 1 {
		v.opt.Workers = runtime.GOMAXPROCS(0)
	}
	var err error
	if opt.LogKey != "" {
		if v.key, err = note.NewVerifier(opt.LogKey); err != nil {
			return nil, fmt.Errorf("log key: %w", err)
		}
	}
	if v.witnesses, err = cosignKeys(opt.WitnessKeys); err != nil {
		return nil, err
	}
	return v, v.askOutside(ctx)
}

// sourceSigner names the signer in probes and findings.
const sourceSigner = "signer"

func (v *verifier) askOutside(ctx context.Context) error {
	if err := v.outsider(sourceSigner, v.opt.SignerState); err != nil {
		return err
	}
	if len(v.opt.Mirrors) > 0 && v.key == nil {
		return errors.New("mirrors are asked by the name of the log: give its key")
	}
	for _, m := range v.opt.Mirrors {
		last, err := m.Checkpoint(ctx, v.key.Name())
		if errors.Is(err, witness.ErrUnreachable) && ctx.Err() == nil {
			v.report.Unreached = append(v.report.Unreached, m.Name())
			continue
		}
		if err != nil {
			return fmt.Errorf("witness %s: %w", m.Name(), err)
		}
		if err := v.outsider(m.Name(), last); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) outsider(source, msg string) error {
	if msg == "" {
		return nil
	}
	c, err := tree.Peek(msg)
	if v.key != nil {
		c, err = tree.Open(msg, v.key)
	}
	if err != nil {
		return fmt.Errorf("the checkpoint of %s: %w", source, err)
	}
	v.report.Compared = append(v.report.Compared, source)
	v.outside = append(v.outside, probe{size: c.Size, root: c.Root, source: source})
	return nil
}

func (v *verifier) run(ctx context.Context, d *db.DB) error {
	probes, err := v.checkpoints(ctx, d.Read())
	if err != nil {
		return err
	}
	start, err := entryCount(ctx, d.Read(), v.opt.Regency)
	if err != nil {
		return err
	}
	// Full chunks below start never change, so several readers may share them;
	// the rest, and the rows, are read in one snapshot.
	whole := start / chunkSize
	if err := v.scanAll(ctx, d, probes, whole); err != nil {
		return err
	}
	return d.Snapshot(ctx, func(q db.Querier) error { return v.finish(ctx, q, whole*chunkSize) })
}

func entryCount(ctx context.Context, q db.Querier, regency string) (int64, error) {
	n, _, err := db.One(ctx, q, db.Self[int64],
		"SELECT coalesce(max(seq), -1) + 1 FROM ledger_entry WHERE regency = $1", regency)
	return n, err
}

// scanAll checks the first n chunks, several at once, and joins them in order.
func (v *verifier) scanAll(ctx context.Context, d *db.DB, probes []probe, n int64) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	type outcome struct {
		chunk *chunk
		err   error
	}
	order := make(chan chan outcome, v.opt.Workers)
	go func() {
		defer close(order)
		free := make(chan struct{}, v.opt.Workers)
		for i := range n {
			done := make(chan outcome, 1)
			select {
			case order <- done:
			case <-ctx.Done():
				return
			}
			free <- struct{}{}
			go func() {
				defer func() { <-free }()
				from := i * chunkSize
				s := scanner{regency: v.opt.Regency, key: v.key, probes: between(probes, from, from+chunkSize)}
				c, err := s.scan(ctx, d.Read(), from, from+chunkSize)
				done <- outcome{c, err}
			}()
		}
	}()
	for done := range order {
		o := <-done
		if o.err != nil {
			return o.err
		}
		if err := v.join(o.chunk); err != nil {
			return err
		}
		if v.opt.Progress != nil {
			v.opt.Progress(v.tree.Size, n*chunkSize)
		}
	}
	return ctx.Err()
}

// between returns the probes with from < size <= to.
func between(probes []probe, from, to int64) []probe {
	bySize := func(p probe, size int64) int { return cmp.Compare(p.size, size) }
	a, _ := slices.BinarySearchFunc(probes, from+1, bySize)
	b, _ := slices.BinarySearchFunc(probes, to+1, bySize)
	return probes[a:b]
}

// join adds the next chunk to the whole.
func (v *verifier) join(c *chunk) error {
	v.report.add(c.findings...)
	v.report.More += c.more
	for _, p := range c.probes {
		whole := v.tree.Clone()
		if err := whole.Join(p.edge, nil); err != nil {
			return err
		}
		v.probed(p, whole.Root() == p.root)
	}
	for _, s := range c.seals {
		if v.state.apply(s.bytes, s.seq) != nil {
			v.report.add(find(FindCommitment, s.seq, s.seq))
		}
	}
	v.erased = append(v.erased, c.erased...)
	for _, seq := range c.said {
		v.said[seq] = true
	}
	last := v.tree.Size + c.edge.Size - 1
	good := true
	err := v.tree.Join(c.edge, func(level int, h tlog.Hash) {
		at := (level - chunkLevel - 1) * tlog.HashSize
		good = good && at >= 0 && at+tlog.HashSize <= len(c.tail) && bytes.Equal(h[:], c.tail[at:at+tlog.HashSize])
	})
	if !good {
		v.report.add(find(FindNode, last, last))
	}
	return err
}

func (v *verifier) probed(p probed, same bool) {
	switch {
	case p.source != "" && !same:
		v.forked[p.source] = true
		v.report.add(find(FindFork, p.size-1, p.source, p.size))
	case p.source != "":
	case !p.signed:
		v.report.add(find(FindSignature, p.size-1, p.size))
	case !same:
		v.report.add(find(FindCheckpoint, p.size-1, p.size))
	default:
		v.report.Checkpoints++
		v.signed = p.size
	}
}

// finish checks what is left of the log, and the rows, in one snapshot.
func (v *verifier) finish(ctx context.Context, q db.Querier, from int64) error {
	total, err := entryCount(ctx, q, v.opt.Regency)
	if err != nil {
		return err
	}
	probes, err := v.checkpoints(ctx, q)
	if err != nil {
		return err
	}
	for ; from < total; from += chunkSize {
		s := scanner{regency: v.opt.Regency, key: v.key, probes: between(probes, from, from+chunkSize)}
		c, err := s.scan(ctx, q, from, min(from+chunkSize, total))
		if err != nil {
			return err
		}
		if err := v.join(c); err != nil {
			return err
		}
	}
	v.report.Size, v.report.Root = v.tree.Size, v.tree.Root()
	v.beyond(between(probes, total, 1<<62))
	if err := v.storedEdge(ctx, q); err != nil {
		return err
	}
	if err := v.outbox(ctx, q); err != nil {
		return err
	}
	v.unannounced()
	if err := v.cosignatures(ctx, q); err != nil {
		return err
	}
	if err := v.firstDifference(ctx, q); err != nil {
		return err
	}
	v.report.Unsigned = v.report.Size - v.signed
	if v.opt.Progress != nil {
		v.opt.Progress(total, total)
	}
	return v.rows(ctx, q)
}

// beyond reports checkpoints of trees larger than the one that is left.
func (v *verifier) beyond(probes []probe) {
	for _, p := range probes {
		if p.source == "" {
			v.report.add(find(FindCheckpoint, v.tree.Size, p.size))
			continue
		}
		v.report.add(find(FindRollback, v.tree.Size, p.source, p.size, v.tree.Size))
	}
}

func (v *verifier) unannounced() {
	for _, seq := range v.erased {
		if v.said[seq] {
			v.report.Erased++
			continue
		}
		v.report.add(find(FindErased, seq, seq))
	}
}
