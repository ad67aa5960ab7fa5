package lambdalog

import "bytes"

// parseJSON reads the JSON object that b begins with. An object that is no
// platform record gives ErrNone and its length, so that what its strings quote
// is passed over.
func parseJSON(b []byte, rec *Record) (int, error) {
	var kind Kind
	var record, when, typ []byte
	n, ok := eachMember(b, func(key, value []byte) bool {
		switch string(key) {
		case "time":
			when = unquote(value)
		case "type":
			typ = unquote(value)
			kind = jsonKind(typ)
		case "record":
			record = value
		}
		return true
	})
	if !ok {
		return brokenJSON(b, n)
	}
	if kind == 0 || len(record) == 0 {
		return n, ErrNone
	}
	rec.reset(kind)
	switch record[0] {
	case '{':
		if _, ok := eachMember(record, rec.readMember); !ok {
			return n, ErrBadJSON
		}
	case '"': // the Logs API's older records are the text line, with its keyword or without
		text := unquote(record)
		begin := 0
		if named, length := keyword(text); named == kind {
			begin = length
		}
		if _, err := parseFields(text, begin, rec); err != nil {
			return n, err
		}
		switch kind { // of the metrics, these kinds have no more in either form
		case InitReport:
			rec.Fields &^= metricFields &^ Init
		case RestoreReport:
			rec.Fields &^= metricFields &^ (Restore | BilledRestore)
		}
	default:
		return n, ErrBadJSON
	}
	rec.JSON = true
	rec.InitFirst = false // order means nothing here: emulators write text
	if ms, length, ok := ParseTime(when); ok && length == len(when) {
		rec.TimeMillis = ms
		rec.Fields |= Time
	}
	return n, require(rec)
}

// brokenJSON returns how much of b to pass over, whose object is malformed or
// cut at b[at:]: the lines before that one, which may begin something else. The
// lines passed over are not looked at again, so that a text full of braces
// costs no more than its length.
func brokenJSON(b []byte, at int) (int, error) {
	n := bytes.LastIndexByte(b[:at], '\n') + 1
	if !bytes.Contains(b[:at], []byte(`"platform.report"`)) {
		return n, ErrNone
	}
	if n == 0 {
		n = len(b)
		if nl := bytes.IndexByte(b, '\n'); nl >= 0 {
			n = nl
		}
	}
	return n, ErrCutJSON
}

// metricFields are the fields that a platform event has in its metrics.
const metricFields = Duration | Billed | Init | Restore | BilledRestore | Memory | MaxMemory

func jsonKind(typ []byte) Kind {
	switch string(typ) {
	case "platform.report":
		return Report
	case "platform.initReport":
		return InitReport
	case "platform.restoreReport":
		return RestoreReport
	case "platform.initStart":
		return InitStart
	case "platform.restoreStart":
		return RestoreStart
	case "platform.start":
		return Start
	}
	return 0
}

// readMember reads one member of a platform event's record. It reports false
// for a value that a known key must not have.
func (r *Record) readMember(key, value []byte) bool {
	if string(value) == "null" {
		return true
	}
	switch string(key) {
	case "requestId":
		if id := unquote(value); isID(id) {
			r.setWord(RequestID, id)
		}
	case "status":
		r.setJSONWord(Status, value)
	case "errorType":
		r.setJSONWord(ErrorType, value)
	case "phase":
		r.setJSONWord(Phase, value)
	case "initializationType":
		r.setJSONWord(InitType, value)
	case "version", "functionVersion":
		r.setJSONWord(Version, value)
	case "runtimeVersion":
		r.setJSONWord(Runtime, value)
	case "functionName":
		r.setFunction(unquote(value))
	case "functionArn":
		r.setFunction(functionOfARN(unquote(value)))
	case "metrics":
		_, ok := eachMember(value, r.readMetric)
		return ok
	case "tracing":
		// A trace id is no reason to lose the figures.
		_, _ = eachMember(value, r.readTracing)
	}
	return true
}

func (r *Record) readMetric(key, value []byte) bool {
	if string(value) == "null" {
		return true
	}
	switch r.Kind {
	case InitReport:
		if string(key) == "durationMs" {
			return r.setJSONMicros(Init, value)
		}
		return true
	case RestoreReport:
		switch string(key) {
		case "durationMs":
			return r.setJSONMicros(Restore, value)
		case "billedDurationMs":
			return r.setJSONMicros(BilledRestore, value)
		}
		return true
	}
	switch string(key) {
	case "durationMs":
		return r.setJSONMicros(Duration, value)
	case "billedDurationMs":
		return r.setJSONMicros(Billed, value)
	case "initDurationMs":
		return r.setJSONMicros(Init, value)
	case "restoreDurationMs":
		return r.setJSONMicros(Restore, value)
	case "billedRestoreDurationMs":
		return r.setJSONMicros(BilledRestore, value)
	case "memorySizeMB":
		return r.setJSONMB(Memory, value)
	case "maxMemoryUsedMB":
		return r.setJSONMB(MaxMemory, value)
	}
	return true
}

// readTracing reads the trace id out of "Root=1-…;Parent=…;Sampled=1".
func (r *Record) readTracing(key, value []byte) bool {
	if string(key) != "value" {
		return true
	}
	const root = "Root="
	v := unquote(value)
	at := bytes.Index(v, []byte(root))
	if at < 0 {
		return true
	}
	id := v[at+len(root):]
	if end := bytes.IndexByte(id, ';'); end >= 0 {
		id = id[:end]
	}
	if isID(id) {
		r.setWord(TraceID, id)
	}
	return true
}

// setJSONWord keeps a string that is one word. A word is all that Lambda
// writes there; a string with blanks or escapes is none of its names.
func (r *Record) setJSONWord(name Fields, value []byte) {
	if s := unquote(value); isOneWord(s) {
		r.setWord(name, s)
	}
}

func isOneWord(s []byte) bool {
	w, _ := token(s, 0)
	return len(w) == len(s) && len(s) > 0
}

// setFunction keeps the function's name, which no text record has.
func (r *Record) setFunction(name []byte) {
	if !r.Has(Function) && isOneWord(name) {
		r.Function = name
		r.Fields |= Function
	}
}

// functionOfARN returns the function's name in its ARN, or nothing for another:
//
//	arn:aws:lambda:eu-west-1:123456789012:function:checkout:7
func functionOfARN(arn []byte) []byte {
	const service, resource, name = 2, 5, 6 // numbers of parts
	for part := 0; ; part++ {
		word, rest, more := bytes.Cut(arn, []byte(":"))
		switch {
		case part == service && string(word) != "lambda", part == resource && string(word) != "function":
			return nil
		case part == name:
			return word
		case !more:
			return nil
		}
		arn = rest
	}
}

func (r *Record) setJSONMicros(name Fields, value []byte) bool {
	v, n, ok := millis(value, 0)
	if !ok || n != len(value) {
		return false
	}
	r.setMicros(name, v)
	return true
}

func (r *Record) setJSONMB(name Fields, value []byte) bool {
	v, n, ok := whole(value, 0)
	if !ok || n != len(value) {
		return false
	}
	r.setMB(name, v)
	return true
}

// unquote returns the bytes between the quotation marks of a JSON string, as
// they are written, or nothing for another value. Names and ids hold no
// escapes; what does is refused where it is read.
func unquote(value []byte) []byte {
	if len(value) < 2 || value[0] != '"' {
		return nil
	}
	return value[1 : len(value)-1]
}

// eachMember calls f with the key, as written, and the raw value of each member
// of the JSON object that b begins with, until f returns false. n is the length
// of the object, or where it is none. It is lenient about a comma before the
// closing brace, which AWS's own documentation has.
func eachMember(b []byte, f func(key, value []byte) bool) (n int, ok bool) {
	if len(b) == 0 || b[0] != '{' {
		return 0, false
	}
	i := 1
	for {
		i = skipBlank(b, i)
		switch {
		case i == len(b):
			return i, false
		case b[i] == '}':
			return i + 1, true
		case b[i] == ',':
			i++
			continue
		}
		key := i
		if i, ok = skipString(b, i); !ok {
			return i, false
		}
		keyEnd := i
		i = skipBlank(b, i)
		if i == len(b) || b[i] != ':' {
			return i, false
		}
		i = skipBlank(b, i+1)
		value := i
		if i, ok = skipJSON(b, i); !ok {
			return i, false
		}
		if !f(b[key+1:keyEnd-1], b[value:i]) {
			return i, false
		}
	}
}

// skipJSON skips the JSON value at b[i:]. Brackets are counted, not nested
// calls, so that depth costs nothing. Where a value follows a value without a
// comma the text is JSON no longer.
func skipJSON(b []byte, i int) (next int, ok bool) {
	depth := 0
	after := false // a value
	for i < len(b) {
		c := b[i]
		switch c {
		case ' ', '\t', '\r', '\n':
			i++
			continue
		case ',', ':':
			if depth == 0 {
				return i, false
			}
			after = false
			i++
			continue
		case '}', ']':
			depth--
			i++
		default:
			if after {
				return i, false
			}
			switch c {
			case '{', '[':
				depth++
				i++
				continue
			case '"':
				if i, ok = skipString(b, i); !ok {
					return i, false
				}
			default:
				i = skipScalar(b, i)
			}
		}
		if depth <= 0 {
			return i, depth == 0
		}
		after = true
	}
	return i, false
}

func skipScalar(b []byte, i int) int {
	for i < len(b) {
		switch b[i] {
		case ' ', '\t', '\r', '\n', ',', ':', '{', '}', '[', ']', '"':
			return i
		}
		i++
	}
	return i
}

// skipString skips the JSON string at b[i:], which no newline may cut.
func skipString(b []byte, i int) (next int, ok bool) {
	if i == len(b) || b[i] != '"' {
		return i, false
	}
	for i++; i < len(b); i++ {
		if !endsString[b[i]] {
			continue
		}
		switch b[i] {
		case '"':
			return i + 1, true
		case '\\':
			i++
		default:
			return i, false
		}
	}
	return len(b), false
}

var endsString = [256]bool{'"': true, '\\': true, '\n': true}
