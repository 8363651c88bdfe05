package program

import "tepat/internal/db"

// Column lists, once per table, beside the pointers that fill them.
var (
	programTable = db.NewTable("program", "code", "name", "unit", "fund", "channel", "state", "made_by", "made_at", "version")
	versionTable = db.NewTable("rule_version", "program_id", "number", "state", "valid_from", "valid_until", "legal_basis",
		"amount_month_idr", "months_n", "quota_n", "budget_idr", "reserve_n", "source", "rules", "rules_digest", "spec",
		"made_by", "made_at", "proposed_by", "proposed_at", "approved_by", "approved_at", "version")
	candidateTable = db.NewTable("candidate", "program_id", "family_id", "person_id", "list_key", "listed_name", "village", "listed_no", "state",
		"reason", "note", "answered_on", "answer_batch_id", "answer_row_n", "batch_id", "row_n", "version")
	rankingTable = db.NewTable("ranking", "program_id", "version_id", "as_of", "state", "rules_digest", "inputs_digest",
		"result_digest", "seed", "subjects_n", "in_n", "reserve_n", "below_n", "ineligible_n", "unknown_n", "spent_idr",
		"line_no", "limit_kind", "made_by", "made_at", "version")
	reasonTable = db.NewTable("ranking_reason", "ranking_id", "reason_no", "state", "clause_no", "text_id", "text_en", "subjects_n")
	lineTable   = db.NewTable("ranking_line", "ranking_id", "place_no", "state", "person_id", "family_id", "village", "listed_no",
		"reason_no", "policy", "keys", "cost_idr", "reserve_no", "decided_by", "tied_n")
	decreeTable = db.NewTable("decree", "program_id", "version_id", "ranking_id", "kind", "state", "number", "signed_on", "pdf_sha256",
		"amount_month_idr", "months_n", "month_from", "lines_n", "total_idr", "proposed_by", "proposed_at", "signed_by",
		"signed_at", "version")
	decreeLineTable = db.NewTable("decree_line", "decree_id", "ranking_line_id", "person_id", "family_id", "village", "place_no",
		"amount_idr", "state", "replaces_id", "reason", "left_on", "version")
)

// Tables lists the sealed tables of this package, for the verifier.
func Tables() []*db.Table {
	return []*db.Table{programTable, versionTable, candidateTable, rankingTable, reasonTable, lineTable, decreeTable, decreeLineTable}
}
