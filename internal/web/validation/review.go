package validation

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

var reviewPage = page.New[reviewData](files, "review.html")

type reviewData struct {
	Queue   page.Queue
	Back    page.Link // to the list, where the queue is not in sight
	Errors  []page.FieldError
	Verdict page.Verdict
	Compare page.Comparison
	Family  *page.Link
	Facts   page.Table
	Aid     []page.Fact
	Effects []string
	History []page.Event
	Bar     bar
}

// bar is the decision at the bottom; without answers it says who acts next.
type bar struct {
	Action  string
	Version string
	Queue   string
	Fields  []page.Field
	Answers []page.Button
	Skip    *page.Link
	Note    string
	Take    *page.Button // the officer's own decision, to be taken back
}

// beside is how many matters the queue shows beside the open one.
const beside = 60

func (d Deps) show(r *page.Request) error {
	m, err := d.load(r)
	if err != nil {
		return err
	}
	return d.review(r, m, answer{queue: r.Query()}, nil)
}

// review shows one matter. wrong is what a sent form lacked, nil for none.
func (d Deps) review(r *page.Request, m evidence.Detail, a answer, wrong *fault.Fault) error {
	v := readView(r, a.queue)
	if a.queue.Get(paramKind) == "" {
		v.kind, v.stage = m.Kind, stageOf(m.State)
	}
	q := d.DB.Read()
	total, err := evidence.Size(r.Ctx(), q, r.Session.Scope, v.filter())
	if err != nil {
		return err
	}
	lines, err := evidence.Queue(r.Ctx(), q, r.Session.Scope, v.filter(), 0, beside)
	if err != nil {
		return err
	}
	data := reviewData{
		Queue: queue(r, v, total, lines, m), Verdict: verdict(r, m), Compare: comparison(r, m), Family: familyLink(r, m),
		Back:  page.Link{Text: r.T("validation.title"), Href: page.Href(root, v.query())},
		Facts: factTable(r, m), Aid: aid(r, m), Effects: effects(r, m), History: history(r, m), Bar: decision(r, m, v, a),
	}
	if err := d.skip(r, m, v, &data.Bar); err != nil {
		return err
	}
	status := http.StatusOK
	if wrong != nil {
		status = http.StatusUnprocessableEntity
		data.mark(wrong.Field, r.P().Fault(wrong))
	}
	r.Shell.Rail, r.Shell.Menu = true, "validation"
	r.Object("indication:" + string(m.ID))
	return reviewPage.Render(r, status, data)
}

func (d *reviewData) mark(field, sentence string) {
	d.Errors = []page.FieldError{{Field: field, Text: sentence}}
	for n := range d.Bar.Fields {
		if d.Bar.Fields[n].Name == field {
			d.Bar.Fields[n].Error = sentence
		}
	}
}

func stageOf(s evidence.State) stage {
	for _, st := range stages {
		if slices.Contains(st.states(), s) {
			return st
		}
	}
	return toDecide
}

func familyLink(r *page.Request, m evidence.Detail) *page.Link {
	if m.Family.ID == "" || !r.May(account.RegistryView) {
		return nil
	}
	return &page.Link{Text: r.T("validation.family", m.Family.HeadName, m.Family.Members), Href: "/keluarga/" + string(m.Family.ID)}
}

// comparison sets our record beside what the source says, field by field.
func comparison(r *page.Request, m evidence.Detail) page.Comparison {
	p := m.Record
	var said evidence.Fact
	for _, f := range m.Facts {
		if f.ID == m.Indication.Fact {
			said = f
		}
	}
	c := page.Comparison{
		A: page.Side{Title: r.T("validation.ours"), Sub: r.T("validation.ours_sub", p.NIK.String(), r.P().DateShort(civil.Of(p.UpdatedAt.Std())))},
		B: page.Side{Title: said.Source, Sub: r.T("validation.theirs_sub", r.P().DateShort(civil.Of(said.At.Std())))},
	}
	c.Rows = append(c.Rows, nameRow(r, p.Name, said.StatedName), row(r, "validation.birth", dayOf(r, p.BirthOn), dayOf(r, said.StatedBirth)))
	alive := page.CompareRow{Label: r.T("validation.life"), A: page.Pieces(r.T("validation.life." + string(p.Life))),
		B: page.Pieces(r.T("validation.claim." + string(m.Kind))), Match: page.Differs, Why: r.T("validation.differs")}
	switch {
	case m.Kind == evidence.Death && p.Life == registry.Dead, m.Kind == evidence.Left && p.Life == registry.Moved:
		alive.Match, alive.Why = page.Same, r.T("validation.same")
	case m.Kind == evidence.ASN || m.Kind == evidence.VillageOfficial:
		alive.Label, alive.A = r.T("validation.work"), page.Pieces(p.Occupation)
		alive.Match, alive.Why = page.Silent, r.T("validation.judge_yourself")
	}
	c.Rows = append(c.Rows, alive)
	if m.Kind == evidence.Death || m.Kind == evidence.Left {
		c.Rows = append(c.Rows, row(r, "validation.day."+string(m.Kind), dayOf(r, p.LifeOn), dayOf(r, said.On)))
	}
	proof := page.CompareRow{Label: r.T("validation.proof"), A: page.Pieces(""), B: page.Pieces(evidenceWord(r, m.Kind, said.Grade)), Match: page.Silent}
	if m.Kind == evidence.Death {
		proof.Why = r.T(map[bool]string{true: "validation.proof_ends", false: "validation.proof_holds"}[said.Grade.Ends()])
	}
	if said.Document != "" {
		proof.B = page.Pieces(evidenceWord(r, m.Kind, said.Grade) + ", " + said.Document)
	}
	c.Rows = append(c.Rows, proof)
	if said.Note != "" {
		c.Rows = append(c.Rows, page.CompareRow{Label: r.T("validation.remark"), A: page.Pieces(""), B: page.Pieces(said.Note), Match: page.Silent})
	}
	return c
}

func dayOf(r *page.Request, d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	return r.P().Date(d)
}

// row compares two values that agree wholly or not at all.
func row(r *page.Request, label, a, b string) page.CompareRow {
	c := page.CompareRow{Label: r.T(label), A: page.Pieces(a), B: page.Pieces(b)}
	switch {
	case a == "" || b == "":
		c.Match, c.Why = page.Silent, r.T("validation.silent")
	case a == b:
		c.Match, c.Why = page.Same, r.T("validation.same")
	default:
		c.Match, c.Why = page.Differs, r.T("validation.differs")
		c.B[0].Mark = true
	}
	return c
}

// alike is the likeness of two spellings above which they look like one name.
const alike = 80

func nameRow(r *page.Request, ours, theirs string) page.CompareRow {
	c := row(r, "validation.name", strings.ToUpper(ours), strings.ToUpper(theirs))
	if c.Match == page.Differs && registry.Similar(ours, theirs) >= alike {
		c.Match, c.Why = page.Near, r.T("validation.near")
	}
	return c
}

// factTable lists everything that is stated about the person and the family's
// aid, what was withdrawn too.
func factTable(r *page.Request, m evidence.Detail) page.Table {
	t := page.Table{Caption: r.T("validation.facts"), Columns: []page.Column{{Label: r.T("validation.statement")}, {Label: r.T("validation.source")},
		{Label: r.T("validation.proof")}, {Label: r.T("validation.day")}, {Label: r.T("validation.document")}, {Label: r.T("validation.arrived")}}}
	today := r.P().Zone().Today(r.Now())
	for _, f := range m.Facts {
		what := page.Cell{Text: r.T("evidence.kind." + string(f.Kind))}
		if f.Kind == evidence.Receives {
			what = page.Cell{Text: r.T("validation.receives", f.Value)}
			if f.Amount > 0 {
				what.Sub = r.P().Rupiah(f.Amount)
			}
		}
		switch {
		case !f.Retracted.IsZero():
			what.Tags = []page.Tag{{Text: r.T("validation.retracted")}}
		case !f.Standing(today):
			what.Tags = []page.Tag{{Text: r.T("validation.over", f.Until)}}
		case f.ID == m.Indication.Fact:
			what.Tags = []page.Tag{{Text: r.T("validation.cited"), Tone: page.Info}}
		}
		proof := "–"
		if f.Grade != "" {
			proof = evidenceWord(r, f.Kind, f.Grade)
		}
		t.Rows = append(t.Rows, page.Row{Muted: !f.Standing(today), Cells: []page.Cell{what, page.Text(f.Source), page.Text(proof),
			page.Text(r.P().DateShort(f.On)), page.Text(orDash(f.Document)), {Text: r.P().DateShort(civil.Of(f.At.Std())), Sub: f.ByName}}})
	}
	return t
}

// aid lists what the family receives now, the newest statement of each programme.
func aid(r *page.Request, m evidence.Detail) []page.Fact {
	today := r.P().Zone().Today(r.Now())
	var out []page.Fact
	for _, code := range strings.Fields(m.Programs) {
		f := page.Fact{Label: code, Value: r.T("validation.amount_unknown")}
		for _, s := range m.Facts {
			if s.Kind != evidence.Receives || s.Value != code || !s.Standing(today) {
				continue
			}
			f.Sub = r.T("validation.stated_by", s.Source, s.On)
			if s.Amount > 0 {
				f.Value = r.P().Rupiah(s.Amount)
			}
		}
		out = append(out, f)
	}
	return out
}

func history(r *page.Request, m evidence.Detail) []page.Event {
	out := []page.Event{{When: r.P().When(m.OpenedAt.Std()), Title: r.T("evidence.step.opened"), Text: r.T("validation.opened_by", m.Source)}}
	for _, s := range m.Steps {
		e := page.Event{When: r.P().When(s.At.Std()), Title: r.T("evidence.step." + s.Deed), Text: s.Note, Who: s.Name}
		out = append(out, e)
	}
	slices.Reverse(out)
	return out
}

// decision is the bar for what this session may do about m now.
func decision(r *page.Request, m evidence.Detail, v view, a answer) bar {
	b := bar{Version: strconv.Itoa(m.Version), Queue: v.query().Encode()}
	own := m.DecidedBy == r.Session.User || m.State == evidence.Reviving && m.RevivedBy == r.Session.User
	note := page.Field{Name: "note", Label: r.T("validation.note"), Value: a.note, MaxLength: 300}
	switch {
	case m.State == evidence.Indicated && r.May(account.IndicationDecide):
		b.Action = at(m) + "/putuskan"
		note.Optional = true
		b.Fields = []page.Field{reasonField(r, m, a), note}
		b.Answers = []page.Button{{Text: r.T("validation.answer.proven." + string(m.Kind)), Name: "answer", Value: "1", Key: "1", Primary: true},
			{Text: r.T("validation.answer.unproven"), Name: "answer", Value: "0", Key: "2"}}
		b.Note = r.T("validation.second_follows")
	case m.State.Waiting() && r.May(account.IndicationReview) && !own:
		b.Action = at(m) + "/sahkan"
		note.Hint = r.T("validation.note_hint")
		b.Fields = []page.Field{note}
		b.Answers = []page.Button{{Text: r.T("validation.answer.agree." + string(m.State)), Name: "answer", Value: "1", Key: "1", Primary: true},
			{Text: r.T("validation.answer.return"), Name: "answer", Value: "0", Key: "2"}}
		b.Note = r.T("validation.you_are_second")
	case m.State == evidence.Confirmed && r.May(account.IndicationDecide):
		b.Action = at(m) + "/batalkan"
		note.Label = r.T("validation.why_undo")
		b.Fields = []page.Field{note}
		b.Answers = []page.Button{{Text: r.T("validation.answer.revive." + string(m.Kind)), Name: "answer", Value: "1", Danger: true}}
		b.Note = r.T("validation.second_follows")
	case m.State == evidence.Cancelled || m.State == evidence.Confirmed:
		b.Note = r.T("validation.settled")
	case m.State == evidence.Indicated:
		b.Note = r.T("validation.waits_first")
	default:
		b.Note = r.T("validation.waits_second")
	}
	if own && (m.State == evidence.Proven || m.State == evidence.Unproven) && r.May(account.IndicationDecide) {
		b.Take = &page.Button{Text: r.T("validation.take_back"), Icon: "undo", Href: at(m) + "/tarik", Post: true}
	}
	return b
}

func reasonField(r *page.Request, m evidence.Detail, a answer) page.Field {
	f := page.Field{Kind: page.Select, Name: "reason", Label: r.T("validation.reason"), Value: a.reason}
	for _, k := range reasons(m.Kind) {
		f.Options = append(f.Options, page.Option{Value: k, Text: r.T("validation.reason." + k)})
	}
	return f
}

// skip links the next matter of the queue.
func (d Deps) skip(r *page.Request, m evidence.Detail, v view, b *bar) error {
	next, found, err := evidence.Next(r.Ctx(), d.DB.Read(), r.Session.Scope, v.filter(), m.Indication)
	if found {
		b.Skip = &page.Link{Text: r.T("validation.skip"), Href: page.Href(root+"/"+string(next), v.query())}
	}
	return err
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
