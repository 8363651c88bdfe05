package splink

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"tepat/linkage"
)

// maxFile bounds a settings file; real ones have some hundred kilobytes.
const maxFile = 32 << 20

// Read reads settings as Splink 4 saves them. What cannot be expressed is an
// *Error. The model is ready for use with Cleaners(model) in the Options; it
// counts as trained as far as the file has m and u.
func Read(r io.Reader) (*Settings, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("splink: %w", err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("splink: the settings are longer than %d MB", maxFile>>20)
	}
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("splink: the settings are no JSON of Splink: %w", err)
	}
	s, err := f.settings()
	if err != nil {
		return nil, err
	}
	s.unknown(data)
	rd := &reader{s: s, cols: newColumns(s.warn)}
	if err := rd.read(&f); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Settings) warn(text string) {
	if !slices.Contains(s.Warnings, text) && len(s.Warnings) < 100 {
		s.Warnings = append(s.Warnings, text)
	}
}

// settings takes over what needs no translation.
func (f *file) settings() (*Settings, error) {
	link := linkage.LinkType(f.LinkType)
	switch link {
	case linkage.Dedupe, linkage.LinkOnly, linkage.LinkAndDedupe:
	default:
		return nil, fmt.Errorf("splink: link_type is %q; it must be dedupe_only, link_only or link_and_dedupe", f.LinkType)
	}
	if f.Prior < 0 || f.Prior > 1 {
		return nil, fmt.Errorf("splink: probability_two_random_records_match is %v; it must be between 0 and 1", f.Prior)
	}
	if n := len(f.Comparisons); n == 0 || n > linkage.MaxComparisons {
		return nil, fmt.Errorf("splink: %d comparisons; a model has 1 to %d", n, linkage.MaxComparisons)
	}
	s := &Settings{
		Model: &linkage.Model{Link: link, Prior: f.Prior}, Dialect: Dialect(f.Dialect), UniqueID: f.UniqueID, Source: f.Source,
		Additional: f.Additional, RetainMatching: f.RetainMatching == nil || *f.RetainMatching,
		RetainIntermediate: f.RetainIntermediate != nil && *f.RetainIntermediate,
		EMConvergence:      f.EMConvergence, MaxIterations: f.MaxIterations, LinkerUID: f.LinkerUID,
	}
	if s.Dialect == "" {
		s.Dialect = DuckDB
	}
	for name, at := range f.prefixes() {
		if *at != "" {
			if s.Prefixes == nil {
				s.Prefixes = map[string]string{}
			}
			s.Prefixes[name] = *at
		}
	}
	return s, nil
}

// unknown warns of settings that are not known here.
func (s *Settings) unknown(data []byte) {
	var given, known map[string]json.RawMessage
	all := file{}
	for _, at := range all.prefixes() {
		*at = "x"
	}
	yes := true
	all.RetainMatching, all.RetainIntermediate, all.Prior, all.EMConvergence, all.MaxIterations = &yes, &yes, 1, 1, 1
	all.LinkerUID, all.UniqueID, all.Source, all.Dialect = "x", "x", "x", "x"
	b, err := json.Marshal(all)
	if err != nil || json.Unmarshal(b, &known) != nil || json.Unmarshal(data, &given) != nil {
		return
	}
	for _, name := range sorted(given) {
		if known[name] == nil {
			s.warn(fmt.Sprintf("the setting %q is not known and left out", clip(name)))
		}
	}
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

type reader struct {
	s    *Settings
	cols *columns
	// tf are the columns of term frequencies, named when all kinds are known.
	tf []pendingTF
}

type pendingTF struct {
	comparison, level int
	column            string
}

func (rd *reader) read(f *file) error {
	for i, c := range f.Comparisons {
		if c.Name == "" {
			c.Name = fmt.Sprintf("comparison_%d", i+1)
		}
		if err := rd.comparison(c); err != nil {
			return err
		}
	}
	for i, r := range f.Rules {
		if err := rd.rule(i, r); err != nil {
			return err
		}
	}
	if err := rd.frequencies(f); err != nil {
		return err
	}
	rd.cols.prune(rd.s.Model)
	rd.s.Model.Columns = rd.cols.finish()
	if len(rd.s.Model.Blocking) == 0 {
		rd.s.warn("there is no blocking rule: every pair would be compared")
	}
	return nil
}

func (rd *reader) comparison(c comparison) error {
	if !printable(c.Name) || slices.ContainsFunc(rd.s.Model.Comparisons, func(o linkage.Comparison) bool { return o.Name == c.Name }) {
		return &Error{Comparison: c.Name, Reason: "its name is there twice or cannot be written"}
	}
	out := linkage.Comparison{Name: c.Name}
	var nulls []*node
	for i, l := range c.Levels {
		null, err := rd.addLevel(&out, l, i == len(c.Levels)-1)
		if err != nil {
			return &Error{Comparison: c.Name, Level: labelOf(l), SQL: l.SQL, Reason: err.Error()}
		}
		if null != nil {
			nulls = append(nulls, null)
		}
	}
	if n := len(out.Levels); n == 0 || out.Levels[n-1].Test.Op != linkage.Else {
		return &Error{Comparison: c.Name, SQL: "ELSE", Reason: "the last level must be ELSE"}
	} else if n > linkage.MaxLevels {
		return &Error{Comparison: c.Name, Reason: fmt.Sprintf("%d levels; at most %d fit", n, linkage.MaxLevels)}
	}
	if err := rd.nulls(&out, nulls); err != nil {
		return err
	}
	if c.Description != "" {
		if rd.s.Descriptions == nil {
			rd.s.Descriptions = map[string]string{}
		}
		rd.s.Descriptions[c.Name] = c.Description
	}
	rd.s.Model.Comparisons = append(rd.s.Model.Comparisons, out)
	return nil
}

// addLevel adds a level to a comparison; of a null level it gives the
// condition instead.
func (rd *reader) addLevel(out *linkage.Comparison, l level, last bool) (*node, error) {
	if strings.EqualFold(strings.TrimSpace(l.SQL), "else") {
		if !last {
			return nil, fmt.Errorf("ELSE must be the last level")
		}
		l.TFColumn = "" // Splink does not adjust ELSE either
		out.Levels = append(out.Levels, rd.level(l, linkage.Test{Op: linkage.Else}))
		return nil, nil
	}
	n, err := parse(l.SQL, false, rd.s.Dialect)
	if err != nil {
		return nil, err
	}
	if l.IsNull {
		return n, nil
	}
	t, err := rd.cols.test(n)
	if err != nil {
		return nil, err
	}
	if l.TFColumn != "" {
		rd.tf = append(rd.tf, pendingTF{len(rd.s.Model.Comparisons), len(out.Levels), l.TFColumn})
	}
	out.Levels = append(out.Levels, rd.level(l, t))
	return nil, nil
}

func labelOf(l level) string {
	if l.Label != "" {
		return l.Label
	}
	return clip(l.SQL)
}

func (rd *reader) level(l level, t linkage.Test) linkage.Level {
	out := linkage.Level{Label: labelOf(l), Test: t, M: float64(l.M), U: float64(l.U), FixedM: l.FixM, FixedU: l.FixU}
	if l.TFColumn != "" {
		out.TF = &linkage.TF{Weight: 1, Floor: l.TFLeast}
		if l.TFWeight != nil {
			out.TF.Weight = *l.TFWeight
		}
	}
	return out
}

// frequencies names the columns of term frequencies. The base of a level that
// is no exact match is, in Splink, the u of the exact level of that column, or
// its own u when that is asked for.
func (rd *reader) frequencies(f *file) error {
	for _, p := range rd.tf {
		c := &rd.s.Model.Comparisons[p.comparison]
		l := &c.Levels[p.level]
		e := &node{op: "col", text: p.column}
		name, err := rd.cols.use(e, linkage.Text)
		if err == nil && !rd.cols.countable(name) {
			name, err = rd.cols.column([]string{p.column}, []string{own + "text"}, linkage.Text)
		}
		if err != nil {
			return &Error{Comparison: c.Name, Level: l.Label, SQL: p.column, Reason: err.Error()}
		}
		l.TF.Column = name
		if l.TF.Weight < 0 || l.TF.Weight > 1 || l.TF.Floor < 0 || l.TF.Floor > 1 {
			return &Error{Comparison: c.Name, Level: l.Label, SQL: p.column, Reason: "the term frequency adjustment has a weight or a least value that is not between 0 and 1"}
		}
		if exactOn(l.Test, name) {
			continue
		}
		l.TF.Base = splinkBase(c, p.level, name, ownBase(f, p))
	}
	return nil
}

// ownBase finds disable_tf_exact_match_detection of a level in the file.
func ownBase(f *file, p pendingTF) bool {
	seen := 0
	for _, l := range f.Comparisons[p.comparison].Levels {
		if l.IsNull {
			continue
		}
		if seen == p.level {
			return l.TFOwnBase
		}
		seen++
	}
	return false
}

func exactOn(t linkage.Test, column string) bool {
	return t.Op == linkage.Exact && len(t.Columns) == 1 && t.Columns[0] == column
}

func splinkBase(c *linkage.Comparison, at int, column string, own bool) float64 {
	for _, l := range c.Levels {
		if !own && exactOn(l.Test, column) {
			return l.U
		}
	}
	return c.Levels[at].U
}

// countable reports whether term frequencies of a column can be kept.
func (c *columns) countable(name string) bool {
	for _, k := range c.list {
		if k.Name == name {
			return k.Kind != linkage.Date && k.Kind != linkage.Digits
		}
	}
	return false
}

// rule translates a blocking rule: equations joined by AND.
func (rd *reader) rule(i int, r rule) error {
	fail := func(err error) error { return &Error{Rule: i + 1, SQL: r.SQL, Reason: err.Error()} }
	n, err := parse(r.SQL, true, rd.s.Dialect)
	if err != nil {
		return fail(err)
	}
	parts := []*node{n}
	if n.op == "and" {
		parts = n.args
	}
	var out linkage.Rule
	for _, p := range parts {
		k, err := rd.key(p, r.Explode)
		if err != nil {
			return fail(err)
		}
		out.Keys = append(out.Keys, k)
	}
	if r.Salting > 1 {
		if rd.s.Salting == nil {
			rd.s.Salting = map[int]int{}
		}
		rd.s.Salting[i] = r.Salting
	}
	rd.s.Model.Blocking = append(rd.s.Model.Blocking, out)
	return nil
}

func (rd *reader) key(n *node, explode []string) (linkage.Key, error) {
	if n.op != "=" {
		return linkage.Key{}, fmt.Errorf("%s is no equation; a rule is equations joined by AND", describe(n))
	}
	e, ok := pair(n.args[0], n.args[1])
	if !ok {
		return linkage.Key{}, fmt.Errorf("the two sides of an equation must be the same expression on l and on r")
	}
	if e.op == "col" && slices.Contains(explode, e.text) {
		x, err := rd.cols.use(e, linkage.Set)
		return linkage.Key{Column: x, Part: "each_word"}, err
	}
	part := ""
	if inner, length, ok := beginning(e); ok {
		e, part = inner, fmt.Sprintf("prefix:%d", length)
	} else if e.isCall("right") && len(e.args) == 2 && e.args[1].op == "num" {
		e, part = e.args[0], "suffix:"+e.args[1].text
	} else if e.isCall("split_part") && len(e.args) == 3 && e.args[1].op == "str" && e.args[1].text == " " && e.args[2].op == "num" {
		e, part = e.args[0], "word:"+e.args[2].text
	} else if inner, p, ok := dayPart(e); ok {
		e, part = inner, p
	}
	if _, after, ok := strings.Cut(part, ":"); ok && (after == "" || after[0] < '1' || after[0] > '9' || strings.ContainsFunc(after, func(r rune) bool { return r < '0' || r > '9' }) || len(after) > 3) {
		return linkage.Key{}, fmt.Errorf("%s is not a part that can be expressed", part)
	}
	kind := linkage.Text
	if part == "year" || part == "month_day" {
		kind = linkage.Date
	}
	x, err := rd.cols.use(e, kind)
	return linkage.Key{Column: x, Part: part}, err
}

// dayPart recognises the year, and month and day, of a date.
func dayPart(e *node) (*node, string, bool) {
	if e.isCall("year") && len(e.args) == 1 {
		return e.args[0], "year", true
	}
	if e.isCall("strftime", "date_format") && len(e.args) == 2 && (e.args[1].text == "%m-%d" || e.args[1].text == "MM-dd") {
		return e.args[0], "month_day", true
	}
	return nil, "", false
}
