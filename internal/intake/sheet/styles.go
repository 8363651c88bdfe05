package sheet

import (
	"strconv"
	"strings"
)

// maxStyles is above what Excel allows (65,490 cell formats); more are ignored.
const maxStyles = 1 << 16

// loadStyles returns, for each cell style of the workbook, whether it shows a date.
func loadStyles(a *archive, name string) ([]bool, error) {
	if name == "" || !a.has(name) {
		return nil, nil
	}
	p, err := a.open(name, a.file.limits.Part)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	x := newXMLReader(p, name)
	custom := map[int]bool{}
	var dates []bool
	inXfs := false
	for {
		tok, err := x.next()
		if err != nil {
			return nil, err
		}
		switch {
		case tok == atEnd:
			return dates, nil
		case string(x.name) == "cellXfs" && tok != atText:
			inXfs = tok == atOpen
		case tok == atOpen && string(x.name) == "numFmt" && len(custom) < maxStyles:
			id, code := numFmt(x)
			custom[id] = isDateFormat(code)
		case tok == atOpen && string(x.name) == "xf" && inXfs && len(dates) < maxStyles:
			id, _ := numFmt(x)
			isDate, known := custom[id]
			dates = append(dates, known && isDate || !known && isDateFormatID(id))
		}
	}
}

func numFmt(x *xmlReader) (int, string) {
	id, code := 0, ""
	for {
		name, value, ok := x.attr()
		if !ok {
			return id, code
		}
		switch string(name) {
		case "numFmtId":
			id, _ = strconv.Atoi(string(value)) // an unreadable id is General
		case "formatCode":
			code = string(appendDecoded(nil, value, true))
		}
	}
}

// isDateFormatID knows the built-in formats for date and time, those of the East
// Asian editions included ([ECMA-376] part 1 §18.8.30).
func isDateFormatID(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// isDateFormat reports whether a custom format shows a day, month or year: it has an
// unquoted d, m or y in its first section, outside brackets such as [$-421] or [Red].
func isDateFormat(code string) bool {
	lower := strings.ToLower(code)
	if lower == "general" || lower == "standard" {
		return false
	}
	for i := 0; i < len(lower); i++ {
		switch c := lower[i]; c {
		case ';':
			return false
		case 'd', 'm', 'y':
			return true
		case '\\', '_', '*':
			i++ // the next character is shown, or measured, as it is
		case '"', '[':
			closing := c
			if c == '[' {
				closing = ']'
			}
			length := strings.IndexByte(lower[i+1:], closing)
			if length < 0 {
				return false
			}
			i += length + 1
		}
	}
	return false
}
