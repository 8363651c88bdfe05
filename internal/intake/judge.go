package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"tepat/internal/db"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// judge gives every row of a file its outcome, chunk by chunk and in order:
// it remembers who stood in the file before.
type judge struct {
	batch   Batch
	layout  Layout
	scope   region.Scope
	applier Applier
	matcher *registry.Matcher
	seen    *repeats

	profiles []registry.Profile
	asked    []int
	before   []Outcome
	matched  map[registry.MatchCell]int
	buf      []byte
}

// remember enters a chunk that an earlier run judged.
func (j *judge) remember(items []Item) {
	for i := range items {
		if items[i].Outcome != Skipped {
			j.seen.note(&items[i], j.layout.Family())
		}
	}
}

// check judges the items of c and sums up.
func (j *judge) check(ctx context.Context, q db.Querier, c *chunk) error {
	j.matched = map[registry.MatchCell]int{}
	for i := range c.items {
		j.alone(&c.items[i])
	}
	if err := j.match(ctx, q, c.items); err != nil {
		return err
	}
	j.before = j.before[:0]
	for i := range c.items {
		j.before = append(j.before, c.items[i].Outcome)
	}
	if err := j.applier.Check(ctx, q, j.batch, c.items); err != nil {
		return err
	}
	for i := range c.items {
		c.items[i].keep(j.before[i])
	}
	j.sum(c)
	c.matched = j.matched
	return nil
}

// alone judges what the row and the file before it say.
func (j *judge) alone(it *Item) {
	if it.Outcome == Skipped {
		return
	}
	if v := it.Record.Village; v != "" && !j.scope.Contains(v) {
		it.Stop("intake.outside_area", FieldVillage)
	}
	row, sameName := j.seen.note(it, j.layout.Family())
	if row == 0 {
		return
	}
	at := strconv.Itoa(row)
	switch {
	case j.layout.Repeats:
		it.Warn("intake.repeated", "", at)
	case !sameName && j.layout.Family() && it.Record.KK != "":
		it.hold("intake.kk_two_heads", FieldKK, at)
	case !sameName:
		it.hold("intake.nik_two_names", FieldNIK, at)
	case it.Outcome == Ready || it.Outcome == Look:
		it.Warn("intake.repeated", "", at)
		it.Outcome = Same
	}
}

// match compares the rows that can still go in with the registry.
func (j *judge) match(ctx context.Context, q db.Querier, items []Item) error {
	j.profiles, j.asked = j.profiles[:0], j.asked[:0]
	for i := range items {
		if o := items[i].Outcome; o == Ready || o == Look {
			j.profiles, j.asked = append(j.profiles, items[i].Record.Profile()), append(j.asked, i)
		}
	}
	if len(j.asked) == 0 {
		return nil
	}
	matches, err := j.matcher.Lookup(ctx, q, j.profiles)
	if err != nil {
		return err
	}
	for k, i := range j.asked {
		j.matched[matches[k].Cell(&j.profiles[k])]++
		it := &items[i]
		it.Match = matches[k]
		switch {
		case it.strays(j.scope):
			it.hold("intake.same_outside", FieldNIK)
		case !j.layout.Family():
			j.doubt(it)
		}
	}
	return nil
}

// strays reports whether the row is about somebody who lives outside scope.
func (it *Item) strays(scope region.Scope) bool {
	return it.Match.Verdict == registry.Same && !scope.Contains(it.Match.Person.Village)
}

// doubt sends what only a person can decide to a person. A target may take
// back Look where it knows better.
func (j *judge) doubt(it *Item) {
	m := it.Match
	key := ""
	switch m.Verdict {
	case registry.LookName:
		key = "intake.x1"
	case registry.LookNumber:
		key = "intake.x2"
	case registry.LookFuzzy:
		key = "intake.similar"
	case registry.Same:
		if it.Outcome == Look && !it.settled && !it.numberDamaged() {
			it.Outcome = Ready
		}
		return
	default:
		return
	}
	it.Outcome = Look
	if !j.scope.Contains(m.Person.Village) {
		it.settled = it.settled || m.Verdict == registry.LookName // that number is somebody's elsewhere
		it.Warn(key+"_outside", FieldNIK)
		return
	}
	it.Warn(key, FieldNIK, m.Person.Name)
}

// numberDamaged reports whether there is a NIK that could not be read, as
// against none at all.
func (it *Item) numberDamaged() bool {
	for i := range it.Findings {
		if f := &it.Findings[i]; f.Field == FieldNIK && f.Key != "intake.nik_missing" {
			return true
		}
	}
	return false
}

// sum counts the outcomes and takes their digest.
func (j *judge) sum(c *chunk) {
	c.counts, c.findings, c.tally = Counts{}, c.findings[:0], map[tallyKey]int{}
	h := sha256.New()
	for i := range c.items {
		it := &c.items[i]
		c.counts = c.counts.Plus(countOf(it.Outcome))
		text := encodeFindings(it.Findings)
		c.findings = append(c.findings, text)
		for k := range it.Findings {
			c.tally[tallyKey{it.Findings[k].Key, it.Outcome}]++
		}
		j.buf = appendOutcome(j.buf[:0], it.Row, it.Outcome, text, it.Note)
		h.Write(j.buf)
	}
	c.digest = hex.EncodeToString(h.Sum(nil))
}

// appendOutcome is the form of a row in the digest of its chunk.
func appendOutcome(buf []byte, row int, o Outcome, findings, note string) []byte {
	buf = strconv.AppendInt(buf, int64(row), 10)
	for _, s := range []string{string(o), findings, note} {
		buf = append(buf, 0)
		buf = append(buf, s...)
	}
	return append(buf, '\n')
}

// digestOf is the digest of stored rows.
func digestOf(rows []RowResult) string {
	h := sha256.New()
	var buf []byte
	for i := range rows {
		r := &rows[i]
		buf = appendOutcome(buf[:0], r.Row, r.Outcome, r.findings, r.Note)
		h.Write(buf)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// countOf counts one row.
func countOf(o Outcome) Counts {
	c := Counts{Rows: 1}
	switch o {
	case Ready:
		c.Ready = 1
	case Same:
		c.Same = 1
	case Fix:
		c.Fix = 1
	case Look:
		c.Look = 1
	case Skipped:
		c.Skipped = 1
	}
	return c
}

// Minus returns the difference of two counts.
func (c Counts) Minus(o Counts) Counts {
	return Counts{c.Rows - o.Rows, c.Ready - o.Ready, c.Same - o.Same, c.Fix - o.Fix, c.Look - o.Look, c.Skipped - o.Skipped,
		c.Added - o.Added, c.Updated - o.Updated}
}
