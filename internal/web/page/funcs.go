package page

import (
	"fmt"
	"html/template"
	"reflect"
	"time"

	"tepat/internal/civil"
	"tepat/internal/i18n"
	"tepat/internal/money"
)

// funcs are the template functions, bound to a language and a zone.
func (k *Kernel) funcs(p i18n.Printer) template.FuncMap {
	sprite := k.assets.urls[iconsName]
	return template.FuncMap{
		"t":         p.T,
		"lang":      p.Lang,
		"num":       func(n any) (string, error) { return number(p, n) },
		"rupiah":    func(r money.Rupiah) string { return p.Rupiah(r) },
		"pct":       func(part, whole any) (string, error) { return percent(p, part, whole) },
		"size":      func(n int64) string { return p.Size(n) },
		"date":      func(d civil.Date) string { return p.Date(d) },
		"dateShort": func(d civil.Date) string { return p.DateShort(d) },
		"dateDay":   func(d civil.Date) string { return p.DateDay(d) },
		"clock":     func(at any) (template.HTML, error) { return timeTag(at, p.Clock) },
		"when":      func(at any) (template.HTML, error) { return timeTag(at, p.When) },
		"fault":     p.Fault,
		"icon":      func(name string) template.HTML { return icon(sprite, name) },
		"barWidth":  barWidth,
		"facetBox":  func(name string, v FacetValue) facetBox { return facetBox{v, name} },
	}
}

// facetBox is a facet value together with the parameter it belongs to.
type facetBox struct {
	FacetValue
	Name string
}

func integer(n any) (int64, error) {
	v := reflect.ValueOf(n)
	switch {
	case v.CanInt():
		return v.Int(), nil
	case v.CanUint():
		return int64(v.Uint()), nil
	}
	return 0, fmt.Errorf("%T is no whole number", n)
}

func number(p i18n.Printer, n any) (string, error) {
	i, err := integer(n)
	return p.Num(i), err
}

func percent(p i18n.Printer, part, whole any) (string, error) {
	a, err := integer(part)
	if err != nil {
		return "", err
	}
	b, err := integer(whole)
	return p.Pct(a, b), err
}

// timeTag writes an instant for people and, in its attribute, for machines.
// It takes time.Time or db.Time.
func timeTag(at any, spell func(time.Time) string) (template.HTML, error) {
	var t time.Time
	switch x := at.(type) {
	case time.Time:
		t = x
	case interface{ Std() time.Time }:
		t = x.Std()
	default:
		return "", fmt.Errorf("%T is no instant", at)
	}
	if t.IsZero() {
		return "–", nil
	}
	return template.HTML(`<time datetime="` + t.UTC().Format(time.RFC3339) + `">` + //nolint:gosec // digits and words of ours
		template.HTMLEscapeString(spell(t)) + `</time>`), nil
}

// icon draws a symbol of the sprite; it never stands without a word.
func icon(sprite, name string) template.HTML {
	return template.HTML(`<svg class="i" aria-hidden="true"><use href="` + //nolint:gosec // both escaped
		template.HTMLEscapeString(sprite+"#"+name) + `"/></svg>`)
}

// barWidth returns part of whole on a scale of scale, at least a visible
// sliver when there is anything.
func barWidth(part, whole int64, scale float64) string {
	if whole <= 0 || part <= 0 {
		return "0"
	}
	share := min(float64(part)/float64(whole), 1)
	return fmt.Sprintf("%.1f", max(share*scale, scale/60))
}
