package people

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

// Parameters of the list. Other pages link here with them.
const (
	paramKecamatan = "kec"         // kecamatan code, repeatable
	paramVillage   = "desa"        // village code, repeatable
	paramDesil     = "desil"       // 1 to 10, or valueUnranked
	paramReceives  = "bantuan"     // programme code, or valueNothing
	paramReview    = "pemeriksaan" // valueClear or valueOpen
)

// Values that are words.
const (
	valueUnranked = "belum"
	valueNothing  = "tidak"
	valueClear    = "bersih"
	valueOpen     = "terbuka"
)

// filter is what the address asks for. A village narrows its kecamatan, so
// Areas holds the villages chosen and the kecamatan without a chosen village.
type filter struct {
	registry.Filter
	kecamatan []region.Code
	villages  []region.Code
}

// readFilter ignores values that mean nothing: an old link still opens.
func readFilter(r *page.Request, q url.Values) filter {
	var f filter
	f.kecamatan = areasOf(r.Session.Scope, q[paramKecamatan], region.Kecamatan)
	f.villages = areasOf(r.Session.Scope, q[paramVillage], region.Village)
	f.Areas = slices.Clone(f.villages)
	for _, k := range f.kecamatan {
		if !slices.ContainsFunc(f.villages, k.Contains) {
			f.Areas = append(f.Areas, k)
		}
	}
	for _, v := range q[paramDesil] {
		n, err := strconv.Atoi(v)
		if v == valueUnranked {
			n, err = 0, nil
		}
		if err == nil && n >= 0 && n <= 10 && !slices.Contains(f.Desil, n) {
			f.Desil = append(f.Desil, n)
		}
	}
	slices.Sort(f.Desil)
	for _, v := range q[paramReceives] {
		switch {
		case v == valueNothing:
			f.None = true
		case programCode(v) && scrub(v) == v && !slices.Contains(f.Receives, v):
			f.Receives = append(f.Receives, v)
		}
	}
	f.Clear = slices.Contains(q[paramReview], valueClear)
	f.Open = slices.Contains(q[paramReview], valueOpen)
	if f.Clear && f.Open { // both boxes ticked is the same as none
		f.Clear, f.Open = false, false
	}
	return f
}

// query is f as an address has it. It is built anew, because the address that
// came in may hold a number that somebody pasted there.
func (f filter) query() url.Values {
	q := url.Values{}
	for _, k := range f.kecamatan {
		q.Add(paramKecamatan, string(k))
	}
	for _, v := range f.villages {
		q.Add(paramVillage, string(v))
	}
	for _, n := range f.Desil {
		if n == 0 {
			q.Add(paramDesil, valueUnranked)
			continue
		}
		q.Add(paramDesil, strconv.Itoa(n))
	}
	for _, code := range f.Receives {
		q.Add(paramReceives, code)
	}
	if f.None {
		q.Add(paramReceives, valueNothing)
	}
	if f.Clear {
		q.Set(paramReview, valueClear)
	}
	if f.Open {
		q.Set(paramReview, valueOpen)
	}
	return q
}

func areasOf(scope region.Scope, values []string, level region.Level) []region.Code {
	var out []region.Code
	for _, v := range values {
		if c := region.Code(v); c.Valid() && c.Level() == level && scope.Overlaps(c) && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// programCode reports whether v has the shape of a programme's code.
func programCode(v string) bool {
	return v != "" && len(v) <= 40 && strings.Trim(v, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == ""
}

// sentence says the filter in words, "" when there is none.
func (f filter) sentence(r *page.Request) string {
	var parts []string
	if len(f.Areas) > 0 {
		var names []string
		for _, a := range f.Areas {
			names = append(names, a.Name())
		}
		parts = append(parts, r.T("people.say.in", f.any(r, names)))
	}
	if len(f.Desil) > 0 {
		var names []string
		for _, n := range f.Desil {
			if n > 0 {
				names = append(names, r.P().Num(int64(n)))
			}
		}
		words := r.T("people.say.desil", f.any(r, names))
		if len(names) == 0 {
			words = r.T("people.say.unranked")
		} else if f.Desil[0] == 0 {
			words = f.any(r, []string{words, r.T("people.say.unranked")})
		}
		parts = append(parts, words)
	}
	if len(f.Receives) > 0 {
		parts = append(parts, r.T("people.say.receives", strings.Join(f.Receives, " + ")))
	}
	if f.None {
		parts = append(parts, r.T("people.say.nothing"))
	}
	if f.Clear {
		parts = append(parts, r.T("people.say.clear"))
	}
	if f.Open {
		parts = append(parts, r.T("people.say.open"))
	}
	if len(parts) == 0 {
		return ""
	}
	return r.T("people.say", strings.Join(parts, ", "))
}

func (filter) any(r *page.Request, words []string) string {
	switch n := len(words); n {
	case 0, 1:
		return strings.Join(words, "")
	default:
		return strings.Join(words[:n-1], ", ") + " " + r.T("people.or") + " " + words[n-1]
	}
}

func (f filter) chips(r *page.Request) []page.Chip {
	q := f.query()
	var out []page.Chip
	add := func(text, name, value string) {
		out = append(out, page.Chip{Text: text, Href: page.Href(root, page.Without(q, name, value))})
	}
	for _, k := range f.kecamatan {
		rest := page.Without(q, paramKecamatan, string(k))
		for _, v := range f.villages {
			if k.Contains(v) {
				rest = page.Without(rest, paramVillage, string(v))
			}
		}
		out = append(out, page.Chip{Text: r.T("people.chip.kecamatan", k.Name()), Href: page.Href(root, rest)})
	}
	for _, v := range f.villages {
		add(v.Name(), paramVillage, string(v))
	}
	for _, n := range f.Desil {
		if n == 0 {
			add(r.T("people.unranked"), paramDesil, valueUnranked)
			continue
		}
		add(r.T("people.chip.desil", n), paramDesil, strconv.Itoa(n))
	}
	for _, code := range f.Receives {
		add(r.T("people.chip.receives", code), paramReceives, code)
	}
	if f.None {
		add(r.T("people.nothing"), paramReceives, valueNothing)
	}
	if f.Clear {
		add(r.T("people.clear"), paramReview, valueClear)
	}
	if f.Open {
		add(r.T("people.open"), paramReview, valueOpen)
	}
	return out
}

// facetPanel shows every facet with the counts under the other filters. What is
// chosen stands there even when nothing is left of it: applying the panel again
// must not drop a filter unseen.
func (f filter) facetPanel(r *page.Request, c registry.Facets) *page.Facets {
	out := &page.Facets{Action: root}
	add := func(name, title string, values []page.FacetValue) {
		if len(values) > 0 {
			out.Groups = append(out.Groups, page.Facet{Name: name, Title: title, Values: values})
		}
	}
	add(paramKecamatan, r.T("people.kecamatan"), areaValues(c.Kecamatan, f.kecamatan))
	add(paramVillage, r.T("people.village"), areaValues(c.Village, f.villages))
	add(paramDesil, r.T("people.desil"), f.desilValues(r, c.Desil))
	add(paramReceives, r.T("people.receives"), f.receivesValues(r, c.Receives))
	add(paramReview, r.T("people.review"), []page.FacetValue{
		{Value: valueClear, Text: r.T("people.clear"), Count: countOf(c.Review, string(registry.ReviewClear)), Chosen: f.Clear},
		{Value: valueOpen, Text: r.T("people.open"), Count: countOf(c.Review, string(registry.ReviewOpen)), Chosen: f.Open}})
	return out
}

func areaValues(counts []registry.Count, chosen []region.Code) []page.FacetValue {
	var out []page.FacetValue
	for _, c := range chosen {
		out = append(out, page.FacetValue{Value: string(c), Text: c.Name(), Count: countOf(counts, string(c)), Chosen: true})
	}
	for _, n := range counts {
		if c := region.Code(n.Value); !slices.Contains(chosen, c) {
			out = append(out, page.FacetValue{Value: n.Value, Text: c.Name(), Count: int64(n.N)})
		}
	}
	slices.SortFunc(out, func(a, b page.FacetValue) int { return strings.Compare(a.Text, b.Text) })
	return out
}

// countOf returns the count of one value; a value nobody has counts 0.
func countOf(counts []registry.Count, value string) int64 {
	i := slices.IndexFunc(counts, func(c registry.Count) bool { return c.Value == value })
	if i < 0 {
		return 0
	}
	return int64(counts[i].N)
}

func (f filter) desilValues(r *page.Request, counts []registry.Count) []page.FacetValue {
	var out []page.FacetValue
	add := func(value, text, stored string, chosen bool) {
		if n := countOf(counts, stored); n > 0 || chosen {
			out = append(out, page.FacetValue{Value: value, Text: text, Count: n, Chosen: chosen})
		}
	}
	for n := 1; n <= 10; n++ {
		v := strconv.Itoa(n)
		add(v, v, v, slices.Contains(f.Desil, n))
	}
	add(valueUnranked, r.T("people.unranked"), "", slices.Contains(f.Desil, 0))
	return out
}

func (f filter) receivesValues(r *page.Request, counts []registry.Count) []page.FacetValue {
	var out []page.FacetValue
	for _, code := range f.Receives {
		out = append(out, page.FacetValue{Value: code, Text: code, Count: countOf(counts, code), Chosen: true})
	}
	for _, n := range counts {
		if n.Value != "" && !slices.Contains(f.Receives, n.Value) {
			out = append(out, page.FacetValue{Value: n.Value, Text: n.Value, Count: int64(n.N)})
		}
	}
	slices.SortFunc(out, func(a, b page.FacetValue) int { return strings.Compare(a.Text, b.Text) })
	return append(out, page.FacetValue{Value: valueNothing, Text: r.T("people.nothing"), Count: countOf(counts, ""), Chosen: f.None})
}
