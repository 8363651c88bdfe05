package page

import "strconv"

// Review screens: a queue at the left, the case in the middle, the decision at
// the bottom. Set Request.Shell.Rail. A page lays them out as
// <div class="review">{{template "queue" .Queue}}<div>…</div></div>.

// Queue is the list of cases beside the one that is open. Template "queue".
type Queue struct {
	Title   string
	Sub     string
	Filters []Tab
	Items   []QueueItem
	Empty   Empty
	Keys    bool // say which keys work
}

// QueueItem is one case: who, where, what is at stake.
type QueueItem struct {
	Title   string
	Sub     string
	Figure  string // score or count
	Note    string // "2 program"
	Tone    Tone   // of Note
	Href    string
	Current bool
	Done    bool
}

// Verdict is what the reviewer reads first: a sentence, what speaks against
// it, what it costs. Template "verdict".
type Verdict struct {
	Title   string
	Text    string
	Against string
	Stake   *Tag
	Gauge   *Gauge
	Tags    []Tag
}

// Gauge shows a score between two thresholds, all from 0 to 100. Template
// "gauge".
type Gauge struct {
	Text      string // "Skor 9,5 dari 16"
	At        int
	Low, High int
	Labels    [3]string // "Lemah", "Perlu ditinjau", "Hampir pasti"
}

// Pin, Middle and Top are places on the gauge's drawing.
func (g Gauge) Pin() string { return strconv.Itoa(min(max(g.At, 1), 99)*3 - 2) }

// Middle is where the middle band begins.
func (g Gauge) Middle() int { return g.Low * 3 }

// MiddleWidth is how wide the middle band is.
func (g Gauge) MiddleWidth() int { return (g.High - g.Low) * 3 }

// Top is where the upper band begins.
func (g Gauge) Top() int { return g.High * 3 }

// TopWidth is how wide the upper band is.
func (g Gauge) TopWidth() int { return (100 - g.High) * 3 }

// Match says how two values agree.
type Match string

// The ways to agree. Unknown means that one side is silent.
const (
	Same    Match = "same"
	Near    Match = "near"
	Differs Match = "differs"
	Silent  Match = "silent"
)

// Piece is a part of a value; Mark lights up what differs.
type Piece struct {
	Text string
	Mark bool
}

// Pieces is a value without marks; a missing one is a dash.
func Pieces(text string) []Piece {
	if text == "" {
		text = "–"
	}
	return []Piece{{Text: text}}
}

// CompareRow is one field of two records. Weight is the evidence for (above
// zero) or against their being the same, in bits.
type CompareRow struct {
	Label  string
	A, B   []Piece
	OpenA  *Masked // instead of A
	OpenB  *Masked // instead of B
	Match  Match
	Why    string // "Beda satu huruf"
	Weight float64
	Weigh  string  // spelt for people: "+4,6"
	Bar    float64 // how much of its half the bar fills, 0 to 1; 0 leaves it to the weight
}

// weightScale is the weight that fills half the bar.
const weightScale = 8.0

// BarX is where the weight's bar begins; zero lies in the middle of 100.
func (r CompareRow) BarX() string {
	if r.Weight >= 0 {
		return "50"
	}
	return strconv.FormatFloat(50-r.barLength(), 'f', 1, 64)
}

// BarWidth is the length of the weight's bar.
func (r CompareRow) BarWidth() string { return strconv.FormatFloat(r.barLength(), 'f', 1, 64) }

func (r CompareRow) barLength() float64 {
	if r.Bar > 0 {
		return r.Bar * 50
	}
	return min(max(r.Weight, -r.Weight), weightScale) / weightScale * 50
}

// Comparison sets two records side by side. Template "compare". Without Weighs
// the last column is left out.
type Comparison struct {
	A, B   Side
	Rows   []CompareRow
	Weighs bool
}

// Side names a record, where it comes from and where all of it is to be seen.
type Side struct {
	Title string
	Sub   string
	Link  *Link
}

// Decision is the bar at the bottom: one form, some answers, perhaps a reason.
// Template "decide".
type Decision struct {
	Action  string
	Hidden  []Hidden
	Answers []Button // without Href; the first is usually Primary
	Reason  *Field   // a select or a text field
	Skip    *Link
	Note    string // who must agree afterwards
}

// Clause is one condition of a rule applied to somebody. Template "clauses"
// takes []Clause.
type Clause struct {
	Text   string
	State  ClauseState
	Source string // "DTSEN, 18 Nov 2026"
}

// ClauseState is what a condition came to.
type ClauseState string

// The three truth values of a condition.
const (
	ClauseYes     ClauseState = "yes"
	ClauseNo      ClauseState = "no"
	ClauseUnknown ClauseState = "unknown"
)
