package logfile

import (
	"bytes"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

const (
	// maxLine is the longest line that is read whole. CloudWatch takes no
	// event over 1 MiB.
	maxLine = 1<<20 + 4<<10
	// maxRecord is more than any record takes, and the farthest that is looked
	// ahead for the end of one.
	maxRecord = 16 << 10
	// maxJoined bounds the lines that one record is joined from.
	maxJoined = 64
)

// lineReader reads text, one message a line, and lends the messages that may
// hold a platform record.
type lineReader struct {
	*window
	*lender

	inLong bool // pos is inside a line longer than maxLine
	layout layout
	forms  forms
	marked bool // the line that was looked at last has a marked prefix
	soft   bool // and begins like a report, but for the blanks
	above  timeAbove
	json   bool // a platform record of the JSON format was lent
	// brokenUntil is how many more bytes are not searched for the end of a JSON
	// object, since the search from one that began before them went through them
	// in vain.
	brokenUntil int
	// found is the carrier of the document that begins at pos, where one does.
	found *carrier
	// scratch holds a message that is not lent as it stands.
	scratch []byte
	group   []byte // the name of a function's group
	recent  recentStreams
}

func newLineReader(w *window, l *lender) *lineReader {
	return &lineReader{window: w, lender: l}
}

// run lends the events up to the end of the text, or up to the line at which
// the document of a carrier begins, which it leaves in found. The first line is
// text in any case. It reports false when the consumer wants no more.
func (r *lineReader) run() bool {
	r.found = nil
	for first := true; ; first = false {
		if !r.lines(first) {
			return false
		}
		if r.found != nil || r.done() {
			return true
		}
		r.fill(maxLine)
	}
}

// lines looks at the complete lines in the window, the first of which is text
// in any case if first is true.
func (r *lineReader) lines(first bool) bool {
	limit := r.end
	if !r.eof || r.err != nil { // half a line, or a line that has lost its end
		limit = r.pos + bytes.LastIndexByte(r.rest(), '\n') + 1
	}
	report := r.nextReport(r.pos, limit)
	for r.pos < r.end {
		if !first && !r.inLong {
			found, short := carrierOf(r.rest())
			if found != nil || short && r.mayRead(len(r.rest())) {
				r.found = found
				return true
			}
		}
		first = false
		if limit == r.pos {
			break
		}
		next := limit
		if nl := bytes.IndexByte(r.buf[r.pos:limit], '\n'); nl >= 0 {
			next = r.pos + nl + 1
		}
		line := r.buf[r.pos:next]
		hasReport := report < next
		if !hasReport && !r.mayBegin(line) && (!r.json || !r.mayHold(line)) {
			r.count(line)
			r.advance(next, 1)
			continue
		}
		end, joined, ok := r.join(line, next, hasReport)
		if !ok {
			return true // the next line decides, and is not there yet
		}
		if !r.lendText(r.buf[r.pos:end], len(line), report < end) {
			return false
		}
		r.advance(end, 1+joined)
		if report < end {
			report = r.nextReport(end, limit)
		}
	}
	switch {
	case r.eof:
		r.pos = r.end
	case r.end-r.pos >= maxLine:
		return r.piece()
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
	form := &r.forms.known[r.forms.latest]
	if r.marked = form.matches(line); !r.marked {
		return r.mayBeginOther(line)
	}
	if c := line[form.size]; isOrdinary[c] || form.ended && isDigit(c) && !hasByte(line, form.size+len("2006"), '/') {
		return false
	}
	if at := form.messageAt(line); at >= 0 {
		return r.begins(line[at:])
	}
	return r.begins(line[r.cut(line).message:])
}

// mayBeginOther is mayBegin for a line that has not the prefix of the one
// before it.
func (r *lineReader) mayBeginOther(line []byte) bool {
	if !mayHavePrefix(line) {
		return r.begins(line)
	}
	if at := r.forms.messageAt(line); at >= 0 {
		r.marked = true
		return r.begins(line[at:])
	}
	return r.begins(line[r.cut(line).message:])
}

// mayHold reports whether a line without a report keyword may have a JSON
// record glued to other text. It is asked only where the platform's lines are
// JSON: a second search of every line would cost more than it finds.
func (r *lineReader) mayHold(line []byte) bool {
	return !r.inLong && bytes.Contains(line, []byte(`"platform.`))
}

// begins is lambdalog.Begins behind a look at the first byte.
func (r *lineReader) begins(message []byte) bool {
	for i, c := range message {
		switch c {
		case ' ', '\t':
			continue
		case 'I', 'R', 'S':
			return lambdalog.Begins(message[i:]) || r.beginsSoftly(message[i:])
		case '{':
			return lambdalog.Begins(message[i:]) || opensObject(message[i:]) || isSoiled(message[i:])
		case 'C':
			return isButton(message[i:])
		}
		return false
	}
	return false
}

// opensObject reports whether the line is the first of a JSON object that
// stands on several.
func opensObject(line []byte) bool {
	for _, c := range line[1:] {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return false
		}
	}
	return true
}

// count counts a line that is lent to nobody. In a file whose messages have
// prefixes, a line without one continues the message before it.
func (r *lineReader) count(line []byte) {
	if r.inLong {
		return
	}
	if isEmpty(line) {
		r.above.skip(r.line + 1)
		return
	}
	if r.layout != timed || r.marked {
		r.coverage.Events++
	}
}

// isEmpty reports whether the line is nothing but its end.
func isEmpty(line []byte) bool { return len(line) <= 2 && len(bytes.TrimRight(line, "\r\n")) == 0 }

// join returns where the record that begins in line, whose last byte is before
// next, ends when the lines that continue it are taken with it, and how many
// these are. ok is false when more has to be read to know.
func (r *lineReader) join(line []byte, next int, hasReport bool) (end int, joined int64, ok bool) {
	if !hasReport && !r.soft {
		return r.joinOpened(line, next)
	}
	for end = next; joined < maxJoined && !beginsAnother(r.buf[end:r.end]); joined++ {
		rest, ok := r.lineAt(end)
		if !ok {
			return 0, 0, false
		}
		if joined > 0 && isEmpty(rest) { // one may stand between the fields and the X-Ray line
			after, ok := r.lineAt(end + len(rest))
			if !ok {
				return 0, 0, false
			}
			if !bytes.HasPrefix(after, []byte("XRAY ")) {
				break
			}
			end += len(rest)
			joined++
			rest = after
		}
		if !r.continues(rest, line) {
			break
		}
		end += len(rest)
	}
	return end, joined, true
}

// beginsAnother reports whether text is quickly told to continue no report: it
// begins with two capital letters, as the line that nearly always follows a
// report does (START, INIT_START, REPORT) and none that continues one but XRAY,
// or with the digit of a time.
func beginsAnother(text []byte) bool {
	return len(text) > 1 && (isDigit(text[0]) || text[0] != 'X' && isCapital(text[0]) && isCapital(text[1]))
}

func isCapital(c byte) bool { return 'A' <= c && c <= 'Z' }

// lineAt returns the line, or the rest of one, at the byte from, or nothing of
// one that is longer than any record. ok is false when more has to be read to
// know.
func (r *lineReader) lineAt(from int) (line []byte, ok bool) {
	line = r.buf[from:min(r.end, from+maxRecord)]
	if nl := bytes.IndexByte(line, '\n'); nl >= 0 {
		return line[:nl+1], true
	}
	if r.mayRead(len(line)) {
		return nil, false
	}
	if len(line) == maxRecord || !r.eof {
		return nil, true
	}
	return line, true
}

// mayRead reports whether a look ahead that has seen n bytes should wait for
// more.
func (r *lineReader) mayRead(n int) bool {
	return !r.eof && n < maxRecord && r.end-r.pos < maxLine
}

// continues reports whether line continues the report that begins in first: it
// is the X-Ray line or, where a copy has each field on a line of its own and so
// nothing but the id on the first, another field.
func (r *lineReader) continues(line, first []byte) bool {
	field, ok := r.continuesReport(line)
	if !ok {
		return false
	}
	return bytes.HasPrefix(bytes.TrimLeft(field, " \t"), []byte("XRAY")) || !bytes.Contains(first, []byte("Duration:"))
}

// joinObject is join for a JSON object that opens at the byte begin.
func (r *lineReader) joinObject(begin, next int) (end int, joined int64, ok bool) {
	if r.brokenUntil > 0 {
		return next, 0, true
	}
	window := r.buf[begin:min(r.end, begin+maxRecord)]
	n, closed := lambdalog.ObjectLen(window)
	if !closed {
		if n == len(window) && r.mayRead(n) {
			return 0, 0, false
		}
		r.brokenUntil = begin - r.pos + n
		return next, 0, true
	}
	end = begin + n
	rest, ok := r.lineAt(end)
	end += len(rest)
	return end, int64(bytes.Count(r.buf[next:end], []byte{'\n'})), ok
}

// lendText lends text, whose first line takes firstLine bytes, as an event.
func (r *lineReader) lendText(text []byte, firstLine int, hasReport bool) bool {
	e := &r.event
	e.Message, e.Line = text, r.line+1
	if r.inLong { // time and stream are those of its first piece, which was counted
		r.lent++
		return r.yield(e)
	}
	e.Time, e.Stream = logs.Time{}, r.own
	begins := lambdalog.Begins(text)
	r.marked, r.soft = false, false
	if !begins {
		p := r.cut(text[:firstLine])
		e.Message = r.clean(text[p.message:], firstLine-p.message)
		begins = lambdalog.Begins(e.Message)
		e.Time = p.time
		e.Stream = r.streamOf(text, p, begins)
	} else if len(text) > firstLine || !isOwn(text) {
		e.Message = r.clean(text, firstLine)
	}
	if r.above.isPrefixOf(e) {
		e.Time, e.Stream, r.marked = r.above.time, r.above.stream, true
		r.coverage.Events-- // the line above was counted for it
	}
	switch {
	case begins:
		r.begun()
	case !hasReport && (!r.json || !r.mayHold(text[:firstLine])):
		if !r.above.press(text, e.Line) {
			r.count(text[:firstLine])
		}
		return true
	}
	if e.Line == r.above.line && r.above.stream == nil && !e.Time.Known {
		e.Time = r.above.of(text)
	}
	return r.lend()
}

// begun keeps what the layout of a message is that begins with a record.
func (r *lineReader) begun() {
	r.layout = bare
	if r.marked {
		r.layout = timed
	}
	r.json = r.json || r.event.Message[0] == '{'
}

// piece looks at the part of an overlong line that is in the buffer. It leaves
// the end of it for the next piece, so that no record is cut in two.
func (r *lineReader) piece() bool {
	if !r.inLong {
		r.note(r.line+1, "a line longer than 1 MiB, read in pieces")
	}
	// A keyword that the look back cuts in two is too far from the end to matter.
	from := r.end - maxRecord
	from += bytes.IndexByte(r.buf[from:r.end], ' ') + 1
	end := min(r.nextReport(from, r.end), r.end-len("RESTORE_REPORT "))
	end-- // what stands before a record tells whether it is quoted
	text := r.buf[r.pos:end]
	hasReport := r.nextReport(r.pos, end) < end
	if (hasReport || !r.inLong) && !r.lendText(text, len(text), hasReport) {
		return false
	}
	r.pos = end - 1
	r.buf[r.pos] = '.' // what comes next must not look like the beginning of a line
	r.inLong = true
	return true
}
