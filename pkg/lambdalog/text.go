package lambdalog

// parseText reads the text record of the given kind whose keyword takes the
// first n bytes of b. It returns where the record, or what was refused, ends.
func parseText(b []byte, n int, kind Kind, rec *Record) (int, error) {
	rec.reset(kind)
	if kind == Report {
		n = dashID(b, n, rec)
	}
	end, ok := parseFields(b, n, rec)
	if !ok {
		return end, ErrBadNumber
	}
	return end, require(rec)
}

// dashID reads the request id of the Serverless Framework's form, "REPORT - id".
func dashID(b []byte, i int, rec *Record) int {
	at := skipBlank(b, i)
	if !hasPrefix(b[at:], "- ") {
		return i
	}
	at = skipBlank(b, at+1)
	if id, next := token(b, at); isID(id) {
		rec.RequestID = id
		rec.Fields |= RequestID
		return next
	}
	return i
}

// require says which field, if any, a record lacks without which it is none.
func require(rec *Record) error {
	switch rec.Kind {
	case Report:
		if !rec.Has(RequestID) {
			return ErrNoRequestID
		}
		if !rec.Has(Duration) {
			return ErrNoDuration
		}
	case InitReport:
		if !rec.Has(Init) && !rec.Has(Status) {
			return ErrNoInit
		}
	case RestoreReport:
		if !rec.Has(Restore) && !rec.Has(Status) {
			return ErrNoRestore
		}
	case Start:
		if !rec.Has(RequestID) {
			return ErrNoRequestID
		}
	}
	return nil
}

// parseFields reads labels and their values from b[i:] into rec, in any order,
// up to the end of the record: the end of b, a line that does not continue it,
// or the next record's keyword. A label counts only where a field can begin,
// after a separator or a value, so that "Duration:" is never found inside
// "Runtime Duration:". ok is false when the value of a known label is refused.
func parseFields(b []byte, i int, rec *Record) (end int, ok bool) {
	ok = true
	for {
		next, line := skipSeparators(b, i)
		if next == len(b) {
			return next, ok
		}
		name, value, known := label(b, next)
		// A line that repeats a field is another message: nothing prints one twice.
		if line && (!name.continues() || rec.Has(rec.means(name.field))) || beginsRecord(b[next:]) {
			return i, ok
		}
		i = next
		if !known {
			i = skipUnknown(b, i)
			continue
		}
		next, good := name.read(b, value, rec)
		if !good {
			ok = false
			next = skipToken(b, value)
		}
		i = next
	}
}

// field is a label's meaning: which field it names and what its value is.
type field struct {
	field Fields
	value valueKind
}

type valueKind uint8

const (
	milliseconds valueKind = iota
	megabytes
	word
	identifier
)

// label recognises the label at b[i:], returns its meaning and where its value
// begins.
func label(b []byte, i int) (f field, value int, known bool) {
	b = b[i:]
	match := func(name string, fields Fields, kind valueKind) bool {
		if !hasPrefix(b, name) {
			return false
		}
		f, value, known = field{fields, kind}, i+len(name), true
		return true
	}
	switch b[0] {
	case 'B':
		_ = match("Billed Duration:", Billed, milliseconds) ||
			match("Billed Restore Duration:", BilledRestore, milliseconds)
	case 'D':
		match("Duration:", Duration, milliseconds)
	case 'E':
		match("Error Type:", ErrorType, word)
	case 'I':
		_ = match("Init Duration:", Init, milliseconds) ||
			match("Initialization Type:", InitType, word)
	case 'M':
		_ = match("Memory Size:", Memory, megabytes) ||
			match("Max Memory Used:", MaxMemory, megabytes)
	case 'P':
		match("Phase:", Phase, word)
	case 'R':
		_ = match("RequestId:", RequestID, identifier) ||
			match("Restore Duration:", Restore, milliseconds) ||
			match("Runtime Version:", Runtime, word)
	case 'S':
		match("Status:", Status, word)
	case 'V':
		match("Version:", Version, word)
	case 'X':
		match("XRAY TraceId:", TraceID, identifier)
	}
	return f, value, known
}

// read reads the value at b[i:] into rec. What a record names twice keeps its
// first value.
func (f field) read(b []byte, i int, rec *Record) (next int, ok bool) {
	i = skipGap(b, i)
	name := f.field
	switch f.value {
	case milliseconds:
		v, next, ok := millis(b, i)
		if ok {
			next, ok = unit(b, next, "ms")
		}
		if ok {
			rec.setMicros(name, v)
		}
		return next, ok
	case megabytes:
		v, next, ok := whole(b, i)
		if ok {
			next, ok = unit(b, next, "MB")
		}
		if ok {
			rec.setMB(name, v)
		}
		return next, ok
	case identifier:
		id, next := token(b, i)
		if isID(id) {
			rec.setWord(name, id)
		}
		return next, true
	default:
		w, next := token(b, i)
		if len(w) > 0 {
			rec.setWord(name, w)
		}
		return next, true
	}
}

// means returns the field that the label of name stands for in this kind of
// record: rewriters print the time of an init or a restore as plain Duration.
func (r *Record) means(name Fields) Fields {
	switch {
	case name == Duration && r.Kind == InitReport:
		return Init
	case name == Duration && r.Kind == RestoreReport:
		return Restore
	}
	return name
}

func (r *Record) setMicros(name Fields, v Micros) {
	name = r.means(name)
	if r.Has(name) {
		return
	}
	switch name {
	case Duration:
		r.InitFirst = r.Kind == Report && r.Has(Init)
		r.Duration = v
	case Billed:
		r.Billed = v
	case Init:
		r.Init = v
	case Restore:
		r.Restore = v
	case BilledRestore:
		r.BilledRestore = v
	}
	r.Fields |= name
}

func (r *Record) setMB(name Fields, v int64) {
	if r.Has(name) {
		return
	}
	if name == Memory {
		r.MemoryMB = v
	} else {
		r.MaxMemoryMB = v
	}
	r.Fields |= name
}

func (r *Record) setWord(name Fields, w []byte) {
	if r.Has(name) {
		return
	}
	switch name {
	case RequestID:
		r.RequestID = w
	case Status:
		r.Status = w
	case ErrorType:
		r.ErrorType = w
	case TraceID:
		r.TraceID = w
	case Phase:
		r.Phase = w
	case InitType:
		r.InitType = w
	case Version:
		r.Version = w
	case Runtime:
		r.Runtime = w
	}
	r.Fields |= name
}

// Continues reports whether line, without what precedes its first field, is
// the continuation of a report on the line before: the X-Ray line, or one
// field of a copy that has each field on a line of its own.
func Continues(line []byte) bool {
	i := 0
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		i++
	}
	if i == len(line) {
		return false
	}
	f, _, _ := label(line, i)
	return f.continues()
}

// continues reports whether the field can begin a line that continues a
// record. What is no field cannot.
func (f field) continues() bool {
	return f.field != 0 && f.field&(RequestID|Version|Runtime|InitType|Phase) == 0
}

// beginsRecord reports whether b begins with the first words of the next
// platform line, which ends this one where carriers lost the newline.
func beginsRecord(b []byte) bool {
	if hasPrefix(b, "END RequestId:") {
		return true
	}
	kind, _ := keyword(b)
	return kind != 0
}

// skipSeparators skips what stands between two fields: blanks, the characters
// \t and \n spelled out, and the punctuation that prose and tables put there.
// newLine is true when it passed the end of a line.
func skipSeparators(b []byte, i int) (next int, newLine bool) {
	for i < len(b) {
		switch c := b[i]; {
		case c == '\n':
			newLine = true
		case isBlank(c), c == '.', c == ',', c == ';', c == '|':
		case c == '\\' && i+1 < len(b) && isEscape(b[i+1]):
			newLine = newLine || b[i+1] == 'n'
			i++
		default:
			return i, newLine
		}
		i++
	}
	return i, newLine
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

// skipUnknown skips a label that is not known and its value: one word, or a
// number and its unit. Text without a colon is skipped up to the next wide
// separator: only there can a field begin again.
func skipUnknown(b []byte, i int) int {
	for i < len(b) {
		switch c := b[i]; {
		case c == ':':
			return skipValue(b, i+1)
		case c == '\t', c == '\n', c == '\\' && i+1 < len(b) && isEscape(b[i+1]):
			return i
		case c == ' ' && i+1 < len(b) && b[i+1] == ' ':
			return i
		case c == ' ' && beginsRecord(b[i+1:]):
			return i
		}
		i++
	}
	return i
}

func skipValue(b []byte, i int) int {
	i = skipGap(b, i)
	number := i < len(b) && '0' <= b[i] && b[i] <= '9'
	i = skipToken(b, i)
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
