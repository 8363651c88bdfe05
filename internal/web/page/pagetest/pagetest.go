// Package pagetest checks every page that a program declares: that data and
// template fit, that texts and icons exist, that nothing needs more than the
// security policy allows. Tests of the whole program call Check.
package pagetest

import (
	"regexp"
	"testing"

	"github.com/jba/templatecheck"

	"tepat/internal/i18n"
	"tepat/internal/web/page"
)

// Check runs every check over the pages of the packages that are imported.
func Check(t *testing.T, k *page.Kernel) {
	t.Helper()
	t.Run("fits", func(t *testing.T) { fits(t, k) })
	t.Run("texts", func(t *testing.T) { texts(t, k) })
	t.Run("policy", func(t *testing.T) { policy(t, k) })
	t.Run("icons", func(t *testing.T) { icons(t, k) })
}

func inspect(t *testing.T, k *page.Kernel, lang string) []page.Compiled {
	t.Helper()
	pages, err := k.Inspect(lang)
	if err != nil {
		t.Fatal(err)
	}
	if len(pages) == 0 {
		t.Fatal("no pages are declared")
	}
	return pages
}

// fits checks the fields, functions and calls of every template against the
// page's type.
func fits(t *testing.T, k *page.Kernel) {
	for _, lang := range i18n.Langs {
		for _, p := range inspect(t, k, lang) {
			for _, tmpl := range p.Own() {
				if err := templatecheck.CheckHTML(tmpl, p.Zero); err != nil {
					t.Errorf("%s, %s: %v", p.Name, tmpl.Name(), err)
				}
			}
		}
	}
}

func texts(t *testing.T, k *page.Kernel) {
	missing, err := k.MissingTexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range missing {
		t.Error(m)
	}
}

var (
	inline = regexp.MustCompile(`(?i)\sstyle\s*=|<style|<script(?:\s[^>]*)?>\s*[^<\s]|\son[a-z]+\s*=|javascript:|https?://|hx-on|hx-vals\s*=\s*["']js:`)
	drawn  = regexp.MustCompile(`{{-?\s*icon "([^"]+)"`)
)

// policy looks for what the security policy forbids: it breaks in the browser,
// not here, so the source is searched.
func policy(t *testing.T, k *page.Kernel) {
	for _, p := range inspect(t, k, i18n.Default) {
		for _, source := range p.Sources {
			if m := inline.FindString(source); m != "" {
				t.Errorf("%s holds %q", p.Name, m)
			}
		}
	}
}

func icons(t *testing.T, k *page.Kernel) {
	for _, p := range inspect(t, k, i18n.Default) {
		for _, source := range p.Sources {
			for _, m := range drawn.FindAllStringSubmatch(source, -1) {
				if !k.HasIcon(m[1]) {
					t.Errorf("%s uses the icon %q, which is not drawn", p.Name, m[1])
				}
			}
		}
	}
}
