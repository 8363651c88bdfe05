package duplicate

import "strings"

// Part is a stretch of a value; Diff says that the other side differs there.
type Part struct {
	Text string
	Diff bool
}

// differ marks in two texts what the other one does not have: everything off a
// longest common subsequence of letters.
func differ(a, b string) ([]Part, []Part) {
	x, y := []rune(a), []rune(b)
	if len(x) > maxDiffer || len(y) > maxDiffer {
		return plain(a), plain(b)
	}
	keepX, keepY := common(x, y)
	return parts(x, keepX), parts(y, keepY)
}

// differWords is differ word by word, for texts whose letters mean little.
func differWords(a, b string) ([]Part, []Part) {
	x, y := strings.Fields(a), strings.Fields(b)
	keepX, keepY := common(x, y)
	return wordParts(x, keepX), wordParts(y, keepY)
}

func wordParts(words []string, kept []bool) []Part {
	var out []Part
	for i, w := range words {
		if i > 0 {
			w = " " + w
		}
		if n := len(out); n > 0 && out[n-1].Diff == !kept[i] {
			out[n-1].Text += w
			continue
		}
		out = append(out, Part{w, !kept[i]})
	}
	return out
}

// maxDiffer bounds the work of differ; longer values show unmarked.
const maxDiffer = 200

// common marks the items of a longest common subsequence on both sides.
func common[T comparable](x, y []T) ([]bool, []bool) {
	length := make([][]int, len(x)+1)
	for i := range length {
		length[i] = make([]int, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	keepX, keepY := make([]bool, len(x)), make([]bool, len(y))
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case x[i] == y[j]:
			keepX[i], keepY[j] = true, true
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return keepX, keepY
}

// parts joins neighbouring letters of one kind.
func parts(letters []rune, kept []bool) []Part {
	var out []Part
	for i, r := range letters {
		if n := len(out); n > 0 && out[n-1].Diff == !kept[i] {
			out[n-1].Text += string(r)
			continue
		}
		out = append(out, Part{string(r), !kept[i]})
	}
	return out
}

func plain(s string) []Part {
	if s == "" {
		return nil
	}
	return []Part{{Text: s}}
}

// differMasked marks, place by place, where two numbers of one length differ,
// on their masked forms: a place may be told, its digit may not. It returns how
// many places agree.
func differMasked(a, b, maskedA, maskedB string) ([]Part, []Part, int) {
	if a == "" || b == "" || len(a) != len(b) || len(a) != len(maskedA) || len(b) != len(maskedB) {
		return plain(maskedA), plain(maskedB), 0
	}
	same := make([]bool, len(a))
	n := 0
	for i := range len(a) {
		if same[i] = a[i] == b[i]; same[i] {
			n++
		}
	}
	return parts([]rune(maskedA), same), parts([]rune(maskedB), same), n
}

// edits counts the letters by which two short texts differ (Levenshtein 1966).
func edits(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		last := row[0]
		row[0] = i + 1
		for j := range y {
			cost := last
			if x[i] != y[j] {
				cost = 1 + min(last, row[j], row[j+1])
			}
			last, row[j+1] = row[j+1], cost
		}
	}
	return row[len(y)]
}
