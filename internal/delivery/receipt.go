package delivery

import (
	"crypto/rand"
	"strings"
)

// A receipt code is 15 random letters (75 bits, so nobody guesses another's)
// and one that checks them, in groups of four: "7KQ4-M2XD-9TRW-3HC8". The
// alphabet is Crockford's base 32, without I, L, O and U.
const (
	receiptLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	receiptRandom  = 15
)

func newReceipt() string {
	var raw [receiptRandom]byte
	rand.Read(raw[:]) //nolint:errcheck // never fails (crypto/rand)
	code := make([]byte, 0, receiptRandom+1)
	for _, b := range raw {
		code = append(code, receiptLetters[b&31])
	}
	return groupReceipt(string(append(code, receiptCheck(string(code)))))
}

// receiptCheck weighs letters by odd numbers, which have inverses modulo 32:
// every single wrong letter is seen, and most swapped neighbours.
func receiptCheck(code string) byte {
	sum := 0
	for i := range len(code) {
		sum += (2*i + 1) * strings.IndexByte(receiptLetters, code[i])
	}
	return receiptLetters[sum%32]
}

func groupReceipt(code string) string {
	return code[:4] + "-" + code[4:8] + "-" + code[8:12] + "-" + code[12:]
}

var misread = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1")

// ParseReceipt reads a code as typed and reports whether it can be one.
func ParseReceipt(text string) (string, bool) {
	code := misread.Replace(strings.ToUpper(strings.TrimSpace(text)))
	if len(code) != receiptRandom+1 {
		return "", false
	}
	for i := range len(code) {
		if strings.IndexByte(receiptLetters, code[i]) < 0 {
			return "", false
		}
	}
	if receiptCheck(code[:receiptRandom]) != code[receiptRandom] {
		return "", false
	}
	return groupReceipt(code), true
}
