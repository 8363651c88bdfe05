package detect

import (
	"fmt"

	"tepat/linkage"
)

func otherwise() linkage.Level {
	return linkage.Level{Label: "different", Test: linkage.Test{Op: linkage.Else}}
}

// exact agrees on the value, weighed by how rare it is.
func exact(column string) linkage.Level {
	l := equal(column)
	l.TF = &linkage.TF{Column: column, Weight: 1}
	return l
}

// equal agrees on the value of a number or day, which are rare enough to count
// alike.
func equal(column string) linkage.Level { return level("the same", linkage.Exact, column, 0) }

func level(label string, op linkage.Op, column string, threshold float64) linkage.Level {
	return linkage.Level{Label: label, Test: linkage.Test{Op: op, Columns: []string{column}, Threshold: threshold}}
}

func jaroWinkler(column string, threshold float64) linkage.Level {
	return level(fmt.Sprintf("alike (%.2f)", threshold), linkage.JaroWinkler, column, threshold)
}

func words(label, column string, threshold float64, rare bool) linkage.Level {
	l := level(label, linkage.Words, column, threshold)
	if rare {
		l.TF = &linkage.TF{Column: column, Weight: 1, Words: true}
	}
	return l
}

func shares(set string, count float64) linkage.Level {
	l := level(fmt.Sprintf("share %.0f words", count), linkage.Overlap, set, count)
	if count == 1 {
		l.Label = "share a word"
	}
	l.TF = &linkage.TF{Column: set, Weight: 1, Words: true}
	return l
}

func digitSlip(column string) linkage.Level {
	return level("one digit slipped", linkage.DigitSlip, column, 1)
}

func slip(column string, kind linkage.Kind) linkage.Level {
	if kind == linkage.Digits {
		return digitSlip(column)
	}
	return damerau(column, 1)
}

func damerau(column string, edits float64) linkage.Level {
	label := fmt.Sprintf("%.0f typing errors", edits)
	if edits == 1 {
		label = "one typing error"
	}
	return level(label, linkage.Damerau, column, edits)
}

func prefix(column string, n int) linkage.Level {
	return level(fmt.Sprintf("the same first %d characters", n), linkage.Prefix, column, float64(n))
}

func within(label, column string, apart float64) linkage.Level {
	return level(label, linkage.Within, column, apart)
}

func share(column string, part float64) linkage.Level {
	return level(fmt.Sprintf("within %.0f%%", 100*part), linkage.WithinPart, column, part)
}
