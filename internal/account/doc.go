// Package account owns who may do what, and where: users, roles, working
// areas, declared relatives, passwords and sessions.
//
// It refuses to know any other record: a rule such as "nobody acts on his own
// family" is asked here with a NIK or KK as a value (Related). It is the only
// package that builds a region.Scope for a person. The table of roles and
// actions is data.
//
// A password is checked by Gate, a visitor is followed by Sessions, and every
// change of a user is a command on a *db.Tx in command_store.go.
// Read role_test.go first, then command_store_test.go.
package account
