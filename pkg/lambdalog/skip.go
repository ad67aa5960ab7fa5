package lambdalog

// skipSeparators skips what stands between two fields: blanks, the characters
// \t and \n spelled out, colours, and the punctuation that prose and tables put
// there. newLine is true when it passed the end of a line.
func skipSeparators(b []byte, i int) (next int, newLine bool) {
	for i < len(b) && maySeparate[b[i]] {
		n := 1
		switch b[i] {
		case '\n':
			newLine = true
		case '\\':
			if i+1 == len(b) || !isEscape(b[i+1]) {
				return i, newLine
			}
			newLine = newLine || b[i+1] == 'n'
			n = 2
		case escape:
			if n = colourLen(b[i:]); n == 0 {
				return i, newLine
			}
		}
		i += n
	}
	return i, newLine
}

var maySeparate = [256]bool{
	' ': true, '\t': true, '\r': true, '\n': true, '.': true, ',': true, ';': true, '|': true, '\\': true, escape: true,
}

// isEscape reports whether c, after a backslash, spells a blank.
func isEscape(c byte) bool { return c == 't' || c == 'n' || c == 'r' }

// skipGap skips the blanks between a label and its value.
func skipGap(b []byte, i int) int {
	for i < len(b) {
		switch {
		case b[i] == ' ', b[i] == '\t':
			i++
		case b[i] == '\\' && i+1 < len(b) && b[i+1] == 't':
			i += 2
		default:
			return i
		}
	}
	return i
}

// escape begins the sequences that colour text on a terminal.
const escape = 0x1b

// colourLen returns the length of the ANSI control sequence, ESC [ digits and
// semicolons, letter, that b begins with, or 0.
func colourLen(b []byte) int {
	if !hasPrefix(b, "\x1b[") {
		return 0
	}
	i := len("\x1b[")
	for i < len(b) && (isDigit(b[i]) || b[i] == ';') {
		i++
	}
	if i == len(b) || !isLetter(b[i]) {
		return 0
	}
	return i + 1
}

// endsColour reports whether b ends with such a sequence.
func endsColour(b []byte) bool {
	i := len(b) - 1
	if i < 0 || !isLetter(b[i]) {
		return false
	}
	for i--; i >= 0 && (isDigit(b[i]) || b[i] == ';'); i-- {
	}
	return i > 0 && b[i] == '[' && b[i-1] == escape
}

// skipUnknown skips a label that is not known and its value: one word, or a
// number and its unit. Text without a colon is skipped up to the next wide
// separator: only there can a field begin again. A record glued to either ends
// it.
func skipUnknown(b []byte, i int) int {
	for ; i < len(b); i++ {
		if !endsUnknown[b[i]] {
			continue
		}
		switch c := b[i]; {
		case c == ':':
			return skipValue(b, i+1)
		case c == '\t', c == '\n', c == '\\' && i+1 < len(b) && isEscape(b[i+1]):
			return i
		case c == ' ' && i+1 < len(b) && b[i+1] == ' ':
			return i
		case interrupts(b, i):
			return i
		}
	}
	return i
}

// endsUnknown are the bytes that skipUnknown looks at.
var endsUnknown = [256]bool{':': true, '\t': true, '\n': true, '\\': true, ' ': true, 'R': true, 'I': true, 'S': true, 'E': true}

func skipValue(b []byte, i int) int {
	i = skipGap(b, i)
	number := i < len(b) && isDigit(b[i])
	end := skipToken(b, i)
	if last := b[end-1]; last == 'T' || last == 'D' { // of START, END and all the others
		for i < end && !interrupts(b, i) {
			i++
		}
	} else {
		i = end
	}
	if !number {
		return i
	}
	for _, name := range []string{"ms", "MB"} {
		if next, ok := unit(b, i, name); ok {
			return next
		}
	}
	return i
}

// interrupts reports whether a record glued to other text begins at b[i:].
func interrupts(b []byte, i int) bool {
	if i+2 > len(b) {
		return false
	}
	switch string(b[i : i+2]) { // no call for most bytes
	case "RE", "IN", "ST", "EN":
		return !attached(b, i) && beginsRecord(b[i:])
	}
	return false
}

// attached reports whether the keyword at b[i:] belongs to the word before it,
// or is quoted.
func attached(b []byte, i int) bool {
	switch {
	case i == 0:
		return false
	case isWord(b[i-1]):
		return !endsColour(b[:i])
	}
	return isQuote(b[i-1])
}

// token returns the run of bytes at b[i:] that can be one word of a value, and
// where it ends.
func token(b []byte, i int) (word []byte, next int) {
	next = skipToken(b, i)
	end := next
	for end > i && (b[end-1] == '.' || b[end-1] == ',' || b[end-1] == ';') {
		end--
	}
	return b[i:end], next
}

func skipToken(b []byte, i int) int {
	for i < len(b) {
		switch c := b[i]; {
		case c <= ' ', c == '"', c == '|', c == '<', c == '`', c == '\\', c == 0x7f:
			return i
		}
		i++
	}
	return i
}

// isID reports whether id is one or more word characters and dashes.
func isID(id []byte) bool {
	for _, c := range id {
		if !idByte[c] {
			return false
		}
	}
	return len(id) > 0
}

var idByte = func() (table [256]bool) {
	for c := range table {
		table[c] = isWord(byte(c)) || c == '-'
	}
	return table
}()
