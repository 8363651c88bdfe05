package app

import (
	"context"
	"os"
	"path/filepath"

	"tepat/internal/boundary"
	"tepat/internal/db"
)

// ImportBoundaries replaces the map of tiles by the kecamatan shapes of a
// GeoJSON file and returns how many there are.
func (a *App) ImportBoundaries(ctx context.Context, path string) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	shapes, err := boundary.Parse(f, a.Regency)
	if err != nil {
		return 0, err
	}
	return len(shapes), a.DB.Write(ctx, a.System("baris perintah"), func(tx *db.Tx) error {
		return boundary.Replace(ctx, tx, filepath.Base(path), shapes)
	})
}
