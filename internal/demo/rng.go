package demo

import "math/bits"

// rng is SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): one word of state, so a
// stream can be opened anywhere for the price of a multiplication. It is used
// instead of math/rand/v2 because the bytes of a demo must never depend on the
// Go version.
type rng struct{ state uint64 }

// Streams keep the decisions of one family apart, so that a new kind of dirt
// leaves the people as they were. Their numbers are part of the output: append,
// never renumber.
const (
	streamSize uint64 = iota + 1
	streamShape
	streamName
	streamPlace
	streamWork
	streamAid
	streamEvent
	streamDukcapil
	streamDTSEN
	streamPKH
	streamBLT
	streamASN
	streamDeath
	streamMove
	streamVillage
	streamCase
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

// n returns 0 <= x < k. The bias of the multiplication is below k/2^64.
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

// tokens is a list of words in falling order of frequency, drawn by Zipf's law.
type tokens struct {
	words []string
	index [1 << 12]uint16
}

// newTokens gives rank k the weight 1/(k+flat): names in the registries of poor
// families are steeper at the head than a plain list and long in the tail.
func newTokens(words []string, flat int) *tokens {
	t := &tokens{words: words}
	const unit = 1 << 24
	total := 0
	for k := range words {
		total += unit / (k + flat)
	}
	k, sum := 0, unit/flat
	for i := range t.index {
		for sum*len(t.index) <= i*total && k < len(words)-1 {
			k++
			sum += unit / (k + flat)
		}
		t.index[i] = uint16(k)
	}
	return t
}

func (t *tokens) draw(r *rng) string {
	return t.words[t.index[r.next()>>52]]
}
