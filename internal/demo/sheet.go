package demo

import (
	"bufio"
	"errors"

	"github.com/xuri/excelize/v2"

	"tepat/internal/civil"
)

// sheet is a workbook of one sheet under construction, streamed to disk.
type sheet struct {
	*output
	book   *excelize.File
	stream *excelize.StreamWriter
	dates  int // style of a date cell
	line   int // next row
	cells  []any
}

// dateFormat is number format 14, the short date of the reader's country.
const dateFormat = 14

func newSheet(dir, path, name string) (*sheet, error) {
	o, err := create(dir, path)
	if err != nil {
		return nil, err
	}
	s := &sheet{output: o, book: excelize.NewFile(), line: 1}
	if err := s.start(name); err != nil {
		return nil, errors.Join(err, s.book.Close(), o.file.Close())
	}
	return s, nil
}

func (s *sheet) start(name string) error {
	if err := s.book.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	dates, err := s.book.NewStyle(&excelize.Style{NumFmt: dateFormat})
	if err != nil {
		return err
	}
	s.dates = dates
	s.stream, err = s.book.NewStreamWriter(name)
	return err
}

func (s *sheet) add(cells ...any) { s.cells = append(s.cells, cells...) }

func (s *sheet) number(c cell) {
	if c.number != 0 {
		s.add(c.number)
		return
	}
	s.add(c.text)
}

// date adds a real date cell.
func (s *sheet) date(d civil.Date) {
	serial := int(daysOf(d) - daysOf(civil.Date{Year: 1899, Month: 12, Day: 30}))
	s.add(excelize.Cell{StyleID: s.dates, Value: serial})
}

// end writes the row and returns its number, the first row being 1.
func (s *sheet) end() (int, error) {
	at, err := excelize.CoordinatesToCellName(1, s.line)
	if err != nil {
		return 0, err
	}
	err = s.stream.SetRow(at, s.cells)
	s.cells = s.cells[:0]
	s.line++
	return s.line - 1, err
}

// plain writes a row that is about nobody: header, total, signature.
func (s *sheet) plain(cells ...any) error {
	s.add(cells...)
	_, err := s.end()
	return err
}

func (s *sheet) close() ([]File, error) {
	err := s.stream.Flush()
	if err == nil {
		b := bufio.NewWriterSize(s.output, 1<<16)
		_, err = s.book.WriteTo(b)
		err = errors.Join(err, b.Flush())
	}
	f, doneErr := s.done()
	if err := errors.Join(err, s.book.Close(), doneErr); err != nil {
		return nil, err
	}
	return []File{f}, nil
}
