package registry

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSpellingsOfOneName(t *testing.T) {
	for _, group := range [][]string{
		{"MUHAMMAD YUSUF", "Moh. Yusup", "M. YUSUF", "MUH YUSUP", "H. Muhammad Yusuf, S.Pd.", "MUHAMAD YUSUF S.E"},
		{"SITI AMINAH", "ST. AMINAH", "SITTI AMINAH", "HJ. SITI AMINAH (ALMH)", "Siti Aminah binti"},
		{"JUMADI", "DJUMADI", "Djoemadi", "(ALM) JUMADI"},
		{"SYARIFUDDIN", "SARIPUDIN", "SJARIFUDIN"},
		{"ABDUL KADIR", "ABD. QADIR", "ABDOEL KADIR"},
	} {
		for _, name := range group[1:] {
			if got, want := Key(name), Key(group[0]); got != want {
				t.Errorf("%q has key %q, %q has %q", name, got, group[0], want)
			}
		}
	}
}

func TestShortNamesSurvive(t *testing.T) {
	// A name that consists of a title or an initial only is still a name.
	for name, want := range map[string]string{"HAJI": "HAJI", "H": "H", "B": "B", "": "", "...": ""} {
		if got := strings.Join(Words(name), " "); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestSimilarityLaws(t *testing.T) {
	name := rapid.StringMatching(`[A-Z]{1,8}( [A-Z]{2,8}){0,2}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := name.Draw(t, "a"), name.Draw(t, "b")
		if x, y := Similar(a, b), Similar(b, a); x != y || x < 0 || x > 100 {
			t.Fatalf("Similar(%q, %q) = %d, reversed %d", a, b, x, y)
		}
		if Key(a) != "" && Similar(a, a) != 100 {
			t.Fatalf("%q is not similar to itself", a)
		}
	})
}

func FuzzWords(f *testing.F) {
	f.Add("H. MUH. SALEH, S.Pd.I")
	f.Fuzz(func(t *testing.T, name string) {
		for _, w := range Words(name) {
			if w == "" || strings.Trim(w, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
				t.Fatalf("%q gives the word %q", name, w)
			}
		}
	})
}
