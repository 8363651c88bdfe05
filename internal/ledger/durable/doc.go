// Package durable writes small files that must survive a power cut: the keys
// and memories of the signer and the witness.
//
// It refuses everything larger than memory. Read durable_test.go first.
package durable
