package intake

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"tepat/internal/blob"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/intake/sheet"
	"tepat/internal/region"
)

// Service brings files in. The web runs Check and Apply as jobs, the command
// line calls them directly; both may be killed and called again.
type Service struct {
	DB       *db.DB
	Blobs    *blob.Store
	Appliers map[string]Applier // by target
	// After is told inside the command that a batch went in or came out again.
	After []func(ctx context.Context, tx *db.Tx, b Batch) error
}

func (s *Service) after(ctx context.Context, tx *db.Tx, b Batch) error {
	for _, f := range s.After {
		if err := f(ctx, tx, b); err != nil {
			return err
		}
	}
	return nil
}

// NewService returns a service whose rows go to the registry and to appliers.
func NewService(d *db.DB, blobs *blob.Store, appliers ...Applier) *Service {
	s := &Service{DB: d, Blobs: blobs, Appliers: map[string]Applier{}}
	for _, a := range append([]Applier{registryApplier{}}, appliers...) {
		s.Appliers[a.Target()] = a
	}
	return s
}

// Progress is told how many rows of about total are done (0 when unknown) and
// in which phase, a catalogue key. It may be nil.
type Progress func(done, total int64, phase string)

func (p Progress) say(done, total int64, phase string) {
	if p != nil {
		p(done, max(done, total)*min(total, 1), phase)
	}
}

// The phases of Progress.
const (
	PhaseCheck = "intake.phase.check"
	PhaseApply = "intake.phase.apply"
	PhaseUndo  = "intake.phase.undo"
)

// MaxUpload is the largest file that is taken, in bytes.
const MaxUpload int64 = 2 << 30

// headRows are read to find the header and to show a preview.
const headRows = 40

// file is an opened upload.
type file struct {
	blob *blob.Blob
	book sheet.Book
}

func (f *file) Close() error { return errors.Join(f.book.Close(), f.blob.Close()) }

// open opens the upload of a batch.
func (s *Service) open(ctx context.Context, sha, name string) (*file, error) {
	b, err := s.Blobs.Open(ctx, sha)
	if err != nil {
		return nil, err
	}
	book, err := sheet.Open(b, b.Size(), name)
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return &file{b, book}, nil
}

// header finds the header of a sheet: the one that begins at row headerRow, or
// the best one when headerRow is 0.
func (f *file) header(sheetIndex, headerRow int) (sheet.Header, []sheet.Row, error) {
	if sheetIndex < 0 || sheetIndex >= len(f.book.Sheets()) {
		return sheet.Header{Index: -1}, nil, fault.NewInvalid("intake.sheet_unknown").At("sheet")
	}
	head, err := sheet.Head(f.book, sheetIndex, headRows)
	if err != nil {
		return sheet.Header{Index: -1}, head, err
	}
	if headerRow == 0 {
		return sheet.FindHeader(head), head, nil
	}
	for i, row := range head {
		if row.N == headerRow {
			return sheet.HeaderAt(head, i), head, nil
		}
	}
	return sheet.Header{Index: -1}, head, fault.NewInvalid("intake.header_row").At("header_row")
}

// eachRow calls fn with the rows of b's table, below its header, repeated
// headers and numbering rows left out. fn must not keep the row's cells.
func (f *file) eachRow(ctx context.Context, b Batch, fn func(row sheet.Row) error) error {
	h, head, err := f.header(b.Sheet, b.HeaderRow)
	if err != nil {
		return err
	}
	if !h.Found() {
		return fault.NewInvalid("intake.header_missing")
	}
	after := head[h.Index+h.Tiers-1].N
	rows, err := f.book.Rows(b.Sheet)
	if err != nil {
		return err
	}
	defer rows.Close()
	for n := 0; rows.Next(); n++ {
		row := rows.Row()
		if row.N <= after || h.Repeats(row) {
			continue
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// errStop ends eachRow early without a failure.
var errStop = errors.New("intake: enough rows")

var longNumber = regexp.MustCompile(`\d{12,}`)

// safeName keeps the last part of a file name, without numbers that could be a
// NIK or KK: names of files are shown and logged.
func safeName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = longNumber.ReplaceAllStringFunc(tidy(name), func(d string) string { return strings.Repeat("*", len(d)) })
	if len(name) > 120 {
		name = strings.ToValidUTF8(name[len(name)-120:], "")
	}
	return name
}

var villageCode = regexp.MustCompile(`(^|\D)(\d{10}|\d{2}\.\d{2}\.\d{2}\.\d{4})(\D|$)`)

// villageInName returns the village of regency whose code a file name holds.
func villageInName(name string, regency region.Code) region.Code {
	m := villageCode.FindStringSubmatch(name)
	if m == nil {
		return ""
	}
	c, err := region.ParseCode(m[2])
	if err != nil || c.Level() != region.Village || !regency.Contains(c) || !region.Exists(c) {
		return ""
	}
	return c
}

// areaOf is the working area that a batch belongs to: its village, else the
// first area of a narrowed uploader, else the regency.
func areaOf(b Batch, scope region.Scope) region.Code {
	switch {
	case b.Village != "":
		return b.Village
	case !scope.Whole() && len(scope.Areas()) > 0:
		return scope.Areas()[0]
	}
	return scope.Regency()
}

// applier returns where b's rows go.
func (s *Service) applier(b Batch) (Applier, error) {
	a := s.Appliers[b.Target]
	if a == nil {
		return nil, fmt.Errorf("intake: nobody applies target %q of layout %q", b.Target, b.Layout)
	}
	return a, nil
}
