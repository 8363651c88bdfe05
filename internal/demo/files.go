package demo

import (
	"context"
	"os"
	"path/filepath"
)

// File is one file that WriteFiles wrote.
type File struct {
	Path   string // relative to the directory, with slashes; holds no NIK
	Rows   int    // rows about people or families, without headers and signatures
	Bytes  int64
	SHA256 string // hexadecimal
}

// Progress is told how many of the people are written, and the phase:
// "families" while the pass runs, "closing" while workbooks are packed.
type Progress func(done, total int, phase string)

// agency writes what one office sends. Families arrive village by village.
type agency interface {
	family(f *Family) error
	close() ([]File, error)
}

// progressEvery is how many families pass between two reports and two looks at
// the context.
const progressEvery = 2048

// WriteFiles writes what the agencies would send into dir, which it makes, with
// truth.csv and truth_families.csv beside them. It is one pass with flat memory.
// progress may be nil. When ctx ends, the files stay incomplete and ctx's error
// is returned.
func (w *World) WriteFiles(ctx context.Context, dir string, progress Progress) ([]File, error) {
	if progress == nil {
		progress = func(int, int, string) {}
	}
	if err := os.MkdirAll(filepath.Join(dir, bltDir), 0o750); err != nil {
		return nil, err
	}
	agencies, err := w.open(dir)
	if err != nil {
		return nil, err
	}
	passErr := w.pass(ctx, agencies, progress)
	progress(w.People(), w.People(), "closing")
	var files []File
	for _, a := range agencies {
		done, err := a.close()
		if err != nil && passErr == nil {
			passErr = err
		}
		files = append(files, done...)
	}
	if passErr != nil {
		return nil, passErr
	}
	return files, nil
}

// open starts every file. The truth comes last, so that it is closed last.
func (w *World) open(dir string) ([]agency, error) {
	truth, err := newTruth(dir)
	if err != nil {
		return nil, err
	}
	agencies := []agency{}
	for _, start := range []func(*World, string, *truthFiles) (agency, error){
		newDukcapil, newDTSEN, newPKH, newSembako, newBLT, newASN, newDeaths, newMoves,
	} {
		a, err := start(w, dir, truth)
		if err != nil {
			for _, started := range agencies {
				started.close()
			}
			truth.close()
			return nil, err
		}
		agencies = append(agencies, a)
	}
	return append(agencies, truth), nil
}

func (w *World) pass(ctx context.Context, agencies []agency, progress Progress) error {
	done, n := 0, 0
	for f := range w.Families {
		if n%progressEvery == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			progress(done, w.People(), "families")
		}
		for _, a := range agencies {
			if err := a.family(&f); err != nil {
				return err
			}
		}
		n++
		done += len(f.Members)
	}
	return nil
}
