package people

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

// parts is what one record holds that may belong to somebody else.
type parts struct {
	person   registry.Person
	numbers  []registry.FormerNumber
	spans    []registry.Membership
	families map[id.Family]registry.Family
	facts    []evidence.Fact
}

func (d Deps) partsOf(r *page.Request, p registry.Person) (parts, error) {
	own, err := registry.IsOwnFamily(r.Ctx(), d.DB.Read(), r.Actor(), p.FamilyID, p.NIK)
	if err == nil && own {
		err = account.OwnFamily()
	}
	if err == nil && p.MergedInto != "" {
		err = fault.NewConflict("registry.merged_away", p.Name)
	}
	k := parts{person: p, families: map[id.Family]registry.Family{}}
	if err != nil {
		return k, err
	}
	regency := string(r.Session.Scope.Regency())
	err = d.DB.Snapshot(r.Ctx(), func(q db.Querier) error {
		var err error
		if k.numbers, err = registry.FormerNumbers(r.Ctx(), q, regency, string(p.ID)); err != nil {
			return err
		}
		if k.spans, err = registry.Memberships(r.Ctx(), q, regency, p.ID); err != nil {
			return err
		}
		var ids []id.Family
		for _, m := range k.spans {
			ids = append(ids, m.FamilyID)
		}
		if k.families, err = registry.FamiliesByID(r.Ctx(), q, r.Session.Scope, ids); err != nil {
			return err
		}
		facts, err := evidence.FactsOf(r.Ctx(), q, r.Session.Scope, p.ID, "")
		for _, f := range facts {
			if f.Person == p.ID && f.Retracted.IsZero() {
				k.facts = append(k.facts, f)
			}
		}
		return err
	})
	return k, err
}

func (d Deps) showSplit(r *page.Request) error {
	p, err := d.loadPerson(r)
	if err != nil {
		return err
	}
	k, err := d.partsOf(r, p)
	if err != nil {
		return err
	}
	return formPage.Render(r, http.StatusOK, splitForm(r, k))
}

func (d Deps) split(r *page.Request) error {
	p, err := d.loadPerson(r)
	if err != nil {
		return err
	}
	k, err := d.partsOf(r, p)
	if err != nil {
		return err
	}
	typed, err := r.Form()
	if err != nil {
		return err
	}
	s, facts, err := readSplit(typed, k)
	var other id.Person
	if err == nil {
		err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
			_, other, err = evidence.SplitPerson(r.Ctx(), tx, s, facts)
			return err
		})
	}
	if err != nil {
		data := splitForm(r, k)
		data.Form.Fill(typed)
		return data.refused(r, err)
	}
	r.Flash("", "people.was_split", s.New.Name, p.Name)
	now, err := registry.PersonByID(r.Ctx(), d.DB.Read(), r.Session.Scope, other)
	if err != nil {
		return err
	}
	return r.Redirect(personPath(now))
}

// belongings are the fields that may be the other person's.
var belongings = append([]string{"nik", "sex", "birth_on"}, plainNames()...)

func splitForm(r *page.Request, k parts) formData {
	p, at := k.person, personPath(k.person)
	held := page.Field{Kind: page.Checkboxes, Name: "clear", Label: r.T("people.split_fields"), Hint: r.T("people.split_fields_hint"), Optional: true}
	for _, b := range belongings {
		if v := fieldValue(p, b); v != "" {
			held.Options = append(held.Options, page.Option{Value: b, Text: r.T("people.field." + b), Hint: fieldWord(r, b, v)})
		}
	}
	fields := []page.Field{
		{Name: "name", Label: r.T("people.split_name"), Hint: r.T("people.name_hint"), Autocomplete: "off", MaxLength: 200},
		{Kind: page.Select, Name: "village", Label: r.T("people.village"), Value: string(p.Village), Options: villages(r, p.Village)},
		held,
	}
	numbers := page.Field{Kind: page.Checkboxes, Name: "numbers", Label: r.T("people.split_numbers"), Optional: true}
	for _, n := range k.numbers {
		numbers.Options = append(numbers.Options, page.Option{Value: n.ID, Text: nik.NIK(n.Number).String(), Hint: r.P().DateShort(dayOf(r, n.UntilAt))})
	}
	spans := page.Field{Kind: page.Checkboxes, Name: "memberships", Label: r.T("people.split_families"), Optional: true}
	for _, m := range k.spans {
		if m.PersonID == p.ID {
			spans.Options = append(spans.Options, page.Option{Value: string(m.ID), Text: spanName(r, k, m), Hint: spanDays(r, m)})
		}
	}
	facts := page.Field{Kind: page.Checkboxes, Name: "facts", Label: r.T("people.split_facts"), Optional: true}
	for _, f := range k.facts {
		it := statement(r, knowledge{alone: true}, f)
		facts.Options = append(facts.Options, page.Option{Value: string(f.ID), Text: joinDot(it.Tag.Text, it.Text), Hint: it.Sub})
	}
	for _, f := range []page.Field{numbers, spans, facts} {
		if len(f.Options) > 0 {
			fields = append(fields, f)
		}
	}
	return formData{
		Heading: page.Heading{Title: r.T("people.split_of", p.Name), Back: &page.Link{Text: p.Name, Href: at}},
		Note:    page.Alert{Tone: page.Warn, Text: r.T("people.split_note", p.Name)},
		Form: page.Form{Action: at + "/pisah", Submit: r.T("people.split"), Danger: true, Cancel: &page.Link{Text: r.T("page.cancel"), Href: at},
			Hidden: []page.Hidden{{Name: "version", Value: strconv.Itoa(p.Version)}}, Fields: append(fields, reasonField(r))},
	}
}

func spanName(r *page.Request, k parts, m registry.Membership) string {
	if f, ok := k.families[m.FamilyID]; ok {
		return r.T("people.family_of", headName(r, f))
	}
	return r.T("people.outside")
}

func spanDays(r *page.Request, m registry.Membership) string {
	since, until := r.T("people.since_unknown"), r.T("people.until_now")
	if !m.From.IsZero() {
		since = r.P().DateShort(m.From)
	}
	if !m.Until.IsZero() {
		until = r.P().DateShort(m.Until)
	}
	return since + " – " + until
}

// fieldValue is the stored text of a field that a split may move.
func fieldValue(p registry.Person, field string) string {
	switch field {
	case "nik":
		return p.NIK.Reveal()
	case "sex":
		return string(p.Sex)
	case "birth_on":
		return p.BirthOn.String()
	}
	return *plain(&p, field)
}

// give copies a field that a split moves.
func give(field string, from registry.Person, to *registry.Person) {
	switch field {
	case "nik":
		to.NIK = from.NIK
	case "sex":
		to.Sex = from.Sex
	case "birth_on":
		to.BirthOn, to.BirthPrecision = from.BirthOn, from.BirthPrecision
	default:
		*plain(to, field) = *plain(&from, field)
	}
}

// readSplit reads the form: a field that is ticked is the other person's, with
// the value that the record holds.
func readSplit(typed url.Values, k parts) (registry.Split, []id.Fact, error) {
	version, err := readVersion(typed)
	if err != nil {
		return registry.Split{}, nil, err
	}
	p := k.person
	s := registry.Split{From: p.ID, Version: version, Reason: typed.Get("reason"),
		New: registry.Person{Name: line(typed, "name"), Village: region.Code(typed.Get("village"))}, Numbers: typed["numbers"]}
	for _, field := range typed["clear"] {
		if !slices.Contains(belongings, field) {
			return s, nil, fault.NewInvalid("registry.merge_field", field).At("clear")
		}
		s.Clear = append(s.Clear, field)
		give(field, p, &s.New)
	}
	for _, m := range typed["memberships"] {
		s.Memberships = append(s.Memberships, id.Membership(m))
	}
	var facts []id.Fact
	for _, f := range typed["facts"] {
		facts = append(facts, id.Fact(f))
	}
	return s, facts, nil
}
