package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// window is the part of a text that is in memory: buf[pos:end]. It remembers where the
// next line feed and carriage return are, so that a file with only one of them is not
// searched for the other again at each line.
type window struct {
	r        io.Reader
	buf      []byte
	pos, end int
	readErr  error
	lf, cr   int // next place at or after pos, end when none, -1 when not known
}

const windowSize = 256 << 10

func newWindow(r io.Reader) *window {
	return &window{r: r, buf: make([]byte, windowSize), lf: -1, cr: -1}
}

// more reads behind buf[pos:end], which moves to the front, and reports whether
// anything came. Everything taken from the window before is invalid then.
func (w *window) more() bool {
	if w.readErr != nil {
		return false
	}
	w.end = copy(w.buf, w.buf[w.pos:w.end])
	w.pos = 0
	if w.end == len(w.buf) {
		w.buf = append(w.buf, make([]byte, len(w.buf))...)
	}
	n, err := io.ReadFull(w.r, w.buf[w.end:])
	w.end += n
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	w.readErr = err
	w.lf, w.cr = -1, -1
	return n > 0
}

// failure is the error that ended reading, nil at a plain end of file.
func (w *window) failure() error {
	if w.readErr == nil || errors.Is(w.readErr, io.EOF) {
		return nil
	}
	return fmt.Errorf("sheet: read the text: %w", w.readErr)
}

func (w *window) atEnd() bool { return w.pos == w.end && !w.more() }

// lineEnd returns the length of the line at pos and the length of its end: 2 for CRLF,
// 0 when the text, or limit, ends before the line does.
func (w *window) lineEnd(limit int) (int, int) {
	for {
		at := min(w.find(&w.lf, '\n'), w.find(&w.cr, '\r'))
		length := at - w.pos
		if length > limit {
			return limit, 0
		}
		if at == w.end {
			if !w.more() {
				return length, 0
			}
			continue
		}
		if w.buf[at] == '\n' {
			return length, 1
		}
		if at+1 == w.end && w.more() {
			at = w.pos + length
		}
		if at+1 < w.end && w.buf[at+1] == '\n' {
			return length, 2
		}
		return length, 1
	}
}

func (w *window) find(known *int, c byte) int {
	if *known < w.pos {
		*known = w.end
		if i := bytes.IndexByte(w.buf[w.pos:w.end], c); i >= 0 {
			*known = w.pos + i
		}
	}
	return *known
}

// skipLine moves behind the end of the current line, however long it is.
func (w *window) skipLine() {
	for {
		length, ending := w.lineEnd(windowSize / 2)
		w.pos += length + ending
		if ending > 0 || length == 0 {
			return
		}
	}
}
