package sheet

import (
	"unicode/utf8"

	"tepat/internal/fault"
)

// rowBuilder puts cells into a row under the limits. All formats whose cells have a
// place of their own use it, so that a row that costs too much, or names a cell twice,
// ends the same way whatever it came in.
type rowBuilder struct {
	limits  Limits
	text    []byte // texts of the row's cells, but for those that are strings already
	places  []place
	size    int // bytes of all texts of the row
	problem *fault.Fault
}

// place says that a cell's text stands in rowBuilder.text[from:to].
type place struct{ column, from, to int }

// start empties builder and row.
func (b *rowBuilder) start(row *Row) {
	b.text, b.places, b.size, b.problem = b.text[:0], b.places[:0], 0, nil
	row.Cells, row.Hidden, row.Problem = row.Cells[:0], false, nil
}

// flag keeps the first problem of a row.
func (b *rowBuilder) flag(f *fault.Fault) {
	if b.problem == nil {
		b.problem = f
	}
}

// put places a cell. Its text is c.Text, or raw when that is empty.
func (b *rowBuilder) put(row *Row, column int, c Cell, raw []byte) {
	if column >= b.limits.Columns {
		b.flag(fault.NewInvalid("sheet.row.columns", b.limits.Columns))
		return
	}
	if c.Kind == Empty {
		return
	}
	if max(len(c.Text), len(raw)) > b.limits.Cell {
		b.flag(fault.NewInvalid("sheet.row.cell", ColumnName(column), b.limits.Cell>>10))
		c.Text, raw = cut(c.Text, b.limits.Cell), cut(raw, b.limits.Cell)
	}
	// A small file may point to one long text from every cell, so those count too.
	if b.size += max(len(c.Text), len(raw)); b.size > b.limits.Line {
		b.flag(fault.NewInvalid("sheet.row.line", b.limits.Line>>10))
		return
	}
	for len(row.Cells) <= column {
		row.Cells = append(row.Cells, Cell{})
	}
	if row.Cells[column].Kind != Empty {
		b.flag(fault.NewInvalid("sheet.row.reference"))
		return // a cell given twice: the first counts
	}
	row.Cells[column] = c
	if c.Text == "" && len(raw) > 0 {
		from := len(b.text)
		b.text = append(b.text, raw...)
		b.places = append(b.places, place{column, from, len(b.text)})
	}
}

// finish turns the collected texts into one string and hands out its parts.
func (b *rowBuilder) finish(row *Row) {
	all := string(b.text)
	for _, p := range b.places {
		row.Cells[p.column].Text = all[p.from:p.to]
	}
	if !utf8.ValidString(all) {
		b.flag(fault.NewInvalid("sheet.row.encoding"))
		for _, p := range b.places {
			row.Cells[p.column].Text = repairUTF8(row.Cells[p.column].Text)
		}
	}
	last := len(row.Cells)
	for last > 0 && row.Cells[last-1].Kind == Empty {
		last--
	}
	row.Cells, row.Problem = row.Cells[:last], b.problem
}

// cut shortens text to at most limit bytes without splitting a character.
func cut[T string | []byte](text T, limit int) T {
	for limit > 0 && limit < len(text) && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:min(limit, len(text))]
}
