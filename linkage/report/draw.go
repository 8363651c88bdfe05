package report

import (
	"fmt"
	"math"
	"strings"

	"tepat/linkage"
)

// Drawings are computed here as numbers and written by the template as SVG, so
// that every text is escaped.

type rect struct{ X, Y, W, H float64 }

type histogram struct {
	W, H, Base float64
	Bars       []bar
	Ticks      []tick // along the weights
	Lines      []tick // along the counts
	ThresholdX float64
}

type bar struct {
	rect
	Linked bool
	Title  string
}

type tick struct {
	At   float64
	Text string
}

const (
	histWidth, histHeight = 900.0, 260.0
	histLeft, histBase    = 84.0, 226.0
)

// drawHistogram draws counts on a logarithmic scale: the few pairs that decide
// would vanish beside the many that do not match.
func drawHistogram(bins []Bin, threshold float64, n func(int64) string) *histogram {
	if len(bins) == 0 {
		return nil
	}
	h := &histogram{W: histWidth, H: histHeight, Base: histBase}
	low, high := math.Min(bins[0].From, threshold), math.Max(bins[len(bins)-1].To, threshold)
	most := int64(1)
	for _, b := range bins {
		most = max(most, b.Pairs)
	}
	top := math.Ceil(math.Log10(float64(most)+1) + 0.001)
	x := func(w float64) float64 { return histLeft + (w-low)/(high-low)*(histWidth-histLeft-14) }
	y := func(c float64) float64 { return histBase - math.Log10(c+1)/top*(histBase-16) }
	for _, b := range bins {
		if b.Pairs == 0 {
			continue
		}
		left, right, up := x(b.From), x(b.To), y(float64(b.Pairs))
		h.Bars = append(h.Bars, bar{rect{round(left + 0.5), round(up), round(math.Max(right-left-1, 0.8)), round(histBase - up)}, b.From >= threshold-1e-9,
			fmt.Sprintf("%.1f … %.1f: %s", b.From, b.To, n(b.Pairs))})
	}
	step := niceStep((high - low) / 10)
	for w := math.Ceil(low/step) * step; w <= high; w += step {
		h.Ticks = append(h.Ticks, tick{round(x(w)), strings.Replace(fmt.Sprintf("%+.0f", w), "+0", "0", 1)})
	}
	for p := 0.0; p <= top; p++ {
		c := math.Pow(10, p)
		if p == 0 {
			c = 1
		}
		if y(c) > 10 {
			h.Lines = append(h.Lines, tick{round(y(c)), n(int64(c))})
		}
	}
	h.ThresholdX = round(x(threshold))
	return h
}

func niceStep(raw float64) float64 {
	for _, s := range []float64{1, 2, 5, 10, 20, 50, 100} {
		if raw <= s {
			return s
		}
	}
	return 200
}

func round(v float64) float64 { return math.Round(v*10) / 10 }

// parameters is the chart of one comparison.
type parameters struct {
	Name      string
	Household bool
	Levels    []levelRow
}

type levelRow struct {
	Label  string
	M, U   float64
	MW, UW float64 // lengths of the bars, 0 to 100
	Weight float64
	Bar    rect // of 200 x 14, zero in the middle
	Fixed  bool
	TF     bool
	Known  bool
}

const weightScale = 20.0 // bits at the end of a weight bar

func drawParameters(m *linkage.Model, say func(string) string) []parameters {
	var out []parameters
	for _, c := range m.Comparisons {
		p := parameters{Name: c.Name, Household: c.Name == m.Household}
		for _, l := range c.Levels {
			row := levelRow{Label: say(l.Label), M: l.M, U: l.U, MW: round(100 * clamp(l.M)), UW: round(100 * clamp(l.U)), Fixed: l.FixedM || l.FixedU, TF: l.TF != nil}
			if l.M > 0 && l.U > 0 {
				row.Known = true
				row.Weight = math.Log2(l.M / l.U)
				row.Bar = signedBar(0, row.Weight, weightScale)
			}
			p.Levels = append(p.Levels, row)
		}
		out = append(out, p)
	}
	return out
}

func clamp(v float64) float64 { return math.Min(math.Max(v, 0), 1) }

// signedBar spans from one weight to another on a scale of ±full bits.
func signedBar(from, to, full float64) rect {
	at := func(w float64) float64 { return 100 + math.Min(math.Max(w/full, -1), 1)*98 }
	a, b := at(from), at(to)
	return rect{round(math.Min(a, b)), 2, round(math.Max(math.Abs(b-a), 1)), 10}
}

// waterfall is a pair as it is told: the prior, then each field, then the sum.
type waterfall struct {
	A, B        string
	Same        string
	Probability string
	Weight      float64
	Linked      bool
	Rows        []waterRow
	Full        float64
}

type waterRow struct {
	Name, Level string
	A, B        []run
	Weight      float64
	TF          float64
	Bar         rect
	Kind        string // "plus", "minus", "start", "end", "none"
}

func drawPair(p Pair, threshold float64, reveal bool, say func(string) string) waterfall {
	e := p.Explanation
	w := waterfall{A: p.A, B: p.B, Probability: percent(e.Probability), Weight: e.Weight, Linked: e.Probability >= threshold}
	full, sum := math.Max(math.Abs(e.Prior), 1), e.Prior
	for _, f := range e.Fields {
		sum += f.Weight
		full = math.Max(full, math.Abs(sum))
	}
	full = math.Max(full, math.Abs(e.Prior+e.Weight))
	sum = e.Prior
	w.Full = full
	w.Rows = append(w.Rows, waterRow{Name: say("start"), Weight: e.Prior, Bar: signedBar(0, sum, full), Kind: "start"})
	for _, f := range e.Fields {
		row := waterRow{Name: f.Comparison, Level: say(f.Level), Weight: f.Weight, TF: f.TF, Bar: signedBar(sum, sum+f.Weight, full), Kind: sign(f.Weight)}
		if f.Missing {
			row.Level, row.Kind = say("missing"), "none"
		}
		row.A, row.B = differing(f.A, f.B, reveal)
		sum += f.Weight
		w.Rows = append(w.Rows, row)
	}
	if e.Household != 0 {
		w.Rows = append(w.Rows, waterRow{Name: say("household"), Weight: e.Household, Bar: signedBar(sum, sum+e.Household, full), Kind: sign(e.Household)})
		sum += e.Household
	}
	w.Rows = append(w.Rows, waterRow{Name: say("sum"), Weight: sum, Bar: signedBar(0, sum, full), Kind: "end"})
	if p.Same != nil {
		w.Same = say(map[bool]string{true: "label same", false: "label different"}[*p.Same])
	}
	return w
}

func sign(v float64) string {
	switch {
	case v > 0:
		return "plus"
	case v < 0:
		return "minus"
	}
	return "none"
}

// percent writes a probability so that 0.99997 does not become one.
func percent(p float64) string {
	switch {
	case p >= 0.99995:
		return "> 99.99%"
	case p >= 0.999 || p < 0.01:
		return fmt.Sprintf("%.2f%%", 100*p)
	}
	return fmt.Sprintf("%.1f%%", 100*p)
}

// sizeRow is a line of the chart of cluster sizes.
type sizeRow struct {
	Label    string
	Clusters string
	Width    float64 // 0 to 100, logarithmic
}

func drawSizes(sizes []Size, n func(int64) string) []sizeRow {
	most := 1.0
	merged := mergeSizes(sizes)
	for _, s := range merged {
		most = math.Max(most, math.Log10(float64(s.Clusters)+1))
	}
	var out []sizeRow
	for i, s := range merged {
		label := n(int64(s.Records))
		if i == len(merged)-1 && len(merged) < len(sizes) {
			label = "≥ " + label
		}
		out = append(out, sizeRow{label, n(s.Clusters), round(100 * math.Log10(float64(s.Clusters)+1) / most)})
	}
	return out
}

const sizesShown = 14

// mergeSizes keeps the first sizes and puts the rest into the last line.
func mergeSizes(sizes []Size) []Size {
	if len(sizes) <= sizesShown {
		return sizes
	}
	out := append([]Size(nil), sizes[:sizesShown]...)
	for _, s := range sizes[sizesShown:] {
		out[sizesShown-1].Clusters += s.Clusters
	}
	return out
}

// grouped writes a whole number with the separators of the language.
func grouped(lang string) func(int64) string {
	dot := ","
	if lang == "id" {
		dot = "."
	}
	return func(v int64) string {
		s := fmt.Sprint(v)
		if v < 0 {
			return s
		}
		var b strings.Builder
		for i, c := range s {
			if i > 0 && (len(s)-i)%3 == 0 {
				b.WriteString(dot)
			}
			b.WriteRune(c)
		}
		return b.String()
	}
}
