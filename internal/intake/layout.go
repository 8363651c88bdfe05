package intake

import (
	"embed"
	"encoding/json"
	"path"
	"slices"
	"strings"
	"sync"
)

// Texts holds the sentences of this package, Indonesian first.
//
//go:embed texts.json
var Texts embed.FS

//go:embed layouts/*.json
var layoutFiles embed.FS

// Layout describes a kind of file that agencies send, as data: a new one is a
// file in layouts, not code.
type Layout struct {
	Name   string    `json:"name"`
	Title  [2]string `json:"title"`  // Indonesian, English
	Sender string    `json:"sender"` // agency that usually sends it
	Source string    `json:"source"` // name in the provenance, and in the table of precedence
	Target string    `json:"target"` // Applier
	// Unit is what a row is about: "person", or "family" with its head.
	Unit string `json:"unit"`
	// Kind is the kind of fact that a row states.
	Kind string `json:"kind"`
	// Program fixes the programme ("BLT-DD"); "ask" takes the column or asks at
	// upload, "subject" needs the identifier of a programme.
	Program string `json:"program"`
	// Relation names the code system of numbers in the relation column, "siak" or "dtks".
	Relation string `json:"relation"`
	// Codes names the numbering of region codes, "kemendagri" or "bps"; empty when unknown.
	Codes string `json:"codes"`
	// AskVillage says that the file holds one village and does not name it.
	AskVillage bool `json:"ask_village"`
	// Repeats says that a person may stand in several rows, each of which counts.
	Repeats  bool          `json:"repeats"`
	Required []Field       `json:"required"` // columns without which the file is not this
	Row      []Field       `json:"row"`      // values without which a row needs fixing
	Marks    []string      `json:"marks"`    // header slugs that tell this layout from others
	Fields   []LayoutField `json:"fields"`
}

// LayoutField is a field and the slugs of the headers that mean it.
type LayoutField struct {
	Field   Field    `json:"field"`
	Headers []string `json:"headers"`
}

// Family reports whether a row stands for a family with its head.
func (l Layout) Family() bool { return l.Unit == "family" }

// Has reports whether the layout knows field.
func (l Layout) Has(field Field) bool {
	return slices.ContainsFunc(l.Fields, func(f LayoutField) bool { return f.Field == field })
}

// needs reports whether a row without field needs fixing.
func (l Layout) needs(field Field) bool { return slices.Contains(l.Row, field) }

// loadLayouts reads the embedded files once. A broken one is a broken build.
var loadLayouts = sync.OnceValue(func() []Layout {
	entries, err := layoutFiles.ReadDir("layouts")
	if err != nil {
		panic("intake: layouts: " + err.Error())
	}
	out := make([]Layout, 0, len(entries))
	for _, e := range entries {
		raw, err := layoutFiles.ReadFile(path.Join("layouts", e.Name()))
		if err != nil {
			panic("intake: layouts: " + err.Error())
		}
		var l Layout
		if err := json.Unmarshal(raw, &l); err != nil {
			panic("intake: layout " + e.Name() + ": " + err.Error())
		}
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b Layout) int { return strings.Compare(a.Name, b.Name) })
	return out
})

// Layouts returns every layout, by name.
func Layouts() []Layout { return slices.Clone(loadLayouts()) }

// LayoutNamed returns the layout called name.
func LayoutNamed(name string) (Layout, bool) {
	for _, l := range loadLayouts() {
		if l.Name == name {
			return l, true
		}
	}
	return Layout{}, false
}
