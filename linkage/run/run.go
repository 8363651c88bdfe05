package run

import (
	"context"
	"fmt"
	"slices"

	"tepat/linkage"
	"tepat/linkage/cluster"
	"tepat/linkage/csvfile"
	"tepat/linkage/report"
)

// Progress is called now and then with the phase ("look", "read", "choose",
// "train", "predict", "cluster", "measure", "write", "report") and how far it
// is; total is 0 when unknown.
type Progress func(phase string, done, total int64)

// Run links the files of c and writes what it asks for.
func Run(ctx context.Context, c Config, progress Progress) (*Result, error) {
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	j := &job{ctx: ctx, c: &c, progress: progress, result: &Result{}}
	steps := []struct {
		phase string
		do    func() error
	}{
		{"look", j.look}, {"read", j.read}, {"choose", j.choose}, {"train", j.train}, {"predict", j.predict}, {"cluster", j.cluster},
		{"measure", j.measure}, {"explain", j.explain}, {"write", j.write}, {"report", j.report},
	}
	for _, s := range steps {
		if c.TrainOnly && (s.phase == "predict" || s.phase == "cluster" || s.phase == "measure") {
			continue
		}
		begun := c.now()
		progress(s.phase, 0, 0)
		j.phase, j.count = s.phase, 0
		if err := s.do(); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		j.result.Timings = append(j.result.Timings, Timing{s.phase, c.now().Sub(begun).Seconds(), j.count})
	}
	j.result.Warnings = j.plan.notes
	return j.result, nil
}

// job is a run under way.
type job struct {
	ctx      context.Context
	c        *Config
	progress Progress
	phase    string
	count    int64
	plan     *plan
	chosen   *chosen
	original *linkage.Model // as saved
	model    *linkage.Model // with what travels
	table    *linkage.Table
	links    *linkage.Links
	minimum  float64  // weight from which pairs are linked
	of       []int32  // cluster of each record
	ids      []string // names of the records, with their source when there are several
	hash     []uint64 // of ids
	again    int      // names given twice
	truth    []int32
	result   *Result
}

func (j *job) note(english, indonesian string, args ...any) {
	j.plan.notes = append(j.plan.notes, j.plan.say.f(english, indonesian, args...))
}

func (j *job) look() error {
	var err error
	if j.plan, err = look(j.c); err != nil {
		return err
	}
	if j.chosen, err = j.plan.choose(j.c); err != nil {
		return err
	}
	j.original = j.chosen.model
	j.model = j.plan.travelling(j.original, j.c)
	j.chosen.options.Progress = func(p linkage.Progress) { j.progress(j.phase, p.Done, p.Total) }
	j.result.Columns = j.plan.guesses
	return nil
}

func (j *job) read() error {
	t, err := linkage.NewTable(j.model, j.plan.fields, j.chosen.options)
	if err != nil {
		return fmt.Errorf("run: %w", err)
	}
	for i, s := range j.plan.sheets {
		o := j.plan.options(i, j.c)
		got, err := j.readFile(t, i, o)
		if err != nil {
			return fmt.Errorf("run: %s: %w", s.path, err)
		}
		j.noteReading(s, got)
		j.count += got.Records
		j.result.Files = append(j.result.Files, File{s.name, s.path, got.Records, got.Bytes, o.Clean})
	}
	j.table = t
	j.result.Records = t.Len()
	if t.Len() == 0 {
		return &Problem{Is: ErrEmpty, About: j.c.Files[0]}
	}
	if t.Len() == 1 {
		j.note("a single record has nobody to be linked with", "hanya satu baris: tidak ada pasangannya")
	}
	return j.identities()
}

func (j *job) readFile(t *linkage.Table, i int, o csvfile.Options) (csvfile.Report, error) {
	if j.c.Source != "" {
		return j.readBySource(t, i)
	}
	return csvfile.ReadFile(j.ctx, t, j.plan.sheets[i].path, o)
}

func (j *job) noteReading(s *sheet, got csvfile.Report) {
	for _, odd := range []struct {
		n                   int64
		english, indonesian string
	}{
		{got.Ragged, "%s: %d records have too few or too many cells; read as far as they go", "%s: %d baris kekurangan atau kelebihan sel; dibaca sejauh ada"},
		{got.NUL, "%s: %d records hold NUL bytes; they were dropped", "%s: %d baris berisi bita NUL; bita itu dibuang"},
		{got.TooLong, "%s: %d records are longer than a mebibyte; left out", "%s: %d baris lebih panjang dari satu mebibita; tidak dibaca"},
		{got.NoID, "%s: %d records have no identity; numbered instead", "%s: %d baris tanpa pengenal; diberi nomor"},
	} {
		if odd.n > 0 {
			j.note(odd.english, odd.indonesian, s.name, odd.n)
		}
	}
	for _, p := range got.Problems {
		j.plan.notes = append(j.plan.notes, s.name+": "+p)
	}
}

func (j *job) train() error {
	if j.chosen.trained || j.table.Len() < 2 {
		return nil
	}
	got, err := j.model.Train(j.ctx, j.table, j.chosen.options)
	if err != nil {
		return fmt.Errorf("run: train: %w", err)
	}
	if j.c.Labels != "" && j.c.Learn {
		if err := j.learn(); err != nil {
			return err
		}
	}
	j.result.Training = &got
	j.plan.notes = append(j.plan.notes, got.Warnings...)
	if !got.Converged {
		j.note("training stopped before it settled: results may be less certain", "pelatihan berhenti sebelum mantap: hasil mungkin kurang pasti")
	}
	return nil
}

// keptFrom is the probability below which pairs are forgotten: weak pairs still
// speak against joining groups.
const keptFrom = 0.001

func (j *job) predict() error {
	j.result.Threshold = j.threshold()
	j.minimum = j.model.Weight(j.result.Threshold)
	j.result.Weight = j.minimum
	if j.table.Len() < 2 {
		j.links = &linkage.Links{}
		return nil
	}
	floor := min(keptFrom, j.result.Threshold)
	if j.c.EdgesFrom > 0 {
		floor = min(floor, j.c.EdgesFrom)
	}
	links, err := j.model.Predict(j.ctx, j.table, floor, j.chosen.options)
	if err != nil {
		return fmt.Errorf("run: compare: %w", err)
	}
	j.links = links
	j.count = links.Compared
	j.result.Compared, j.result.Rules = links.Compared, links.Rules
	for i := range links.Pairs {
		if float64(links.Pairs[i].Weight) >= j.minimum {
			j.result.Links++
		}
	}
	if n := len(links.Skipped); n > 0 {
		b := slices.MaxFunc(links.Skipped, func(a, b linkage.Block) int { return a.Size - b.Size })
		j.note("%d blocks were too large; the largest, %s = %s, has %d records: %s", "%d blok terlalu besar; yang terbesar, %s = %s, berisi %d baris: %s",
			n, links.Rules[b.Rule].Text, report.Mask(b.Key), b.Size, b.Done)
	}
	return nil
}

func (j *job) threshold() float64 {
	switch {
	case j.c.Threshold > 0:
		return j.c.Threshold
	case j.model.Threshold > 0:
		return j.model.Threshold
	}
	return 0.95
}

func (j *job) cluster() error {
	if j.c.Chains {
		j.of = cluster.Components(j.table.Len(), j.links.Pairs, j.minimum)
	} else {
		r := cluster.Constrained(j.table.Len(), j.links.Pairs, j.clusterOptions())
		j.of = r.Of
		if r.Repeated > 0 {
			j.note("%d records hang together in groups too large to weigh, as when one record is repeated: only sure links were followed there",
				"%d baris saling terkait dalam kelompok yang terlalu besar untuk ditimbang, misalnya satu baris yang berulang: di sana hanya hubungan yang pasti diikuti", r.Repeated)
		}
		if len(r.Cuts) > 0 {
			j.note("%d links were not followed because the cluster would have joined different people", "%d hubungan tidak diikuti karena akan menyatukan orang berbeda", len(r.Cuts))
		}
	}
	for _, s := range j.sizes() {
		j.result.Clusters += s.Clusters
		if s.Records > 1 {
			j.result.Several += s.Clusters
		}
		j.result.Largest = max(j.result.Largest, s.Records)
	}
	j.count = j.result.Clusters
	return nil
}

func (j *job) clusterOptions() cluster.Options {
	o := cluster.Options{MinWeight: j.minimum, Probability: j.model.Probability, Source: j.table.Source, Key: j.hash, Workers: j.c.Workers}
	any := false
	for _, s := range j.table.Sources() {
		o.Clean = append(o.Clean, s.Clean)
		any = any || s.Clean
	}
	if !any {
		o.Clean = nil
	}
	return o
}
