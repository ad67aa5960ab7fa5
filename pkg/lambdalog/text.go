package lambdalog

import "errors"

// parseText reads the text record of the given kind whose keyword takes the
// first n bytes of b. It returns where the record, or what was refused, ends.
func parseText(b []byte, n int, kind Kind, rec *Record) (int, error) {
	rec.reset(kind)
	if kind == Report {
		n = dashID(b, n, rec)
	}
	end, err := parseFields(b, n, rec)
	if err == nil {
		return end, require(rec)
	}
	if errors.Is(err, ErrCut) && kind == Report && !rec.Has(RequestID) {
		err = ErrNoRequestID // it was none before it was cut
	}
	return end, err
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
// "Runtime Duration:". The error says why a known label or its value is refused.
func parseFields(b []byte, i int, rec *Record) (end int, err error) {
	unread := -1 // the last label, if no number was read behind it
	for {
		next, line := skipSeparators(b, i)
		if next == len(b) {
			if unread >= 0 && rec.isCut(b, unread) {
				err = ErrCut
			}
			return next, err
		}
		name, value, known := label(b, next)
		// A line that repeats a field is another message: nothing prints one twice.
		if line && (!name.continues() || rec.Has(rec.means(name.field))) || beginsRecord(b[next:]) {
			return i, err
		}
		i = next
		if !known {
			unread = i
			i = skipUnknown(b, i)
			continue
		}
		next, good := name.read(b, value, rec)
		unread = -1
		if !good || name.value == word {
			unread = i
		}
		if !good {
			err = ErrBadNumber
			next = skipToken(b, value)
		}
		i = next
	}
}

// figureLabels are the labels whose loss changes the figures of a report.
var figureLabels = [...]string{
	"Duration:", "Billed Duration:", "Memory Size:", "Max Memory Used:", "Init Duration:", "Restore Duration:", "Billed Restore Duration:",
	"Status:", "Error Type:",
}

// isCut reports whether b ends inside the label at b[i:], or right behind it. A
// report that is cut so has lost a figure, and would pass for a whole one.
func (r *Record) isCut(b []byte, i int) bool {
	if r.Kind > RestoreReport || i == 0 || isWord(b[i-1]) { // as a terminal wraps it
		return false
	}
	for _, name := range figureLabels {
		if b[i] != name[0] {
			continue
		}
		n := 1
		for n < len(name) && i+n < len(b) && b[i+n] == name[n] {
			n++
		}
		if skipBlank(b, i+n) == len(b) {
			return true
		}
	}
	return false
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
