package logfile

import (
	"bytes"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// row is one row of a Logs Insights result, in whichever document it stands.
type row struct {
	time                   logs.Time
	account, group, stream []byte
	message                []byte
	kind                   []byte // @type
	record                 lambdalog.Record
	event                  bool // a field tells that the row is of one event
	malformed              bool // a figure is no number
	text                   []byte
}

// figures are the fields that only a report has.
const figures = lambdalog.Duration | lambdalog.Billed | lambdalog.Init | lambdalog.Memory | lambdalog.MaxMemory

// set takes in a field by its name. Both are borrowed until lend. What is empty
// is absent.
func (r *row) set(name, value []byte) {
	if len(value) == 0 {
		return
	}
	switch string(name) {
	case "@timestamp":
		r.time = timeOf(value)
		r.event = true
	case "@ptr":
		r.event = true
	case "@message":
		r.message = value
	case "@log":
		r.account, r.group = splitLog(value)
	case "@logStream":
		r.stream = value
	case "@type":
		r.kind = value
	case "@requestId":
		r.setID(lambdalog.RequestID, &r.record.RequestID, value)
	case "@xrayTraceId":
		r.setID(lambdalog.TraceID, &r.record.TraceID, value)
	case "@duration":
		r.setMillis(lambdalog.Duration, &r.record.Duration, value)
	case "@billedDuration":
		r.setMillis(lambdalog.Billed, &r.record.Billed, value)
	case "@initDuration":
		r.setMillis(lambdalog.Init, &r.record.Init, value)
	case "@memorySize":
		r.setBytes(lambdalog.Memory, &r.record.MemoryMB, value)
	case "@maxMemoryUsed":
		r.setBytes(lambdalog.MaxMemory, &r.record.MaxMemoryMB, value)
	}
}

// setID keeps an id. What is none could hold further fields of a report.
func (r *row) setID(field lambdalog.Fields, to *[]byte, value []byte) {
	if isID(value) {
		*to = value
		r.record.Fields |= field
	}
}

func (r *row) setMillis(field lambdalog.Fields, to *lambdalog.Micros, value []byte) {
	micros, _, ok := decimal(value, 3)
	*to = lambdalog.Micros(micros)
	r.record.Fields |= field
	r.malformed = r.malformed || !ok
}

// setBytes keeps a size in megabytes. Logs Insights has it in bytes, a million
// to the megabyte.
func (r *row) setBytes(field lambdalog.Fields, to *int64, value []byte) {
	megabytes, exact, ok := decimal(value, -6)
	*to = megabytes
	r.record.Fields |= field
	r.malformed = r.malformed || !ok || !exact
}

// lend lends the row as an event that stands in the given line, and empties the
// row. It reports false when the consumer wants no more.
func (r *row) lend(l *lender, line int64) bool {
	message := r.message
	if len(message) == 0 {
		message = r.report()
		if !r.record.Has(lambdalog.RequestID) && (!r.event || r.record.Fields&figures != 0) {
			l.noteRows(line)
		}
	}
	stream := l.own
	if len(r.group)+len(r.stream) > 0 {
		stream = l.streams.Of(r.account, r.group, r.stream)
	}
	more := l.offer(message, r.time, stream, line)
	*r = row{text: r.text}
	return more
}

// report returns the text of the report that a row without its message tells
// of, or nothing. The text of a row with a malformed figure is refused where it
// is parsed: without that figure it would be a report of something else.
func (r *row) report() []byte {
	isReport := string(r.kind) == "REPORT" ||
		len(r.kind) == 0 && r.record.Has(lambdalog.RequestID|lambdalog.Duration)
	if !isReport {
		return nil
	}
	r.record.Kind = lambdalog.Report
	if r.malformed {
		r.record.Fields &= lambdalog.RequestID
	}
	r.text, _ = r.record.AppendText(r.text[:0]) // its error is always nil
	if r.malformed {
		r.text = append(r.text, "Duration: malformed"...)
	}
	return r.text
}

// splitLog takes apart what Logs Insights calls @log, an account and the name of
// a log group, or the name alone.
func splitLog(value []byte) (account, group []byte) {
	account, group, ok := bytes.Cut(value, []byte(":"))
	if !ok {
		return nil, value
	}
	return account, group
}

// timeOf reads a time: a date, in UTC where it names no zone, or the seconds or
// milliseconds since the Unix epoch. It is absent where value is something else.
func timeOf(value []byte) logs.Time {
	value = bytes.TrimSpace(value)
	millis, n, ok := lambdalog.ParseTime(value)
	if !ok {
		millis, n, ok = epoch(value)
	}
	if !ok || n != len(value) {
		return logs.Time{}
	}
	return logs.At(millis)
}

// isID reports whether value is one or more word characters and dashes.
func isID(value []byte) bool {
	for _, c := range value {
		if !isDigit(c) && !isCapital(c) && (c < 'a' || 'z' < c) && c != '_' && c != '-' {
			return false
		}
	}
	return len(value) > 0
}

// maxExponent bounds the digits that an exponent can add to a number.
const maxExponent = 30

// decimal reads a number without a sign, plain or with an exponent, as the whole
// number of 10^-shift that it is, rounded half up: 2.4615 at a shift of 3 is
// 2462, and 5.12E8 at a shift of -6 is 512. exact is false where it was rounded.
func decimal(value []byte, shift int) (n int64, exact, ok bool) {
	value = bytes.TrimSpace(value)
	mantissa := value
	if at := bytes.IndexAny(value, "eE"); at >= 0 {
		exponent, ok := exponentOf(value[at+1:])
		if !ok {
			return 0, false, false
		}
		mantissa = value[:at]
		shift += exponent
	}
	whole, fraction, point := bytes.Cut(mantissa, []byte("."))
	if !isNumber(whole) || point && !isNumber(fraction) {
		return 0, false, false
	}
	const most = 1e17 // of what a tenfold fits an int64
	exact = true
	last := len(whole) + shift // the digits that count
	for i := range max(last+1, len(whole)+len(fraction)) {
		digit := int64(0)
		switch {
		case i < len(whole):
			digit = int64(whole[i] - '0')
		case i < len(whole)+len(fraction):
			digit = int64(fraction[i-len(whole)] - '0')
		}
		switch {
		case i < last:
			n = n*10 + digit
		case i == last && digit >= 5:
			n++
			exact = false
		default:
			exact = exact && digit == 0
		}
		if n > most {
			return 0, false, false
		}
	}
	return n, exact, true
}

// exponentOf reads the exponent of a number, behind its E.
func exponentOf(value []byte) (exponent int, ok bool) {
	sign := 1
	if len(value) > 0 && (value[0] == '+' || value[0] == '-') {
		if value[0] == '-' {
			sign = -1
		}
		value = value[1:]
	}
	if !isNumber(value) {
		return 0, false
	}
	for _, c := range value {
		if exponent = exponent*10 + int(c-'0'); exponent > maxExponent {
			return 0, false
		}
	}
	return sign * exponent, true
}

// isNumber reports whether value is one digit or more.
func isNumber(value []byte) bool {
	for _, c := range value {
		if !isDigit(c) {
			return false
		}
	}
	return len(value) > 0
}
