package logfile

import (
	"bytes"
	"errors"
	"io"
)

// bufferSize is how much is read at once: large enough that a read costs
// nothing, small enough to stay in the processor's cache.
const bufferSize = 128 << 10

// window is the part of a file that is in memory. Who reads a file, as lines or
// as documents, moves the window's beginning over what it has looked at.
type window struct {
	src io.Reader

	buf      []byte
	pos, end int // buf[pos:end] is read and not yet looked at
	eof      bool
	err      error // why src ended early

	offset int64 // of buf[0] in the file
	line   int64 // lines before pos
	binary bool  // the first of its bytes hold a NUL
}

// binarySniff is about how much of a file is searched for NUL bytes.
const binarySniff = 1 << 20

// newWindow returns the window on src, in buf where there is one already.
func newWindow(src io.Reader, buf []byte) *window {
	if buf == nil {
		buf = make([]byte, bufferSize)
	}
	return &window{src: src, buf: buf}
}

// rest is what is read and not yet looked at.
func (w *window) rest() []byte { return w.buf[w.pos:w.end] }

// at is the place of pos in the file, in bytes.
func (w *window) at() int64 { return w.offset + int64(w.pos) }

// done reports whether the whole file has been looked at.
func (w *window) done() bool { return w.eof && w.pos >= w.end }

// fill reads more behind what has not been looked at yet, for which the window
// may grow to most bytes. It comes back with half a line only where there is no
// room for more or the file ends: nothing can be told of one.
func (w *window) fill(most int) {
	if w.pos > 0 {
		w.offset += int64(w.pos)
		w.end = copy(w.buf, w.buf[w.pos:w.end])
		w.pos = 0
	}
	if w.end == len(w.buf) && len(w.buf) < most {
		w.buf = append(w.buf, make([]byte, min(len(w.buf), most-len(w.buf)))...)
	}
	for w.end < len(w.buf) && !w.eof {
		n, err := w.src.Read(w.buf[w.end:])
		fresh := w.buf[w.end : w.end+n]
		if w.offset < binarySniff && bytes.IndexByte(fresh, 0) >= 0 {
			w.binary = true
		}
		w.end += n
		switch {
		case errors.Is(err, io.EOF):
			w.eof = true
		case err != nil:
			w.eof = true
			w.err = err
		case bytes.IndexByte(fresh, '\n') >= 0:
			return
		}
	}
}

// skip moves the beginning of the window to buf[to], counting the lines.
func (w *window) skip(to int) {
	w.line += int64(bytes.Count(w.buf[w.pos:to], []byte{'\n'}))
	w.pos = to
}

// maxItem is more than one event takes in any document: CloudWatch takes none
// over 1 MiB, whose escapes may double it.
const maxItem = 4 << 20

// peekLine returns the line that begins n bytes behind pos, and reads more where
// it has to. The line has its newline, unless the file ends without one or the
// window holds maxItem bytes already; it is empty behind the last one. It is
// valid until the next fill.
func (w *window) peekLine(n int) []byte {
	for {
		rest := w.rest()[n:]
		if nl := bytes.IndexByte(rest, '\n'); nl >= 0 {
			return rest[:nl+1]
		}
		if w.eof || len(w.rest()) >= maxItem {
			return rest
		}
		w.fill(maxItem)
	}
}
