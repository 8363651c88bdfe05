package page

import (
	"bytes"
	"html/template"
	"io/fs"
	"slices"
	"strconv"
	"text/template/parse"

	"tepat/internal/i18n"
)

// Compiled is a declared page as the tests see it.
type Compiled struct {
	Name    string
	Set     *template.Template // with "title", "main" and every component it uses
	Zero    any                // zero value of the page's data
	Keys    []string           // text keys it uses by name, sorted
	Sources []string           // text of its files

	own []string
}

// Own returns the templates that see the page's data as their dot: "title" and
// "main". What they call is checked through them.
func (c Compiled) Own() []*template.Template {
	var out []*template.Template
	for _, name := range c.own {
		out = append(out, c.Set.Lookup(name))
	}
	return out
}

// Inspect compiles every declared page in lang; templatecheck and the text
// tests walk over the result.
func (k *Kernel) Inspect(lang string) ([]Compiled, error) {
	var out []Compiled
	p := k.catalogue.Printer(lang)
	for _, c := range registered() {
		set, err := c.compile(k.parts, k.funcs(p))
		if err != nil {
			return nil, err
		}
		one := Compiled{Name: c.name(), Set: set, Zero: c.zero, Keys: textKeys(set), own: []string{"title", "main"}}
		for _, name := range c.names {
			source, err := fs.ReadFile(c.files, name)
			if err != nil {
				return nil, err
			}
			one.Sources = append(one.Sources, string(source))
		}
		out = append(out, one)
	}
	return out, nil
}

// HasIcon reports whether the sprite holds a symbol called name.
func (k *Kernel) HasIcon(name string) bool {
	for _, f := range k.assets.files {
		if f.kind == "image/svg+xml" && bytes.Contains(f.body, []byte(`<symbol id="`+name+`"`)) {
			return true
		}
	}
	return false
}

// textKeys lists the literal keys of {{t "…"}} in set.
func textKeys(set *template.Template) []string {
	var keys []string
	for _, t := range set.Templates() {
		if t.Tree == nil {
			continue
		}
		walk(t.Tree.Root, func(n parse.Node) {
			cmd, ok := n.(*parse.CommandNode)
			if !ok || len(cmd.Args) < 2 {
				return
			}
			fn, isName := cmd.Args[0].(*parse.IdentifierNode)
			key, isText := cmd.Args[1].(*parse.StringNode)
			if isName && isText && fn.Ident == "t" {
				keys = append(keys, key.Text)
			}
		})
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// MissingTexts lists the keys that the pages use and the catalogue lacks,
// quoted, with the page.
func (k *Kernel) MissingTexts() ([]string, error) {
	pages, err := k.Inspect(i18n.Default)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, p := range pages {
		for _, key := range p.Keys {
			if !k.catalogue.Has(key) {
				out = append(out, p.Name+" uses "+strconv.Quote(key))
			}
		}
	}
	return out, nil
}
