package home

import (
	"cmp"
	"slices"

	"tepat/internal/account"
	"tepat/internal/boundary"
	"tepat/internal/region"
	"tepat/internal/report"
	"tepat/internal/web/page"
)

// measure is one way to colour the map. part of whole is its value; a share is
// coloured by fixed steps, a count by quarters of the largest.
type measure struct {
	key     string
	share   bool
	action  account.Action
	part    func(report.Kecamatan) int64
	whole   func(report.Kecamatan) int64
	rest    func(report.Kecamatan) int64
	href    func(h report.Home, k region.Code) string
	exists  func(h report.Home) bool
	falling bool // the largest first
}

func always(report.Home) bool { return true }

// measures in the order of the switch. The first that exists is shown first.
var measures = []measure{
	{
		key: "tersalur", share: true, action: account.PayoutView,
		part:  func(k report.Kecamatan) int64 { return k.Paid.N },
		whole: func(k report.Kecamatan) int64 { return k.Lines.N },
		rest:  func(k report.Kecamatan) int64 { return k.Pending.N },
		href: func(h report.Home, k region.Code) string {
			return listPath(h.Chain) + "/penerima?keadaan=pending&kecamatan=" + string(k)
		},
		exists: func(h report.Home) bool { return h.Chain != nil && h.Chain.List != "" },
	},
	{
		key: "penerima", action: account.ProgramView, falling: true,
		part: func(k report.Kecamatan) int64 { return k.Decreed },
		rest: func(k report.Kecamatan) int64 { return k.Families },
		href: func(h report.Home, k region.Code) string {
			return rankingPath(h.Chain) + "?status=in&wilayah=" + string(k)
		},
		exists: func(h report.Home) bool { return h.Chain != nil && h.Chain.Decree != "" },
	},
	{
		key: "desil", share: true, action: account.RegistryView, falling: true,
		part:  func(k report.Kecamatan) int64 { return k.Poor },
		whole: func(k report.Kecamatan) int64 { return k.Families },
		rest:  func(k report.Kecamatan) int64 { return k.Poor },
		href: func(_ report.Home, k region.Code) string {
			return "/keluarga?desil=1&desil=2&desil=3&desil=4&kec=" + string(k)
		},
		exists: always,
	},
	{
		key: "keputusan", action: account.RegistryView, falling: true,
		part: func(k report.Kecamatan) int64 { return k.Open },
		rest: func(k report.Kecamatan) int64 { return k.Families },
		href: func(_ report.Home, k region.Code) string {
			return "/keluarga?kec=" + string(k) + "&pemeriksaan=terbuka"
		},
		exists: always,
	},
}

// reading is one kecamatan under one measure.
type reading struct {
	report.Kecamatan
	part, whole int64
	class       int
	value, rest string
	label       string
	href        string
}

// mapPanel is nil when the person may open none of the lists behind it, or
// works in a single kecamatan.
func mapPanel(r *page.Request, h report.Home, kept boundary.Kept) *page.MapPanel {
	var usable []measure
	for _, m := range measures {
		if m.exists(h) && r.May(m.action) {
			usable = append(usable, m)
		}
	}
	if len(usable) == 0 || len(h.Kecamatan) < 2 {
		return nil
	}
	chosen := usable[0]
	for _, m := range usable {
		if m.key == r.Query().Get(paramMeasure) {
			chosen = m
		}
	}
	readings := chosen.read(r, h)
	panel := &page.MapPanel{Title: r.T("home.map." + chosen.key), Table: chosen.table(r, readings), Legend: chosen.legend(r, readings)}
	for _, m := range usable {
		panel.Measures = append(panel.Measures, page.Tab{Text: r.T("home.measure." + m.key), Current: m.key == chosen.key,
			Href: page.Href(root, page.With(r.Query(), paramMeasure, m.key))})
	}
	if len(kept.Shapes) > 0 {
		panel.Shapes = shapeMap(r, kept, readings)
	} else {
		panel.Tiles = tileMap(r, readings)
	}
	return panel
}

func (m measure) read(r *page.Request, h report.Home) []reading {
	most := int64(0)
	for _, k := range h.Kecamatan {
		most = max(most, m.part(k))
	}
	var out []reading
	for _, k := range h.Kecamatan {
		x := reading{Kecamatan: k, part: m.part(k), whole: most, href: m.href(h, k.Code), rest: r.P().Num(m.rest(k))}
		if m.share {
			x.whole = m.whole(k)
			x.class = page.ClassOf(x.part, x.whole)
			x.value = r.P().Pct(x.part, x.whole)
			if x.part == 0 {
				x.value = r.T("home.none." + m.key)
			}
		} else {
			x.class = quarter(x.part, most)
			x.value = r.P().Num(x.part)
		}
		x.label = r.T("home.label."+m.key, k.Name, x.value, x.part, x.whole, k.Families)
		out = append(out, x)
	}
	slices.SortStableFunc(out, m.order)
	return out
}

// order puts what needs the eye first: the furthest behind, or the most.
func (m measure) order(a, b reading) int {
	left, right := a.part, b.part
	if m.share { // a/b against c/d without dividing; nothing to do counts as done
		left, right = a.part*max(b.whole, 1), b.part*max(a.whole, 1)
		if c := cmp.Compare(boolInt(a.whole == 0), boolInt(b.whole == 0)); c != 0 {
			return c
		}
	}
	if m.falling {
		left, right = right, left
	}
	return cmp.Or(cmp.Compare(left, right), cmp.Compare(b.whole-b.part, a.whole-a.part))
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// quarter sorts a count into quarters of the largest.
func quarter(n, most int64) int {
	if n <= 0 {
		return page.NotStarted
	}
	return int(min((n*4+most-1)/most, page.ClassHigh))
}

func (m measure) table(r *page.Request, readings []reading) page.Ranked {
	t := page.Ranked{Caption: r.T("home.order." + m.key), Columns: [3]string{r.T("home.kecamatan"), r.T("home.column." + m.key), r.T("home.rest." + m.key)}}
	for _, x := range readings {
		t.Rows = append(t.Rows, page.RankedRow{Name: x.Name, Href: x.href, Part: x.part, Whole: x.whole, Class: x.class, Value: x.value, Rest: x.rest})
	}
	return t
}

func (m measure) legend(r *page.Request, readings []reading) []page.LegendItem {
	out := []page.LegendItem{{Class: page.NotStarted, Text: r.T("home.legend." + m.key)}}
	if m.share {
		for class, text := range map[int]string{page.ClassLow: "< 40%", page.ClassSome: "40–59%", page.ClassMost: "60–79%", page.ClassHigh: "≥ 80%"} {
			out = append(out, page.LegendItem{Class: class, Text: text})
		}
		slices.SortFunc(out, func(a, b page.LegendItem) int { return a.Class - b.Class })
		return out
	}
	most := int64(0)
	for _, x := range readings {
		most = max(most, x.part)
	}
	for class := int64(1); class <= page.ClassHigh; class++ {
		from, to := most*(class-1)/4+1, most*class/4
		switch {
		case from > to:
		case from == to:
			out = append(out, page.LegendItem{Class: int(class), Text: r.P().Num(to)})
		default:
			out = append(out, page.LegendItem{Class: int(class), Text: r.P().Num(from) + "–" + r.P().Num(to)})
		}
	}
	return out
}

func tileMap(r *page.Request, readings []reading) *page.TileMap {
	m := &page.TileMap{Note: r.T("page.map.scheme")}
	for _, t := range region.Tiles(r.Session.Scope.Regency()) {
		i := slices.IndexFunc(readings, func(x reading) bool { return x.Code == t.Code })
		if i < 0 {
			continue
		}
		x := readings[i]
		m.Tiles = append(m.Tiles, page.Tile{X: t.X, Y: t.Y, Name: x.Name, Value: x.value, Class: x.class, Href: x.href, Label: x.label})
	}
	return m
}

// shapeMap draws every kecamatan that the person works in.
func shapeMap(r *page.Request, kept boundary.Kept, readings []reading) *page.ShapeMap {
	mine := slices.DeleteFunc(slices.Clone(kept.Shapes), func(s boundary.Shape) bool {
		return !slices.ContainsFunc(readings, func(x reading) bool { return x.Code == s.Code })
	})
	d := boundary.Draw(mine)
	m := &page.ShapeMap{Width: d.Width, Height: d.Height, NoteX: d.NoteX, NoteY: d.NoteY, Source: r.T("home.map.source", kept.Source)}
	if len(d.Boxes) > 0 {
		m.Note = r.T("home.map.insets")
	}
	for _, b := range d.Boxes {
		m.Insets = append(m.Insets, page.Inset{X: b.X, Y: b.Y, W: b.W, H: b.H})
	}
	for _, a := range d.Areas {
		i := slices.IndexFunc(readings, func(x reading) bool { return x.Code == a.Code })
		x := readings[i]
		m.Shapes = append(m.Shapes, page.Shape{Path: a.Path, Name: a.Name, Value: x.value, Class: x.class, Href: x.href, Label: x.label,
			X: a.X, Y: a.Y, Anchor: a.Anchor, Outside: a.Outside})
	}
	return m
}
