package logfile

import (
	"bytes"
	"unicode/utf8"
)

// opensPython tells of a list of telemetry events as Python prints it, which is
// what the published example of an extension writes to S3:
//
//	[{'time': '2020-11-12T14:54:52.041Z', 'type': 'platform.start', 'record': {'requestId': …}}]
func opensPython(b []byte) opening {
	if b[0] != '[' {
		return opensNone
	}
	at := skipSeparators(b, 1)
	if at == len(b) {
		return shortUpTo(maxKey, b)
	}
	if b[at] != '{' {
		return opensNone
	}
	for _, key := range []string{"time", "type", "record"} {
		key = "{'" + key + "':"
		switch {
		case bytes.HasPrefix(b[at:], []byte(key)):
			return opensOne
		case len(b)-at < len(key) && key[:len(b)-at] == string(b[at:]):
			return opensShort
		}
	}
	return opensNone
}

// pythonItems reads the list of telemetry events at pos.
func (r *jsonReader) pythonItems() bool {
	r.skip(r.pos + 1)
	for {
		c, ok := r.next()
		switch {
		case !ok:
			r.ends()
			return true
		case c == ']':
			r.skip(r.pos + 1)
			return true
		}
		n, e := r.fromPython()
		for e == isShort && !r.full() {
			r.more()
			n, e = r.fromPython()
		}
		if e != isWhole {
			r.broken(n)
			return true
		}
		more := true
		if _, e = r.item.parse(r.text, true); e == isWhole && r.item.isTelemetry() {
			more = r.lendTelemetry(r.text)
		}
		r.skip(r.pos + n)
		if !more {
			return false
		}
	}
}

// fromPython makes JSON of the dictionary that Python printed at pos and that
// takes n bytes. A string is in single quotation marks unless it holds one.
func (r *jsonReader) fromPython() (n int, e extent) {
	b, out := r.rest(), r.text[:0]
	depth := 0
	for i := 0; i < len(b); {
		c := b[i]
		switch {
		case c == '\'', c == '"':
			end := pythonQuote(b, i+1, c)
			if end < 0 {
				return len(b), isShort
			}
			out = appendPythonString(out, b[i+1:end])
			i = end + 1
			continue
		case c == '{', c == '[':
			depth++
		case c == '}', c == ']':
			depth--
		case isScalar[c]:
			end := scalarEnd(b, i)
			out = append(out, pythonWord(b[i:end])...)
			i = end
			continue
		}
		out = append(out, c)
		i++
		if depth == 0 {
			r.text = out
			return i, isWhole
		}
	}
	return len(b), isShort
}

func pythonWord(word []byte) []byte {
	switch string(word) {
	case "None":
		return []byte("null")
	case "True":
		return []byte("true")
	case "False":
		return []byte("false")
	}
	return word
}

// pythonQuote is closingQuote for a string in the given quotation marks.
func pythonQuote(b []byte, i int, quote byte) int {
	for ; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case quote:
			return i
		}
	}
	return -1
}

// appendPythonString appends the content of a Python string as one of JSON.
func appendPythonString(out, raw []byte) []byte {
	out = append(out, '"')
	for len(raw) > 0 {
		n := 1
		switch {
		case raw[0] == '"':
			out = append(out, `\"`...)
		case raw[0] != '\\' || len(raw) == 1:
			out = append(out, raw[0])
		default:
			out, n = appendPythonEscape(out, raw)
		}
		raw = raw[n:]
	}
	return append(out, '"')
}

// appendPythonEscape appends the escape that raw begins with, which takes n
// bytes.
func appendPythonEscape(out, raw []byte) (_ []byte, n int) {
	digits := map[byte]int{'x': 2, 'U': 8}[raw[1]]
	switch {
	case raw[1] == '\'':
		return append(out, '\''), 2
	case digits == 0 || len(raw) < 2+digits:
		return append(out, raw[:2]...), 2
	}
	code, ok := hexValue(raw[2 : 2+digits])
	switch {
	case !ok:
		return append(out, raw[:2]...), 2
	case code < ' ', code == '"', code == '\\':
		return append(out, `\u00`+string(raw[2+digits-2:2+digits])...), 2 + digits
	}
	return utf8.AppendRune(out, code), 2 + digits
}
