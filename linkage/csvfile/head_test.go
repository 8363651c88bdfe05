package csvfile

import (
	"fmt"
	"strings"
	"testing"
)

// A head is the same however far one must read for it.
func TestReadHeadBeyondTheFirstBytes(t *testing.T) {
	for _, width := range []int{1, 2_000, 100_000} {
		var text strings.Builder
		header := `"` + strings.Repeat("a", width) + `""b"`
		fmt.Fprintf(&text, "%s,c\n", header)
		for i := range 30 {
			fmt.Fprintf(&text, "\"%d \"\"%s\"\"\",x\n", i, strings.Repeat("b", width))
		}
		h, err := ReadHead(strings.NewReader(text.String()), Options{}, 20)
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.Repeat("a", width) + `"b`; len(h.Fields) != 2 || h.Fields[0] != want {
			t.Errorf("width %d: header of %d fields", width, len(h.Fields))
		}
		if len(h.Rows) != 20 {
			t.Fatalf("width %d: %d rows, want 20", width, len(h.Rows))
		}
		for i, row := range h.Rows {
			if want := fmt.Sprintf("%d \"%s\"", i, strings.Repeat("b", width)); row[0] != want || row[1] != "x" {
				t.Errorf("width %d: row %d differs", width, i)
			}
		}
	}
}
