package logfile

import (
	"bytes"
	"errors"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// timeAbove is a time on a line of its own, which is that of the message on the
// next, as the CloudWatch console's pages are copied: with the label of a button
// and, in its tooltip, the message again.
//
//	2022-02-14T12:06:42.179+01:00
//	REPORT RequestId: …
//	Copy
//	REPORT RequestId: …
//
// Both copies get the time, so that they are told to be one event.
type timeAbove struct {
	time logs.Time
	// line is the line that the time is of, and button the one that may hold the
	// button.
	line, button int64
	// stream is that of the object on the next line, where the prefix of an
	// object stands above it, as aws logs tail --format json prints.
	stream *logs.Stream
}

// read takes a line that holds nothing but a time, in the form that the console
// has: a number or another date may be anything.
func (a *timeAbove) read(line []byte, p *prefix, number int64) {
	if p.time.Known && hasByte(p.clock.of(line), len("2006-01-02"), 'T') && len(bytes.TrimRight(line[p.message:], "\r\n")) == 0 {
		*a = timeAbove{time: p.time, line: number + 1}
	}
}

// readPrefix takes a line that holds nothing but a time and a stream. It is
// counted as an event, since its message may as well be empty.
func (a *timeAbove) readPrefix(t logs.Time, stream *logs.Stream, number int64) {
	*a = timeAbove{time: t, line: number + 1, stream: stream}
}

// isPrefixOf reports whether the line above held the prefix of the event, which
// has none of its own.
func (a *timeAbove) isPrefixOf(e *logs.Event) bool {
	return a.stream != nil && a.line == e.Line && !e.Time.Known && hasByte(bytes.TrimLeft(e.Message, " \t"), 0, '{')
}

// skip passes over a blank line.
func (a *timeAbove) skip(number int64) {
	switch number {
	case a.line:
		a.line++
	case a.button:
		a.button++
	}
}

// of returns the time of the message that begins on the line that it is of.
func (a *timeAbove) of(text []byte) logs.Time {
	lines := bytes.Count(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")) + 1
	a.button = a.line + int64(lines)
	return a.time
}

// press takes the line of the button. It reports false for another line.
func (a *timeAbove) press(line []byte, number int64) bool {
	if number != a.button || !isButton(line) {
		return false
	}
	a.line = number + 1
	return true
}

// isButton reports whether the line is the label of the console's button.
func isButton(line []byte) bool { return string(bytes.TrimSpace(line)) == "Copy" }

// undress returns where a line that continues a message goes on behind what
// each line of it has in front: ornaments and the name of a service.
func undress(line []byte) int {
	i := skipOrnaments(line, 0)
	if i < len(line) && isLetter(line[i]) {
		if n := serviceLen(line[i:]); n > 0 {
			i = skipOrnaments(line, i+n)
		}
	}
	return i
}

// clean returns the message with nothing between its fields but what lambdalog
// reads, and without what stands before the lines that continue it; first is the
// length of the first one. It is the message itself in nearly all cases, also
// where a near miss is to be shown as it stands, or else lent until the next
// call.
func (r *lineReader) clean(message []byte, first int) []byte {
	soiled := isSoiled(message)
	if !soiled && (first == len(message) || isBare(message[first:])) {
		return message
	}
	appendTo := appendClean
	switch {
	case !soiled:
		appendTo = func(b, line []byte) []byte { return append(b, line...) }
	case message[0] == '{' && message[1] != '&':
		appendTo = appendCleanObject
	}
	r.scratch = appendTo(r.scratch[:0], message[:first])
	for line := range bytes.Lines(message[first:]) {
		r.scratch = appendTo(r.scratch, line[undress(line):])
	}
	var rec lambdalog.Record
	if _, err := lambdalog.Parse(r.scratch, &rec); err != nil && !errors.Is(err, lambdalog.ErrNone) {
		return message
	}
	return r.scratch
}

// isBare reports whether none of the lines has more than blanks before it.
func isBare(text []byte) bool {
	for line := range bytes.Lines(text) {
		if len(bytes.Trim(line[:undress(line)], " \t")) > 0 {
			return false
		}
	}
	return true
}

// continuesReport is lambdalog.Continues for a line as it stands in a copy.
func (r *lineReader) continuesReport(line []byte) (field []byte, ok bool) {
	field = line[undress(line):]
	if lambdalog.Continues(field) {
		return field, true
	}
	if len(field) == 0 || !isSoiled(field) {
		return nil, false
	}
	r.scratch = appendClean(r.scratch[:0], field)
	return r.scratch, lambdalog.Continues(r.scratch)
}

// joinOpened is join for a line that may open a JSON object.
func (r *lineReader) joinOpened(line []byte, next int) (end int, joined int64, ok bool) {
	at := bytes.IndexByte(line, '{')
	if at < 0 {
		return next, 0, true
	}
	begin, opening := r.pos+at, line[at:]
	if isSoiledObject(opening) {
		r.scratch = appendCleanObject(r.scratch[:0], opening)
		if !opensObject(r.scratch) {
			return next, 0, true
		}
		return r.joinDressed(begin, next, true)
	}
	switch {
	case !opensObject(opening):
		return next, 0, true
	case undress(line) == at && !isBare(line):
		return r.joinDressed(begin, next, false)
	}
	second, ok := r.lineAt(next)
	switch {
	case !ok:
		return 0, 0, false
	case isSoiledObject(r.buf[begin : next+len(second)]):
		return r.joinDressed(begin, next, true)
	}
	return r.joinObject(begin, next)
}

// maxClosings bounds how often the end of an object is looked for.
const maxClosings = 16

// joinDressed is joinObject for an object that may have something in front of
// each of its lines, as in a quotation, or that is soiled.
func (r *lineReader) joinDressed(begin, next int, soiled bool) (end int, joined int64, ok bool) {
	if r.brokenUntil > 0 {
		return next, 0, true
	}
	r.scratch = appendCleanObject(r.scratch[:0], r.buf[begin:next])
	closings := 0
	for end = next; len(r.scratch) < maxRecord && closings < maxClosings; {
		line, ok := r.lineAt(end)
		if !ok {
			return 0, 0, false
		}
		if len(line) == 0 {
			break
		}
		if !soiled && isBare(line) {
			if joined == 0 {
				return r.joinObject(begin, next)
			}
			break
		}
		from := undress(line)
		r.scratch = appendCleanObject(r.scratch, line[from:])
		end += len(line)
		joined++
		if hasByte(line, from, '}') {
			closings++
			if n, closed := lambdalog.ObjectLen(r.scratch); closed && n > 0 {
				return end, joined, true
			}
		}
	}
	r.brokenUntil = end - r.pos
	return next, 0, true
}
