package web

import (
	"tepat/internal/account"
	"tepat/internal/web/page"
)

// Menu is the side menu of the office: two levels, four groups. Entries whose
// route is not served, or that the role may not open, are absent.
func Menu() []page.MenuGroup {
	return []page.MenuGroup{
		{Key: "daily", Items: []page.MenuItem{
			{Key: "home", Href: "/beranda", Icon: "home", Action: account.HomeView},
			{Key: "families", Href: "/keluarga", Icon: "family", Action: account.RegistryView},
			{Key: "imports", Href: "/impor", Icon: "import", Action: account.ImportView},
			{Key: "validation", Href: "/validasi", Icon: "check", Action: account.IndicationView},
			{Key: "overlap", Href: "/tumpang", Icon: "overlap", Action: account.IndicationView},
		}},
		{Key: "programs", Items: []page.MenuItem{
			{Key: "rules", Href: "/program", Icon: "program", Action: account.ProgramView},
			{Key: "ranking", Href: "/peringkat", Icon: "rank", Action: account.ProgramView},
			{Key: "payout", Href: "/penyaluran", Icon: "truck", Action: account.PayoutView},
			{Key: "complaints", Href: "/aduan", Icon: "chat", Action: account.RegistryView},
		}},
		{Key: "accounting", Items: []page.MenuItem{
			{Key: "audit", Href: "/audit", Icon: "shield", Action: account.LedgerView},
			{Key: "reports", Href: "/laporan", Icon: "print", Action: account.ProgramView},
		}},
		{Key: "settings", Items: []page.MenuItem{
			{Key: "sources", Href: "/integrasi", Icon: "link", Action: account.LedgerView},
			{Key: "users", Href: "/pengguna", Icon: "user", Action: account.UserView},
		}},
	}
}
