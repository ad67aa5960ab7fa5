package archive

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"iter"
	"os"

	"github.com/klauspost/compress/zstd"

	"github.com/coldstats/coldstats/pkg/logs"
)

// bufferSize is how much is unpacked at once: large enough that a call costs
// nothing, small enough to stay in the processor's cache.
const bufferSize = 64 << 10

// Read returns the events of a cell in time order. The event and its message
// are borrowed until the next step. Source is the group's ARN, and Line is 0.
// Streams are interned in streams, which knows no regions: the stream's Region
// is empty.
//
// An error ends the events. It is a *DamagedError where the file is not what was
// written for this cell. The whole file is checked first, so that the error
// comes before the first event, unless the disk fails or a wrong content was
// written with a right checksum. It wraps fs.ErrNotExist where the cell is not
// kept (any more).
func (a *Archive) Read(cell Cell, streams *logs.Streams) iter.Seq2[*logs.Event, error] {
	return func(yield func(*logs.Event, error) bool) {
		r, err := a.open(cell, streams)
		if err != nil {
			yield(nil, err)
			return
		}
		defer r.close()
		more, err := r.run(func(e *logs.Event) bool { return yield(e, nil) })
		if more && err != nil {
			yield(nil, err)
		}
	}
}

// reader reads one cell.
type reader struct {
	path           string
	file           *os.File
	zip            *zstd.Decoder
	owner          []byte // see ownerOf
	account, group []byte
	streams        *logs.Streams

	span   Span
	event  logs.Event
	events uint64 // lent
	count  uint64 // of all events, as the trailer says
}

// open returns a reader of a cell whose file is whole.
func (a *Archive) open(cell Cell, streams *logs.Streams) (*reader, error) {
	name, err := cell.path()
	if err != nil {
		return nil, fmt.Errorf("reading an archive cell: %w", err)
	}
	parts, err := cell.Group.split()
	if err != nil {
		return nil, fmt.Errorf("reading an archive cell: %w", err)
	}
	root, err := os.OpenRoot(a.dir)
	if err != nil {
		return nil, fmt.Errorf("reading the archive: %w", err)
	}
	defer root.Close()
	path := a.absolute(name)
	file, err := root.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading the archive cell %s: %w", path, err)
	}
	count, err := verify(file, path, cell)
	if err != nil {
		_ = file.Close() // it was only read
		return nil, err
	}
	// One goroutine and little memory: the machine is shared.
	zip, err := zstd.NewReader(file,
		zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(windowSize))
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("reading the archive cell %s: %w", path, err)
	}
	return &reader{
		path: path, file: file, zip: zip,
		owner: ownerOf(parts), account: []byte(parts.account), group: []byte(parts.name),
		streams: streams, span: Span{cell.Start, cell.End}, event: logs.Event{Source: cell.Group.ARN}, count: count,
	}, nil
}

func (r *reader) close() {
	r.zip.Close()
	_ = r.file.Close() // it was only read
}

// verify reads a cell's file through, compares it with its trailer and returns
// its number of events. The file is left at its beginning.
func verify(file *os.File, path string, cell Cell) (events uint64, err error) {
	info, err := file.Stat()
	if err != nil {
		return 0, fmt.Errorf("reading the archive cell %s: %w", path, err)
	}
	if !info.Mode().IsRegular() {
		return 0, &DamagedError{path, "it is no regular file"}
	}
	t, size, ok, err := readTrailer(file, info.Size())
	if err != nil {
		return 0, fmt.Errorf("reading the archive cell %s: %w", path, err)
	}
	if !ok {
		return 0, &DamagedError{path, "its end is cut off or damaged, or it is another kind of file"}
	}
	if t != trailerOf(cell, t.Events, t.Sum) {
		return 0, &DamagedError{path, "it holds another cell than its name says, or is of another version of coldstats"}
	}
	sum := crc32.New(castagnoli)
	if _, err := io.CopyBuffer(sum, io.NewSectionReader(file, 0, size), make([]byte, bufferSize)); err != nil {
		return 0, fmt.Errorf("reading the archive cell %s: %w", path, err)
	}
	if sum.Sum32() != t.Sum {
		return 0, &DamagedError{path, "its checksum is wrong"}
	}
	return t.Events, nil
}

// run lends the events. It reports false when the consumer wants no more.
func (r *reader) run(yield func(*logs.Event) bool) (more bool, err error) {
	buf := make([]byte, bufferSize)
	pos, end := 0, 0 // buf[pos:end] is not looked at yet
	for eof := false; !eof; {
		if pos > 0 {
			end = copy(buf, buf[pos:end])
			pos = 0
		}
		if end == len(buf) { // a long line
			buf = append(buf, make([]byte, len(buf))...)
		}
		n, err := r.zip.Read(buf[end:])
		end += n
		switch {
		case errors.Is(err, io.EOF):
			eof = true
		case err != nil:
			return true, r.damaged(err.Error())
		}
		for {
			length := bytes.IndexByte(buf[pos:end], '\n')
			if length < 0 {
				break
			}
			line := buf[pos : pos+length]
			pos += length + 1
			if err := r.parse(line); err != nil {
				return true, err
			}
			if !yield(&r.event) {
				return false, nil
			}
		}
	}
	if pos < end || r.events != r.count {
		return true, r.damaged(fmt.Sprintf("it holds %d events and not %d", r.events, r.count))
	}
	return true, nil
}

// parse makes the next event of a line.
func (r *reader) parse(line []byte) error {
	millis, stream, message, ok := parseLine(line, r.owner)
	if !ok || millis < r.span.Start || r.span.End <= millis {
		return r.damaged(fmt.Sprintf("its line %d is not an event of this cell", r.events+1))
	}
	r.events++
	e := &r.event
	e.Time, e.Message, e.Stream = logs.At(millis), message, r.streams.Of(r.account, r.group, stream)
	return nil
}

func (r *reader) damaged(reason string) error { return &DamagedError{r.path, reason} }
