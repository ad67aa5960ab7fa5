package logfile

import (
	"bytes"
	"unicode/utf8"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// readTime reads the time that b begins with, and how long it is: a date and
// time, a time since the epoch, or a clock without a date, whose Time is absent.
func readTime(b []byte) (t logs.Time, n int) {
	if millis, n, ok := lambdalog.ParseTime(b); ok {
		return logs.At(millis), n
	}
	if millis, n, ok := epoch(b); ok {
		return logs.At(millis), n
	}
	return logs.Time{}, clockLen(b)
}

// timeLen is the length of the time that b begins with, or 0.
func timeLen(b []byte) int {
	_, n := readTime(b)
	return n
}

// runnerLen is the length of the time that GitHub Actions puts before each line:
// seven decimals, which nothing else has.
const runnerLen = len("2026-05-14T17:00:00.1234567Z")

// jobLen returns the length of the job's and the step's name that gh run view
// puts before a runner's time, or 0.
func jobLen(line []byte) int {
	const longest = 200
	line = line[:min(len(line), longest)]
	job := bytes.IndexByte(line, '\t') + 1
	step := bytes.IndexByte(line[job:], '\t') + 1
	if job <= 1 || step == 0 {
		return 0
	}
	n := job + step
	at := n + len(line[n:]) - len(bytes.TrimPrefix(line[n:], []byte("\ufeff")))
	if at == len(line) || !isDigit(line[at]) {
		return 0
	}
	if _, size, ok := lambdalog.ParseTime(line[at:]); !ok || size != runnerLen {
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

// clockLen returns the length of a time of day, 16:36:11 with decimals or
// without, that b begins with, or 0.
func clockLen(b []byte) int {
	n := len("16:36:11")
	if len(b) < n || b[2] != ':' || b[5] != ':' {
		return 0
	}
	for _, i := range [...]int{0, 1, 3, 4, 6, 7} {
		if !isDigit(b[i]) {
			return 0
		}
	}
	if n+1 < len(b) && (b[n] == '.' || b[n] == ',') && isDigit(b[n+1]) {
		for n++; n < len(b) && isDigit(b[n]); n++ {
		}
	}
	return n
}

// streamLen returns the length of the log stream's name that b begins with, or
// 0. A function in it may have any name, but a blank ends it; what ends another
// name counts behind the version's bracket.
func streamLen(b []byte) int {
	if len(b) < 11 || b[4] != '/' || b[7] != '/' || b[10] != '/' || !isDigit(b[0]) {
		return 0
	}
	b = b[:min(len(b), maxName)]
	blank := 0
	for blank < len(b) && !beginsBlank(b[blank:]) {
		blank++
	}
	n := bytes.LastIndexByte(b[:blank], ']') + 1
	if n == 0 || blank == maxName {
		return 0
	}
	for n < blank && !isNameEnd(b[n]) {
		n++
	}
	return n
}

// beginsBlank reports whether b begins with a blank of any kind.
func beginsBlank(b []byte) bool {
	switch c := b[0]; {
	case c == '&':
		return blankEntityLen(b) > 0
	case c >= utf8.RuneSelf:
		return softBlankLen(b) > 0
	default:
		return isBlank(c) || c == '\n' || c == '\r'
	}
}

// maxName is longer than the names of groups and streams.
const maxName = 600

// nameLen returns the length of the name that b begins with, or 0 where it does
// not end.
func nameLen(b []byte) int {
	for i, c := range b[:min(len(b), maxName)] {
		if isNameEnd(c) {
			return i
		}
	}
	return 0
}

// isNameEnd reports whether c ends a name or a time: a blank, also a hard one,
// a colour, a tag, or the border of a column.
func isNameEnd(c byte) bool {
	switch c {
	case '|', '<', '&', '`', ')', 0xc2, 0xe2:
		return true
	}
	return c <= ' '
}

// eventIDLen returns the length of the event's id that b begins with, or 0.
func eventIDLen(b []byte) int {
	const digits = 56
	if len(b) <= digits || !isNameEnd(b[digits]) {
		return 0
	}
	for _, c := range b[:digits] {
		if !isDigit(c) {
			return 0
		}
	}
	return digits
}

// serviceLen returns the length of what docker compose prints before a line,
// the container's name and a bar, without what follows the bar, or 0.
func serviceLen(b []byte) int {
	n := 0
	for n < len(b) && isNamePart(b[n]) {
		n++
	}
	bar := n
	for bar < len(b) && isBlank(b[bar]) {
		bar++
	}
	if n == 0 || bar == n || !hasByte(b, bar, '|') || bar+1 < len(b) && !isNameEnd(b[bar+1]) {
		return 0
	}
	return bar + 1
}

// syslogLen returns the length of the time, host and process that a system log
// has before a line, or 0. Its time has no year.
func syslogLen(b []byte) int {
	const form = "Nov 23 10:00:00 "
	if len(b) < len(form) || b[3] != ' ' || b[6] != ' ' || clockLen(b[7:]) != 8 || b[15] != ' ' {
		return 0
	}
	i := len(form)
	i += nameLen(b[i:]) + 1 // the host
	if i >= len(b) {
		return 0
	}
	n := nameLen(b[i:])
	if n == 0 || b[i+n-1] != ':' {
		return 0
	}
	return i + n
}

func isNamePart(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' || c == '-' || c == '.' }

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// hasByte reports whether c stands at i.
func hasByte(b []byte, i int, c byte) bool { return i < len(b) && b[i] == c }
