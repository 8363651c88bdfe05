package fault

import (
	"errors"
	"fmt"
)

// Kind says what a caller can do about a failure.
type Kind int

const (
	// Internal is everything we did not foresee; people see a reference number.
	Internal Kind = iota
	// Invalid means the input is wrong and can be corrected by its author.
	Invalid
	// NotFound means the thing does not exist, or not for this person.
	NotFound
	// Conflict means the thing changed meanwhile, or stands in the way.
	Conflict
	// Denied means the role, the area or the four-eyes rule forbids it.
	Denied
	// Unavailable means: try again later (disk full, database away).
	Unavailable
)

var kindNames = [...]string{"internal", "invalid", "not found", "conflict", "denied", "unavailable"}

// String returns the English name of k, for logs.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return "unknown"
	}
	return kindNames[k]
}

// Fault is an error with a sentence in the catalogue.
// Args fill the sentence in order; they must never hold a NIK or KK in digits.
type Fault struct {
	Kind  Kind
	Key   string // catalogue key, such as "nik.length"
	Field string // form field or column the fault belongs to; may be empty
	Args  []any
	Err   error // cause, for the log only
}

// Error names the key and the cause; it is for logs, not for people.
func (f *Fault) Error() string {
	msg := f.Kind.String() + ": " + f.Key
	if f.Field != "" {
		msg += " (" + f.Field + ")"
	}
	if f.Err != nil {
		msg += ": " + f.Err.Error()
	}
	return msg
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }

// At returns a copy of f that belongs to field.
func (f *Fault) At(field string) *Fault {
	c := *f
	c.Field = field
	return &c
}

// Because returns a copy of f with its cause.
func (f *Fault) Because(err error) *Fault {
	c := *f
	c.Err = err
	return &c
}

func build(kind Kind, key string, args []any) *Fault {
	return &Fault{Kind: kind, Key: key, Args: args}
}

// NewInvalid reports input that its author can correct.
func NewInvalid(key string, args ...any) *Fault { return build(Invalid, key, args) }

// NewNotFound reports a thing that does not exist for this person.
func NewNotFound(key string, args ...any) *Fault { return build(NotFound, key, args) }

// NewConflict reports a thing that changed meanwhile or stands in the way.
func NewConflict(key string, args ...any) *Fault { return build(Conflict, key, args) }

// NewDenied reports a role, area or four-eyes rule that forbids the act.
func NewDenied(key string, args ...any) *Fault { return build(Denied, key, args) }

// NewUnavailable reports a passing failure of the machine.
func NewUnavailable(key string, args ...any) *Fault { return build(Unavailable, key, args) }

// KindOf returns the kind of the first Fault in err's chain, Internal if there is none.
func KindOf(err error) Kind {
	if f := From(err); f != nil {
		return f.Kind
	}
	return Internal
}

// From returns the first Fault in err's chain, or nil.
func From(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}

// Wrap adds the operation's name to err; nil stays nil.
func Wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", op, err)
}
