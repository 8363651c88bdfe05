package region

// TilePos is the place of a kecamatan on the tile map of its regency: column
// X from the west, row Y from the north, both from 0. Inset tiles are islands
// far off the main body; they keep their direction, not their distance.
type TilePos struct {
	Code  Code
	X, Y  int
	Inset bool
}

// drawn are the tile maps set by hand, by kecamatan number of the regency.
var drawn = map[Code][]TilePos{
	"2103": {
		{"210310", 1, 0, true}, // Pulau Laut
		{"210324", 0, 1, false}, {"210308", 1, 1, false}, {"210315", 2, 1, false},
		{"210305", 0, 2, false}, {"210320", 1, 2, false}, {"210316", 2, 2, false}, {"210307", 3, 2, false},
		{"210321", 0, 3, false}, {"210311", 1, 3, false}, {"210318", 2, 3, false},
		{"210304", 0, 5, true}, {"210322", 1, 5, true}, // Midai, Suak Midai
		{"210309", 4, 5, true}, {"210323", 4, 6, true}, // Subi, Pulau Panjang
		{"210306", 4, 7, true}, {"210319", 5, 7, true}, // Serasan, Serasan Timur
	},
	"7203": {
		{"720330", 4, 0, false},
		{"720314", 4, 1, false},
		{"720306", 3, 2, false},
		{"720331", 1, 3, false}, {"720312", 2, 3, false},
		{"720311", 2, 4, false},
		{"720325", 2, 5, false},
		{"720324", 2, 6, false},
		{"720310", 2, 7, false},
		{"720309", 3, 8, false}, // east of the bay of Palu
		{"720327", 0, 9, false}, {"720308", 1, 9, false}, {"720319", 3, 9, false},
		{"720318", 0, 10, false},
		{"720321", 0, 11, false},
		{"720304", 0, 12, false},
	},
}

// Tiles returns the tile map of regency: drawn by hand for the pilots, in code
// order on a square grid for any other. It is empty for an unknown code.
func Tiles(regency Code) []TilePos {
	if tiles, ok := drawn[regency]; ok {
		return append([]TilePos(nil), tiles...)
	}
	if regency.Level() != Regency {
		return nil
	}
	children := Children(regency)
	columns := 1
	for columns*columns < len(children) {
		columns++
	}
	tiles := make([]TilePos, len(children))
	for i, k := range children {
		tiles[i] = TilePos{Code: k.Code, X: i % columns, Y: i / columns}
	}
	return tiles
}

// Tile returns the place of the kecamatan around c: column, row, whether it is
// an inset, and false when there is no such kecamatan.
func Tile(c Code) (int, int, bool, bool) {
	for _, t := range Tiles(c.Regency()) {
		if t.Code == c.Kecamatan() {
			return t.X, t.Y, t.Inset, true
		}
	}
	return 0, 0, false, false
}
