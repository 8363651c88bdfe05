// Package intake takes a file that somebody sent and brings its rows to where
// they belong: received → mapped → checked → applied, and undone again.
//
// It owns batches, column mappings, layouts, the checks of single values and
// the outcome of every row; it refuses to drop a row, to guess silently, and
// to know the targets on its right: those register an Applier.
// The counts of a batch always add up to the rows of its file.
// Read batch_test.go first.
//
// A new kind of file is a JSON file in layouts. The way of a row:
//
//	sheet.Row ─ Reader ─▶ Item ─ judge ─▶ outcome ─▶ import_row
//	   file      read*.go        the file so far, registry.Lookup, Applier.Check
//
// and, when a person says so, a chunk at a time: the same rows read again from
// the stored file, matched and checked again inside the transaction, and given
// to Applier.Apply. The file is never copied into the database; a chunk holds
// the SHA-256 over the outcomes of its rows and is sealed in the ledger.
package intake
