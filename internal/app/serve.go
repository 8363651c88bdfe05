package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/jobs"
	"tepat/internal/ledger"
	"tepat/internal/ledger/signer"
	"tepat/internal/ledger/witness"
	"tepat/internal/program"
	"tepat/internal/web"
)

// How often the loops look.
const (
	signEvery  = 30 * time.Second
	purgeEvery = 10 * time.Minute
	sweepEvery = time.Hour
)

// How long things are kept that nobody needs any more.
const (
	keepUploads = time.Hour           // half of a file, of an upload that broke off
	keepJobs    = 30 * 24 * time.Hour // work that ended; what it did is in the ledger
)

// Serve listens and works until ctx ends: pages, jobs, the sequencer, the
// signer, the witnesses. ready is called once the address answers.
func (a *App) Serve(ctx context.Context, ready func(addr string)) error {
	if err := a.Own(); err != nil {
		return err
	}
	if err := a.spoolHere(); err != nil {
		return err
	}
	handler, err := a.Handler()
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", a.Addr)
	if err != nil {
		return fmt.Errorf("tidak bisa melayani di %s (apakah alamat itu sudah dipakai?): %w", a.Addr, err)
	}
	signs, stopSigner, err := a.startSigner(ctx)
	if err != nil {
		ln.Close()
		return err
	}
	defer stopSigner()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var loops sync.WaitGroup
	a.background(ctx, &loops, signs)
	srv := web.Server(handler, a.Log)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	ready(ln.Addr().String())
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	cancel()
	end, done := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer done()
	shut := srv.Shutdown(end)
	loops.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, shut)
}

// background starts everything that works without being asked.
func (a *App) background(ctx context.Context, wg *sync.WaitGroup, s *signer.Client) {
	runner := jobs.NewRunner(a.DB, a.handlers(), jobs.Options{Log: a.Log})
	wg.Go(func() {
		if err := runner.Run(ctx); err != nil {
			a.Log.Error("jobs", "err", err)
		}
	})
	wg.Go(func() { a.Ledger.Run(ctx, a.DB, func(err error) { a.Log.Error("sequencer", "err", err) }) })
	wg.Go(func() { a.every(ctx, signEvery, func() error { return a.sign(ctx, s) }) })
	wg.Go(func() { a.every(ctx, purgeEvery, func() error { return account.Purge(ctx, a.DB) }) })
	wg.Go(func() { a.every(ctx, sweepEvery, func() error { return a.sweep(ctx) }) })
}

// sweep removes what interrupted uploads and ended jobs left behind.
func (a *App) sweep(ctx context.Context) error {
	now := a.Config.Now()
	// Ages of files are told by the disk's clock, which no drill shifts.
	files, err := a.Blobs.Sweep(ctx, now.Add(-a.ClockOffset-keepUploads))
	if err != nil {
		return err
	}
	ended, err := jobs.Purge(ctx, a.DB, db.TimeOf(now.Add(-keepJobs)))
	if files > 0 || ended > 0 {
		a.Log.Info("swept", "uploads", files, "jobs", ended)
	}
	return err
}

// spoolHere makes the data folder hold what is written aside: lists on their
// way out and forms on their way in name people, and the folder for temporary
// files is anybody's. What a killed process left there goes.
func (a *App) spoolHere() error {
	dir := filepath.Join(a.Data, "sementara")
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	dir, err := filepath.Abs(dir)
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} { // Unix, and Windows in this order
		err = errors.Join(err, os.Setenv(name, dir))
	}
	return err
}

// handlers are the jobs of every package.
func (a *App) handlers() map[string]jobs.Handler {
	out := map[string]jobs.Handler{}
	for _, list := range []map[string]jobs.Handler{a.Intake.Handlers(), program.Handlers(a.DB), a.Duplicates.Handlers()} {
		maps.Copy(out, list)
	}
	return out
}

// every calls fn now and then until ctx ends.
func (a *App) every(ctx context.Context, pause time.Duration, fn func() error) {
	for {
		if err := fn(); err != nil && ctx.Err() == nil {
			a.Log.Error("background", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// sign has the log signed and witnessed as it stands.
func (a *App) sign(ctx context.Context, s *signer.Client) error {
	if _, err := a.Ledger.SignNow(ctx, a.DB, string(a.Regency), s); err != nil {
		return err
	}
	ws, err := a.witnesses(ctx)
	if err != nil || len(ws) == 0 {
		return err
	}
	return a.Ledger.WitnessNow(ctx, a.DB, string(a.Regency), ws)
}

// startSigner runs the signer as a child of its own, so that the key never
// lies in the memory that serves pages; an address set by the office wins.
func (a *App) startSigner(ctx context.Context) (*signer.Client, func(), error) {
	if a.Signer != "" {
		token, err := signer.Token(a.signerToken())
		if err != nil {
			return nil, nil, err
		}
		return signer.NewClient(a.Signer, token), func() {}, nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.Command(self, "signer", "--child", "--dir", a.signerDir(), "--token", a.signerToken())
	cmd.Args[0] = "tepat" // what process lists show, however the file is called
	cmd.Stderr = os.Stderr
	child, err := signer.Start(ctx, cmd, a.signerToken())
	if err != nil {
		return nil, nil, err
	}
	stop := func() {
		if err := child.Stop(); err != nil {
			a.Log.Warn("signer", "err", err)
		}
	}
	return child.Client, stop, nil
}

// witnesses reads the witnesses of the installation. Each is written as
// "URL vkey": the public key is agreed on paper, never fetched.
func (a *App) witnesses(context.Context) ([]ledger.Witness, error) {
	var out []ledger.Witness
	for _, w := range a.Witnesses {
		addr, vkey, ok := cutSpace(w)
		if !ok {
			return nil, fault.NewInvalid("app.witness", w)
		}
		out = append(out, ledger.Witness{Client: witness.NewClient(addr, ""), VKey: vkey})
	}
	return out, nil
}
