package duplicates

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/duplicate"
	"tepat/internal/fault"
	"tepat/internal/web/page"
)

var reviewPage = page.New[reviewData](files, "review.html")

type reviewData struct {
	Queue   page.Queue
	Back    page.Link // to the list, where the queue is not in sight
	Errors  []page.FieldError
	Lock    string // who else looks at the pair
	Verdict page.Verdict
	Compare page.Comparison
	Stakes  []string
	AidA    []page.Fact
	AidB    []page.Fact
	Plan    []string
	Row     *page.Link // the import that waits for the row
	Group   []member
	GroupBy *page.Button // confirms the whole cluster
	History []page.Event
	Bar     bar
}

type member struct {
	Names string
	Score string
	Tag   page.Tag
	Href  string
}

// bar is the decision at the bottom; without answers it says who acts next.
type bar struct {
	Action  string
	Version string
	Queue   string
	Ahead   string // the page that follows, which the browser may fetch beforehand
	Reason  *page.Field
	Words   page.Field // a note of the officer's own
	Answers []page.Button
	Skip    string // path that puts the pair off
	Next    *page.Link
	Note    string
	Take    *page.Button // the officer's own verdict, to be taken back
}

// NoteOpen reports whether the note must be in sight.
func (b bar) NoteOpen() bool { return b.Words.Value != "" || b.Words.Error != "" }

func (d Deps) show(r *page.Request) error {
	v, err := d.load(r)
	if err != nil {
		return err
	}
	if v.State.Waits() && r.May(account.IndicationDecide) {
		if v.Lock, err = d.Duplicates.Take(r.Ctx(), r.Actor(), v.ID); err != nil {
			return err
		}
	}
	return d.review(r, v, answer{queue: r.Query()}, nil)
}

// review shows one pair. wrong is what a sent form lacked, nil for none.
func (d Deps) review(r *page.Request, v duplicate.View, a answer, wrong *fault.Fault) error {
	in := readView(r, a.queue)
	if a.queue.Get(paramQueue) == "" && v.State == duplicate.Proposed && works(r, second) {
		in.pile = second
	}
	queue, err := d.queue(r, in, v)
	if err != nil {
		return err
	}
	data := reviewData{Queue: queue, Back: page.Link{Text: r.T("duplicates.title"), Href: page.Href(root, in.query())},
		Verdict: verdict(r, v), Compare: comparison(r, v), Stakes: sentences(r, v.Stakes), AidA: aid(r, v.A), AidB: aid(r, v.B), Plan: sentences(r, v.Plan),
		History: history(r, v), Bar: d.decision(r, v, in, a)}
	if v.Lock.By != "" && !v.Lock.Mine {
		data.Lock = r.T("duplicates.locked", v.Lock.Name, minutes(r, v.Lock))
	}
	if v.Row != nil && r.May(account.ImportView) {
		data.Row = &page.Link{Text: r.T("duplicates.to_import", v.Row.File, v.Row.N), Href: "/impor/" + string(v.Row.Batch)}
	}
	data.group(r, v, in)
	next, found, err := duplicate.Next(r.Ctx(), d.DB.Read(), r.Session.Scope, in.filter(r), v.ID)
	if err != nil {
		return err
	}
	if found {
		data.Bar.Ahead = page.Href(at(next), in.query())
		data.Bar.Next = &page.Link{Text: r.T("duplicates.next"), Href: data.Bar.Ahead}
	}
	status := http.StatusOK
	if wrong != nil {
		status = http.StatusUnprocessableEntity
		data.mark(wrong.Field, r.P().Fault(wrong))
	}
	r.Shell.Rail, r.Shell.Menu = true, "validation"
	return reviewPage.Render(r, status, data)
}

func (d *reviewData) mark(name, sentence string) {
	d.Errors = []page.FieldError{{Field: name, Text: sentence}}
	switch {
	case name == "reason" && d.Bar.Reason != nil:
		d.Bar.Reason.Error = sentence
	case name == "note":
		d.Bar.Words.Error = sentence
	}
}

func verdict(r *page.Request, v duplicate.View) page.Verdict {
	out := page.Verdict{Title: words(r, v.Headline), Text: strings.Join(sentences(r, v.For), " "), Against: strings.Join(sentences(r, v.Against), " ")}
	if len(v.For) == 0 {
		out.Text = r.T("duplicates.no_reason")
	}
	if len(v.Against) == 0 {
		out.Against = r.T("duplicates.nothing_against")
	}
	if len(v.Stakes) > 0 {
		out.Stake = &page.Tag{Text: words(r, v.Stakes[0]), Tone: page.Bad}
	}
	if v.Second && v.State.Waits() {
		out.Tags = []page.Tag{{Text: r.T("duplicates.second_follows"), Tone: page.Warn}}
	}
	if !v.State.Waits() {
		out.Tags = append(out.Tags, stateTag(r, v.State))
	}
	scale := func(x float64) int { return int(math.Round(100 * x / v.Max)) }
	out.Gauge = &page.Gauge{Text: r.T("duplicates.gauge", r.P().Decimal(v.Score, 1), int(v.Max)), At: scale(v.Score), Low: scale(v.Likely), High: scale(v.Certain),
		Labels: [3]string{r.T("duplicate.zone.weak"), r.T("duplicate.zone.likely"), r.T("duplicate.zone.certain")}}
	return out
}

// comparison lays both records beside each other in the fixed order of fields.
func comparison(r *page.Request, v duplicate.View) page.Comparison {
	c := page.Comparison{Weighs: true, A: side(r, "duplicates.side_a", v.A), B: side(r, "duplicates.side_b", v.B)}
	if v.Row != nil && r.May(account.ImportView) {
		c.B.Link = &page.Link{Text: r.T("duplicates.the_import"), Href: "/impor/" + string(v.Row.Batch)}
	}
	for _, f := range v.Fields {
		row := page.CompareRow{Label: r.T("duplicate.field." + f.Key), A: values(r, f, f.A), B: values(r, f, f.B), Match: match(f.Match), Why: words(r, f.Word), Weight: f.Weight, Bar: f.Bar}
		if !f.Silent && f.Match != duplicate.Absent {
			row.Weigh = signed(r, f.Weight)
		}
		if f.Reveal != "" && r.May(account.RegistryReveal) {
			row.OpenA, row.OpenB = open(f, v.A, f.A), open(f, v.B, f.B)
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

func side(r *page.Request, title string, s duplicate.Side) page.Side {
	out := page.Side{Title: r.T(title)}
	if s.Origin.Key != "" {
		out.Sub = words(r, s.Origin)
	}
	if s.Person != "" && r.May(account.RegistryView) {
		out.Link = &page.Link{Text: r.T("duplicates.profile"), Href: "/keluarga/" + familyOf(s) + "/orang/" + string(s.Person)}
	}
	return out
}

// familyOf is the family in the path of a person, who may have none.
func familyOf(s duplicate.Side) string {
	if s.Family == "" {
		return "-"
	}
	return string(s.Family)
}

// values spells what a field holds: codes in words, days as people write them
// unless a digit of them is marked.
func values(r *page.Request, f duplicate.FieldView, parts []duplicate.Part) []page.Piece {
	if len(parts) != 1 {
		return pieces(parts)
	}
	switch f.Key {
	case "sex":
		return page.Pieces(r.T("duplicates.sex." + parts[0].Text))
	case "birth":
		if day, err := civil.Parse(parts[0].Text); err == nil && !parts[0].Diff {
			return page.Pieces(r.P().Date(day))
		}
	}
	return pieces(parts)
}

func pieces(parts []duplicate.Part) []page.Piece {
	if len(parts) == 0 {
		return page.Pieces("")
	}
	out := make([]page.Piece, len(parts))
	for i, p := range parts {
		out[i] = page.Piece{Text: p.Text, Mark: p.Diff}
	}
	return out
}

// open shows a masked number with its marks and the way to open it, which only
// a record of the registry has.
func open(f duplicate.FieldView, s duplicate.Side, parts []duplicate.Part) *page.Masked {
	if s.Person == "" || len(parts) == 0 {
		return nil
	}
	var value strings.Builder
	for _, p := range parts {
		value.WriteString(p.Text)
	}
	m := &page.Masked{Value: value.String(), Pieces: pieces(parts)}
	switch {
	case f.Reveal == "nik":
		m.Open = "/keluarga/" + familyOf(s) + "/orang/" + string(s.Person) + "/buka"
	case s.Family == "":
		return nil
	default:
		m.Open = "/keluarga/" + string(s.Family) + "/buka"
	}
	return m
}

func match(m duplicate.Match) page.Match {
	switch m {
	case duplicate.Agrees:
		return page.Same
	case duplicate.Alike:
		return page.Near
	case duplicate.Differs:
		return page.Differs
	}
	return page.Silent
}

// signed writes a weight with its sign, with a true minus.
func signed(r *page.Request, w float64) string {
	text := r.P().Decimal(math.Abs(w), 1)
	switch {
	case w >= 0.05:
		return "+" + text
	case w <= -0.05:
		return "−" + text
	}
	return text
}

func aid(r *page.Request, s duplicate.Side) []page.Fact {
	var out []page.Fact
	for _, a := range s.Aid {
		f := page.Fact{Label: a.Program, Value: r.T("duplicates.amount_unknown")}
		if a.Monthly > 0 {
			f.Value = r.T("duplicates.a_month", a.Monthly)
		}
		out = append(out, f)
	}
	return out
}

// group lists the other pairs of a cluster, and offers to confirm it as a whole.
func (d *reviewData) group(r *page.Request, v duplicate.View, in view) {
	apart, waiting := v.State == duplicate.Different, 0
	if v.State.Waits() {
		waiting++
	}
	for _, m := range v.Group {
		d.Group = append(d.Group, member{Names: pairName(r, m.NameA, m.NameB), Score: scoreOf(r, m.Score), Tag: stateTag(r, m.State),
			Href: page.Href(at(m.ID), in.query())})
		apart = apart || m.State == duplicate.Different
		if m.State.Waits() {
			waiting++
		}
	}
	if v.Kind == duplicate.Pair && len(v.Group) > 0 && waiting > 1 && !apart && r.May(account.IndicationDecide) {
		d.GroupBy = &page.Button{Text: r.T("duplicates.group_same", waiting), Href: at(v.ID) + "/kelompok", Post: true, Icon: "merge"}
	}
}

func history(r *page.Request, v duplicate.View) []page.Event {
	var out []page.Event
	for _, s := range v.Steps {
		text := s.Note
		if s.Reason != "" {
			text = strings.TrimSpace(r.T("duplicate.reason."+s.Reason) + ". " + s.Note)
		}
		out = append(out, page.Event{When: r.P().When(s.At.Std()), Title: r.T("duplicate.deed." + s.Deed), Text: text, Who: s.Name})
	}
	slices.Reverse(out)
	return out
}

// decision is the bar for what this session may do about v now.
func (d Deps) decision(r *page.Request, v duplicate.View, in view, a answer) bar {
	b := bar{Version: strconv.Itoa(v.Version), Queue: in.query().Encode()}
	own := v.JudgedBy == r.Session.User
	switch {
	case v.State.Waits() && r.May(account.IndicationDecide) && (v.Lock.By == "" || v.Lock.Mine):
		b.Action = at(v.ID) + "/putuskan"
		b.Reason, b.Words = reasonField(r, a), noteField(r, a, r.T("duplicates.optional"))
		b.Answers = []page.Button{{Text: r.T("duplicates.answer.same"), Name: "verdict", Value: "same", Key: "1", Primary: true}}
		b.Answers = append(b.Answers, different(r, v)...)
		b.Answers = append(b.Answers, page.Button{Text: r.T("duplicates.answer.field"), Name: "verdict", Value: "field", Key: "3"})
		b.Skip = at(v.ID) + "/lewati"
	case v.State == duplicate.Proposed && r.May(account.IndicationReview) && !own:
		b.Action = at(v.ID) + "/sahkan"
		b.Words = noteField(r, a, r.T("duplicates.note_when_returned"))
		b.Answers = []page.Button{{Text: r.T("duplicates.answer.agree"), Name: "agree", Value: "1", Key: "1", Primary: true},
			{Text: r.T("duplicates.answer.return"), Name: "agree", Value: "0", Key: "2"}}
		b.Note = r.T("duplicates.you_are_second", v.JudgedName, reasonOf(r, v))
	case v.State.Waits() && r.May(account.IndicationDecide):
		b.Note = r.T("duplicates.wait_lock")
	case v.State.Waits():
		b.Note = r.T("duplicates.waits_first")
	case v.State == duplicate.Proposed:
		b.Note = r.T("duplicates.waits_second", v.JudgedName)
	case v.State == duplicate.Gone:
		b.Note = r.T("duplicates.overtaken")
	case v.ConfirmedName != "":
		b.Note = r.T("duplicates.settled_by_two", r.T("duplicate.state."+string(v.State)), v.JudgedName, v.ConfirmedName)
	default:
		b.Note = r.T("duplicates.settled", r.T("duplicate.state."+string(v.State)), v.JudgedName)
	}
	if v.Undoable {
		b.Take = &page.Button{Text: r.T("duplicates.take_back"), Icon: "undo", Href: at(v.ID) + "/tarik", Post: true}
	}
	return b
}

// different are the answers "two people": of a row, with what becomes of it.
func different(r *page.Request, v duplicate.View) []page.Button {
	if v.Row == nil {
		return []page.Button{{Text: r.T("duplicates.answer.different"), Name: "verdict", Value: "different", Key: "2"}}
	}
	leave := page.Button{Text: r.T("duplicates.answer.leave"), Name: "verdict", Value: "leave", Key: "2"}
	if !v.Row.MayAdd {
		return []page.Button{leave}
	}
	leave.Key = "4"
	return []page.Button{{Text: r.T("duplicates.answer.new"), Name: "verdict", Value: "new", Key: "2"}, leave}
}

func reasonOf(r *page.Request, v duplicate.View) string {
	if v.Reason == "" {
		return ""
	}
	return r.T("duplicate.reason." + v.Reason)
}

func noteField(r *page.Request, a answer, hint string) page.Field {
	return page.Field{Name: "note", Label: r.T("duplicates.note"), Value: a.note, MaxLength: 300, Hint: hint}
}

// reasonField offers the reasons of every answer. When nobody chooses, the
// strongest piece of evidence names it; see suggested.
func reasonField(r *page.Request, a answer) *page.Field {
	f := &page.Field{Kind: page.Select, Name: "reason", Label: r.T("duplicates.reason"), Value: a.reason,
		Options: []page.Option{{Value: "", Text: r.T("duplicates.reason_usual")}}}
	seen := map[string]bool{}
	for _, v := range []duplicate.Verdict{duplicate.VerdictSame, duplicate.VerdictDifferent, duplicate.VerdictField} {
		for _, code := range duplicate.Reasons(v) {
			if !seen[code] {
				seen[code] = true
				f.Options = append(f.Options, page.Option{Value: code, Text: r.T("duplicate.reason." + code)})
			}
		}
	}
	return f
}
