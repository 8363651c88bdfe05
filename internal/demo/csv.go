package demo

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"tepat/internal/civil"
)

// output is a file that counts and hashes what goes into it.
type output struct {
	path  string
	file  *os.File
	sum   hash.Hash
	bytes int64
	rows  int
}

func create(dir, path string) (*output, error) {
	f, err := os.Create(filepath.Join(dir, filepath.FromSlash(path)))
	if err != nil {
		return nil, err
	}
	return &output{path: path, file: f, sum: sha256.New()}, nil
}

// Write passes b on to the file and the hash.
func (o *output) Write(b []byte) (int, error) {
	n, err := o.file.Write(b)
	o.sum.Write(b[:n])
	o.bytes += int64(n)
	return n, err
}

func (o *output) done() (File, error) {
	if err := o.file.Close(); err != nil {
		return File{}, err
	}
	return File{Path: o.path, Rows: o.rows, Bytes: o.bytes, SHA256: hex.EncodeToString(o.sum.Sum(nil))}, nil
}

// table is a delimited text file under construction. Its methods add cells to
// the current row; end closes the row and reports its line.
type table struct {
	*output
	buffered *bufio.Writer
	row      []byte
	sep      byte
	line     int
}

func newTable(dir, path string, sep byte, header string) (*table, error) {
	o, err := create(dir, path)
	if err != nil {
		return nil, err
	}
	t := &table{output: o, buffered: bufio.NewWriterSize(o, 1<<18), sep: sep, line: 1}
	for _, name := range strings.Split(header, ",") {
		t.text(name)
	}
	_, err = t.end()
	t.rows = 0
	if err != nil {
		o.file.Close()
		return nil, err
	}
	return t, nil
}

func (t *table) text(s string) {
	if strings.IndexByte(s, t.sep) < 0 && strings.IndexByte(s, '"') < 0 {
		t.row = append(t.row, s...)
	} else {
		t.row = append(t.row, '"')
		t.row = append(t.row, strings.ReplaceAll(s, `"`, `""`)...)
		t.row = append(t.row, '"')
	}
	t.row = append(t.row, t.sep)
}

func (t *table) texts(cells ...string) {
	for _, s := range cells {
		t.text(s)
	}
}

func (t *table) int(n int) {
	t.row = append(strconv.AppendInt(t.row, int64(n), 10), t.sep)
}

// known writes n, or nothing for zero.
func (t *table) known(n int) {
	if n != 0 {
		t.row = strconv.AppendInt(t.row, int64(n), 10)
	}
	t.row = append(t.row, t.sep)
}

// iso writes a date as 2006-01-02, the zero date as nothing.
func (t *table) iso(d civil.Date) {
	if !d.IsZero() {
		t.row = append(t.row, "0000-00-00"...)
		b := t.row[len(t.row)-10:]
		put(b[:4], d.Year)
		put(b[5:7], int(d.Month))
		put(b[8:], d.Day)
	}
	t.row = append(t.row, t.sep)
}

func (t *table) cell(c cell) {
	if c.number != 0 {
		t.row = append(strconv.AppendInt(t.row, c.number, 10), t.sep)
		return
	}
	t.text(c.text)
}

// end writes the row and returns its line, 1 being the header.
func (t *table) end() (int, error) {
	t.row[len(t.row)-1] = '\n'
	_, err := t.buffered.Write(t.row)
	t.row = t.row[:0]
	t.rows++
	t.line++
	return t.line - 1, err
}

func (t *table) close() ([]File, error) {
	flushErr := t.buffered.Flush()
	f, err := t.done()
	if flushErr != nil {
		return nil, flushErr
	}
	if err != nil {
		return nil, err
	}
	return []File{f}, nil
}

// slashed spells a date as people type it, 31/12/1980.
func slashed(d civil.Date) string {
	var b [10]byte
	put(b[:2], d.Day)
	put(b[3:5], int(d.Month))
	put(b[6:], d.Year)
	b[2], b[5] = '/', '/'
	return string(b[:])
}

// compact spells a date as eight digits, 19801231.
func compact(d civil.Date) string {
	var b [8]byte
	put(b[:4], d.Year)
	put(b[4:6], int(d.Month))
	put(b[6:], d.Day)
	return string(b[:])
}
