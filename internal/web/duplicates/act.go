package duplicates

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tepat/internal/db"
	"tepat/internal/duplicate"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/web/page"
)

// answer is what a decision form sends.
type answer struct {
	verdict string
	reason  string
	note    string
	agree   bool
	version int
	queue   url.Values // the queue that the officer works through
}

func readAnswer(r *page.Request) (answer, error) {
	form, err := r.Form()
	if err != nil {
		return answer{}, err
	}
	version, err := strconv.Atoi(form.Get("version"))
	if err != nil {
		return answer{}, fault.NewInvalid("duplicates.form_old")
	}
	a := answer{verdict: form.Get("verdict"), reason: form.Get("reason"), note: form.Get("note"), agree: form.Get("agree") == "1", version: version}
	if a.queue, err = url.ParseQuery(form.Get("queue")); err != nil {
		a.queue = nil // a broken queue only costs the next link
	}
	return a, nil
}

// judgement turns the answer about v into a word of package duplicate.
func (a answer) judgement(v duplicate.View) duplicate.Judgement {
	j := duplicate.Judgement{Verdict: duplicate.Verdict(a.verdict), Reason: a.reason, Note: a.note, Version: a.version}
	switch a.verdict {
	case "new":
		j.Verdict, j.Then = duplicate.VerdictDifferent, duplicate.ThenNew
	case "leave":
		j.Verdict, j.Then = duplicate.VerdictDifferent, duplicate.ThenLeave
	}
	if j.Reason == "" {
		j.Reason = suggested(v, j.Verdict)
	}
	return j
}

// suggested names the reason that the evidence itself gives for a verdict.
func suggested(v duplicate.View, verdict duplicate.Verdict) string {
	is := func(key string, m duplicate.Match) bool {
		return slices.ContainsFunc(v.Fields, func(f duplicate.FieldView) bool { return f.Key == key && f.Match == m })
	}
	switch {
	case verdict == duplicate.VerdictField:
		return "bukti_kurang"
	case verdict == duplicate.VerdictDifferent && is("nik", duplicate.Differs):
		return "nik_berbeda_benar"
	case verdict == duplicate.VerdictDifferent && is("kk", duplicate.Agrees):
		return "kembar_atau_saudara"
	case verdict == duplicate.VerdictDifferent:
		return "nama_sama_saja"
	case is("nik", duplicate.Alike):
		return "salah_ketik_nik"
	case is("name", duplicate.Alike):
		return "ejaan_nama"
	case is("village", duplicate.Differs):
		return "pindah_alamat"
	case is("kk", duplicate.Differs):
		return "pecah_kk"
	}
	return "terdaftar_dua_kali"
}

func (d Deps) judge(r *page.Request) error {
	return d.act(r, func(tx *db.Tx, v duplicate.View, a answer) (duplicate.State, error) {
		return d.Duplicates.Judge(r.Ctx(), tx, v.ID, a.judgement(v))
	})
}

func (d Deps) confirm(r *page.Request) error {
	return d.act(r, func(tx *db.Tx, v duplicate.View, a answer) (duplicate.State, error) {
		return d.Duplicates.Confirm(r.Ctx(), tx, v.ID, a.agree, a.note, a.version)
	})
}

// act runs one step of a decision: the command, the strip that says so, and on
// to the next pair of the queue. What was wrong with the form is said beside its
// fields; what changed meanwhile is said above the pair as it is now.
func (d Deps) act(r *page.Request, do func(*db.Tx, duplicate.View, answer) (duplicate.State, error)) error {
	v, err := d.load(r)
	if err != nil {
		return err
	}
	var state duplicate.State
	a, err := readAnswer(r)
	if err == nil {
		err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
			state, err = do(tx, v, a)
			return err
		})
	}
	f := fault.From(err)
	switch {
	case err == nil:
		return d.done(r, v, a, state)
	case ahead(r):
		return refused(r, err, f)
	case f != nil && f.Kind == fault.Invalid:
		return d.review(r, v, a, f)
	case f != nil && f.Kind == fault.Conflict:
		r.FlashBad(f.Key, f.Args...)
		return r.Redirect(page.Href(at(v.ID), a.queue))
	}
	return err
}

// ahead reports that the browser shows the next pair already and wants only to
// hear how the verdict fared.
func ahead(r *page.Request) bool { return r.R.Header.Get("X-Ahead") == "1" }

// outcome is what such a browser hears.
type outcome struct {
	Text string `json:"text"`
	Undo string `json:"undo,omitempty"`
	Word string `json:"undo_text,omitempty"`
	Sum  string `json:"queue,omitempty"` // what the head of the queue says now
}

// refused leaves a notice above the pair, to which the browser goes back.
func refused(r *page.Request, err error, f *fault.Fault) error {
	if f == nil {
		return err
	}
	r.FlashBad(f.Key, f.Args...)
	return r.JSON(http.StatusConflict, outcome{Text: r.P().Fault(f)})
}

func (d Deps) done(r *page.Request, v duplicate.View, a answer, state duplicate.State) error {
	key := "duplicates.said." + string(state)
	undo := root + "/urungkan"
	if state == duplicate.Same && v.Row != nil && !v.Row.MayAdd {
		undo = "" // it went in as a fact, which is withdrawn where facts are
	}
	if ahead(r) {
		return d.heard(r, outcome{Text: r.T(key, v.A.Name, v.B.Name), Undo: undo, Word: r.T("page.undo")})
	}
	r.Flash(undo, key, v.A.Name, v.B.Name)
	return d.next(r, v.ID, a.queue)
}

// heard tells a browser that went ahead what came of its verdict, and how many
// pairs are left: the page it shows was made before.
func (d Deps) heard(r *page.Request, o outcome) error {
	counts, err := duplicate.CountsOf(r.Ctx(), d.DB.Read(), r.Session.Scope, reader(r))
	if err != nil {
		return err
	}
	o.Sum = queueSum(r, counts)
	return r.JSON(http.StatusOK, o)
}

// next goes to the pair after s, or to the queue when it is finished.
func (d Deps) next(r *page.Request, s id.Suspicion, queue url.Values) error {
	v := readView(r, queue)
	to, found, err := duplicate.Next(r.Ctx(), d.DB.Read(), r.Session.Scope, v.filter(r), s)
	if err != nil {
		return err
	}
	if !found {
		return r.Redirect(page.Href(root, v.query()))
	}
	return r.Redirect(page.Href(at(to), v.query()))
}

// skip puts the pair off till tomorrow, for this reader.
func (d Deps) skip(r *page.Request) error {
	v, err := d.load(r)
	if err != nil {
		return err
	}
	a, err := readAnswer(r)
	if err != nil {
		return err
	}
	if err := d.Duplicates.Skip(r.Ctx(), r.Actor(), v.ID); err != nil {
		return err
	}
	if ahead(r) {
		return d.heard(r, outcome{Text: r.T("duplicates.said_skip", v.A.Name, v.B.Name)})
	}
	r.Flash("", "duplicates.said_skip", v.A.Name, v.B.Name)
	return d.next(r, v.ID, a.queue)
}

// undo takes back the reader's last verdict of the day and shows its pair.
func (d Deps) undo(r *page.Request) error {
	var s id.Suspicion
	err := d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		var err error
		s, err = d.Duplicates.Undo(r.Ctx(), tx, r.T("duplicates.undo_reason"))
		return err
	})
	if f := fault.From(err); f != nil && (f.Kind == fault.Conflict || f.Kind == fault.NotFound) {
		r.FlashBad(f.Key, f.Args...)
		return r.Redirect(root)
	}
	if err != nil {
		return err
	}
	r.Flash("", "duplicates.said_undone")
	return r.Redirect(at(s))
}

// undoOne takes back one particular verdict of the reader's own.
func (d Deps) undoOne(r *page.Request) error {
	v, err := d.load(r)
	if err != nil {
		return err
	}
	err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		return d.Duplicates.UndoOf(r.Ctx(), tx, v.ID, r.T("duplicates.undo_reason"))
	})
	if f := fault.From(err); f != nil && f.Kind == fault.Conflict {
		r.FlashBad(f.Key, f.Args...)
		return r.Redirect(at(v.ID))
	}
	if err != nil {
		return err
	}
	r.Flash("", "duplicates.said_undone")
	return r.Redirect(at(v.ID))
}

// group says "same" for every pair of a cluster that waits.
func (d Deps) group(r *page.Request) error {
	v, err := d.load(r)
	if err != nil {
		return err
	}
	n := 0
	err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		n, err = d.Duplicates.ConfirmGroup(r.Ctx(), tx, v.ID, suggested(v, duplicate.VerdictSame))
		return err
	})
	if f := fault.From(err); f != nil && f.Kind == fault.Conflict {
		r.FlashBad(f.Key, f.Args...)
		return r.Redirect(at(v.ID))
	}
	if err != nil {
		return err
	}
	r.Flash("", "duplicates.said_group", n)
	return r.Redirect(at(v.ID))
}
