package logfile

import (
	"bytes"
	"fmt"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// maxNotes bounds what is said about the lines of one file.
const maxNotes = 5

// maxGaps bounds what is said about what cannot be read of one file.
const maxGaps = 20

// lender lends the events of one file to the consumer, and counts those that
// nobody wants.
type lender struct {
	name     string
	streams  *logs.Streams
	own      *logs.Stream // of messages that name no stream
	coverage *logs.Coverage
	scope    *logs.Scope // of the events that are lent next
	yield    func(*logs.Event) bool

	event logs.Event
	lent  int
	notes int
	// rowsNoted is true when noteRows has said its say.
	rowsNoted bool
	// cut is true when the file's last document did not end.
	cut  bool
	gaps int
	// inside are the payloads that the text is inside of.
	inside *payloads
}

// offer counts the event of a document and lends it where it may hold a
// platform record. The message is borrowed; line is where it begins, from 1. It
// reports false when the consumer wants no more.
func (l *lender) offer(message []byte, t logs.Time, stream *logs.Stream, line int64) bool {
	if lambdalog.Begins(message) || lambdalog.IndexReport(message) >= 0 || bytes.Contains(message, []byte(`"platform.`)) {
		e := &l.event
		e.Message, e.Time, e.Stream, e.Line = message, t, stream, line
		return l.lend()
	}
	l.coverage.Events++
	return true
}

// lend counts and lends the event.
func (l *lender) lend() bool {
	l.coverage.Events++
	l.lent++
	return l.yield(&l.event)
}

// note says what was read in another way than it stands.
func (l *lender) note(line int64, text string) {
	if l.notes++; l.notes <= maxNotes {
		l.coverage.Notes = append(l.coverage.Notes, fmt.Sprintf("%s:%d: %s", l.name, line, text))
	}
}

// noteRows says, once a file, that the result of a query has rows of which no
// record can be made.
func (l *lender) noteRows(line int64) {
	if !l.rowsNoted {
		l.rowsNoted = true
		l.note(line, "a row of a query's result without what a record is made from; query the fields @timestamp, @message, @logStream and @log")
	}
}

// gap says what of the file could not be read.
func (l *lender) gap(reason string) {
	l.gaps++
	switch {
	case l.gaps == maxGaps:
		reason += "; what else cannot be read of it is not told"
	case l.gaps > maxGaps:
		return
	}
	l.coverage.Gaps = append(l.coverage.Gaps, logs.Gap{Source: l.name, Reason: reason})
}
