package validation

import (
	"net/url"
	"slices"
	"strings"

	"tepat/internal/account"
	"tepat/internal/evidence"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

// Parameters of the queue.
const (
	paramKind  = "jenis"
	paramStage = "tahap"
	paramArea  = "wilayah"
	paramAid   = "bantuan"
)

// stage is a queue in the words of the office.
type stage string

// The stages. The first two are work, the others are looked up.
const (
	toDecide  stage = "putuskan"
	toConfirm stage = "sahkan"
	proven    stage = "terbukti"
	cancelled stage = "batal"
)

var stages = []stage{toDecide, toConfirm, proven, cancelled}

// states of a stage.
func (s stage) states() []evidence.State {
	switch s {
	case toConfirm:
		return []evidence.State{evidence.Proven, evidence.Unproven, evidence.Reviving}
	case proven:
		return []evidence.State{evidence.Confirmed, evidence.Reviving}
	case cancelled:
		return []evidence.State{evidence.Cancelled}
	}
	return []evidence.State{evidence.Indicated}
}

// low is the stage in the middle of a sentence.
func (s stage) low(r *page.Request) string {
	text := r.T("validation.stage." + string(s))
	return strings.ToLower(text[:1]) + text[1:]
}

// view is which queue is open and how it is narrowed; the URL holds it.
type view struct {
	kind  evidence.Kind
	stage stage
	areas []region.Code
	aid   bool
}

// readView reads the URL; values that mean nothing are ignored, so that an old
// link still opens. Without a stage it is the session's own work.
func readView(r *page.Request, q url.Values) view {
	v := view{kind: evidence.Kind(q.Get(paramKind)), stage: stage(q.Get(paramStage)), aid: q.Get(paramAid) == "1"}
	if !slices.Contains(evidence.Queues(), v.kind) {
		v.kind = evidence.Death
	}
	if !slices.Contains(stages, v.stage) {
		v.stage = ownStage(r)
	}
	for _, a := range q[paramArea] {
		if c := region.Code(a); c.Valid() && r.Session.Scope.Overlaps(c) && !slices.Contains(v.areas, c) {
			v.areas = append(v.areas, c)
		}
	}
	return v
}

// ownStage is the stage at which the session's role acts.
func ownStage(r *page.Request) stage {
	if r.May(account.IndicationReview) {
		return toConfirm
	}
	return toDecide
}

func (v view) filter() evidence.Filter {
	return evidence.Filter{Kind: v.kind, States: v.stage.states(), Areas: v.areas, Aid: v.aid}
}

// query is the URL of v: nothing but what was chosen.
func (v view) query() url.Values {
	q := url.Values{paramKind: {string(v.kind)}, paramStage: {string(v.stage)}}
	for _, a := range v.areas {
		q.Add(paramArea, string(a))
	}
	if v.aid {
		q.Set(paramAid, "1")
	}
	return q
}

// sentence says the filter in words.
func (v view) sentence(r *page.Request) string {
	words := []string{r.T("evidence.kind." + string(v.kind)), v.stage.low(r)}
	for _, a := range v.areas {
		words = append(words, a.Name())
	}
	if v.aid {
		words = append(words, r.T("validation.with_aid"))
	}
	return strings.Join(words, ", ")
}

// tabs are the kinds, each with what waits at the stage that is open. A kind
// of which nothing was ever reported stays away, except the two main ones.
func (v view) tabs(r *page.Request, counts []evidence.Tally, pairs int) []page.Tab {
	var out []page.Tab
	for _, k := range evidence.Queues() {
		seen := slices.ContainsFunc(counts, func(t evidence.Tally) bool { return t.Kind == k })
		if !seen && k != evidence.Death && k != evidence.ASN && k != v.kind {
			continue
		}
		to := view{kind: k, stage: v.stage}
		out = append(out, page.Tab{Text: r.T("validation.tab." + string(k)), Href: page.Href(root, to.query()),
			Count: tally(counts, k, v.stage), Current: k == v.kind})
	}
	return append(out, page.Tab{Text: r.T("validation.tab.pairs"), Href: root + "/ganda", Count: int64(pairs)})
}

func (v view) segments(r *page.Request, counts []evidence.Tally) []page.Tab {
	var out []page.Tab
	for _, s := range stages {
		to := v
		to.stage = s
		out = append(out, page.Tab{Text: r.T("validation.stage." + string(s)), Href: page.Href(root, to.query()),
			Count: tally(counts, v.kind, s), Current: s == v.stage})
	}
	return out
}

func tally(counts []evidence.Tally, kind evidence.Kind, s stage) int64 {
	n := int64(0)
	for _, t := range counts {
		if t.Kind == kind && slices.Contains(s.states(), t.State) {
			n += int64(t.N)
		}
	}
	return n
}

func ever(counts []evidence.Tally, kind evidence.Kind) bool {
	return slices.ContainsFunc(counts, func(t evidence.Tally) bool { return t.Kind == kind })
}
