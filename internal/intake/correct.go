package intake

import (
	"context"
	"io"
	"iter"
	"strings"

	"tepat/internal/export"
	"tepat/internal/fault"
	"tepat/internal/i18n"
	"tepat/internal/intake/sheet"
)

// Corrections writes the rows of b that need fixing or a look as a workbook in
// the columns of the file, with the reason in words in a last column, to be
// corrected and uploaded again. Cells are as delivered, digits included: it
// goes back to whoever sent the file. Without such rows it fails with
// intake.nothing_to_correct.
func (s *Service) Corrections(ctx context.Context, b Batch, w io.Writer, p i18n.Printer, note export.Note) (export.Sum, error) {
	if b.Counts.Fix+b.Counts.Look == 0 {
		return export.Sum{}, fault.NewNotFound("intake.nothing_to_correct")
	}
	f, err := s.open(ctx, b.SHA256, b.FileName)
	if err != nil {
		return export.Sum{}, err
	}
	defer f.Close()
	header, err := f.widest(b)
	if err != nil {
		return export.Sum{}, err
	}
	title := f.book.Sheets()[b.Sheet].Name
	if title == "" {
		title = strings.TrimSuffix(b.FileName, ".csv")
	}
	return export.Annotate(w, export.Correction{Sheet: title, Header: header, Rows: s.marked(ctx, f, b, p, len(header)), Note: note, Print: p})
}

// widest returns the names of the columns, with room for cells beyond them.
func (f *file) widest(b Batch) ([]string, error) {
	h, head, err := f.header(b.Sheet, b.HeaderRow)
	if err != nil {
		return nil, err
	}
	n := len(h.Names)
	for _, row := range head {
		n = max(n, len(row.Cells))
	}
	header := make([]string, n)
	copy(header, h.Names)
	return header, nil
}

// marked streams the problem rows of the file beside what is wrong with them.
func (s *Service) marked(ctx context.Context, f *file, b Batch, p i18n.Printer, width int) iter.Seq2[export.Marked, error] {
	return func(yield func(export.Marked, error) bool) {
		var page []RowResult
		after, more := 0, true
		err := f.eachRow(ctx, b, func(row sheet.Row) error {
			if len(page) == 0 && more {
				var err error
				if page, err = problemsAfter(ctx, s.DB.Read(), b, after, chunkSize); err != nil {
					return err
				}
				more = len(page) == chunkSize
			}
			if len(page) == 0 {
				return errStop
			}
			if row.N != page[0].Row {
				return nil
			}
			m := markedRow(b, row, page[0], p, width)
			after, page = row.N, page[1:]
			if !yield(m, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && err != errStop {
			yield(export.Marked{}, err)
		}
	}
}

func markedRow(b Batch, row sheet.Row, r RowResult, p i18n.Printer, width int) export.Marked {
	m := export.Marked{Reason: strings.Join(Sentences(p, r.Findings), " ")}
	for i, c := range row.Cells[:min(len(row.Cells), width)] {
		m.Cells = append(m.Cells, delivered(c))
		for _, f := range r.Findings {
			if at, ok := b.Mapping[f.Field]; ok && at == i {
				m.Wrong = append(m.Wrong, i)
				break
			}
		}
	}
	return m
}

// delivered is a cell for the correction: dates as dates, all else as text, so
// that no digit can be lost again.
func delivered(c sheet.Cell) any {
	switch c.Kind {
	case sheet.Empty:
		return nil
	case sheet.Date:
		if d, ok := c.Date(); ok {
			return d
		}
	case sheet.Number:
		if digits, precision := c.Digits(); precision == sheet.Numeric || precision == sheet.Doubtful {
			return digits
		}
	}
	return c.Text
}

// Sentences spells findings for people.
func Sentences(p i18n.Printer, list []Finding) []string {
	out := make([]string, len(list))
	for i, f := range list {
		args := make([]any, len(f.Args))
		for k, a := range f.Args {
			args[k] = a
		}
		out[i] = p.T(f.Key, args...)
	}
	return out
}

// Masked returns the text of a cell for a screen: numbers that could be a NIK
// or KK show their first and last digits only.
func Masked(c sheet.Cell) string {
	text := c.Text
	if c.Kind == sheet.Date {
		if d, ok := c.Date(); ok {
			return d.String()
		}
	}
	if digits, precision := c.Digits(); precision == sheet.Numeric || precision == sheet.Doubtful {
		text = digits
	}
	return maskDigits(tidy(text))
}

// maskDigits hides the middle of every run of ten and more digits, also when
// blanks, dots or hyphens stand between them.
func maskDigits(s string) string {
	runes := []rune(s)
	for i := 0; i < len(runes); {
		if !isDigit(runes[i]) {
			i++
			continue
		}
		end, digits := i, 0
		for k := i; k < len(runes) && (isDigit(runes[k]) || strings.ContainsRune(" .-", runes[k])); k++ {
			if isDigit(runes[k]) {
				digits++
				end = k
			}
		}
		if digits >= 11 {
			for k := i + 4; k < end-1; k++ {
				runes[k] = '*'
			}
		}
		i = end + 1
	}
	return string(runes)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
