package duplicates

import (
	"net/url"
	"slices"
	"strings"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/duplicate"
	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

// Parameters of the queue.
const (
	paramQueue = "antrean"
	paramArea  = "wilayah"
	paramBatch = "impor"
	paramAfter = "sesudah"
)

// pile is a part of the queue in the words of the office.
type pile string

// The piles. The first four are work, the last is looked up.
const (
	paying  pile = "bayar"    // both sides receive aid
	all     pile = "semua"    // all that wait for a first word
	rows    pile = "baris"    // rows of files among them
	second  pile = "kedua"    // wait for a second person
	field   pile = "lapangan" // are being checked in the field
	skipped pile = "lewati"   // put off by the reader today
	mine    pile = "selesai"  // decided by the reader today
)

var piles = []pile{paying, all, rows, field, second, skipped, mine}

// view is which part of the queue is open; the URL holds it.
type view struct {
	pile  pile
	areas []region.Code
	batch id.Batch
}

// readView reads the URL; values that mean nothing are ignored, so that an old
// link still opens.
func readView(r *page.Request, q url.Values) view {
	v := view{pile: pile(q.Get(paramQueue))}
	if !slices.Contains(piles, v.pile) {
		v.pile = all
		if !r.May(account.IndicationDecide) && r.May(account.IndicationReview) {
			v.pile = second
		}
	}
	for _, a := range q[paramArea] {
		if c := region.Code(a); c.Valid() && r.Session.Scope.Overlaps(c) && !slices.Contains(v.areas, c) {
			v.areas = append(v.areas, c)
		}
	}
	if id.Valid(q.Get(paramBatch)) {
		v.batch = id.Batch(q.Get(paramBatch))
	}
	return v
}

// filter is v for the reader of r.
func (v view) filter(r *page.Request) duplicate.Filter {
	f := reader(r)
	f.Areas, f.Batch = v.areas, v.batch
	switch v.pile {
	case paying:
		f.Paying = true
	case rows:
		f.Kind = duplicate.Row
	case field:
		f.States = []duplicate.State{duplicate.Field}
	case second:
		f.Second = true
	case skipped:
		f.Skipped = true
	case mine:
		f.Mine = true
	}
	return f
}

// reader is the filter that says who looks, and which day it is for him.
func reader(r *page.Request) duplicate.Filter {
	return duplicate.Filter{Reader: r.Session.User, Today: db.TimeOf(r.Midnight()), Now: db.TimeOf(r.Now())}
}

// query is the URL of v: nothing but what was chosen.
func (v view) query() url.Values {
	q := url.Values{paramQueue: {string(v.pile)}}
	for _, a := range v.areas {
		q.Add(paramArea, string(a))
	}
	if v.batch != "" {
		q.Set(paramBatch, string(v.batch))
	}
	return q
}

// with is v with another pile.
func (v view) with(p pile) view {
	v.pile = p
	return v
}

// sentence says the filter in words.
func (v view) sentence(r *page.Request) string {
	words := []string{r.T("duplicates.pile." + string(v.pile))}
	for _, a := range v.areas {
		words = append(words, areaName(a))
	}
	if v.batch != "" {
		words = append(words, r.T("duplicates.of_batch"))
	}
	return strings.Join(words, ", ")
}

// works reports whether the session acts on pile p.
func works(r *page.Request, p pile) bool {
	switch p {
	case second:
		return r.May(account.IndicationReview)
	case mine:
		return false
	}
	return r.May(account.IndicationDecide)
}

// countOf picks the figure of a pile.
func countOf(c duplicate.Counts, p pile) int64 {
	n := 0
	switch p {
	case paying:
		n = c.Paying
	case all:
		n = c.Open
	case rows:
		n = c.Rows
	case field:
		n = c.Field
	case second:
		n = c.Second
	case skipped:
		n = c.Skipped
	case mine:
		n = c.Mine
	}
	return int64(n)
}

// areaName is the bare name of a region, or its code when it was merged away.
func areaName(c region.Code) string {
	if reg, ok := region.ByCode(c); ok {
		return reg.Name
	}
	return c.Dotted()
}

func placeOf(r *page.Request, village region.Code) string {
	if village == "" {
		return r.T("duplicates.no_village")
	}
	return r.T("duplicates.place", areaName(village.Kecamatan()), areaName(village))
}

// words prints a sentence of package duplicate.
func words(r *page.Request, s duplicate.Say) string { return r.T(s.Key, s.Args...) }

func sentences(r *page.Request, list []duplicate.Say) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = words(r, s)
	}
	return out
}
