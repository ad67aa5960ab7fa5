// Package logfile reads saved Lambda logs (files, folders and standard input)
// as a stream of logs.Event, without being told what they are: compression and
// line prefixes are recognised by content.
//
// It yields the events that may hold a platform record, and only counts the
// others: a log is mostly what functions print, and none of that is wanted. It
// does not say what a record is; that is lambdalog's matter.
package logfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/coldstats/coldstats/pkg/logs"
)

// Reader reads one input: a file, a folder or standard input.
type Reader struct {
	files    []string
	folder   string // whose files these are, or empty
	idle     int    // files of the folder without a platform line
	stdin    io.Reader
	streams  logs.Streams
	coverage logs.Coverage
}

// Open returns a Reader of the file or folder at path. A folder is read
// recursively, in name order, without what is hidden by a dot. The error says why path cannot be read; nothing
// has been read yet.
func Open(path string) (*Reader, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, reason(path, err)
	}
	if !info.IsDir() {
		r := &Reader{files: []string{path}}
		if !info.Mode().IsRegular() {
			return r, nil // a pipe can be opened only once
		}
		f, err := os.Open(path)
		if err != nil {
			return nil, reason(path, err)
		}
		return r, f.Close()
	}
	r := &Reader{folder: path}
	// The separator makes WalkDir follow a link that is the input itself.
	root := path + string(filepath.Separator)
	err = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if name != root && strings.HasPrefix(filepath.Base(name), ".") {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		mode := fs.ModeIrregular
		if err == nil {
			mode, err = fileMode(name, entry)
		}
		if err != nil {
			r.gap(name, pathReason(err))
		} else if mode.IsRegular() {
			r.files = append(r.files, name)
		}
		return nil
	})
	return r, err
}

// FromStdin returns a Reader of stdin.
func FromStdin(stdin io.Reader) *Reader { return &Reader{stdin: stdin} }

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
			r.read(Stdin, r.stdin, lend)
			return
		}
		for _, name := range r.files {
			f, err := os.Open(name)
			if err != nil {
				r.gap(name, pathReason(err))
				continue
			}
			more := r.read(name, f, lend)
			f.Close() //nolint:errcheck // it was only read
			if !more {
				return
			}
		}
		switch {
		case r.idle == 1:
			r.note(r.folder+":", fmt.Sprintf("1 of %d files has no platform line", len(r.files)))
		case r.idle > 1:
			r.note(r.folder+":", fmt.Sprintf("%d of %d files have no platform line", r.idle, len(r.files)))
		}
	}
}

// Coverage returns what was reached. It is final once Events has come to its
// end.
func (r *Reader) Coverage() logs.Coverage { return r.coverage }

// read reads one file to its end. It reports false when the consumer wants no
// more.
func (r *Reader) read(name string, src io.Reader, yield func(*logs.Event) bool) bool {
	stored := &countingReader{src: src}
	plain, err := unpack(bufio.NewReaderSize(stored, sniffSize))
	if err != nil {
		r.coverage.Bytes += stored.n
		r.gap(name, err.Error())
		return true
	}
	defer plain.close()
	lines := &lineReader{
		src:      plain,
		name:     name,
		streams:  &r.streams,
		own:      r.ownStream(name),
		coverage: &r.coverage,
	}
	more := lines.run(yield)
	r.coverage.Bytes += stored.n
	switch {
	case !more:
		return false
	case lines.err != nil:
		r.gap(name, fmt.Sprintf("%s data ends or is damaged near byte %d (%v); what came before it is counted",
			plain.format, stored.n, lines.err))
	case r.folder != "" && lines.lent == 0:
		r.idle++ // a note of each would be too many
	case stored.n == 0:
		r.note(name, "is empty")
	case lines.lent == 0 && lines.binary:
		r.note(name, "has no platform line and looks like a binary file")
	}
	return true
}

// ownStream returns the stream of the events in a file that name none: the one
// that an S3 export has in the object's key, or an unnamed one.
func (r *Reader) ownStream(name string) *logs.Stream {
	if r.stdin == nil {
		if path, err := filepath.Abs(name); err == nil {
			name = path
		}
		if stream := streamOfKey(name); stream != "" {
			return r.streams.Named([]byte(stream))
		}
	}
	return r.streams.Unnamed()
}

// streamOfKey returns the log stream in the key of an object that CloudWatch
// exported to S3, prefix/task/stream/000000.gz, where the slashes of the
// stream's name have become dashes.
func streamOfKey(name string) string {
	folder := filepath.Base(filepath.Dir(name))
	if len(folder) < 11 || folder[4] != '-' || folder[7] != '-' || folder[10] != '-' || !strings.Contains(folder, "[") {
		return ""
	}
	stream := folder[:4] + "/" + folder[5:7] + "/" + folder[8:10] + "/" + folder[11:]
	if _, version, _ := logs.SplitStreamName(stream); version == "" {
		return ""
	}
	return stream
}

func (r *Reader) gap(source, reason string) {
	r.coverage.Gaps = append(r.coverage.Gaps, logs.Gap{Source: source, Reason: reason})
}

func (r *Reader) note(source, text string) {
	r.coverage.Notes = append(r.coverage.Notes, source+" "+text)
}

// fileMode returns what entry is or, where it is a symbolic link, what it leads
// to. Links to folders are not followed: they may lead in circles.
func fileMode(name string, entry fs.DirEntry) (fs.FileMode, error) {
	if entry.Type()&fs.ModeSymlink == 0 {
		return entry.Type(), nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return 0, err
	}
	return info.Mode(), nil
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

type countingReader struct {
	src io.Reader
	n   uint64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.src.Read(p)
	c.n += uint64(n)
	return n, err
}
