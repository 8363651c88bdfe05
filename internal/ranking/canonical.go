package ranking

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"
	"strings"

	"tepat/internal/fault"
	"tepat/internal/money"
	"tepat/internal/region"
)

const canonicalHead = "tepat-ranking 1\n"

// WriteTo writes the canonical text of r: everything that went in and the whole
// outcome, so that the text alone is enough to repeat the ranking (Replay).
//
//	tepat-ranking 1
//	<Spec.Marshal>
//	rank TAB id TAB state TAB village TAB cost { TAB key }     per place; "-" for a missing key
//	drop { TAB id }                                            per Replace, ids sorted
//
// Every line ends in a line feed. The text holds no name and no NIK.
func (r *Result) WriteTo(w io.Writer) (int64, error) {
	head, err := r.Spec.Marshal()
	if err != nil {
		return 0, err
	}
	var n int64
	buf := append(append([]byte(canonicalHead), head...), '\n')
	flush := func() error {
		k, err := w.Write(buf)
		n += int64(k)
		buf = buf[:0]
		return fault.Wrap("ranking.WriteTo", err)
	}
	for i := range r.Places {
		buf = r.Places[i].line(buf)
		if len(buf) > 60<<10 {
			if err := flush(); err != nil {
				return n, err
			}
		}
	}
	for _, ids := range r.drops {
		buf = append(append(append(buf, "drop\t"...), strings.Join(ids, "\t")...), '\n')
	}
	return n, flush()
}

func (p *Place) line(b []byte) []byte {
	b = strconv.AppendInt(b, int64(p.Rank), 10)
	b = append(append(b, '\t'), p.ID...)
	b = append(append(b, '\t'), p.State...)
	b = append(append(b, '\t'), p.Village...)
	b = strconv.AppendInt(append(b, '\t'), int64(p.Cost), 10)
	for k, v := range p.Keys {
		b = append(b, '\t')
		if p.Missing>>k&1 != 0 {
			b = append(b, '-')
			continue
		}
		b = strconv.AppendInt(b, v, 10)
	}
	return append(b, '\n')
}

// Digest returns the SHA-256, in lowercase hexadecimal, of the text of WriteTo.
// It changes with every spec, candidate, value, place and replacement.
func (r *Result) Digest() (string, error) {
	h := sha256.New()
	if _, err := r.WriteTo(h); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Replay reads a text of WriteTo, ranks its candidates again and repeats its
// replacements. It fails with ranking.replay_differs when the outcome is not,
// byte for byte, the one in the text: somebody changed a line.
func Replay(text []byte) (*Result, error) {
	spec, candidates, drops, err := readCanonical(text)
	if err != nil {
		return nil, err
	}
	r, err := Rank(spec, candidates)
	if err != nil {
		return nil, err
	}
	for _, ids := range drops {
		if r, err = r.Replace(ids); err != nil {
			return nil, err
		}
	}
	var again bytes.Buffer
	if _, err := r.WriteTo(&again); err != nil {
		return nil, err
	}
	if line := firstDifference(text, again.Bytes()); line > 0 {
		return nil, fault.NewInvalid("ranking.replay_differs", line)
	}
	return r, nil
}

// firstDifference returns the number of the first line that differs, 0 when none.
func firstDifference(a, b []byte) int {
	if bytes.Equal(a, b) {
		return 0
	}
	line := 1
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			break
		}
		if a[i] == '\n' {
			line++
		}
	}
	return line
}

func readCanonical(text []byte) (Spec, []Candidate, [][]string, error) {
	rest, ok := bytes.CutPrefix(text, []byte(canonicalHead))
	head, rest, found := bytes.Cut(rest, []byte("\n"))
	if !ok || !found {
		return Spec{}, nil, nil, fault.NewInvalid("ranking.not_readable")
	}
	spec, err := ParseSpec(head)
	if err != nil {
		return Spec{}, nil, nil, err
	}
	var candidates []Candidate
	var drops [][]string
	lines := bufio.NewScanner(bytes.NewReader(rest))
	lines.Buffer(nil, len(rest)+1)
	for n := 3; lines.Scan(); n++ {
		cells := strings.Split(lines.Text(), "\t")
		if cells[0] == "drop" {
			drops = append(drops, cells[1:])
			continue
		}
		c, ok := readPlace(cells, len(spec.Keys))
		if !ok {
			return Spec{}, nil, nil, fault.NewInvalid("ranking.replay_line", n)
		}
		candidates = append(candidates, c)
	}
	if err := lines.Err(); err != nil {
		return Spec{}, nil, nil, fault.NewInvalid("ranking.not_readable").Because(err)
	}
	return spec, candidates, drops, nil
}

func readPlace(cells []string, keys int) (Candidate, bool) {
	if len(cells) != 5+keys || keys > maxKeys {
		return Candidate{}, false
	}
	cost, err := strconv.ParseInt(cells[4], 10, 64)
	if err != nil {
		return Candidate{}, false
	}
	c := Candidate{ID: cells[1], Village: region.Code(cells[3]), Cost: money.Rupiah(cost), Keys: make([]int64, keys)}
	for k, cell := range cells[5:] {
		if cell == "-" {
			c.Missing |= 1 << k
			continue
		}
		if c.Keys[k], err = strconv.ParseInt(cell, 10, 64); err != nil {
			return Candidate{}, false
		}
	}
	return c, true
}
