// Package logfile reads saved Lambda logs (files, folders and standard input)
// as a stream of logs.Event, without being told what they are: compression and
// line prefixes are recognised by content.
//
// It yields the events that may hold a platform record, and only counts the
// others: a log is mostly what functions print, and none of that is wanted. It
// does not say what a record is; that is lambdalog's matter.
package logfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"

	"github.com/klauspost/compress/zstd"

	"github.com/coldstats/coldstats/pkg/logs"
)

// Reader reads one input: a file, a folder or standard input.
type Reader struct {
	// MaxExpansion is how many times its stored size a file may unpack to; 0 is
	// no limit. It is DefaultMaxExpansion unless it is set before reading.
	MaxExpansion uint

	files    []string
	folder   string // whose files these are, or empty
	leaves   int    // files to read: those of the folder and, for an archive, its members
	idle     int    // leaves, of several, without a platform line
	stdin    io.Reader
	buffer   []byte // of the window, for the next file
	streams  logs.Streams
	coverage logs.Coverage
	scope    logs.Scope
}

// Open returns a Reader of the file or folder at path. A folder is read
// recursively, in name order, without what is hidden by a dot. The error says
// why path cannot be read; nothing has been read yet.
func Open(path string) (*Reader, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, reason(path, err)
	}
	r := &Reader{MaxExpansion: DefaultMaxExpansion}
	if info.IsDir() {
		return r, r.walk(path)
	}
	r.files = []string{path}
	if !info.Mode().IsRegular() {
		return r, nil // a pipe can be opened only once
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, reason(path, err)
	}
	return r, f.Close()
}

// FromStdin returns a Reader of stdin.
func FromStdin(stdin io.Reader) *Reader {
	return &Reader{MaxExpansion: DefaultMaxExpansion, stdin: stdin}
}

// Stdin is the name that an event read from standard input has as its Source.
const Stdin = "-"

// Files returns how many files the input has.
func (r *Reader) Files() int { return len(r.files) }

// Events returns the events that may hold a platform record, in the order in
// which they stand. An event is lent until the next step. What cannot be read
// becomes a gap in the Coverage, and reading goes on behind it.
func (r *Reader) Events() iter.Seq2[*logs.Event, error] {
	return func(yield func(*logs.Event, error) bool) {
		lend := func(e *logs.Event) bool { return yield(e, nil) }
		if r.stdin != nil {
			r.leaves = 1
			if r.readInput(&file{name: Stdin, src: &countingReader{src: r.stdin}}, lend) {
				r.noteIdle(Stdin)
			}
			return
		}
		r.leaves = len(r.files)
		for _, name := range r.files {
			if !r.readFile(name, lend) {
				return
			}
		}
		switch {
		case r.folder != "":
			r.noteIdle(r.folder)
		case len(r.files) > 0:
			r.noteIdle(r.files[0])
		}
	}
}

// Coverage returns what was reached. It is final once Events has come to its
// end.
func (r *Reader) Coverage() logs.Coverage { return r.coverage }

// Scope returns what the event that was lent last was asked for, where its file
// says so.
func (r *Reader) Scope() logs.Scope { return r.scope }

// readFile reads the file called name. It reports false when the consumer wants
// no more.
func (r *Reader) readFile(name string, yield func(*logs.Event) bool) bool {
	src, err := os.Open(name)
	if err != nil {
		r.gap(name, pathReason(err))
		return true
	}
	defer src.Close()
	f := &file{name: name, src: &countingReader{src: src}, stream: streamOfPath(name)}
	if info, err := src.Stat(); err == nil && info.Mode().IsRegular() {
		f.whole, f.size = src, info.Size()
	}
	return r.readInput(f, yield)
}

// readInput reads a file that is none of an archive. It reports false when the
// consumer wants no more.
func (r *Reader) readInput(f *file, yield func(*logs.Event) bool) bool {
	f.expansion = &expansion{name: f.name, src: f.src, size: uint64(f.size), times: r.MaxExpansion}
	more := r.read(f, yield)
	r.coverage.Bytes += f.src.n
	return more
}

// read reads one file, or all that it holds if it is an archive, to its end. It
// reports false when the consumer wants no more.
func (r *Reader) read(f *file, yield func(*logs.Event) bool) bool {
	plain, err := unpack(f)
	if err != nil {
		r.gap(f.name, err.Error())
		return true
	}
	defer plain.close()
	if plain.archive {
		return r.readArchive(f, plain, yield)
	}
	r.scope = logs.Scope{}
	w := newWindow(plain, r.buffer)
	l := &lender{
		name:     f.name,
		streams:  &r.streams,
		own:      r.streams.Unnamed(),
		coverage: &r.coverage,
		scope:    &r.scope,
		yield:    yield,
	}
	if f.stream != "" {
		l.own = r.streams.Named([]byte(f.stream))
	}
	l.event.Source = f.name
	more := readWindow(w, l)
	r.buffer = w.buf[:bufferSize] // it may have grown
	switch {
	case !more:
		return false
	case w.err != nil:
		r.broken(f, plain, w.err)
	case l.cut:
		r.gap(f.name, fmt.Sprintf("the document ends in its middle at byte %d; the complete events before it are counted", w.at()))
	case (r.folder != "" || f.member) && l.lent == 0:
		r.idle++ // a note of each would be too many
	case f.src.n == 0:
		r.note(f.name, "is empty")
	case l.lent == 0 && w.binary:
		r.note(f.name, "has no platform line and looks like a binary file")
	}
	return true
}

// readWindow reads one file, unpacked: text as lines, and the documents of the
// carriers that stand before, between or behind it. It reports false when the
// consumer wants no more.
func readWindow(w *window, l *lender) bool {
	w.fill(maxLine)
	lines := newLineReader(w, l)
	found, short := carrierOf(w.rest())
	for short && !w.eof && len(w.rest()) < sniffSize {
		w.fill(maxLine)
		found, short = carrierOf(w.rest())
	}
	for !w.done() {
		if found != nil {
			at := w.at()
			if !found.read(w, l) {
				return false
			}
			if w.at() > at {
				found, _ = carrierOf(w.rest())
				continue
			}
		}
		if !lines.run() {
			return false
		}
		found = lines.found
	}
	return true
}

// broken says why the content of f could not be read to its end.
func (r *Reader) broken(f *file, plain *unpacked, err error) {
	const counted = "what came before it is counted"
	if limit, ok := errors.AsType[expansionError](err); ok {
		r.gap(limit.name, limit.Error())
		return
	}
	if spooling, ok := errors.AsType[spoolError](err); ok {
		r.gap(f.name, spooling.Error())
		return
	}
	if errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		r.gap(f.name, fmt.Sprintf("zstd data near byte %d is damaged or needs more than %d MiB of memory to unpack (zstd --long); %s",
			f.src.n, maxZstdWindow>>20, counted))
		return
	}
	r.gap(f.name, fmt.Sprintf("%s data ends or is damaged near byte %d (%v); %s", plain.format, f.src.n, err, counted))
}

func (r *Reader) gap(source, reason string) {
	r.coverage.Gaps = append(r.coverage.Gaps, logs.Gap{Source: source, Reason: reason})
}

func (r *Reader) note(source, text string) {
	r.coverage.Notes = append(r.coverage.Notes, source+" "+text)
}

// reason words why path cannot be read.
func reason(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: no such file or folder", path)
	}
	return fmt.Errorf("%s: %s", path, pathReason(err))
}

// pathReason is the error without the call and the path that os puts before it.
func pathReason(err error) string {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err.Error()
	}
	return err.Error()
}
