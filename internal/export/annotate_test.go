package export

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"testing"

	"tepat/internal/civil"
)

func marks(rows ...Marked) iter.Seq2[Marked, error] {
	return func(yield func(Marked, error) bool) {
		for _, m := range rows {
			if !yield(m, nil) {
				return
			}
		}
	}
}

func TestCorrectionSheetMarksWhatIsWrong(t *testing.T) {
	c := Correction{
		Sheet:  "Sheet1",
		Header: []string{"NIK", "Nama", "Tgl Lahir", "Umur"},
		Rows: marks(
			Marked{Cells: []any{"210399410160", "SITI", civil.Date{Year: 1960, Month: 1, Day: 1}, 66}, Wrong: []int{0, 3}, Reason: "NIK 12 angka, seharusnya 16. Umur tidak cocok."},
			Marked{Cells: []any{"2103994101600002"}, Wrong: []int{1, 99, -1}, Reason: "=Nama kosong"},
		),
		Note: Note{Filter: "berkas lansia-midai.xlsx", User: "Rahma"}, Print: printer(t),
	}
	var buf bytes.Buffer
	sum, err := Annotate(&buf, c)
	if err != nil || sum.Rows != 2 || len(sum.SHA256) != 64 {
		t.Fatal(sum, err)
	}
	f := open(t, buf.Bytes())
	for ref, want := range map[string]string{
		"A1": "NIK", "D1": "Umur", "E1": "Yang perlu dibetulkan",
		"A2": "210399410160", "B2": "SITI", "C2": "21916", "D2": "66", "E2": "NIK 12 angka, seharusnya 16. Umur tidak cocok.",
		"A3": "2103994101600002", "B3": "", "C3": "", "E3": "=Nama kosong",
	} {
		if got := cell(t, f, "Sheet1", ref); got != want {
			t.Errorf("%s = %q, want %q", ref, got, want)
		}
	}
	red := func(ref string) bool {
		s := style(t, f, "Sheet1", ref)
		return len(s.Fill.Color) == 1 && s.Fill.Color[0] == "FFC7CE"
	}
	for ref, want := range map[string]bool{"A2": true, "B2": false, "C2": false, "D2": true, "A3": false, "B3": true, "C3": false} {
		if red(ref) != want {
			t.Errorf("%s red: %v", ref, !want)
		}
	}
	if got := cell(t, f, "Keterangan", "B2"); got != "berkas lansia-midai.xlsx" {
		t.Errorf("note names %q", got)
	}
}

func TestCorrectionLosesNothingSilently(t *testing.T) {
	c := Correction{Sheet: "x", Header: []string{"a"}, Print: printer(t), Rows: marks(Marked{Cells: []any{"1", "2"}})}
	if _, err := Annotate(io.Discard, c); err == nil {
		t.Error("a cell beyond the header disappeared")
	}
	c.Rows = marks(Marked{Cells: []any{1.5}})
	if _, err := Annotate(io.Discard, c); err == nil {
		t.Error("a float was accepted")
	}
	gone := errors.New("gone")
	c.Rows = func(yield func(Marked, error) bool) { yield(Marked{}, gone) }
	if _, err := Annotate(io.Discard, c); !errors.Is(err, gone) {
		t.Errorf("err = %v", err)
	}
}
