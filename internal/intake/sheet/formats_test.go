package sheet

import (
	"fmt"
	"html"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// One table, whatever it is sent as, is read to the same rows.
func TestEveryFormatReadsTheSameTable(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		word := rapid.StringMatching(`([A-Za-z0-9é½文&<>"'.,/-]{1,9}( [A-Za-z0-9&;]{1,5})?)?`)
		table := rapid.SliceOfN(rapid.SliceOfN(word, 1, 6), 1, 12).Draw(rt, "table")
		var want, page, ods, xlsx []string
		var xls [][]byte
		for i, cells := range table {
			if strings.Join(cells, "") != "" {
				want = append(want, fmt.Sprintf("%d:%s", i+1, strings.TrimRight(strings.Join(cells, "\x00"), "\x00")))
			}
			var td, cell, c string
			for j, text := range cells {
				escaped := html.EscapeString(text)
				td += "<td>" + escaped + "</td>"
				cell += str(escaped)
				c += fmt.Sprintf(`<c r="%s%d" t="inlineStr"><is><t>%s</t></is></c>`, ColumnName(j), i+1, escaped)
				xls = append(xls, labelAt(i, j, text))
			}
			page = append(page, "<tr>"+td+"</tr>")
			ods = append(ods, row(cell))
			xlsx = append(xlsx, fmt.Sprintf(`<row r="%d">%s</row>`, i+1, c))
		}
		for name, data := range map[string][]byte{
			"html": []byte("<table><tr><td>x</td></tr></table><table>" + strings.Join(page, "") + "</table>"),
			"ods":  odsOf(t, `<table:table/><table:table>`+strings.Join(ods, "")+`</table:table>`),
			"xlsx": workbookOf(t, strings.Join(xlsx, "")),
			"xls":  xlsOf(nil, xlsSheet{name: "A", records: xls}),
		} {
			if len(want) == 0 {
				return
			}
			b := mustOpen(t, data, name)
			rows := readAll(t, b, len(b.Sheets())-1)
			var got []string
			for _, r := range rows {
				texts := make([]string, len(r.Cells))
				for i, c := range r.Cells {
					texts[i] = c.Text
				}
				got = append(got, fmt.Sprintf("%d:%s", r.N, strings.Join(texts, "\x00")))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				rt.Fatalf("%s: %s", name, diff)
			}
		}
	})
}
