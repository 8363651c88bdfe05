package rules

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tepat/internal/fault"
)

func expectKey(t *testing.T, err error, key string) {
	t.Helper()
	f := fault.From(err)
	if f == nil || f.Key != key {
		t.Errorf("got %v, want %s", err, key)
	}
}

func TestParseIsStrict(t *testing.T) {
	const good = `{"format":1,"unit":"person","require":[{"id":"a","kind":"alive"}]}`
	if _, err := Parse([]byte(good)); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, text, key string }{
		{"misspelt", strings.Replace(good, `"kind"`, `"knd"`, 1), "rules.unknown_field"},
		{"other case", strings.Replace(good, `"kind"`, `"Kind"`, 1), "rules.unknown_field"},
		{"misplaced", strings.Replace(good, `"id":"a"`, `"id":"a","format":1`, 1), "rules.not_readable"},
		{"repeated", strings.Replace(good, `"id":"a"`, `"id":"a","id":"b"`, 1), "rules.repeated_field"},
		{"text after", good + " x", "rules.not_readable"},
		{"second value", good + good, "rules.not_readable"},
		{"cut off", good[:40], "rules.not_readable"},
		{"empty", "", "rules.not_readable"},
		{"number as text", strings.Replace(good, `"format":1`, `"format":"1"`, 1), "rules.not_readable"},
		{"no format", strings.Replace(good, `"format":1,`, ``, 1), "rules.format"},
		{"nested without end", `{"require":` + strings.Repeat("[", 1000), "rules.too_deep"},
		{"huge", strings.Repeat(" ", maxBytes+1), "rules.too_big"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse([]byte(tt.text))
			expectKey(t, err, tt.key)
		})
	}
}

func TestFieldNamesAreThoseOfTheTypes(t *testing.T) {
	want := map[string]bool{}
	for _, typ := range []reflect.Type{reflect.TypeFor[RuleSet](), reflect.TypeFor[Clause]()} {
		for i := range typ.NumField() {
			name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			want[name] = true
		}
	}
	if d := cmp.Diff(want, fields); d != "" {
		t.Error(d)
	}
}

// Every fault key and fixed sentence in the code has two texts that take the
// same arguments.
func TestTextsAreComplete(t *testing.T) {
	used := stringsInCode(t)
	for key, text := range texts {
		if text[0] == "" || text[1] == "" {
			t.Errorf("%s lacks a language", key)
		}
		for i := 1; i < 5; i++ {
			arg := "%[" + strconv.Itoa(i) + "]"
			if strings.Contains(text[0], arg) != strings.Contains(text[1], arg) {
				t.Errorf("%s: argument %d in one language only", key, i)
			}
		}
	}
	for key := range used {
		if _, ok := texts[key]; !ok && !strings.HasSuffix(key, ".") && !strings.HasSuffix(key, "_") && !prefixOfTexts(key) {
			t.Errorf("%s has no text", key)
		}
	}
}

func prefixOfTexts(key string) bool {
	for k := range texts {
		if strings.HasPrefix(k, key+"_") {
			return true
		}
	}
	return false
}

func stringsInCode(t *testing.T) map[string]bool {
	t.Helper()
	used := map[string]bool{}
	names, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if !strings.HasSuffix(n.Name(), ".go") || strings.HasSuffix(n.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), n.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(node ast.Node) bool {
			lit, ok := node.(*ast.BasicLit)
			if ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil && strings.HasPrefix(s, "rules.") && s == strings.ToLower(s) {
					used[s] = true
				}
			}
			return true
		})
	}
	return used
}

// Whatever Parse accepts is written and read back the same, and evaluating it
// never fails.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"lansia-v1.json", "lansia-v2.json"} {
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"format":1,"unit":"family","require":[{"id":"g","kind":"any","clauses":[{"id":"a","kind":"age","min":1,"at":"2026-01-01"}]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		rs, err := Parse(b)
		if err != nil {
			return
		}
		if !json.Valid(b) {
			t.Fatal("accepted text that is no JSON")
		}
		out, err := rs.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(out)
		if err != nil {
			t.Fatalf("own bytes refused: %v\n%s", err, out)
		}
		twice, err := again.Marshal()
		if err != nil || !bytes.Equal(out, twice) {
			t.Fatalf("not stable: %s\n%s", out, twice)
		}
		for i := range rs.Require {
			_ = rs.Require[i].Sentence("id")
		}
		c, err := Compile(rs, vocabulary())
		if err != nil {
			return
		}
		s := elder()
		v := c.Evaluate(&s, decreeDay)
		if (v.Truth == Yes) != (v.Deciding == Undecided) {
			t.Fatalf("%v decided by %d", v.Truth, v.Deciding)
		}
		_ = c.Why(v, &s, decreeDay, "en")
	})
}
