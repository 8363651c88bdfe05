// Package money counts rupiah in whole units, without floats.
//
// It owns the amount and its spelling; it refuses fractions and percentages
// that do not add up. Read money_test.go first.
package money

import "strconv"

// Rupiah is an amount in whole rupiah. Negative amounts are corrections.
type Rupiah int64

// String spells r as people read it: "Rp 1.574.400.000", with a no-break space.
func (r Rupiah) String() string {
	if r < 0 {
		return "−Rp\u00a0" + Group(-int64(r))
	}
	return "Rp\u00a0" + Group(int64(r))
}

// Group spells n with Indonesian thousands dots: 1234567 becomes "1.234.567".
func Group(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	out := make([]byte, 0, len(digits)+len(digits)/3+1)
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out = append(out, '.')
		}
		out = append(out, digits[i])
	}
	return sign + string(out)
}

// Times returns r paid n times.
func (r Rupiah) Times(n int) Rupiah { return r * Rupiah(n) }

// Allocate splits r into n parts that differ by at most one rupiah and sum to
// r exactly; the larger parts come first. n < 1 returns nil.
func (r Rupiah) Allocate(n int) []Rupiah {
	if n < 1 {
		return nil
	}
	parts := make([]Rupiah, n)
	share, rest := r/Rupiah(n), r%Rupiah(n)
	step := Rupiah(1)
	if rest < 0 {
		step, rest = -1, -rest
	}
	for i := range parts {
		parts[i] = share
		if Rupiah(i) < rest {
			parts[i] += step
		}
	}
	return parts
}
