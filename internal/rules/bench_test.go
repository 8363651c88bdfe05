package rules

import (
	"testing"

	"tepat/internal/region"
)

// A regency of the size of Donggala, judged once per iteration.
func BenchmarkEvaluate320000(b *testing.B) {
	c := compiled(b, load(b, "lansia-v2.json"))
	base := elder()
	villages := []region.Code{"2103992001", "2103992002", "7203992001"}
	b.ReportAllocs()
	for b.Loop() {
		eligible := 0
		for i := range 320_000 {
			s := base
			s.Birth.Year = 1925 + i%100
			s.Desil = 1 + i%10
			s.Village = villages[i%3]
			if c.Evaluate(&s, decreeDay).Truth == Yes {
				eligible++
			}
		}
		if eligible == 0 {
			b.Fatal("nobody is eligible")
		}
	}
}

func TestEvaluateAllocatesNothing(t *testing.T) {
	c := compiled(t, load(t, "lansia-v2.json"))
	s := elder()
	if n := testing.AllocsPerRun(100, func() { c.Evaluate(&s, decreeDay) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
