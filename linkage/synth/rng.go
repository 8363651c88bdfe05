package synth

import "math/bits"

// rng is SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). It is used instead of
// math/rand/v2 so that the bytes of a set never depend on the Go version, and
// because a stream can be opened at any person.
type rng struct{ state uint64 }

// Streams keep a person apart from the errors of the person's records.
const (
	streamPerson uint64 = iota + 1
	streamHouse
	streamCount
	streamError
)

func stream(seed, kind, index uint64) rng {
	return rng{mix(mix(seed^kind*0x9e3779b97f4a7c15) + index*0xd1b54a32d192ed03)}
}

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (r *rng) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	return mix(r.state)
}

// n returns 0 <= x < k.
func (r *rng) n(k int) int {
	hi, _ := bits.Mul64(r.next(), uint64(k))
	return int(hi)
}

// between returns lo <= x <= hi.
func (r *rng) between(lo, hi int) int { return lo + r.n(hi-lo+1) }

// perMille is true k times in a thousand.
func (r *rng) perMille(k int) bool { return r.n(1000) < k }

// pick returns the position that a draw hits in a list of weights.
func (r *rng) pick(weights ...int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	x := r.n(total)
	for i, w := range weights {
		x -= w
		if x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

func oneOf[T any](r *rng, list []T) T { return list[r.n(len(list))] }

// words is a list in falling order of frequency, drawn by Zipf's law.
type words struct {
	list []string
	upTo []uint64 // cumulative weight
}

// newWords gives rank k the weight 1/(k+flat): the larger flat, the less the
// head of the list stands out.
func newWords(list []string, flat int) *words {
	w := &words{list: list, upTo: make([]uint64, len(list))}
	const unit = 1 << 32
	sum := uint64(0)
	for k := range list {
		sum += unit / uint64(k+flat)
		w.upTo[k] = sum
	}
	return w
}

func (w *words) draw(r *rng) string { return w.list[w.rank(r)] }

func (w *words) rank(r *rng) int {
	hi, _ := bits.Mul64(r.next(), w.upTo[len(w.upTo)-1])
	lo, up := 0, len(w.upTo)-1
	for lo < up {
		mid := (lo + up) / 2
		if w.upTo[mid] > hi {
			up = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}
