package page

// The components are plain values with a named template each: a page calls
// {{template "heading" .Heading}}. The texts inside come from Request.T, so a
// component holds words, not keys.

// Tone is what a colour means; the colour never stands without words.
type Tone string

// The tones. Red is for contradictions and overdue work only; green for what
// the server itself has checked.
const (
	Plain Tone = ""     // grey: waiting, offline
	Info  Tone = "info" // blue
	Good  Tone = "good" // verified
	Warn  Tone = "warn" // somebody must act
	Bad   Tone = "bad"  // contradiction, overdue
)

// Link is a word that leads somewhere.
type Link struct {
	Text string
	Href string
}

// Button is an action. With Post it is a form of one button that sends
// Name=Value to Href; otherwise a link, or the submit of the form around it
// when Href is empty. Template "button".
type Button struct {
	Text    string
	Href    string
	Icon    string
	Primary bool
	Danger  bool
	Post    bool
	Name    string
	Value   string
	Key     string // single-letter shortcut, review screens only
}

// Heading is the top of a page: title, one line of state, actions. Template
// "heading".
type Heading struct {
	Title   string
	Sub     string // "keadaan per 22 November 2026, 08.15 WIB"
	Back    *Link
	Tags    []Tag
	Actions []Button
}

// Tag is a short word with a tone. Template "tag".
type Tag struct {
	Text string
	Tone Tone
}

// Alert is a sentence that must not be missed. Template "alert".
type Alert struct {
	Tone Tone
	Text string
	Link *Link
}

// EmptyKind tells the three reasons why a list is empty.
type EmptyKind string

// The kinds of emptiness.
const (
	NeverAny  EmptyKind = "never" // nothing yet: say what to do first
	NoneMatch EmptyKind = "none"  // the filter excludes everything: offer to clear it
	AllDone   EmptyKind = "done"  // the queue is finished
)

// Empty stands where a list would be. Template "empty".
type Empty struct {
	Kind   EmptyKind
	Title  string
	Text   string
	Action *Button
}

// Icon of the kind.
func (e Empty) Icon() string {
	switch e.Kind {
	case AllDone:
		return "ok"
	case NoneMatch:
		return "filter"
	}
	return "inbox"
}

// Bar is a part of a whole as a strip. Template "bar". Class "" is the blue of
// progress, "c1" to "c4" the steps of the map.
type Bar struct {
	Part, Whole int64
	Class       string
}

// Progress is work that goes on in the background. While Poll is set the page
// asks it every second; the last answer leaves Poll empty. Template "progress".
type Progress struct {
	Text        string // "Memeriksa baris"
	Done, Total int64
	Detail      string // "4.120 dari 5.000 baris"
	Poll        string // path that answers with the template again
}

// Tab is one of several views of the same thing. Templates "tabs" (under a
// heading) and "segments" (a small switch) take []Tab.
type Tab struct {
	Text    string
	Href    string
	Count   int64
	Current bool
}

// Step is one stage of a short process. Template "steps" takes []Step.
type Step struct {
	Text  string
	Href  string // empty when it cannot be opened
	State StepState
}

// StepState is where a process stands.
type StepState string

// The states of a step.
const (
	StepDone StepState = "done"
	StepNow  StepState = "now"
	StepNext StepState = "next"
)

// Task is a line of a task list: what to do and where it stands. Template
// "tasks" takes []Task.
type Task struct {
	Text string
	Hint string
	Href string
	Tag  Tag
}

// Fact is a label with its value. Template "facts" takes []Fact.
type Fact struct {
	Label  string
	Value  string
	Sub    string // source and date
	Href   string
	Tag    *Tag
	Masked *Masked
}

// Event is one entry of a timeline. Template "timeline" takes []Event.
type Event struct {
	When   string
	Title  string
	Text   string
	Who    string
	Href   string
	Tone   Tone
	Marker string // icon
}

// Masked is a hidden number with its way to open it. Template "masked".
// Open is the path that answers a POST of "reason" with the template
// "revealed"; it is empty when the role may not.
type Masked struct {
	Value  string  // masked by nik.NIK or nik.KK
	Pieces []Piece // Value with marks, when it is compared with another
	Open   string
}

// Revealed is an opened number; the page hides it again after Seconds. It is
// the one place where digits reach the screen. Template "revealed".
type Revealed struct {
	Digits  string // in groups of four
	Value   string // masked, to fall back to
	Seconds int
	Open    string
}

// Groups spells 16 digits in groups of four for reading aloud.
func Groups(digits string) string {
	out := make([]byte, 0, len(digits)+len(digits)/4)
	for i := range len(digits) {
		if i > 0 && i%4 == 0 {
			out = append(out, ' ')
		}
		out = append(out, digits[i])
	}
	return string(out)
}
