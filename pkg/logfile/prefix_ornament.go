package logfile

import (
	"bytes"
	"html"
	"unicode/utf8"
)

// skipOrnaments skips what has no meaning before a message, or before a piece
// of its prefix: blanks and their kin, the bullets, quotes, headings and fences
// of Markdown, the borders of tables, tags and colours.
func skipOrnaments(line []byte, i int) int {
	for i < len(line) {
		n := ornamentLen(line[i:])
		if n == 0 {
			break
		}
		i += n
	}
	return i
}

// ornamentLen returns the length of the ornament that b begins with, or 0.
func ornamentLen(b []byte) int {
	switch c := b[0]; c {
	case ' ', '\t', '|', '>':
		return 1
	case '*', '-', '+':
		if len(b) > 1 && isBlank(b[1]) {
			return 2
		}
	case '#':
		n := 1
		for n < len(b) && b[n] == '#' {
			n++
		}
		if n < len(b) && isBlank(b[n]) {
			return n + 1
		}
	case '`':
		if bytes.HasPrefix(b, []byte("```")) {
			return len("```")
		}
	case escape:
		return colourLen(b)
	case '<':
		return tagLen(b)
	case '&':
		return blankEntityLen(b)
	default:
		if c >= utf8.RuneSelf {
			return softBlankLen(b)
		}
	}
	return 0
}

// escape begins the sequences that colour text on a terminal.
const escape = 0x1b

// colourLen returns the length of the control sequence, ESC [ digits and
// semicolons, letter, that b begins with, or 0.
func colourLen(b []byte) int {
	if len(b) < 3 || b[0] != escape || b[1] != '[' {
		return 0
	}
	i := 2
	for i < len(b) && (isDigit(b[i]) || b[i] == ';') {
		i++
	}
	if i == len(b) || !isLetter(b[i]) {
		return 0
	}
	return i + 1
}

// maxTag is longer than the tags around the lines of a log.
const maxTag = 400

// tagLen returns the length of the HTML tag that b begins with, or 0.
func tagLen(b []byte) int {
	if len(b) < 3 || b[0] != '<' || !isLetter(b[1]) && b[1] != '/' {
		return 0
	}
	for i, c := range b[:min(len(b), maxTag)] {
		switch c {
		case '>':
			return i + 1
		case '<', '\n':
			if i > 0 {
				return 0
			}
		}
	}
	return 0
}

// blankEntityLen returns the length of the entity for a blank that b begins
// with, or 0.
func blankEntityLen(b []byte) int {
	n := entityLen(b)
	if n == 0 {
		return 0
	}
	blank := []byte(html.UnescapeString(string(b[:n])))
	if len(blank) == 1 && isBlank(blank[0]) || softBlankLen(blank) == len(blank) {
		return n
	}
	return 0
}

// entityLen returns the length of the entity, such as &lt; or &#9;, that b
// begins with, or 0.
func entityLen(b []byte) int {
	const longest = len("&emsp14;")
	return bytes.IndexByte(b[:min(len(b), longest)], ';') + 1
}

// softBlankLen returns the length of the character that b begins with if it is
// one that pages and editors put in place of a blank, or that is not seen: a
// hard or narrow space, a joiner, a byte order mark; also a bullet.
func softBlankLen(b []byte) int {
	r, n := utf8.DecodeRune(b)
	switch {
	case r == '\u00a0', '\u2000' <= r && r <= '\u200f', r == '\u2022', r == '\u202f', r == '\u2060', r == '\ufeff':
		return n
	}
	return 0
}

// isSoiled reports whether a record may have something between its fields that
// lambdalog does not read. It is asked of what may be a record only.
func isSoiled(message []byte) bool {
	if isOwn(message) {
		return false // nearly all
	}
	if len(message) > 1 && message[0] == '{' {
		return message[1] == '&' || isSoiledObject(message) // what stands in strings is nobody's concern
	}
	for _, c := range [...]byte{'<', '&', escape, 0xc2, 0xe2, 0xef} {
		if bytes.IndexByte(message, c) >= 0 {
			return true
		}
	}
	return false
}

// isSoiledObject reports whether a JSON object has colours, or other blanks than
// JSON's, between its first words, and so between all of them.
func isSoiledObject(object []byte) bool {
	const longestKey = 64
	soiled := func(i int) bool {
		return i < len(object) && (colourLen(object[i:]) > 0 || softBlankLen(object[i:]) > 0)
	}
	i := skipJSONBlanks(object, 1)
	if !hasByte(object, i, '"') {
		return soiled(i)
	}
	key := bytes.IndexByte(object[i+1:min(len(object), i+longestKey)], '"')
	if key < 0 {
		return false
	}
	i = skipJSONBlanks(object, i+1+key+1)
	return soiled(i) || hasByte(object, i, ':') && soiled(skipJSONBlanks(object, i+1))
}

// appendCleanObject is appendClean for a line of a JSON object, whose strings
// keep all but their colours: JSON has none in them.
func appendCleanObject(b, line []byte) []byte {
	inString := false
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == escape && colourLen(line[i:]) > 0:
			i += colourLen(line[i:]) - 1
			continue
		case c == '"':
			inString = !inString
		case c == '\\' && inString && i+1 < len(line):
			b = append(b, c)
			i++
			c = line[i]
		case c >= utf8.RuneSelf && !inString:
			if n := softBlankLen(line[i:]); n > 0 {
				c = ' '
				i += n - 1
			}
		}
		b = append(b, c)
	}
	return b
}

// isOwn reports whether a REPORT or START begins with Lambda's own bytes. It is
// asked of all of them, and so compares a word and a byte.
func isOwn(message []byte) bool {
	const (
		id     = len("595492f6-5916-4b98-94e5-a1079dfab87b")
		report = len("REPORT RequestId: ") + id
		start  = len("START RequestId: ") + id
	)
	if len(message) <= report {
		return false
	}
	switch string(message[:8]) {
	case "REPORT R":
		return message[report] == '\t'
	case "START Re":
		return message[start] == ' '
	}
	return false
}

// appendClean appends the message to b with blanks in place of what a page has
// for them, and of tags and colours where no blank is beside, and with the
// characters that its entities stand for.
func appendClean(b, message []byte) []byte {
	for i := 0; i < len(message); {
		switch n, c := 0, message[i]; {
		case c == '<' || c == escape:
			if n = tagLen(message[i:]) + colourLen(message[i:]); n == 0 {
				break
			}
			i += n
			if (len(b) == 0 || !isBlank(b[len(b)-1])) && (i == len(message) || !isBlank(message[i])) {
				b = append(b, '\t')
			}
			continue
		case c == '&':
			if n = entityLen(message[i:]); n == 0 {
				break
			}
			b = appendVisible(b, []byte(html.UnescapeString(string(message[i:i+n]))))
			i += n
			continue
		case c >= utf8.RuneSelf:
			_, n = utf8.DecodeRune(message[i:])
			b = appendVisible(b, message[i:i+n])
			i += n
			continue
		}
		b = append(b, message[i])
		i++
	}
	return b
}

// appendVisible appends a character as it is or, where it is one of those that
// stand for a blank, as one.
func appendVisible(b, char []byte) []byte {
	if softBlankLen(char) < len(char) {
		return append(b, char...)
	}
	return append(b, ' ')
}

// softKeyword reports whether the message begins with the keyword of a record
// and something else than a blank behind it that appendClean makes one of.
func softKeyword(message []byte) bool {
	n := 0
	for n < len(message) && n < len("RESTORE_REPORT") && (isCapital(message[n]) || message[n] == '_') {
		n++
	}
	switch string(message[:n]) {
	case "REPORT", "INIT_REPORT", "RESTORE_REPORT", "INIT_START", "RESTORE_START":
		return n < len(message) && !isBlank(message[n]) && ornamentLen(message[n:]) > 0
	case "START":
		n += bytes.IndexFunc(message[n:], func(r rune) bool { return r != ' ' })
		return n < len(message) && ornamentLen(message[n:]) > 0
	}
	return false
}
