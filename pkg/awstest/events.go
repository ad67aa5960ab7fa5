package awstest

import (
	"hash/fnv"
	"strconv"
	"unicode/utf8"
)

// appendFiltered appends an event in the shape of FilterLogEvents.
func appendFiltered(dst []byte, e *event, g *LogGroup, comma bool) []byte {
	if comma {
		dst = append(dst, ',')
	}
	dst = append(append(dst, `{"logStreamName":`...), e.stream.encoded...)
	dst = appendBody(append(dst, ','), e)
	dst = append(appendEventID(append(dst, `,"eventId":"`...), e, g), '"')
	return append(dst, '}')
}

// appendOutput appends an event in the shape of GetLogEvents.
func appendOutput(dst []byte, e *event, comma bool) []byte {
	if comma {
		dst = append(dst, ',')
	}
	return append(appendBody(append(dst, '{'), e), '}')
}

func appendBody(dst []byte, e *event) []byte {
	dst = strconv.AppendInt(append(dst, `"timestamp":`...), e.Timestamp, 10)
	dst = appendString(append(dst, `,"message":`...), e.message)
	return strconv.AppendInt(append(dst, `,"ingestionTime":`...), e.Ingestion, 10)
}

// appendEventID appends the 56 digits that are the event's alone: AWS's begin
// with the time, too.
func appendEventID(dst []byte, e *event, g *LogGroup) []byte {
	dst = appendDigits(append(dst, '3'), uint64(e.Timestamp), 19)
	dst = appendDigits(dst, e.Sequence, 20)
	return append(dst, g.idSuffix...)
}

// idSuffix returns 16 digits that tell groups apart.
func idSuffix(arn string) []byte {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(arn)) // never fails
	return appendDigits(nil, hash.Sum64(), 16)
}

// appendDigits appends the last width decimal digits of n.
func appendDigits(dst []byte, n uint64, width int) []byte {
	var digits [20]byte
	for i := width - 1; i >= 0; i-- {
		digits[i] = byte('0' + n%10)
		n /= 10
	}
	return append(dst, digits[:width]...)
}

// plain says which bytes stand for themselves in a JSON string.
var plain = func() (table [256]bool) {
	for c := range table {
		table[c] = c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\'
	}
	return table
}()

// appendString appends s as a JSON string. It copies what needs no escape in
// one piece, which most of a log line does not.
func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plain[c] {
			i++
			continue
		}
		width := 1
		if c >= utf8.RuneSelf {
			var r rune
			if r, width = utf8.DecodeRuneInString(s[i:]); r != utf8.RuneError || width > 1 {
				i += width
				continue
			}
		}
		dst = append(dst, s[from:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\t':
			dst = append(dst, '\\', 't')
		case '\n':
			dst = append(dst, '\\', 'n')
		default:
			if c >= utf8.RuneSelf {
				dst = append(dst, `\ufffd`...)
			} else {
				dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
		}
		i += width
		from = i
	}
	return append(append(dst, s[from:]...), '"')
}
