package audit

import (
	"context"
	"embed"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/ledger"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

//go:embed *.html *.css texts.json
var files embed.FS

// Deps is what the audit pages need. Verify recomputes the ledger and compares
// every record with it; it may take a minute for ten million entries.
type Deps struct {
	DB     *db.DB
	Verify func(ctx context.Context) (*ledger.Report, error)
}

const root = "/audit"

// desk is Deps with the one check that may run at a time.
type desk struct {
	Deps
	check *checker
}

// Routes is the table of this feature.
func Routes(deps Deps) []page.Route {
	d := desk{deps, &checker{verify: deps.Verify}}
	route := func(method, path, loader, audit string, handle func(*page.Request) error) page.Route {
		return page.Route{Method: method, Path: path, Action: account.LedgerView, Loader: loader, FourEyes: page.None, Audit: audit, Handle: handle}
	}
	return []page.Route{
		route("GET", root, page.None, page.AuditList, d.list),
		route("GET", root+"/ekspor", page.None, page.AuditList, d.export),
		route("POST", root+"/periksa", page.None, page.AuditNone, d.startCheck),
		route("GET", root+"/periksa", page.None, page.AuditNone, d.showCheck),
		route("GET", root+"/periksa/kemajuan", page.None, page.AuditNone, d.progress),
		route("GET", root+"/{seq}", "entry", page.AuditPersonal, d.show),
		route("GET", root+"/{seq}/bukti.txt", "entry", page.AuditNone, d.proof),
	}
}

// Parameters of the list.
const (
	paramKind   = "jenis"
	paramActor  = "pelaku"
	paramArea   = "wilayah"
	paramFrom   = "dari"
	paramUntil  = "sampai"
	paramObject = "objek"
	paramBefore = "sebelum"
)

const perPage = 50

// readFilter ignores values that mean nothing: an old link still opens.
func readFilter(r *page.Request, q url.Values) ledger.Filter {
	f := ledger.Filter{Scope: r.Session.Scope, Limit: perPage + 1}
	if key := "event." + q.Get(paramKind); r.P().Has(key) {
		f.Kind = q.Get(paramKind)
	}
	if id.Valid(q.Get(paramActor)) {
		f.Actor = id.User(q.Get(paramActor))
	}
	if c := region.Code(q.Get(paramArea)); c.Valid() && f.Scope.Overlaps(c) && !c.Contains(f.Scope.Regency()) {
		f.Area = c
	}
	if o := q.Get(paramObject); len(o) <= 80 && scrub(o) == o {
		f.Object = o
	}
	f.From, f.To = midnight(r, q.Get(paramFrom), 0), midnight(r, q.Get(paramUntil), 1)
	if n, err := strconv.ParseInt(q.Get(paramBefore), 10, 64); err == nil && n > 0 {
		f.Before = n
	}
	return f
}

// query is f as an address has it. It is built anew, because the address that
// came in may hold a number that somebody pasted there.
func query(r *page.Request, f ledger.Filter) url.Values {
	q := url.Values{}
	for name, v := range map[string]string{paramKind: f.Kind, paramActor: string(f.Actor), paramArea: string(f.Area), paramObject: f.Object,
		paramFrom: day(f.From.Std(), r, 0), paramUntil: day(f.To.Std(), r, -1)} {
		if v != "" {
			q.Set(name, v)
		}
	}
	return q
}

// midnight is when the office's day begins, so many days later.
func midnight(r *page.Request, day string, later int) db.Time {
	d, err := civil.Parse(day)
	if err != nil || d.IsZero() {
		return db.Time{}
	}
	return db.TimeOf(startOf(d.AddDays(later), r.P().Zone().Location()))
}

var listPage = page.New[listData](files, "list.html")

type listData struct {
	Heading page.Heading
	State   stateCard
	Filter  filterBar
	Scope   string // what a narrowed reader does not see
	Table   page.Table
	Pager   page.Pager
	Exports []page.Link
	Empty   page.Empty
}

func (d desk) list(r *page.Request) error {
	f := readFilter(r, r.Query())
	q := query(r, f)
	entries, err := ledger.Entries(r.Ctx(), d.DB.Read(), f)
	if err != nil {
		return err
	}
	state, err := d.state(r)
	if err != nil {
		return err
	}
	bar, err := d.bar(r, q, f)
	if err != nil {
		return err
	}
	data := listData{
		Heading: page.Heading{Title: r.T("audit.title"), Sub: r.T("audit.sub")},
		State:   state,
		Filter:  bar,
		Empty:   page.Empty{Kind: page.NeverAny, Title: r.T("audit.never"), Text: r.T("audit.never_hint")},
	}
	if !r.Session.Scope.Whole() {
		data.Scope = r.T("audit.narrow", r.Session.Scope.Label())
	}
	if bar.Active || f.Before > 0 {
		data.Empty = page.Empty{Kind: page.NoneMatch, Title: r.T("audit.none"), Text: r.T("audit.none_hint"),
			Action: &page.Button{Text: r.T("page.clear_all"), Href: root}}
	}
	if len(entries) > perPage {
		entries = entries[:perPage]
		data.Pager.Next = page.Href(root, page.With(q, paramBefore, strconv.FormatInt(entries[perPage-1].Seq, 10)))
	}
	if f.Before > 0 {
		data.Pager.Prev = page.Href(root, q)
	}
	data.Table = table(r, entries)
	for _, format := range page.Formats() {
		data.Exports = append(data.Exports, page.Link{Text: strings.ToUpper(format.Name), Href: page.Href(root+"/ekspor", page.With(q, "format", format.Name))})
	}
	return listPage.Render(r, http.StatusOK, data)
}

func table(r *page.Request, entries []ledger.Entry) page.Table {
	t := page.Table{Caption: r.T("audit.entries"), Columns: []page.Column{{Label: r.T("audit.entry")}, {Label: r.T("audit.when")}, {Label: r.T("audit.actor")},
		{Label: r.T("audit.what")}, {Label: r.T("audit.about")}}}
	for _, e := range entries {
		said := words(r, e)
		row := page.Row{Href: entryPath(e.Seq), Muted: e.Erased, Cells: []page.Cell{
			page.Text(r.P().Num(e.Seq)),
			{Text: r.P().DateShort(r.P().Zone().Today(e.At.Std())), Sub: r.P().Clock(e.At.Std())},
			page.Text(actor(r, e)),
			{Text: said.sentence, Sub: said.reason},
			page.Text("–"),
		}}
		if e.Object != "" {
			row.Cells[4] = page.Cell{Text: r.T("audit.same"), Href: page.Href(root, url.Values{paramObject: {e.Object}})}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func entryPath(seq int64) string { return root + "/" + strconv.FormatInt(seq, 10) }

func actor(r *page.Request, e ledger.Entry) string {
	switch {
	case e.Erased && e.Actor == "":
		return r.T("audit.erased_actor")
	case e.Actor == "":
		return r.T("audit.system")
	}
	return e.Actor
}

// said is what an entry says to people.
type said struct {
	sentence string
	reason   string
}

// words spells an entry; what fills the sentence was recorded with it.
func words(r *page.Request, e ledger.Entry) said {
	if e.Erased {
		return said{sentence: r.T("audit.erased", e.Kind)}
	}
	var p struct {
		Say    []any  `json:"say"`
		Reason string `json:"reason"`
	}
	if err := json.Unmarshal(e.Payload, &p); err != nil || !r.P().Has(e.Sentence()) {
		return said{sentence: e.Kind}
	}
	for i, v := range p.Say {
		if n, ok := v.(float64); ok {
			p.Say[i] = int64(n)
		}
	}
	for len(p.Say) < 9 {
		p.Say = append(p.Say, "–")
	}
	return said{scrub(r.T(e.Sentence(), p.Say...)), scrub(p.Reason)}
}

// scrub masks every 16-digit number in text that was recorded.
func scrub(s string) string {
	run := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] >= '0' && s[i] <= '9' {
			run++
			continue
		}
		if run == 16 {
			s = s[:i-16] + nik.NIK(s[i-16:i]).String() + s[i:]
		}
		run = 0
	}
	return s
}
