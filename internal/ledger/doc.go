// Package ledger keeps the tamper-evident log of every regency: what was
// decided, handed over and looked at, by whom and when.
//
// It owns the entries, the RFC 6962 tree over them, checkpoints, cosignatures,
// proofs and the verifier. It refuses to know what an entry means: payloads
// are bytes, and the sentence of an event belongs to the package that records
// it (catalogue key "event." + kind). Read ledger_test.go first.
//
// # Formats
//
// L(x) is the length of x as an unsigned varint, then x.
//
//	payload digest = SHA-256("tepat/payload/v1" ‖ salt(32) ‖ L(payload) ‖ L(actor name) ‖ L(area))
//	commitment     = SHA-256("tepat/leaf/v1" ‖ payload digest ‖ L(seals))
//	leaf           = 0x01 ‖ L(kind) ‖ L(at) ‖ L(actor id) ‖ L(object) ‖ commitment
//	leaf hash      = SHA-256(0x00 ‖ leaf)                                   (RFC 6962 §2.1)
//
// The leaf holds pseudonyms only; it may leave the house. Erasing an entry
// blanks payload and salt and keeps the payload digest, which tells nothing
// without the salt: leaf and seals stay verifiable. Every erasure is itself an
// entry (kind "ledger.erased").
//
// Seals say which rows a command left in which state; they are attached to the
// last event of the command:
//
//	seals = 0x01 ‖ group…
//	group = L(table) ‖ varint(rows) ‖ row…
//	row   = 0x00 ‖ 16 bytes of the UUID ‖ 16 bytes of digest
//	      | L(id)                       ‖ 16 bytes of digest   (other ids)
//
// # Order
//
// On SQLite an entry enters the tree in its own transaction. On PostgreSQL the
// transaction writes to an outbox and draws a turn while it still holds its
// row locks; one sequencer moves what it sees in the outbox, in order of turn.
// It never asks for "greater than the last": numbers are drawn in one order
// and committed in another.
package ledger
