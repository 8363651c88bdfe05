package intake

import "strings"

// Findings are stored as one text: a finding per line, its parts split by the
// unit separator. It is read by this package alone.
const (
	findingSplit = "\x1e"
	partSplit    = "\x1f"
)

// encodeFindings returns the stored form, "" for none. Separators inside an
// argument, which no spreadsheet contains, become spaces.
func encodeFindings(list []Finding) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	for i, f := range list {
		if i > 0 {
			b.WriteString(findingSplit)
		}
		if f.Block {
			b.WriteByte('!')
		}
		b.WriteString(f.Key)
		b.WriteString(partSplit)
		b.WriteString(string(f.Field))
		for _, a := range f.Args {
			b.WriteString(partSplit)
			b.WriteString(unsplit.Replace(a))
		}
	}
	return b.String()
}

var unsplit = strings.NewReplacer(findingSplit, " ", partSplit, " ", "\x00", " ")

// decodeFindings reads what encodeFindings wrote.
func decodeFindings(text string) []Finding {
	if text == "" {
		return nil
	}
	lines := strings.Split(text, findingSplit)
	out := make([]Finding, len(lines))
	for i, line := range lines {
		parts := strings.Split(line, partSplit)
		key, blocks := strings.CutPrefix(parts[0], "!")
		out[i] = Finding{Key: key, Block: blocks}
		if len(parts) > 1 {
			out[i].Field = Field(parts[1])
		}
		if len(parts) > 2 {
			out[i].Args = parts[2:]
		}
	}
	return out
}
