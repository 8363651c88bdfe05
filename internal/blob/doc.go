// Package blob keeps uploads, photos and documents as files named by the
// SHA-256 of their content, encrypted at rest with age (age-encryption.org/v1).
//
// It owns the folder, the key file beside it and the promise that a reader
// never sees a byte of a blob that is not whole. It refuses file names of
// people, content above a limit, and writes that would fill the disk. It knows
// neither the database nor what a blob means; whoever stores a Ref owns it.
// Read store_test.go first.
//
// What the encryption is for: a stolen disk, a stolen backup, a repair shop.
// The X25519 identity lies in its own file, mode 0600, never in the database
// and never in the folder of the blobs, so that a copy of either alone opens
// nothing. Losing it loses every blob: it belongs into the sealed envelope of
// the backup plan. What it is not for: somebody who is already root on the
// running server. The name of a file is the hash of its clear content, so
// somebody with the folder can tell whether a file he already has is in it.
package blob
