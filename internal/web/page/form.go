package page

import (
	"net/url"

	"tepat/internal/fault"
)

// Form is a form with its errors. Template "form". It posts to Action, or gets
// with Get; Danger makes the submit red. Parse it in the handler, and when the
// rules object call Fail and render it again with 422.
type Form struct {
	Action    string
	Get       bool
	Multipart bool
	Fields    []Field
	Hidden    []Hidden
	Submit    string
	Danger    bool
	Cancel    *Link
	Errors    []FieldError
}

// FieldError is a sentence about a field; an empty Field is the whole form.
// Template "errors" takes []FieldError.
type FieldError struct {
	Field string
	Text  string
}

// FieldKind is how a field is drawn.
type FieldKind string

// The kinds of field. TextField is the zero value.
const (
	TextField     FieldKind = ""
	NumberField   FieldKind = "number"   // a text field with the number keyboard
	RupiahField   FieldKind = "rupiah"   // with "Rp" before it
	NIKField      FieldKind = "nik"      // 16 digits, spaced, never remembered by the browser
	DateField     FieldKind = "date"     // ISO
	PasswordField FieldKind = "password" //nolint:gosec // a name, not a password
	EmailField    FieldKind = "email"
	PhoneField    FieldKind = "tel"
	FileField     FieldKind = "file"
	TextArea      FieldKind = "textarea"
	Select        FieldKind = "select"
	Radios        FieldKind = "radios"
	Checkboxes    FieldKind = "checkboxes"
	Checkbox      FieldKind = "checkbox" // one box; Value "1" means ticked
)

// Field is one question. Template "field". Label is short; Hint says what a
// right answer looks like. Fields are required unless Optional.
type Field struct {
	Kind         FieldKind
	Name         string
	Label        string
	Hint         string
	Value        string
	Values       []string // chosen ones of Checkboxes
	Error        string
	Options      []Option
	Optional     bool
	Short        bool // as wide as a few digits
	Autocomplete string
	MaxLength    int
	Rows         int
	Accept       string // of files: ".xlsx,.csv"
	Suffix       string // unit after the field
}

// Option is one answer to choose.
type Option struct {
	Value string
	Text  string
	Hint  string
}

// Chosen reports whether option v is chosen.
func (f Field) Chosen(v string) bool {
	if f.Value == v {
		return true
	}
	for _, w := range f.Values {
		if w == v {
			return true
		}
	}
	return false
}

// Type is the HTML input type.
func (f Field) Type() string {
	switch f.Kind {
	case DateField, PasswordField, EmailField, PhoneField, FileField:
		return string(f.Kind)
	}
	return "text"
}

// Digits reports whether the field asks for the number keyboard.
func (f Field) Digits() bool {
	return f.Kind == NumberField || f.Kind == RupiahField || f.Kind == NIKField
}

// Describes lists the ids that explain the field, for aria-describedby.
func (f Field) Describes() string {
	s := ""
	if f.Hint != "" {
		s = f.Name + "-hint"
	}
	if f.Error != "" {
		if s != "" {
			s += " "
		}
		s += f.Name + "-error"
	}
	return s
}

// Fill puts what was typed back into the fields. Passwords, files and NIKs are
// typed again.
func (f *Form) Fill(v url.Values) {
	for i := range f.Fields {
		field := &f.Fields[i]
		switch field.Kind {
		case PasswordField, FileField, NIKField:
		case Checkboxes:
			field.Values = v[field.Name]
		default:
			field.Value = v.Get(field.Name)
		}
	}
}

// Fail turns a fault.Invalid into sentences beside its field and above the
// form, and returns nil; any other error comes back for the kernel.
func (f *Form) Fail(r *Request, err error) error {
	x := fault.From(err)
	if x == nil || x.Kind != fault.Invalid {
		return err
	}
	f.Mark(x.Field, r.P().Fault(x))
	return nil
}

// Mark adds an error sentence to a field ("" for the whole form).
func (f *Form) Mark(name, sentence string) {
	for i := range f.Fields {
		if f.Fields[i].Name == name && name != "" {
			f.Fields[i].Error = sentence
			f.Errors = append(f.Errors, FieldError{name, sentence})
			return
		}
	}
	f.Errors = append(f.Errors, FieldError{"", sentence})
}

// Failed reports whether any error was marked.
func (f Form) Failed() bool { return len(f.Errors) > 0 }
