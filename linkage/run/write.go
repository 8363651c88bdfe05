package run

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"tepat/linkage"
)

// write writes the model, the clusters and the edges that were asked for.
func (j *job) write() error {
	saved := plain(j.model, j.original)
	sum, err := digest(saved)
	if err != nil {
		return fmt.Errorf("run: model: %w", err)
	}
	j.result.Digest = sum
	files := []struct {
		path  string
		whole bool // needs clusters
		write func(io.Writer) error
	}{
		{j.c.Model, false, saved.Save}, {j.c.Splink, false, j.saveSplink(saved)}, {j.c.Out, true, j.writeClusters}, {j.c.Edges, true, j.writeEdges},
	}
	for _, f := range files {
		if f.path == "" || f.whole && j.of == nil {
			continue
		}
		if err := writeWhole(f.path, f.write); err != nil {
			return err
		}
	}
	j.count = int64(len(j.of))
	return nil
}

// rows writes lines made by both cores, in order: each makes its part of a
// stretch while the stretch before is written.
func (j *job) rows(w io.Writer, header []string, n int, line func(buf []byte, i int) []byte) error {
	out := bufio.NewWriterSize(w, 1<<16)
	for i, h := range header {
		if i > 0 {
			out.WriteByte(',')
		}
		out.Write(cell(nil, h))
	}
	out.WriteByte('\n')
	const stretch = 1 << 18
	bufs := make([][]byte, 64)
	for from := 0; from < n; from += stretch {
		size := min(stretch, n-from)
		parts := j.eachPart(size, func(part, a, b int) {
			buf := bufs[part][:0]
			for i := from + a; i < from+b; i++ {
				buf = line(buf, i)
			}
			bufs[part] = buf
		})
		for _, buf := range bufs[:parts] {
			if _, err := out.Write(buf); err != nil {
				return err
			}
		}
		j.progress(j.phase, int64(from+size), int64(n))
	}
	return out.Flush()
}

func (j *job) writeClusters(w io.Writer) error {
	names := j.clusterNames()
	header := []string{"cluster_id", "source", "id"}
	if j.c.Keep {
		header = append(header, j.plan.fields...)
	}
	return j.rows(w, header, len(j.of), func(buf []byte, i int) []byte {
		source, id := j.table.ID(i)
		buf = append(cell(buf, names[j.of[i]]), ',')
		buf = append(cell(buf, source), ',')
		buf = cell(buf, id)
		if j.c.Keep {
			for _, f := range j.plan.fields {
				buf = cell(append(buf, ','), j.table.Value(i, keepPrefix+f))
			}
		}
		return append(buf, '\n')
	})
}

// writeEdges writes the pairs from the wanted probability on, with the weight
// that each field gave by its level; what the frequency of values and the
// household added or took is a column of its own, so that the columns and the
// sum agree.
func (j *job) writeEdges(w io.Writer) error {
	from := j.minimum
	if j.c.EdgesFrom > 0 {
		from = j.model.Weight(j.c.EdgesFrom)
	}
	var chosen []int
	for i := range j.links.Pairs {
		if float64(j.links.Pairs[i].Weight) >= from {
			chosen = append(chosen, i)
		}
	}
	header := []string{"source_a", "id_a", "source_b", "id_b", "weight", "probability", "same_cluster"}
	for _, c := range j.model.Comparisons {
		header = append(header, "weight_"+c.Name)
	}
	header = append(header, "weight_adjustment")
	weights := levelWeights(j.model)
	return j.rows(w, header, len(chosen), func(buf []byte, i int) []byte {
		l := &j.links.Pairs[chosen[i]]
		for _, r := range []uint32{l.A, l.B} {
			source, id := j.table.ID(int(r))
			buf = append(cell(append(cell(buf, source), ','), id), ',')
		}
		total := float64(l.Weight)
		buf = append(strconv.AppendFloat(buf, total, 'f', 3, 64), ',')
		buf = append(strconv.AppendFloat(buf, j.model.Probability(total), 'g', 8, 64), ',')
		same := byte('0')
		if j.of[l.A] == j.of[l.B] {
			same = '1'
		}
		buf = append(buf, same)
		left := total
		for k := range weights {
			w := &weights[k][l.Pattern>>(4*k)&15]
			left -= w.weight
			buf = append(buf, w.text...)
		}
		if math.Abs(left) < 0.0005 {
			left = 0
		}
		buf = strconv.AppendFloat(append(buf, ','), left, 'f', 3, 64)
		return append(buf, '\n')
	})
}

// levelWeight is a weight and its cell, written once for all edges.
type levelWeight struct {
	weight float64
	text   string
}

// levelWeights are log2(m/u) by comparison and level; level 0 is missing.
func levelWeights(m *linkage.Model) [][16]levelWeight {
	out := make([][16]levelWeight, len(m.Comparisons))
	for k, c := range m.Comparisons {
		for i := range out[k] {
			w := 0.0
			if i > 0 && i <= len(c.Levels) && c.Levels[i-1].M > 0 && c.Levels[i-1].U > 0 {
				w = math.Log2(c.Levels[i-1].M / c.Levels[i-1].U)
			}
			out[k][i] = levelWeight{w, fmt.Sprintf(",%.3f", w)}
		}
	}
	return out
}

// cell appends a csv cell. A cell that a spreadsheet would run as a formula is
// made text with an apostrophe, as the input may come from anybody.
func cell(buf []byte, v string) []byte {
	if formula(v) {
		v = "'" + v
	}
	if !strings.ContainsAny(v, ",\"\r\n") && (v == "" || v[0] != ' ' && v[len(v)-1] != ' ') {
		return append(buf, v...)
	}
	buf = append(buf, '"')
	for i := range len(v) {
		if v[i] == '"' {
			buf = append(buf, '"')
		}
		buf = append(buf, v[i])
	}
	return append(buf, '"')
}

func formula(v string) bool {
	if v == "" {
		return false
	}
	switch v[0] {
	case '=', '@', '\t':
		return true
	case '+', '-':
		return strings.Trim(v[1:], "0123456789., ") != ""
	}
	return false
}
