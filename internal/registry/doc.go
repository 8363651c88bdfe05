// Package registry is the one register of people and families.
//
// It owns persons, families, dated memberships, former numbers, the provenance
// of every field, and merges and splits, which it undoes exactly. It decides
// which of two records is the same person only in the obvious cases and leaves
// the rest to people. It refuses to know programmes, evidence or payments: those
// point here by identifier.
// A person is not a row of a file. Read registry_test.go first.
package registry
