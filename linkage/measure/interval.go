package measure

import "math"

// Interval is a range with 95 % confidence, 0..1.
type Interval struct{ Low, High float64 }

// z95 is the two-sided 95 % point of the normal distribution.
const z95 = 1.959963984540054

// Wilson is the 95 % score interval of a share of good among n (E. B. Wilson,
// JASA 22, 1927): right near 0 and 1 too. Without observations it is 0..1.
func Wilson(good, n float64) Interval {
	if n <= 0 {
		return Interval{0, 1}
	}
	p := good / n
	z2 := z95 * z95
	mid := (p + z2/(2*n)) / (1 + z2/n)
	half := z95 * math.Sqrt(p*(1-p)/n+z2/(4*n*n)) / (1 + z2/n)
	return Interval{max(mid-half, 0), min(mid+half, 1)}
}
