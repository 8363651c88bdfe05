package people

import (
	"net/http"
	"strings"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/nik"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

var profilePage = page.New[profileData](files, "profile.html", "cards.html")

type profileData struct {
	Heading page.Heading
	Alerts  []page.Alert
	Members page.Table
	Alone   page.Empty // nobody is left in the family
	Facts   []page.Fact
	Aid     aidCard
	Proof   proofCard
	History historyCard
}

func (d Deps) show(r *page.Request) error {
	f, err := d.loadFamily(r)
	if err != nil {
		return err
	}
	if f.MergedInto != "" {
		return d.familyElsewhere(r, f)
	}
	known, err := d.know(r, f)
	if err != nil {
		return err
	}
	data := profileData{
		Heading: page.Heading{Title: headName(r, f), Sub: r.T("people.profile_sub", address(f), place(r, f.Village), f.Members),
			Back: &page.Link{Text: r.T("people.title"), Href: root}, Tags: familyTags(r, f)},
		Alerts:  append(alerts(r, known), mergeAlerts(r, known)...),
		Members: memberTable(r, f, known),
		Alone:   page.Empty{Kind: page.NeverAny, Title: r.T("people.alone"), Text: r.T("people.alone_hint")},
		Facts:   familyFacts(r, f),
		Aid:     aid(r, known),
		Proof:   proof(r, known),
		History: historyOf(r, familyPath(f.ID), known.events(r)),
	}
	if r.May(account.RegistryEdit) {
		data.Heading.Actions = []page.Button{{Text: r.T("people.edit_family"), Href: familyPath(f.ID) + "/ubah", Icon: "edit"}}
	}
	return profilePage.Render(r, http.StatusOK, data)
}

func address(f registry.Family) string {
	var parts []string
	for _, s := range []string{f.Address, f.Hamlet, rtrw(f)} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return orDash(scrub(strings.Join(parts, ", ")))
}

func rtrw(f registry.Family) string {
	if b := blocks(f); b != "" {
		return "RT/RW " + b
	}
	return ""
}

func familyTags(r *page.Request, f registry.Family) []page.Tag {
	tags := []page.Tag{{Text: r.T("people.unranked"), Tone: page.Plain}}
	if f.Desil > 0 {
		tags[0] = page.Tag{Text: r.T("people.chip.desil", f.Desil), Tone: page.Info}
	}
	if f.Review == registry.ReviewOpen {
		tags = append(tags, page.Tag{Text: r.T("people.open"), Tone: page.Warn})
	}
	return tags
}

func familyFacts(r *page.Request, f registry.Family) []page.Fact {
	rank := page.Fact{Label: r.T("people.desil"), Value: r.T("people.unranked"), Sub: r.T("people.unranked_why")}
	if f.Desil > 0 {
		rank.Value, rank.Sub = r.T("people.desil_of", f.Desil), ""
		if f.RankRegency > 0 {
			rank.Sub = r.T("people.rank", f.RankRegency)
		}
		if !f.RankedOn.IsZero() {
			rank.Sub = joinDot(rank.Sub, r.T("people.as_of", f.RankedOn))
		}
	}
	return []page.Fact{
		{Label: r.T("people.kk"), Masked: masked(r, f.KK.String(), familyPath(f.ID), r.May(account.RegistryReveal))},
		rank,
		{Label: r.T("people.address"), Value: orDash(scrub(f.Address)), Sub: joinDot(scrub(f.Hamlet), rtrw(f))},
		{Label: r.T("people.village"), Value: f.Village.Name(), Sub: r.T("people.in_kecamatan", f.Village.Kecamatan().Name())},
		{Label: r.T("people.changed"), Value: r.P().When(f.UpdatedAt.Std())},
	}
}

func joinDot(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " · " + b
}

func memberTable(r *page.Request, f registry.Family, known knowledge) page.Table {
	t := page.Table{Caption: r.T("people.members", len(known.members)), Columns: []page.Column{{Label: r.T("people.name")}, {Label: r.T("people.relation")},
		{Label: "NIK"}, {Label: r.T("people.age"), Num: true}, {Label: r.T("people.life")}}}
	for _, p := range known.members {
		state := lifeCell(r, p)
		if _, held := known.holds[p.ID]; held && p.Life == registry.Alive {
			state.Tags = append(state.Tags, page.Tag{Text: r.T("people.held"), Tone: page.Bad})
		}
		t.Rows = append(t.Rows, page.Row{Href: personPath(p), Muted: p.Life != registry.Alive, Cells: []page.Cell{
			{Text: p.Name, Sub: sexWord(r, p.Sex)},
			page.Text(relation(r, p.Relation)),
			{Masked: masked(r, p.NIK.String(), personPath(p), r.May(account.RegistryReveal))},
			page.Text(age(r, p)),
			state,
		}})
	}
	return t
}

func relation(r *page.Request, rel registry.Relation) string {
	return r.T("people.shdk." + relationKeys[rel%registry.Relation(len(relationKeys))])
}

// relationKeys are the SIAK relations in order of their codes (SHDK).
var relationKeys = [...]string{"unknown", "head", "husband", "wife", "child", "child_in_law", "grandchild", "parent", "parent_in_law", "kin", "helper", "other"}

func sexWord(r *page.Request, s nik.Sex) string {
	switch s {
	case nik.Male:
		return r.T("people.sex.male")
	case nik.Female:
		return r.T("people.sex.female")
	}
	return ""
}

// age is today's age, or the age at death; a birth known by the year only is
// marked as about.
func age(r *page.Request, p registry.Person) string {
	if p.BirthOn.IsZero() {
		return "–"
	}
	at := today(r)
	if p.Life == registry.Dead && !p.LifeOn.IsZero() {
		at = p.LifeOn
	}
	if p.BirthPrecision == registry.ByYear {
		return r.T("people.age_about", p.BirthOn.Age(at))
	}
	return r.T("people.age_years", p.BirthOn.Age(at))
}

func born(r *page.Request, p registry.Person) string {
	switch {
	case p.BirthOn.IsZero():
		return "–"
	case p.BirthPrecision == registry.ByYear:
		return r.T("people.born_year", civil.Date.String(p.BirthOn)[:4])
	}
	return r.P().DateShort(p.BirthOn)
}

// lifeCell tags only what is not the normal case.
func lifeCell(r *page.Request, p registry.Person) page.Cell {
	if p.Life == registry.Alive {
		return page.Text(lifeTag(r, p).Text)
	}
	return page.Tagged(lifeTag(r, p))
}

func lifeTag(r *page.Request, p registry.Person) page.Tag {
	on := ""
	if !p.LifeOn.IsZero() {
		on = " " + r.P().DateShort(p.LifeOn)
	}
	switch p.Life {
	case registry.Dead:
		return page.Tag{Text: r.T("people.life.dead") + on}
	case registry.Moved:
		return page.Tag{Text: r.T("people.life.moved") + on}
	}
	return page.Tag{Text: r.T("people.life.alive")}
}
