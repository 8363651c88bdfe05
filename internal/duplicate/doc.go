// Package duplicate is the queue of suspected duplicates (dugaan ganda): two
// records of the registry, or a row of a file and a record, that may be one
// person.
//
// It owns suspicions, what people say about them, who looks at which, the
// search that finds them, and the numbers that tell how good matching is. It
// refuses to merge without a person, and without a second one where either
// side is in running aid; the merge itself is evidence's and registry's. A
// decision stays until the records change. Read queue_test.go first.
//
//	search ─▶ open ─▶ same ─▶ merged        ┌ field: somebody goes and asks
//	rows ────▶  │  ─▶ proposed ─▶ confirmed │ different: never asked again
//	            └─────────────────────────┘
package duplicate
