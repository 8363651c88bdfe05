package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/evidence"
	"tepat/internal/intake"
)

// desk collects what waits for one person.
type desk struct {
	s    account.Session
	q    db.Querier
	list []Waiting
}

// waiting lists the work that the person may do, inside the working area, the
// costliest first within the order of the chain.
func waiting(ctx context.Context, q db.Querier, s account.Session) ([]Waiting, error) {
	k := desk{s: s, q: q}
	for _, count := range []func(context.Context) error{k.decrees, k.rules, k.lists, k.paySites, k.reversals, k.cases, k.rankings, k.imports} {
		if err := count(ctx); err != nil {
			return nil, fmt.Errorf("waiting: %w", err)
		}
	}
	slices.SortStableFunc(k.list, func(a, b Waiting) int { return cmp.Compare(b.IDR, a.IDR) })
	return k.list, nil
}

func (k *desk) add(w Waiting) {
	if w.N > 0 {
		k.list = append(k.list, w)
	}
}

// whole reports whether the person may do a and sees the whole regency, which
// programmes, decrees and pay lists ask for.
func (k *desk) whole(a account.Action) bool { return k.s.Role.May(a) && k.s.Scope.Whole() }

func (k *desk) regency() string { return string(k.s.Scope.Regency()) }

// one fills Only, In and Name when exactly one thing waits; otherwise the
// entry counts things.
func (k *desk) one(m Matter, found []Waiting) {
	if len(found) == 0 {
		return
	}
	w := Waiting{Matter: m, N: int64(len(found))}
	for _, f := range found {
		w.IDR += f.IDR
	}
	if len(found) == 1 {
		w.Only, w.In, w.Name = found[0].Only, found[0].In, found[0].Name
		w.N = max(1, found[0].N)
	}
	k.add(w)
}

func scanOne(w *Waiting) []any { return []any{&w.Only, &w.In, &w.Name, &w.N, &w.IDR} }

// decrees that somebody else proposed and this person may sign.
func (k *desk) decrees(ctx context.Context) error {
	if !k.whole(account.DecreeSign) {
		return nil
	}
	found, err := db.All(ctx, k.q, scanOne, `SELECT d.id, d.program_id, p.name, d.lines_n, d.total_idr
		FROM decree d JOIN program p ON p.regency = d.regency AND p.id = d.program_id
		WHERE d.regency = $1 AND d.state = 'proposed' AND d.proposed_by <> $2 ORDER BY d.id`, k.regency(), string(k.s.User))
	k.one(SignDecree, found)
	return err
}

// rules are versions that somebody else made and this person may approve.
func (k *desk) rules(ctx context.Context) error {
	if !k.whole(account.ProgramActivate) {
		return nil
	}
	found, err := db.All(ctx, k.q, scanOne, `SELECT v.id, v.program_id, p.name, 1, 0
		FROM rule_version v JOIN program p ON p.regency = v.regency AND p.id = v.program_id
		WHERE v.regency = $1 AND v.state = 'proposed' AND v.made_by <> $2 ORDER BY v.id`, k.regency(), string(k.s.User))
	k.one(ActivateRules, found)
	return err
}

// lists: signed decrees without any pay list, and pay lists where nobody waits
// for money any more.
func (k *desk) lists(ctx context.Context) error {
	if k.whole(account.PayListFreeze) {
		found, err := db.All(ctx, k.q, scanOne, `SELECT d.id, d.program_id, p.name, d.lines_n, d.total_idr
			FROM decree d JOIN program p ON p.regency = d.regency AND p.id = d.program_id
			LEFT JOIN pay_list l ON l.regency = d.regency AND l.decree_id = d.id
			WHERE d.regency = $1 AND d.state = 'signed' AND l.id IS NULL AND d.proposed_by <> $2 AND d.signed_by <> $2
			ORDER BY d.id`, k.regency(), string(k.s.User))
		if err != nil {
			return err
		}
		k.one(FreezeList, found)
	}
	if !k.whole(account.ReconcileClose) {
		return nil
	}
	found, err := db.All(ctx, k.q, scanOne, `SELECT l.id, l.program_id, l.title, 1, 0 FROM pay_list l
		WHERE l.regency = $1 AND l.state = 'frozen' AND NOT EXISTS (SELECT 1 FROM pay_line n
			WHERE n.regency = l.regency AND n.pay_list_id = l.id AND n.state = 'pending') ORDER BY l.id`, k.regency())
	k.one(CloseList, found)
	return err
}

// paySites are the officer's own open sites; N counts the people there who
// still wait.
func (k *desk) paySites(ctx context.Context) error {
	if !k.s.Role.May(account.HandoverRecord) {
		return nil
	}
	var w db.Where
	w.Within("s.", "village", k.s.Scope)
	w.And("s.state = 'open' AND s.officer_id = ?", string(k.s.User))
	found, err := db.All(ctx, k.q, scanOne, `SELECT s.id, s.pay_list_id, s.name, COUNT(n.id), CAST(SUM(n.amount_idr) AS BIGINT)
		FROM site s JOIN pay_list l ON l.regency = s.regency AND l.id = s.pay_list_id AND l.state = 'frozen'
		JOIN pay_line n ON n.regency = s.regency AND n.site_id = s.id AND n.state = 'pending'`+w.String()+
		" GROUP BY s.id, s.pay_list_id, s.name ORDER BY s.id", w.Args...)
	k.one(PaySite, found)
	return err
}

// reversals that somebody else asked for.
func (k *desk) reversals(ctx context.Context) error {
	if !k.whole(account.ReconcileClose) {
		return nil
	}
	found, err := db.All(ctx, k.q, scanOne, `SELECT l.id, l.program_id, l.title, COUNT(c.id), 0
		FROM correction c JOIN pay_list l ON l.regency = c.regency AND l.id = c.pay_list_id
		WHERE c.regency = $1 AND c.state = 'asked' AND c.asked_by <> $2 GROUP BY l.id, l.program_id, l.title ORDER BY l.id`, k.regency(), string(k.s.User))
	k.one(ConfirmReversal, found)
	return err
}

// cases of validation, one entry a kind: to decide for the first person, to
// confirm for the second, undecided ones for those who only look. N is what the
// queue shows, Own what of it the person set in motion and so cannot confirm.
func (k *desk) cases(ctx context.Context) error {
	if !k.s.Role.May(account.IndicationView) {
		return nil
	}
	matter, states := WatchCase, []evidence.State{evidence.Indicated}
	switch {
	case k.s.Role.May(account.IndicationDecide):
		matter = DecideCase
	case k.s.Role.May(account.IndicationReview):
		matter, states = ConfirmCase, []evidence.State{evidence.Proven, evidence.Unproven, evidence.Reviving}
	}
	tallies, err := evidence.Counts(ctx, k.q, k.s.Scope)
	if err != nil {
		return err
	}
	for _, kind := range evidence.Queues() {
		w := Waiting{Matter: matter, Kind: string(kind)}
		for _, t := range tallies {
			if t.Kind == kind && slices.Contains(states, t.State) {
				w.N += int64(t.N)
				w.Aid += int64(t.Aid)
			}
		}
		if matter == ConfirmCase && w.N > 0 {
			n, err := evidence.Size(ctx, k.q, k.s.Scope, evidence.Filter{Kind: kind, States: states, NotBy: k.s.User})
			if err != nil {
				return err
			}
			w.Own = w.N - int64(n)
		}
		k.add(w)
	}
	return nil
}

// rankings from which no decree was proposed, newer than any that was.
func (k *desk) rankings(ctx context.Context) error {
	if !k.whole(account.DecreePropose) {
		return nil
	}
	found, err := db.All(ctx, k.q, scanOne, `SELECT r.id, r.program_id, p.name, r.in_n, r.spent_idr
		FROM ranking r JOIN program p ON p.regency = r.regency AND p.id = r.program_id AND p.state = 'open'
		WHERE r.regency = $1 AND r.state = 'draft' AND NOT EXISTS (SELECT 1 FROM ranking o
			WHERE o.regency = r.regency AND o.program_id = r.program_id AND o.id > r.id) ORDER BY r.id`, k.regency())
	k.one(ProposeDecree, found)
	return err
}

// imports that wait for a hand: checked ones for who applies, unfinished own
// ones for who uploads.
func (k *desk) imports(ctx context.Context) error {
	if k.s.Role.May(account.ImportApply) {
		if err := k.batches(ctx, ApplyImport, "", intake.Checked); err != nil {
			return err
		}
	}
	if !k.s.Role.May(account.ImportUpload) {
		return nil
	}
	return k.batches(ctx, CheckImport, string(k.s.User), intake.Received)
}

func (k *desk) batches(ctx context.Context, m Matter, by string, state intake.State) error {
	var w db.Where
	w.Within("", "area", k.s.Scope)
	w.And("state = ?", string(state))
	if by != "" {
		w.And("created_by = ?", by)
	}
	found, err := db.All(ctx, k.q, scanOne, "SELECT id, '', file_name, 1, 0 FROM import_batch"+w.String()+" ORDER BY id", w.Args...)
	k.one(m, found)
	return err
}
