package imports

import (
	"net/http"

	"tepat/internal/fault"
	"tepat/internal/web/page"
)

var undoPage = page.New[undoData](files, "undo.html")

type undoData struct {
	Heading page.Heading
	Note    page.Alert
	Form    page.Form
}

// check starts a check again that was interrupted.
func (d Deps) check(r *page.Request) error {
	b, err := d.load(r)
	if err != nil {
		return err
	}
	if _, err := d.Intake.StartCheck(r.Ctx(), r.Actor(), b.ID); err != nil {
		return err
	}
	return r.Redirect(pathOf(b.ID))
}

// apply starts or continues putting the rows in.
func (d Deps) apply(r *page.Request) error {
	b, err := d.load(r)
	if err != nil {
		return err
	}
	if _, err := d.Intake.StartApply(r.Ctx(), r.Actor(), b.ID); err != nil {
		return err
	}
	return r.Redirect(pathOf(b.ID))
}

// cancel gives a file up before anything went in.
func (d Deps) cancel(r *page.Request) error {
	b, err := d.load(r)
	if err != nil {
		return err
	}
	if _, err := d.Intake.Cancel(r.Ctx(), r.Actor(), b.ID, ""); err != nil {
		return err
	}
	r.Flash("", "imports.cancelled", b.FileName)
	return r.Redirect(root)
}

func (d Deps) askUndo(r *page.Request) error {
	data, err := d.undoForm(r)
	if err != nil {
		return err
	}
	return undoPage.Render(r, http.StatusOK, data)
}

func (d Deps) undoForm(r *page.Request) (undoData, error) {
	b, err := d.load(r)
	if err != nil {
		return undoData{}, err
	}
	if !b.CanUndo() {
		return undoData{}, fault.NewConflict("intake.state")
	}
	back := page.Link{Text: b.FileName, Href: pathOf(b.ID)}
	return undoData{
		Heading: page.Heading{Title: r.T("imports.undo"), Back: &back},
		Note:    page.Alert{Tone: page.Warn, Text: r.T("imports.undo_note", b.Counts.Added, b.Counts.Updated)},
		Form: page.Form{Action: pathOf(b.ID) + "/batalkan", Danger: true, Submit: r.T("imports.undo_do"), Cancel: &page.Link{Text: r.T("imports.back"), Href: pathOf(b.ID)},
			Fields: []page.Field{{Kind: page.TextArea, Name: "reason", Label: r.T("imports.undo_reason"), Hint: r.T("imports.undo_hint"), MaxLength: 300, Rows: 2}}},
	}, nil
}

// undo starts taking a batch out.
func (d Deps) undo(r *page.Request) error {
	data, err := d.undoForm(r)
	if err != nil {
		return err
	}
	form, err := r.Form()
	if err != nil {
		return err
	}
	b, err := d.load(r)
	if err != nil {
		return err
	}
	_, err = d.Intake.StartUndo(r.Ctx(), r.Actor(), b.ID, form.Get("reason"))
	if err == nil {
		return r.Redirect(pathOf(b.ID))
	}
	data.Form.Fill(form)
	if err := data.Form.Fail(r, err); err != nil {
		return err
	}
	return undoPage.Render(r, http.StatusUnprocessableEntity, data)
}
