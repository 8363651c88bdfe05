package evidence

import (
	"strings"

	"tepat/internal/registry"
)

// Kind says what a fact is about. The words are stored and never change meaning.
type Kind string

// The kinds of fact. Their names for people are "evidence.kind.<kind>".
const (
	Death           Kind = "death"
	Left            Kind = "moved"            // left the regency with a letter (SKPWNI)
	ASN             Kind = "asn"              // civil servant, TNI or Polri
	Pension         Kind = "pension"          // of one of those
	VillageOfficial Kind = "village_official" // perangkat desa
	Receives        Kind = "receives"         // Value is the programme's code
)

// KindCount is how many kinds there are, the size of Findings.
const KindCount = 6

// trait is what the machine does with a kind.
type trait struct {
	kind Kind
	// opens: a fact of this kind about a living person is an indication.
	opens bool
	// needsAid: it is one only while the family receives a programme, or when a
	// caller that knows candidates asks for it (Watch).
	needsAid bool
	// holds: money waits from the indication on, not from the first decision.
	holds bool
	// life is what a confirmed indication with sufficient evidence writes.
	life registry.Life
	// queue: the validation page has a tab for it.
	queue bool
}

// traits is the whole policy (domain brief §1.4, §2.5, §5.5 D1 to D3). A
// pension is a statement that a rule reads, not an accusation.
var traits = [KindCount]trait{
	{kind: Death, opens: true, holds: true, life: registry.Dead, queue: true},
	{kind: Left, opens: true, life: registry.Moved, queue: true}, // perhaps only to the next village: people look first
	{kind: ASN, opens: true, needsAid: true, queue: true},
	{kind: Pension},
	{kind: VillageOfficial, opens: true, needsAid: true, queue: true},
	{kind: Receives},
}

// index returns the position of k in traits, -1 when it is unknown.
func (k Kind) index() int {
	for i := range traits {
		if traits[i].kind == k {
			return i
		}
	}
	return -1
}

func (k Kind) trait() trait {
	if i := k.index(); i >= 0 {
		return traits[i]
	}
	return trait{kind: k}
}

// Known reports whether k is one of Kinds.
func (k Kind) Known() bool { return k.index() >= 0 }

// Opens reports whether a fact of kind k is decided about by people before it
// counts. Where it does not, the statement itself counts.
func (k Kind) Opens() bool { return k.trait().opens }

// Kinds lists every kind.
func Kinds() []Kind {
	out := make([]Kind, len(traits))
	for i := range traits {
		out[i] = traits[i].kind
	}
	return out
}

// Queues lists the kinds that the validation page has a queue for.
func Queues() []Kind {
	var out []Kind
	for i := range traits {
		if traits[i].queue {
			out = append(out, traits[i].kind)
		}
	}
	return out
}

// programNames fold what files call a programme into its code.
var programNames = map[string]string{
	"BPNT": "SEMBAKO", "KARTU-SEMBAKO": "SEMBAKO", "BANSOS-SEMBAKO": "SEMBAKO", "PROGRAM-SEMBAKO": "SEMBAKO",
	"BLTDD": "BLT-DD", "BLT-DANA-DESA": "BLT-DD", "BLT-DESA": "BLT-DD", "PROGRAM-KELUARGA-HARAPAN": "PKH",
}

// ProgramCode returns the code of a programme as written in a file: upper
// case, words joined by hyphens, well-known names folded. It is "" for nothing.
func ProgramCode(text string) string {
	words := strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool {
		return r == ' ' || r == '-' || r == '_' || r == '.' || r == '/' || r == '\t' || r == '\u00a0'
	})
	code := strings.Join(words, "-")
	if known, ok := programNames[code]; ok {
		return known
	}
	return code
}
