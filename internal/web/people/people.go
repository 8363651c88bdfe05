package people

import (
	"embed"
	"strings"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

//go:embed *.html *.css texts.json
var files embed.FS

// Deps is what the screens of the registry need.
type Deps struct{ DB *db.DB }

const root = "/keluarga"

// noFamily stands in a path for the family of a person who has none.
const noFamily = "-"

// fourEyes names the rule that registry enforces in its transactions.
const fourEyes = "actor≠own family"

// Routes is the table of this feature.
func Routes(d Deps) []page.Route {
	route := func(method, path string, may account.Action, loader, eyes, audit string, handle func(*page.Request) error) page.Route {
		return page.Route{Method: method, Path: path, Action: may, Loader: loader, FourEyes: eyes, Audit: audit, Handle: handle}
	}
	const family, person = root + "/{id}", root + "/{id}/orang/{person}"
	routes := []page.Route{
		route("GET", root, account.RegistryView, page.None, page.None, page.AuditList, d.list),
		route("GET", "/cari", account.RegistryView, page.None, page.None, page.AuditNone, d.askSearch),
		route("POST", "/cari", account.RegistryView, page.None, page.None, page.AuditList, d.search),
		route("GET", family, account.RegistryView, "family", page.None, page.AuditPersonal, d.show),
		route("POST", family+"/buka", account.RegistryReveal, "family", page.None, page.AuditReveal, d.revealKK),
		route("GET", family+"/ubah", account.RegistryEdit, "family", fourEyes, page.AuditPersonal, d.showFamilyForm),
		route("POST", family+"/ubah", account.RegistryEdit, "family", fourEyes, page.AuditNone, d.changeFamily),
		route("GET", person, account.RegistryView, "person", page.None, page.AuditPersonal, d.showPerson),
		route("POST", person+"/buka", account.RegistryReveal, "person", page.None, page.AuditReveal, d.revealNIK),
		route("GET", person+"/ubah", account.RegistryEdit, "person", fourEyes, page.AuditPersonal, d.showPersonForm),
		route("POST", person+"/ubah", account.RegistryEdit, "person", fourEyes, page.AuditNone, d.changePerson),
	}
	routes = append(routes,
		route("GET", person+"/pisah", account.IndicationReview, "person", fourEyes, page.AuditPersonal, d.showSplit),
		route("POST", person+"/pisah", account.IndicationReview, "person", fourEyes, page.AuditNone, d.split),
		route("GET", mergeRoot+"/{merge}/pisah", account.IndicationReview, "merge", fourEyes, page.AuditPersonal, d.showUnmerge),
		route("POST", mergeRoot+"/{merge}/pisah", account.IndicationReview, "merge", fourEyes, page.AuditNone, d.unmerge),
	)
	for _, f := range page.Formats() {
		routes = append(routes, route("GET", root+"/ekspor."+f.Name, account.RegistryExport, page.None, page.None, page.AuditList, d.export(f)))
	}
	return routes
}

// loadFamily returns the family that the path names, within the session's area.
func (d Deps) loadFamily(r *page.Request) (registry.Family, error) {
	if !id.Valid(r.Path("id")) {
		return registry.Family{}, fault.NewNotFound("registry.family_gone")
	}
	return registry.FamilyByID(r.Ctx(), d.DB.Read(), r.Session.Scope, id.Family(r.Path("id")))
}

// loadPerson returns the person that the path names, when he belongs to the
// family that the path names, or was merged away from wherever he stood. The
// read audit then speaks of the person.
func (d Deps) loadPerson(r *page.Request) (registry.Person, error) {
	gone := fault.NewNotFound("registry.person_gone")
	if !id.Valid(r.Path("person")) {
		return registry.Person{}, gone
	}
	p, err := registry.PersonByID(r.Ctx(), d.DB.Read(), r.Session.Scope, id.Person(r.Path("person")))
	if err == nil && p.MergedInto == "" && personPath(p) != personAt(r.Path("id"), p.ID) {
		err = gone
	}
	r.Object("person:" + string(p.ID))
	return p, err
}

func familyPath(f id.Family) string { return root + "/" + string(f) }

func personAt(family string, p id.Person) string { return root + "/" + family + "/orang/" + string(p) }

func personPath(p registry.Person) string {
	if p.FamilyID == "" {
		return personAt(noFamily, p.ID)
	}
	return personAt(string(p.FamilyID), p.ID)
}

func today(r *page.Request) civil.Date { return r.P().Zone().Today(r.Now()) }

func orDash(s string) string {
	if strings.TrimSpace(s) == "" {
		return "–"
	}
	return s
}

// place spells a village with its kecamatan.
func place(r *page.Request, village region.Code) string {
	return r.T("people.place", village.Name(), village.Kecamatan().Name())
}

// scrub masks every 16-digit number in text that people typed.
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
