package signer

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// publicKey derives the verifier key of a note signer key: the seed of an
// Ed25519 key follows its algorithm byte (C2SP signed-note).
func publicKey(skey string) (string, error) {
	parts := strings.SplitN(skey, "+", 5) // PRIVATE KEY name hash key
	if len(parts) != 5 {
		return "", errors.New("malformed key file")
	}
	raw, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return "", errors.New("malformed key file")
	}
	pub := ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey)
	return note.NewEd25519VerifierKey(parts[2], pub)
}
