package people

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/delivery"
	"tepat/internal/ledger"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

type dbTime interface{ Std() time.Time }

// Parameter of the time line and its values.
const paramTrace = "jejak"

var traces = []string{"data", "bantuan", "bukti", "akses"}

// happened is one thing on the time line.
type happened struct {
	trace string
	at    time.Time
	event page.Event
}

// historyCard is the time line by year, newest first.
type historyCard struct {
	Filters []page.Tab
	Years   []yearOf
	Empty   page.Empty
}

type yearOf struct {
	Year   string
	Events []page.Event
}

func historyOf(r *page.Request, at string, all []happened) historyCard {
	chosen := r.Query().Get(paramTrace)
	if !slices.Contains(traces, chosen) {
		chosen = ""
	}
	card := historyCard{Empty: page.Empty{Kind: page.NoneMatch, Title: r.T("people.no_trace"), Text: r.T("people.no_trace_hint")}}
	count := map[string]int64{}
	for _, h := range all {
		count[h.trace]++
	}
	card.Filters = []page.Tab{{Text: r.T("page.all"), Href: at, Current: chosen == ""}}
	for _, t := range traces {
		if count[t] > 0 || t == chosen {
			card.Filters = append(card.Filters, page.Tab{Text: r.T("people.trace." + t), Href: at + "?" + paramTrace + "=" + t, Current: t == chosen})
		}
	}
	slices.SortStableFunc(all, func(a, b happened) int { return b.at.Compare(a.at) })
	zone := r.P().Zone().Location()
	for _, h := range all {
		if chosen != "" && h.trace != chosen {
			continue
		}
		year := strconv.Itoa(h.at.In(zone).Year())
		if n := len(card.Years); n == 0 || card.Years[n-1].Year != year {
			card.Years = append(card.Years, yearOf{Year: year})
		}
		last := &card.Years[len(card.Years)-1]
		last.Events = append(last.Events, h.event)
	}
	return card
}

// events joins everything that happened to the family or person.
func (k knowledge) events(r *page.Request) []happened {
	var out []happened
	add := func(trace string, at time.Time, e page.Event) {
		e.When = r.P().DateShort(r.P().Zone().Today(at))
		out = append(out, happened{trace, at, e})
	}
	var together time.Time // when the family arrived; its people came along
	for _, c := range k.changes {
		if c.Fields == nil && c.Subject == string(k.family.ID) {
			together = c.At.Std()
		}
	}
	out = append(out, k.mergeEvents(r)...)
	for _, c := range k.changes {
		if c.OfMerge() {
			continue // told as one deed
		}
		if c.Fields == nil && !k.alone && c.Subject != string(k.family.ID) && c.At.Std().Equal(together) {
			continue
		}
		add("data", c.At.Std(), k.changeEvent(r, c))
	}
	for _, f := range k.facts {
		s := statement(r, k, f)
		add("bukti", f.At.Std(), page.Event{Title: s.Tag.Text, Text: s.Text, Who: s.Sub, Href: s.Href, Tone: s.Tag.Tone, Marker: "building"})
	}
	for _, p := range k.payments {
		if p.At.IsZero() {
			continue
		}
		e := page.Event{Title: r.T("people.trace_pay."+string(p.State), r.P().Rupiah(p.Amount)), Text: joinDot(p.ProgramName, p.Title), Who: p.By, Marker: "money"}
		e.Tone = payTones[p.State]
		if p.State == delivery.Failed && p.Reason != "" {
			e.Text = joinDot(e.Text, r.T("delivery.reason."+string(p.Reason)))
		}
		add("bantuan", p.At.Std(), e)
	}
	for _, e := range k.entries {
		if !strings.HasPrefix(e.Kind, "value.") {
			continue // changes are told above, with what changed
		}
		event := page.Event{Title: sentence(r, e), Who: e.Actor, Marker: "eye"}
		if e.Seq >= 0 && r.May(account.LedgerView) {
			event.Href = "/audit/" + strconv.FormatInt(e.Seq, 10)
		}
		add("akses", e.At.Std(), event)
	}
	return out
}

func (k knowledge) changeEvent(r *page.Request, c registry.Change) page.Event {
	name := k.names[c.Subject]
	e := page.Event{Title: r.T("people.trace_added", name), Marker: "plus", Who: joinDot(sourceWord(r, c.Source), actorWord(c.Actor))}
	if c.Fields != nil {
		e.Title, e.Marker = r.T("people.trace_changed", name), "edit"
		e.Text = diffWords(r, c.Fields)
	}
	if c.Reason != "" && c.Reason != c.Source {
		e.Text = joinDot(e.Text, "“"+scrub(c.Reason)+"”")
	}
	if c.Batch != "" && r.May(account.ImportView) {
		e.Href = "/impor/" + string(c.Batch)
	}
	return e
}

// actorWord leaves the system out: the source says enough.
func actorWord(name string) string {
	if name == "sistem" || name == "system" {
		return ""
	}
	return name
}

// fieldOrder lists the fields of a change as the registry does, the number of
// a person or card first.
var fieldOrder = registry.FieldNames()

// quiet fields follow from others and would only repeat them.
var quiet = []string{"birth_precision", "life_on", "ranked_on", "rank_regency"}

func diffWords(r *page.Request, d registry.Diff) string {
	fields := slices.SortedFunc(maps.Keys(d), func(a, b string) int {
		return cmp.Compare(slices.Index(fieldOrder, a), slices.Index(fieldOrder, b))
	})
	var parts []string
	for _, f := range fields {
		if slices.Contains(quiet, f) && len(d) > 1 {
			continue
		}
		if f == "family_id" {
			parts = append(parts, r.T("people.trace_moved"))
			continue
		}
		parts = append(parts, r.T("people.trace_field", r.T("people.field."+f), fieldWord(r, f, d[f][0]), fieldWord(r, f, d[f][1])))
	}
	return strings.Join(parts, "; ")
}

// fieldWord spells a stored value for people; numbers of people stay masked.
func fieldWord(r *page.Request, field, v string) string {
	if v == "" && field != "review" && field != "desil" && field != "receives" {
		return r.T("people.empty_value")
	}
	switch field {
	case "nik", "kk":
		return nik.NIK(v).String()
	case "sex":
		return sexWord(r, nik.Sex(v))
	case "village":
		return region.Code(v).Name()
	case "life":
		return r.T("people.life." + v)
	case "birth_on", "life_on", "ranked_on":
		if day, err := civil.Parse(v); err == nil {
			return r.P().DateShort(day)
		}
	case "relation":
		if n, err := strconv.Atoi(v); err == nil && registry.Relation(n).Valid() {
			return relation(r, registry.Relation(n))
		}
	case "review":
		if v == string(registry.ReviewOpen) {
			return r.T("people.open")
		}
		return r.T("people.clear")
	case "desil":
		if v == "" {
			return r.T("people.unranked")
		}
	case "receives":
		if v == "" {
			return r.T("people.nothing")
		}
	}
	return scrub(v)
}

// sourceWord names a sender; unknown ones keep their own name.
func sourceWord(r *page.Request, source string) string {
	if key := "people.source." + source; r.P().Has(key) {
		return r.T(key)
	}
	return scrub(source)
}

// sentence spells a ledger entry; what its words are was recorded with it.
func sentence(r *page.Request, e ledger.Entry) string {
	var payload struct {
		Say []any `json:"say"`
	}
	if e.Payload == nil || json.Unmarshal(e.Payload, &payload) != nil || !r.P().Has(e.Sentence()) {
		return e.Kind
	}
	for len(payload.Say) < 9 {
		payload.Say = append(payload.Say, "–")
	}
	return scrub(r.T(e.Sentence(), payload.Say...))
}
