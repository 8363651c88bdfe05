// Package evidence keeps what agencies say about people and families, and what
// two officers made of it.
//
// It owns facts (dated statements with a source and, for deaths, a grade),
// indications (a fact that speaks against an entitlement, waiting for people)
// and the steps of each decision. It refuses verdicts by machine: a fact alone
// ends nothing, one person alone confirms nothing, and a contradiction is shown
// beside what it contradicts, never written over it. It knows no programme but
// its code. Read command_test.go first.
package evidence
