package ranking

import (
	"bytes"
	"testing"
)

// Replay accepts exactly the texts that WriteTo writes.
func FuzzReplay(f *testing.F) {
	spec := rule(3, 2)
	spec.Floors, spec.Budget = []Floor{{subi, 1}}, 2_100_000
	r, err := Rank(spec, people())
	if err != nil {
		f.Fatal(err)
	}
	next, err := r.Replace([]string{"nurbaiti"})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []*Result{r, next} {
		var b bytes.Buffer
		if _, err := seed.WriteTo(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := Replay(text)
		if err != nil {
			return
		}
		var again bytes.Buffer
		if _, err := r.WriteTo(&again); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(text, again.Bytes()) {
			t.Fatalf("accepted %q, writes %q", text, again.Bytes())
		}
		if r.In > r.Spec.Quota || (r.Spec.Budget > 0 && r.Spent > r.Spec.Budget) {
			t.Fatalf("%d in, %d spent", r.In, r.Spent)
		}
	})
}
