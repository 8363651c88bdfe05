package registry

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/linkage"
	"tepat/linkage/indonesia"
)

// Profile is what a row or a record says about a person, as far as matching
// needs it. Whatever is unknown is zero and says nothing.
type Profile struct {
	NIK       nik.NIK
	Name      string
	BirthOn   civil.Date
	Precision Precision
	Sex       nik.Sex
	Mother    string
	KK        nik.KK
	Village   region.Code
	RT, RW    string
	Hamlet    string
	// NumberOnly asks for the carrier of the NIK and nobody else.
	NumberOnly bool
}

// Unlinkable reports whether p says too little to be told from namesakes:
// neither a number nor a birth date.
func (p *Profile) Unlinkable() bool { return p.NIK == "" && p.BirthOn.IsZero() }

// ProfileOf is what the registry knows of p, who belongs to f (zero for none).
func ProfileOf(p *Person, f *Family) Profile {
	return Profile{NIK: p.NIK, Name: p.Name, BirthOn: p.BirthOn, Precision: p.BirthPrecision, Sex: p.Sex, Mother: p.MotherName,
		KK: f.KK, Village: p.Village, RT: f.RT, RW: f.RW, Hamlet: f.Hamlet}
}

// Alias names a way of writing somebody: number, name, birth date and village,
// hashed. Two rows with one alias say the same.
func (p *Profile) Alias() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{p.NIK.Reveal(), Key(p.Name), p.BirthOn.String(), string(p.Village)}, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// Mark is a hash over what makes somebody who he is. A decision about a pair
// holds as long as both marks do.
func (p *Profile) Mark() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{p.NIK.Reveal(), Key(p.Name), p.BirthOn.String(), string(p.Sex), Key(p.Mother)}, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// Verdict is the outcome of comparing a profile with the registry.
type Verdict string

// The verdicts. Only Same changes a record without a person looking.
const (
	New        Verdict = "new"         // nobody like this is known
	Same       Verdict = "same"        // the same person
	LookName   Verdict = "look_name"   // X1: same NIK, another name
	LookNumber Verdict = "look_number" // X2: same name and birth date, another NIK
	LookFuzzy  Verdict = "look_fuzzy"  // somebody alike, and no number to tell
)

// Looks reports whether a person has to decide.
func (v Verdict) Looks() bool { return v == LookName || v == LookNumber || v == LookFuzzy }

// Match is the best candidate for a profile.
type Match struct {
	Verdict Verdict
	Person  Person              // zero for New
	Score   int                 // similarity of the names, 0–100
	Weight  float64             // bits; 0 when a number settled it
	Why     linkage.Explanation // of Weight
	Others  []Candidate         // further people above the review weight, best first, at most three
}

// Candidate is somebody whom a profile may mean.
type Candidate struct {
	Person Person
	Weight float64
	Why    linkage.Explanation
}

const (
	// sameName is how alike two names must be to be the same under one NIK.
	// The ministry's own field application accepted 60 of a comparable measure
	// (domain brief §1.5); Jaro-Winkler runs higher, so 75.
	sameName = 75
	// clearLead is by how many bits the best candidate must lead before a source
	// may confirm it.
	clearLead = 6
	// maxOthers are kept beside the best candidate.
	maxOthers = 3
)

// underNumber judges a profile against the person who carries its NIK.
func underNumber(p *Profile, known *Person) Match {
	score := 100
	if p.Name != known.Name {
		score = Similar(p.Name, known.Name)
	}
	if score >= sameName {
		return Match{Verdict: Same, Person: *known, Score: score}
	}
	return Match{Verdict: LookName, Person: *known, Score: score}
}

// decide chooses among scored candidates by the policy of the source.
func decide(p *Profile, list []Candidate, policy MatchPolicy) Match {
	slices.SortStableFunc(list, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Person.ID, b.Person.ID))
	})
	kept := list[:0:0]
	for _, c := range list {
		if c.Weight >= policy.LookWeight && !apart(p, &c.Person) {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 {
		return Match{Verdict: New}
	}
	best := kept[0]
	m := Match{Verdict: LookFuzzy, Person: best.Person, Score: Similar(p.Name, best.Person.Name), Weight: best.Weight, Why: best.Why,
		Others: kept[1:min(len(kept), 1+maxOthers)]}
	switch {
	case p.NIK != "" && best.Person.NIK != "" && p.NIK != best.Person.NIK:
		m.Verdict = LookNumber
	case policy.MayConfirm && !p.Unlinkable() && best.Weight >= policy.SameWeight &&
		(len(kept) == 1 || best.Weight-kept[1].Weight >= clearLead):
		m.Verdict = Same
	}
	return m
}

// apart reports whether two people are plainly two: both carry a sound NIK and
// the numbers differ by more than a slip, or by a slip that twins and
// neighbours of one birth date have too, and the names differ. They look alike
// in everything else.
func apart(p *Profile, other *Person) bool {
	return Apart(p.NIK.Reveal(), other.NIK.Reveal(), p.Name, other.Name)
}

// nearlyOneName is how alike the names must be of two numbers that are a slip
// of each other.
const nearlyOneName = 96

// Apart is that question about two numbers in digits and two names.
func Apart(nikA, nikB, nameA, nameB string) bool {
	if nikA == "" || nikB == "" || nikA == nikB {
		return false
	}
	alike := Similar(nameA, nameB)
	return alike < nearlyOneName || alike < 100 && indonesia.NumberSlip(nikA, nikB) == indonesia.NoSlip
}

// Matcher compares people by a model, under the policy of a source. It is safe
// for concurrent use.
type Matcher struct {
	Policy  MatchPolicy
	ModelID string // "" is the built-in model
	ModelNo int
	Model   *linkage.Model
	single  *linkage.Model // Model for pairs outside a table of everybody; see forPairs
	regency string

	people, formers, aliases bool // there are any
}

// Explain scores two profiles and says why.
func (m *Matcher) Explain(a, b *Profile) (linkage.Explanation, error) {
	return m.single.ExplainRecords(a.cells(), b.cells(), MatchOptions())
}
