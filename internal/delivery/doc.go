// Package delivery hands the aid over and accounts for it: pay lists frozen
// from a signed decree, the sites where they are paid, hand-overs with their
// receipts, and the reconciliation at the end.
//
// Its law: of every pay list, decreed = paid + failed + replaced + pending, in
// people and in rupiah, after every command. A line is paid at most once,
// however often and from however many phones a hand-over is sent; what was
// said a second time is kept as evidence and pays nothing. So is money said to
// be given to somebody who died or is held since the list was frozen. Paying at
// a site and closing it, or its list, follow each other (lock_store.go).
//
// It refuses to choose recipients (program does) and to judge people (evidence
// does): a recipient who died since the decree enters the list as failed, with
// the reason, and is never dropped.
//
// Read handover_test.go first.
package delivery
