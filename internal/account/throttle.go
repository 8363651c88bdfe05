package account

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// How many failures pass without delay. A whole office may sit behind one
// address, so an address has more of them.
const (
	freeOfUser    = 5
	freeOfAddress = 20
)

const (
	firstDelay = 5 * time.Second
	longest    = 15 * time.Minute
	forgetting = 24 * time.Hour // after so long without a failure the count begins anew
)

// delay returns how long the door stays shut after the n-th failure in a row:
// nothing below free, then 5 s doubling up to 15 minutes (OWASP ASVS 5.0 §6.3).
func delay(n, free int64) time.Duration {
	if n < free {
		return 0
	}
	d := firstDelay
	for range min(n-free, 16) {
		d *= 2
	}
	return min(d, longest)
}

// worthTelling reports whether the n-th failure is written to the ledger: the
// first delayed one and every doubling, not each.
func worthTelling(n int64) bool {
	for k := int64(freeOfUser); k <= n; k *= 2 {
		if k == n {
			return true
		}
	}
	return false
}

// bucket names a counter without storing what was typed.
func bucket(kind, value string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + value))
	return hex.EncodeToString(sum[:])
}
