package money

import (
	"testing"

	"pgregory.net/rapid"
)

func TestSpelling(t *testing.T) {
	for amount, want := range map[Rupiah]string{
		0: "Rp\u00a00", 999: "Rp\u00a0999", 1000: "Rp\u00a01.000",
		1_574_400_000: "Rp\u00a01.574.400.000", -200_000: "−Rp\u00a0200.000",
	} {
		if got := amount.String(); got != want {
			t.Errorf("%d: %q, want %q", int64(amount), got, want)
		}
	}
}

func TestNatuna2024AddsUp(t *testing.T) {
	// 656 families × Rp200,000 × 12 months, Natuna's published total for 2024.
	if got := Rupiah(200_000).Times(12).Times(656); got != 1_574_400_000 {
		t.Fatalf("got %v", got)
	}
}

func TestAllocateLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Rupiah(rapid.Int64Range(-1e15, 1e15).Draw(t, "amount"))
		n := rapid.IntRange(1, 500).Draw(t, "n")
		var sum, lo, hi Rupiah
		for i, p := range r.Allocate(n) {
			sum += p
			if i == 0 {
				lo, hi = p, p
			}
			lo, hi = min(lo, p), max(hi, p)
		}
		if sum != r || hi-lo > 1 {
			t.Fatalf("%d into %d: sum %d, spread %d", r, n, sum, hi-lo)
		}
	})
}
