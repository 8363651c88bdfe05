package programs

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/fault"
	"tepat/internal/money"
	"tepat/internal/program"
	"tepat/internal/ranking"
	"tepat/internal/region"
	"tepat/internal/rules"
)

// The marks of the clauses that the form can build. They are stored with the
// rules and tell the form its own work again.
const (
	clauseAge      = "usia"
	clauseDesil    = "desil"
	clauseDomicile = "domisili"
	clauseDesa     = "desa"
	clauseAlive    = "hidup"
	clauseAid      = "bantuan"
	clauseFacts    = "fakta"
)

// maxKeysShown is how many ordering measures the form offers.
const maxKeysShown = 4

// termsOf reads the form of a draft. Faults name the field.
func termsOf(form url.Values, p program.Program, regency region.Code) (program.Terms, error) {
	in := reader{form: form}
	t := program.Terms{ValidFrom: in.month("valid_from"), ValidUntil: in.date("valid_until"), LegalBasis: form.Get("legal_basis"),
		AmountMonth: in.rupiah("amount"), Months: in.count("months"), Source: program.Source(form.Get("source"))}
	t.Rules = rules.RuleSet{Format: rules.Format, Unit: p.Unit, Basis: form.Get("legal_basis"), Require: in.require(regency), Reject: in.reject(p.Code)}
	t.Spec = ranking.Spec{Format: ranking.Format, Quota: in.count("quota"), Budget: in.rupiah("budget"), Reserve: in.count("reserve"),
		Seed: strings.TrimSpace(form.Get("seed")), Keys: in.keys()}
	if n := in.count("floor"); n > 0 {
		for _, k := range region.Children(regency) {
			t.Spec.Floors = append(t.Spec.Floors, ranking.Floor{Area: k.Code, Min: n})
		}
	}
	if in.err != nil {
		return t, in.err
	}
	return t, t.Rules.Validate()
}

// reader reads fields and keeps the first fault.
type reader struct {
	form url.Values
	err  error
}

func (in *reader) fail(name, key string) {
	if in.err == nil {
		in.err = fault.NewInvalid(key).At(name)
	}
}

// digits drops the dots and spaces that people group numbers with.
func digits(text string) string {
	return strings.NewReplacer(".", "", " ", "", "\u00a0", "", "Rp", "", ",", "").Replace(strings.TrimSpace(text))
}

// count reads a whole number; empty is 0.
func (in *reader) count(name string) int {
	text := digits(in.form.Get(name))
	if text == "" {
		return 0
	}
	n, ok := number(text)
	if !ok || n < 0 || n > 10_000_000 {
		in.fail(name, "programs.bad_number")
		return 0
	}
	return n
}

// limit reads an optional bound.
func (in *reader) limit(name string) *int {
	if digits(in.form.Get(name)) == "" {
		return nil
	}
	n := in.count(name)
	return &n
}

func (in *reader) rupiah(name string) money.Rupiah {
	text := digits(in.form.Get(name))
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		in.fail(name, "programs.bad_rupiah")
		return 0
	}
	return money.Rupiah(n)
}

func (in *reader) date(name string) civil.Date {
	d, err := civil.Parse(strings.TrimSpace(in.form.Get(name)))
	if err != nil {
		in.fail(name, "programs.bad_date")
	}
	return d
}

// month reads a day and takes the first of its month: programmes pay whole
// months.
func (in *reader) month(name string) civil.Date {
	d := in.date(name)
	if !d.IsZero() {
		d.Day = 1
	}
	return d
}

func (in *reader) ifUnknown(name string) rules.IfUnknown {
	switch u := rules.IfUnknown(in.form.Get(name)); u {
	case rules.Pass, rules.Fail:
		return u
	}
	return "" // review
}

func (in *reader) require(regency region.Code) []rules.Clause {
	var out []rules.Clause
	if low, high := in.limit("age_min"), in.limit("age_max"); low != nil || high != nil {
		out = append(out, rules.Clause{ID: clauseAge, Kind: rules.Age, Min: low, Max: high})
	}
	if low, high := in.limit("desil_min"), in.limit("desil_max"); low != nil || high != nil {
		out = append(out, rules.Clause{ID: clauseDesil, Kind: rules.Desil, Min: low, Max: high, IfUnknown: in.ifUnknown("desil_unknown")})
	}
	if in.form.Get("domicile") != "" {
		out = append(out, rules.Clause{ID: clauseDomicile, Kind: rules.Domicile, Areas: []region.Code{regency}})
	}
	if in.form.Get("desa") != "" {
		out = append(out, rules.Clause{ID: clauseDesa, Kind: rules.InDesa})
	}
	if in.form.Get("alive") != "" {
		out = append(out, rules.Clause{ID: clauseAlive, Kind: rules.Alive})
	}
	return out
}

func (in *reader) reject(own string) []rules.Clause {
	var out []rules.Clause
	if codes := in.form["aid"]; len(codes) > 0 {
		c := rules.Clause{ID: clauseAid, Kind: rules.Receives, Programs: codes, Scope: rules.Scope(in.form.Get("aid_scope")), IfUnknown: in.ifUnknown("aid_unknown")}
		if slices.Contains(codes, rules.AnyProgram) {
			c.Programs, c.Except = []string{rules.AnyProgram}, []string{own}
		}
		if c.Scope == "" {
			in.fail("aid_scope", "programs.choose_scope")
		}
		out = append(out, c)
	}
	if facts := in.form["facts"]; len(facts) > 0 {
		c := rules.Clause{ID: clauseFacts, Kind: rules.Fact, Facts: facts, Scope: rules.Scope(in.form.Get("facts_scope")), IfUnknown: in.ifUnknown("facts_unknown")}
		if c.Scope == "" {
			in.fail("facts_scope", "programs.choose_scope")
		}
		out = append(out, c)
	}
	return out
}

func (in *reader) keys() []ranking.KeySpec {
	var out []ranking.KeySpec
	for i := range maxKeysShown {
		name := in.form.Get("key" + strconv.Itoa(i+1))
		if name == "" {
			continue
		}
		out = append(out, ranking.KeySpec{Name: name, Order: program.DefaultOrder(name), Missing: ranking.MissingAfter})
	}
	return out
}

// formOf writes terms as the form has them. ok is false when the rules hold
// something that the form cannot build, which it would drop.
func formOf(t program.Terms, own string, regency region.Code) (url.Values, bool) {
	v := url.Values{"valid_from": {t.ValidFrom.String()}, "valid_until": {t.ValidUntil.String()}, "legal_basis": {t.LegalBasis},
		"amount": {money.Group(int64(t.AmountMonth))}, "months": {strconv.Itoa(t.Months)}, "source": {string(t.Source)},
		"quota": {strconv.Itoa(t.Spec.Quota)}, "reserve": {strconv.Itoa(t.Spec.Reserve)}, "seed": {t.Spec.Seed}}
	if t.Spec.Budget > 0 {
		v.Set("budget", money.Group(int64(t.Spec.Budget)))
	}
	for i, k := range t.Spec.Keys {
		v.Set("key"+strconv.Itoa(i+1), k.Name)
	}
	if len(t.Spec.Floors) > 0 {
		v.Set("floor", strconv.Itoa(t.Spec.Floors[0].Min))
	}
	for _, c := range t.Rules.Require {
		writeRequire(v, c)
	}
	for _, c := range t.Rules.Reject {
		writeReject(v, c)
	}
	again, err := termsOf(v, program.Program{Code: own, Unit: t.Rules.Unit}, regency)
	if err != nil {
		return v, false
	}
	return v, sameRules(t, again)
}

func writeRequire(v url.Values, c rules.Clause) {
	put := func(name string, n *int) {
		if n != nil {
			v.Set(name, strconv.Itoa(*n))
		}
	}
	switch c.ID {
	case clauseAge:
		put("age_min", c.Min)
		put("age_max", c.Max)
	case clauseDesil:
		put("desil_min", c.Min)
		put("desil_max", c.Max)
		v.Set("desil_unknown", string(c.IfUnknown))
	case clauseDomicile:
		v.Set("domicile", "1")
	case clauseDesa:
		v.Set("desa", "1")
	case clauseAlive:
		v.Set("alive", "1")
	}
}

func writeReject(v url.Values, c rules.Clause) {
	switch c.ID {
	case clauseAid:
		v["aid"] = c.Programs
		v.Set("aid_scope", string(c.Scope))
		v.Set("aid_unknown", string(c.IfUnknown))
	case clauseFacts:
		v["facts"] = c.Facts
		v.Set("facts_scope", string(c.Scope))
		v.Set("facts_unknown", string(c.IfUnknown))
	}
}

// sameRules compares the stored forms.
func sameRules(a, b program.Terms) bool {
	a.Rules.Basis, b.Rules.Basis = "", ""
	ra, errA := a.Rules.Marshal()
	rb, errB := b.Rules.Marshal()
	sa, errC := a.Spec.Marshal()
	sb, errD := b.Spec.Marshal()
	return errA == nil && errB == nil && errC == nil && errD == nil && string(ra) == string(rb) && string(sa) == string(sb)
}
