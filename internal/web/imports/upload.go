package imports

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"tepat/internal/fault"
	"tepat/internal/intake"
	"tepat/internal/web/page"
)

var uploadPage = page.New[uploadData](files, "upload.html")

type uploadData struct {
	Heading page.Heading
	Steps   []page.Step
	Again   *page.Alert
	Form    page.Form
}

func uploadForm(r *page.Request) uploadData {
	return uploadData{
		Heading: page.Heading{Title: r.T("imports.upload"), Sub: r.T("imports.upload_sub"), Back: &page.Link{Text: r.T("imports.title"), Href: root}},
		Steps:   steps(r, 0),
		Form: page.Form{
			Action: root + "/unggah", Multipart: true, Submit: r.T("imports.upload_do"), Cancel: &page.Link{Text: r.T("imports.back"), Href: root},
			// The sender stands before the file, so that it is known when the stream begins.
			Fields: []page.Field{
				{Name: "pengirim", Label: r.T("imports.sender"), Hint: r.T("imports.sender_hint"), Optional: true, MaxLength: 80},
				{Kind: page.FileField, Name: "berkas", Label: r.T("imports.file"), Hint: r.T("imports.file_hint"), Accept: ".xlsx,.xlsm,.xls,.xlt,.ods,.csv,.txt,.tsv,.html,.htm,.zip"},
			},
		},
	}
}

func (d Deps) askUpload(r *page.Request) error {
	return uploadPage.Render(r, http.StatusOK, uploadForm(r))
}

// upload streams the file from the connection into the blob store; it is
// never whole in memory or in clear text on the disk.
func (d Deps) upload(r *page.Request) error {
	b, err := d.receive(r)
	if err == nil {
		return r.Redirect(pathOf(b.ID) + "/kolom")
	}
	f := fault.From(err)
	if f == nil || f.Kind != fault.Invalid && f.Key != "intake.already_applied" {
		return err
	}
	data := uploadForm(r)
	if f.Key == "intake.already_applied" {
		data.Again = &page.Alert{Tone: page.Warn, Text: r.P().Fault(f), Link: &page.Link{Text: r.T("imports.open_it"), Href: root + "/" + f.Field}}
		return uploadPage.Render(r, http.StatusConflict, data)
	}
	data.Form.Mark("berkas", r.P().Fault(f))
	return uploadPage.Render(r, http.StatusUnprocessableEntity, data)
}

// maxSender bounds the text field before the file.
const maxSender = 200

func (d Deps) receive(r *page.Request) (intake.Batch, error) {
	missing := fault.NewInvalid("imports.file_missing").At("berkas")
	body, err := r.R.MultipartReader()
	if err != nil {
		return intake.Batch{}, missing.Because(err)
	}
	var up intake.Upload
	for {
		part, err := body.NextPart()
		if errors.Is(err, io.EOF) {
			return intake.Batch{}, missing
		}
		if err != nil {
			return intake.Batch{}, broken(err)
		}
		switch part.FormName() {
		case "pengirim":
			if up.Sender, err = short(part); err != nil {
				return intake.Batch{}, err
			}
		case "berkas":
			if part.FileName() == "" {
				return intake.Batch{}, missing
			}
			up.FileName = part.FileName()
			b, err := d.Intake.Receive(r.Ctx(), r.Actor(), part, up)
			return b, broken(err)
		}
	}
}

func short(part *multipart.Part) (string, error) {
	text, err := io.ReadAll(io.LimitReader(part, maxSender))
	if err != nil {
		return "", broken(err)
	}
	return string(text), nil
}

// broken tells people that the file is too large or the connection was cut.
func broken(err error) error {
	if err == nil || fault.From(err) != nil {
		return err
	}
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		return fault.NewInvalid("page.too_big", tooBig.Limit>>20).At("berkas").Because(err)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, multipart.ErrMessageTooLarge) {
		return fault.NewInvalid("imports.cut_off").At("berkas").Because(err)
	}
	return err
}
