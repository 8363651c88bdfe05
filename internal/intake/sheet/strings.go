package sheet

import (
	"strings"
	"unicode/utf8"

	"tepat/internal/fault"
)

// stringTable holds the shared texts of a workbook in one piece of memory; a cell
// that uses one points into it.
type stringTable struct {
	all  string
	ends []uint32 // text i stands in all[ends[i]:ends[i+1]]
	// broken marks the few texts that were no valid UTF-8 and have been repaired.
	broken map[uint32]bool
}

func (t *stringTable) at(i uint64) (string, bool) {
	if i+1 >= uint64(len(t.ends)) {
		return "", false
	}
	return t.all[t.ends[i]:t.ends[i+1]], true
}

// stringHint is the most memory reserved on a directory's word alone.
const stringHint = 32 << 20

// loadStrings reads the string table. A workbook without one has an empty table.
func loadStrings(a *archive, name string) (*stringTable, error) {
	table := &stringTable{ends: []uint32{0}}
	if name == "" || !a.has(name) {
		return table, nil
	}
	limits := a.file.limits
	p, err := a.open(name, limits.Strings)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	var arena strings.Builder
	arena.Grow(int(max(0, min(p.hint/2, limits.Strings, stringHint))))
	x := newXMLReader(p, name)
	var text []byte
	for {
		tok, err := x.next()
		if err != nil {
			return nil, stringFault(err, limits)
		}
		if tok == atEnd {
			break
		}
		if tok != atOpen || string(x.name) != "si" {
			continue
		}
		if text, err = appendRich(x, text[:0], "si"); err != nil {
			return nil, stringFault(err, limits)
		}
		if len(table.ends) > limits.StringN {
			return nil, fault.NewInvalid("sheet.strings", limits.Strings>>20)
		}
		table.add(&arena, unescape(text))
	}
	table.all = arena.String()
	return table, nil
}

func (t *stringTable) add(arena *strings.Builder, text []byte) {
	if utf8.Valid(text) {
		arena.Write(text)
	} else {
		if t.broken == nil {
			t.broken = map[uint32]bool{}
		}
		t.broken[uint32(len(t.ends)-1)] = true
		arena.WriteString(repairUTF8(string(text)))
	}
	t.ends = append(t.ends, uint32(arena.Len()))
}

// stringFault names the string table when it is too big; people ask what that is.
func stringFault(err error, limits Limits) error {
	if f := fault.From(err); f != nil && f.Key == "sheet.unpacked" {
		return fault.NewInvalid("sheet.strings", limits.Strings>>20)
	}
	return err
}

// appendRich adds the text inside the open element called name to dst: all its <t>,
// of rich text too, without the phonetic guide <rPh>.
func appendRich(x *xmlReader, dst []byte, name string) ([]byte, error) {
	inText, phonetic := false, false
	for {
		tok, err := x.next()
		if err != nil {
			return dst, err
		}
		switch tok {
		case atEnd:
			return dst, x.damaged()
		case atText:
			if inText && !phonetic {
				dst = x.appendText(dst)
			}
		case atOpen:
			switch string(x.name) {
			case "t":
				inText = true
			case "rPh":
				phonetic = true
			}
		case atClose:
			switch string(x.name) {
			case "t":
				inText = false
			case "rPh":
				phonetic = false
			case name:
				return dst, nil
			}
		}
	}
}
