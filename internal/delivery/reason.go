package delivery

import "slices"

// Reason says why a line was not paid. Its name for people is
// "delivery.reason.<reason>" (domain brief §5.2, failure reason codes).
type Reason string

// The reasons. Held comes from freezing, Corrected from a reversal only, and
// Replacing never stays with a line; officers choose among Reasons.
const (
	Dead        Reason = "dead"
	MovedAway   Reason = "moved"
	NotFound    Reason = "not_found"
	Absent      Reason = "absent"
	Sick        Reason = "sick"
	Refused     Reason = "refused"
	Mismatch    Reason = "mismatch"
	Doubled     Reason = "double"
	NotEntitled Reason = "not_entitled"
	Account     Reason = "account"
	Weather     Reason = "weather"
	Held        Reason = "held"
	Corrected   Reason = "corrected"
	Replacing   Reason = "replacing"
)

// Reasons lists what an officer may give, the ones that end a line last.
func Reasons() []Reason {
	return []Reason{Absent, Sick, Weather, NotFound, Mismatch, Account, Dead, MovedAway, Refused, Doubled, NotEntitled}
}

var final = []Reason{Dead, MovedAway, Refused, Doubled, NotEntitled, Held}

// Final reports whether r ends the line; after the others it is tried again.
func (r Reason) Final() bool { return slices.Contains(final, r) }

// Known reports whether an officer may give r.
func (r Reason) Known() bool { return slices.Contains(Reasons(), r) }
