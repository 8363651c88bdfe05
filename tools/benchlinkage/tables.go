package main

import (
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"time"
)

// printTables writes Markdown.
func printTables(w io.Writer, o options, rows []row) {
	fmt.Fprintf(w, "Data seed %d, %s, %s/%s, %s cores.\n", o.seed, runtime.Version(), runtime.GOOS, runtime.GOARCH, cores())
	printSpeed(w, rows)
	printPhases(w, rows)
	printQuality(w, rows)
	for _, r := range rows {
		if l := r.lookup; l != nil {
			fmt.Fprintf(w, "\nOne record against %s: p50 %s, p99 %s, slowest %s of %d; index built in %s.\n",
				thousands(int64(r.Records)), micro(l.P50), micro(l.P99), micro(l.Max), o.lookups, l.Built.Round(time.Millisecond))
		}
	}
	printSets(w, rows)
}

func printSpeed(w io.Writer, rows []row) {
	fmt.Fprintln(w, "\n| records | read to written, s | CPU s | peak MB | pairs compared | P | R | F1 | B³ F1 |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
	var first, last *row
	for i := range rows {
		r := &rows[i]
		if !r.sized {
			continue
		}
		fmt.Fprintf(w, "| %s | %.2f | %.2f | %d | %s | %.4f | %.4f | **%.4f** | %.4f |\n", thousands(int64(r.Records)), r.report.Wall.Seconds(), r.report.CPU.Seconds(),
			r.report.Peak>>20, thousands(r.report.Compared), r.quality.P, r.quality.R, r.quality.F1, r.quality.B3)
		if first == nil {
			first = r
		}
		last = r
	}
	if first != nil && first != last {
		n := float64(last.Records) / float64(first.Records)
		fmt.Fprintf(w, "\nFrom %s to %s records the processor time grows as n^%.2f, the wall time as n^%.2f; n log n would be n^%.2f.\n", thousands(int64(first.Records)),
			thousands(int64(last.Records)), math.Log(last.report.CPU.Seconds()/first.report.CPU.Seconds())/math.Log(n),
			math.Log(last.report.Wall.Seconds()/first.report.Wall.Seconds())/math.Log(n),
			1+math.Log(math.Log(float64(last.Records))/math.Log(float64(first.Records)))/math.Log(n))
	}
}

// printPhases shows wall and processor seconds of each phase.
func printPhases(w io.Writer, rows []row) {
	var names []string
	for _, r := range rows {
		if r.sized && len(names) == 0 {
			for _, p := range r.report.Phases {
				names = append(names, p.Name)
			}
		}
	}
	if len(names) == 0 {
		return
	}
	fmt.Fprintf(w, "\n| records | %s |\n|--:|%s\n", strings.Join(names, " | "), strings.Repeat("--:|", len(names)))
	for _, r := range rows {
		if !r.sized {
			continue
		}
		fmt.Fprintf(w, "| %s |", thousands(int64(r.Records)))
		for _, p := range r.report.Phases {
			fmt.Fprintf(w, " %.2f (%.2f) |", p.Wall.Seconds(), p.CPU.Seconds())
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, "\nWall seconds, processor seconds in brackets.")
}

func printQuality(w io.Writer, rows []row) {
	fmt.Fprintln(w, "\n| set | records | blocking covers | P | R | F1 | best F1 | at | gap | B³ F1 | threshold |\n|:--|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
	for _, r := range rows {
		fmt.Fprintf(w, "| %s | %s |", r.Name, thousands(int64(r.Records)))
		if !r.scanned {
			fmt.Fprintf(w, " – | %.4f | %.4f | **%.4f** | – | – | – | %.4f | %.4f |\n", r.quality.P, r.quality.R, r.quality.F1, r.quality.B3, r.report.Threshold)
			continue
		}
		fmt.Fprintf(w, " %.4f | %.4f | %.4f | **%.4f** | %.4f | %.4g | %.4f | %.4f | %.4f |\n", r.coverage, r.quality.P, r.quality.R, r.quality.F1,
			r.best.F1, r.bestAt, r.best.F1-r.quality.F1, r.quality.B3, r.report.Threshold)
	}
}

func printSets(w io.Writer, rows []row) {
	fmt.Fprintln(w)
	told := map[string]bool{}
	for _, r := range rows {
		if !told[r.about] {
			told[r.about] = true
			name := r.Name
			if r.sized {
				name = "id…"
			}
			fmt.Fprintf(w, "- `%s`: %s.\n", name, r.about)
		}
	}
}

func micro(d time.Duration) string { return fmt.Sprintf("%d µs", d.Microseconds()) }

// thousands writes 1234567 as 1,234,567.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
