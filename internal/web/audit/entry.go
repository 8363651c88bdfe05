package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tepat/internal/db"
	"tepat/internal/export"
	"tepat/internal/fault"
	"tepat/internal/ledger"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

var entryPage = page.New[entryData](files, "entry.html")

type entryData struct {
	Heading page.Heading
	Outside *page.Alert // why nothing but the hash is shown
	Facts   []page.Fact
	Hash    string
	JSON    string // as recorded; empty when erased or outside
	Proof   page.Button
}

// load returns the entry that the path names, and whether the reader may know
// what it says: entries without a place belong to the whole regency.
func (d desk) load(r *page.Request) (ledger.Entry, bool, error) {
	seq, err := strconv.ParseInt(r.Path("seq"), 10, 64)
	if err != nil || seq < 0 {
		return ledger.Entry{}, false, fault.NewNotFound("audit.no_entry")
	}
	r.Object("entry:" + strconv.FormatInt(seq, 10))
	scope := r.Session.Scope
	e, found, err := ledger.EntryBySeq(r.Ctx(), d.DB.Read(), string(scope.Regency()), seq)
	if err == nil && !found {
		err = fault.NewNotFound("ledger.no_entry", seq)
	}
	return e, visible(scope, e.Area), err
}

func visible(scope region.Scope, area region.Code) bool {
	if area == "" {
		return scope.Whole()
	}
	return scope.Contains(area)
}

func (d desk) show(r *page.Request) error {
	e, may, err := d.load(r)
	if err != nil {
		return err
	}
	hash, err := ledger.LeafHash(r.Ctx(), d.DB.Read(), string(r.Session.Scope.Regency()), e.Seq)
	if err != nil {
		return err
	}
	data := entryData{Heading: page.Heading{Title: r.T("audit.entry_n", e.Seq), Back: &page.Link{Text: r.T("audit.title"), Href: root}}, Hash: groups(hash)}
	if !may {
		data.Outside = &page.Alert{Tone: page.Info, Text: r.T("audit.outside")}
		return entryPage.Render(r, http.StatusOK, data)
	}
	said := words(r, e)
	data.Heading.Sub = r.T("audit.did", actor(r, e), said.sentence)
	data.Facts = entryFacts(r, e, said)
	data.JSON = pretty(e.Payload)
	data.Proof = page.Button{Text: r.T("audit.proof"), Href: entryPath(e.Seq) + "/bukti.txt", Icon: "download"}
	return entryPage.Render(r, http.StatusOK, data)
}

func entryFacts(r *page.Request, e ledger.Entry, s said) []page.Fact {
	facts := []page.Fact{
		{Label: r.T("audit.when"), Value: r.P().When(e.At.Std())},
		{Label: r.T("audit.actor"), Value: actor(r, e)},
		{Label: r.T("audit.kind"), Value: e.Kind},
	}
	if e.Area != "" {
		facts = append(facts, page.Fact{Label: r.T("audit.area"), Value: e.Area.Title()})
	}
	if s.reason != "" {
		facts = append(facts, page.Fact{Label: r.T("audit.reason"), Value: s.reason})
	}
	if e.Object != "" {
		facts = append(facts, page.Fact{Label: r.T("audit.about"), Value: r.T("audit.same"), Sub: scrub(e.Object),
			Href: page.Href(root, url.Values{paramObject: {e.Object}})})
	}
	return facts
}

// groups spells a hash in fours, for reading aloud and so that no run of
// digits in it looks like a NIK.
func groups(hash string) string {
	var b strings.Builder
	for i := range len(hash) {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(hash[i])
	}
	return b.String()
}

func pretty(payload []byte) string {
	var b bytes.Buffer
	if payload == nil || json.Indent(&b, payload, "", "  ") != nil {
		return ""
	}
	return scrub(b.String())
}

func (d desk) proof(r *page.Request) error {
	e, may, err := d.load(r)
	if err == nil && !may {
		err = fault.NewDenied("audit.outside")
	}
	if err != nil {
		return err
	}
	text, err := ledger.Proof(r.Ctx(), d.DB.Read(), string(r.Session.Scope.Regency()), e.Seq)
	if err != nil {
		return err
	}
	return r.File(fmt.Sprintf("bukti-entri-%d.txt", e.Seq), "text/plain; charset=utf-8", func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// export sends the entries of the filter as a file, read from one state.
func (d desk) export(r *page.Request) error {
	format := page.XLSX
	for _, f := range page.Formats() {
		if f.Name == r.Query().Get("format") {
			format = f
		}
	}
	t := d.sheet(r, readFilter(r, r.Query()))
	return r.SendTable("audit", format, t, func(sum export.Sum) error {
		return d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
			return registry.RecordExport(tx, registry.Exported{List: r.T("audit.entries"), Words: t.Note.Filter, Format: format.Name, Rows: sum.Rows, SHA256: sum.SHA256})
		})
	})
}

func (d desk) sheet(r *page.Request, f ledger.Filter) export.Table {
	return export.Table{
		Title: r.T("audit.entries"),
		Columns: []export.Column{{Header: r.T("audit.entry"), Kind: export.Int}, {Header: r.T("audit.when"), Kind: export.Time}, {Header: r.T("audit.actor"), Width: 26},
			{Header: r.T("audit.what"), Width: 60}, {Header: r.T("audit.reason"), Width: 36}, {Header: r.T("audit.kind"), Width: 22},
			{Header: r.T("audit.area"), Width: 15}, {Header: r.T("audit.about"), Width: 38}},
		Rows: page.Rows(func(fn func(*ledger.Entry) error) error {
			return d.DB.Snapshot(r.Ctx(), func(q db.Querier) error { return eachEntry(r, q, f, fn) })
		}, func(e *ledger.Entry) []any {
			s := words(r, *e)
			return []any{e.Seq, e.At.Std().In(r.P().Zone().Location()), actor(r, *e), s.sentence, s.reason, e.Kind, e.Area.Dotted(), scrub(e.Object)}
		}),
		Note:  r.ExportNote(filterWords(r, f)),
		Print: r.P(),
	}
}

// eachEntry calls fn with every entry that f shows, newest first.
func eachEntry(r *page.Request, q db.Querier, f ledger.Filter, fn func(*ledger.Entry) error) error {
	f.Before, f.Limit = 0, ledger.MaxLimit
	for {
		entries, err := ledger.Entries(r.Ctx(), q, f)
		if err != nil {
			return err
		}
		for i := range entries {
			if err := fn(&entries[i]); err != nil {
				return err
			}
		}
		if len(entries) < ledger.MaxLimit || entries[len(entries)-1].Seq == 0 {
			return nil
		}
		f.Before = entries[len(entries)-1].Seq
	}
}

func filterWords(r *page.Request, f ledger.Filter) string {
	var parts []string
	add := func(key, value string) {
		if value != "" {
			parts = append(parts, r.T(key)+": "+value)
		}
	}
	add("audit.kind", f.Kind)
	add("audit.actor", string(f.Actor))
	add("audit.area", f.Area.Dotted())
	add("audit.about", f.Object)
	add("audit.from", day(f.From.Std(), r, 0))
	add("audit.until", day(f.To.Std(), r, -1))
	return strings.Join(parts, ", ")
}
