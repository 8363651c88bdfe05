package run

import "errors"

// What can be wrong with what the caller named; a Problem says about which
// file, column or record.
var (
	ErrOverwrite = errors.New("output is also an input or another output")
	ErrTwice     = errors.New("file is given twice")
	ErrNoFile    = errors.New("no such file or folder")
	ErrEmpty     = errors.New("nothing to link: no records")
	ErrColumn    = errors.New("no such column")
	ErrRole      = errors.New("no such role")
	ErrNoRecord  = errors.New("no such record")
	ErrLabels    = errors.New("labels cannot be read: the header needs id_a, id_b and match")
	ErrModel     = errors.New("model cannot be used")
	ErrSources   = errors.New("column names too many sources")
	ErrSplink    = errors.New("Splink cannot say what the model says")
)

var errFolder = errors.New("is a folder")

// Problem is one of the errors above with what it is about.
type Problem struct {
	Is    error
	About string
	Err   error // cause, may be nil
}

// Error names the place first.
func (p *Problem) Error() string {
	msg := "run: " + p.About + ": " + p.Is.Error()
	if p.Err != nil {
		msg += ": " + p.Err.Error()
	}
	return msg
}

// Unwrap lets callers branch by kind or cause.
func (p *Problem) Unwrap() []error {
	if p.Err == nil {
		return []error{p.Is}
	}
	return []error{p.Is, p.Err}
}
