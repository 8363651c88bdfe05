package id

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

func TestMintedIDsAreUUIDv7InOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := NewMint()
		at := time.UnixMilli(rapid.Int64Range(0, 1<<41).Draw(t, "ms"))
		prev := ""
		for range 300 {
			s := m.New(at)
			u, err := uuid.Parse(s)
			if err != nil || u.Version() != 7 || u.Variant() != uuid.RFC4122 {
				t.Fatalf("%q is no UUIDv7 (%v)", s, err)
			}
			if s <= prev {
				t.Fatalf("%q does not sort after %q", s, prev)
			}
			if !Valid(s) {
				t.Fatalf("Valid(%q) = false", s)
			}
			prev = s
		}
	})
}

func TestValidRefusesOtherShapes(t *testing.T) {
	for _, s := range []string{"", "2103", "0190A000-0000-7000-8000-000000000000", "0190a000x0000-7000-8000-000000000000"} {
		if Valid(s) {
			t.Errorf("Valid(%q) = true", s)
		}
	}
}
