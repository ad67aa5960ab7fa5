package logfile

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// extent is how far a piece of JSON could be read.
type extent uint8

const (
	isWhole  extent = iota // to its end
	isShort                // to the end of what is there, which may go on
	isBroken               // to where it is no JSON
	isDeep                 // to where it is nested deeper than an event is
)

// maxNesting is deeper than anything in an event is nested. Without a bound, a
// text of opening brackets would be searched for their end from each of them.
const maxNesting = 64

// skipJSONBlanks returns where the first byte of b[i:] is that is no blank.
func skipJSONBlanks(b []byte, i int) int {
	for i < len(b) && isJSONBlank(b[i]) {
		i++
	}
	return i
}

func isJSONBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// skipSeparators returns where the first byte of b[i:] is that does not stand
// between two values.
func skipSeparators(b []byte, i int) int {
	for i < len(b) && (b[i] == ',' || isJSONBlank(b[i])) {
		i++
	}
	return i
}

// closingQuote returns where the string ends whose content begins at b[i], or
// -1. Newlines in it are let pass, as many a tool prints them.
func closingQuote(b []byte, i int) int {
	for from := i; ; {
		n := bytes.IndexByte(b[from:], '"')
		if n < 0 {
			return -1
		}
		at := from + n
		if !endsEscaping(b[i:at]) {
			return at
		}
		from = at + 1
	}
}

// endsEscaping reports whether the part of a string ends with a backslash that
// escapes what follows it.
func endsEscaping(part []byte) bool {
	n := len(part)
	for n > 0 && part[n-1] == '\\' {
		n--
	}
	return (len(part)-n)%2 == 1
}

// isScalar are the bytes of numbers, true, false and null.
var isScalar = func() (table [256]bool) {
	for c := range table {
		b := byte(c)
		table[c] = isDigit(b) || isCapital(b) || 'a' <= b && b <= 'z' || b == '-' || b == '+' || b == '.'
	}
	return table
}()

// scalarEnd returns where the number or word that begins at b[i] ends.
func scalarEnd(b []byte, i int) int {
	for i < len(b) && isScalar[b[i]] {
		i++
	}
	return i
}

// jsonSkip skips one value, which may come in parts. It counts brackets without
// remembering which, and looks only for what two texts that were cut and joined
// have: a value without a comma before it.
type jsonSkip struct {
	most     int // of brackets in brackets, or 0 for no limit
	depth    int
	inString bool
	after    bool // a value of an array or an object, or a key
}

// over returns how many bytes of b belong to the value. Where it is short, more
// of it has to follow b[n:].
func (s *jsonSkip) over(b []byte) (n int, e extent) {
	for i := 0; ; {
		if s.inString {
			at := closingQuote(b, i)
			if at < 0 {
				if i < len(b) && endsEscaping(b[i:]) {
					return len(b) - 1, isShort
				}
				return len(b), isShort
			}
			s.inString = false
			i = at + 1
		} else {
			if i = skipJSONBlanks(b, i); i == len(b) {
				return i, isShort
			}
			c := b[i]
			switch {
			case c == ',', c == ':':
				if s.depth == 0 {
					return i, isBroken
				}
				s.after = false
				i++
				continue
			case c == '}', c == ']':
				if s.depth == 0 {
					return i, isBroken
				}
				s.depth--
				i++
			case s.after:
				return i, isBroken
			case c == '{', c == '[':
				if s.depth++; s.depth == s.most {
					return i, isDeep
				}
				i++
				continue
			case c == '"':
				s.inString = true
				i++
				continue
			default:
				end := scalarEnd(b, i)
				switch end {
				case i:
					return i, isBroken
				case len(b):
					return i, isShort
				}
				i = end
			}
		}
		if s.depth == 0 {
			return i, isWhole
		}
		s.after = true
	}
}

// valueEnd returns where the value ends that begins at b[i].
func valueEnd(b []byte, i int) (end int, e extent) {
	if i < len(b) && b[i] == '"' {
		if end = closingQuote(b, i+1); end < 0 {
			return len(b), isShort
		}
		return end + 1, isWhole
	}
	s := jsonSkip{most: maxNesting}
	n, e := s.over(b[i:])
	if e == isShort {
		return len(b), e
	}
	return i + n, e
}

// nextMember reads on to the next member of the object that b[i] lies in. It
// returns the member's key, as it is written, and where its value begins. At the
// end of the object there is no key, and at is behind the brace.
func nextMember(b []byte, i int) (key []byte, at int, e extent) {
	i = skipSeparators(b, i)
	switch {
	case i >= len(b):
		return nil, len(b), isShort
	case b[i] == '}':
		return nil, i + 1, isWhole
	case b[i] != '"':
		return nil, i, isBroken
	}
	end := closingQuote(b, i+1)
	if end < 0 {
		return nil, len(b), isShort
	}
	key = b[i+1 : end : end]
	i = skipJSONBlanks(b, end+1)
	if i < len(b) && b[i] != ':' {
		return nil, i, isBroken
	}
	if i = skipJSONBlanks(b, i+1); i >= len(b) {
		return nil, len(b), isShort
	}
	return key, i, isWhole
}

// content returns what stands between the quotation marks of a string, as it is
// written, or nothing for another value.
func content(value []byte) []byte {
	if len(value) < 2 || value[0] != '"' {
		return nil
	}
	return value[1 : len(value)-1]
}

// appendUnescaped appends the content of a JSON string to dst without its
// escapes. Half a surrogate pair becomes U+FFFD; what is no escape stays as it
// is.
func appendUnescaped(dst, raw []byte) []byte {
	for {
		at := bytes.IndexByte(raw, '\\')
		if at < 0 || at+1 == len(raw) {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:at]...)
		raw = raw[at:]
		if raw[1] != 'u' {
			dst = appendEscape(dst, raw[1])
			raw = raw[2:]
			continue
		}
		r, ok := hexRune(raw)
		if !ok {
			dst = append(dst, raw[:2]...)
			raw = raw[2:]
			continue
		}
		raw = raw[escapedRune:]
		if utf16.IsSurrogate(r) {
			low, ok := hexRune(raw)
			if r = utf16.DecodeRune(r, low); ok && r != utf8.RuneError {
				raw = raw[escapedRune:]
			}
		}
		dst = utf8.AppendRune(dst, r)
	}
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\', '/':
		return append(dst, c)
	case 'b':
		return append(dst, '\b')
	case 'f':
		return append(dst, '\f')
	case 'n':
		return append(dst, '\n')
	case 'r':
		return append(dst, '\r')
	case 't':
		return append(dst, '\t')
	}
	return append(dst, '\\', c)
}

const escapedRune = len(`\u0000`)

// hexRune reads the escape \uXXXX that b begins with.
func hexRune(b []byte) (r rune, ok bool) {
	if len(b) < escapedRune || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	return hexValue(b[2:escapedRune])
}

// hexValue reads hexadecimal digits.
func hexValue(digits []byte) (r rune, ok bool) {
	for _, c := range digits {
		switch {
		case isDigit(c):
			r = r<<4 | rune(c-'0')
		case 'a' <= c && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case 'A' <= c && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
