package users

import (
	"net/http"
	"net/url"
	"slices"

	"tepat/internal/account"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

var listPage = page.New[listData](files, "list.html")

type listData struct {
	Heading page.Heading
	List    page.List
}

const perPage = 50

// Parameters of the list.
const (
	paramText   = "nama"
	paramRole   = "peran"
	paramArea   = "wilayah"
	paramStatus = "status"
)

// readFilter ignores values that mean nothing: an old link still opens.
func readFilter(r *page.Request, q url.Values) account.Filter {
	f := account.Filter{Text: q.Get(paramText), Now: r.Now()}
	for _, v := range q[paramRole] {
		if role := account.Role(v); role.Known() {
			f.Roles = append(f.Roles, role)
		}
	}
	for _, v := range q[paramArea] {
		if c := region.Code(v); c.Valid() && r.Session.Scope.Regency().Contains(c) {
			f.Areas = append(f.Areas, c)
		}
	}
	for _, v := range q[paramStatus] {
		if s := account.Status(v); slices.Contains(account.Statuses(), s) {
			f.Statuses = append(f.Statuses, s)
		}
	}
	return f
}

func (d Deps) list(r *page.Request) error {
	q := r.Query()
	all, err := account.Users(r.Ctx(), d.DB.Read(), r.Session.Scope, account.Filter{})
	if err != nil {
		return err
	}
	f := readFilter(r, q)
	found := matching(all, f)
	pager := page.NewPager(root, q, page.PageNumber(q), perPage, int64(len(found)))
	data := listData{
		Heading: page.Heading{Title: r.T("users.title"), Sub: r.T("users.sub")},
		List: page.List{
			Count:    r.T("users.count", len(found), len(all)),
			Chips:    chips(r, q, f),
			ClearAll: root,
			Facets:   facets(r, all, f),
			Pager:    pager,
			Exports:  page.ExportLinks(root, q),
			Empty:    page.Empty{Kind: page.NoneMatch, Title: r.T("users.none"), Text: r.T("users.none_hint"), Action: &page.Button{Text: r.T("page.clear_all"), Href: root}},
		},
	}
	if len(found) > 0 {
		data.List.Table = table(r, found[pager.From-1:pager.To])
	}
	if r.May(account.UserManage) {
		data.Heading.Actions = []page.Button{{Text: r.T("users.invite"), Href: root + "/baru", Icon: "plus", Primary: true}}
	}
	return listPage.Render(r, http.StatusOK, data)
}

func matching(all []account.User, f account.Filter) []account.User {
	var out []account.User
	for _, u := range all {
		if f.Matches(u) {
			out = append(out, u)
		}
	}
	return out
}

func table(r *page.Request, users []account.User) page.Table {
	t := page.Table{Caption: r.T("users.title"), Columns: []page.Column{{Label: r.T("users.name")}, {Label: r.T("users.role")},
		{Label: r.T("users.area")}, {Label: r.T("users.last")}, {Label: r.T("users.status")}}}
	for _, u := range users {
		t.Rows = append(t.Rows, page.Row{Href: root + "/" + string(u.ID), Muted: !u.Active, Cells: []page.Cell{
			{Text: u.Name, Sub: u.Username},
			{Text: r.T("role." + string(u.Role)), Sub: u.Position},
			page.Text(areaLabel(r, u.Scope)),
			page.Text(lastSignIn(r, u)),
			page.Tagged(tags(r, u)...),
		}})
	}
	return t
}

func areaLabel(r *page.Request, s region.Scope) string {
	if s.IsZero() {
		return r.T("users.nowhere")
	}
	return s.Label()
}

func lastSignIn(r *page.Request, u account.User) string {
	if u.SignedInAt.IsZero() {
		return r.T("users.never")
	}
	return r.P().When(u.SignedInAt)
}

var tones = map[account.Status]page.Tone{account.StatusActive: page.Plain, account.StatusNew: page.Info,
	account.StatusIdle: page.Warn, account.StatusInactive: page.Plain}

// tags names how u stands; "active" is said only when there is nothing else to say.
func tags(r *page.Request, u account.User) []page.Tag {
	statuses := u.Statuses(r.Now())
	if len(statuses) > 1 {
		statuses = statuses[1:]
	}
	var out []page.Tag
	for _, s := range statuses {
		out = append(out, page.Tag{Text: r.T("users.status." + string(s)), Tone: tones[s]})
	}
	return out
}

// facets counts for every value what it would leave with the other facets as
// they are.
func facets(r *page.Request, all []account.User, f account.Filter) *page.Facets {
	noRole, noArea, noStatus := f, f, f
	noRole.Roles, noArea.Areas, noStatus.Statuses = nil, nil, nil
	count := func(base []account.User, one account.Filter) int64 { return int64(len(matching(base, one))) }

	roles := page.Facet{Name: paramRole, Title: r.T("users.role")}
	base := matching(all, noRole)
	for _, v := range account.Roles() {
		roles.Values = append(roles.Values, page.FacetValue{Value: string(v), Text: r.T("role." + string(v)),
			Count: count(base, account.Filter{Roles: []account.Role{v}}), Chosen: slices.Contains(f.Roles, v)})
	}
	statuses := page.Facet{Name: paramStatus, Title: r.T("users.status")}
	base = matching(all, noStatus)
	for _, v := range account.Statuses() {
		statuses.Values = append(statuses.Values, page.FacetValue{Value: string(v), Text: r.T("users.status." + string(v)),
			Count: count(base, account.Filter{Statuses: []account.Status{v}, Now: f.Now}), Chosen: slices.Contains(f.Statuses, v)})
	}
	areas := page.Facet{Name: paramArea, Title: r.T("users.area")}
	base = matching(all, noArea)
	for _, k := range region.Children(r.Session.Scope.Regency()) {
		areas.Values = append(areas.Values, page.FacetValue{Value: string(k.Code), Text: k.Name,
			Count: count(base, account.Filter{Areas: []region.Code{k.Code}}), Chosen: slices.Contains(f.Areas, k.Code)})
	}
	return &page.Facets{Action: root, Groups: []page.Facet{
		{Name: paramText, Title: r.T("users.search"), Kind: "search", From: f.Text}, roles, statuses, areas}}
}

func chips(r *page.Request, q url.Values, f account.Filter) []page.Chip {
	var out []page.Chip
	if f.Text != "" {
		out = append(out, page.Chip{Text: "“" + f.Text + "”", Href: page.Href(root, page.With(q, paramText, ""))})
	}
	for _, v := range f.Roles {
		out = append(out, page.Chip{Text: r.T("role." + string(v)), Href: page.Href(root, page.Without(q, paramRole, string(v)))})
	}
	for _, v := range f.Statuses {
		out = append(out, page.Chip{Text: r.T("users.status." + string(v)), Href: page.Href(root, page.Without(q, paramStatus, string(v)))})
	}
	for _, v := range f.Areas {
		out = append(out, page.Chip{Text: v.Title(), Href: page.Href(root, page.Without(q, paramArea, string(v)))})
	}
	return out
}
