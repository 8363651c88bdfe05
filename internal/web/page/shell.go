package page

import (
	"embed"
	"html/template"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"text/template/parse"
	"unicode"
	"unicode/utf8"

	"tepat/internal/account"
	"tepat/internal/i18n"
)

//go:embed parts texts.json
var own embed.FS

var (
	framePage   = New[frame](own, "parts/frame.html")
	failurePage = New[failure](own, "parts/failure.html")
)

// parseParts reads the components once; pages take copies of what they use.
func parseParts() (map[string]*parse.Tree, error) {
	parts := make(map[string]*parse.Tree)
	names, err := fs.Glob(own, "parts/part_*.html")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := fs.ReadFile(own, name)
		if err != nil {
			return nil, err
		}
		tree := parse.New(path.Base(name))
		tree.Mode = parse.SkipFuncCheck
		if _, err := tree.Parse(string(text), "", "", parts); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// Shell is what a handler may change about the frame around its page.
type Shell struct {
	Rail bool   // the menu shrinks to icons: review screens
	Bare bool   // no menu and no search: log-in, public pages
	Menu string // MenuItem.Key to mark, when the address does not tell
}

// MenuGroup is a headed part of the side menu; its name is the text
// "menu.<Key>".
type MenuGroup struct {
	Key   string
	Items []MenuItem
}

// MenuItem is one entry; its name is the text "menu.<Key>". It is absent when
// the role may not do Action or no route serves Href.
type MenuItem struct {
	Key    string
	Href   string
	Icon   string
	Action account.Action
}

type frame struct {
	Title   template.HTML // made by html/template from the page's "title"
	Main    template.HTML // made by html/template from the page's "main"
	Office  Office
	Shell   Shell
	Assets  frameAssets
	Menu    []menuGroup
	User    *user
	Search  bool
	Help    bool
	Notice  *notice
	Lang    string
	Other   string // the language to switch to
	Here    string // path to come back to after switching
	Printed string // when and by whom, at the foot of paper
}

type frameAssets struct {
	CSS, JS, Icons string
	Fonts          []string
}

type menuGroup struct {
	Key   string
	Items []menuItem
}

type menuItem struct {
	MenuItem
	Count   int
	Current bool
}

type user struct {
	Name, Initials, Role, Area string
	Account, Logout            bool
}

// frame renders the layout around content.
func (k *Kernel) frame(r *Request, title, main []byte) ([]byte, error) {
	set, err := k.set(framePage.core, r.printer)
	if err != nil {
		return nil, err
	}
	f := frame{
		Title: template.HTML(title), Main: template.HTML(main), //nolint:gosec // both come out of html/template
		Office: k.cfg.Office, Shell: r.Shell, Lang: r.Lang(), Other: otherLang(r.Lang()),
		Assets: frameAssets{CSS: k.assets.urls[cssName], JS: k.assets.urls[jsName],
			Icons: k.assets.urls[iconsName], Fonts: k.assets.fonts},
		Notice: r.takeFlash(), Here: "/",
	}
	if r.R.Method == "GET" {
		f.Here = r.R.URL.RequestURI()
	}
	if r.Session.Role != "" {
		f.User = k.user(r)
		f.Menu = k.menu(r)
		f.Search = k.paths["POST /cari"] && r.May(account.RegistryView)
		f.Help = k.paths["GET /bantuan"]
		f.Printed = r.T("page.printed", r.Now(), r.Session.Name)
	}
	if len(f.Menu) == 0 {
		f.Shell.Bare = true
	}
	return execute(set, "main", f)
}

func otherLang(lang string) string {
	if lang == i18n.Langs[0] {
		return i18n.Langs[1]
	}
	return i18n.Langs[0]
}

func (k *Kernel) user(r *Request) *user {
	s := r.Session
	return &user{Name: s.Name, Initials: initials(s.Name), Role: r.T("role." + string(s.Role)), Area: s.Scope.Label(),
		Account: k.paths["GET /akun"], Logout: k.paths["POST /keluar"]}
}

// initials returns the first letters of the first two words of name.
func initials(name string) string {
	var out []rune
	for _, w := range strings.Fields(name) {
		c, _ := utf8.DecodeRuneInString(w)
		if unicode.IsLetter(c) && len(out) < 2 {
			out = append(out, unicode.ToUpper(c))
		}
	}
	return string(out)
}

// menu lists what the session may open, with badges and the current place.
func (k *Kernel) menu(r *Request) []menuGroup {
	var counts map[string]int
	if k.cfg.Badges != nil {
		var err error
		counts, err = k.cfg.Badges(r.Ctx(), r.Session)
		if err != nil {
			k.cfg.Log.Warn("badges", "request", RequestID(r.Ctx()), "error", err)
		}
	}
	current := r.Shell.Menu
	if current == "" {
		current = k.currentItem(r.R.URL.Path)
	}
	var out []menuGroup
	for _, g := range k.cfg.Menu {
		var items []menuItem
		for _, it := range g.Items {
			if r.May(it.Action) && k.paths["GET "+it.Href] {
				items = append(items, menuItem{MenuItem: it, Count: counts[it.Key], Current: it.Key == current})
			}
		}
		if len(items) > 0 {
			out = append(out, menuGroup{g.Key, items})
		}
	}
	return out
}

// currentItem finds the entry with the longest address that p lies under.
func (k *Kernel) currentItem(p string) string {
	best, key := "", ""
	for _, g := range k.cfg.Menu {
		for _, it := range g.Items {
			if (p == it.Href || strings.HasPrefix(p, it.Href+"/")) && len(it.Href) > len(best) {
				best, key = it.Href, it.Key
			}
		}
	}
	return key
}

// MenuTexts lists the text keys that a menu needs.
func MenuTexts(menu []MenuGroup) []string {
	keys := make(map[string]bool)
	for _, g := range menu {
		keys["menu."+g.Key] = true
		for _, it := range g.Items {
			keys["menu."+it.Key] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}
