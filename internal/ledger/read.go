package ledger

import (
	"context"
	"fmt"

	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/region"
)

// Entry is one event of the log, for people to read. Its sentence is the
// catalogue's text "event." + Kind, which belongs to the recording package.
type Entry struct {
	Seq     int64 // place in the tree, from 0; -1 while it waits for one
	Kind    string
	At      db.Time
	ActorID string // user identifier, "" for the system
	Actor   string
	Object  string
	Area    region.Code
	Payload []byte // JSON as recorded; nil when erased
	Erased  bool
	Waiting bool // committed, but not yet in the tree
}

// Sentence returns the catalogue key of the entry's sentence.
func (e Entry) Sentence() string { return "event." + e.Kind }

// Filter narrows Entries. The zero Scope matches nothing; other zero fields
// match everything.
type Filter struct {
	Scope  region.Scope // a narrowed scope sees entries of its areas only
	Area   region.Code  // kecamatan or village inside the scope
	Actor  id.User
	Kind   string
	Object string
	From   db.Time // inclusive
	To     db.Time // exclusive
	// Before pages: only entries older than this place; 0 starts at the newest.
	// After an entry with Seq 0 there is nothing older.
	Before int64
	// Limit is at most MaxLimit, which 0 means too.
	Limit int
}

// MaxLimit is the largest page of Entries.
const MaxLimit = 500

const entryColumns = "seq, kind, at, actor_id, actor_name, object, area, payload"

func scanEntry(e *Entry) []any {
	return []any{&e.Seq, &e.Kind, &e.At, &e.ActorID, &e.Actor, &e.Object, &e.Area, &e.Payload}
}

// Entries returns the entries that f matches, newest first by place in the
// tree, never by a clock: a wrong clock must not bury an entry. To page, set
// Before to the Seq of the last one.
func Entries(ctx context.Context, q db.Querier, f Filter) ([]Entry, error) {
	if f.Limit < 1 || f.Limit > MaxLimit {
		f.Limit = MaxLimit
	}
	var w db.Where
	w.Within("", "area", f.Scope)
	if f.Area != "" {
		w.And("area >= ? AND area < ?", string(f.Area), string(f.Area)+"~")
	}
	if f.Actor != "" {
		w.And("actor_id = ?", string(f.Actor))
	}
	if f.Kind != "" {
		w.And("kind = ?", f.Kind)
	}
	if f.Object != "" {
		w.And("object = ?", f.Object)
	}
	if err := f.period(ctx, q, &w); err != nil {
		return nil, fmt.Errorf("ledger.Entries: %w", err)
	}
	if f.Before > 0 {
		w.And("seq < ?", f.Before)
	}
	limit := w.Arg(f.Limit)
	entries, err := db.All(ctx, q, scanEntry,
		"SELECT "+entryColumns+" FROM ledger_entry"+w.String()+" ORDER BY seq DESC LIMIT "+limit, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("ledger.Entries: %w", err)
	}
	for i := range entries {
		entries[i].Erased = entries[i].Payload == nil
	}
	return entries, nil
}

// period turns From and To into bounds of seq, so that old days are found
// without walking through every newer entry.
func (f Filter) period(ctx context.Context, q db.Querier, w *db.Where) error {
	if f.From.IsZero() && f.To.IsZero() {
		return nil
	}
	var p db.Where
	p.And("regency = ?", string(f.Scope.Regency()))
	if !f.From.IsZero() {
		p.And("at >= ?", f.From)
		w.And("at >= ?", f.From)
	}
	if !f.To.IsZero() {
		p.And("at < ?", f.To)
		w.And("at < ?", f.To)
	}
	type bounds struct{ low, high int64 }
	b, _, err := db.One(ctx, q, func(b *bounds) []any { return []any{&b.low, &b.high} },
		"SELECT coalesce(min(seq), 0), coalesce(max(seq), -1) FROM ledger_entry"+p.String(), p.Args...)
	w.And("seq >= ? AND seq <= ?", b.low, b.high)
	return err
}

// EntriesOf returns the time line of object, newest first, at most MaxLimit
// entries; those still waiting for their place come before the others. One
// statement reads both, so that an entry in motion is seen exactly once.
func EntriesOf(ctx context.Context, q db.Querier, regency, object string) ([]Entry, error) {
	type row struct {
		Entry
		place, n int64
	}
	rows, err := db.All(ctx, q, func(r *row) []any {
		return append([]any{&r.Waiting, &r.place, &r.n}, scanEntry(&r.Entry)...)
	}, `SELECT 0 AS waiting, seq AS place, 0 AS n, `+entryColumns+`
		FROM ledger_entry WHERE regency = $1 AND object = $2
		UNION ALL SELECT 1, turn, n, -1, kind, at, actor_id, actor_name, object, area, payload
		FROM ledger_outbox WHERE regency = $1 AND object = $2
		ORDER BY waiting DESC, place DESC, n DESC LIMIT $3`, regency, object, MaxLimit)
	if err != nil {
		return nil, fmt.Errorf("ledger.EntriesOf: %w", err)
	}
	entries := make([]Entry, len(rows))
	for i := range rows {
		entries[i] = rows[i].Entry
		entries[i].Erased = entries[i].Payload == nil
	}
	return entries, nil
}

// EntryBySeq returns the entry at place seq of regency's tree.
func EntryBySeq(ctx context.Context, q db.Querier, regency string, seq int64) (Entry, bool, error) {
	e, found, err := db.One(ctx, q, scanEntry,
		"SELECT "+entryColumns+" FROM ledger_entry WHERE regency = $1 AND seq = $2", regency, seq)
	e.Erased = found && e.Payload == nil
	return e, found, err
}
