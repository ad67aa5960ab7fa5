package lambdalog

import "errors"

// parseText reads the text record of the given kind whose keyword takes the
// first n bytes of b. It returns where the record, or what was refused, ends.
func parseText(b []byte, n int, kind Kind, rec *Record) (int, error) {
	rec.reset(kind)
	if kind == Report {
		n = dashID(b, n, rec)
	}
	end, err := parseFields(b, n, rec)
	if err == nil {
		return end, require(rec)
	}
	if errors.Is(err, ErrCut) && kind == Report && !rec.Has(RequestID) {
		err = ErrNoRequestID // it was none before it was cut
	}
	return end, err
}

// dashID reads the request id of the Serverless Framework's form, "REPORT - id".
func dashID(b []byte, i int, rec *Record) int {
	at := skipBlank(b, i)
	if !hasPrefix(b[at:], "- ") {
		return i
	}
	at = skipBlank(b, at+1)
	if id, next := token(b, at); isID(id) {
		rec.RequestID = id
		rec.Fields |= RequestID
		return next
	}
	return i
}

// require says which field, if any, a record lacks without which it is none.
func require(rec *Record) error {
	switch rec.Kind {
	case Report:
		if !rec.Has(RequestID) {
			return ErrNoRequestID
		}
		if !rec.Has(Duration) {
			return ErrNoDuration
		}
	case InitReport:
		if !rec.Has(Init) && !rec.Has(Status) {
			return ErrNoInit
		}
	case RestoreReport:
		if !rec.Has(Restore) && !rec.Has(Status) {
			return ErrNoRestore
		}
	case Start:
		if !rec.Has(RequestID) {
			return ErrNoRequestID
		}
	}
	return nil
}

// parseFields reads labels and their values from b[i:] into rec, in any order,
// up to the end of the record: the end of b, a line that does not continue it,
// or the next record's keyword. A label counts only where a field can begin,
// after a separator or a value, so that "Duration:" is never found inside
// "Runtime Duration:". The error says why a known label or its value is refused.
func parseFields(b []byte, i int, rec *Record) (end int, err error) {
	unread := -1 // the last label, if no number was read behind it
	for {
		next, line := skipSeparators(b, i)
		if next == len(b) {
			if unread >= 0 && rec.isCut(b, unread) {
				err = ErrCut
			}
			return next, err
		}
		name, value, known := label(b, next)
		// A line that repeats a field is another message: nothing prints one twice.
		if line && (!name.continues() || rec.Has(rec.means(name.field))) || beginsRecord(b[next:]) {
			return i, err
		}
		i = next
		if !known {
			unread = i
			i = skipUnknown(b, i)
			continue
		}
		next, good := name.read(b, value, rec)
		unread = -1
		if !good || name.value == word {
			unread = i
		}
		if !good {
			err = ErrBadNumber
			next = skipToken(b, value)
		}
		i = next
	}
}

// figureLabels are the labels whose loss changes the figures of a report.
var figureLabels = [...]string{
	"Duration:", "Billed Duration:", "Memory Size:", "Max Memory Used:", "Init Duration:", "Restore Duration:", "Billed Restore Duration:",
	"Status:", "Error Type:",
}

// isCut reports whether b ends inside the label at b[i:], or right behind it. A
// report that is cut so has lost a figure, and would pass for a whole one.
func (r *Record) isCut(b []byte, i int) bool {
	if r.Kind > RestoreReport || i == 0 || isWord(b[i-1]) { // as a terminal wraps it
		return false
	}
	for _, name := range figureLabels {
		if b[i] != name[0] {
			continue
		}
		n := 1
		for n < len(name) && i+n < len(b) && b[i+n] == name[n] {
			n++
		}
		if skipBlank(b, i+n) == len(b) {
			return true
		}
	}
	return false
}

// Continues reports whether line, without what precedes its first field, is
// the continuation of a report on the line before: the X-Ray line, or one
// field of a copy that has each field on a line of its own.
func Continues(line []byte) bool {
	i := 0
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		i++
	}
	if i == len(line) {
		return false
	}
	f, _, _ := label(line, i)
	return f.continues()
}

// continues reports whether the field can begin a line that continues a
// record. What is no field cannot.
func (f field) continues() bool {
	return f.field != 0 && f.field&(RequestID|Version|Runtime|InitType|Phase) == 0
}

// beginsRecord reports whether b begins with the first words of the next
// platform line, which ends this one where carriers lost the newline.
func beginsRecord(b []byte) bool {
	if hasPrefix(b, "END RequestId:") {
		return true
	}
	kind, _ := keyword(b)
	return kind != 0
}
