package sheet

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"

	"tepat/internal/fault"
)

// xlsRows streams one worksheet. Excel writes rows in order, other programs in any
// order, so the sheet is first walked record by record for where its rows stand; what
// is kept of that is 8 bytes for each run of cells of one row.
type xlsRows struct {
	rowBuilder
	book   *xlsBook
	texts  *stringTable
	r      *biffReader
	broken func(error) error

	runs       []xlsRun // by row
	cut        bool     // the sheet ends too early
	last       int      // number of the last row delivered
	hiddenRows [xlsMaxRows / 64]uint64
	hiddenCols []int
	raw        []byte
}

// xlsRun is a run of cells of one row in the stream.
type xlsRun struct {
	row uint16 // from 0
	at  uint32
}

const (
	xlsMaxRows = 1 << 16
	xlsMaxCols = 256
	xlsMaxRuns = 4 << 20 // enough for 65,536 rows of which each is torn into 64 pieces
)

func (s *xlsRows) hiddenColumns() []int { return s.hiddenCols }
func (s *xlsRows) close() error         { return nil }

// index walks the sheet that begins at start.
func (s *xlsRows) index(start int64) error {
	s.r.seek(start)
	kind, _, err := s.r.next()
	if err != nil {
		return err
	}
	if kind != biffBOF {
		return fault.NewInvalid("sheet.damaged", "Workbook")
	}
	row, sorted := -1, true
	for depth := 1; depth > 0; {
		kind, data, err := s.r.next()
		if errors.Is(err, io.ErrUnexpectedEOF) {
			s.cut = true // the rows so far are worth showing
			break
		}
		if err != nil {
			return err
		}
		switch {
		case kind == biffBOF:
			depth++ // a chart inside the sheet
		case kind == biffEOF:
			depth--
		case depth > 1 || len(data) < 6:
		case kind == biffRow:
			s.addRow(data)
		case kind == biffColInfo:
			s.addColumns(data)
		case isCell(kind):
			n := int(binary.LittleEndian.Uint16(data))
			if n == row {
				continue
			}
			if len(s.runs) >= xlsMaxRuns {
				return fault.NewInvalid("sheet.damaged", "Workbook")
			}
			sorted = sorted && n > row
			row = n
			s.runs = append(s.runs, xlsRun{uint16(n), uint32(s.r.start)})
		}
	}
	if !sorted {
		slices.SortStableFunc(s.runs, func(a, b xlsRun) int { return int(a.row) - int(b.row) })
	}
	return nil
}

func isCell(kind uint16) bool {
	switch kind {
	case biffLabelSST, biffNumber, biffRK, biffMulRK, biffLabel, biffRString, biffFormula, biffBoolErr:
		return true
	}
	return false
}

// addRow notes a hidden row: the flag fDyZero of ROW.
func (s *xlsRows) addRow(data []byte) {
	if len(data) >= 14 && data[12]&0x20 != 0 {
		n := binary.LittleEndian.Uint16(data)
		s.hiddenRows[n/64] |= 1 << (n % 64)
	}
}

// addColumns notes hidden columns: the flag fHidden of COLINFO.
func (s *xlsRows) addColumns(data []byte) {
	if len(data) < 10 || data[8]&1 == 0 {
		return
	}
	from, to := int(binary.LittleEndian.Uint16(data)), int(binary.LittleEndian.Uint16(data[2:]))
	for c := from; c <= min(to, xlsMaxCols-1) && len(s.hiddenCols) < xlsMaxCols; c++ {
		s.hiddenCols = append(s.hiddenCols, c)
	}
}

func (s *xlsRows) next(row *Row) (bool, error) {
	for len(s.runs) > 0 {
		n := s.runs[0].row
		s.start(row)
		row.N = int(n) + 1
		row.Hidden = s.hiddenRows[n/64]&(1<<(n%64)) != 0
		for len(s.runs) > 0 && s.runs[0].row == n {
			if err := s.readRun(row, s.runs[0]); err != nil {
				return false, s.broken(err)
			}
			s.runs = s.runs[1:]
		}
		s.finish(row)
		s.last = row.N
		if row.Problem != nil || !isBlank(row.Cells) {
			return true, nil
		}
	}
	if s.cut {
		return false, s.broken(io.ErrUnexpectedEOF)
	}
	return false, nil
}

// readRun reads cells until one of another row, or the end of the sheet.
func (s *xlsRows) readRun(row *Row, run xlsRun) error {
	s.r.seek(int64(run.at))
	for {
		at := s.r.at
		kind, data, err := s.r.next()
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return nil // next says so after the last row
		}
		if err != nil {
			return err
		}
		switch {
		case kind == biffEOF || kind == biffBOF:
			return nil
		case !isCell(kind) || len(data) < 6:
			continue
		case binary.LittleEndian.Uint16(data) != run.row:
			s.r.seek(at)
			return nil
		}
		if err := s.readCell(row, kind, data); err != nil {
			return err
		}
	}
}

// readCell reads one record of cells: row, column and format come first in all of them.
func (s *xlsRows) readCell(row *Row, kind uint16, data []byte) error {
	column, format := int(binary.LittleEndian.Uint16(data[2:])), binary.LittleEndian.Uint16(data[4:])
	value := data[6:]
	s.raw = s.raw[:0]
	switch {
	case kind == biffLabelSST && len(value) >= 4:
		s.put(row, column, s.shared(binary.LittleEndian.Uint32(value)), nil)
	case kind == biffLabel || kind == biffRString:
		s.raw = s.appendLabel(value)
		s.putText(row, column)
	case kind == biffNumber && len(value) >= 8:
		s.putNumber(row, column, format, math.Float64frombits(binary.LittleEndian.Uint64(value)))
	case kind == biffRK && len(value) >= 4:
		s.putNumber(row, column, format, rk(binary.LittleEndian.Uint32(value)))
	case kind == biffMulRK:
		// Pairs of format and number from column on, behind them the last column.
		for pair := data[4:]; len(pair) >= 8; pair = pair[6:] {
			s.raw = s.raw[:0]
			s.putNumber(row, column, binary.LittleEndian.Uint16(pair), rk(binary.LittleEndian.Uint32(pair[2:])))
			column++
		}
	case kind == biffBoolErr && len(value) >= 2:
		s.put(row, column, boolErr(value[0], value[1] != 0), nil)
	case kind == biffFormula && len(value) >= 8:
		return s.readFormula(row, column, format, value)
	default:
		s.flag(fault.NewInvalid("sheet.row.reference"))
	}
	return nil
}

// shared returns the text with that number in the string table.
func (s *xlsRows) shared(i uint32) Cell {
	text, ok := s.texts.at(uint64(i))
	if !ok {
		s.flag(fault.NewInvalid("sheet.row.reference"))
		return Cell{Kind: Error}
	}
	if s.texts.broken[i] {
		s.flag(fault.NewInvalid("sheet.row.encoding"))
	}
	if text == "" {
		return Cell{}
	}
	return Cell{Kind: Text, Text: text}
}

func (s *xlsRows) appendLabel(value []byte) []byte {
	if !s.book.bytes {
		return appendUnicode(s.raw, value, 2)
	}
	if len(value) < 2 {
		return s.raw
	}
	n := int(binary.LittleEndian.Uint16(value))
	return append(s.raw, repairUTF8(string(value[2:][:min(n, len(value)-2)]))...)
}

func (s *xlsRows) putText(row *Row, column int) {
	if len(s.raw) > 0 {
		s.put(row, column, Cell{Kind: Text}, s.raw)
	}
}

// putNumber spells a number with the fewest digits that mean it, never with an exponent:
// whole numbers up to 2^53, and so most NIK, come out as they were stored.
func (s *xlsRows) putNumber(row *Row, column int, format uint16, f float64) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		s.put(row, column, Cell{Kind: Error, Text: "#NUM!"}, nil)
		return
	}
	s.raw = strconv.AppendFloat(s.raw, f, 'f', -1, 64)
	c := Cell{Kind: Number, Epoch1904: s.book.epoch1904}
	if int(format) < len(s.book.dates) && s.book.dates[format] {
		c.Kind = Date
	}
	s.put(row, column, c, s.raw)
}

// rk unfolds a number of 30 bits ([MS-XLS] §2.5.218): an integer, or the upper part of
// a float, either of them perhaps to be divided by 100.
func rk(n uint32) float64 {
	f := math.Float64frombits(uint64(n&^3) << 32)
	if n&2 != 0 {
		f = float64(int32(n) >> 2)
	}
	if n&1 != 0 {
		f /= 100
	}
	return f
}

// biffErrors are the error values of [MS-XLS] §2.5.10.
var biffErrors = map[byte]string{
	0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}

func boolErr(value byte, isError bool) Cell {
	switch {
	case isError:
		return Cell{Kind: Error, Text: biffErrors[value]}
	case value != 0:
		return Cell{Kind: Bool, Text: "TRUE"}
	}
	return Cell{Kind: Bool, Text: "FALSE"}
}

// readFormula takes the value that was last calculated: a number, or when its last two
// bytes are set what its first one says. A text stands in a record of its own behind.
func (s *xlsRows) readFormula(row *Row, column int, format uint16, value []byte) error {
	if binary.LittleEndian.Uint16(value[6:]) != 0xFFFF {
		s.putNumber(row, column, format, math.Float64frombits(binary.LittleEndian.Uint64(value)))
		return nil
	}
	switch value[0] {
	case 0:
		return s.readResult(row, column)
	case 1, 2:
		s.put(row, column, boolErr(value[2], value[0] == 2), nil)
	}
	return nil // 3 is the empty text
}

// readResult reads the STRING behind a formula; a shared formula may stand in between.
func (s *xlsRows) readResult(row *Row, column int) error {
	for {
		at := s.r.at
		kind, data, err := s.r.next()
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return err
		case kind == biffString:
			s.raw = s.withContinue(data)
			s.putText(row, column)
			return nil
		case kind == biffEOF || isCell(kind):
			s.r.seek(at)
			s.put(row, column, Cell{Kind: Formula}, nil)
			return nil
		}
	}
}

// withContinue reads the text of a STRING that may go on in CONTINUE records.
func (s *xlsRows) withContinue(data []byte) []byte {
	t, rest, ok := textHead(data, 2)
	if !ok {
		return s.raw
	}
	reader := sstReader{b: s.r, data: rest}
	text, _ := reader.chars(s.raw, t) // a cut text keeps what there is
	return text
}
