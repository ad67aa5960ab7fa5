package archive

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"unicode/utf8"
)

// An event's line is lineHead, the time in milliseconds, what ownerOf returns,
// the stream's name, lineMessage, the message and lineTail.
var (
	lineHead    = []byte(`{"timestamp":`)
	lineMessage = []byte(`","message":"`)
	lineTail    = []byte(`"}`)
)

// ownerOf returns what stands between the time and the name of the stream in
// each line of a group's cells.
func ownerOf(p arnParts) []byte {
	b := append([]byte(`,"owner":"`), p.account...)
	b = append(b, `","logGroup":"`...)
	b = appendString(b, []byte(p.name))
	return append(b, `","logStream":"`...)
}

// appendLine appends an event's line, with its newline.
func appendLine(b []byte, millis int64, owner []byte, stream string, message []byte) []byte {
	b = append(b, lineHead...)
	b = strconv.AppendInt(b, millis, 10)
	b = append(b, owner...)
	b = appendString(b, []byte(stream))
	b = append(b, lineMessage...)
	b = appendString(b, message)
	b = append(b, lineTail...)
	return append(b, '\n')
}

// parseLine takes apart what appendLine wrote, without its newline. It restores
// stream and message in place and overwrites the line.
func parseLine(line, owner []byte) (millis int64, stream, message []byte, ok bool) {
	rest, ok := bytes.CutPrefix(line, lineHead)
	if !ok {
		return 0, nil, nil, false
	}
	digits := 0
	for ; digits < len(rest) && '0' <= rest[digits] && rest[digits] <= '9' && digits < maxDigits; digits++ {
		millis = millis*10 + int64(rest[digits]-'0')
	}
	rest, ok = bytes.CutPrefix(rest[digits:], owner)
	if !ok || digits == 0 {
		return 0, nil, nil, false
	}
	// A quote in the stream's name has a backslash before it, so that this is the
	// first place where the name can end.
	end := bytes.Index(rest, lineMessage)
	if end < 0 || !bytes.HasSuffix(rest[end+len(lineMessage):], lineTail) {
		return 0, nil, nil, false
	}
	stream, ok = unescapeString(rest[:end])
	if !ok {
		return 0, nil, nil, false
	}
	message, ok = unescapeString(rest[end+len(lineMessage) : len(rest)-len(lineTail)])
	return millis, stream, message, ok
}

// maxDigits is how many digits a time may have; the last that a cell can hold
// has 15.
const maxDigits = 15

// escapes are the letters of the short escapes of JSON, and 'u' for the other
// bytes that cannot stand in a string. 0 is a byte that can.
var escapes = func() (e [256]byte) {
	for c := range 0x20 {
		e[c] = 'u'
	}
	e['\b'], e['\t'], e['\n'], e['\f'], e['\r'] = 'b', 't', 'n', 'f', 'r'
	e['"'], e['\\'] = '"', '\\'
	return e
}()

// unescapes is the inverse of the short escapes; 0 is no escape.
var unescapes = func() (u [256]byte) {
	for c, letter := range escapes {
		if letter != 0 && letter != 'u' {
			u[letter] = byte(c)
		}
	}
	return u
}()

// appendString appends s as the inside of a JSON string. Each byte that is not
// UTF-8 becomes U+FFFD: CloudWatch takes and returns UTF-8 only, so there is none
// in what was fetched.
func appendString(b, s []byte) []byte {
	if !utf8.Valid(s) {
		s = []byte(string([]rune(string(s))))
	}
	begin := 0
	for i, c := range s {
		letter := escapes[c]
		if letter == 0 {
			continue
		}
		b = append(b, s[begin:i]...)
		begin = i + 1
		b = append(b, '\\', letter)
		if letter == 'u' {
			b = append(b, '0', '0')
			b = hex.AppendEncode(b, s[i:i+1])
		}
	}
	return append(b, s[begin:]...)
}

// unescapeString restores in place what appendString wrote.
func unescapeString(s []byte) (restored []byte, ok bool) {
	next := bytes.IndexByte(s, '\\')
	if next < 0 {
		return s, true
	}
	to := next
	for rest := s[next:]; ; {
		// rest begins with a backslash, and is never before s[to:].
		if len(rest) < 2 {
			return nil, false
		}
		c, n := unescapes[rest[1]], 2
		if c == 0 {
			if c, ok = unescapeControl(rest); !ok {
				return nil, false
			}
			n = len(`\u0000`)
		}
		s[to] = c
		to++
		rest = rest[n:]
		next = bytes.IndexByte(rest, '\\')
		if next < 0 {
			to += copy(s[to:], rest)
			return s[:to], true
		}
		to += copy(s[to:], rest[:next])
		rest = rest[next:]
	}
}

// unescapeControl reads the escape \u0001 of a control character, with which s
// begins.
func unescapeControl(s []byte) (c byte, ok bool) {
	hexed, ok := bytes.CutPrefix(s, []byte(`\u00`))
	if !ok || len(hexed) < 2 {
		return 0, false
	}
	var decoded [1]byte
	_, err := hex.Decode(decoded[:], hexed[:2])
	return decoded[0], err == nil && decoded[0] < 0x20
}
