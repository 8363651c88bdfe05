package registry

import (
	"tepat/internal/civil"
	"tepat/internal/nik"
)

// Profile is what a row says about a person, as far as matching needs it.
type Profile struct {
	NIK     nik.NIK
	Name    string
	BirthOn civil.Date
	Mother  string
}

// Verdict is the outcome of comparing a profile with the registry.
type Verdict string

// The exact and simple fuzzy match on entry. Only Same changes a record
// without a person looking.
const (
	New        Verdict = "new"         // nobody like this is known
	Same       Verdict = "same"        // the same person
	LookName   Verdict = "look_name"   // X1: same NIK, another name
	LookNumber Verdict = "look_number" // X2: same name and birth date, another NIK
	LookFuzzy  Verdict = "look_fuzzy"  // same birth date, similar name
)

// Match is the best candidate for a profile.
type Match struct {
	Verdict Verdict
	Person  Person // zero for New
	Score   int    // similarity of the names, 0–100
}

// sameName is how alike two names must be to be the same under one NIK.
// The ministry's own field application accepted 60 of a comparable measure
// (domain brief §1.5); Jaro-Winkler runs higher, so 75.
const sameName = 75

// fuzzyName is how alike names must be to be shown to a person when only the
// birth date agrees.
const fuzzyName = 92

// Decide compares a profile with the person who carries its NIK (nil for
// none) and with the people born on the same day.
func Decide(p Profile, byNIK *Person, sameBirth []Person) Match {
	if byNIK != nil {
		score := Similar(p.Name, byNIK.Name)
		if score >= sameName {
			return Match{Same, *byNIK, score}
		}
		return Match{LookName, *byNIK, score}
	}
	best := Match{Verdict: New}
	for i := range sameBirth {
		c := &sameBirth[i]
		score := Similar(p.Name, c.Name)
		if score < fuzzyName || score <= best.Score {
			continue
		}
		best = Match{fuzzyVerdict(p, c, score), *c, score}
	}
	return best
}

func fuzzyVerdict(p Profile, c *Person, score int) Verdict {
	sameMother := p.Mother != "" && c.MotherName != "" && Similar(p.Mother, c.MotherName) >= fuzzyName
	switch {
	case p.NIK != "" && c.NIK != "" && p.NIK != c.NIK:
		// Twins share birth date and mother; only an equal name is suspicious.
		if score == 100 {
			return LookNumber
		}
		return New
	case score == 100 && sameMother:
		return Same
	}
	return LookFuzzy
}
