package run

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"tepat/linkage"
	"tepat/linkage/measure"
)

// measure judges the clusters by the truth that was named, or by labels.
func (j *job) measure() error {
	if j.c.Truth == "" && j.plan.truth != "" {
		j.result.Hint = j.plan.say.f("column %q looks like the truth: --truth %q measures against it", "kolom %q tampak seperti kebenaran: --truth %q mengukur dengannya", j.plan.truth, j.plan.truth)
	}
	if j.c.Truth == "" && j.plan.truth == "" && j.plan.pattern != "" && j.plan.ids[0] != "" {
		j.result.Hint = j.plan.say.f("the identities name the person (rec-N): --truth %q measures against it", "pengenal baris memuat orangnya (rec-N): --truth %q mengukur dengannya", j.plan.ids[0])
	}
	switch {
	case j.c.Truth != "":
		return j.measureTruth()
	case j.c.Labels != "":
		return j.measureLabels()
	}
	j.estimate()
	return nil
}

// persons are the true persons as numbers; -1 where the truth is not known.
func (j *job) persons() []int32 {
	numbers, out := map[string]int32{}, make([]int32, j.table.Len())
	var pattern *regexp.Regexp
	byID := !j.plan.hasField(j.c.Truth)
	if byID && j.plan.pattern != "" {
		pattern = regexp.MustCompile(j.plan.pattern)
	}
	for i := range out {
		person := ""
		if byID {
			_, person = j.table.ID(i)
			if pattern != nil {
				if m := pattern.FindStringSubmatch(person); m != nil {
					person = m[1]
				}
			}
		} else {
			person = j.table.Value(i, truthColumn)
		}
		out[i] = -1
		if person == "" {
			continue
		}
		number, ok := numbers[person]
		if !ok {
			number = int32(len(numbers))
			numbers[person] = number
		}
		out[i] = number
	}
	return out
}

func (j *job) measureTruth() error {
	j.truth = j.persons()
	s := measure.Pairwise(j.of, j.truth)
	q := &Quality{Precision: s.Precision, Recall: s.Recall, F1: s.F1, True: s.True, Found: s.Found}
	q.interval(0, measure.Wilson(float64(s.Both), float64(s.Found)))
	q.interval(1, measure.Wilson(float64(s.Both), float64(s.True)))
	p, r, f := measure.BCubed(j.of, j.truth)
	q.BCubed = &Triple{p, r, f}
	j.thresholds(q, measure.Thresholds(j.links.Pairs, j.truth))
	j.result.Quality = q
	return nil
}

func (q *Quality) interval(at int, i measure.Interval) { q.Low[at], q.High[at] = i.Low, i.High }

// thresholds keeps a table of at most some twenty lines around where it counts.
func (j *job) thresholds(q *Quality, rows []measure.Row) {
	if len(rows) == 0 {
		return
	}
	slices.SortFunc(rows, func(a, b measure.Row) int { return int(4 * (a.Weight - b.Weight)) })
	q.BestF1 = measure.Best(rows).F1
	q.Coverage = rows[0].Recall
	step := max(1, (len(rows)+13)/14)
	for i, r := range rows {
		if i%step == 0 {
			q.Thresholds = append(q.Thresholds, Threshold{r.Weight, j.model.Probability(r.Weight), r.Found, Triple{r.Precision, r.Recall, r.F1}})
		}
	}
}

// estimate tells what the probabilities themselves expect.
func (j *job) estimate() {
	linked, right, all := 0.0, 0.0, 0.0
	for i := range j.links.Pairs {
		l := &j.links.Pairs[i]
		p := j.model.Probability(float64(l.Weight))
		all += p
		if j.of[l.A] == j.of[l.B] {
			linked++
			right += p
		}
	}
	if linked == 0 || all == 0 {
		return
	}
	j.result.Estimate = &Quality{Precision: right / linked, Recall: right / all, F1: 2 * right / (linked + all)}
}

// labels reads judged pairs: id_a, id_b and a verdict (1, 0, true, false, yes,
// no, ya, bukan), with source_a and source_b when there are several sources.
func (j *job) labels() ([]linkage.Label, error) {
	f, err := os.Open(j.c.Labels)
	if err != nil {
		return nil, &Problem{ErrNoFile, j.c.Labels, err}
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	header, err := r.Read()
	if err != nil {
		return nil, &Problem{ErrLabels, j.c.Labels, err}
	}
	at, ok := labelColumns(header)
	if !ok {
		return nil, &Problem{Is: ErrLabels, About: j.c.Labels}
	}
	var out []linkage.Label
	lost := 0
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, &Problem{ErrLabels, j.c.Labels, err}
		}
		label, ok := j.label(row, at)
		if !ok {
			lost++
			continue
		}
		out = append(out, label)
	}
	if lost > 0 {
		j.note("%d labels name records that are not there, or have no verdict", "%d label menyebut baris yang tidak ada, atau tanpa putusan", lost)
	}
	return out, nil
}

// labelAt are the places of the columns: ids, verdict, sources (-1 when absent).
type labelAt struct{ a, b, verdict, sourceA, sourceB int }

func labelColumns(header []string) (labelAt, bool) {
	find := func(names ...string) int {
		return slices.IndexFunc(header, func(h string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(h))) })
	}
	at := labelAt{find("id_a", "id_l", "unique_id_l", "id1", "left", "a"), find("id_b", "id_r", "unique_id_r", "id2", "right", "b"),
		find("match", "label", "verdict", "clerical_match_score", "sama", "putusan"), find("source_a", "source_l", "source_dataset_l"), find("source_b", "source_r", "source_dataset_r")}
	return at, at.a >= 0 && at.b >= 0 && at.verdict >= 0
}

func (j *job) label(row []string, at labelAt) (linkage.Label, bool) {
	cell := func(i int) string {
		if i < 0 || i >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[i])
	}
	a, okA := j.find(cell(at.sourceA), cell(at.a))
	b, okB := j.find(cell(at.sourceB), cell(at.b))
	if !okA || !okB || a == b {
		return linkage.Label{}, false
	}
	switch v := strings.ToLower(cell(at.verdict)); {
	case slices.Contains([]string{"1", "1.0", "true", "yes", "y", "ya", "sama", "match"}, v):
		return linkage.Label{A: a, B: b, Match: true}, true
	case slices.Contains([]string{"0", "0.0", "false", "no", "n", "tidak", "bukan", "beda"}, v):
		return linkage.Label{A: a, B: b}, true
	}
	return linkage.Label{}, false
}

// find looks a record up by source and identity; without a source in all.
func (j *job) find(source, id string) (int, bool) {
	for _, s := range j.table.Sources() {
		if source != "" && s.Name != source {
			continue
		}
		if i, ok := j.table.Find(s.Name, id); ok {
			return i, true
		}
	}
	return 0, false
}

func (j *job) learn() error {
	labels, err := j.labels()
	if err != nil {
		return err
	}
	if err := j.model.TrainLabels(j.table, labels, j.chosen.options); err != nil {
		return fmt.Errorf("run: train from labels: %w", err)
	}
	return nil
}

func (j *job) measureLabels() error {
	labels, err := j.labels()
	if err != nil {
		return err
	}
	var both, found, matching int64
	judged := make([]measure.Judged, 0, len(labels))
	for _, l := range labels {
		same := j.of[l.A] == j.of[l.B]
		if same {
			found++
		}
		if l.Match {
			matching++
		}
		if same && l.Match {
			both++
		}
		judged = append(judged, measure.Judged{A: uint32(l.A), B: uint32(l.B), Match: l.Match})
	}
	if len(labels) == 0 {
		j.note("no label could be used: nothing was measured", "tidak ada label yang dapat dipakai: tidak ada yang diukur")
		return nil
	}
	s := measure.NewScore(both, found, matching)
	q := &Quality{Precision: s.Precision, Recall: s.Recall, F1: s.F1, True: s.True, Found: s.Found}
	q.interval(0, measure.Wilson(float64(both), float64(found)))
	q.interval(1, measure.Wilson(float64(both), float64(matching)))
	j.thresholds(q, measure.ThresholdsFromLabels(j.links.Pairs, judged))
	j.result.Quality = q
	return nil
}
