package duplicates

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/duplicate"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/jobs"
	"tepat/internal/registry"
	"tepat/internal/web/page"
	"tepat/linkage"
)

var (
	qualityPage = page.New[qualityData](files, "quality.html")
	modelPage   = page.New[modelData](files, "model.html")
)

type qualityData struct {
	Heading  page.Heading
	Progress *page.Progress
	Now      []page.Fact
	Sources  page.Table
	Bands    page.Table
	Months   page.Table
	Models   page.Table
	Policies page.Table
	Form     *page.Form // the policy of one source, for those who may write it
	Labels   *page.Link
	NoLabels bool
}

func (d Deps) quality(r *page.Request) error { return d.showQuality(r, page.Form{}, http.StatusOK) }

// showQuality shows the page; sent is a policy form that was refused.
func (d Deps) showQuality(r *page.Request, sent page.Form, status int) error {
	regency, now := string(r.Session.Scope.Regency()), db.TimeOf(r.Now())
	n, err := duplicate.QualityOf(r.Ctx(), d.DB.Read(), regency, now)
	if err != nil {
		return err
	}
	policies, err := duplicate.Policies(r.Ctx(), d.DB.Read(), regency, r.P().Zone().Today(r.Now()))
	if err != nil {
		return err
	}
	data := qualityData{Heading: page.Heading{Title: r.T("duplicates.quality"), Sub: r.T("duplicates.quality_sub"),
		Back: &page.Link{Text: r.T("duplicates.title"), Href: root}},
		Now: modelFacts(r, n.Model), Sources: sourceTable(r, n), Bands: bandTable(r, n), Months: monthTable(r, n), Models: modelTable(r, n), Policies: policyTable(r, policies)}
	for _, s := range n.Sources {
		data.NoLabels = data.NoLabels || s.Decided > 0
	}
	data.NoLabels = !data.NoLabels
	if r.May(account.RegistryExport) && !data.NoLabels {
		data.Labels = &page.Link{Text: r.T("duplicates.labels_get"), Href: root + "/mutu/label.csv"}
	}
	if r.May(account.ProgramDraft) {
		if sent.Action == "" {
			sent = policyForm(r, policies)
		}
		data.Form = &sent
		if err := d.training(r, &data); err != nil {
			return err
		}
	}
	r.Shell.Menu = "validation"
	return qualityPage.Render(r, status, data)
}

// training offers to train, or shows how far the training is.
func (d Deps) training(r *page.Request, data *qualityData) error {
	job, found, err := jobs.Latest(r.Ctx(), d.DB.Read(), string(r.Session.Scope.Regency()), duplicate.TrainSubject())
	if err != nil {
		return err
	}
	if found && !job.State.Ended() {
		p := r.JobProgress(job, "")
		data.Progress = &p
		return nil
	}
	data.Heading.Actions = []page.Button{{Text: r.T("duplicates.train"), Href: root + "/mutu/latih", Post: true}}
	return nil
}

func modelFacts(r *page.Request, m duplicate.ModelInfo) []page.Fact {
	out := []page.Fact{{Label: r.T("duplicates.model"), Value: modelName(r, m), Href: root + "/mutu/model/" + modelPath(m.ID)}}
	if m.ID == "" {
		return append(out, page.Fact{Label: r.T("duplicates.model_source"), Value: r.T("duplicates.model_invented"), Sub: r.T("duplicates.model_retrain")})
	}
	out = append(out, page.Fact{Label: r.T("duplicates.model_people"), Value: r.P().Num(int64(m.People))},
		page.Fact{Label: r.T("duplicates.model_labels"), Value: r.P().Num(int64(m.Labels))})
	if m.ActiveName != "" {
		out = append(out, page.Fact{Label: r.T("duplicates.model_active"), Value: m.ActiveName, Sub: r.P().When(m.ActiveAt.Std())})
	}
	return out
}

// builtin stands in a path for the model that comes with the program.
const builtin = "bawaan"

func modelPath(id string) string {
	if id == "" {
		return builtin
	}
	return id
}

func modelName(r *page.Request, m duplicate.ModelInfo) string {
	if m.ID == "" {
		return r.T("duplicates.model_builtin")
	}
	return r.T("duplicates.model_n", m.Number)
}

func sourceName(r *page.Request, source string) string {
	switch source {
	case "":
		return r.T("duplicates.source_rest")
	case registry.RegistrySource:
		return r.T("duplicates.source_registry")
	}
	return strings.ToUpper(source)
}

func interval(r *page.Request, i duplicate.Interval) page.Cell {
	if !i.Known {
		return page.Cell{Text: "–", Sub: r.T("duplicates.no_decisions")}
	}
	pct := func(x float64) string { return r.P().Decimal(100*x, 1) }
	return page.Cell{Text: r.T("duplicates.percent", pct(i.Value)), Sub: r.T("duplicates.interval", pct(i.Low), pct(i.High), i.N), Num: true}
}

func number(r *page.Request, n int) page.Cell { return page.Cell{Text: r.P().Num(int64(n)), Num: true} }

func sourceTable(r *page.Request, q duplicate.Quality) page.Table {
	t := page.Table{Caption: r.T("duplicates.by_source"), Columns: []page.Column{{Label: r.T("duplicates.source")}, {Label: r.T("duplicates.decided"), Num: true},
		{Label: r.T("duplicates.precision"), Num: true}, {Label: r.T("duplicates.recall"), Num: true}, {Label: r.T("duplicates.rows"), Num: true},
		{Label: r.T("duplicates.rows_same"), Num: true}, {Label: r.T("duplicates.rows_new"), Num: true}, {Label: r.T("duplicates.rows_look"), Num: true},
		{Label: r.T("duplicates.rows_silent"), Num: true}, {Label: r.T("duplicates.drift")}}}
	for _, s := range q.Sources {
		row := page.Row{Cells: []page.Cell{{Text: sourceName(r, s.Source), Strong: true}, number(r, s.Decided), interval(r, s.Precision), interval(r, s.Recall),
			number(r, s.Rows), number(r, s.SameN), number(r, s.NewN), number(r, s.LookN), number(r, s.Unlinkable), page.Text("–")}}
		for _, d := range q.Drift {
			if d.Source == s.Source {
				row.Cells[9] = page.Cell{Tags: []page.Tag{driftTag(r, d)}, Sub: r.T("duplicates.psi", r.P().Decimal(d.PSI, 2))}
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func driftTag(r *page.Request, d duplicate.Drift) page.Tag {
	tone := map[string]page.Tone{"steady": page.Good, "watch": page.Warn, "moved": page.Bad}[d.Word]
	return page.Tag{Text: r.T("duplicate.drift." + d.Word), Tone: tone}
}

func bandTable(r *page.Request, q duplicate.Quality) page.Table {
	t := page.Table{Caption: r.T("duplicates.by_band"), Columns: []page.Column{{Label: r.T("duplicates.score")}, {Label: r.T("duplicates.pairs"), Num: true},
		{Label: r.T("duplicates.decided"), Num: true}, {Label: r.T("duplicates.true_pairs"), Num: true}, {Label: r.T("duplicates.share"), Num: true}}}
	for _, b := range q.Bands {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.Text(r.T("duplicates.from_to", r.P().Decimal(b.From, 0), r.P().Decimal(b.To, 0))),
			number(r, b.Pairs), number(r, b.Decided), number(r, b.Same), interval(r, b.Share)}})
	}
	return t
}

func monthTable(r *page.Request, q duplicate.Quality) page.Table {
	t := page.Table{Caption: r.T("duplicates.by_month"), Columns: []page.Column{{Label: r.T("duplicates.month")}, {Label: r.T("duplicates.source")},
		{Label: r.T("duplicates.rows"), Num: true}, {Label: r.T("duplicates.rows_same"), Num: true}, {Label: r.T("duplicates.rows_new"), Num: true},
		{Label: r.T("duplicates.rows_look"), Num: true}, {Label: r.T("duplicates.drift"), Num: true}}}
	for _, m := range q.Months {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.Text(fmt.Sprintf("%04d-%02d", m.Month.Year, m.Month.Month)), page.Text(sourceName(r, m.Source)),
			number(r, m.Rows()), number(r, m.Same), number(r, m.New), number(r, m.Look), {Text: r.P().Decimal(m.PSI, 2), Num: true}}})
	}
	return t
}

func modelTable(r *page.Request, q duplicate.Quality) page.Table {
	t := page.Table{Caption: r.T("duplicates.models"), Columns: []page.Column{{Label: r.T("duplicates.model")}, {Label: r.T("duplicates.state")},
		{Label: r.T("duplicates.model_people"), Num: true}, {Label: r.T("duplicates.model_labels"), Num: true}, {Label: r.T("duplicates.model_made")}, {Label: r.T("duplicates.model_use")}}}
	for _, m := range q.Models {
		row := page.Row{Href: root + "/mutu/model/" + modelPath(m.ID), Cells: []page.Cell{{Text: modelName(r, m), Strong: true, Sub: m.Note},
			{Tags: []page.Tag{{Text: r.T("duplicates.model_state." + string(m.State)), Tone: map[registry.ModelState]page.Tone{registry.ModelActive: page.Good, registry.ModelDraft: page.Warn}[m.State]}}},
			number(r, m.People), number(r, m.Labels), {Text: orDash(m.MadeName)}, page.Text("–")}}
		if m.ID == "" {
			row.Cells[0].Sub = r.T("duplicates.model_invented")
			row.Cells[2], row.Cells[3] = page.Text("–"), page.Text("–")
		}
		if !m.MadeAt.IsZero() {
			row.Cells[4].Sub = r.P().When(m.MadeAt.Std())
		}
		if m.State == registry.ModelDraft && r.May(account.ProgramActivate) {
			row.Cells[5] = page.Cell{Button: &page.Button{Text: r.T("duplicates.model_activate"), Href: root + "/mutu/model/" + m.ID + "/pakai", Post: true}}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func policyTable(r *page.Request, list []registry.MatchPolicy) page.Table {
	t := page.Table{Caption: r.T("duplicates.policies"), Columns: []page.Column{{Label: r.T("duplicates.source")}, {Label: r.T("duplicates.same_weight"), Num: true},
		{Label: r.T("duplicates.look_weight"), Num: true}, {Label: r.T("duplicates.may_confirm")}, {Label: r.T("duplicates.since")}}}
	for _, p := range list {
		since := page.Cell{Text: r.T("duplicates.standard")}
		if !p.Standard {
			since = page.Cell{Text: r.P().DateShort(p.From), Sub: r.T("duplicates.policy_by", p.MadeName, p.Reason)}
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{{Text: sourceName(r, p.Source), Strong: true}, {Text: r.P().Decimal(p.SameWeight, 1), Num: true},
			{Text: r.P().Decimal(p.LookWeight, 1), Num: true}, page.Text(r.T("duplicates.confirm." + strconv.FormatBool(p.MayConfirm))), since}})
	}
	return t
}

func policyForm(r *page.Request, list []registry.MatchPolicy) page.Form {
	source := page.Field{Kind: page.Select, Name: "source", Label: r.T("duplicates.source")}
	for _, p := range list {
		source.Options = append(source.Options, page.Option{Value: p.Source, Text: sourceName(r, p.Source)})
	}
	return page.Form{Action: root + "/mutu/ambang", Submit: r.T("duplicates.policy_save"), Fields: []page.Field{source,
		{Kind: page.TextField, Name: "same_weight", Label: r.T("duplicates.same_weight"), Hint: r.T("duplicates.same_weight_hint"), Short: true},
		{Kind: page.TextField, Name: "look_weight", Label: r.T("duplicates.look_weight"), Hint: r.T("duplicates.look_weight_hint"), Short: true},
		{Kind: page.Checkbox, Name: "may_confirm", Label: r.T("duplicates.may_confirm_long")},
		{Kind: page.DateField, Name: "from", Label: r.T("duplicates.since"), Value: r.P().Zone().Today(r.Now()).String()},
		{Kind: page.TextField, Name: "reason", Label: r.T("duplicates.reason"), MaxLength: 300}}}
}

// setPolicy writes the thresholds of one source from a day on.
func (d Deps) setPolicy(r *page.Request) error {
	values, err := r.Form()
	if err != nil {
		return err
	}
	p := registry.MatchPolicy{Source: values.Get("source"), SameWeight: weight(values.Get("same_weight")), LookWeight: weight(values.Get("look_weight")),
		MayConfirm: values.Get("may_confirm") != "", Reason: values.Get("reason")}
	p.From, _ = civil.Parse(values.Get("from")) // a day that is none is said by the command
	err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error { return duplicate.SetPolicy(r.Ctx(), tx, p) })
	if err == nil {
		r.Flash("", "duplicates.said_policy", sourceName(r, p.Source))
		return r.Redirect(root + "/mutu")
	}
	policies, errList := duplicate.Policies(r.Ctx(), d.DB.Read(), string(r.Session.Scope.Regency()), r.P().Zone().Today(r.Now()))
	if errList != nil {
		return errList
	}
	form := policyForm(r, policies)
	form.Fill(values)
	if err := form.Fail(r, err); err != nil {
		return err
	}
	return d.showQuality(r, form, http.StatusUnprocessableEntity)
}

// weight reads a number as people type it; NaN when it is none.
func weight(s string) float64 {
	w, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(s), ",", "."), 64)
	if err != nil {
		return math.NaN()
	}
	return w
}

func (d Deps) train(r *page.Request) error {
	if _, err := d.Duplicates.StartTraining(r.Ctx(), r.Actor()); err != nil {
		return err
	}
	r.Flash("", "duplicates.said_train")
	return r.Redirect(root + "/mutu")
}

func (d Deps) activate(r *page.Request) error {
	if !id.Valid(r.Path("model")) {
		return fault.NewNotFound("duplicates.model_gone")
	}
	err := d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error { return duplicate.ActivateModel(r.Ctx(), tx, r.Path("model")) })
	if f := fault.From(err); f != nil && (f.Kind == fault.Conflict || f.Kind == fault.Denied) {
		r.FlashBad(f.Key, f.Args...)
		return r.Redirect(root + "/mutu")
	}
	if err != nil {
		return err
	}
	r.Flash("", "duplicates.said_active")
	return r.Redirect(root + "/mutu")
}

// modelData is a model as an analyst reads it.
type modelData struct {
	Heading page.Heading
	Facts   []page.Fact
	Chart   []chart
}

// chart is one comparison with its levels.
type chart struct {
	Name   string
	Levels []level
}

type level struct {
	Label  string
	M, U   string
	Weigh  string
	Weight float64
	Bar    float64 // by the heaviest level of the model
}

// Row lends the bar of the comparison table.
func (l level) Row() page.CompareRow {
	return page.CompareRow{Weight: l.Weight, Weigh: l.Weigh, Bar: l.Bar}
}

func (d Deps) model(r *page.Request) error {
	name := r.Path("model")
	if name == builtin {
		name = ""
	} else if !id.Valid(name) {
		return fault.NewNotFound("duplicates.model_gone")
	}
	raw, err := duplicate.ModelJSON(r.Ctx(), d.DB.Read(), string(r.Session.Scope.Regency()), name)
	if err != nil {
		return err
	}
	if r.WantsJSON() {
		return r.JSON(http.StatusOK, json.RawMessage(raw))
	}
	var m linkage.Model
	if err := json.Unmarshal(raw, &m); err != nil {
		return fmt.Errorf("duplicates: model %q: %w", name, err)
	}
	data := modelData{Heading: page.Heading{Title: r.T("duplicates.model_title"), Sub: r.T("duplicates.model_sub"), Back: &page.Link{Text: r.T("duplicates.quality"), Href: root + "/mutu"}}}
	if m.Prior > 0 {
		data.Facts = append(data.Facts, page.Fact{Label: r.T("duplicates.prior"), Value: r.T("duplicates.one_in", int(math.Round(1/m.Prior)))})
	}
	data.Chart = charts(r, &m)
	r.Shell.Menu = "validation"
	return modelPage.Render(r, http.StatusOK, data)
}

// charts draws the comparisons of a model on one scale.
func charts(r *page.Request, m *linkage.Model) []chart {
	var out []chart
	heaviest := 0.0
	for _, c := range m.Comparisons {
		ch := chart{Name: orText(r, "duplicate.field."+c.Name, c.Name)}
		for _, l := range c.Levels {
			w := 0.0
			if l.M > 0 && l.U > 0 {
				w = math.Log2(l.M / l.U)
			}
			heaviest = max(heaviest, math.Abs(w))
			ch.Levels = append(ch.Levels, level{Label: orText(r, "duplicates.level."+strings.ReplaceAll(l.Label, " ", "_"), l.Label),
				M: strconv.FormatFloat(l.M, 'g', 3, 64), U: strconv.FormatFloat(l.U, 'g', 3, 64), Weigh: signed(r, w), Weight: w})
		}
		out = append(out, ch)
	}
	for _, ch := range out {
		for i := range ch.Levels {
			ch.Levels[i].Bar = math.Abs(ch.Levels[i].Weight) / max(heaviest, 1)
		}
	}
	return out
}

// orText is the text of a key, or what else to say where a model of the
// office's own names something that the catalogue does not know.
func orText(r *page.Request, key, other string) string {
	if r.P().Has(key) {
		return r.T(key)
	}
	return other
}
