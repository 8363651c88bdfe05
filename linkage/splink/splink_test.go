package splink

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tepat/linkage"
)

func readFile(t *testing.T, name string) *Settings {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Read(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func column(m *linkage.Model, name string) linkage.Column {
	i := slices.IndexFunc(m.Columns, func(c linkage.Column) bool { return c.Name == name })
	if i < 0 {
		return linkage.Column{}
	}
	return m.Columns[i]
}

func ops(c linkage.Comparison) []linkage.Op {
	var out []linkage.Op
	for _, l := range c.Levels {
		out = append(out, l.Test.Op)
	}
	return out
}

func TestReadModelsAsSplinkSavesThem(t *testing.T) {
	for _, d := range []Dialect{DuckDB, Spark} {
		t.Run(string(d), func(t *testing.T) {
			s := readFile(t, "people_"+string(d)+".json")
			m := s.Model
			want := [][]linkage.Op{
				{linkage.Exact, linkage.JaroWinkler, linkage.JaroWinkler, linkage.JaroWinkler, linkage.Else},
				{linkage.And, linkage.Swapped, linkage.And, linkage.Exact, linkage.Exact, linkage.Else},
				{linkage.Exact, linkage.Damerau, linkage.DateWithin, linkage.DateWithin, linkage.Else},
				{linkage.Exact, linkage.Levenshtein, linkage.Else},
				{linkage.Exact, linkage.Exact, linkage.Exact, linkage.Prefix, linkage.Else},
				{linkage.Exact, linkage.Exact, linkage.JaroWinkler, linkage.JaroWinkler, linkage.Else},
				{linkage.Overlap, linkage.Overlap, linkage.Else},
				{linkage.Kilometres, linkage.Kilometres, linkage.Else},
				{linkage.Within, linkage.WithinPart, linkage.Else},
				{linkage.Exact, linkage.Jaro, linkage.Jaccard, linkage.Not, linkage.Else},
			}
			var got [][]linkage.Op
			for _, c := range m.Comparisons {
				got = append(got, ops(c))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if s.Dialect != d || m.Link != linkage.LinkAndDedupe || m.Prior != 0.0007 || s.Additional[0] != "cluster" || s.Salting[1] != 4 {
				t.Errorf("%+v", s)
			}
			if tf := m.Comparisons[1].Levels[4].TF; tf == nil || tf.Column != "forename" || tf.Weight != 0.5 || tf.Floor != 0.001 {
				t.Errorf("term frequency %+v", tf)
			}
			if c := column(m, "lat_long_point"); c.Kind != linkage.Point || !slices.Equal(c.From, []string{"lat", "long"}) {
				t.Errorf("point %+v", c)
			}
			if c := column(m, "nicknames"); c.Kind != linkage.Set {
				t.Errorf("set %+v", c)
			}
			if d := m.Comparisons[2].Levels[2].Test; d.Threshold != 2629800.0/86400 || column(m, d.Columns[0]).Kind != linkage.Date {
				t.Errorf("date %+v", d)
			}
			if keys := m.Blocking[2].Keys; keys[0].Part != "prefix:4" || keys[1].Column != "dob" {
				t.Errorf("keys %+v", keys)
			}
			if m.Blocking[4].Keys[0].Part != "each_word" {
				t.Errorf("keys %+v", m.Blocking[4])
			}
			useIt(t, m)
		})
	}
}

// useIt compares two records by the model, as far as its columns are cleaned.
func useIt(t *testing.T, m *linkage.Model) {
	t.Helper()
	clean, err := Cleaners(m)
	if err != nil {
		t.Fatal(err)
	}
	dob := m.Comparisons[2].Levels[0].Test.Columns[0]
	valid := column(m, dob).Clean[0]
	if clean[valid]("1990-05-15") != "1990-05-15" || clean[valid]("unknown") != "" {
		t.Errorf("%s does not keep dates only", valid)
	}
	user := column(m, m.Comparisons[5].Levels[1].Test.Columns[0]).Clean[0]
	if clean[user]("rina@contoh.id") != "rina" {
		t.Errorf("%s", user)
	}
}

// TestWritingWhatWasRead writes a model, reads it again and finds the same.
func TestWritingWhatWasRead(t *testing.T) {
	for _, file := range []string{"people_duckdb.json", "people_spark.json"} {
		s := readFile(t, file)
		for _, d := range []Dialect{s.Dialect} {
			s.Dialect = d
			var first, second bytes.Buffer
			if err := s.Write(&first); err != nil {
				t.Fatal(err)
			}
			again, err := Read(bytes.NewReader(first.Bytes()))
			if err != nil {
				t.Fatalf("%v in\n%s", err, first.String())
			}
			if diff := cmp.Diff(s.Model, again.Model); diff != "" {
				t.Errorf("%s: %s", file, diff)
			}
			if err := again.Write(&second); err != nil {
				t.Fatal(err)
			}
			if first.String() != second.String() {
				t.Errorf("%s: %s", file, cmp.Diff(first.String(), second.String()))
			}
		}
	}
}

const frame = `{"link_type":"dedupe_only","sql_dialect":"duckdb","blocking_rules_to_generate_predictions":["l.a = r.a"],"comparisons":[{"output_column_name":"a","comparison_levels":[
{"sql_condition":"a_l IS NULL OR a_r IS NULL","is_null_level":true},{"sql_condition":"CONDITION","label_for_charts":"the level"},{"sql_condition":"ELSE"}]}]}`

func withCondition(sql string) string {
	return strings.Replace(frame, "CONDITION", strings.ReplaceAll(sql, `"`, `\"`), 1)
}

func TestConditionsWrittenByHand(t *testing.T) {
	for _, c := range []struct {
		sql  string
		want linkage.Test
	}{
		{"a_l = a_r", linkage.Test{Op: linkage.Exact, Columns: []string{"a"}}},
		{`"a_r" = "a_l"`, linkage.Test{Op: linkage.Exact, Columns: []string{"a"}}},
		{"levenshtein(a_l::VARCHAR, a_r::VARCHAR) < 3", linkage.Test{Op: linkage.Levenshtein, Columns: []string{"a_text"}, Threshold: 2}},
		{"0.9 <= jaro_winkler_similarity(a_l, a_r)", linkage.Test{Op: linkage.JaroWinkler, Columns: []string{"a"}, Threshold: 0.9}},
		{"damerau_levenshtein(lower(a_l), lower(a_r)) <= 2", linkage.Test{Op: linkage.Damerau, Columns: []string{"a_lower"}, Threshold: 2}},
		{"substr(a_l, 1, 3) = substr(a_r, 1, 3)", linkage.Test{Op: linkage.Prefix, Columns: []string{"a"}, Threshold: 3}},
		{"a_l = a_r OR lower(a_l) = lower(a_r)", linkage.Test{Op: linkage.Or, Of: []linkage.Test{{Op: linkage.Exact, Columns: []string{"a"}}, {Op: linkage.Exact, Columns: []string{"a_lower"}}}}},
		{"not (a_l = a_r)", linkage.Test{Op: linkage.Not, Of: []linkage.Test{{Op: linkage.Exact, Columns: []string{"a"}}}}},
		{"abs(year(a_l) - year(a_r)) <= 2", linkage.Test{Op: linkage.DateYear, Columns: []string{"a"}, Threshold: 2}},
		{"a_l is not null and a_r is not null and a_l = a_r", linkage.Test{Op: linkage.Exact, Columns: []string{"a"}}},
	} {
		s, err := Read(strings.NewReader(withCondition(c.sql)))
		if err != nil {
			t.Errorf("%s: %v", c.sql, err)
			continue
		}
		if diff := cmp.Diff(c.want, s.Model.Comparisons[0].Levels[0].Test); diff != "" {
			t.Errorf("%s: %s", c.sql, diff)
		}
	}
}

func TestWhatCannotBeExpressedIsNamed(t *testing.T) {
	for _, sql := range []string{
		"a_l = 'male' AND a_r = 'male'", "a_l = b_r", "soundex(a_l) = soundex(a_r)", "array_cosine_similarity(a_l, a_r) >= 0.9", "a_l > a_r",
		"levenshtein(a_l, a_r) >= 2", "a_l LIKE a_r", "a = a_r", "list_max(list_transform(a_l, x -> x)) > 1", "a_l = a_r)", "((", "", "a_l = a_r; drop table x",
		"levenshtein(a_l, b_r) <= 1", "abs(epoch(a_l) - epoch(a_r)) <= 60", "'", "a_l", "not null", "CASE WHEN a_l = a_r THEN 1 ELSE 0 END",
		"regexp_extract(a_l, '(') = regexp_extract(a_r, '(')", "b_l = b_r", strings.Repeat("(", 5000) + "a_l = a_r",
	} {
		_, err := Read(strings.NewReader(withCondition(sql)))
		var e *Error
		if !errors.As(err, &e) || !errors.Is(err, ErrUnsupported) || e.Comparison != "a" {
			t.Errorf("%s: %v", clip(sql), err)
		}
	}
	for _, rule := range []string{"levenshtein(l.a, r.a) < 2", "l.a = r.b", "l.a <> r.a", "l.a = r.a OR l.b = r.b", "a_l = a_r", "", "1=1", "right(l.a, 0) = right(r.a, 0)"} {
		_, err := Read(strings.NewReader(strings.Replace(withCondition("a_l = a_r"), "l.a = r.a", rule, 1)))
		var e *Error
		if !errors.As(err, &e) || e.Rule != 1 {
			t.Errorf("rule %s: %v", rule, err)
		}
	}
	if _, err := Read(strings.NewReader(strings.Replace(withCondition("a_l = a_r"), `,"is_null_level":true`, "", 1))); !errors.Is(err, ErrUnsupported) {
		t.Errorf("a comparison without null level: %v", err)
	}
	for _, text := range []string{"", "[]", "{}", `{"link_type":"x"}`, `{"link_type":"dedupe_only"}`, `{"link_type":"dedupe_only","comparisons":[{"comparison_levels":[{"sql_condition":"ELSE","m_probability":2}]}]}`} {
		if _, err := Read(strings.NewReader(text)); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func TestWhatSplinkCannotExpressIsNamed(t *testing.T) {
	other := linkage.Level{Label: "other", Test: linkage.Test{Op: linkage.Else}}
	for _, l := range []linkage.Level{
		{Label: "words", Test: linkage.Test{Op: linkage.Words, Columns: []string{"a"}, Threshold: 0.9}},
		{Label: "slip", Test: linkage.Test{Op: linkage.DigitSlip, Columns: []string{"a"}, Threshold: 1}},
		{Label: "own", Test: linkage.Test{Op: linkage.Custom, Columns: []string{"a"}, Func: "f"}},
		{Label: "gone", Test: linkage.Test{Op: linkage.Exact, Columns: []string{"b"}}},
		{Label: "rare", Test: linkage.Test{Op: linkage.Exact, Columns: []string{"a"}}, TF: &linkage.TF{Column: "a", Weight: 1, Words: true}},
		{Label: "sets", Test: linkage.Test{Op: linkage.Overlap, Columns: []string{"a"}, Threshold: 1}},
	} {
		m := &linkage.Model{Link: linkage.Dedupe, Columns: []linkage.Column{{Name: "a", Kind: linkage.Text}}, Comparisons: []linkage.Comparison{{Name: "c", Levels: []linkage.Level{l, other}}}}
		err := New(m, DuckDB).Write(&bytes.Buffer{})
		var e *Error
		if !errors.As(err, &e) || e.Comparison != "c" {
			t.Errorf("%s: %v", l.Label, err)
		}
	}
	for _, m := range []*linkage.Model{{HouseholdPrior: 0.1}, {RelativesPrior: 0.1}, {Dependences: []linkage.Dependence{{Of: "a", On: "b"}}}} {
		if err := New(m, DuckDB).Write(&bytes.Buffer{}); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%+v: %v", m, err)
		}
		if _, left := Reduce(m, DuckDB); len(left) != 1 {
			t.Errorf("left out %v", left)
		}
	}
	m := &linkage.Model{Link: linkage.Dedupe, Columns: []linkage.Column{{Name: "a", Kind: linkage.Name}},
		Comparisons: []linkage.Comparison{{Name: "c", Levels: []linkage.Level{{Label: "same", Test: linkage.Test{Op: linkage.Exact, Columns: []string{"a"}}}, other}}},
		Blocking:    []linkage.Rule{{Keys: []linkage.Key{{Column: "a", Part: "sound"}}}}}
	err := New(m, DuckDB).Write(&bytes.Buffer{})
	var e *Error
	if !errors.As(err, &e) || e.Rule != 1 {
		t.Error(err)
	}
}
