// Package validation is the pages under /validasi: the queues of matters in
// which a source speaks against an entitlement, and the screen on which two
// officers decide one.
//
// It owns words and layout; it refuses to decide anything: who may, who may
// not twice and what a decision does is package evidence. Read
// validation_test.go first.
package validation
