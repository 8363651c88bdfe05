// Package fault is the one error type that people get to see.
//
// It owns the kinds of failure and the catalogue key of the sentence; it does
// not own the sentence (that is i18n) nor the HTTP status (that is the rim).
// Read fault_test.go first.
package fault
