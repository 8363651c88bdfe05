package validation

import (
	"embed"
	"net/url"
	"strconv"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/web/page"
)

//go:embed *.html *.css texts.json
var files embed.FS

// Deps is what the screens of validation need.
type Deps struct{ DB *db.DB }

const root = "/validasi"

// fourEyes names the rules that evidence enforces in its transactions.
const (
	firstEyes  = "enter≠decide"
	secondEyes = "decide≠confirm"
)

// Routes is the table of this feature.
func Routes(d Deps) []page.Route {
	write := func(path string, action account.Action, eyes string, handle func(*page.Request) error) page.Route {
		return page.Route{Method: "POST", Path: root + path, Action: action, Loader: "indication", FourEyes: eyes, Audit: page.AuditNone, Handle: handle}
	}
	routes := []page.Route{
		{Method: "GET", Path: root, Action: account.IndicationView, Loader: page.None, FourEyes: page.None, Audit: page.AuditList, Handle: d.list},
		{Method: "GET", Path: root + "/{id}", Action: account.IndicationView, Loader: "indication", FourEyes: page.None, Audit: page.AuditPersonal, Handle: d.show},
		write("/{id}/putuskan", account.IndicationDecide, firstEyes, d.decide),
		write("/{id}/tarik", account.IndicationDecide, firstEyes, d.withdraw),
		write("/{id}/sahkan", account.IndicationReview, secondEyes, d.confirm),
		write("/{id}/batalkan", account.IndicationDecide, secondEyes, d.revert),
	}
	for _, f := range page.Formats() {
		routes = append(routes, page.Route{Method: "GET", Path: root + "/ekspor." + f.Name, Action: account.RegistryExport, Loader: page.None,
			FourEyes: page.None, Audit: page.AuditList, Handle: d.export(f)})
	}
	return routes
}

// load returns the matter that the path names, within the session's area.
func (d Deps) load(r *page.Request) (evidence.Detail, error) {
	if !id.Valid(r.Path("id")) {
		return evidence.Detail{}, fault.NewNotFound("evidence.gone")
	}
	return evidence.ByID(r.Ctx(), d.DB.Read(), r.Session.Scope, id.Indication(r.Path("id")))
}

// answer is what a decision form sends.
type answer struct {
	yes     bool
	reason  string
	note    string
	version int
	queue   url.Values // the queue that the officer works through
}

func read(r *page.Request) (answer, error) {
	form, err := r.Form()
	if err != nil {
		return answer{}, err
	}
	version, err := strconv.Atoi(form.Get("version"))
	if err != nil {
		return answer{}, fault.NewConflict("evidence.changed_meanwhile")
	}
	a := answer{yes: form.Get("answer") == "1", reason: form.Get("reason"), note: form.Get("note"), version: version}
	if a.queue, err = url.ParseQuery(form.Get("queue")); err != nil {
		a.queue = nil // a broken queue only costs the next link
	}
	return a, nil
}

func (d Deps) decide(r *page.Request) error {
	return d.act(r, func(tx *db.Tx, m evidence.Detail, a answer) error {
		return evidence.Decide(r.Ctx(), tx, m.ID, a.yes, reasonText(r, a), a.version)
	}, func(m evidence.Detail, a answer) {
		if a.yes {
			r.Flash(at(m)+"/tarik", "validation.said_proven", m.Name)
			return
		}
		r.Flash(at(m)+"/tarik", "validation.said_unproven", m.Name)
	})
}

func (d Deps) confirm(r *page.Request) error {
	return d.act(r, func(tx *db.Tx, m evidence.Detail, a answer) error {
		return evidence.Confirm(r.Ctx(), tx, m.ID, a.yes, a.note, a.version)
	}, func(m evidence.Detail, a answer) {
		if a.yes {
			r.Flash("", "validation.said_agreed", m.Name)
			return
		}
		r.Flash("", "validation.said_returned", m.Name)
	})
}

func (d Deps) revert(r *page.Request) error {
	return d.act(r, func(tx *db.Tx, m evidence.Detail, a answer) error {
		return evidence.Revert(r.Ctx(), tx, m.ID, a.note, a.version)
	}, func(m evidence.Detail, _ answer) { r.Flash("", "validation.said_revival", m.Name) })
}

// act runs one step of a decision: the command, the strip that says so, and on
// to the next matter of the queue. What was wrong with the form is said beside
// its fields; what changed meanwhile is said above the page as it is now.
func (d Deps) act(r *page.Request, do func(*db.Tx, evidence.Detail, answer) error, say func(evidence.Detail, answer)) error {
	m, err := d.load(r)
	if err != nil {
		return err
	}
	r.Object("indication:" + string(m.ID))
	a, err := read(r)
	if err == nil {
		err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error { return do(tx, m, a) })
	}
	f := fault.From(err)
	switch {
	case err == nil:
		say(m, a)
		return d.next(r, m, a.queue)
	case f != nil && f.Kind == fault.Invalid:
		return d.review(r, m, a, f)
	case f != nil && f.Kind == fault.Conflict:
		r.FlashBad(f.Key, f.Args...)
		return r.Redirect(page.Href(at(m), a.queue))
	}
	return err
}

// next goes to the matter after m, or to the queue when it is finished.
func (d Deps) next(r *page.Request, m evidence.Detail, queue url.Values) error {
	v := readView(r, queue)
	next, found, err := evidence.Next(r.Ctx(), d.DB.Read(), r.Session.Scope, v.filter(), m.Indication)
	if err != nil {
		return err
	}
	if !found {
		return r.Redirect(page.Href(root, queue))
	}
	return r.Redirect(page.Href(root+"/"+string(next), queue))
}

func (d Deps) withdraw(r *page.Request) error {
	m, err := d.load(r)
	if err != nil {
		return err
	}
	err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error { return evidence.Withdraw(r.Ctx(), tx, m.ID) })
	if f := fault.From(err); f != nil && f.Kind == fault.Conflict {
		r.FlashBad(f.Key, f.Args...)
		return r.Redirect(at(m))
	}
	if err != nil {
		return err
	}
	r.Flash("", "validation.said_withdrawn", m.Name)
	return r.Redirect(at(m))
}

func at(m evidence.Detail) string { return root + "/" + string(m.ID) }
