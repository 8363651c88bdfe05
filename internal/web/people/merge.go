package people

import (
	"net/http"
	"strings"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/duplicate"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

// Merges are proposed and confirmed where duplicates are reviewed; here they
// are shown on the profiles and taken apart again.

const mergeRoot = "/gabungan"

func mergePath(m id.Merge) string { return mergeRoot + "/" + string(m) + "/pisah" }

// elsewhere leads from a record that was merged away to the one that speaks for it.
func (d Deps) elsewhere(r *page.Request, p registry.Person) error {
	now, err := registry.PersonByID(r.Ctx(), d.DB.Read(), r.Session.Scope, p.MergedInto)
	if err != nil {
		return err
	}
	r.Flash("", "people.merged_note", p.Name, now.Name)
	return r.Redirect(personPath(now))
}

func (d Deps) familyElsewhere(r *page.Request, f registry.Family) error {
	now, err := registry.FamilyByID(r.Ctx(), d.DB.Read(), r.Session.Scope, f.MergedInto)
	if err != nil {
		return err
	}
	r.Flash("", "people.merged_family_note", headName(r, now))
	return r.Redirect(familyPath(now.ID))
}

// mergeAlerts says which other records speak through this one, with the way back.
func mergeAlerts(r *page.Request, k knowledge) []page.Alert {
	var out []page.Alert
	for _, m := range k.merges {
		if !m.Standing() || !k.shows(m) {
			continue
		}
		a := page.Alert{Tone: page.Info, Text: r.T("people.holds_"+string(m.Kind), m.DropName, m.At, m.ByName, scrub(m.Reason))}
		if r.May(account.IndicationReview) {
			a.Link = &page.Link{Text: r.T("people.take_apart"), Href: mergePath(m.ID)}
			if m.Kind == registry.OfSplit {
				a.Link.Text = r.T("people.rejoin")
			}
		}
		out = append(out, a)
	}
	return out
}

// shows reports whether a merge belongs above the page: of the person it is
// about, or of the family itself; the members' are on their own pages.
func (k knowledge) shows(m registry.Merge) bool { return k.alone != (m.Kind == registry.OfFamilies) }

// mergeEvents tells the time line what was joined and taken apart.
func (k knowledge) mergeEvents(r *page.Request) []happened {
	var out []happened
	for _, m := range k.merges {
		out = append(out, happened{"data", m.At.Std(), page.Event{When: r.P().DateShort(dayOf(r, m.At)),
			Title: r.T("people.trace_joined."+string(m.Kind), m.DropName, m.KeepName), Text: "“" + scrub(m.Reason) + "”", Who: m.ByName, Marker: "merge"}})
		if !m.Standing() {
			out = append(out, happened{"data", m.UndoneAt.Std(), page.Event{When: r.P().DateShort(dayOf(r, m.UndoneAt)),
				Title: r.T("people.trace_parted."+string(m.Kind), m.DropName, m.KeepName), Text: "“" + scrub(m.UndoReason) + "”", Who: m.UndoneName, Marker: "split"}})
		}
	}
	return out
}

// loadMerge returns the merge that the path names, within the session's area.
func (d Deps) loadMerge(r *page.Request) (registry.Merge, error) {
	if !id.Valid(r.Path("merge")) {
		return registry.Merge{}, fault.NewNotFound("registry.merge_gone")
	}
	m, err := registry.MergeByID(r.Ctx(), d.DB.Read(), r.Session.Scope, id.Merge(r.Path("merge")))
	what := "person:"
	if m.Kind == registry.OfFamilies {
		what = "family:"
	}
	r.Object(what + m.Keep)
	return m, err
}

func (d Deps) showUnmerge(r *page.Request) error {
	m, err := d.loadMerge(r)
	if err != nil {
		return err
	}
	if !m.Standing() {
		return fault.NewConflict("registry.unmerge_done", m.DropName)
	}
	back, err := d.afterMerge(r, m)
	if err != nil {
		return err
	}
	takes, err := d.takes(r, m)
	if err != nil {
		return err
	}
	return formPage.Render(r, http.StatusOK, unmergeForm(r, m, takes, back))
}

func (d Deps) unmerge(r *page.Request) error {
	m, err := d.loadMerge(r)
	if err != nil {
		return err
	}
	typed, err := r.Form()
	if err != nil {
		return err
	}
	back, err := d.afterMerge(r, m)
	if err != nil {
		return err
	}
	takes, err := d.takes(r, m)
	if err != nil {
		return err
	}
	done := false
	err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		done, err = duplicate.TakeApart(r.Ctx(), tx, m.ID, typed.Get("reason"))
		return err
	})
	if err != nil {
		data := unmergeForm(r, m, takes, back)
		data.Form.Fill(typed)
		return data.refused(r, named(r, err))
	}
	key := "people.parted." + string(m.Kind)
	if !done {
		key = "people.part_asked"
	}
	r.Flash("", key, m.DropName, m.KeepName)
	return r.Redirect(back)
}

// takes says whether undoing m takes a second person, and who asked for it.
func (d Deps) takes(r *page.Request, m registry.Merge) (duplicate.Parting, error) {
	return duplicate.PartingOf(r.Ctx(), d.DB.Read(), string(r.Session.Scope.Regency()), m, today(r))
}

// refused answers a form whose command failed.
func (data formData) refused(r *page.Request, err error) error {
	if f := fault.From(err); f != nil && f.Kind == fault.Conflict {
		data.Form.Mark("", r.P().Fault(f))
		return formPage.Render(r, http.StatusConflict, data)
	}
	if err := data.Form.Fail(r, err); err != nil {
		return err
	}
	return formPage.Render(r, http.StatusUnprocessableEntity, data)
}

// named spells the fields that stand in the way as people call them.
func named(r *page.Request, err error) error {
	f := fault.From(err)
	if f == nil || f.Key != "registry.unmerge_changed" || len(f.Args) != 3 {
		return err
	}
	columns, ok := f.Args[2].(string)
	if !ok {
		return err
	}
	var words []string
	for c := range strings.SplitSeq(columns, ", ") {
		if c == "family_id" {
			c = "family"
		}
		words = append(words, r.T("people.field."+c))
	}
	return fault.NewConflict(f.Key, f.Args[0], f.Args[1], strings.Join(words, ", "))
}

// afterMerge is the page of the record that goes on.
func (d Deps) afterMerge(r *page.Request, m registry.Merge) (string, error) {
	if m.Kind == registry.OfFamilies {
		return familyPath(id.Family(m.Keep)), nil
	}
	p, err := registry.PersonByID(r.Ctx(), d.DB.Read(), r.Session.Scope, id.Person(m.Keep))
	return personPath(p), err
}

func unmergeForm(r *page.Request, m registry.Merge, takes duplicate.Parting, back string) formData {
	note := r.T("people.part_note."+string(m.Kind), m.DropName, m.At, m.ByName, scrub(m.Reason))
	switch {
	case !takes.At.IsZero():
		note += " " + r.T("people.part_second", takes.ByName, takes.At, scrub(takes.Reason))
	case takes.Two:
		note += " " + r.T("people.part_two")
	}
	submit := r.T("people.take_apart")
	if m.Kind == registry.OfSplit {
		submit = r.T("people.rejoin")
	}
	return formData{
		Heading: page.Heading{Title: r.T("people.part_title."+string(m.Kind), m.DropName, m.KeepName), Back: &page.Link{Text: m.KeepName, Href: back}},
		Note:    page.Alert{Tone: page.Warn, Text: note},
		Form: page.Form{Action: mergePath(m.ID), Submit: submit, Danger: true, Cancel: &page.Link{Text: r.T("page.cancel"), Href: back},
			Fields: []page.Field{reasonField(r)}},
	}
}
