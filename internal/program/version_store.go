package program

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/ranking"
	"tepat/internal/region"
	"tepat/internal/rules"
)

const versionColumns = `v.id, v.program_id, v.number, v.state, v.valid_from, v.valid_until, v.legal_basis, v.amount_month_idr, v.months_n,
	v.source, v.rules, v.rules_digest, v.spec, v.made_by, v.made_at, v.proposed_by, v.proposed_at, v.approved_by, v.approved_at, v.version`

func scanVersion(v *RuleVersion) []any {
	return []any{&v.ID, &v.Program, &v.Number, &v.State, &v.ValidFrom, &v.ValidUntil, &v.LegalBasis, &v.AmountMonth, &v.Months, &v.Source,
		&v.RulesText, &v.RulesDigest, &v.SpecText, &v.MadeBy, &v.MadeAt, &v.ProposedBy, &v.ProposedAt, &v.ApprovedBy, &v.ApprovedAt, &v.Version}
}

// read fills the parsed forms from the stored bytes.
func (v *RuleVersion) read() error {
	if rules.Digest([]byte(v.RulesText)) != v.RulesDigest {
		return fault.NewConflict("program.rules_damaged", v.Number)
	}
	var err error
	if v.Rules, err = rules.Parse([]byte(v.RulesText)); err != nil {
		return err
	}
	v.Spec, err = ranking.ParseSpec([]byte(v.SpecText))
	return err
}

// store writes the texts of the parsed forms and takes the digest.
func (v *RuleVersion) write() error {
	r, err := v.Rules.Marshal()
	if err != nil {
		return err
	}
	s, err := v.Spec.Marshal()
	if err != nil {
		return err
	}
	v.RulesText, v.RulesDigest, v.SpecText = string(r), rules.Digest(r), string(s)
	return nil
}

// VersionByID returns a version of the regency of scope, parsed.
func VersionByID(ctx context.Context, q db.Querier, scope region.Scope, version id.Version) (RuleVersion, error) {
	v, found, err := db.One(ctx, q, scanVersion, "SELECT "+versionColumns+" FROM rule_version v WHERE v.regency = $1 AND v.id = $2",
		string(scope.Regency()), string(version))
	if err != nil {
		return v, fault.Wrap("program.VersionByID", err)
	}
	if !found {
		return v, fault.NewNotFound("program.version_gone")
	}
	return v, v.read()
}

// Versions returns the versions of a programme, newest first.
func Versions(ctx context.Context, q db.Querier, scope region.Scope, program id.Program) ([]RuleVersion, error) {
	list, err := db.All(ctx, q, scanVersion, "SELECT "+versionColumns+` FROM rule_version v WHERE v.regency = $1 AND v.program_id = $2
		ORDER BY v.number DESC`, string(scope.Regency()), string(program))
	if err != nil {
		return nil, fault.Wrap("program.Versions", err)
	}
	for i := range list {
		if err := list[i].read(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// DraftVersion stores a new draft of a programme's rules under the next number.
func DraftVersion(ctx context.Context, tx *db.Tx, program id.Program, t Terms) (RuleVersion, error) {
	if err := wholeOnly(tx); err != nil {
		return RuleVersion{}, err
	}
	p, err := ProgramByID(ctx, tx, tx.Actor.Scope, program)
	if err != nil {
		return RuleVersion{}, err
	}
	if err := t.check(p.Unit); err != nil {
		return RuleVersion{}, err
	}
	last, _, err := db.One(ctx, tx, db.Self[int], "SELECT COALESCE(max(number), 0) FROM rule_version WHERE regency = $1 AND program_id = $2",
		tx.Actor.Regency(), string(program))
	if err != nil {
		return RuleVersion{}, fault.Wrap("program.DraftVersion", err)
	}
	v := RuleVersion{ID: id.Version(tx.NewID()), Program: program, Number: last + 1, State: Draft, Terms: t,
		MadeBy: tx.Actor.User, MadeAt: tx.Now, Version: 1}
	if err := v.write(); err != nil {
		return v, err
	}
	err = tx.Insert(ctx, versionTable, string(v.ID), string(v.Program), v.Number, string(v.State), v.ValidFrom, v.ValidUntil, v.LegalBasis,
		v.AmountMonth, v.Months, v.Spec.Quota, v.Spec.Budget, v.Spec.Reserve, string(v.Source), v.RulesText, v.RulesDigest, v.SpecText,
		string(v.MadeBy), v.MadeAt, "", nil, "", nil, v.Version)
	if err != nil {
		return v, fault.Wrap("program.DraftVersion", unique(err))
	}
	return v, v.record(tx, "version.drafted", p)
}

// EditDraft replaces the terms of a draft. Only who made it edits it, so that
// the maker is one person; others draft a version of their own.
func EditDraft(ctx context.Context, tx *db.Tx, version id.Version, t Terms, read int) (RuleVersion, error) {
	v, p, err := versionInState(ctx, tx, version, Draft, "program.not_draft")
	if err != nil {
		return v, err
	}
	if v.MadeBy != tx.Actor.User {
		return v, fault.NewDenied("program.draft_of_other")
	}
	if v.Version != read {
		return v, fault.NewConflict("program.version_moved", v.Number)
	}
	if err := t.check(p.Unit); err != nil {
		return v, err
	}
	v.Terms = t
	if err := v.write(); err != nil {
		return v, err
	}
	err = guarded(ctx, tx, versionTable, string(v.ID), `UPDATE rule_version SET valid_from = $3, valid_until = $4, legal_basis = $5, amount_month_idr = $6, months_n = $7,
		quota_n = $8, budget_idr = $9, reserve_n = $10, source = $11, rules = $12, rules_digest = $13, spec = $14, version = version + 1
		WHERE regency = $1 AND id = $2 AND state = 'draft' AND version = $15`, tx.Actor.Regency(), string(v.ID), v.ValidFrom, v.ValidUntil, v.LegalBasis,
		v.AmountMonth, v.Months, v.Spec.Quota, v.Spec.Budget, v.Spec.Reserve, string(v.Source), v.RulesText, v.RulesDigest, v.SpecText, read)
	if err != nil {
		return v, fault.Wrap("program.EditDraft", err)
	}
	v.Version++
	return v, v.record(tx, "version.edited", p)
}

// Propose hands a draft over for approval. From now on it is not edited. The
// rules must compile against the programmes and facts that the regency knows.
func Propose(ctx context.Context, tx *db.Tx, version id.Version, read int) error {
	v, p, err := versionInState(ctx, tx, version, Draft, "program.not_draft")
	if err != nil {
		return err
	}
	if v.Version != read {
		return fault.NewConflict("program.version_moved", v.Number)
	}
	vocab, err := Vocabulary(ctx, tx, tx.Actor.Regency())
	if err != nil {
		return err
	}
	if _, err := rules.Compile(v.Rules, vocab); err != nil {
		return err
	}
	err = guarded(ctx, tx, versionTable, string(v.ID), `UPDATE rule_version SET state = 'proposed', proposed_by = $3, proposed_at = $4,
		version = version + 1 WHERE regency = $1 AND id = $2 AND state = 'draft' AND version = $5`,
		tx.Actor.Regency(), string(v.ID), string(tx.Actor.User), tx.Now, read)
	if err != nil {
		return fault.Wrap("program.Propose", err)
	}
	return v.record(tx, "version.proposed", p)
}

// ReturnVersion gives a proposed version back to its maker as a draft.
func ReturnVersion(ctx context.Context, tx *db.Tx, version id.Version, reason string) error {
	v, p, err := versionInState(ctx, tx, version, Proposed, "program.not_proposed")
	if err != nil {
		return err
	}
	if err := v.otherPerson(tx); err != nil {
		return err
	}
	if reason == "" {
		return fault.NewInvalid("program.reason").At("reason")
	}
	err = guarded(ctx, tx, versionTable, string(v.ID), `UPDATE rule_version SET state = 'draft', proposed_by = '', proposed_at = NULL,
		version = version + 1 WHERE regency = $1 AND id = $2 AND state = 'proposed' AND version = $3`,
		tx.Actor.Regency(), string(v.ID), v.Version)
	if err != nil {
		return fault.Wrap("program.ReturnVersion", err)
	}
	return tx.Record("version.returned", string(v.ID), tx.Actor.Scope.Regency(),
		map[string]any{"say": []any{v.Number, p.Name}, "program": p.ID, "reason": reason})
}

// Activate approves a proposed version and retires the one before. Neither who
// made nor who proposed the version may approve it.
func Activate(ctx context.Context, tx *db.Tx, version id.Version, read int) error {
	v, p, err := versionInState(ctx, tx, version, Proposed, "program.not_proposed")
	if err != nil {
		return err
	}
	if v.Version != read {
		return fault.NewConflict("program.version_moved", v.Number)
	}
	if err := v.otherPerson(tx); err != nil {
		return err
	}
	if err := retire(ctx, tx, p.ID); err != nil {
		return fault.Wrap("program.Activate", err)
	}
	err = guarded(ctx, tx, versionTable, string(v.ID), `UPDATE rule_version SET state = 'active', approved_by = $3, approved_at = $4,
		version = version + 1 WHERE regency = $1 AND id = $2 AND state = 'proposed' AND version = $5`,
		tx.Actor.Regency(), string(v.ID), string(tx.Actor.User), tx.Now, read)
	if err != nil {
		return fault.Wrap("program.Activate", err)
	}
	return v.record(tx, "version.activated", p)
}

// retire ends the active version of a programme, if it has one.
func retire(ctx context.Context, tx *db.Tx, program id.Program) error {
	old, err := db.All(ctx, tx, db.Self[string], "SELECT id FROM rule_version WHERE regency = $1 AND program_id = $2 AND state = 'active'",
		tx.Actor.Regency(), string(program))
	if err != nil {
		return err
	}
	for _, o := range old {
		if err := guarded(ctx, tx, versionTable, o, `UPDATE rule_version SET state = 'retired', version = version + 1
			WHERE regency = $1 AND id = $2 AND state = 'active'`, tx.Actor.Regency(), o); err != nil {
			return err
		}
	}
	return nil
}

// otherPerson is the four-eyes rule of a version.
func (v *RuleVersion) otherPerson(tx *db.Tx) error {
	if tx.Actor.User == v.MadeBy || tx.Actor.User == v.ProposedBy {
		return fault.NewDenied("program.four_eyes_version")
	}
	return nil
}

func versionInState(ctx context.Context, tx *db.Tx, version id.Version, want VersionState, otherwise string) (RuleVersion, Program, error) {
	if err := wholeOnly(tx); err != nil {
		return RuleVersion{}, Program{}, err
	}
	v, err := VersionByID(ctx, tx, tx.Actor.Scope, version)
	if err != nil {
		return v, Program{}, err
	}
	if v.State != want {
		return v, Program{}, fault.NewConflict(otherwise, v.Number)
	}
	p, err := ProgramByID(ctx, tx, tx.Actor.Scope, v.Program)
	return v, p, err
}

func (v *RuleVersion) record(tx *db.Tx, kind string, p Program) error {
	return tx.Record(kind, string(v.ID), tx.Actor.Scope.Regency(), map[string]any{"say": []any{v.Number, p.Name}, "program": p.ID,
		"rules": v.RulesDigest, "spec": rules.Digest([]byte(v.SpecText)), "amount_month": v.AmountMonth, "months": v.Months,
		"quota": v.Spec.Quota, "valid_from": v.ValidFrom})
}
