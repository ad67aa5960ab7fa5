package logfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

const (
	// bufferSize is how much is read at once: large enough that a read costs
	// nothing, small enough to stay in the processor's cache.
	bufferSize = 256 << 10
	// maxLine is the longest line that is read whole. CloudWatch takes no
	// event over 1 MiB.
	maxLine = 1<<20 + 4<<10
	// maxRecord is more than any record takes, and the farthest that is looked
	// ahead for the end of one.
	maxRecord = 16 << 10
	// maxJoined bounds the lines that one record is joined from.
	maxJoined = 64
	// maxNotes bounds what is said about the lines of one file.
	maxNotes = 5
)

// lineReader reads text, one message a line, and lends the messages that may
// hold a platform record.
type lineReader struct {
	src      io.Reader
	name     string
	streams  *logs.Streams
	own      *logs.Stream // of messages that name no stream
	coverage *logs.Coverage

	buf      []byte
	pos, end int // buf[pos:end] is read and not yet looked at
	eof      bool
	err      error // why src ended early

	line    int64 // lines before pos
	inLong  bool  // pos is inside a line longer than maxLine
	layout  layout
	timeLen int // of a timed layout
	binary  bool
	lent    int // events lent
	notes   int
	// brokenUntil is how many more bytes are not searched for the end of a JSON
	// object, since one that began before them has none.
	brokenUntil int

	event logs.Event
}

// run lends the events up to the end of the text. It reports false when the
// consumer wants no more.
func (r *lineReader) run(yield func(*logs.Event) bool) bool {
	r.buf = make([]byte, bufferSize)
	r.event.Source = r.name
	r.fill()
	r.binary = bytes.IndexByte(r.buf[:min(r.end, 8<<10)], 0) >= 0
	for {
		if !r.lines(yield) {
			return false
		}
		if r.eof && r.pos >= r.end {
			return true
		}
		r.fill()
	}
}

// fill reads more behind what has not been looked at yet.
func (r *lineReader) fill() {
	if r.pos > 0 {
		r.end = copy(r.buf, r.buf[r.pos:r.end])
		r.pos = 0
	}
	if r.end == len(r.buf) && len(r.buf) < maxLine {
		r.buf = append(r.buf, make([]byte, min(len(r.buf), maxLine-len(r.buf)))...)
	}
	for r.end < len(r.buf) && !r.eof {
		n, err := r.src.Read(r.buf[r.end:])
		r.end += n
		switch {
		case errors.Is(err, io.EOF):
			r.eof = true
		case err != nil:
			r.eof = true
			r.err = err
			// What stands behind the last newline has lost its end.
			r.end = r.pos + bytes.LastIndexByte(r.buf[r.pos:r.end], '\n') + 1
		case n > 0:
			return
		}
	}
}

// lines looks at the complete lines in the buffer.
func (r *lineReader) lines(yield func(*logs.Event) bool) bool {
	limit := r.pos + bytes.LastIndexByte(r.buf[r.pos:r.end], '\n') + 1
	if r.eof {
		limit = r.end
	}
	if limit == r.pos {
		if r.end-r.pos < maxLine {
			return true
		}
		return r.piece(yield)
	}
	report := r.nextReport(r.pos, limit)
	for r.pos < limit {
		next := limit
		if nl := bytes.IndexByte(r.buf[r.pos:limit], '\n'); nl >= 0 {
			next = r.pos + nl + 1
		}
		line := r.buf[r.pos:next]
		hasReport := report < next
		if !hasReport && !r.mayBegin(line) {
			r.count(line)
			r.advance(next, 1)
			continue
		}
		end, joined, ok := r.join(line, next, hasReport)
		if !ok {
			return true // the next line decides, and is not there yet
		}
		if !r.lend(r.buf[r.pos:end], len(line), hasReport, yield) {
			return false
		}
		r.advance(end, 1+joined)
		if report < end {
			report = r.nextReport(end, limit)
		}
	}
	return true
}

// nextReport returns where the next report keyword in buf[from:limit] is, or
// limit.
func (r *lineReader) nextReport(from, limit int) int {
	if from >= limit {
		return limit
	}
	if at := lambdalog.IndexReport(r.buf[from:limit]); at >= 0 {
		return from + at
	}
	return limit
}

func (r *lineReader) advance(to int, lines int64) {
	r.brokenUntil -= to - r.pos
	r.pos = to
	r.line += lines
	r.inLong = false
}

// mayBegin reports whether a line without a report keyword may begin another
// platform record. It is the question asked of every line.
func (r *lineReader) mayBegin(line []byte) bool {
	if r.inLong {
		return false
	}
	switch r.layout {
	case bare:
		return begins(line)
	case timed:
		if at := messageAt(line, r.timeLen); at >= 0 {
			return begins(line[at:])
		}
	}
	if begins(line) {
		return true
	}
	if !isDigit(line[0]) {
		return false
	}
	p, ok := cutPrefix(line)
	return ok && begins(line[p.message:])
}

// begins is lambdalog.Begins behind a look at the first byte.
func begins(message []byte) bool {
	if len(message) == 0 {
		return false
	}
	switch message[0] {
	case 'I', 'R', 'S':
		return lambdalog.Begins(message)
	case '{':
		return lambdalog.Begins(message) || opensObject(message)
	}
	return false
}

// opensObject reports whether the line is the first of a JSON object that
// stands on several.
func opensObject(line []byte) bool {
	line = bytes.TrimRight(line, " \t\r\n")
	return len(line) == 1
}

// count counts a line that is lent to nobody. In a file whose messages have
// prefixes, a line without one continues the message before it.
func (r *lineReader) count(line []byte) {
	if r.inLong || len(line) <= 2 && len(bytes.TrimRight(line, "\r\n")) == 0 {
		return
	}
	if r.layout == timed && messageAt(line, r.timeLen) < 0 {
		return
	}
	r.coverage.Events++
}

// join returns where the record that begins in line, whose last byte is before
// next, ends when the lines that continue it are taken with it, and how many
// these are. ok is false when more has to be read to know.
func (r *lineReader) join(line []byte, next int, hasReport bool) (end int, joined int64, ok bool) {
	if !hasReport {
		if at := bytes.IndexByte(line, '{'); at >= 0 && opensObject(line[at:]) {
			return r.joinObject(r.pos+at, next)
		}
		return next, 0, true
	}
	// A copy with a field on each line has nothing on the first but the id.
	fields := !bytes.Contains(line, []byte("Duration:"))
	for end = next; joined < maxJoined; joined++ {
		rest := r.buf[end:r.end]
		if nl := bytes.IndexByte(rest, '\n'); nl >= 0 {
			rest = rest[:nl+1]
		} else if r.mayRead(len(rest)) {
			return 0, 0, false
		}
		if !continues(rest, fields) {
			break
		}
		end += len(rest)
	}
	return end, joined, true
}

// mayRead reports whether a look ahead that has seen n bytes should wait for
// more.
func (r *lineReader) mayRead(n int) bool {
	return !r.eof && n < maxRecord && r.end-r.pos < maxLine
}

// continues reports whether line continues the report before it: it is the
// X-Ray line or, where fields are awaited, another field.
func continues(line []byte, fields bool) bool {
	line = bytes.TrimLeft(line, " \t")
	if len(line) == 0 || line[0] != 'X' && !fields {
		return false
	}
	return lambdalog.Continues(line)
}

// joinObject is join for a JSON object that opens at the byte begin.
func (r *lineReader) joinObject(begin, next int) (end int, joined int64, ok bool) {
	if r.brokenUntil > 0 {
		return next, 0, true
	}
	window := r.buf[begin:min(r.end, begin+maxRecord)]
	n, closed := lambdalog.ObjectLen(window)
	if !closed {
		if r.mayRead(len(window)) {
			return 0, 0, false
		}
		r.brokenUntil = len(window)
		return next, 0, true
	}
	end = begin + n
	if nl := bytes.IndexByte(r.buf[end:r.end], '\n'); nl >= 0 {
		end += nl + 1
	} else {
		end = r.end
	}
	return end, int64(bytes.Count(r.buf[next:end], []byte{'\n'})), true
}

// lend yields text, whose first line takes firstLine bytes, as an event.
func (r *lineReader) lend(text []byte, firstLine int, hasReport bool, yield func(*logs.Event) bool) bool {
	e := &r.event
	e.Message, e.Time, e.Stream, e.Line = text, logs.Time{}, r.own, r.line+1
	switch {
	case r.inLong:
	case lambdalog.Begins(text):
		r.layout = bare
	default:
		p, ok := cutPrefix(text[:firstLine])
		if ok {
			e.Message, e.Time = text[p.message:], p.time
			if len(p.stream) > 0 {
				e.Stream = r.streams.Named(p.stream)
			}
		}
		if ok && lambdalog.Begins(e.Message) {
			r.layout, r.timeLen = timed, p.timeLen
		} else if !hasReport {
			r.count(text[:firstLine])
			return true
		}
	}
	if !r.inLong {
		r.coverage.Events++
	}
	r.lent++
	return yield(e)
}

// piece looks at the part of an overlong line that is in the buffer. It leaves
// the end of it for the next piece, so that no record is cut in two.
func (r *lineReader) piece(yield func(*logs.Event) bool) bool {
	if !r.inLong {
		r.note("a line longer than 1 MiB, read in pieces")
	}
	end := r.end - len("RESTORE_REPORT ")
	if at := r.nextReport(r.end-maxRecord, r.end); at < end {
		end = at - 1 // what stands before a record tells whether it is quoted
	}
	hasReport := r.nextReport(r.pos, end) < end
	if hasReport {
		text := r.buf[r.pos:end]
		if !r.lend(text, len(text), true, yield) {
			return false
		}
	} else if !r.inLong {
		r.coverage.Events++
	}
	r.pos = end
	r.inLong = true
	return true
}

func (r *lineReader) note(text string) {
	if r.notes++; r.notes <= maxNotes {
		r.coverage.Notes = append(r.coverage.Notes, fmt.Sprintf("%s:%d: %s", r.name, r.line+1, text))
	}
}
