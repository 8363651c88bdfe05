package app

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tepat/internal/db"
	"tepat/internal/fault"
)

// manifest is the first file of a backup.
type manifest struct {
	Format  int    `json:"format"`
	Made    string `json:"made"` // UTC
	Regency string `json:"regency"`
	Engine  string `json:"engine"` // where it was taken; it restores into either
}

const (
	backupFormat = 1
	databaseName = "tepat.db"
)

// Backup writes the whole installation into the new file at path: settings,
// database as of one moment, documents and their key. The signer's key is left
// out: a restored server must not be able to sign a past that was replaced.
func (a *App) Backup(ctx context.Context, path string) error {
	err := a.DB.Write(ctx, a.System("cadangan"), func(tx *db.Tx) error {
		return tx.Record("backup.made", filepath.Base(path), "", map[string]any{"say": []string{filepath.Base(path)}})
	})
	if err != nil {
		return err
	}
	if _, err := a.Ledger.Sequence(ctx, a.DB, string(a.Regency)); err != nil {
		return err
	}
	tmp := path + ".part"
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = a.writeBackup(ctx, f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	if _, err := os.Lstat(path); err == nil {
		return errors.Join(fmt.Errorf("%s sudah ada", path), os.Remove(tmp))
	}
	return os.Rename(tmp, path)
}

func (a *App) writeBackup(ctx context.Context, w io.Writer) error {
	dir, err := os.MkdirTemp(filepath.Dir(a.blobDir()), "cadangan-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	copied := filepath.Join(dir, databaseName)
	if err := a.DB.BackupFile(ctx, copied); err != nil {
		return err
	}
	tw := tar.NewWriter(w)
	m, err := json.Marshal(manifest{backupFormat, db.TimeOf(a.Now()).String(), string(a.Regency), string(a.DB.Engine())})
	if err != nil {
		return err
	}
	if err := addBytes(tw, "manifest.json", m); err != nil {
		return err
	}
	for _, file := range []struct{ name, path string }{
		{"tepat.json", a.settingsFile()}, {databaseName, copied}, {"kunci/berkas.key", a.blobKey()},
	} {
		if err := addFile(tw, file.name, file.path); err != nil {
			return err
		}
	}
	if err := addTree(tw, "berkas", a.blobDir()); err != nil {
		return err
	}
	return tw.Close()
}

func addBytes(tw *tar.Writer, name string, b []byte) error {
	if err := tw.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(b))}); err != nil {
		return err
	}
	_, err := tw.Write(b)
	return err
}

func addFile(tw *tar.Writer, name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := tw.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: info.Size()}); err != nil {
		return err
	}
	_, err = io.CopyN(tw, f, info.Size())
	return err
}

func addTree(tw *tar.Writer, name, dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if rel == "tmp" { // uploads that are not finished
				return filepath.SkipDir
			}
			return nil
		}
		return addFile(tw, name+"/"+filepath.ToSlash(rel), path)
	})
}

// Restore unpacks a backup into the empty folder of cfg and, when cfg names a
// PostgreSQL database, pours the rows into it. The restored server has no
// signer memory: it must be compared with the witness before it signs again.
func Restore(ctx context.Context, cfg Config, path string) (manifest, error) {
	var m manifest
	if entries, err := os.ReadDir(cfg.Data); err == nil && len(entries) > 0 {
		return m, fault.NewConflict("app.not_empty", cfg.Data)
	}
	f, err := os.Open(path)
	if err != nil {
		return m, err
	}
	defer f.Close()
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return m, err
	}
	root, err := os.OpenRoot(cfg.Data)
	if err != nil {
		return m, err
	}
	defer root.Close()
	tr := tar.NewReader(f)
	if m, err = readManifest(tr); err != nil {
		return m, err
	}
	if err := unpack(root, tr); err != nil {
		return m, err
	}
	if cfg.Database == "" || !strings.HasPrefix(cfg.Database, "postgres") {
		return m, nil
	}
	return m, pour(ctx, cfg)
}

func readManifest(tr *tar.Reader) (manifest, error) {
	var m manifest
	h, err := tr.Next()
	if err != nil || h.Name != "manifest.json" || h.Size > 1<<16 {
		return m, fault.NewInvalid("app.backup_format", "manifest").Because(err)
	}
	b, err := io.ReadAll(tr)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(b, &m); err != nil || m.Format != backupFormat {
		return m, fault.NewInvalid("app.backup_format", "format").Because(err)
	}
	return m, nil
}

func unpack(root *os.Root, tr *tar.Reader) error {
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fault.NewInvalid("app.backup_format", "isi").Because(err)
		}
		if err := unpackOne(root, tr, h); err != nil {
			return err
		}
	}
}

func unpackOne(root *os.Root, tr *tar.Reader, h *tar.Header) error {
	if dir := filepath.Dir(filepath.FromSlash(h.Name)); dir != "." {
		if err := root.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	f, err := root.OpenFile(filepath.FromSlash(h.Name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.CopyN(f, tr, h.Size)
	return errors.Join(err, f.Sync(), f.Close())
}

// pour copies the unpacked SQLite file into PostgreSQL and removes it.
func pour(ctx context.Context, cfg Config) error {
	file := filepath.Join(cfg.Data, databaseName)
	from, err := db.Open(ctx, file, db.Options{})
	if err != nil {
		return err
	}
	to, err := db.Open(ctx, cfg.Database, db.Options{})
	if err != nil {
		return errors.Join(err, from.Close())
	}
	_, err = to.Migrate(ctx)
	if err == nil {
		_, err = from.CopyTo(ctx, to, nil)
	}
	if err = errors.Join(err, from.Close(), to.Close()); err != nil {
		return err
	}
	return os.Remove(file)
}
