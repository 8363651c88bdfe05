package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"

	"tepat/linkage"
)

//go:embed report.html
var page string

// Write writes the page. It holds the whole of it only as it is written.
func Write(w io.Writer, d Data) error {
	if d.Lang != "en" {
		d.Lang = "id"
	}
	say, n := sayer(d.Lang), grouped(d.Lang)
	tmpl, err := template.New("report").Funcs(template.FuncMap{
		"t": say, "n": n, "i": func(v int) string { return n(int64(v)) }, "share": share, "percent": percent,
		"masked": func(s string) string {
			if d.Reveal {
				return s
			}
			return Mask(s)
		},
	}).Parse(page)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if err := tmpl.Execute(w, newView(d, say, n)); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// view is what the template sees: the data and the drawings.
type view struct {
	D               Data
	Made            string
	Several         int64
	Threshold       string
	ThresholdWeight float64
	QualityRows     []qualityRow
	Histogram       *histogram
	Parameters      []parameters
	Bands           []bandView
	Sizes           []sizeRow
	Oversize        []linkage.Block
	Method          []fact
}

type qualityRow struct{ Key, Why, Value, Interval string }

type bandView struct {
	Title string
	Pairs int64
	Shown []waterfall
}

type fact struct{ Text, Value string }

func newView(d Data, say func(string) string, n func(int64) string) view {
	v := view{D: d, Threshold: percent(d.Threshold), ThresholdWeight: d.Model.Weight(d.Threshold), Parameters: drawParameters(d.Model, say),
		Sizes: drawSizes(d.Clusters.Sizes, n), Method: method(d, say, n)}
	if !d.Made.IsZero() {
		v.Made = d.Made.Format("2006-01-02 15:04")
	}
	for _, s := range d.Clusters.Sizes {
		if s.Records > 1 {
			v.Several += s.Clusters
		}
	}
	v.Histogram = drawHistogram(d.Bins, v.ThresholdWeight, n)
	if d.Quality != nil {
		v.QualityRows = qualityRows(*d.Quality)
	}
	for _, b := range d.Bands {
		bv := bandView{Title: fmt.Sprintf(say("band"), percent(b.From), percent(b.To)), Pairs: b.Pairs}
		for _, p := range b.Shown {
			bv.Shown = append(bv.Shown, drawPair(p, d.Threshold, d.Reveal, say))
		}
		if b.Pairs > 0 {
			v.Bands = append(v.Bands, bv)
		}
	}
	for _, r := range d.Rules {
		v.Oversize = append(v.Oversize, r.Oversize...)
	}
	v.Oversize = v.Oversize[:min(len(v.Oversize), 30)]
	return v
}

func qualityRows(q Quality) []qualityRow {
	rows := []qualityRow{
		{Key: "precision", Value: fmt.Sprintf("%.4f", q.Precision)},
		{Key: "recall", Value: fmt.Sprintf("%.4f", q.Recall)},
		{Key: "f1", Value: fmt.Sprintf("%.4f", q.F1)},
	}
	for i := range rows {
		if q.High[i] > 0 {
			rows[i].Interval = fmt.Sprintf("%.4f–%.4f", q.Low[i], q.High[i])
		}
	}
	if q.BCubedF1 > 0 {
		rows = append(rows, qualityRow{Key: "bcubed", Value: fmt.Sprintf("%.4f", q.BCubedF1)})
	}
	if q.Coverage > 0 {
		rows = append(rows, qualityRow{Key: "coverage", Value: fmt.Sprintf("%.4f", q.Coverage)})
	}
	for i := range rows {
		rows[i].Why = rows[i].Key + " why"
	}
	return rows
}

func method(d Data, say func(string) string, n func(int64) string) []fact {
	facts := []fact{{say("prior"), fmt.Sprintf("%.3g", d.Model.Prior)}, {say("seed"), fmt.Sprint(d.Model.Seed)}}
	if d.Digest != "" {
		facts = append(facts, fact{say("digest"), d.Digest})
	}
	if !d.Trained {
		return append(facts, fact{say("method"), say("reused")})
	}
	t := d.Training
	return append(facts, fact{say("iterations"), n(int64(t.Iterations))}, fact{say("sampled"), n(t.Sampled)}, fact{say("patterns"), n(int64(t.Patterns))},
		fact{say("expected"), n(int64(math.Round(t.Matches)))})
}

// share writes a probability of a level short.
func share(p float64) string {
	switch {
	case p <= 0:
		return "–"
	case p >= 0.001:
		return fmt.Sprintf("%.1f%%", 100*p)
	}
	return fmt.Sprintf("%.1e", p)
}
