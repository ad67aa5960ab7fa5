package logfile

import (
	"bufio"

	"golang.org/x/text/encoding/unicode"
)

// utf16Sniff is how many bytes tell UTF-16 that has no byte order mark.
const utf16Sniff = 64

// utf16Order returns the byte order of text in UTF-16, which Windows PowerShell
// writes for `>`: the one of its byte order mark or, without one, the one that
// shows in ASCII, of which every second byte is NUL then.
func utf16Order(r *bufio.Reader) (order unicode.Endianness, ok bool) {
	head, _ := r.Peek(4)
	switch {
	case len(head) < 2:
		return order, false
	case head[0] == 0xff && head[1] == 0xfe:
		return unicode.LittleEndian, true
	case head[0] == 0xfe && head[1] == 0xff:
		return unicode.BigEndian, true
	case !everySecondNUL(head):
		return order, false // without waiting for more: a log may still be being written
	}
	head, _ = r.Peek(utf16Sniff)
	if head[0] == 0 {
		return unicode.BigEndian, everySecondNUL(head)
	}
	return unicode.LittleEndian, everySecondNUL(head)
}

// everySecondNUL reports whether of head, four bytes or more, either all bytes
// at even places are NUL and no others, or all at odd places.
func everySecondNUL(head []byte) bool {
	if len(head) < 4 || (head[0] == 0) == (head[1] == 0) {
		return false
	}
	for i, c := range head {
		if (c == 0) != (head[i%2] == 0) {
			return false
		}
	}
	return true
}
