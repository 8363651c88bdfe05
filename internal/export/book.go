package export

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"tepat/internal/civil"
	"tepat/internal/fault"
	"tepat/internal/i18n"
)

// Limits of the format: ECMA-376 and Excel's specification.
const (
	maxSheetRows = 1_048_576
	maxCellUTF16 = 32_767
	maxSheetName = 31
)

// look is how a cell is drawn; each has one style in the workbook.
type look int

const (
	lookHeader look = iota
	lookText
	lookQuoted // text that must not become a formula when edited
	lookInt
	lookDecimal
	lookRupiah
	lookDate
	lookTime
	lookWrong  // a cell to correct
	lookReason // why
	lookWrap   // long text of the note
	looks      // how many there are
)

// book is a workbook being written: one sheet of rows, then the note.
type book struct {
	file   *excelize.File
	print  i18n.Printer
	styles [looks]int
	sheet  string
	stream *excelize.StreamWriter
	rows   int // written, with the header
	cols   int
	cells  []any
}

// newBook starts a workbook whose sheet has these widths, in characters.
func newBook(print i18n.Printer, title, tempDir string, widths []float64) (*book, error) {
	b := &book{
		file:  excelize.NewFile(excelize.Options{TmpDir: tempDir}),
		print: print, cols: len(widths), cells: make([]any, len(widths)),
	}
	if err := b.begin(title, widths); err != nil {
		b.file.Close()
		return nil, err
	}
	return b, nil
}

func (b *book) begin(title string, widths []float64) error {
	if err := b.makeStyles(); err != nil {
		return err
	}
	b.sheet = sheetName(title, b.print.T("export.sheet.data"))
	if b.sheet == b.print.T("export.sheet.note") {
		b.sheet = b.print.T("export.sheet.data")
	}
	if err := b.file.SetSheetName("Sheet1", b.sheet); err != nil {
		return err
	}
	if err := b.layout(title); err != nil {
		return err
	}
	var err error
	if b.stream, err = b.file.NewStreamWriter(b.sheet); err != nil {
		return err
	}
	for i, w := range widths {
		if err := b.stream.SetColWidth(i+1, i+1, w); err != nil {
			return err
		}
	}
	return b.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// layout prepares printing: A4 lying, all columns on one page, the header on
// every page. excelize writes these only if they are set before the stream.
func (b *book) layout(title string) error {
	yes := true
	a4, landscape, one, any := 9, "landscape", 1, 0
	if err := b.file.SetSheetProps(b.sheet, &excelize.SheetPropsOptions{FitToPage: &yes}); err != nil {
		return err
	}
	if err := b.file.SetPageLayout(b.sheet, &excelize.PageLayoutOptions{
		Size: &a4, Orientation: &landscape, FitToWidth: &one, FitToHeight: &any,
	}); err != nil {
		return err
	}
	page := b.print.T("export.page", "&P", "&N")
	if err := b.file.SetHeaderFooter(b.sheet, &excelize.HeaderFooterOptions{
		OddHeader: "&L" + cut(strings.ReplaceAll(clean(title), "&", "&&"), 100), OddFooter: "&R" + page,
	}); err != nil {
		return err
	}
	return b.file.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: "'" + b.sheet + "'!$1:$1", Scope: b.sheet,
	})
}

func (b *book) makeStyles() error {
	text, rupiah := 49, `"Rp "#,##0;-"Rp "#,##0`
	date, clock := "[$-421]d mmm yyyy", "[$-421]d mmm yyyy hh.mm"
	whole, decimal := "#,##0", "#,##0.00##"
	wrap := &excelize.Alignment{WrapText: true, Vertical: "top"}
	fill := func(colour string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	}
	// lookQuoted differs from lookText so that excelize keeps them apart.
	for l, s := range [looks]excelize.Style{
		lookHeader:  {NumFmt: text, Font: &excelize.Font{Bold: true}, Fill: fill("E3EDF7"), Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}},
		lookText:    {NumFmt: text},
		lookQuoted:  {NumFmt: text, Alignment: &excelize.Alignment{Horizontal: "left"}},
		lookInt:     {CustomNumFmt: &whole},
		lookDecimal: {CustomNumFmt: &decimal},
		lookRupiah:  {CustomNumFmt: &rupiah},
		lookDate:    {CustomNumFmt: &date},
		lookTime:    {CustomNumFmt: &clock},
		lookWrong:   {NumFmt: text, Font: &excelize.Font{Color: "9C0006", Bold: true}, Fill: fill("FFC7CE")},
		lookReason:  {NumFmt: text, Font: &excelize.Font{Color: "9C0006"}, Alignment: wrap},
		lookWrap:    {NumFmt: text, Alignment: wrap},
	} {
		id, err := b.file.NewStyle(&s)
		if err != nil {
			return err
		}
		b.styles[l] = id
	}
	yes := true
	for _, l := range []look{lookQuoted, lookWrong, lookReason, lookWrap} {
		b.file.Styles.CellXfs.Xf[b.styles[l]].QuotePrefix = &yes
	}
	return nil
}

// lookOf returns the usual look of v in a column of kind.
func lookOf(kind Kind, v value) look {
	switch x := v.(type) {
	case string:
		if dangerous(x) {
			return lookQuoted
		}
		return lookText
	case float64:
		return lookDecimal
	case civil.Date:
		return lookDate
	case time.Time:
		return lookTime
	case int64:
		if kind == Rupiah {
			return lookRupiah
		}
	}
	return lookInt
}

// cell makes what excelize writes. Days before March 1900, which Excel's
// calendar gets wrong, are ISO text.
func (b *book) cell(v value, l look) any {
	style := b.styles[l]
	switch x := v.(type) {
	case nil:
		if l == lookWrong { // an empty cell that must be filled is red too
			return excelize.Cell{StyleID: style}
		}
		return nil
	case string:
		return excelize.Cell{StyleID: style, Value: cut(x, maxCellUTF16)}
	case civil.Date:
		if x.Before(firstSoundDay) {
			return excelize.Cell{StyleID: b.styles[lookText], Value: x.String()}
		}
		return excelize.Cell{StyleID: style, Value: dayZero.DaysUntil(x)}
	case time.Time:
		return b.clockCell(x, style)
	}
	return excelize.Cell{StyleID: style, Value: v}
}

func (b *book) clockCell(t time.Time, style int) any {
	day := civil.Of(t)
	if day.Before(firstSoundDay) {
		return excelize.Cell{StyleID: b.styles[lookText], Value: t.Format(wallClock)}
	}
	seconds := t.Hour()*3600 + t.Minute()*60 + t.Second()
	return excelize.Cell{StyleID: style, Value: float64(dayZero.DaysUntil(day)) + float64(seconds)/86400}
}

var (
	dayZero       = civil.Date{Year: 1899, Month: time.December, Day: 30}
	firstSoundDay = civil.Date{Year: 1900, Month: time.March, Day: 1}
)

// add writes the next row; cells holds b.cols made by cell.
func (b *book) add(cells []any) error {
	if b.rows == maxSheetRows {
		return fault.NewInvalid("export.too_many_rows", maxSheetRows-1)
	}
	b.rows++
	return b.stream.SetRow(fmt.Sprintf("A%d", b.rows), cells)
}

func (b *book) header(names []string) error {
	for i, n := range names {
		b.cells[i] = b.cell(clean(n), lookHeader)
	}
	return b.add(b.cells)
}

// finish ends the sheet, adds the note and writes the workbook.
func (b *book) finish(w io.Writer, note [][2]string) error {
	corner, err := excelize.CoordinatesToCellName(max(1, b.cols), b.rows)
	if err != nil {
		return err
	}
	if err := b.file.AutoFilter(b.sheet, "A1:"+corner, nil); err != nil {
		return err
	}
	if err := b.stream.Flush(); err != nil {
		return err
	}
	if err := b.writeNote(note); err != nil {
		return err
	}
	_, err = b.file.WriteTo(w)
	return err
}

func (b *book) writeNote(note [][2]string) error {
	sheet := b.print.T("export.sheet.note")
	if _, err := b.file.NewSheet(sheet); err != nil {
		return err
	}
	out, err := b.file.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	if err := out.SetColWidth(1, 1, 26); err != nil {
		return err
	}
	if err := out.SetColWidth(2, 2, 90); err != nil {
		return err
	}
	for i, line := range note {
		row := []any{b.cell(clean(line[0]), lookHeader), b.cell(clean(line[1]), lookWrap)}
		if err := out.SetRow(fmt.Sprintf("A%d", i+1), row); err != nil {
			return err
		}
	}
	return out.Flush()
}

// sheetName makes a name that Excel accepts, fallback when nothing is left.
func sheetName(title, fallback string) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || r < ' ' {
			return ' '
		}
		return r
	}, clean(title))
	name = strings.TrimSpace(cut(strings.Join(strings.Fields(name), " "), maxSheetName))
	if name == "" || strings.EqualFold(name, "history") { // Excel keeps that one for itself
		return fallback
	}
	return name
}

// cut shortens s to limit UTF-16 units, the last one an ellipsis.
func cut(s string, limit int) string {
	if len(s) <= limit { // no rune has more units than bytes
		return s
	}
	units, last := 0, 0
	for i, r := range s {
		if units <= limit-1 {
			last = i
		}
		units += max(1, utf16.RuneLen(r))
	}
	if units <= limit {
		return s
	}
	return s[:last] + "…"
}

// width is a column's width in characters.
func width(c Column) float64 {
	if c.Width > 0 {
		return math.Min(float64(c.Width), 255)
	}
	usual := map[Kind]int{Text: 24, Int: 12, Decimal: 12, Rupiah: 18, Date: 14, Time: 20, NIK: 20}[c.Kind]
	return float64(min(max(usual, utf8.RuneCountInString(c.Header)+4), 60))
}
