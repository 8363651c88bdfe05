// Package audit is the page of those who must not take our word: the condition
// of the ledger, a check of everything on demand, every entry as a sentence,
// and the proof of an entry to take away.
//
// It decides nothing and changes nothing. What lies outside the reader's area
// it shows by place and hash only: that an entry exists is nobody's secret,
// what it says may be. Read audit_test.go first.
package audit
