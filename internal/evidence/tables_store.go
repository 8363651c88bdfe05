package evidence

import (
	"tepat/internal/db"
)

var (
	factTable = db.NewTable("fact", "kind", "person_id", "family_id", "village", "source", "grade", "value", "amount_idr", "on_date", "until_on",
		"document", "stated_name", "stated_birth", "note", "batch_id", "row_n", "recorded_at", "recorded_by", "recorded_name", "retracted_at", "retract_reason")
	indicationTable = db.NewTable("indication", "kind", "person_id", "family_id", "village", "fact_id", "programs", "amount_idr", "weight",
		"severity", "state", "ended", "decided_by", "decided_name", "decided_at", "reason", "confirmed_by", "confirmed_name", "confirmed_at", "note",
		"revived_by", "revived_name", "revived_at", "revived_why", "opened_at", "closed_at", "batch_id", "version")
	stepTable = db.NewTable("indication_step", "indication_id", "deed", "state", "at", "actor_id", "actor_name", "note")
)

// Tables lists the sealed tables of this package, for the verifier.
func Tables() []*db.Table { return []*db.Table{factTable, indicationTable, stepTable} }

// Both lists are read from "fact f" and "indication i".
const factColumns = `f.id, f.kind, COALESCE(f.person_id, ''), COALESCE(f.family_id, ''), f.village, f.source, f.grade, f.value, f.amount_idr, f.on_date,
	f.until_on, f.document, f.stated_name, f.stated_birth, f.note, f.batch_id, f.row_n, f.recorded_at, f.recorded_by, f.recorded_name, f.retracted_at, f.retract_reason`

func scanFact(f *Fact) []any {
	return []any{&f.ID, &f.Kind, &f.Person, &f.Family, &f.Village, &f.Source, &f.Grade, &f.Value, &f.Amount, &f.On,
		&f.Until, &f.Document, &f.StatedName, &f.StatedBirth, &f.Note, &f.Batch, &f.Row, &f.At, &f.By, &f.ByName, &f.Retracted, &f.Reason}
}

func factValues(f Fact) []any {
	return []any{string(f.Kind), textOrNull(string(f.Person)), textOrNull(string(f.Family)), string(f.Village), f.Source, string(f.Grade), f.Value,
		int64(f.Amount), f.On, f.Until, f.Document, f.StatedName, f.StatedBirth, f.Note, string(f.Batch), f.Row, f.At, string(f.By), f.ByName, f.Retracted, f.Reason}
}

const indicationColumns = `i.id, i.kind, i.person_id, COALESCE(i.family_id, ''), i.village, i.fact_id, i.programs, i.amount_idr, i.severity, i.state, i.ended,
	i.decided_by, i.decided_name, i.decided_at, i.reason, i.confirmed_by, i.confirmed_name, i.confirmed_at, i.note,
	i.revived_by, i.revived_name, i.revived_at, i.revived_why, i.opened_at, i.closed_at, i.batch_id, i.version`

func scanIndication(i *Indication) []any {
	return []any{&i.ID, &i.Kind, &i.Person, &i.Family, &i.Village, &i.Fact, &i.Programs, &i.Amount, &i.Severity, &i.State, &i.Ended,
		&i.DecidedBy, &i.DecidedName, &i.DecidedAt, &i.Reason, &i.ConfirmedBy, &i.ConfirmedName, &i.ConfirmedAt, &i.Note,
		&i.RevivedBy, &i.RevivedName, &i.RevivedAt, &i.RevivedWhy, &i.OpenedAt, &i.ClosedAt, &i.Batch, &i.Version}
}

func indicationValues(i Indication) []any {
	return []any{string(i.Kind), string(i.Person), textOrNull(string(i.Family)), string(i.Village), string(i.Fact), i.Programs, int64(i.Amount),
		weigh(i.Programs, i.Amount), string(i.Severity), string(i.State), flag(i.Ended),
		string(i.DecidedBy), i.DecidedName, i.DecidedAt, i.Reason, string(i.ConfirmedBy), i.ConfirmedName, i.ConfirmedAt, i.Note,
		string(i.RevivedBy), i.RevivedName, i.RevivedAt, i.RevivedWhy, i.OpenedAt, i.ClosedAt, string(i.Batch), i.Version}
}

func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
