package sheet

import (
	"bytes"
	"strings"
)

// dialect is how a text table separates its cells.
type dialect struct {
	delimiter byte
	width     int // the usual number of cells in a row; 0 when there is no usual one
}

const (
	sampleSize = 256 << 10
	sampleRows = 100
)

// delimiters in the order in which they win when two explain the sample equally well.
var delimiters = []byte{';', '|', '\t', ','}

// sepLine reads the line "sep=;" with which Excel is told the delimiter.
func sepLine(line []byte) (byte, bool) {
	text := strings.TrimPrefix(string(line), "\uFEFF")
	text = strings.Trim(text, `"`)
	if len(text) != 5 || !strings.EqualFold(text[:4], "sep=") {
		return 0, false
	}
	return text[4], bytes.IndexByte(delimiters, text[4]) >= 0
}

// findDialect chooses the delimiter for which most of the first rows have the same
// number of cells, and more of them when two do as well.
func findDialect(sample []byte, limits Limits) dialect {
	first := sample
	if i := bytes.IndexAny(sample[:min(len(sample), 64)], "\r\n"); i >= 0 {
		first = sample[:i]
	}
	if delimiter, ok := sepLine(first); ok {
		width, share := usualWidth(sample, delimiter, limits)
		return dialect{delimiter, believed(width, share)}
	}
	best, bestShare := dialect{delimiter: ','}, 0.0
	for _, delimiter := range delimiters {
		width, share := usualWidth(sample, delimiter, limits)
		if width > 1 && (share > bestShare || share == bestShare && width > best.width) {
			best, bestShare = dialect{delimiter, width}, share
		}
	}
	best.width = believed(best.width, bestShare)
	return best
}

// believed drops a width that too few rows have for the others to be called wrong.
func believed(width int, share float64) int {
	if share < 0.3 {
		return 0
	}
	return width
}

// usualWidth returns the commonest number of cells above one among the first rows, and
// the share of rows that have it.
func usualWidth(sample []byte, delimiter byte, limits Limits) (int, float64) {
	rows := newCSVRows(bytes.NewReader(sample), dialect{delimiter: delimiter}, limits)
	cut := len(sample) == sampleSize
	count := map[int]int{}
	total := 0
	var row Row
	for total < sampleRows {
		ok, err := rows.next(&row)
		if err != nil || !ok || cut && total > 0 && rows.w.atEnd() {
			break // the last row of a cut sample is half a row
		}
		count[len(row.Cells)]++
		total++
	}
	width, most := 0, 0
	for w, n := range count {
		if w > 1 && (n > most || n == most && w > width) {
			width, most = w, n
		}
	}
	return width, float64(most) / float64(max(total, 1))
}
