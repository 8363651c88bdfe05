package intake

import (
	"math/bits"

	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/region"
)

// State is where a batch stands.
type State string

// A batch walks down this list; Cancelled, Failed and Undone are ends.
const (
	Received  State = "received"  // the file is stored; sheet and columns are being chosen
	Mapped    State = "mapped"    // columns are known, the check is waiting or running
	Checked   State = "checked"   // every row has an outcome; nothing is applied yet
	Applying  State = "applying"  // rows are going in, chunk by chunk
	Applied   State = "applied"   // every ready row is in
	Undone    State = "undone"    // everything was taken out again
	Cancelled State = "cancelled" // given up before anything went in
	Failed    State = "failed"    // the file could not be read to its end; nothing is in
)

// Outcome is what became of one row.
type Outcome string

// Every row has exactly one.
const (
	Ready   Outcome = "ready"   // goes in
	Same    Outcome = "same"    // agrees with what is known; nothing to do
	Fix     Outcome = "fix"     // something must be corrected first
	Look    Outcome = "look"    // a person must decide who this is
	Skipped Outcome = "skipped" // nobody's row (a total, a signature), or left out by a person's decision
)

// Counts tells how a batch's rows came out. Rows = Ready + Same + Fix + Look + Skipped.
type Counts struct {
	Rows, Ready, Same, Fix, Look, Skipped int
	Added, Updated                        int // of the ready rows, once applied
}

// AddUp reports whether the counts account for every row.
func (c Counts) AddUp() bool {
	return c.Rows == c.Ready+c.Same+c.Fix+c.Look+c.Skipped
}

// Plus returns the sum of two counts, for chunks.
func (c Counts) Plus(o Counts) Counts {
	return Counts{c.Rows + o.Rows, c.Ready + o.Ready, c.Same + o.Same, c.Fix + o.Fix, c.Look + o.Look, c.Skipped + o.Skipped,
		c.Added + o.Added, c.Updated + o.Updated}
}

// Batch is one file on its way in.
type Batch struct {
	ID        id.Batch
	Sender    string // agency or village that sent it, as typed or recognised
	FileName  string
	SHA256    string      // of the file, which stays in the blob store for ever
	Size      int64       // bytes
	Sheet     int         // index of the chosen sheet
	HeaderRow int         // row number of the header in that sheet, from 1
	Layout    string      // name of the layout; "" while unknown
	Target    string      // Applier target of the layout
	Subject   string      // what the target needs to know: a programme's id for candidates, its code for BNBA; else ""
	Village   region.Code // of every row, when the file has no column for it; else ""
	Mapping   Mapping
	State     State
	Counts    Counts
	Message   string   // catalogue key when Failed
	Args      []string // of the message
	Reason    string   // why it was cancelled or undone, in the words of who did it
	CreatedBy id.User
	Creator   string // name of CreatedBy
	CreatedAt db.Time
	AppliedBy id.User
	AppliedAs string // name of AppliedBy
	AppliedAt db.Time
	Version   int

	area    region.Code  // whose working area it belongs to
	trusted bool         // everybody who said what the file is works for the whole regency
	scope   region.Scope // of whoever handles it now
	cards   cardSet      // family cards that the file names, while it is applied to the registry
	own     own          // families of whoever applies it and of his declared relatives
}

// Regency returns the regency whose registry the rows speak of.
func (b Batch) Regency() region.Code {
	if b.area == "" {
		return b.Village.Regency()
	}
	return b.area.Regency()
}

// Within returns b as handled by somebody with the given working area. The
// service says so before it asks a target.
func (b Batch) Within(scope region.Scope) Batch {
	b.scope = scope
	return b
}

// Reaches reports whether village lies in the working area of whoever handles
// b now. What a row says about anybody else is for a person to decide.
func (b Batch) Reaches(village region.Code) bool { return b.scope.Contains(village) }

// IsOwn reports whether family is that of whoever applies b, or of a relative
// whom he declared. A target asks when a row names a family by neither number
// nor person, as by a name in a list; nobody is known as long as b is checked.
func (b Batch) IsOwn(family id.Family) bool { return b.own.families[family] }

// Mapping says which column of the file fills which field; columns that are
// not in it are not used.
type Mapping map[Field]int

// Grows reports whether added more rows at least double what b brought in: then
// the planner of the database must be told how large the tables are by now.
func (b Batch) Grows(added int) bool {
	return bits.Len(uint(b.Counts.Added+added)) > bits.Len(uint(b.Counts.Added))
}

// CanMap reports whether sheet and columns may still be chosen.
func (b Batch) CanMap() bool { return b.State == Received || b.State == Mapped || b.State == Checked }

// CanCancel reports whether nothing of the batch is in yet.
func (b Batch) CanCancel() bool { return b.CanMap() || b.State == Failed }

// CanUndo reports whether there may be something to take out.
func (b Batch) CanUndo() bool { return b.State == Applied || b.State == Applying }

// Kind is the kind of fact that the rows state ("death"), "" for other targets.
func (b Batch) Kind() string {
	l, ok := LayoutNamed(b.Layout)
	if !ok {
		return ""
	}
	return l.Kind
}
