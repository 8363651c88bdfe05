package report

import (
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/ledger"
	"tepat/internal/money"
	"tepat/internal/region"
	"tepat/internal/rules"
)

// Home is what Beranda shows to one person: counts inside the working area,
// all from one state of the database.
type Home struct {
	Families, People int64
	Clear, Open      int64 // families without and with an open validation case
	Kecamatan        []Kecamatan
	Programs         []Program // open ones, by name
	Chain            *Chain    // nil while there is no open programme
	Waiting          []Waiting
	Sites            []Site
	Ledger           ledger.State
	Verified         Verified
	Sources          []Source
	Start            Start
}

// Program names a programme.
type Program struct {
	ID   id.Program
	Code string
	Name string
	Unit rules.Unit
}

// Chain is how far the newest run of one programme has come. Identifiers are
// empty for the stages that do not exist yet.
type Chain struct {
	Program
	Ranking   id.Ranking
	Subjects  int64 // judged
	Eligible  int64 // meet the rules, with or without a place
	Reason    int   // number of the reason that all eligible lines share, in and out of the quota
	Unknown   int64 // somebody must look
	Below     int64 // eligible, beyond quota and reserve
	Decree    id.Decree
	Number    string // of the decree
	Decreed   int64  // lines of the decree
	List      id.PayList
	Stage     int
	Title     string // of the pay list
	Closed    bool
	Paid      Sum
	Failed    Sum
	Replaced  Sum
	Pending   Sum
	ListTotal Sum
}

// Sum counts lines of a pay list and adds their amounts.
type Sum struct {
	N   int64
	IDR money.Rupiah
}

func (s *Sum) add(o Sum) { s.N, s.IDR = s.N+o.N, s.IDR+o.IDR }

// AddsUp reports whether the list accounts for every line and every rupiah.
func (c Chain) AddsUp() bool {
	return c.ListTotal.N == c.Paid.N+c.Failed.N+c.Replaced.N+c.Pending.N &&
		c.ListTotal.IDR == c.Paid.IDR+c.Failed.IDR+c.Replaced.IDR+c.Pending.IDR
}

// Kecamatan is one row of the map's table. A kecamatan of the working area is
// there even when nobody of it is registered.
type Kecamatan struct {
	Code             region.Code
	Name             string
	Families, People int64
	Open             int64 // families with an open validation case
	Poor             int64 // families of desil 1 to PoorDesil
	Decreed          int64
	Lines            Sum
	Paid             Sum
	Failed           Sum
	Pending          Sum
}

// PoorDesil is the highest desil that aid aims at: DTSEN desil 1 to 4
// (Kepmensos 79/HUK/2025, domain brief §2.4).
const PoorDesil = 4

// Site is a place of payment that has not finished.
type Site struct {
	ID      id.Site
	List    id.PayList
	Name    string
	Village region.Code
	Officer string
	On      civil.Date
	Lines   int64
	Paid    int64
	LastAt  db.Time // of the newest hand-over; zero when none
}

// Source is when a kind of file last went in.
type Source struct {
	Layout string
	Sender string
	At     db.Time
	Limit  int // days after which it is old
}

// limits are the days after which a layout's data is old: monthly lists may be
// a month and a few days old, DTSEN is renewed every quarter.
var limits = map[string]int{"deaths": 14, "dtsen_family": 100, "bnba": 100}

const usualLimit = 35

// OldOn reports whether the source is older than its limit on day.
func (s Source) OldOn(day civil.Date, zone civil.Zone) bool {
	return zone.Today(s.At.Std()).DaysUntil(day) > s.Limit
}

// Verified is the outcome of the last check of the whole log, as the log
// itself recorded it.
type Verified struct {
	At       db.Time
	Findings int64
}

// Start says which first steps an office has taken.
type Start struct {
	Batches    int64 // files received
	Applied    int64 // files that went in
	Boundaries int64 // kecamatan with a boundary
	Programs   int64
	Users      int64
}

// Matter is a kind of work that waits. Its words are "home.work.<matter>".
type Matter string

// The matters, in the order in which they are shown when nothing is urgent.
const (
	SignDecree      Matter = "sign_decree"
	ActivateRules   Matter = "activate_rules"
	FreezeList      Matter = "freeze_list"
	CloseList       Matter = "close_list"
	PaySite         Matter = "pay_site"
	ConfirmCase     Matter = "confirm_case"
	DecideCase      Matter = "decide_case"
	WatchCase       Matter = "watch_case" // may look, decides nothing
	ProposeDecree   Matter = "propose_decree"
	ApplyImport     Matter = "apply_import"
	CheckImport     Matter = "check_import"
	ConfirmReversal Matter = "confirm_reversal"
)

// Waiting is work that this person may do.
type Waiting struct {
	Matter Matter
	Kind   string       // of an indication, else ""
	N      int64        // things that wait, or families when one decree waits
	IDR    money.Rupiah // at stake, 0 when it has no price
	Aid    int64        // of N, those whose family receives something
	Own    int64        // of N, those that need another person than this one
	Only   string       // identifier when exactly one thing waits
	In     string       // what Only belongs to: a programme, of a site its pay list
	Name   string       // of Only
}
