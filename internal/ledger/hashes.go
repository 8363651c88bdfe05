package ledger

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/db"
	"tepat/internal/ledger/tree"
)

// stored reads the hashes of the tree from the entries that completed them.
func stored(ctx context.Context, q db.Querier, regency string) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		homes := make([]any, 0, len(indexes))
		for _, idx := range indexes {
			seq, _ := tree.HomeOf(idx)
			homes = append(homes, seq)
		}
		var w db.Where
		w.And("regency = ?", regency)
		w.In("seq", homes...)
		type row struct {
			seq    int64
			hashes []byte
		}
		rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.seq, &r.hashes} },
			"SELECT seq, hashes FROM ledger_entry"+w.String(), w.Args...)
		if err != nil {
			return nil, err
		}
		bySeq := make(map[int64][]byte, len(rows))
		for _, r := range rows {
			bySeq[r.seq] = r.hashes
		}
		out := make([]tlog.Hash, len(indexes))
		for i, idx := range indexes {
			seq, level := tree.HomeOf(idx)
			b := bySeq[seq]
			if len(b) < (level+1)*tlog.HashSize {
				return nil, fmt.Errorf("ledger: entry %d lacks its hash of level %d", seq, level)
			}
			copy(out[i][:], b[level*tlog.HashSize:])
		}
		return out, nil
	})
}
