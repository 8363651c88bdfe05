package app

import (
	"log/slog"
	"testing"

	"tepat/internal/account"
	"tepat/internal/db/dbtest"
	"tepat/internal/web"
	"tepat/internal/web/page"
	"tepat/internal/web/page/pagetest"
)

// The pages, texts and icons of the whole program fit together: only here are
// all features present.
func TestPagesTextsAndIcons(t *testing.T) {
	d := dbtest.SQLite(t)
	a := &App{Config: Config{}, Settings: Settings{Regency: "2103"}, DB: d, Log: slog.New(slog.DiscardHandler),
		Sessions: account.NewSessions(d, account.SessionOptions{})}
	cfg := a.pages()
	cfg.Menu = web.Menu()
	cfg.AllowMissingAssets = true
	k, err := page.NewKernel(cfg)
	if err != nil {
		t.Fatal(err)
	}
	pagetest.Check(t, k)
}
