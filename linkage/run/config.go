package run

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"tepat/linkage"
	"tepat/linkage/detect"
)

// Config says what to link and what to write. Empty paths are not written.
type Config struct {
	Files    []string               // csv files, each a source unless Source names a column
	Clean    []string               // sources (file names, or cells of Source) that hold each person once
	Columns  map[string]detect.Role // what columns are, where the caller knows better
	UniqueID string                 // column with the identity of a record
	Source   string                 // column with the source of a record
	Truth    string                 // column with the person, for measuring only
	Labels   string                 // csv file of judged pairs, for measuring
	Learn    bool                   // train m from Labels too
	Link     linkage.LinkType       // "" chooses: one source dedupes, several link and dedupe
	Generic  bool                   // leave out the knowledge of Indonesian names and numbers

	UseModel  string // saved model to use instead of training
	UseSplink string // Splink 4 settings to use; trained unless they hold probabilities
	Retrain   bool   // train a loaded model again
	TrainOnly bool

	Explain   []string // two identities to explain, as "id" or "source:id"
	Threshold float64  // probability from which pairs are linked; 0: the model's
	EdgesFrom float64  // probability from which edges are written; 0: Threshold
	MaxPairs  int64
	Workers   int
	Seed      uint64
	Chains    bool // plain connected components instead of constrained clusters

	Out, Edges, Model, Report, Splink string // files to write
	Keep                              bool   // repeat the input's columns in Out
	Reveal                            bool   // long numbers whole in the report
	Lang                              string // of reasons, warnings and report: "id" or "en"
	Program                           string // name and version, for the report
	Now                               func() time.Time
}

// check refuses what would lose data before anything is read.
func (c *Config) check() error {
	if len(c.Files) == 0 {
		return &Problem{Is: ErrEmpty, About: "no file named"}
	}
	var seen []os.FileInfo
	for _, path := range c.Files {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return &Problem{ErrNoFile, path, err}
		case info.IsDir():
			return &Problem{ErrNoFile, path, errFolder}
		case info.Size() == 0:
			return &Problem{Is: ErrEmpty, About: path}
		}
		for _, other := range seen {
			if os.SameFile(info, other) {
				return &Problem{Is: ErrTwice, About: path}
			}
		}
		seen = append(seen, info)
	}
	for _, path := range []string{c.Labels, c.UseModel, c.UseSplink} {
		if path == "" {
			continue
		}
		info, err := os.Stat(path)
		if err != nil {
			return &Problem{ErrNoFile, path, err}
		}
		if path != c.UseModel || path != c.Model { // a model may be trained on in its place
			seen = append(seen, info)
		}
	}
	return c.checkOutputs(seen)
}

func (c *Config) checkOutputs(inputs []os.FileInfo) error {
	taken := map[string]bool{}
	for _, path := range []string{c.Out, c.Edges, c.Model, c.Report, c.Splink} {
		if path == "" {
			continue
		}
		full, err := filepath.Abs(path)
		if err != nil {
			return fmt.Errorf("run: %s: %w", path, err)
		}
		if taken[full] {
			return &Problem{Is: ErrOverwrite, About: path}
		}
		taken[full] = true
		if dir, err := os.Stat(filepath.Dir(full)); err != nil || !dir.IsDir() {
			return &Problem{Is: ErrNoFile, About: filepath.Dir(full)}
		}
		info, err := os.Stat(full)
		if err != nil {
			continue
		}
		for _, in := range inputs {
			if os.SameFile(in, info) {
				return &Problem{Is: ErrOverwrite, About: path}
			}
		}
	}
	return nil
}

// writeWhole writes a file beside its place and renames it when it is whole.
func writeWhole(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.part")
	if err != nil {
		return fmt.Errorf("run: write %s: %w", path, err)
	}
	err = write(f)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("run: write %s: %w", path, err)
	}
	return nil
}

func (c *Config) now() time.Time {
	if c.Now == nil {
		return time.Time{}
	}
	return c.Now()
}
