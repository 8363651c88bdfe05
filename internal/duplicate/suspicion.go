package duplicate

import (
	"slices"
	"strings"

	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// Kind says what is compared.
type Kind string

// A pair is two records; a row is a row of a file beside a record.
const (
	Pair Kind = "pair"
	Row  Kind = "row"
)

// State is where a suspicion stands. Its name for people is "duplicate.state.<state>".
type State string

// The states. Open and Field wait for a first word, Proposed for a second.
const (
	Open      State = "open"
	Field     State = "field"    // somebody was asked to look in the village
	Proposed  State = "proposed" // said to be the same, payment changes: another person confirms
	Same      State = "same"
	Different State = "different"
	Left      State = "left" // of a row: left out
	Gone      State = "gone" // overtaken: a record vanished or changed, the batch was undone
)

// Waits reports whether a first word is still to be said.
func (s State) Waits() bool { return s == Open || s == Field }

// Verdict is what a person says.
type Verdict string

// The verdicts.
const (
	VerdictSame      Verdict = "same"
	VerdictDifferent Verdict = "different"
	VerdictField     Verdict = "field"
)

// reasons are the codes that a verdict is given with. They are words that a
// provenance can show as they are.
var reasons = map[Verdict][]string{
	VerdictSame:      {"salah_ketik_nik", "ejaan_nama", "pecah_kk", "pindah_alamat", "terdaftar_dua_kali", "dikenal_petugas"},
	VerdictDifferent: {"nama_sama_saja", "kembar_atau_saudara", "bapak_dan_anak", "nik_berbeda_benar", "dikenal_petugas"},
	VerdictField:     {"bukti_kurang", "perlu_tanya_desa", "perlu_lihat_dokumen"},
}

// Reasons lists the codes of a verdict, the most frequent first. Their words
// are "duplicate.reason.<code>".
func Reasons(v Verdict) []string { return slices.Clone(reasons[v]) }

// spelled is a reason code as a provenance keeps it.
func spelled(code, note string) string {
	text := "dugaan ganda: " + strings.ReplaceAll(code, "_", " ")
	if note != "" {
		text += "; " + note
	}
	return text
}

// Then says what becomes of a row that is about somebody else.
type Then string

// A row can make a person when its file goes into the registry.
const (
	ThenNew   Then = "new"
	ThenLeave Then = "leave"
)

// Zone is a part of the scale of scores: "duplicate.zone.<zone>".
type Zone string

// The zones.
const (
	Weak    Zone = "weak"
	Likely  Zone = "likely"
	Certain Zone = "certain"
)

// zoneOf places a weight between the weights of a policy.
func zoneOf(weight float64, p registry.MatchPolicy) Zone {
	switch {
	case weight >= p.SameWeight:
		return Certain
	case weight >= (p.LookWeight+p.SameWeight)/2:
		return Likely
	}
	return Weak
}

// MaxScore is the right end of the scale, in bits.
const MaxScore = 40

// Impact says what money hangs on a suspicion.
type Impact int

// Either side is in running aid, or both are: then one person is paid twice.
const (
	NoAid Impact = iota
	OneSide
	BothSides
)

// Say is a sentence of the catalogue with its arguments.
type Say struct {
	Key  string
	Args []any
}

func say(key string, args ...any) Say { return Say{"duplicate." + key, args} }

// Suspicion is one stored suspicion.
type Suspicion struct {
	ID           id.Suspicion
	Kind         Kind
	A, B         id.Person // B is "" for a row
	Batch        id.Batch
	Row          int
	Record       string // of the row, for intake.ParseRecord
	Source       string // of the row, else registry.RegistrySource
	NameA, NameB string
	VillageA     region.Code
	VillageB     region.Code
	Weight       float64
	Evidence     []Piece
	Model        string
	MarkA, MarkB string
	Impact       Impact
	Programs     int
	Monthly      money.Rupiah
	Group        string // of a cluster of more than two; "" else
	GroupN       int
	Search       string
	State        State
	Verdict      Verdict
	Reason, Note string
	Follow       Then
	Second       bool
	JudgedBy     id.User
	JudgedName   string
	JudgedAt     db.Time
	ConfirmedBy  id.User
	ConfirmName  string
	ConfirmedAt  db.Time
	Merge        string // what carried it out, or what overtook it
	MadeAt       db.Time
	Version      int
}

// Piece is what one comparison said when the suspicion was scored. It holds no
// value of a record.
type Piece struct {
	Field   string `json:"f"`
	Level   string `json:"l"`
	Weight  int64  `json:"w"` // thousandths of a bit
	Missing bool   `json:"m,omitempty"`
}

// pairKey names a pair, whichever record is named first.
func pairKey(a, b id.Person) string {
	if b < a {
		a, b = b, a
	}
	return string(a) + ":" + string(b)
}
