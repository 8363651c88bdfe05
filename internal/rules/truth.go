package rules

import "fmt"

// Truth is a value of Kleene's strong three-valued logic (S. C. Kleene,
// Introduction to Metamathematics, 1952, §64). The zero value is Unknown, so a
// fact that nobody filled in can never count as yes or no.
type Truth int8

// The three values, ordered No < Unknown < Yes.
const (
	No      Truth = -1
	Unknown Truth = 0
	Yes     Truth = 1
)

// TruthOf turns a known boolean into Yes or No.
func TruthOf(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// And is Yes when both are Yes and No when either is No.
func (t Truth) And(u Truth) Truth { return min(t, u) }

// Or is Yes when either is Yes and No when both are No.
func (t Truth) Or(u Truth) Truth { return max(t, u) }

// Not swaps Yes and No and leaves Unknown.
func (t Truth) Not() Truth { return -t }

// Known reports whether t is Yes or No.
func (t Truth) Known() bool { return t != Unknown }

// String returns "yes", "no" or "unknown", the form that is stored.
func (t Truth) String() string {
	switch {
	case t > 0:
		return "yes"
	case t < 0:
		return "no"
	}
	return "unknown"
}

// Mark returns the sign used on screens and in print: ✓, ✗ or ?.
func (t Truth) Mark() string {
	switch {
	case t > 0:
		return "✓"
	case t < 0:
		return "✗"
	}
	return "?"
}

// MarshalText writes String.
func (t Truth) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads String.
func (t *Truth) UnmarshalText(b []byte) error {
	switch string(b) {
	case "yes":
		*t = Yes
	case "no":
		*t = No
	case "unknown":
		*t = Unknown
	default:
		return fmt.Errorf("rules: %q is no truth value", b)
	}
	return nil
}
