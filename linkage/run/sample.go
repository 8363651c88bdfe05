package run

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tepat/linkage/csvfile"
)

// sheet is an input file as it looks before it is read.
type sheet struct {
	path, name string
	size       int64
	comma      byte
	header     []string
	rows       [][]string
}

const (
	headRows  = 500 // sampled at the beginning
	spots     = 7   // further places of the file
	spotRows  = 220 // sampled at each
	spotBytes = 1 << 20
)

// lookAt samples a file at several places: the first thousand rows of a sorted
// file all come from one village.
func lookAt(path string) (*sheet, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &Problem{ErrNoFile, path, err}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("run: %s: %w", path, err)
	}
	head, err := csvfile.ReadHead(bufio.NewReaderSize(f, 1<<16), csvfile.Options{}, headRows)
	if err != nil {
		return nil, fmt.Errorf("run: %s: %w", path, err)
	}
	s := &sheet{path: path, name: filepath.Base(path), size: info.Size(), comma: head.Comma, header: head.Fields, rows: head.Rows}
	if len(s.header) == 0 {
		return nil, &Problem{Is: ErrEmpty, About: path}
	}
	if s.size > 4*spotBytes {
		s.lookFurther(f)
	}
	return s, nil
}

// lookFurther adds rows from the middle and the end. What cannot be cut into
// whole rows there is left out: the sample only has to be telling.
func (s *sheet) lookFurther(f *os.File) {
	for spot := 1; spot <= spots; spot++ {
		from := s.size / (spots + 1) * int64(spot)
		buf := make([]byte, min(spotBytes/4, s.size-from))
		n, err := f.ReadAt(buf, from)
		if err != nil && err != io.EOF {
			return
		}
		begin := bytes.IndexByte(buf[:n], '\n')
		end := bytes.LastIndexByte(buf[:n], '\n')
		if begin < 0 || end <= begin {
			continue
		}
		part, err := csvfile.ReadHead(io.MultiReader(strings.NewReader(s.plainHeader()), bytes.NewReader(buf[begin+1:end+1])), csvfile.Options{Comma: s.comma}, spotRows)
		if err != nil {
			continue
		}
		for _, row := range part.Rows {
			if len(row) == len(s.header) {
				s.rows = append(s.rows, slices.Clone(row))
			}
		}
	}
}

// plainHeader is a header of as many columns as the file has.
func (s *sheet) plainHeader() string {
	names := make([]string, len(s.header))
	for i := range names {
		names[i] = fmt.Sprint("c", i)
	}
	return strings.Join(names, string(s.comma)) + "\n"
}
