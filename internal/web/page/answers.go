package page

import "net/http"

// revealedData is an opened number on a page of its own, for browsers without
// script.
type revealedData struct {
	Title    string
	Back     Link
	Revealed Revealed
}

type progressData struct {
	Title    string
	Progress Progress
}

var (
	revealedPage = New[revealedData](own, "parts/revealed.html")
	progressPage = New[progressData](own, "parts/progress.html")
)

// SendRevealed answers a POST to Masked.Open: in place for htmx, else as a
// page with title and a way back. The route's audit class is AuditReveal.
func (r *Request) SendRevealed(title string, back Link, v Revealed) error {
	data := revealedData{title, back, v}
	if r.WantsPartial() {
		return revealedPage.Part(r, http.StatusOK, "place", data)
	}
	return revealedPage.Render(r, http.StatusOK, data)
}

// SendProgress answers a poll of Progress.Poll. When the work is finished,
// leave Poll empty, or call Redirect to the result instead.
func (r *Request) SendProgress(p Progress) error {
	data := progressData{p.Text, p}
	if r.WantsPartial() {
		return progressPage.Part(r, http.StatusOK, "place", data)
	}
	return progressPage.Render(r, http.StatusOK, data)
}
