package evidence

import (
	"slices"
	"strings"

	"tepat/internal/id"
	"tepat/internal/registry"
	"tepat/internal/rules"
)

// Finding is what is known about a person under one kind.
type Finding uint8

// The findings. Silent is the zero value: no source says so.
const (
	Silent  Finding = iota
	Stated          // a source says so; people have not settled it
	Found           // two people confirmed it, or the kind needs no decision
	Cleared         // two people found it wrong
)

// Truth translates f for rules. listed says whether any source of the kind was
// ever taken in: without one, silence is not a no.
func (f Finding) Truth(listed bool) rules.Truth {
	switch {
	case f == Found:
		return rules.Yes
	case f == Stated:
		return rules.Unknown
	case f == Cleared || listed:
		return rules.No
	}
	return rules.Unknown
}

// Findings holds one Finding per kind. The zero value is silence.
type Findings [KindCount]Finding

// Of returns the finding of kind.
func (f Findings) Of(kind Kind) Finding {
	if i := kind.index(); i >= 0 {
		return f[i]
	}
	return Silent
}

func (f *Findings) set(kind Kind, v Finding) {
	if i := kind.index(); i >= 0 {
		f[i] = v
	}
}

// Known is everything rules may ask about the people of a regency, loaded at
// once. People and families without an entry have no facts. Maps are the
// caller's to read, not to change.
type Known struct {
	People         map[id.Person]Findings
	PersonReceives map[id.Person]string // programme codes, sorted, separated by spaces
	FamilyReceives map[id.Family]string // the same, with the people's
	Listed         map[Kind]bool        // kinds of which a source was taken in
	Programs       map[string]bool      // programmes of which a list was taken in

	people   registry.Forward
	families registry.FamilyForward
}

// joinCode adds a programme code to a list of codes and keeps it sorted.
func joinCode(codes, code string) string {
	if codes == "" || codes == code {
		return code
	}
	all := strings.Fields(codes)
	at, there := slices.BinarySearch(all, code)
	if there {
		return codes
	}
	return strings.Join(slices.Insert(all, at, code), " ")
}

// Hold says why somebody must not be paid now.
type Hold struct {
	// Key is a catalogue key: "evidence.hold.dead", "evidence.hold.moved" for the
	// registry's own state, else "evidence.hold.<kind>" for an indication that is
	// open, or confirmed and not ended.
	Key        string
	Indication id.Indication // "" when the registry itself says so
}
