package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"

	"github.com/gofrs/flock"

	"tepat/internal/account"
	"tepat/internal/blob"
	"tepat/internal/boundary"
	"tepat/internal/db"
	"tepat/internal/delivery"
	"tepat/internal/duplicate"
	"tepat/internal/evidence"
	"tepat/internal/intake"
	"tepat/internal/ledger"
	"tepat/internal/program"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// App is an opened installation: everything but the listening.
type App struct {
	Config
	Settings
	DB         *db.DB
	Ledger     *ledger.Log
	Blobs      *blob.Store
	Gate       *account.Gate
	Sessions   *account.Sessions
	Intake     *intake.Service
	Duplicates *duplicate.Service
	Log        *slog.Logger

	trusted []netip.Prefix // proxies in front
	lock    *flock.Flock
}

// Open opens the installation in cfg.Data and brings its schema up to date.
func Open(ctx context.Context, cfg Config, log *slog.Logger) (*App, error) {
	settings, err := cfg.LoadSettings()
	if err != nil {
		return nil, err
	}
	a := &App{Config: cfg, Settings: settings, Log: log}
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) open(ctx context.Context) error {
	var err error
	if a.trusted, err = a.proxies(); err != nil {
		return err
	}
	if a.DB, err = db.Open(ctx, a.DSN(), db.Options{Now: a.Config.Now}); err != nil {
		return err
	}
	steps, err := a.DB.Migrate(ctx)
	if err != nil {
		return err
	}
	for _, m := range steps {
		a.Log.Info("migrated", "version", m.Version, "name", m.Name)
	}
	a.Ledger = ledger.New(ledger.Options{Origin: func(string) string { return a.Origin }})
	a.DB.Keep(a.Ledger)
	if _, err := a.Ledger.Sequence(ctx, a.DB, string(a.Regency)); err != nil {
		return err
	}
	if a.Blobs, err = blob.Open(a.blobDir(), a.blobKey(), blob.Options{}); err != nil {
		return err
	}
	a.Gate = account.NewGate(a.DB, a.Regency)
	a.Sessions = account.NewSessions(a.DB, account.SessionOptions{Secure: a.Secure})
	a.Intake = intake.NewService(a.DB, a.Blobs, registryAppliers()...)
	a.Duplicates = duplicate.NewService(a.DB, a.Intake)
	return nil
}

// registryAppliers lists where the rows of files can go.
func registryAppliers() []intake.Applier {
	return []intake.Applier{evidence.Applier{}, program.CandidateApplier{}, program.AnswerApplier{}}
}

// Close closes what Open opened.
func (a *App) Close() error {
	var errs []error
	if a.lock != nil {
		errs = append(errs, a.lock.Unlock())
	}
	if a.Blobs != nil {
		errs = append(errs, a.Blobs.Close())
	}
	if a.DB != nil {
		errs = append(errs, a.DB.Close())
	}
	return errors.Join(errs...)
}

// Own takes the lock that lets one process at a time serve a data folder.
func (a *App) Own() error {
	l := flock.New(a.Data + string(os.PathSeparator) + "tepat.lock")
	ok, err := l.TryLock()
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("folder data %q sedang dilayani proses Tepat lain; hentikan dulu yang itu", a.Data)
	}
	a.lock = l
	return nil
}

// Scope is the whole regency of the installation.
func (a *App) Scope() region.Scope { return region.NewScope(a.Regency) }

// System is the actor of commands that no person gives: jobs, the command line.
func (a *App) System(name string) db.Actor {
	return db.Actor{Name: name, Role: "system", Scope: a.Scope()}
}

// Tables lists every sealed table, for the verifier.
func Tables() []*db.Table {
	var out []*db.Table
	for _, list := range [][]*db.Table{account.Tables(), registry.Tables(), boundary.Tables(), intake.Tables(), evidence.Tables(), program.Tables(), delivery.Tables(), duplicate.Tables()} {
		out = append(out, list...)
	}
	return out
}
