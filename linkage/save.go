package linkage

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// ErrModel says that a model contradicts itself; the wrapping error names the
// place and the remedy.
var ErrModel = errors.New("linkage: bad model")

// Save writes the model as JSON, readable and the same byte for byte for the
// same model.
func (m *Model) Save(w io.Writer) error {
	if err := m.Validate(); err != nil {
		return err
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(m)
}

// ReadModel reads what Save wrote. Unknown names are refused: a misspelt one
// would otherwise be passed over.
func ReadModel(r io.Reader) (*Model, error) {
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	var m Model
	if err := d.Decode(&m); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, fmt.Errorf("%w: not JSON at byte %d: %w", ErrModel, syntax.Offset, err)
		}
		return nil, fmt.Errorf("%w: near byte %d: %w", ErrModel, d.InputOffset(), err)
	}
	if err := m.Validate(); err != nil {
		return nil, err
	}
	return &m, nil
}

// Validate checks everything that can be checked without records: columns,
// comparisons, blocking rules, probabilities. Custom cleaners and tests are
// checked when a table is made or trained.
func (m *Model) Validate() error {
	switch m.Link {
	case Dedupe, LinkOnly, LinkAndDedupe:
	default:
		return fmt.Errorf("%w: link_type is %q; use %q, %q or %q", ErrModel, m.Link, Dedupe, LinkOnly, LinkAndDedupe)
	}
	probabilities := map[string]float64{"prior": m.Prior, "household_prior": m.HouseholdPrior, "relatives_prior": m.RelativesPrior, "threshold": m.Threshold}
	for _, name := range []string{"prior", "household_prior", "relatives_prior", "threshold"} {
		if p := probabilities[name]; !(p >= 0 && p < 1) {
			return fmt.Errorf("%w: %s is %v; it must be from 0 to below 1", ErrModel, name, p)
		}
	}
	if err := m.validateTests(); err != nil {
		return fmt.Errorf("%w: %w", ErrModel, err)
	}
	for _, c := range m.Comparisons {
		if err := c.validate(); err != nil {
			return fmt.Errorf("%w: comparison %q, %w", ErrModel, c.Name, err)
		}
	}
	return m.validateHousehold()
}

// validateTests compiles the model with whatever cleaners and tests it names.
func (m *Model) validateTests() error {
	o := Options{Cleaners: map[string]func(string) string{}, Tests: map[string]func(a, b string) bool{}}
	for _, c := range m.Columns {
		for _, name := range c.Clean {
			o.Cleaners[name] = func(s string) string { return s }
		}
	}
	var walk func(t Test)
	walk = func(t Test) {
		if t.Op == Custom && t.Func != "" {
			o.Tests[t.Func] = func(a, b string) bool { return false }
		}
		for _, s := range t.Of {
			walk(s)
		}
	}
	names := map[string]bool{}
	for _, c := range m.Comparisons {
		if c.Name == "" || names[c.Name] {
			return fmt.Errorf("comparison name %q is empty or there twice", c.Name)
		}
		names[c.Name] = true
		for _, level := range c.Levels {
			walk(level.Test)
		}
	}
	l, err := newLayout(m, m.Fields(), o)
	if err != nil {
		return err
	}
	if _, err := compile(m, l, o); err != nil {
		return err
	}
	_, err = compileRules(m, l)
	return err
}

func (c Comparison) validate() error {
	for i, level := range c.Levels {
		where := fmt.Sprintf("level %d (%s)", i+1, level.Label)
		if !(level.M >= 0 && level.M <= 1) || !(level.U >= 0 && level.U <= 1) {
			return fmt.Errorf("%s: m=%v and u=%v must lie from 0 to 1", where, level.M, level.U)
		}
		if t := level.TF; t != nil && (!(t.Weight >= 0 && t.Weight <= 1) || !(t.Floor >= 0 && t.Floor <= 1) || !(t.Base >= 0 && t.Base <= 1)) {
			return fmt.Errorf("%s: tf weight, floor and base must lie from 0 to 1", where)
		}
		if level.Test.Op == Else && i != len(c.Levels)-1 {
			return fmt.Errorf("%s: the test %q must come last", where, Else)
		}
	}
	return nil
}

func (m *Model) validateHousehold() error {
	levels := map[string]int{}
	for _, c := range m.Comparisons {
		levels[c.Name] = len(c.Levels)
	}
	if m.Household != "" && levels[m.Household] == 0 {
		return fmt.Errorf("%w: household is %q, which is no comparison", ErrModel, m.Household)
	}
	for _, class := range []map[string][]float64{m.HouseholdU, m.RelativesU} {
		for name, p := range class {
			if levels[name] != len(p) {
				return fmt.Errorf("%w: a class has %d probabilities for %q, the comparison %d levels", ErrModel, len(p), name, levels[name])
			}
			for _, x := range p {
				if !(x >= 0 && x <= 1) || math.IsNaN(x) {
					return fmt.Errorf("%w: a class has probability %v for %q", ErrModel, x, name)
				}
			}
		}
	}
	return nil
}

// KeepFrequencies puts the term frequencies of a table into the model, so that
// it can score single records: those values that at least least records share.
// Rarer ones count as the rarest kept.
func (m *Model) KeepFrequencies(t *Table, least int) {
	t.rest()
	m.Frequencies = nil
	kept := map[string]map[string]float64{}
	m.eachTF(func(_, _ int, tf *TF) {
		c := t.layout.byName[tf.Column]
		key := frequencyKey(tf.Column, tf.Words)
		if c == nil || !c.coded() || kept[key] != nil {
			return
		}
		d, counts := c.dict, c.count
		if tf.Words {
			w := c.words()
			d, counts = w.dict, w.count
		}
		total := 0.0
		for _, n := range counts[1:] {
			total += float64(n)
		}
		kept[key] = map[string]float64{}
		for code := 1; code < d.len(); code++ {
			if n := counts[code]; int(n) >= max(least, 1) {
				kept[key][string([]byte(d.get(uint32(code))))] = float64(n) / total
			}
		}
	})
	m.Frequencies = kept
}
