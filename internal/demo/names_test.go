package demo

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tepat/internal/civil"
)

func TestNamesAreVariedAndSkewed(t *testing.T) {
	given := map[string]bool{}
	for c, l := range nameLists {
		for _, byAge := range [][2]*tokens{l.old, l.young} {
			for _, bySex := range byAge {
				if bySex == nil {
					t.Fatalf("culture %d has no names", c)
				}
				for _, word := range bySex.words {
					given[word] = true
				}
			}
		}
	}
	if len(given) < 400 {
		t.Errorf("%d given names, want at least 400", len(given))
	}
	r := stream(1, 1, 1)
	counts := map[string]int{}
	for range 100_000 {
		counts[nameLists[malay].old[0].draw(&r)]++
	}
	words := nameLists[malay].old[0].words
	first, last := counts[words[0]], counts[words[len(words)-1]]
	if first < 8*last || last == 0 {
		t.Errorf("the commonest name came %d times, the rarest %d", first, last)
	}
}

func TestTheWaysOfMuhammadAppear(t *testing.T) {
	w := generate(t, Options{Regency: "7203", People: 60_000, Seed: 1})
	found := map[string]bool{}
	for f := range w.Families {
		for _, p := range f.Members {
			first, _, _ := strings.Cut(p.Name, " ")
			found[first] = true
			if leansOn(p.Name) {
				t.Fatalf("%q is a whole name", p.Name)
			}
		}
	}
	for _, way := range []string{"MUHAMMAD", "MOHAMMAD", "MOH.", "MUH.", "ABD.", "ST.", "SITTI", "I", "NI", "ANDI", "DG.", "H.", "HJ."} {
		if !found[way] {
			t.Errorf("nobody is called %s", way)
		}
	}
}

// TestDamageIsDamage: what a clerk writes is never empty, and what becomes of a
// NIK keeps its sixteen digits and its kecamatan 99.
func TestDamageIsDamage(t *testing.T) {
	w := generate(t, Options{Regency: "2103", People: 2000, Seed: 1})
	rapid.Check(t, func(t *rapid.T) {
		r := stream(rapid.Uint64().Draw(t, "seed"), 1, 1)
		f := w.Family(rapid.IntRange(0, w.NumFamilies()-1).Draw(t, "family"))
		p := f.Head()
		if s := variant(&r, p.Name, p.Sex); strings.TrimSpace(s) == "" {
			t.Fatalf("variant of %q is blank", p.Name)
		}
		if s := typo(&r, p.Name); len(p.Name) > 3 && s == p.Name && !repeats(s) {
			t.Fatalf("no typo in %q", p.Name)
		}
		number := p.NIK.Reveal()
		wrong := miscopied(&r, number)
		if wrong == number || len(wrong) != 16 || wrong[:6] != number[:6] {
			t.Fatalf("%s miscopied as %s", number, wrong)
		}
		if got := itoa(int(lostDigit(number))); got[:15] != number[:15] || got[15] != '0' || len(got) != 16 {
			t.Fatalf("%s in a number cell is %s", number, got)
		}
		d := corrected(&r, civil.Date{Year: 1980, Month: 12, Day: 31})
		if !d.Valid() {
			t.Fatalf("corrected to %+v", d)
		}
	})
}

// repeats reports whether exchanging two neighbours can change nothing.
func repeats(s string) bool {
	for i := 1; i < len(s); i++ {
		if s[i] == s[i-1] {
			return true
		}
	}
	return false
}
