package duplicate

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tepat/internal/nik"
	"tepat/internal/registry"
)

func text(list []Part) string {
	var b strings.Builder
	for _, p := range list {
		if p.Diff {
			b.WriteString("[" + p.Text + "]")
			continue
		}
		b.WriteString(p.Text)
	}
	return b.String()
}

func TestDifferencesAreMarked(t *testing.T) {
	for _, c := range []struct{ a, b, wantA, wantB string }{
		{"SITI AMINAH", "SITI AMINAH", "SITI AMINAH", "SITI AMINAH"},
		{"ROKIAH", "RUKIAH", "R[O]KIAH", "R[U]KIAH"},
		{"ERMAWATI", "ERNAWATI", "ER[M]AWATI", "ER[N]AWATI"},
		{"", "SITI", "", "[SITI]"},
	} {
		a, b := differ(c.a, c.b)
		if text(a) != c.wantA || text(b) != c.wantB {
			t.Errorf("%s | %s: %s | %s", c.a, c.b, text(a), text(b))
		}
	}
}

func TestMarksTellPlacesAndNoDigits(t *testing.T) {
	a, b := nik.NIK("2103991203790001"), nik.NIK("2103991503790010")
	x, y, n := differMasked(a.Reveal(), b.Reveal(), a.String(), b.String())
	if n != 13 {
		t.Errorf("%d places agree", n)
	}
	plainA := strings.NewReplacer("[", "", "]", "").Replace(text(x))
	if plainA != a.String() || strings.Contains(text(y), b.Reveal()[4:14]) || !strings.Contains(text(x), "[*]") {
		t.Errorf("%s | %s", text(x), text(y))
	}
}

// What is marked, taken away, leaves the same on both sides.
func TestMarksAreWhatTheSidesDoNotShare(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		names := rapid.StringMatching(`[A-E ]{0,12}`)
		a, b := names.Draw(rt, "a"), names.Draw(rt, "b")
		x, y := differ(a, b)
		rest := func(list []Part) (string, string) {
			all, kept := "", ""
			for _, p := range list {
				all += p.Text
				if !p.Diff {
					kept += p.Text
				}
			}
			return all, kept
		}
		allX, keptX := rest(x)
		allY, keptY := rest(y)
		if allX != a || allY != b || keptX != keptY {
			rt.Fatalf("%q %q: kept %q and %q", a, b, keptX, keptY)
		}
		if n := edits(a, b); n != edits(b, a) || (n == 0) != (a == b) {
			rt.Fatalf("%d edits", n)
		}
	})
}

func TestAnIntervalHoldsTheShare(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 500).Draw(rt, "n")
		hits := rapid.IntRange(0, n).Draw(rt, "hits")
		i := wilson(float64(hits), float64(n), n)
		if !i.Known || i.Low < 0 || i.High > 1 || i.Low > i.Value+1e-9 || i.High < i.Value-1e-9 {
			rt.Fatalf("%+v", i)
		}
	})
	if (wilson(0, 0, 0)).Known {
		t.Error("a share of nothing is known")
	}
	if i := wilson(8, 10, 10); math.Abs(i.Low-0.490) > 0.001 || math.Abs(i.High-0.943) > 0.001 {
		t.Errorf("8 of 10: %.3f to %.3f", i.Low, i.High) // Wilson's own interval, Newcombe 1998, table I
	}
}

func TestBandsStandForTheirUndecided(t *testing.T) {
	cells := []cell{{band: 2, pairs: 100, decided: 10, same: 1}, {band: 7, pairs: 40, decided: 20, same: 19}, {band: 9, pairs: 5}}
	precision, recall := rate(cells, 28)
	if math.Abs(precision.Value-0.95) > 1e-9 || precision.N != 20 {
		t.Errorf("precision %+v", precision)
	}
	if math.Abs(recall.Value-38.0/48) > 1e-9 || recall.N != 30 {
		t.Errorf("recall %+v", recall)
	}
}

func TestDriftIsSeen(t *testing.T) {
	same, look := registry.MatchCell{Verdict: "same", Band: registry.NumberBand}, registry.MatchCell{Verdict: "look", Band: 4}
	before := map[registry.MatchCell]int{same: 900, look: 100}
	if p := psi(before, map[registry.MatchCell]int{same: 1805, look: 195}); driftWord(p) != "steady" {
		t.Errorf("psi %.3f", p)
	}
	if p := psi(before, map[registry.MatchCell]int{same: 500, look: 500}); driftWord(p) != "moved" {
		t.Errorf("psi %.3f", p)
	}
}
