package program

import (
	"bytes"
	"context"
	"errors"
	"io"

	"tepat/internal/blob"
	"tepat/internal/fault"
)

// MaxPDF is the largest signed decree that is taken, in bytes: a scan of a few
// hundred pages.
const MaxPDF int64 = 100 << 20

// KeepPDF stores a signed decree and returns its SHA-256. What is no PDF is
// refused before anything is kept.
func KeepPDF(ctx context.Context, store *blob.Store, r io.Reader) (string, error) {
	head := make([]byte, len(pdfMagic))
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", fault.Wrap("program.KeepPDF", err)
	}
	if err := checkPDF(head[:n]); err != nil {
		return "", err
	}
	ref, _, err := store.Put(ctx, io.MultiReader(bytes.NewReader(head), r), MaxPDF)
	return ref.SHA256, err
}
