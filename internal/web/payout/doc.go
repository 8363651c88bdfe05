// Package payout holds the pages of delivery: pay lists and their freezing,
// sites, the hand-over page of a site, receipts, corrections and the
// reconciliation. It owns no rule: internal/delivery decides what counts. It
// works on a phone without JavaScript, and answers the same addresses in JSON
// to programs that ask for it. Read payout_test.go first.
package payout
