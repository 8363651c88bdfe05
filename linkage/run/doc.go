// Package run links csv files from beginning to end: it looks at them, decides
// or loads a model, reads, trains, compares, clusters, measures, and writes the
// clusters, the edges, the model and the report. The command `tepat link` is a
// thin face of it.
//
// It owns the order of the work, the mapping of several files with different
// headers onto one table, the choice of blocking rules within a budget, the
// files it writes (whole or not at all), and saying what was odd about the
// input. It refuses to compare or to decide anything itself: package linkage
// does. Read run_test.go first.
package run
