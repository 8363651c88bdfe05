package report

import "strings"

// Mask hides the middle of long runs of digits: the number of a person is not
// for a file that gets passed around. Days (2006-01-02) have short runs.
func Mask(value string) string {
	var b strings.Builder
	for i := 0; i < len(value); {
		j := i
		for j < len(value) && value[j] >= '0' && value[j] <= '9' {
			j++
		}
		switch n := j - i; {
		case n == 0:
			b.WriteByte(value[i])
			j++
		case n >= 12:
			b.WriteString(value[i:i+4] + strings.Repeat("•", n-8) + value[j-4:j])
		case n >= 7 && !compactDay(value[i:j]):
			b.WriteString(value[i:i+2] + strings.Repeat("•", n-4) + value[j-2:j])
		default:
			b.WriteString(value[i:j])
		}
		i = j
	}
	return b.String()
}

func compactDay(v string) bool {
	return len(v) == 8 && (strings.HasPrefix(v, "19") || strings.HasPrefix(v, "20")) && v[4:6] <= "12" && v[6:] <= "31"
}

// run is a piece of a value, marked when the other value has something else
// there.
type run struct {
	Text   string
	Differ bool
}

// differing cuts two values into common beginning and end and what differs
// between, which is enough for the eye. What is hidden stays hidden, and is
// marked where it differs.
func differing(a, b string, reveal bool) ([]run, []run) {
	show := func(v string) []rune {
		if reveal {
			return []rune(v)
		}
		return []rune(Mask(v))
	}
	if a == b || a == "" || b == "" {
		return []run{{Text: string(show(a))}}, []run{{Text: string(show(b))}}
	}
	x, y := []rune(a), []rune(b)
	front := 0
	for front < len(x) && front < len(y) && x[front] == y[front] {
		front++
	}
	back := 0
	for back < len(x)-front && back < len(y)-front && x[len(x)-1-back] == y[len(y)-1-back] {
		back++
	}
	cut := func(v []rune) []run {
		var out []run
		for _, r := range []run{{string(v[:front]), false}, {string(v[front : len(v)-back]), true}, {string(v[len(v)-back:]), false}} {
			if r.Text != "" {
				out = append(out, r)
			}
		}
		return out
	}
	return cut(show(a)), cut(show(b))
}
