package web

import (
	"testing"

	"tepat/internal/web/page"
	"tepat/internal/web/page/pagetest"
)

// The pages of the features are checked where they are all imported, in the
// test of the whole program; here are those of the frame.
func TestPagesOfTheFrame(t *testing.T) {
	d := deps(loggedIn{})
	d.Texts = append(d.Texts, texts)
	k, err := page.NewKernel(d.Config)
	if err != nil {
		t.Fatal(err)
	}
	pagetest.Check(t, k)
	for _, g := range Menu() {
		for _, it := range g.Items {
			if !k.HasIcon(it.Icon) {
				t.Errorf("the menu uses the icon %q", it.Icon)
			}
		}
	}
}
