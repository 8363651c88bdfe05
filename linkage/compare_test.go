package linkage

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tepat/linkage/similar"
)

// plainly decides a test from the cleaned texts, without codes and memories.
func plainly(t Test, a, b func(column string) string) (bool, bool) {
	switch t.Op {
	case Else:
		return true, true
	case Or:
		held, known := false, true
		for _, s := range t.Of {
			h, k := plainly(s, a, b)
			held, known = held || h, known && k
		}
		return held, held || known
	}
	x, y := a(t.Columns[0]), b(t.Columns[0])
	if x == "" || y == "" {
		return false, false
	}
	p, q := parseDate(x), parseDate(y)
	switch t.Op {
	case Exact:
		return x == y, true
	case JaroWinkler:
		return similar.JaroWinkler(x, y) >= t.Threshold, true
	case Words:
		return similar.Words(x, y) >= t.Threshold, true
	case DigitSlip:
		return similar.DigitSlip(similar.ParseNumber(x), similar.ParseNumber(y), int(t.Threshold)), true
	case DateSlip:
		return similar.DateSlip(p, q), true
	case DateSwap:
		return similar.DateSwap(p, q), true
	case DateYear:
		return math.Abs(float64(p.Year()-q.Year())) <= t.Threshold, true
	case Within:
		return math.Abs(parseNumber(x)-parseNumber(y)) <= t.Threshold, true
	}
	panic("test " + t.Op)
}

func TestPatternIsWhatTheTestsSay(t *testing.T) {
	m := trainable()
	cell := rapid.SampledFrom([]string{"SITI AMINAH", "SITI AMINA", "S AMINAH", "BUDI", "BUDI BUDI", "", "Ünal", "ÜNAL X"})
	row := rapid.Custom(func(t *rapid.T) []string {
		return []string{
			cell.Draw(t, "name"), rapid.StringMatching(`(2103[12]{0,3})?`).Draw(t, "nik"), rapid.StringMatching(`(19[89][01]-0[1-3]-0[1-3])?`).Draw(t, "birth"),
			rapid.StringMatching(`[AB]?`).Draw(t, "village"), "", rapid.StringMatching(`[0-4]?`).Draw(t, "income"),
		}
	})
	rapid.Check(t, func(rt *rapid.T) {
		rows := rapid.SliceOfN(row, 2, 8).Draw(rt, "rows")
		tab := tableOf(t, m, rows, numbered(len(rows)), Options{})
		tab.rest()
		p, err := m.program(tab, Options{})
		if err != nil {
			rt.Fatal(err)
		}
		e := newEvaluator(p)
		for i := range rows {
			for j := range rows {
				got := e.pattern(tab.row(i), tab.row(j))
				if got != e.pattern(tab.row(j), tab.row(i)) {
					rt.Fatal("not symmetric")
				}
				for k, c := range m.Comparisons {
					want := levelPlainly(c, func(col string) string { return tab.Value(i, col) }, func(col string) string { return tab.Value(j, col) })
					if level := got >> (4 * k) & 15; level != want {
						rt.Fatalf("%s of %v and %v: level %d, want %d", c.Name, rows[i], rows[j], level, want)
					}
				}
			}
		}
	})
}

func levelPlainly(c Comparison, a, b func(column string) string) uint64 {
	decided := false
	for i, level := range c.Levels {
		held, known := plainly(level.Test, a, b)
		if level.Test.Op == Else && !decided {
			return 0
		}
		if held {
			return uint64(i + 1)
		}
		decided = decided || known
	}
	return 0
}

func FuzzCleaners(f *testing.F) {
	f.Add(" 31/12/1980 ")
	f.Add("é’\x00\xff 1.234,56 N/A")
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "")
		for name, clean := range builtin {
			once := clean(s)
			// Cleaning what is clean changes nothing; decimal signs are ambiguous
			// once the thousands are gone, and the sound of a sound is another.
			if name != "decimal" && name != "sound" && clean(once) != once {
				t.Fatalf("%s: %q became %q, then %q", name, s, once, clean(once))
			}
		}
		for _, kind := range kinds {
			if v := canonical(kind, s); canonical(kind, v) != v {
				t.Fatalf("%s: %q became %q, then %q", kind, s, v, canonical(kind, v))
			}
		}
	})
}
