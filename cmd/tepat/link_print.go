package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"tepat/linkage/detect"
	linkrun "tepat/linkage/run"
)

// print tells the result: what was read, what came out, how good it is, what
// was odd, and where it was written.
func (c *linkCmd) print(e *env, r *linkrun.Result, took time.Duration) error {
	var b strings.Builder
	c.printColumns(&b, r)
	fmt.Fprintf(&b, "%s baris dari %d berkas; %s pasangan dibandingkan\n", thousands(int64(r.Records)), len(r.Files), thousands(r.Compared))
	if !c.TrainOnly {
		fmt.Fprintf(&b, "%s pasangan dihubungkan pada peluang ≥ %.4f (bobot %+.1f); %s kelompok, %s berisi lebih dari satu baris, terbesar %d\n",
			thousands(r.Links), r.Threshold, r.Weight, thousands(r.Clusters), thousands(r.Several), r.Largest)
	}
	printQuality(&b, r)
	printExplained(&b, r.Explained)
	for _, w := range r.Warnings {
		fmt.Fprintf(&b, "! %s\n", w)
	}
	if r.Hint != "" {
		fmt.Fprintf(&b, "? %s\n", r.Hint)
	}
	var written []string
	for _, path := range []string{c.config().Out, c.Edges, c.Model, c.Splink, c.Report} {
		if path != "" {
			written = append(written, path)
		}
	}
	if len(written) > 0 {
		fmt.Fprintf(&b, "Ditulis: %s\n", strings.Join(written, ", "))
	}
	fmt.Fprintf(&b, "Selesai dalam %.2f s\n", took.Seconds())
	_, err := io.WriteString(e.out, b.String())
	return err
}

func (c *linkCmd) printColumns(w io.Writer, r *linkrun.Result) {
	for _, g := range r.Columns {
		use := "tidak dibandingkan"
		if g.Role.Compared() {
			use = "dibandingkan"
		}
		if g.Role == detect.Truth {
			use = "hanya untuk mengukur"
		}
		fmt.Fprintf(w, "  %-24s %-14s %-20s %s\n", g.Column, g.Role, use, g.Why(c.Lang))
	}
}

func printQuality(w io.Writer, r *linkrun.Result) {
	if q := r.Quality; q != nil {
		fmt.Fprintf(w, "Terukur: ketepatan %.4f (%.4f–%.4f), kelengkapan %.4f (%.4f–%.4f), F1 %.4f", q.Precision, q.Low[0], q.High[0], q.Recall, q.Low[1], q.High[1], q.F1)
		if q.BCubed != nil {
			fmt.Fprintf(w, ", B³ %.4f", q.BCubed.F1)
		}
		fmt.Fprintf(w, "\n  %d pasangan benar, %d dihubungkan; pasangan tersimpan menjangkau %.4f; F1 terbaik di tabel %.4f\n", q.True, q.Found, q.Coverage, q.BestF1)
		if len(q.Thresholds) > 0 {
			fmt.Fprintf(w, "  %10s %12s %10s %12s %8s\n", "bobot ≥", "pasangan", "ketepatan", "kelengkapan", "F1")
		}
		for _, t := range q.Thresholds {
			fmt.Fprintf(w, "  %+10.1f %12s %10.4f %12.4f %8.4f\n", t.Weight, thousands(t.Links), t.Precision, t.Recall, t.F1)
		}
		return
	}
	if q := r.Estimate; q != nil {
		fmt.Fprintf(w, "Perkiraan tanpa label: ketepatan %.4f, kelengkapan %.4f dari yang dibandingkan, F1 %.4f\n", q.Precision, q.Recall, q.F1)
	}
}

func printExplained(w io.Writer, x *linkrun.Explained) {
	if x == nil {
		return
	}
	e := x.Explanation
	verdict := "tidak dihubungkan"
	if x.Linked {
		verdict = "dihubungkan"
	}
	fmt.Fprintf(w, "%s ↔ %s: %s, peluang %.6f, bobot %+.2f\n", x.A, x.B, verdict, e.Probability, e.Weight)
	fmt.Fprintf(w, "  %-22s %8.2f\n", "peluang awal", e.Prior)
	for _, f := range e.Fields {
		level := f.Level
		if f.Missing {
			level = "kosong"
		}
		fmt.Fprintf(w, "  %-22s %+8.2f  %s: %s | %s\n", f.Comparison, f.Weight, level, f.A, f.B)
	}
	if e.Household != 0 {
		fmt.Fprintf(w, "  %-22s %+8.2f\n", "serumah, orang lain", e.Household)
	}
	if x.Words != "" {
		fmt.Fprintln(w, x.Words)
	}
}
