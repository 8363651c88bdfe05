package registry

import (
	"context"
	"math"
	"slices"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
)

// MatchPolicy says what the score of a row from a source does. Weights are
// bits. It is dated: a later one of the same source takes its place.
type MatchPolicy struct {
	Source     string // as layouts name it; "" is every other source
	SameWeight float64
	LookWeight float64
	MayConfirm bool // rows without a number in common may be the same without a person looking
	From       civil.Date
	Reason     string
	MadeName   string
	Standard   bool // comes with the program
}

// RegistrySource is the policy of the search for duplicates inside the registry.
const RegistrySource = "registry"

// standardPolicies hold until an office writes its own. Lists that agencies draw
// from a register of their own may confirm; what a village types may not. A
// list of names alone never can, whatever stands here; see decide.
var standardPolicies = []MatchPolicy{
	{Source: "", SameWeight: 26, LookWeight: 14},
	{Source: "bkpsdm", SameWeight: 26, LookWeight: 14, MayConfirm: true},
	{Source: "bnba", SameWeight: 26, LookWeight: 14, MayConfirm: true},
	{Source: "desa", SameWeight: 26, LookWeight: 14},
	{Source: "dtsen", SameWeight: 26, LookWeight: 14, MayConfirm: true},
	{Source: "dukcapil", SameWeight: 24, LookWeight: 14, MayConfirm: true},
	{Source: "p3ke", SameWeight: 26, LookWeight: 14, MayConfirm: true},
	{Source: RegistrySource, SameWeight: 28, LookWeight: 20},
}

var matchPolicyTable = db.NewTable("match_policy", "source", "same_weight", "look_weight", "may_confirm", "from_on", "reason", "made_by", "made_name", "made_at")

type policyRow struct {
	MatchPolicy
	same, look, confirm int64
}

func (r *policyRow) cols() []any {
	return []any{&r.Source, &r.same, &r.look, &r.confirm, &r.From, &r.Reason, &r.MadeName}
}

func (r *policyRow) policy() MatchPolicy {
	p := r.MatchPolicy
	p.SameWeight, p.LookWeight, p.MayConfirm = float64(r.same)/1000, float64(r.look)/1000, r.confirm != 0
	return p
}

// MatchPolicies returns the policy of every source that holds on day (zero: the
// latest), the standard ones where the office wrote none.
func MatchPolicies(ctx context.Context, q db.Querier, regency string, day civil.Date) ([]MatchPolicy, error) {
	var w db.Where
	w.And("regency = ?", regency)
	if !day.IsZero() {
		w.And("from_on <= ?", day)
	}
	rows, err := db.All(ctx, q, (*policyRow).cols, `SELECT source, same_weight, look_weight, may_confirm, from_on, reason, made_name
		FROM match_policy`+w.String()+" ORDER BY from_on, id", w.Args...)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(standardPolicies)
	for i := range out {
		out[i].Standard = true
	}
	for _, r := range rows {
		p := r.policy()
		at := slices.IndexFunc(out, func(o MatchPolicy) bool { return o.Source == p.Source })
		if at < 0 {
			out = append(out, p)
			continue
		}
		out[at] = p
	}
	slices.SortFunc(out, func(a, b MatchPolicy) int { return strings.Compare(a.Source, b.Source) })
	return out, nil
}

// PolicyOf picks the policy of a source, else that of every other source.
func PolicyOf(list []MatchPolicy, source string) MatchPolicy {
	var rest MatchPolicy
	for _, p := range list {
		switch p.Source {
		case source:
			return p
		case "":
			rest = p
		}
	}
	rest.Source = source
	return rest
}

// The weights that a policy may hold.
const minWeight, maxWeight = 4, 60

// SetMatchPolicy writes a policy from a day on. Faults at same_weight,
// look_weight, from and reason.
func SetMatchPolicy(ctx context.Context, tx *db.Tx, p MatchPolicy) error {
	p.Reason = strings.Join(strings.Fields(p.Reason), " ")
	today := civil.ZoneOfProvince(tx.Actor.Regency()[:2]).Today(tx.Now.Std())
	switch {
	case math.IsNaN(p.LookWeight) || p.LookWeight < minWeight || p.LookWeight > maxWeight:
		return fault.NewInvalid("registry.policy_weight", minWeight, maxWeight).At("look_weight")
	case math.IsNaN(p.SameWeight) || p.SameWeight < minWeight || p.SameWeight > maxWeight:
		return fault.NewInvalid("registry.policy_weight", minWeight, maxWeight).At("same_weight")
	case p.LookWeight > p.SameWeight:
		return fault.NewInvalid("registry.policy_order").At("look_weight")
	case !p.From.Valid() || p.From.Before(today):
		return fault.NewInvalid("registry.policy_from").At("from")
	case len([]rune(p.Reason)) < 4:
		return fault.NewInvalid("registry.reason_missing").At("reason")
	}
	confirm := 0
	if p.MayConfirm {
		confirm = 1
	}
	id := tx.NewID()
	err := tx.Insert(ctx, matchPolicyTable, id, p.Source, milli(p.SameWeight), milli(p.LookWeight), confirm, p.From, p.Reason,
		string(tx.Actor.User), tx.Actor.Name, tx.Now)
	if err != nil {
		return err
	}
	return tx.Record("match.policy_set", id, "", map[string]any{"say": []any{p.Source, p.From.String()},
		"same": milli(p.SameWeight), "look": milli(p.LookWeight), "confirm": confirm, "reason": p.Reason})
}

// milli writes a weight as it is stored, in thousandths of a bit.
func milli(bits float64) int64 { return int64(math.Round(bits * 1000)) }
