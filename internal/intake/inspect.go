package intake

import (
	"context"

	"tepat/internal/fault"
	"tepat/internal/intake/sheet"
)

// Preview is what a person sees before choosing columns.
type Preview struct {
	Sheets    []sheet.Info
	Notes     []sheet.Note // about the file as a whole
	Sheet     int
	HeaderRow int         // row number of the header, 0 when none was found
	Headers   []string    // by column
	Head      []sheet.Row // the first rows of the sheet, header included
	Samples   []sheet.Row // the first rows below the header
	Layout    Layout      // zero when not recognised
	Mapping   Mapping
	Reasons   []Reason // one for each column
	// Sure says that nothing has to be asked before checking.
	Sure bool
}

// previewRows are shown of a sheet.
const previewRows = 8

// Inspect reads the beginning of b's file. sheetIndex and headerRow choose
// another sheet or header than the batch has; headerRow 0 finds the best one.
func (s *Service) Inspect(ctx context.Context, b Batch, sheetIndex, headerRow int) (Preview, error) {
	f, err := s.open(ctx, b.SHA256, b.FileName)
	if err != nil {
		return Preview{}, err
	}
	defer f.Close()
	p := Preview{Sheets: f.book.Sheets(), Notes: f.book.Notes(), Sheet: sheetIndex}
	h, head, err := f.header(sheetIndex, headerRow)
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return p, err
	}
	p.Head = head[:min(len(head), 2*previewRows)]
	if err != nil || !h.Found() {
		return p, err
	}
	p.HeaderRow, p.Headers = head[h.Index].N, h.Names
	for _, row := range head[min(h.Data, len(head)):] {
		p.Samples = append(p.Samples, row)
		if len(row.Cells) > len(p.Headers) {
			p.Headers = append(p.Headers, make([]string, len(row.Cells)-len(p.Headers))...)
		}
	}
	p.Samples = p.Samples[:min(len(p.Samples), previewRows)]
	same := sheetIndex == b.Sheet && p.HeaderRow == b.HeaderRow
	p.explain(b, same)
	return p, nil
}

// explain gives layout, mapping and reasons: those of the batch when the
// preview shows its header, else a fresh guess.
func (p *Preview) explain(b Batch, same bool) {
	p.Layout, p.Mapping, p.Reasons, p.Sure = Recognise(p.Headers)
	l, ok := LayoutNamed(b.Layout)
	if !same || !ok {
		return
	}
	_, guessed := l.Map(p.Headers)
	p.Layout, p.Mapping, p.Reasons = l, b.Mapping, guessed
	byColumn := map[int]Field{}
	for f, i := range b.Mapping {
		byColumn[i] = f
	}
	asked := false
	for i := range p.Reasons {
		r := &p.Reasons[i]
		f := byColumn[r.Column]
		if f != "" && f != r.Field {
			r.Field, r.How = f, HowRemembered
		} else if f == "" && r.Field != "" {
			r.Field, r.How = "", HowRemembered
		}
		asked = asked || r.How == HowTwice && !filled(b.Mapping, l, r.Header)
	}
	p.Sure = l.missing(b.Mapping) == "" && !asked
}

// filled reports whether the field that a header could mean has a column.
func filled(m Mapping, l Layout, header string) bool {
	f, _ := l.meaning(slugsOf([]string{header})[0])
	_, ok := m[f]
	return ok
}
