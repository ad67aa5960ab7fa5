package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"syscall"

	"github.com/klauspost/compress/zstd"

	"github.com/coldstats/coldstats/pkg/logs"
)

// What was logged is nobody else's business.
const (
	fileMode   = 0o600
	folderMode = 0o700
)

// windowSize is how far zstd looks back, and what each cell that is being
// written or read costs in memory, a few times over.
const windowSize = 1 << 20

// batch is how many bytes of lines are handed to zstd at once.
const batch = 32 << 10

// Writer writes one cell. Nothing of it is seen before Commit. After an error
// Commit fails with it too.
type Writer struct {
	cell  Cell
	owner []byte // see ownerOf
	group string

	root      *os.Root
	name      string // of the cell in root
	path      string // of the cell, for errors
	temporary string // of the file in root, until it is renamed
	file      *os.File
	out       summer
	zip       *zstd.Encoder

	lines  []byte // not yet handed to zip
	framed bool   // a frame is open: zip holds lines that were handed to it
	last   int64  // time of the last event
	events uint64
	err    error // the first
}

// Create begins to write a cell, which may be kept already. The caller sees to
// it that no event can arrive in the cell's time any more. It calls Commit or
// Abort in the end.
func (a *Archive) Create(cell Cell) (*Writer, error) {
	name, err := cell.path()
	if err != nil {
		return nil, fmt.Errorf("writing an archive cell: %w", err)
	}
	parts, err := cell.Group.split()
	if err != nil {
		return nil, fmt.Errorf("writing an archive cell: %w", err)
	}
	w := &Writer{cell: cell, owner: ownerOf(parts), group: parts.name, name: name, path: a.absolute(name), last: cell.Start}
	if err := os.MkdirAll(a.dir, folderMode); err != nil {
		return nil, w.explain(err)
	}
	if w.root, err = os.OpenRoot(a.dir); err != nil {
		return nil, w.explain(err)
	}
	if err := w.begin(); err != nil {
		_ = w.root.Close()
		return nil, w.explain(err)
	}
	w.zip, err = zstd.NewWriter(&w.out,
		zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithWindowSize(windowSize),
		zstd.WithLowerEncoderMem(true),
		zstd.WithZeroFrames(true)) // a cell without events is a file of zstd too
	if err != nil {
		w.Abort()
		return nil, w.explain(err)
	}
	return w, nil
}

// begin makes the temporary file, in the folder of the cell.
func (w *Writer) begin() error {
	folder := path.Dir(w.name)
	for tries := 0; ; tries++ {
		err := w.root.MkdirAll(folder, folderMode)
		if err == nil {
			w.temporary = temporaryName(w.name)
			w.file, err = w.root.OpenFile(w.temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
		}
		// Another program may just have dropped the folder, which was empty.
		if err == nil || !errors.Is(err, fs.ErrNotExist) || tries == 3 {
			w.out.to = w.file
			if err == nil {
				sweep(w.root, folder)
			}
			return err
		}
	}
}

// Add adds an event of the cell's group. Events come in time order. The event
// is not kept.
func (w *Writer) Add(e *logs.Event) error {
	if w.err != nil {
		return w.err
	}
	switch {
	case e.Stream.Group != w.group:
		return w.fail(fmt.Errorf("an event of the log group %q is not one of it", e.Stream.Group))
	case !e.Time.Known || e.Time.Millis < w.cell.Start || w.cell.End <= e.Time.Millis:
		return w.fail(fmt.Errorf("an event at %q lies outside it", e.Time))
	case e.Time.Millis < w.last:
		return w.fail(fmt.Errorf("an event at %s comes after one at %s", e.Time, logs.At(w.last)))
	}
	w.last = e.Time.Millis
	w.events++
	w.lines = appendLine(w.lines, e.Time.Millis, w.owner, e.Stream.Name, e.Message)
	if len(w.lines) < batch {
		return nil
	}
	return w.flush()
}

// flush hands the lines to zstd.
func (w *Writer) flush() error {
	w.framed = w.framed || len(w.lines) > 0
	_, err := w.zip.Write(w.lines)
	w.lines = w.lines[:0]
	return w.fail(err)
}

// Commit finishes the cell, makes it durable and lets it be seen. Where another
// program has committed the same cell meanwhile, one of the two is kept: they
// hold the same. After an error nothing is kept.
func (w *Writer) Commit() error {
	defer w.Abort()
	if w.file == nil {
		return w.fail(errors.New("it was committed or given up already"))
	}
	if w.err != nil {
		return w.err
	}
	if err := w.flush(); err != nil {
		return err
	}
	if err := w.fail(w.zip.Close()); err != nil {
		return err
	}
	if _, err := w.out.Write(trailerOf(w.cell, w.events, w.out.crc).frame()); err != nil {
		return w.fail(err)
	}
	if err := w.fail(w.file.Sync()); err != nil {
		return err
	}
	err := w.file.Close()
	w.file = nil
	if err != nil {
		_ = w.root.Remove(w.temporary) // the error that matters is the first
		return w.fail(err)
	}
	if err := w.root.Rename(w.temporary, w.name); err != nil {
		_ = w.root.Remove(w.temporary)
		// Some systems replace no file that another program is reading.
		if info, missing := w.root.Lstat(w.name); missing != nil || !info.Mode().IsRegular() {
			return w.fail(err)
		}
	}
	syncFolder(w.root, path.Dir(w.name))
	return nil
}

// Abort gives the cell up, if it was not committed.
func (w *Writer) Abort() {
	if w.file != nil {
		_ = w.file.Close() // it goes
		_ = w.root.Remove(w.temporary)
		w.file = nil
	}
	_ = w.root.Close() // a second time it does nothing
}

// fail keeps the first error.
func (w *Writer) fail(err error) error {
	if w.err == nil && err != nil {
		w.err = w.explain(err)
	}
	return w.err
}

// explain says what failed and what helps.
func (w *Writer) explain(err error) error {
	hint := ""
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		hint = " (the disk is full: free some space, drop what is kept with fetch --forget, or keep nothing with --no-archive)"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		hint = " (choose another folder with --archive or COLDSTATS_ARCHIVE, or keep nothing with --no-archive)"
	}
	return fmt.Errorf("writing the archive cell %s: %w%s", w.path, err, hint)
}
