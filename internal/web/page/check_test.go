package page_test

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"tepat/internal/account"
	"tepat/internal/web/page"
	"tepat/internal/web/page/pagetest"
)

type nobody struct{}

func (nobody) Load(*http.Request) (account.Session, bool, error) {
	return account.Session{}, false, nil
}

// The gallery of this package's tests calls every component.
func TestEveryComponentFitsItsData(t *testing.T) {
	k, err := page.NewKernel(page.Config{Sessions: nobody{}, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return time.Time{} }, AllowMissingAssets: true})
	if err != nil {
		t.Fatal(err)
	}
	pagetest.Check(t, k)
}
