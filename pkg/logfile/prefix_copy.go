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
}

// read takes a line that holds nothing but a time, in the form that the console
// has: a number or another date may be anything.
func (a *timeAbove) read(line []byte, p *prefix, number int64) {
	if p.time.Known && hasByte(p.clock.of(line), len("2006-01-02"), 'T') && len(bytes.TrimRight(line[p.message:], "\r\n")) == 0 {
		*a = timeAbove{time: p.time, line: number + 1}
	}
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
	if !soiled {
		appendTo = func(b, line []byte) []byte { return append(b, line...) }
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

// maxClosings bounds how often the end of an object is looked for.
const maxClosings = 16

// joinDressed is joinObject for an object that may have something in front of
// each of its lines, as in a quotation.
func (r *lineReader) joinDressed(begin, next int) (end int, joined int64, ok bool) {
	if r.brokenUntil > 0 {
		return next, 0, true
	}
	r.scratch = append(r.scratch[:0], r.buf[begin:next]...)
	closings := 0
	for end = next; len(r.scratch) < maxRecord && closings < maxClosings; {
		line, ok := r.lineAt(end)
		if !ok {
			return 0, 0, false
		}
		if isBare(line) {
			if joined == 0 {
				return r.joinObject(begin, next)
			}
			break
		}
		from := undress(line)
		r.scratch = append(r.scratch, line[from:]...)
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
