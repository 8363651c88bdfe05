// Package jobs runs work that outlasts a request: reading a file, matching,
// ranking, a large export. Its queue is a table, so that work and its progress
// survive a restart, and its runner is a few goroutines in the same process.
//
// It owns the table job, the lease of a running job and the pace shown to
// people. It refuses to know what a job does, and it does not promise that a
// handler runs once: it promises that no two runs overlap and that a run which
// died is run again. So a handler works in chunks, one db.Write each, and
// finds out from its own records where the last run stopped.
// Read runner_test.go first.
//
// The life of a job:
//
//	waiting ──claim──▶ running ──▶ done, failed, cancelled
//	   ▲                  │
//	   └── stop of the program, lease ran out, fault.Unavailable (later)
//
// A payload is JSON for the handler: identifiers and settings, never a NIK.
package jobs
