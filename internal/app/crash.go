package app

import (
	"context"
	"log/slog"

	"tepat/internal/crashtest"
	"tepat/internal/db"
	"tepat/internal/delivery"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/ledger"
	"tepat/internal/region"
)

// LatestPayList returns the newest frozen pay list of the installation.
func LatestPayList(ctx context.Context, cfg Config) (id.PayList, error) {
	settings, err := cfg.LoadSettings()
	if err != nil {
		return "", err
	}
	d, err := db.Open(ctx, cfg.DSN(), db.Options{Now: cfg.Now})
	if err != nil {
		return "", err
	}
	defer d.Close()
	lists, err := delivery.PayLists(ctx, d.Read(), region.NewScope(settings.Regency), "")
	if err != nil {
		return "", err
	}
	if len(lists) == 0 {
		return "", fault.NewNotFound("app.no_list")
	}
	latest := lists[0]
	for _, l := range lists {
		if l.ID > latest.ID {
			latest = l
		}
	}
	return latest.ID, nil
}

// CheckAcks compares what `tepat load` was promised with what is stored.
func CheckAcks(ctx context.Context, cfg Config, log *slog.Logger, file string) (crashtest.Report, error) {
	a, err := Open(ctx, cfg, log)
	if err != nil {
		return crashtest.Report{}, err
	}
	defer a.Close()
	key, state, err := a.signerMemory(ctx)
	if err != nil {
		return crashtest.Report{}, err
	}
	if _, err := a.Ledger.Sequence(ctx, a.DB, string(a.Regency)); err != nil {
		return crashtest.Report{}, err
	}
	return crashtest.Check(ctx, a.DB, file, ledger.VerifyOptions{Regency: string(a.Regency), Tables: Tables(), LogKey: key, SignerState: state})
}
