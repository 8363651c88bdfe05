package run

import (
	"fmt"
	"io"
	"math"
	"slices"

	"tepat/linkage"
	"tepat/linkage/report"
)

// report explains what was asked and writes the page.
func (j *job) report() error {
	if j.c.Report == "" {
		return nil
	}
	d, err := j.page()
	if err != nil {
		return err
	}
	return writeWhole(j.c.Report, func(w io.Writer) error { return report.Write(w, d) })
}

func (j *job) page() (report.Data, error) {
	r := j.result
	d := report.Data{Lang: j.c.Lang, Made: j.c.now(), Program: j.c.Program, Model: plain(j.model, j.original), Digest: r.Digest, Rules: r.Rules, Compared: r.Compared,
		Threshold: j.threshold(), Warnings: j.plan.notes, Reveal: j.c.Reveal, Quality: j.quality()}
	for _, f := range r.Files {
		d.Files = append(d.Files, report.File{Name: f.Name, Records: f.Records, Bytes: f.Bytes, Clean: f.Clean})
	}
	for _, g := range r.Columns {
		d.Columns = append(d.Columns, report.Column{Name: g.Column, Role: string(g.Role), Why: g.Why(j.c.Lang)})
	}
	if r.Training != nil {
		d.Training, d.Trained = *r.Training, true
	}
	for _, t := range r.Timings {
		d.Timings = append(d.Timings, report.Timing{Phase: PhaseName(t.Phase, j.c.Lang), Seconds: t.Seconds, Count: t.Count, Unit: j.unit(t.Phase)})
	}
	if j.of == nil {
		d.Clusters.Records = int64(j.table.Len())
		return d, nil
	}
	d.Clusters = report.Clusters{Records: int64(r.Records), Clusters: r.Clusters, Links: r.Links, Sizes: j.sizes()}
	d.Bins = j.bins()
	bands, err := j.bands()
	d.Bands = bands
	return d, err
}

func (j *job) unit(phase string) string {
	switch phase {
	case "read":
		return j.plan.say.f("records", "baris")
	case "choose":
		return j.plan.say.f("rules", "kunci")
	case "predict":
		return j.plan.say.f("pairs", "pasangan")
	case "cluster":
		return j.plan.say.f("clusters", "kelompok")
	}
	return j.plan.say.f("records", "baris")
}

// phaseNames are the phases in English and Indonesian.
var phaseNames = map[string][2]string{
	"look": {"look at the files", "melihat berkas"}, "read": {"read", "membaca"}, "choose": {"choose keys", "memilih kunci"}, "train": {"train", "melatih"},
	"predict": {"compare", "membandingkan"}, "cluster": {"group", "mengelompokkan"}, "measure": {"measure", "mengukur"}, "write": {"write", "menulis"},
	"report": {"report", "membuat laporan"}, "explain": {"explain", "menjelaskan"},
}

// PhaseName is a phase in words: "en" or "id".
func PhaseName(phase, lang string) string {
	names, ok := phaseNames[phase]
	switch {
	case !ok:
		return phase
	case lang == "id":
		return names[1]
	}
	return names[0]
}

func (j *job) quality() *report.Quality {
	q, labelled := j.result.Quality, true
	if q == nil {
		q, labelled = j.result.Estimate, false
	}
	if q == nil {
		return nil
	}
	out := &report.Quality{Labelled: labelled, Precision: q.Precision, Recall: q.Recall, F1: q.F1, Low: q.Low, High: q.High, Coverage: q.Coverage}
	if q.BCubed != nil {
		out.BCubedF1 = q.BCubed.F1
	}
	for _, t := range q.Thresholds {
		out.Thresholds = append(out.Thresholds, report.Threshold{Weight: t.Weight, Probability: t.Probability, Precision: t.Precision, Recall: t.Recall, F1: t.F1, Links: t.Links})
	}
	return out
}

// bins counts the kept pairs by whole bits; the threshold lies on an edge.
func (j *job) bins() []report.Bin {
	if len(j.links.Pairs) == 0 {
		return nil
	}
	counts := map[int]int64{}
	for i := range j.links.Pairs {
		counts[int(math.Floor(float64(j.links.Pairs[i].Weight)-j.minimum+1e-6))]++
	}
	low, high := math.MaxInt, math.MinInt
	for k := range counts {
		low, high = min(low, k), max(high, k)
	}
	var out []report.Bin
	for k := low; k <= high; k++ {
		out = append(out, report.Bin{From: j.minimum + float64(k), To: j.minimum + float64(k+1), Pairs: counts[k]})
	}
	return out
}

const shownInBand = 3

// bands samples pairs from sure to doubtful, evenly over each band by weight.
func (j *job) bands() ([]report.Band, error) {
	t := j.threshold()
	edges := []float64{1, 0.9999, 0.99, 0.9, 0.5, 0.1, 0.01, keptFrom}
	if !slices.Contains(edges, t) {
		edges = append(edges, t)
	}
	slices.SortFunc(edges, func(a, b float64) int { return int(math.Copysign(1, b-a)) })
	within := make([][]int, len(edges)-1)
	for i := range j.links.Pairs {
		p := j.model.Probability(float64(j.links.Pairs[i].Weight))
		for b := range within {
			if p >= edges[b+1] || b == len(within)-1 {
				within[b] = append(within[b], i)
				break
			}
		}
	}
	var out []report.Band
	for b, members := range within {
		band := report.Band{From: edges[b], To: edges[b+1], Pairs: int64(len(members))}
		for _, i := range spread(members, shownInBand) {
			l := &j.links.Pairs[i]
			p, err := j.pair(int(l.A), int(l.B))
			if err != nil {
				return nil, err
			}
			band.Shown = append(band.Shown, p)
		}
		out = append(out, band)
	}
	return out, nil
}

// spread picks n of the members, evenly.
func spread(members []int, n int) []int {
	if len(members) <= n {
		return members
	}
	out := make([]int, n)
	for i := range out {
		out[i] = members[(2*i+1)*len(members)/(2*n)]
	}
	return out
}

func (j *job) pair(a, b int) (report.Pair, error) {
	e, err := j.model.Explain(j.table, a, b, j.chosen.options)
	if err != nil {
		return report.Pair{}, fmt.Errorf("run: explain: %w", err)
	}
	p := report.Pair{A: j.name(a), B: j.name(b), Explanation: e}
	if j.truth != nil && j.truth[a] >= 0 && j.truth[b] >= 0 {
		same := j.truth[a] == j.truth[b]
		p.Same = &same
	}
	return p, nil
}

// name is the identity of a record for people: an identity that is a long
// number is masked by the page.
func (j *job) name(i int) string {
	source, id := j.table.ID(i)
	if len(j.table.Sources()) > 1 {
		return source + " " + id
	}
	return id
}

// Explained is the account of one pair.
type Explained struct {
	A, B        string
	Explanation linkage.Explanation
	Linked      bool
	Words       string
}

// explain answers --explain: two identities, with "source:" before them where
// several sources know them.
func (j *job) explain() error {
	if len(j.c.Explain) != 2 {
		return nil
	}
	var at [2]int
	for k, want := range j.c.Explain {
		i, ok := j.lookUp(want)
		if !ok {
			return &Problem{Is: ErrNoRecord, About: want}
		}
		at[k] = i
	}
	p, err := j.pair(at[0], at[1])
	if err != nil {
		return err
	}
	j.result.Explained = &Explained{A: p.A, B: p.B, Explanation: p.Explanation, Linked: p.Explanation.Probability >= j.threshold(), Words: p.Explanation.Words(j.c.Lang)}
	return nil
}

// lookUp finds "id" or "source:id".
func (j *job) lookUp(want string) (int, bool) {
	if i, ok := j.find("", want); ok {
		return i, true
	}
	i := slices.Index(j.ids, want)
	return i, i >= 0
}
