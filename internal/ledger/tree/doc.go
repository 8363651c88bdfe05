// Package tree holds the arithmetic and the texts of the log: the growing
// edge of an RFC 6962 tree, checkpoints, signed notes and proofs.
//
// It owns formats only; it refuses databases, files and networks, so that the
// signer and the witness share nothing else with the server.
// Read tree_test.go first.
package tree
