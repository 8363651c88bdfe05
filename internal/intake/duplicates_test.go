package intake

import (
	"fmt"
	"testing"

	"tepat/internal/nik"
)

func TestRepeatsFindEveryRowAgain(t *testing.T) {
	r := newRepeats()
	item := func(i int, name string) *Item {
		return &Item{Row: i + 2, Record: Record{NIK: nik.NIK(fmt.Sprintf("210399%010d", i)), Name: name}}
	}
	const n = 100_000
	for i := range n {
		if row, _ := r.note(item(i, "JUMADI BIN HASAN"), false); row != 0 {
			t.Fatalf("row %d is taken for row %d", i+2, row)
		}
	}
	for i := range n {
		if row, same := r.note(item(i, "JUMADI HASAN"), false); row != i+2 || !same {
			t.Fatalf("row %d is found as %d, same name %v", i+2, row, same)
		}
	}
	if _, same := r.note(item(7, "ZULKARNAIN BACHTIAR"), false); same {
		t.Error("another name is taken for the same")
	}
	if row, _ := r.note(&Item{Record: Record{Name: "SITI"}}, false); row != 0 {
		t.Error("a name alone is taken for an identity")
	}
}
