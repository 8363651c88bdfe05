package sheet

// Limits bound what one file may cost. A zero field takes its default.
type Limits struct {
	Entries    int   // files inside an xlsx
	Ratio      int64 // how many times an entry may grow, once past RatioFrom
	RatioFrom  int64 // bytes an entry may unpack to before its ratio is judged
	Unpacked   int64 // bytes one sheet may unpack to
	Strings    int64 // bytes the string table of an xlsx may unpack to
	StringN    int   // texts in the string table
	Part       int64 // bytes any other part of an xlsx may unpack to
	Files      int   // tables of their own in a zip
	File       int64 // bytes one of them may unpack to; it is held in memory
	Total      int64 // bytes all of them together may unpack to
	Rows       int   // rows delivered from one sheet
	Columns    int   // columns of a sheet
	Cell       int   // bytes of one cell; the rest is cut and the row flagged
	Line       int   // bytes of one row; the rest is skipped and the row flagged
	QuoteLines int   // lines that one quoted csv row may span before its quote counts as unclosed
}

// DefaultLimits lets pass what a regency sends on its worst day.
func DefaultLimits() Limits {
	return Limits{
		Entries:    2_000,
		Ratio:      200,
		RatioFrom:  10 << 20,
		Unpacked:   2 << 30,
		Strings:    256 << 20,
		StringN:    16 << 20,
		Part:       64 << 20,
		Files:      200,
		File:       64 << 20,
		Total:      2 << 30,
		Rows:       10_000_000,
		Columns:    16_384,
		Cell:       32 << 10,
		Line:       1 << 20,
		QuoteLines: 100,
	}
}

func (l Limits) filled() Limits {
	d := DefaultLimits()
	fill(&l.Entries, d.Entries)
	fill(&l.Ratio, d.Ratio)
	fill(&l.RatioFrom, d.RatioFrom)
	fill(&l.Unpacked, d.Unpacked)
	fill(&l.Strings, d.Strings)
	fill(&l.StringN, d.StringN)
	fill(&l.Part, d.Part)
	fill(&l.Files, d.Files)
	fill(&l.File, d.File)
	fill(&l.Total, d.Total)
	fill(&l.Rows, d.Rows)
	fill(&l.Columns, d.Columns)
	fill(&l.Cell, d.Cell)
	fill(&l.Line, d.Line)
	fill(&l.QuoteLines, d.QuoteLines)
	return l
}

func fill[T int | int64](field *T, byDefault T) {
	if *field <= 0 {
		*field = byDefault
	}
}
