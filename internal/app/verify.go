package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tepat/internal/intake"
	"tepat/internal/ledger"
	"tepat/internal/ledger/signer"
	"tepat/internal/ledger/witness"
)

// VerifyWith says what to compare the database with, beside itself.
type VerifyWith struct {
	LogKey   string   // public key of the log, pinned; "" takes the signer's
	Mirror   []string // folders of witnesses, or copies of them
	Witness  []string // their public keys
	Progress func(done, total int64)
}

// Verify recomputes the ledger and all records against it, the signer's memory
// and every mirror given. The signer's folder is read directly when the signer
// is not running; while `tepat serve` runs it is asked.
func (a *App) Verify(ctx context.Context, with VerifyWith) (*ledger.Report, error) {
	opt := ledger.VerifyOptions{Regency: string(a.Regency), Tables: Tables(), LogKey: with.LogKey, WitnessKeys: with.Witness, Progress: with.Progress}
	key, state, err := a.signerMemory(ctx)
	if err != nil {
		return nil, err
	}
	if opt.LogKey == "" {
		opt.LogKey = key
	}
	opt.SignerState = state
	for _, dir := range with.Mirror {
		opt.Mirrors = append(opt.Mirrors, witness.Folder(dir))
	}
	for _, w := range a.Witnesses {
		addr, vkey, _ := cutSpace(w)
		opt.Mirrors = append(opt.Mirrors, witness.NewClient(addr, ""))
		opt.WitnessKeys = append(opt.WitnessKeys, vkey)
	}
	r, err := ledger.Verify(ctx, a.DB, opt)
	if err != nil {
		return nil, err
	}
	return r, a.verifyRows(ctx, r)
}

// FindImportRows is the kind of finding for outcomes of imported rows that were
// changed behind the log's back: their chunks are sealed, not each row.
const FindImportRows = "import_rows"

func (a *App) verifyRows(ctx context.Context, r *ledger.Report) error {
	const page = 200
	for offset := 0; ; offset += page {
		batches, err := intake.Batches(ctx, a.DB.Read(), a.Scope(), offset, page)
		if err != nil {
			return err
		}
		for _, b := range batches {
			wrong, err := intake.CheckDigests(ctx, a.DB.Read(), b)
			if err != nil {
				return err
			}
			for _, first := range wrong {
				r.Findings = append(r.Findings, ledger.Finding{Kind: FindImportRows, Table: "import_row", ID: string(b.ID), Seq: -1,
					Key: "app.find_import_rows", Args: []any{b.FileName, first}})
			}
		}
		if len(batches) < page {
			return nil
		}
	}
}

// signerMemory returns the public key of the log and the note signed last, ""
// for a new installation. A signer elsewhere is asked; one in the data folder
// has its memory read, whether it runs or not.
func (a *App) signerMemory(ctx context.Context) (string, string, error) {
	if a.Signer == "" {
		return signer.Memory(a.signerDir(), a.Origin)
	}
	token, err := signer.Token(a.signerToken())
	if err != nil {
		return "", "", err
	}
	c := signer.NewClient(a.Signer, token)
	key, err := c.VKey(ctx, a.Origin)
	if err != nil {
		return "", "", err
	}
	last, err := c.Last(ctx, a.Origin)
	return key, last, err
}

// Sizes adds up the bytes of the data folder by what they are, for the doctor.
func (a *App) Sizes() (map[string]int64, error) {
	out := map[string]int64{}
	err := filepath.WalkDir(a.Data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, os.ErrNotExist) {
			return nil // a temporary file that is gone by now
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(a.Data, path)
		if err != nil {
			return err
		}
		top, _, _ := strings.Cut(rel, string(os.PathSeparator))
		out[top] += info.Size()
		return nil
	})
	return out, err
}
