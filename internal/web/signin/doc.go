// Package signin holds the door: signing in and out, and the own account with
// its password and the relatives an officer declares.
//
// It owns the words and the way back; it refuses to judge a password, a delay
// or a relation, which is account's. Read signin_test.go first.
package signin
