// Package users holds the screens of the accounts: the list, the invitation,
// the change of role and working area, and the slip with a one-time password.
//
// It owns the tree of areas and the printed slip; it refuses to judge who may
// grant what, which is account's. Read users_test.go first.
package users
