// Package witness is the machine of the inspectorate, or of a neighbouring
// regency, that remembers how far the log had grown and what was in it.
//
// It owns the last checkpoint it cosigned for each log and a copy of every
// leaf up to it; it refuses to cosign a tree that does not continue the last
// one, or whose leaves it does not hold. It never sees payloads, names or NIK:
// leaves are pseudonyms and commitments. Read witness_test.go first.
//
// Requests:
//
//	POST /add-checkpoint          C2SP tlog-witness; answers cosignature/v1 lines
//	GET  /held?origin=O           how many leaves it holds
//	POST /add-entries?start=N     leaves, each L(leaf); header Tepat-Checkpoint
//	                              carries the signed note that covers them, in base64
//	GET  /checkpoint?origin=O     the note cosigned last
//	GET  /entries?origin=O        every leaf up to it; bearer token, for auditors
//
// /add-checkpoint answers 428 while leaves below the checkpoint are missing: a
// witness that mirrors keeps what a burnt server held.
package witness
