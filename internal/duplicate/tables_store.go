package duplicate

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
)

var (
	suspicionTable = db.NewTable("suspicion", "kind", "pair_key", "person_a", "person_b", "batch_id", "row_n", "record", "source", "name_a", "name_b",
		"village_a", "village_b", "weight", "evidence", "model", "mark_a", "mark_b", "impact", "programs_n", "monthly_idr", "group_id", "group_n",
		"search_id", "state", "verdict", "reason", "note", "follow", "second", "judged_by", "judged_name", "judged_at",
		"confirmed_by", "confirmed_name", "confirmed_at", "merge_id", "made_at", "version")
	stepTable   = db.NewTable("suspicion_step", "suspicion_id", "deed", "reason", "note", "at", "actor_id", "actor_name")
	searchTable = db.NewTable("duplicate_search", "whole", "model", "people_n", "compared_n", "found_n", "fresh_n", "withdrawn_n", "until_at", "at", "by_id", "by_name")
)

// Tables lists the sealed tables of this package, for the verifier.
func Tables() []*db.Table { return []*db.Table{suspicionTable, stepTable, searchTable, partingTable} }

// columns are read from "suspicion s".
const columns = `s.id, s.kind, s.person_a, s.person_b, s.batch_id, s.row_n, s.record, s.source, s.name_a, s.name_b, s.village_a, s.village_b,
	s.weight, s.evidence, s.model, s.mark_a, s.mark_b, s.impact, s.programs_n, s.monthly_idr, s.group_id, s.group_n, s.search_id,
	s.state, s.verdict, s.reason, s.note, s.follow, s.second, s.judged_by, s.judged_name, s.judged_at, s.confirmed_by, s.confirmed_name, s.confirmed_at,
	s.merge_id, s.made_at, s.version`

func scan(s *Suspicion) []any {
	return []any{&s.ID, &s.Kind, &s.A, &s.B, &s.Batch, &s.Row, &s.Record, &s.Source, &s.NameA, &s.NameB, &s.VillageA, &s.VillageB,
		bits{&s.Weight}, db.JSON{To: &s.Evidence}, &s.Model, &s.MarkA, &s.MarkB, &s.Impact, &s.Programs, &s.Monthly, &s.Group, &s.GroupN, &s.Search,
		&s.State, &s.Verdict, &s.Reason, &s.Note, &s.Follow, &s.Second, &s.JudgedBy, &s.JudgedName, &s.JudgedAt, &s.ConfirmedBy, &s.ConfirmName, &s.ConfirmedAt,
		&s.Merge, &s.MadeAt, &s.Version}
}

func (s *Suspicion) key() string {
	if s.Kind == Row {
		return string(s.Batch) + ":" + strconv.Itoa(s.Row) + ":" + string(s.A)
	}
	return pairKey(s.A, s.B)
}

func values(s *Suspicion) ([]any, error) {
	evidence, err := json.Marshal(s.Evidence)
	if err != nil {
		return nil, err
	}
	return []any{string(s.Kind), s.key(), string(s.A), string(s.B), string(s.Batch), s.Row, s.Record, s.Source, s.NameA, s.NameB,
		string(s.VillageA), string(s.VillageB), milli(s.Weight), string(evidence), s.Model, s.MarkA, s.MarkB, int(s.Impact), s.Programs, int64(s.Monthly),
		s.Group, s.GroupN, s.Search, string(s.State), string(s.Verdict), s.Reason, s.Note, string(s.Follow), flag(s.Second),
		string(s.JudgedBy), s.JudgedName, s.JudgedAt, string(s.ConfirmedBy), s.ConfirmName, s.ConfirmedAt, s.Merge, s.MadeAt, s.Version}, nil
}

// milli writes a weight as it is stored, in thousandths of a bit.
func milli(bits float64) int64 { return int64(math.Round(bits * 1000)) }

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// bits scans thousandths of a bit.
type bits struct{ to *float64 }

// Scan reads what milli wrote.
func (b bits) Scan(src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("duplicate: cannot read a weight from %T", src)
	}
	*b.to = float64(n) / 1000
	return nil
}

func insert(ctx context.Context, tx *db.Tx, s *Suspicion) error {
	s.ID, s.MadeAt, s.Version = id.Suspicion(tx.NewID()), tx.Now, 1
	v, err := values(s)
	if err != nil {
		return err
	}
	return tx.Insert(ctx, suspicionTable, string(s.ID), v...)
}

const update = `UPDATE suspicion SET kind = $4, pair_key = $5, person_a = $6, person_b = $7, batch_id = $8, row_n = $9, record = $10, source = $11,
	name_a = $12, name_b = $13, village_a = $14, village_b = $15, weight = $16, evidence = $17, model = $18, mark_a = $19, mark_b = $20, impact = $21,
	programs_n = $22, monthly_idr = $23, group_id = $24, group_n = $25, search_id = $26, state = $27, verdict = $28, reason = $29, note = $30, follow = $31,
	second = $32, judged_by = $33, judged_name = $34, judged_at = $35, confirmed_by = $36, confirmed_name = $37, confirmed_at = $38, merge_id = $39,
	made_at = $40, version = $41 WHERE regency = $1 AND id = $2 AND version = $3`

// store writes s over the version it was read at; somebody else's change in
// between is a Conflict.
func store(ctx context.Context, tx *db.Tx, s *Suspicion) error {
	before := s.Version
	s.Version++
	v, err := values(s)
	if err != nil {
		return err
	}
	n, err := tx.ExecMany(ctx, update, append([]any{tx.Actor.Regency(), string(s.ID), before}, v...)...)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.NewConflict("duplicate.changed_meanwhile", s.NameA, s.NameB)
	}
	tx.Touch(suspicionTable, string(s.ID))
	return nil
}

// byID returns a suspicion both sides of which lie inside scope.
func byID(ctx context.Context, q db.Querier, scope region.Scope, suspicion id.Suspicion) (Suspicion, error) {
	var w db.Where
	within(&w, scope)
	w.And("s.id = ?", string(suspicion))
	s, found, err := db.One(ctx, q, scan, "SELECT "+columns+" FROM suspicion s"+w.String(), w.Args...)
	if err == nil && !found {
		err = fault.NewNotFound("duplicate.gone")
	}
	return s, err
}

// within adds the working area: whoever may merge two records must be allowed
// to touch both.
func within(w *db.Where, scope region.Scope) {
	w.Within("s.", "village_a", scope)
	if !scope.Whole() {
		w.Within("s.", "village_b", scope)
	}
}

// addStep keeps what somebody did.
func addStep(ctx context.Context, tx *db.Tx, s *Suspicion, deed, reason, note string) error {
	return tx.Insert(ctx, stepTable, tx.NewID(), string(s.ID), deed, reason, note, tx.Now, string(tx.Actor.User), tx.Actor.Name)
}
