package logfile

import (
	"bytes"

	"github.com/coldstats/coldstats/pkg/logs"
)

// Columns are what the AWS CLI prints with --output text: a kind of row, and its
// fields in the order of their names. The events of filter-log-events name their
// stream, those of get-log-events do not:
//
//	EVENTS	<eventId>	<ingestionTime>	<logStreamName>	<message>	<timestamp>
//	EVENTS	<ingestionTime>	<message>	<timestamp>
//
// Nothing is quoted. A message may hold tabs and newlines, and most end with
// one, so that the time stands on a line of its own.

// eventsRow begins the row of an event.
const eventsRow = "EVENTS\t"

// opensColumns is the opens of the carrier of the AWS CLI's text output.
func opensColumns(head []byte) opening {
	if o := beginsWith(head, eventsRow); o != opensOne {
		return o
	}
	const longest = 1024 // before a message; a stream's name has up to 512
	line := head[:min(len(head), longest)]
	_, message := cutColumns(line)
	switch {
	case message > 0:
		return opensOne
	case len(line) == longest || bytes.IndexByte(line, '\n') >= 0:
		return opensNone
	}
	return opensShort
}

// beginsWith reports whether head begins with text.
func beginsWith(head []byte, text string) opening {
	n := min(len(head), len(text))
	switch {
	case string(head[:n]) != text[:n]:
		return opensNone
	case n < len(text):
		return opensShort
	}
	return opensOne
}

// cutColumns returns the stream that the row of an event names, if it does, and
// where its message begins, or 0 for a line that begins no such row.
func cutColumns(line []byte) (stream []byte, message int) {
	if !bytes.HasPrefix(line, []byte(eventsRow)) {
		return nil, 0
	}
	column := func(from int) (value []byte, next int) {
		n := bytes.IndexAny(line[from:], "\t\n")
		if n < 0 || line[from+n] == '\n' {
			return nil, 0
		}
		return line[from : from+n], from + n + 1
	}
	isTime := func(value []byte) bool { return len(value) == epochLen && isNumber(value) }
	value, next := column(len(eventsRow))
	switch {
	case isTime(value): // of get-log-events
		return nil, next
	case !isNumber(value):
		return nil, 0
	}
	if value, next = column(next); !isTime(value) {
		return nil, 0
	}
	return column(next)
}

// readColumns is the read of the carrier of the AWS CLI's text output.
func readColumns(w *window, l *lender) bool {
	var torn badRows
	for {
		line := w.peekLine(0)
		if isPaging(line) {
			w.skip(w.pos + len(line))
			continue
		}
		stream, message := cutColumns(line)
		if message == 0 {
			if w.eof && len(line) > 0 && line[len(line)-1] != '\n' && beginsWith(line, eventsRow) != opensNone {
				w.pos = w.end
				l.cut = true
			}
			break
		}
		owner := l.own
		if len(stream) > 0 {
			owner = l.streams.Named(stream)
		}
		next, end, t := columnsEnd(w)
		switch {
		case t.Known:
			if !l.offer(w.rest()[message:end], t, owner, w.line+1) {
				return false
			}
		case next == len(w.rest()) && w.eof:
			l.cut = true
		case next > 0:
			torn.add(w.line + 1)
		}
		if next == 0 {
			break
		}
		w.skip(w.pos + next)
	}
	if torn.n > 0 {
		l.gap(torn.String() + " has lost its end")
	}
	return true
}

// columnsEnd returns where the row at the beginning of the window ends, where
// its message does, and its time, which is absent for a row that has lost it.
// The time is the last of those that end a line before the next row: a message
// may have lines that end like it. Where next is 0, the row is longer than any.
func columnsEnd(w *window) (next, end int, t logs.Time) {
	for n := 0; ; {
		line := w.peekLine(n)
		ended := len(line) > 0 && line[len(line)-1] == '\n'
		_, message := cutColumns(line)
		switch {
		case n > 0 && (len(line) == 0 || message > 0 || isPaging(line)):
			if !t.Known && (len(line) > 0 || w.eof) {
				next = n
			}
			return next, end, t
		case !ended && !w.eof, !ended && w.err != nil:
			if !t.Known && w.eof {
				next = n + len(line)
			}
			return next, end, t
		}
		if at, last := endTime(line); last.Known {
			next, end, t = n+len(line), n+at, last
		}
		n += len(line)
	}
}

// endTime returns the time at the end of a line, and where the tab before it is.
func endTime(line []byte) (at int, t logs.Time) {
	line = bytes.TrimRight(line, "\r\n")
	at = len(line) - epochLen - 1
	if at < 0 || line[at] != '\t' {
		return 0, logs.Time{}
	}
	millis, n, ok := epoch(line[at+1:])
	if !ok || n != epochLen {
		return 0, logs.Time{}
	}
	return at, logs.At(millis)
}

// isPaging reports whether a line is one of the rows that stand between the
// events: which streams were searched, and where the next page begins.
func isPaging(line []byte) bool {
	return bytes.HasPrefix(line, []byte("SEARCHEDLOGSTREAMS\t")) ||
		bytes.HasPrefix(line, []byte("NEXTTOKEN\t")) ||
		bytes.HasPrefix(line, []byte("b/")) && bytes.Contains(line, []byte("\tf/"))
}
