package home

import (
	"net/http"

	"tepat/internal/account"
	"tepat/internal/web/page"
)

var helpPage = page.New[helpData](files, "help.html")

type helpData struct {
	Heading page.Heading
	Topics  []topic
	Keys    []page.Fact
	Ask     page.Alert
}

type topic struct {
	Title string
	Text  string
	Href  string
}

// topics are the screens in the order of the menu; what the role may not open
// is left out.
var topics = []struct {
	key    string
	href   string
	action account.Action
}{
	{"home", root, account.HomeView},
	{"families", "/keluarga", account.RegistryView},
	{"imports", "/impor", account.ImportView},
	{"validation", "/validasi", account.IndicationView},
	{"programs", "/program", account.ProgramView},
	{"payout", "/penyaluran", account.PayoutView},
	{"audit", "/audit", account.LedgerView},
	{"areas", areasRoot, account.HomeView},
	{"users", "/pengguna", account.UserView},
	{"account", "/akun", account.Self},
}

func help(r *page.Request) error {
	data := helpData{Heading: page.Heading{Title: r.T("home.help"), Sub: r.T("home.help.sub", r.T("role."+string(r.Session.Role)))},
		Ask: page.Alert{Tone: page.Info, Text: r.T("home.help.ask")}}
	for _, t := range topics {
		if r.May(t.action) {
			data.Topics = append(data.Topics, topic{r.T("home.help." + t.key), r.T("home.help." + t.key + ".text"), t.href})
		}
	}
	for _, k := range []struct{ key, text string }{{"/", "search"}, {"J · K", "next"}, {"1 · 2 · 3", "choose"}, {"U", "undo"}, {"Esc", "escape"}} {
		data.Keys = append(data.Keys, page.Fact{Label: k.key, Value: r.T("home.key." + k.text)})
	}
	return helpPage.Render(r, http.StatusOK, data)
}
