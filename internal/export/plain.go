package export

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"time"

	"tepat/internal/civil"
	"tepat/internal/fault"
)

// byteOrderMark makes Excel read a CSV as UTF-8.
const byteOrderMark = "\ufeff"

// WriteCSV writes t as CSV (RFC 4180) in UTF-8 with a byte order mark and
// semicolons, which Excel in Indonesian expects. Dates are ISO, money plain
// digits, text guarded; the note does not fit in and stays out. After an error
// the output is incomplete and must be thrown away.
func (t Table) WriteCSV(w io.Writer) (Sum, error) {
	buf := bufio.NewWriterSize(w, 64<<10)
	buf.WriteString(byteOrderMark) //nolint:errcheck // Flush reports it
	out := csv.NewWriter(buf)
	out.Comma, out.UseCRLF = ';', true
	fields := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		fields[i] = Guard(clean(c.Header))
	}
	if err := out.Write(fields); err != nil {
		return Sum{}, fault.Wrap("export.WriteCSV", err)
	}
	sum, err := t.each(func(row []value, _ []byte) error {
		for i, v := range row {
			fields[i] = csvField(v)
		}
		return out.Write(fields)
	})
	if err != nil {
		return Sum{}, fault.Wrap("export.WriteCSV", err)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return Sum{}, fault.Wrap("export.WriteCSV", err)
	}
	return sum, fault.Wrap("export.WriteCSV", buf.Flush())
}

func csvField(v value) string {
	if s, ok := v.(string); ok {
		return Guard(s)
	}
	return plainText(v)
}

// plainText spells v without any format.
func plainText(v value) string {
	switch x := v.(type) {
	case string:
		return x
	case int64:
		return strconv.FormatInt(x, 10)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case civil.Date:
		return x.String()
	case time.Time:
		return x.Format("2006-01-02 15:04:05")
	}
	return ""
}

type jsonColumn struct {
	Header string `json:"header"`
	Kind   string `json:"kind"`
}

type jsonNote struct {
	Filter  string      `json:"filter"`
	At      string      `json:"at"`
	User    string      `json:"user"`
	Version string      `json:"version"`
	More    [][2]string `json:"more,omitempty"`
	Rows    int64       `json:"rows"`
	SHA256  string      `json:"sha256"`
}

// WriteJSON writes t as one JSON object: title, columns, rows (an array for
// each, one a line) and note. After an error the output is not valid JSON, so
// that nobody takes half a list for a whole one.
func (t Table) WriteJSON(w io.Writer) (Sum, error) {
	sum, err := t.writeJSON(bufio.NewWriterSize(w, 64<<10))
	if err != nil {
		return Sum{}, fault.Wrap("export.WriteJSON", err)
	}
	return sum, nil
}

func (t Table) writeJSON(w *bufio.Writer) (Sum, error) {
	columns := make([]jsonColumn, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = jsonColumn{clean(c.Header), c.Kind.String()}
	}
	head, err := json.Marshal(columns)
	if err != nil {
		return Sum{}, err
	}
	w.WriteString(`{"title":`) //nolint:errcheck // Flush reports it
	w.Write(appendQuoted(nil, clean(t.Title)))
	w.WriteString(`,"columns":`)
	w.Write(head)
	w.WriteString(`,"rows":[`)
	separator := "\n"
	sum, err := t.each(func(_ []value, line []byte) error {
		w.WriteString(separator) //nolint:errcheck // Write below reports it
		separator = ",\n"
		_, err := w.Write(line)
		return err
	})
	if err != nil {
		return Sum{}, err
	}
	n := t.Note
	foot, err := json.Marshal(jsonNote{n.Filter, n.At, n.User, n.Version, n.More, sum.Rows, sum.SHA256})
	if err != nil {
		return Sum{}, err
	}
	w.WriteString("\n],\"note\":") //nolint:errcheck // Flush reports it
	w.Write(foot)
	w.WriteString("}\n")
	return sum, w.Flush()
}
