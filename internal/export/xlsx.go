package export

import (
	"fmt"
	"io"
	"iter"

	"tepat/internal/fault"
	"tepat/internal/i18n"
)

// WriteXLSX writes t as a workbook: the rows on the first sheet (header frozen
// and repeated in print, filter buttons, real dates, money as numbers, NIK as
// text), the note on the second. Faults: "export.too_many_rows" beyond
// 1,048,575 rows.
func (t Table) WriteXLSX(w io.Writer) (Sum, error) {
	sum, err := t.writeXLSX(w)
	if err != nil {
		return Sum{}, fault.Wrap("export.WriteXLSX", err)
	}
	return sum, nil
}

func (t Table) writeXLSX(w io.Writer) (Sum, error) {
	widths, names := make([]float64, len(t.Columns)), make([]string, len(t.Columns))
	for i, c := range t.Columns {
		widths[i], names[i] = width(c), c.Header
	}
	b, err := newBook(t.Print, t.Title, t.TempDir, widths)
	if err != nil {
		return Sum{}, err
	}
	defer b.file.Close()
	if err := b.header(names); err != nil {
		return Sum{}, err
	}
	sum, err := t.each(func(row []value, _ []byte) error {
		for i, v := range row {
			b.cells[i] = b.cell(v, lookOf(t.Columns[i].Kind, v))
		}
		return b.add(b.cells)
	})
	if err != nil {
		return Sum{}, err
	}
	return sum, b.finish(w, t.Note.lines(t.Print, t.Title, sum))
}

// lines spells the note.
func (n Note) lines(p i18n.Printer, title string, sum Sum) [][2]string {
	filter := n.Filter
	if filter == "" {
		filter = p.T("export.note.no_filter")
	}
	out := [][2]string{
		{p.T("export.note.title"), title},
		{p.T("export.note.filter"), filter},
		{p.T("export.note.at"), n.At},
		{p.T("export.note.user"), n.User},
		{p.T("export.note.version"), n.Version},
	}
	out = append(out, n.More...)
	return append(out,
		[2]string{p.T("export.note.rows"), p.Num(sum.Rows)},
		[2]string{p.T("export.note.hash"), sum.SHA256},
		[2]string{"", p.T("export.note.hash_help")})
}

// Marked is a row that goes back to whoever delivered it.
type Marked struct {
	Cells  []any  // as delivered: string, whole number or civil.Date; nil is empty
	Wrong  []int  // positions in Cells that need correcting, from 0
	Reason string // in words, for the last column
}

// Correction is a sheet as it was delivered, with what is wrong marked. Cells
// are not masked: the file returns to the office that wrote it, and only
// there, which the caller has to see to.
type Correction struct {
	Sheet   string // name of the sheet that was delivered
	Header  []string
	Rows    iter.Seq2[Marked, error]
	Note    Note
	Print   i18n.Printer
	TempDir string // as in Table
}

// Annotate writes c as a workbook: the delivered columns in their order, wrong
// cells red, and a last column that says in words what to correct, so that the
// colour is not the only sign. A row may be shorter than the header; one that
// is longer is an error, so give a header as wide as the widest row. The sum
// covers the cells and the reason.
func Annotate(w io.Writer, c Correction) (Sum, error) {
	sum, err := c.write(w)
	if err != nil {
		return Sum{}, fault.Wrap("export.Annotate", err)
	}
	return sum, nil
}

func (c Correction) write(w io.Writer) (Sum, error) {
	widths := make([]float64, len(c.Header)+1)
	for i, h := range c.Header {
		widths[i] = width(Column{Header: h})
	}
	widths[len(c.Header)] = 60
	b, err := newBook(c.Print, c.Sheet, c.TempDir, widths)
	if err != nil {
		return Sum{}, err
	}
	defer b.file.Close()
	header := append(append([]string{}, c.Header...), c.Print.T("export.correction.column"))
	if err := b.header(header); err != nil {
		return Sum{}, err
	}
	passed := newTally()
	var row []value
	for m, err := range c.Rows {
		if err != nil {
			return Sum{}, err
		}
		if row, err = m.values(row[:0], len(c.Header)); err != nil {
			return Sum{}, fmt.Errorf("row %d: %w", passed.rows+1, err)
		}
		passed.add(row)
		if err := b.add(b.marked(row, m.Wrong)); err != nil {
			return Sum{}, err
		}
	}
	note := c.Note
	note.More = append([][2]string{{"", c.Print.T("export.correction.help")}}, note.More...)
	sum := passed.sum()
	return sum, b.finish(w, note.lines(c.Print, c.Print.T("export.correction.title"), sum))
}

// values checks the cells of m, fills them to n and adds the reason.
func (m Marked) values(row []value, n int) ([]value, error) {
	if len(m.Cells) > n {
		return row, fmt.Errorf("%d cells for %d columns", len(m.Cells), n)
	}
	for i := range n {
		var v value
		if i < len(m.Cells) {
			var err error
			if v, err = rawValue(m.Cells[i]); err != nil {
				return row, fmt.Errorf("cell %d: %w", i+1, err)
			}
		}
		row = append(row, v)
	}
	return append(row, clean(m.Reason)), nil
}

// rawValue finds the kind of a cell by its type; text last, since a date can
// spell itself.
func rawValue(v any) (value, error) {
	for _, kind := range []Kind{Int, Date, Text} {
		if out, err := valueOf(kind, v); err == nil {
			return out, nil
		}
	}
	return nil, wrongType(Text, v)
}

// marked makes the cells of a row whose last value is the reason.
func (b *book) marked(row []value, wrong []int) []any {
	last := len(row) - 1
	for i, v := range row {
		b.cells[i] = b.cell(v, lookOf(Text, v))
	}
	for _, i := range wrong {
		if i >= 0 && i < last {
			b.cells[i] = b.wrong(row[i])
		}
	}
	b.cells[last] = b.cell(row[last], lookReason)
	return b.cells
}

// wrong draws v red. Dates and numbers become the text that people read, so
// that red needs only one format.
func (b *book) wrong(v value) any {
	if v == nil {
		return b.cell(nil, lookWrong)
	}
	return b.cell(plainText(v), lookWrong)
}
