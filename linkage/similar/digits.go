package similar

// Number is an identifying number of up to 19 digits as one word: numbers of
// fewer digits come first, leading zeros count. 0 is no number.
type Number uint64

// MostDigits is how many digits a Number holds.
const MostDigits = 19

// below[n] is the Number of n zeros: what shorter numbers use up.
var below = func() [MostDigits + 2]uint64 {
	var t [MostDigits + 2]uint64
	p := uint64(1)
	for n := 1; n <= MostDigits; n++ {
		t[n] = t[n-1] + p
		p *= 10
	}
	t[MostDigits+1] = ^uint64(0)
	return t
}()

// ParseNumber reads digits; anything else, more than 19, or none make it 0.
func ParseNumber[T ~string | ~[]byte](s T) Number {
	if len(s) == 0 || len(s) > MostDigits {
		return 0
	}
	n := uint64(0)
	for i := 0; i < len(s); i++ {
		d := s[i] - '0'
		if d > 9 {
			return 0
		}
		n = n*10 + uint64(d)
	}
	return Number(below[len(s)] + n)
}

// Len is how many digits there are.
func (n Number) Len() int {
	l := 0
	for l < MostDigits && uint64(n) >= below[l+1] {
		l++
	}
	return l
}

// String is the digits.
func (n Number) String() string {
	var b [MostDigits]byte
	return string(n.Append(b[:0]))
}

// Append appends the digits to b.
func (n Number) Append(b []byte) []byte {
	l := n.Len()
	v := uint64(n) - below[l]
	start := len(b)
	for range l {
		b = append(b, '0')
	}
	for i := len(b) - 1; i >= start; i-- {
		b[i] = byte('0' + v%10)
		v /= 10
	}
	return b
}

// DigitSlip says that two numbers are not equal but nearly: of one length and
// one digit wrong or two neighbours exchanged; or the last digits of one, up to
// lost of them, are gone.
func DigitSlip(a, b Number, lost int) bool {
	if a == b || a == 0 || b == 0 {
		return false
	}
	if a > b {
		a, b = b, a
	}
	la, lb := a.Len(), b.Len()
	x, y := uint64(a)-below[la], uint64(b)-below[lb]
	if la == lb {
		return slip(x, y)
	}
	if lb-la > lost {
		return false
	}
	for range lb - la {
		y /= 10
	}
	return x == y
}
