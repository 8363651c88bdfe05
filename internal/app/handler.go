package app

import (
	"context"
	"net/http"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/ledger"
	"tepat/internal/region"
	"tepat/internal/report"
	"tepat/internal/web"
	"tepat/internal/web/audit"
	"tepat/internal/web/duplicates"
	"tepat/internal/web/home"
	"tepat/internal/web/imports"
	"tepat/internal/web/page"
	"tepat/internal/web/payout"
	"tepat/internal/web/people"
	"tepat/internal/web/programs"
	"tepat/internal/web/signin"
	"tepat/internal/web/users"
	"tepat/internal/web/validation"
)

// Routes is the table of every address of the program.
func (a *App) Routes() []page.Route {
	return web.Routes(
		signin.Routes(signin.Deps{DB: a.DB, Gate: a.Gate, Sessions: a.Sessions, Address: signin.Behind(a.trusted)}),
		home.Routes(home.Deps{DB: a.DB}),
		people.Routes(people.Deps{DB: a.DB}),
		imports.Routes(imports.Deps{DB: a.DB, Intake: a.Intake}),
		validation.Routes(validation.Deps{DB: a.DB}),
		duplicates.Routes(duplicates.Deps{DB: a.DB, Duplicates: a.Duplicates}),
		programs.Routes(programs.Deps{DB: a.DB, Blobs: a.Blobs}),
		payout.Routes(payout.Deps{DB: a.DB}),
		audit.Routes(audit.Deps{DB: a.DB, Verify: a.verifyAndRecord}),
		users.Routes(users.Deps{DB: a.DB}),
	)
}

// Handler builds the whole site.
func (a *App) Handler() (http.Handler, error) {
	return web.New(web.Deps{Config: a.pages(), Wrap: a.Sessions.Wrap, Health: a.health, Version: Version}, a.Routes())
}

// pages configures the kernel of the pages.
func (a *App) pages() page.Config {
	name := string(a.Regency)
	if r, ok := region.ByCode(a.Regency); ok {
		name = r.Title()
	}
	return page.Config{
		Office: page.Office{Regency: name, Agency: a.Agency, Sample: a.Sample},
		Texts:  Texts(), Sessions: a.Sessions, Badges: a.badges, ReadAudit: a.recordRead,
		Log: a.Log, Now: a.Config.Now, Secure: a.Secure,
	}
}

// Version is the version of the program.
const Version = "0.1.0"

func (a *App) health(ctx context.Context) error {
	var one int
	return a.DB.Read().QueryRow(ctx, "SELECT 1").Scan(&one)
}

// recordRead puts a reading of personal data into the ledger before the answer
// goes out; when that fails, nothing is shown.
func (a *App) recordRead(ctx context.Context, actor db.Actor, class, object string) error {
	return a.DB.Write(ctx, actor, func(tx *db.Tx) error {
		return tx.Record("read."+class, object, "", map[string]any{"say": []string{object}})
	})
}

// verifyAndRecord verifies for the audit page and puts the outcome into the
// log, where Beranda's trust card finds it. The command line only looks.
func (a *App) verifyAndRecord(ctx context.Context) (*ledger.Report, error) {
	r, err := a.Verify(ctx, VerifyWith{})
	if err != nil {
		return nil, err
	}
	findings := int64(len(r.Findings)) + r.More
	return r, a.DB.Write(ctx, a.System("pemeriksa"), func(tx *db.Tx) error {
		return tx.Record("ledger.verified", string(a.Regency), a.Regency, map[string]any{
			"say": []any{r.Size, r.Rows, findings}, "findings": findings, "entries": r.Size, "rows": r.Rows})
	})
}

// badges counts what waits for the person, for the menu.
func (a *App) badges(ctx context.Context, s account.Session) (map[string]int, error) {
	return report.Badges(ctx, a.DB.Read(), s)
}
