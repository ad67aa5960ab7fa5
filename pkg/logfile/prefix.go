package logfile

import (
	"bytes"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// layout is what stands before the messages of a file.
type layout uint8

const (
	unknown layout = iota
	bare           // nothing
	timed          // a time, and perhaps the log stream
)

// prefix is what a line has before its message.
type prefix struct {
	time logs.Time
	// timeLen is the length of the time alone.
	timeLen int
	// stream is the log stream's name, empty where there is none.
	stream []byte
	// message is where the message begins.
	message int
}

// cutPrefix takes a leading time and log stream off a line:
//
//	2026-05-14T16:10:29.574Z message                              S3 export
//	2026-05-29T16:16:03.972000+00:00 2026/05/29/[42]a13a message  aws logs tail
//	2024-06-13T20:11:07 message                                   aws logs tail --format short
//	1753725990606 message                                         epoch milliseconds or seconds
//
// ok is false for a line without such a time.
func cutPrefix(line []byte) (p prefix, ok bool) {
	millis, n, ok := lambdalog.ParseTime(line)
	if !ok {
		millis, n, ok = epoch(line)
	}
	if !ok || n >= len(line) || !isBlank(line[n]) {
		return prefix{}, false
	}
	p = prefix{time: logs.At(millis), timeLen: n, message: n + 1}
	for p.message < len(line) && isBlank(line[p.message]) {
		p.message++
	}
	if n := streamLen(line[p.message:]); n > 0 {
		p.stream = line[p.message : p.message+n]
		p.message += n + 1
	}
	return p, true
}

// streamLen returns the length of the log stream's name that b begins with and
// that a blank ends, or 0.
func streamLen(b []byte) int {
	if len(b) < 11 || b[4] != '/' || b[7] != '/' || b[10] != '/' || !isDigit(b[0]) {
		return 0
	}
	n := bytes.IndexByte(b, ' ')
	if n < 0 || bytes.IndexByte(b[:n], ']') < 0 {
		return 0
	}
	return n
}

// epochLen is the length of a time since the epoch in milliseconds. Every date
// is longer.
const epochLen = 13

// epoch reads a time since the Unix epoch in seconds (10 digits) or
// milliseconds (13 digits) at the beginning of b.
func epoch(b []byte) (millis int64, n int, ok bool) {
	for n < len(b) && n <= epochLen && isDigit(b[n]) {
		millis = millis*10 + int64(b[n]-'0')
		n++
	}
	switch n {
	case 10:
		return millis * 1000, n, true
	case epochLen:
		return millis, n, true
	}
	return 0, 0, false
}

// messageAt returns where the message of a timed line begins whose time takes
// timeLen bytes, by looking at no more than it must: most lines are of no
// interest. It returns -1 for a line of another shape.
func messageAt(line []byte, timeLen int) int {
	if len(line) < timeLen+2 || !isBlank(line[timeLen]) ||
		!isDigit(line[0]) || !isDigit(line[timeLen-1]) && line[timeLen-1] != 'Z' ||
		line[4] == '-' != (timeLen > epochLen) {
		return -1
	}
	at := timeLen + 1
	for at < len(line) && isBlank(line[at]) {
		at++
	}
	return at + streamAndBlank(line[at:])
}

func streamAndBlank(b []byte) int {
	if n := streamLen(b); n > 0 {
		return n + 1
	}
	return 0
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
