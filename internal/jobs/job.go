package jobs

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/region"
)

// Texts holds the catalogue of this package for i18n.Load.
//
//go:embed texts.json
var Texts embed.FS

// State is where a job stands. Its name for people is "jobs.state.<state>".
type State string

// The states. Waiting and Running are active, the others are final.
const (
	Waiting   State = "waiting"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Ended reports whether s is final.
func (s State) Ended() bool { return s == Done || s == Failed || s == Cancelled }

// Job is one piece of work as it is stored. A handler gets one that is alive:
// its Progress, Say and Deliver reach the database with the next beat.
type Job struct {
	ID      id.Job
	Regency string
	Kind    string // names the handler, "intake.check"
	Subject string // what it works on, "batch:<id>"; may be empty
	State   State
	Payload []byte // JSON
	Actor   db.Actor

	Phase     string // catalogue key, "intake.phase.match"
	Done      int64  // units finished in this phase
	Total     int64  // units in this phase; 0 when unknown
	PhaseAt   db.Time
	PhaseFrom int64 // Done when the phase, or this run of it, began

	Message string // catalogue key of the outcome or of the last trouble
	Args    []any  // for Message: text and int64
	Result  []byte // JSON that the handler delivered; empty without

	Attempts    int // runs begun; also the fence between two of them
	Failures    int // runs that died or met fault.Unavailable
	CancelAsked bool
	CreatedAt   db.Time
	StartedAt   db.Time // of the first run
	EndedAt     db.Time

	live *live
}

// Decode reads the payload into v.
func (j *Job) Decode(v any) error {
	if err := json.Unmarshal(j.Payload, v); err != nil {
		return fmt.Errorf("payload of job %s: %w", j.Kind, err)
	}
	return nil
}

// Progress says how far the phase is: done of total units, total 0 when
// unknown. It costs no database access, so call it as often as you like; the
// first call of a run or phase, before any unit is worked, sets the start of
// the pace.
func (j *Job) Progress(done, total int64, phase string) {
	if j.live == nil {
		return
	}
	j.live.mu.Lock()
	defer j.live.mu.Unlock()
	s := &j.live.status
	if !j.live.begun || phase != s.phase {
		j.live.begun, j.live.newPhase = true, true
		s.phaseFrom = done
	}
	s.done, s.total, s.phase = done, total, phase
	j.live.changes++
}

// Say sets the sentence that people read when the job is done.
func (j *Job) Say(key string, args ...any) {
	if j.live == nil {
		return
	}
	j.live.mu.Lock()
	defer j.live.mu.Unlock()
	j.live.status.message, j.live.status.args = key, args
}

// Deliver keeps v as JSON in Result, such as the reference of a file made.
func (j *Job) Deliver(v any) error {
	if j.live == nil {
		return errors.New("jobs: Deliver outside a handler")
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("result of job %s: %w", j.Kind, err)
	}
	j.live.mu.Lock()
	defer j.live.mu.Unlock()
	j.live.status.result = b
	return nil
}

// live is what a running handler has said; the beat carries it to the table.
type live struct {
	mu       sync.Mutex
	status   status
	begun    bool
	newPhase bool
	changes  int // counts calls of Progress
	stored   int // changes that are in the table
}

type status struct {
	done, total, phaseFrom int64
	phase                  string
	phaseAt                db.Time
	message                string
	args                   []any
	result                 []byte
}

// peek returns what was said so far and how many changes that includes.
func (l *live) peek(now db.Time) (status, int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.newPhase {
		l.newPhase = false
		l.status.phaseAt = now
	}
	return l.status, l.changes
}

func (l *live) said() (string, []any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.status.message, l.status.args
}

func (l *live) dirty() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changes != l.stored
}

func (l *live) saved(changes int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stored = changes
}

// Pace is how fast a job goes. Known is false in the first three seconds of a
// phase, when the total is unknown, and when nothing moves.
type Pace struct {
	Known     bool
	PerSecond float64       // units a second since the phase began
	Left      time.Duration // until the end of the phase, whole seconds, rounded up
}

// paceAfter is how long a phase must run before its pace means something.
const paceAfter = 3 * time.Second

// Pace computes speed and time left at instant now from what is stored.
func (j Job) Pace(now db.Time) Pace {
	if j.State != Running || j.Total <= 0 || j.PhaseAt.IsZero() {
		return Pace{}
	}
	elapsed := now.Std().Sub(j.PhaseAt.Std())
	worked := j.Done - j.PhaseFrom
	if elapsed < paceAfter || worked <= 0 {
		return Pace{}
	}
	perSecond := float64(worked) / elapsed.Seconds()
	left := math.Ceil(float64(max(0, j.Total-j.Done)) / perSecond)
	return Pace{Known: true, PerSecond: perSecond, Left: time.Duration(min(left, 1e9)) * time.Second}
}

// backoff is the pause before run failures+1: 5 s, 10 s, 20 s … at most 10 min.
func backoff(failures int) time.Duration {
	return min(5*time.Second<<min(max(failures-1, 0), 10), 10*time.Minute)
}

func encodeArgs(args []any) ([]byte, error) {
	if len(args) == 0 {
		return []byte("[]"), nil
	}
	return json.Marshal(args)
}

// decodeArgs reads encodeArgs: whole numbers come back as int64, so that the
// catalogue spells them like the ones that went in.
func decodeArgs(b []byte) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var args []any
	if err := d.Decode(&args); err != nil {
		return nil, err
	}
	for i, a := range args {
		n, ok := a.(json.Number)
		if !ok {
			continue
		}
		if whole, err := n.Int64(); err == nil {
			args[i] = whole
			continue
		}
		args[i] = n.String()
	}
	return args, nil
}

func areasText(s region.Scope) string {
	var b strings.Builder
	for i, a := range s.Areas() {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(a))
	}
	return b.String()
}

func scopeOf(regency, areas string) region.Scope {
	var codes []region.Code
	for _, f := range strings.Fields(areas) {
		codes = append(codes, region.Code(f))
	}
	return region.NewScope(region.Code(regency), codes...)
}
