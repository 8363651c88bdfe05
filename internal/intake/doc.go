// Package intake takes a file that somebody sent and brings its rows to where
// they belong: received → mapped → checked → applied, and undone again.
//
// It owns batches, column mappings, layouts, the checks of single values and
// the outcome of every row; it refuses to drop a row, to guess silently, and
// to know the targets on its right: those register an Applier.
// The counts of a batch always add up to the rows of its file.
// Read batch_test.go first.
package intake
