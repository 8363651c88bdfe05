package registry

import (
	"tepat/internal/db"
)

// The tables beside people and families; those follow from their fields.
var (
	membershipTable = db.NewTable("membership", "family_id", "person_id", "relation", "from_on", "until_on", "reason")
	formerTable     = db.NewTable("former_number", "kind", "number", "subject_id", "until_at", "source")
	changeTable     = db.NewTable("change", "subject_kind", "subject_id", "version", "at", "actor_id", "actor_name",
		"source", "batch_id", "row_n", "reason", "fields")
	mergeTable = db.NewTable("merge", "kind", "keep_id", "drop_id", "keep_name", "drop_name", "village", "at", "actor_id", "actor_name",
		"source", "reason", "conflicts", "undone_at", "undone_by", "undone_name", "undo_reason")
	stepTable = db.NewTable("merge_step", "merge_id", "step_no", "kind", "row_id", "made", "fields")
)

// Tables lists the sealed tables of the registry, for the verifier.
func Tables() []*db.Table {
	return []*db.Table{people.table, families.table, membershipTable, formerTable, changeTable, mergeTable, stepTable,
		matchPolicyTable, modelTable, aliasTable}
}

// What reads people and families is read from "person p" and "family f".
var (
	personColumns, scanPerson = people.columns, people.scan
	familyColumns, scanFamily = families.columns, families.scan
)
