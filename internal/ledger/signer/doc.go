// Package signer is the process that holds the keys of the logs and remembers
// what it signed last.
//
// It owns one Ed25519 key and one last checkpoint per log, in a folder of its
// own; it refuses to sign a tree that does not begin with the one it signed
// last, so neither a broken-in server nor an old backup can get a second
// history signed. It refuses to know the database. Read signer_test.go first.
//
// Requests, all with "Authorization: Bearer " + the content of the token file:
//
//	GET  /key?origin=O    the public key of log O in note form; made on first use
//	GET  /last?origin=O   the note signed last; 404 when none was
//	POST /sign            "old N", consistency proof lines, empty line, checkpoint
//
// /sign answers 200 with the signed note, 409 with the note signed last when
// the new tree is smaller than it or does not contain it.
package signer
