package synth

import (
	"bufio"
	"io"
	"iter"
	"strings"
)

// Set is a labelled data set: its header and its rows in a fixed order. The
// first column is the id of the record, the last one the person behind it.
type Set struct {
	Name    string
	Columns []string
	rows    func(emit func(row []string) bool)
}

// Rows yields the rows. A row is valid until the next one.
func (s Set) Rows() iter.Seq[[]string] { return s.rows }

// WriteCSV writes the header and all rows with commas and line feeds. It holds
// one row at a time.
func (s Set) WriteCSV(w io.Writer) error {
	out := &csvWriter{w: bufio.NewWriterSize(w, 1<<18)}
	out.row(s.Columns)
	for row := range s.rows {
		if out.row(row); out.err != nil {
			break
		}
	}
	if out.err != nil {
		return out.err
	}
	return out.w.Flush()
}

type csvWriter struct {
	w    *bufio.Writer
	line []byte
	err  error
}

func (c *csvWriter) row(cells []string) {
	c.line = c.line[:0]
	for i, s := range cells {
		if i > 0 {
			c.line = append(c.line, ',')
		}
		if strings.ContainsAny(s, ",\"\n\r") {
			c.line = append(c.line, '"')
			c.line = append(c.line, strings.ReplaceAll(s, `"`, `""`)...)
			c.line = append(c.line, '"')
			continue
		}
		c.line = append(c.line, s...)
	}
	c.line = append(c.line, '\n')
	if _, err := c.w.Write(c.line); err != nil {
		c.err = err
	}
}

// digits writes n with leading zeros.
func digits(n, width int) string {
	var b [20]byte
	for i := width - 1; i >= 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return string(b[:width])
}

// daysIn is the length of a month; the leap day is left out, as nobody's
// record may hang on it.
func daysIn(month int) int {
	switch month {
	case 2:
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// day is a birth date in parts.
type day struct{ year, month, date int }

func (r *rng) born(from, to int) day {
	m := r.between(1, 12)
	return day{r.between(from, to), m, r.between(1, daysIn(m))}
}

func (d day) compact() string { return digits(d.year, 4) + digits(d.month, 2) + digits(d.date, 2) }

func (d day) iso() string {
	return digits(d.year, 4) + "-" + digits(d.month, 2) + "-" + digits(d.date, 2)
}
