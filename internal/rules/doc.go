// Package rules judges whether one person or family meets the published
// conditions of a programme, in three-valued logic, and says which clause
// decided, in plain Indonesian and English.
//
// It owns the clause as data, its checks, its evaluation and its sentences. It
// refuses to load anything, to order anybody (that is ranking) and to guess:
// what is not known stays Unknown unless the clause itself, in print, says
// otherwise. The seam is RuleSet → Compile → Compiled.Evaluate → Verdict; an
// expression language may one day replace what lies between the two ends.
//
// Read natuna_test.go first: one real programme under two rule versions.
package rules
