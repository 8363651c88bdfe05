package users

import (
	"embed"
	"net/http"
	"strconv"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/web/page"
)

//go:embed *.html *.css texts.json
var files embed.FS

// Deps is what the screens of the accounts need.
type Deps struct{ DB *db.DB }

const root = "/pengguna"

// fourEyes names the rule that account enforces in its transactions: nobody
// changes his own account or grants to himself.
const fourEyes = "admin≠user"

// Routes is the table of this feature.
func Routes(d Deps) []page.Route {
	read := func(path, loader string, handle func(*page.Request) error) page.Route {
		return page.Route{Method: "GET", Path: path, Action: account.UserView, Loader: loader, FourEyes: page.None, Audit: page.AuditNone, Handle: handle}
	}
	write := func(method, path, loader string, handle func(*page.Request) error) page.Route {
		return page.Route{Method: method, Path: path, Action: account.UserManage, Loader: loader, FourEyes: fourEyes, Audit: page.AuditNone, Handle: handle}
	}
	routes := []page.Route{
		read(root, page.None, d.list),
		write("GET", root+"/baru", page.None, d.showInvite),
		write("POST", root+"/baru", page.None, d.invite),
		read(root+"/{id}", "user", d.show),
		write("GET", root+"/{id}/ubah", "user", d.showChange),
		write("POST", root+"/{id}/ubah", "user", d.change),
		write("POST", root+"/{id}/sandi", "user", d.reset),
		write("POST", root+"/{id}/tutup", "user", d.deactivate),
		write("POST", root+"/{id}/buka", "user", d.activate),
		write("POST", root+"/{id}/kerabat/{relative}/tarik", "user", d.withdraw),
	}
	for _, f := range page.Formats() {
		routes = append(routes, read(root+"."+f.Name, page.None, d.export(f)))
	}
	return routes
}

// load returns the user that the path names, within the session's area.
func (d Deps) load(r *page.Request) (account.User, error) {
	if !id.Valid(r.Path("id")) {
		return account.User{}, fault.NewNotFound("account.not_found")
	}
	return account.UserByID(r.Ctx(), d.DB.Read(), r.Session.Scope, id.User(r.Path("id")))
}

var profilePage = page.New[profileData](files, "profile.html")

type profileData struct {
	Heading   page.Heading
	Facts     []page.Fact
	Relatives page.Table
	None      page.Empty
	Act       bool // the session may manage this user
	Self      *page.Alert
	Reset     page.Button
	Switch    page.Button // close or open the account
	SwitchWhy string
}

func (d Deps) show(r *page.Request) error {
	u, err := d.load(r)
	if err != nil {
		return err
	}
	held, err := account.Relatives(r.Ctx(), d.DB.Read(), u.ID)
	if err != nil {
		return err
	}
	own := u.ID == r.Session.User
	at := root + "/" + string(u.ID)
	data := profileData{
		Heading: page.Heading{Title: u.Name, Sub: r.T("role." + string(u.Role)), Tags: tags(r, u),
			Back: &page.Link{Text: r.T("users.title"), Href: root}},
		Facts:     facts(r, u),
		Relatives: relatives(r, u, held, r.May(account.UserManage) && !own),
		None:      page.Empty{Kind: page.NeverAny, Title: r.T("users.no_relatives"), Text: r.T("users.no_relatives_hint")},
		Act:       r.May(account.UserManage) && !own,
	}
	if own && r.May(account.UserManage) {
		data.Self = &page.Alert{Tone: page.Info, Text: r.T("account.not_self")}
	}
	if !data.Act {
		return profilePage.Render(r, http.StatusOK, data)
	}
	version := strconv.FormatInt(u.Version, 10)
	data.Heading.Actions = []page.Button{{Text: r.T("users.change"), Href: at + "/ubah", Icon: "edit", Primary: true}}
	data.Reset = page.Button{Text: r.T("users.reset"), Icon: "print", Href: at + "/sandi", Post: true, Name: "version", Value: version}
	data.Switch = page.Button{Text: r.T("users.close"), Icon: "lock", Href: at + "/tutup", Post: true, Danger: true, Name: "version", Value: version}
	data.SwitchWhy = r.T("users.close_why")
	if !u.Active {
		data.Reset = page.Button{}
		data.Switch = page.Button{Text: r.T("users.open"), Icon: "check", Href: at + "/buka", Post: true, Name: "version", Value: version}
		data.SwitchWhy = r.T("users.open_why")
	}
	return profilePage.Render(r, http.StatusOK, data)
}

func facts(r *page.Request, u account.User) []page.Fact {
	return []page.Fact{
		{Label: r.T("users.username"), Value: u.Username},
		{Label: r.T("users.role"), Value: r.T("role." + string(u.Role))},
		{Label: r.T("users.area"), Value: areaLabel(r, u.Scope)},
		{Label: r.T("users.position"), Value: orDash(u.Position)},
		{Label: "NIP", Value: orDash(u.NIP)},
		{Label: "NIK", Value: orDash(u.NIK.String()), Sub: r.T("users.nik_why")},
		{Label: r.T("users.kk"), Value: orDash(u.KK.String())},
		{Label: r.T("users.last"), Value: lastSignIn(r, u)},
		{Label: r.T("users.created"), Value: r.P().When(u.CreatedAt)},
		{Label: r.T("users.changed"), Value: r.P().When(u.ChangedAt)},
	}
}

func relatives(r *page.Request, u account.User, held []account.Relative, act bool) page.Table {
	t := page.Table{Caption: r.T("users.relatives"), Columns: []page.Column{{Label: r.T("users.relation")}, {Label: "NIK"}, {Label: r.T("users.kk")}}}
	if act {
		t.Columns = append(t.Columns, page.Column{Label: r.T("users.withdraw"), Hide: true})
	}
	for _, h := range held {
		row := page.Row{Cells: []page.Cell{page.Text(r.T("relation." + h.Relation)), page.Text(orDash(h.NIK.String())), page.Text(orDash(h.KK.String()))}}
		if act {
			row.Cells = append(row.Cells, page.Cell{Button: &page.Button{Text: r.T("users.withdraw"), Post: true,
				Href: root + "/" + string(u.ID) + "/kerabat/" + h.ID + "/tarik"}})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
