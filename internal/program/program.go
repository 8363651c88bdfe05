package program

import (
	"strings"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/ranking"
	"tepat/internal/rules"
)

// Program is one kind of aid that the regency itself gives or follows.
type Program struct {
	ID      id.Program
	Code    string // unique in the regency, "BST-EKSTREM-2024"; the word that rules and files use
	Name    string
	Unit    rules.Unit // who receives: a person or a family
	Fund    Fund
	Channel Channel
	State   State
	MadeBy  id.User
	MadeAt  db.Time
	Version int
}

// Fund is where the money comes from.
type Fund string

// The funds of domain brief §3.1.
const (
	APBD         Fund = "apbd"
	APBDProvince Fund = "apbd_provinsi"
	APBN         Fund = "apbn"
	VillageFund  Fund = "dana_desa"
	OtherFund    Fund = "lain"
)

// Funds lists every fund.
func Funds() []Fund { return []Fund{APBD, APBDProvince, APBN, VillageFund, OtherFund} }

// Channel is how the aid reaches people.
type Channel string

// The channels of domain brief §5.3.
const (
	Post  Channel = "pos"
	Bank  Channel = "bank"
	Cash  Channel = "tunai"
	Goods Channel = "barang"
)

// Channels lists every channel.
func Channels() []Channel { return []Channel{Post, Bank, Cash, Goods} }

// State says whether a programme is run or only kept.
type State string

// The states of a programme.
const (
	Open   State = "open"
	Closed State = "closed"
)

const (
	maxCode  = 30
	maxName  = 120
	maxBasis = 500
)

// clean tidies p and judges what can be judged without the database.
func (p *Program) clean() error {
	p.Code = strings.ToUpper(strings.TrimSpace(p.Code))
	p.Name = strings.Join(strings.Fields(p.Name), " ")
	switch {
	case !validCode(p.Code):
		return fault.NewInvalid("program.code", maxCode).At("code")
	case p.Name == "" || len([]rune(p.Name)) > maxName:
		return fault.NewInvalid("program.name", maxName).At("name")
	case p.Unit != rules.Person && p.Unit != rules.Family:
		return fault.NewInvalid("program.unit").At("unit")
	case !contains(Funds(), p.Fund):
		return fault.NewInvalid("program.fund").At("fund")
	case !contains(Channels(), p.Channel):
		return fault.NewInvalid("program.channel").At("channel")
	}
	return nil
}

// validCode wants A–Z, 0–9 and hyphens, a letter first: codes stand in lists
// split by spaces, in files and in addresses.
func validCode(code string) bool {
	for i := range len(code) {
		c := code[i]
		letter, other := c >= 'A' && c <= 'Z', c >= '0' && c <= '9' || c == '-'
		if !letter && (!other || i == 0) {
			return false
		}
	}
	return len(code) >= 2 && len(code) <= maxCode
}

func contains[T comparable](list []T, v T) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// VersionState is where a rule version stands.
type VersionState string

// A version walks down this list. Only Active ranks for a decree, and from
// Proposed on nobody edits it: changes are a new draft.
const (
	Draft    VersionState = "draft"
	Proposed VersionState = "proposed"
	Active   VersionState = "active"
	Retired  VersionState = "retired"
)

// Source says who the candidates are.
type Source string

// The two sources.
const (
	FromRegistry Source = "registry" // everybody in the regency
	FromList     Source = "list"     // a list that was sent in, after validation
)

// Terms is what an officer writes in a draft.
type Terms struct {
	ValidFrom   civil.Date // first day of the first month paid
	ValidUntil  civil.Date // zero: open
	LegalBasis  string
	AmountMonth money.Rupiah // per recipient
	Months      int          // 1..60
	Source      Source
	Rules       rules.RuleSet
	Spec        ranking.Spec // keys, quota, budget, reserve, floors, seed
}

// RuleVersion is one dated version of a programme's rules.
type RuleVersion struct {
	ID      id.Version
	Program id.Program
	Number  int // 1, 2, … within the programme
	State   VersionState
	Terms
	RulesText   string // the exact bytes that RulesDigest is taken over
	RulesDigest string // SHA-256 in hexadecimal
	SpecText    string
	MadeBy      id.User
	MadeAt      db.Time
	ProposedBy  id.User
	ProposedAt  db.Time
	ApprovedBy  id.User
	ApprovedAt  db.Time
	Version     int
}

// Amount is what one recipient gets under v in all months together.
func (t *Terms) Amount() money.Rupiah { return t.AmountMonth.Times(t.Months) }

// maxAmount keeps sums over a whole regency far inside int64.
const maxAmount money.Rupiah = 1_000_000_000

// check judges the terms for a programme of the given unit. The rule sets may
// still be unfinished in a draft; Propose compiles them.
func (t *Terms) check(unit rules.Unit) error {
	t.LegalBasis = strings.TrimSpace(t.LegalBasis)
	switch {
	case !t.ValidFrom.Valid():
		return fault.NewInvalid("program.valid_from").At("valid_from")
	case t.ValidFrom.Day != 1:
		return fault.NewInvalid("program.valid_from_first").At("valid_from")
	case !t.ValidUntil.IsZero() && t.ValidUntil.Before(t.ValidFrom):
		return fault.NewInvalid("program.valid_until").At("valid_until")
	case len([]rune(t.LegalBasis)) > maxBasis:
		return fault.NewInvalid("program.legal_basis", maxBasis).At("legal_basis")
	case t.AmountMonth < 0 || t.AmountMonth > maxAmount:
		return fault.NewInvalid("program.amount", maxAmount).At("amount")
	case t.Months < 1 || t.Months > 60:
		return fault.NewInvalid("program.months").At("months")
	case t.Source != FromList && t.Source != FromRegistry:
		return fault.NewInvalid("program.source").At("source")
	case t.Rules.Unit != unit:
		return fault.NewInvalid("program.unit_differs").At("rules")
	}
	for _, k := range t.Spec.Keys {
		if !knownKey(k.Name) {
			return fault.NewInvalid("program.key_unknown", k.Name).At("keys")
		}
	}
	return t.Spec.Validate()
}
