package page

import (
	"net/url"
	"strconv"
)

// List is a whole list page below its heading: facets left, chips, table,
// pager, downloads. Template "list". When Table has no rows, Empty shows.
type List struct {
	Sentence string // the filter in words: "Keluarga di Midai, desil 1 atau 2"
	Count    string // "1.998 dari 24.318 keluarga"
	Chips    []Chip
	ClearAll string // path without any filter
	Facets   *Facets
	Table    Table
	Pager    Pager
	Exports  []Link // "xlsx", "CSV", "JSON" of exactly what is shown
	Bulk     []Button
	BulkTo   string // path that the bulk form posts to
	Empty    Empty
}

// Chip is one active filter; Href is the page without it.
type Chip struct {
	Text string
	Href string
}

// Facets is the filter panel: a GET form to Action. Keep holds parameters that
// are not facets (sort, view) and must survive. Template "facets".
type Facets struct {
	Action string
	Keep   []Hidden
	Groups []Facet
}

// Hidden is a form value that people do not see.
type Hidden struct {
	Name, Value string
}

// Facet is one property to filter by.
type Facet struct {
	Name   string // parameter
	Title  string
	Values []FacetValue
	Late   bool   // counting took too long; the values stand without numbers
	Kind   string // "" check boxes, "search" a text field, "range" two dates
	From   string // value of a search, or start of a range
	To     string
}

// shownValues is how many values a facet shows before the rest is folded.
const shownValues = 10

// Shown returns the values above the fold: the first ten and every chosen one.
func (f Facet) Shown() []FacetValue {
	out := f.Values[:min(len(f.Values), shownValues):min(len(f.Values), shownValues)]
	for _, v := range f.Folded() {
		if v.Chosen {
			out = append(out, v)
		}
	}
	return out
}

// Folded returns the values below the fold.
func (f Facet) Folded() []FacetValue {
	if len(f.Values) <= shownValues {
		return nil
	}
	return f.Values[shownValues:]
}

// Rest counts the folded values that are not chosen.
func (f Facet) Rest() int {
	n := 0
	for _, v := range f.Folded() {
		if !v.Chosen {
			n++
		}
	}
	return n
}

// FacetValue is one value with the number of results it would leave; a
// negative Count means not counted.
type FacetValue struct {
	Value  string
	Text   string
	Count  int64
	Chosen bool
}

// Pager leads through a long list. Template "pager". Prev and Next alone make a
// keyset pager.
type Pager struct {
	From, To, Total int64 // Total 0 hides the range
	Prev, Next      string
	Pages           []PageLink
}

// PageLink is one number of a pager; an empty Href is the gap "…".
type PageLink struct {
	Number  int
	Href    string
	Current bool
}

// PageParam is the name of the page number in a URL.
const PageParam = "hal"

// NewPager builds a numbered pager over total rows, size a page, keeping the
// other parameters of the URL. number counts from 1.
func NewPager(path string, query url.Values, number, size int, total int64) Pager {
	last := max(1, int((total+int64(size)-1)/int64(size)))
	number = min(max(number, 1), last)
	link := func(n int) string {
		q := With(query, PageParam, "")
		if n > 1 {
			q.Set(PageParam, strconv.Itoa(n))
		}
		return Href(path, q)
	}
	p := Pager{From: min(total, int64((number-1)*size)+1), To: min(total, int64(number*size)), Total: total}
	if number > 1 {
		p.Prev = link(number - 1)
	}
	if number < last {
		p.Next = link(number + 1)
	}
	if last == 1 {
		return p
	}
	before := 0
	for n := 1; n <= last; n++ {
		if n != 1 && n != last && (n < number-2 || n > number+2) {
			continue
		}
		if n-before > 1 {
			p.Pages = append(p.Pages, PageLink{})
		}
		p.Pages = append(p.Pages, PageLink{Number: n, Href: link(n), Current: n == number})
		before = n
	}
	return p
}

// PageNumber reads the page number of a query, 1 when absent or wrong.
func PageNumber(query url.Values) int {
	n, err := strconv.Atoi(query.Get(PageParam))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// With returns a copy of q where name has the one value, or none when value is
// empty. The page number is dropped, since the result changes.
func With(q url.Values, name, value string) url.Values {
	out := clone(q)
	out.Del(PageParam)
	out.Del(name)
	if value != "" {
		out.Set(name, value)
	}
	return out
}

// Without returns a copy of q where name lacks value.
func Without(q url.Values, name, value string) url.Values {
	out := clone(q)
	out.Del(PageParam)
	out.Del(name)
	for _, v := range q[name] {
		if v != value {
			out.Add(name, v)
		}
	}
	return out
}

func clone(q url.Values) url.Values {
	out := make(url.Values, len(q))
	for k, v := range q {
		out[k] = append([]string(nil), v...)
	}
	return out
}

// Href joins a path and a query.
func Href(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// Table is rows under columns; on phones each row becomes a card. Template
// "table".
type Table struct {
	Caption string // read to those who do not see it
	Columns []Column
	Rows    []Row
	Foot    []Cell
	Select  string // name of the check boxes; empty for none
	Dense   bool   // 24 px rows, reading only
}

// Column heads a column. Sort is the page sorted by it; Sorted is "", "up" or
// "down".
type Column struct {
	Label  string
	Num    bool // figures, to the right
	Sort   string
	Sorted string
	Hide   bool // the heading is for screen readers only
}

// Row is one line; Href opens it by a click anywhere on it. Value is sent when
// it is selected.
type Row struct {
	Href  string
	Value string
	Tone  Tone
	Muted bool
	Cells []Cell
}

// Cell is what stands in a column; fill what fits.
type Cell struct {
	Text   string
	Sub    string
	Href   string
	Strong bool
	Num    bool // with Text: figures, to the right
	Tags   []Tag
	Bar    *Bar
	Masked *Masked
	Button *Button
	Icon   string
}

// Label of column i, for the card view; empty when there is none.
func (t Table) Label(i int) string {
	if i < 0 || i >= len(t.Columns) {
		return ""
	}
	return t.Columns[i].Label
}

// NumAt reports whether column i holds figures.
func (t Table) NumAt(i int) bool { return i >= 0 && i < len(t.Columns) && t.Columns[i].Num }

// Text is a plain cell.
func Text(s string) Cell { return Cell{Text: s} }

// Tagged is a cell of tags.
func Tagged(tags ...Tag) Cell { return Cell{Tags: tags} }
