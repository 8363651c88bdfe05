package rules

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"tepat/internal/fault"
)

// Unit is what a programme is given to.
type Unit string

// The two units.
const (
	Person Unit = "person"
	Family Unit = "family"
)

// Format is the version of the stored form that this package reads and writes.
const Format = 1

// maxBytes bounds a stored rule set; the longest Perbup seen needs 6 KB.
const maxBytes = 64 << 10

// RuleSet is one version of a programme's conditions: a candidate is eligible
// when every Require holds and no Reject holds.
type RuleSet struct {
	Format  int      `json:"format"`
	Unit    Unit     `json:"unit"`
	Basis   string   `json:"basis,omitempty"`
	Require []Clause `json:"require"`
	Reject  []Clause `json:"reject,omitempty"`
}

// Marshal returns the bytes that are stored and hashed. They are the same for
// the same rule set.
func (rs RuleSet) Marshal() ([]byte, error) {
	if rs.Format == 0 {
		rs.Format = Format
	}
	if rs.Require == nil {
		rs.Require = []Clause{}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(rs); err != nil {
		return nil, fault.Wrap("rules.Marshal", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Digest returns the SHA-256, in lowercase hexadecimal, of exactly the bytes
// given: those that were stored, never a re-encoding of what was parsed from
// them, so the digest outlives every later change of this package.
func Digest(stored []byte) string {
	sum := sha256.Sum256(stored)
	return hex.EncodeToString(sum[:])
}

// Parse reads a stored rule set. It is strict: an unknown or repeated field, or
// anything after the end, is refused, because a misspelt condition that is
// silently dropped lets people in. Parse does not judge the conditions
// (Validate does), so that a draft can be kept.
func Parse(b []byte) (RuleSet, error) {
	if len(b) > maxBytes {
		return RuleSet{}, fault.NewInvalid("rules.too_big", maxBytes>>10)
	}
	if err := checkKeys(b); err != nil {
		return RuleSet{}, err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	var rs RuleSet
	if err := dec.Decode(&rs); err != nil {
		return RuleSet{}, fault.NewInvalid("rules.not_readable").Because(err)
	}
	if rs.Format != Format {
		return RuleSet{}, fault.NewInvalid("rules.format", rs.Format, Format)
	}
	return rs, nil
}

// fields are the names a stored rule set may use. encoding/json would also
// accept "MIN" for min; here only the exact spelling counts.
var fields = func() map[string]bool {
	m := map[string]bool{}
	for f := range strings.FieldsSeq("format unit basis require reject id kind min max at areas programs except facts scope components sex if_unknown clauses") {
		m[f] = true
	}
	return m
}()

// checkKeys walks the JSON text and refuses unknown and repeated names, which
// encoding/json lets pass, and text after the end.
func checkKeys(b []byte) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	if err := checkValue(dec, 0); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return fault.NewInvalid("rules.not_readable").Because(errors.New("text after the end"))
	}
	return nil
}

func checkValue(dec *json.Decoder, depth int) error {
	if depth > 4*maxDepth+8 {
		return fault.NewInvalid("rules.too_deep", maxDepth)
	}
	tok, err := dec.Token()
	if err != nil {
		return fault.NewInvalid("rules.not_readable").Because(err)
	}
	switch tok {
	case json.Delim('{'):
		return checkObject(dec, depth)
	case json.Delim('['):
		for dec.More() {
			if err := checkValue(dec, depth+1); err != nil {
				return err
			}
		}
		return endOf(dec)
	}
	return nil
}

func checkObject(dec *json.Decoder, depth int) error {
	seen := map[string]bool{}
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return fault.NewInvalid("rules.not_readable").Because(err)
		}
		name, _ := tok.(string) // a name in an object is always a string
		if !fields[name] {
			return fault.NewInvalid("rules.unknown_field", name)
		}
		if seen[name] {
			return fault.NewInvalid("rules.repeated_field", name)
		}
		seen[name] = true
		if err := checkValue(dec, depth+1); err != nil {
			return err
		}
	}
	return endOf(dec)
}

func endOf(dec *json.Decoder) error {
	if _, err := dec.Token(); err != nil {
		return fault.NewInvalid("rules.not_readable").Because(err)
	}
	return nil
}
