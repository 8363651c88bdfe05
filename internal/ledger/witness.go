package ledger

import (
	"context"
	"errors"
	"fmt"
	"strings"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/ledger/tree"
	"tepat/internal/ledger/witness"
)

var (
	_ Mirror = (*witness.Client)(nil)
	_ Mirror = witness.Folder("")
)

// Witness is one that is asked to cosign.
type Witness struct {
	Client *witness.Client
	VKey   string // public key, known beforehand
}

// WitnessNow hands the newest signed checkpoint of regency, and the leaves
// below it, to every witness and keeps their cosignatures. One that does not
// answer does not stop the others; the error joins what failed. It does
// nothing while nothing is signed.
func (l *Log) WitnessNow(ctx context.Context, d *db.DB, regency string, witnesses []Witness) error {
	type row struct {
		size int64
		note string
	}
	r, found, err := db.One(ctx, d.Read(), func(r *row) []any { return []any{&r.size, &r.note} },
		"SELECT size, note FROM ledger_checkpoint WHERE regency = $1 ORDER BY size DESC LIMIT 1", regency)
	if err != nil || !found {
		return fault.Wrap("ledger.WitnessNow", err)
	}
	var failed []error
	for _, w := range witnesses {
		if err := l.ask(ctx, d, regency, w, r.size, r.note); err != nil {
			failed = append(failed, fmt.Errorf("ledger.WitnessNow: %s: %w", w.Client.Name(), err))
		}
	}
	return errors.Join(failed...)
}

func (l *Log) ask(ctx context.Context, d *db.DB, regency string, w Witness, size int64, signed string) error {
	key, err := fnote.NewVerifierForCosignatureV1(w.VKey)
	if err != nil {
		return err
	}
	if err := l.push(ctx, d, regency, w.Client, size, signed); err != nil {
		return err
	}
	old, err := l.known(ctx, d, regency, key.Name())
	if err != nil {
		return err
	}
	lines, theirs, err := l.cosign(ctx, d, regency, w.Client, old, size, signed)
	if errors.Is(err, witness.ErrWrongOldSize) && theirs <= size {
		old = theirs
		lines, theirs, err = l.cosign(ctx, d, regency, w.Client, old, size, signed)
	}
	if errors.Is(err, witness.ErrNoLeaves) { // it dropped leaves that were not ours
		if err := l.push(ctx, d, regency, w.Client, size, signed); err != nil {
			return err
		}
		lines, theirs, err = l.cosign(ctx, d, regency, w.Client, old, size, signed)
	}
	if errors.Is(err, witness.ErrWrongOldSize) && theirs > size {
		err = fault.NewConflict("ledger.rollback", theirs, size).Because(err)
	}
	if errors.Is(err, witness.ErrFork) || errors.Is(err, witness.ErrInconsistent) {
		err = fault.NewConflict("ledger.fork", size).Because(err)
	}
	if err != nil {
		return err
	}
	line, err := lineOf(signed, lines, key)
	if err != nil {
		return err
	}
	return d.Housekeep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO ledger_cosignature (regency, size, witness, at, note) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (regency, size, witness) DO UPDATE SET at = excluded.at, note = excluded.note`,
			regency, size, key.Name(), tx.Now, line)
		return err
	})
}

func (l *Log) cosign(ctx context.Context, d *db.DB, regency string, c *witness.Client, old, size int64, signed string) (string, int64, error) {
	proof, err := prove(ctx, d.Read(), regency, old, size)
	if err != nil {
		return "", 0, err
	}
	return c.AddCheckpoint(ctx, old, proof, signed)
}

// known returns the size that the witness cosigned last as far as we know.
func (l *Log) known(ctx context.Context, d *db.DB, regency, name string) (int64, error) {
	n, _, err := db.One(ctx, d.Read(), db.Self[int64],
		"SELECT coalesce(max(size), 0) FROM ledger_cosignature WHERE regency = $1 AND witness = $2", regency, name)
	return n, err
}

// pushPage is how many leaves are read at once; a page of usual leaves is far
// below witness.MaxFramed.
const pushPage = 10_000

// push hands over the leaves that the witness lacks below size.
func (l *Log) push(ctx context.Context, d *db.DB, regency string, c *witness.Client, size int64, signed string) error {
	held, err := c.Held(ctx, l.Origin(regency))
	if err != nil {
		return err
	}
	for held < size {
		leaves, err := db.All(ctx, d.Read(), db.Self[[]byte],
			"SELECT leaf FROM ledger_entry WHERE regency = $1 AND seq >= $2 AND seq < $3 ORDER BY seq",
			regency, held, min(held+pushPage, size))
		if err != nil {
			return err
		}
		var framed []byte
		for _, leaf := range leaves {
			if len(framed)+len(leaf)+10 > witness.MaxFramed {
				break
			}
			framed = witness.Frame(framed, leaf)
		}
		now, err := c.AddEntries(ctx, held, framed, signed)
		if err != nil {
			return err
		}
		if now <= held {
			return fmt.Errorf("the witness holds %d leaves after it held %d", now, held)
		}
		held = now
	}
	return nil
}

// lineOf finds in lines the good cosignature of key on signed.
func lineOf(signed, lines string, key note.Verifier) (string, error) {
	for _, line := range strings.SplitAfter(lines, "\n") {
		names, err := tree.Cosigners(signed+line, key)
		if line != "" && err == nil && len(names) == 1 {
			return line, nil
		}
	}
	return "", errors.New("the witness answered without a good cosignature")
}
