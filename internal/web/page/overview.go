package page

// FunnelStep is one stage of the delivery chain; every number leads to exactly
// the rows it counts. Template "funnel" takes []FunnelStep.
type FunnelStep struct {
	Name  string // "Lolos validasi"
	Count int64
	Href  string
	Of    int64  // the bar's whole, usually the first step's Count
	Note  string // "472 di bawah garis kuota"
	Act   bool   // the note asks for action
}

// The classes of the map: one hue in four steps of lightness, and hatching for
// what has not begun (0% is not "no data").
const (
	NotStarted = 0
	ClassLow   = 1
	ClassSome  = 2
	ClassMost  = 3
	ClassHigh  = 4
)

// ClassOf sorts a share into the classes under 40, 60 and 80 per cent.
func ClassOf(part, whole int64) int {
	switch {
	case part <= 0 || whole <= 0:
		return NotStarted
	case part*100 < whole*40:
		return ClassLow
	case part*100 < whole*60:
		return ClassSome
	case part*100 < whole*80:
		return ClassMost
	}
	return ClassHigh
}

// Tile is a kecamatan on a schematic map: column X and row Y from 0.
type Tile struct {
	X, Y  int
	Name  string
	Value string // "63,4%" or "belum"
	Class int
	Href  string
	Label string // the whole sentence, for screen readers and tooltips
}

// TileMap draws every kecamatan as a tile of equal size, roughly where it
// lies: small islands stay as readable as large ones. Template "tile-map".
type TileMap struct {
	Tiles []Tile
	Note  string
}

// Size of a tile and the gap between two, in units of the drawing.
const (
	tileWidth  = 71
	tileHeight = 60
	tileGap    = 4
	tileEdge   = 8
)

// Width of the drawing.
func (m TileMap) Width() int {
	cols := 1
	for _, t := range m.Tiles {
		cols = max(cols, t.X+1)
	}
	return cols*(tileWidth+tileGap) - tileGap + 2*tileEdge
}

// Height of the drawing.
func (m TileMap) Height() int {
	rows := 1
	for _, t := range m.Tiles {
		rows = max(rows, t.Y+1)
	}
	return rows*(tileHeight+tileGap) - tileGap + 2*tileEdge
}

// Left and Top are the corner of the tile in the drawing.
func (t Tile) Left() int { return tileEdge + t.X*(tileWidth+tileGap) }

// Top is the upper edge of the tile in the drawing.
func (t Tile) Top() int { return tileEdge + t.Y*(tileHeight+tileGap) }

// W is the width of the tile.
func (t Tile) W() int { return tileWidth }

// H is the height of the tile.
func (t Tile) H() int { return tileHeight }

// MidX is the middle of the tile.
func (t Tile) MidX() int { return t.Left() + tileWidth/2 }

// lineLength is how many letters fit on a line of a tile.
const lineLength = 11

// Lines breaks the name into at most two lines.
func (t Tile) Lines() []string { return breakName(t.Name) }

// NameY is the base line of line i of the name.
func (t Tile) NameY(i int) int {
	if len(t.Lines()) == 1 {
		return t.Top() + 27
	}
	return t.Top() + 20 + i*13
}

// ValueY is the base line of the value.
func (t Tile) ValueY() int {
	if len(t.Lines()) == 1 {
		return t.Top() + 43
	}
	return t.Top() + 49
}

// breakName splits a name near its middle when it is too long for one line.
func breakName(name string) []string {
	if len(name) <= lineLength {
		return []string{name}
	}
	best := -1
	for i := range len(name) {
		if name[i] != ' ' {
			continue
		}
		if best < 0 || max(i, len(name)-i) < max(best, len(name)-best) {
			best = i
		}
	}
	if best < 0 {
		return []string{name}
	}
	return []string{name[:best], name[best+1:]}
}

// Shape is a kecamatan drawn by its boundary.
type Shape struct {
	Path    string // SVG path data, already on the map's scale
	Name    string
	Value   string
	Class   int
	Href    string
	Label   string
	X, Y    float64 // where the name stands
	Anchor  string  // "start", "middle" or "end"
	Outside bool    // the name stands on the water, not on the shape
}

// Inset is a frame with a scale of its own, for outer islands.
type Inset struct {
	X, Y, W, H float64
}

// ShapeMap draws real boundaries with boxes for outer islands. Template
// "shape-map".
type ShapeMap struct {
	Width, Height int
	Insets        []Inset
	Shapes        []Shape
	Note          string // "Pulau luar, skala diperbesar"
	NoteX, NoteY  float64
	Source        string // whose boundaries
}

// RankedRow is a kecamatan in the table beside the map; the table is the map's
// text alternative.
type RankedRow struct {
	Name  string
	Href  string
	Part  int64
	Whole int64
	Class int
	Value string // "63,4%"
	Rest  string // what is left
}

// Ranked is the table beside the map. Template "ranked".
type Ranked struct {
	Caption string
	Columns [3]string // name, value, rest
	Rows    []RankedRow
}

// LegendItem explains one class of the map.
type LegendItem struct {
	Class int
	Text  string
}

// MapPanel is the card with map, table, switch of the measure and legend.
// Template "map-panel". Shapes wins over Tiles when both are set.
type MapPanel struct {
	Title    string
	Measures []Tab
	Tiles    *TileMap
	Shapes   *ShapeMap
	Table    Ranked
	Legend   []LegendItem
}

// Work is one line of the worklist: count, noun, consequence, deadline.
type Work struct {
	Count  int64
	Title  string
	Detail string
	Urgent string // "tenggat besok, 24 November"
	Tone   Tone   // of Urgent
	Href   string
	Button string // makes it the loud one
}

// Worklist is what waits for this person. Template "worklist".
type Worklist struct {
	Title string
	All   Link
	Items []Work // at most seven
	Empty Empty  // when nothing waits
}

// TrustSource is a source and the age of what it told us.
type TrustSource struct {
	Name string
	When string
	Tag  Tag
	Old  bool
}

// Trust says whether the figures can be believed. Template "trust".
type Trust struct {
	Whole    bool // the log was verified
	Sentence string
	Check    Link // "Cocokkan sendiri"
	More     Link
	Sources  []TrustSource
}
