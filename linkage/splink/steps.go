package splink

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tepat/linkage"
)

// Steps are cleaners that stand for SQL around a column:
//
//	lower, upper, trim          built into linkage
//	splink.text                 CAST(x AS TEXT): says only that x is compared as text
//	splink.substr:FROM:LENGTH   SUBSTR(x, FROM, LENGTH)
//	splink.nullif:VALUE         NULLIF(x, 'VALUE')
//	splink.regexp:GROUP:PATTERN NULLIF(regexp_extract(x, 'PATTERN', GROUP), '')
//	splink.date:FORMAT          try_strptime(x, 'FORMAT') or date(try_to_timestamp(x, 'FORMAT'))
//	splink.valid:STEP           x itself where splink.STEP finds something, else nothing
//	splink.point                latitude and longitude of two columns
const own = "splink."

// Cleaners gives the functions of the steps that a model's columns name, for
// linkage.Options.Cleaners. The error names a step that is not known.
func Cleaners(m *linkage.Model) (map[string]func(string) string, error) {
	out := map[string]func(string) string{}
	for _, c := range m.Columns {
		for _, name := range c.Clean {
			if !strings.HasPrefix(name, own) || out[name] != nil {
				continue
			}
			f, err := cleaner(strings.TrimPrefix(name, own))
			if err != nil {
				return nil, fmt.Errorf("splink: column %q: %w", c.Name, err)
			}
			out[name] = f
		}
	}
	return out, nil
}

func cleaner(step string) (func(string) string, error) {
	kind, rest, _ := strings.Cut(step, ":")
	switch kind {
	case "text":
		return strings.TrimSpace, nil
	case "point":
		return point, nil
	case "nullif":
		return func(s string) string {
			if s == rest {
				return ""
			}
			return s
		}, nil
	case "substr":
		from, length, ok := twoInts(rest)
		if ok {
			return func(s string) string { return substr(s, from, length) }, nil
		}
	case "regexp":
		return extract(rest)
	case "date":
		if layout, ok := layoutOf(rest); ok {
			return func(s string) string { return parseDay(s, layout) }, nil
		}
	case "valid":
		f, err := cleaner(rest)
		if err != nil {
			return nil, err
		}
		return func(s string) string {
			if f(s) == "" {
				return ""
			}
			return s
		}, nil
	}
	return nil, fmt.Errorf("cleaner %q is not known", own+step)
}

func twoInts(s string) (int, int, bool) {
	a, b, ok := strings.Cut(s, ":")
	from, err1 := strconv.Atoi(a)
	length, err2 := strconv.Atoi(b)
	return from, length, ok && err1 == nil && err2 == nil && from >= 1 && length >= 1
}

// substr counts characters from 1, as SQL does.
func substr(s string, from, length int) string {
	start, end, n := len(s), len(s), 1
	for i := range s {
		if n == from {
			start = i
		}
		if n == from+length {
			end = i
			break
		}
		n++
	}
	return s[min(start, end):end]
}

// extract compiles GROUP:PATTERN. Patterns are RE2 in DuckDB as here; those of
// Spark that RE2 does not have are refused.
func extract(s string) (func(string) string, error) {
	group, pattern, ok := strings.Cut(s, ":")
	g, err := strconv.Atoi(group)
	if !ok || err != nil || g < 0 || len(pattern) > 1000 {
		return nil, fmt.Errorf("cleaner %q is not of the form splink.regexp:0:^[A-Z]+", own+"regexp:"+s)
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, fmt.Errorf("the pattern %q cannot be used here: %w", pattern, err)
	}
	if g > re.NumSubexp() {
		return nil, fmt.Errorf("the pattern %q has no group %d", pattern, g)
	}
	return func(s string) string {
		m := re.FindStringSubmatchIndex(s)
		if m == nil || m[2*g] < 0 {
			return ""
		}
		return s[m[2*g]:m[2*g+1]]
	}, nil
}

// layouts translates strptime's and Java's signs to Go's.
var layouts = []string{
	"%Y", "2006", "%m", "01", "%d", "02", "%y", "06", "%B", "January", "%b", "Jan", "%H", "15", "%M", "04", "%S", "05", "%Z", "MST", "%z", "-0700", "%-d", "2", "%-m", "1",
}

var javaLayouts = []string{
	"yyyy", "2006", "yy", "06", "MMMM", "January", "MMM", "Jan", "MM", "01", "dd", "02", "HH", "15", "mm", "04", "ss", "05", "XXX", "Z07:00", "\\'", "", "'", "",
}

func layoutOf(format string) (string, bool) {
	if strings.Contains(format, "%") {
		layout := strings.NewReplacer(layouts...).Replace(format)
		return layout, !strings.Contains(layout, "%") && strings.Contains(layout, "06")
	}
	layout := strings.NewReplacer(javaLayouts...).Replace(format)
	return layout, strings.Contains(layout, "06")
}

// timed reports a format with a time of day.
func timed(format string) bool {
	return strings.Contains(format, "%H") || strings.Contains(format, "HH")
}

func parseDay(s, layout string) string {
	t, err := time.Parse(layout, strings.TrimSpace(s))
	if err != nil {
		return ""
	}
	return t.Format(time.DateOnly)
}

// point reads "latitude longitude".
func point(s string) string {
	f := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == ';' })
	if len(f) != 2 {
		return ""
	}
	for _, x := range f {
		if _, err := strconv.ParseFloat(x, 64); err != nil {
			return ""
		}
	}
	return f[0] + "," + f[1]
}

// quote writes a text in single quotes.
func (w *writer) quote(s string) string {
	if w.dialect == Spark {
		return "'" + strings.ReplaceAll(s, "'", `\'`) + "'"
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// printable refuses what JSON or the SQL of either dialect would change on the
// way.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsRune(s, 0) && !strings.ContainsRune(s, utf8.RuneError) && !strings.HasSuffix(s, `\`) && !strings.Contains(s, `\'`)
}
