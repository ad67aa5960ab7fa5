// Package lambdalog turns one log message of AWS Lambda into the platform
// Record that it holds, and back: REPORT, INIT_REPORT, RESTORE_REPORT,
// INIT_START, RESTORE_START and START lines, and the JSON records
// platform.report, platform.initReport, platform.restoreReport,
// platform.initStart, platform.restoreStart and platform.start, as Lambda, its
// emulators and the extensions that rewrite them print them.
//
// It knows one message and nothing else: where messages come from is logfile's
// matter, what records mean together is coldstart's. It is a leaf on the
// standard library, it allocates nothing, and a Record borrows its bytes from
// the message.
package lambdalog

import (
	"bytes"
	"errors"
)

// Kind is what a Record reports.
type Kind uint8

// The kinds of platform record.
const (
	Report        Kind = iota + 1 // the end of an invocation
	InitReport                    // the end of an init phase
	RestoreReport                 // the end of a SnapStart restore
	InitStart                     // the beginning of an init phase
	RestoreStart                  // the beginning of a SnapStart restore
	Start                         // the beginning of an invocation
)

// String returns the kind's name in coldstats' machine formats.
func (k Kind) String() string {
	switch k {
	case Report:
		return "report"
	case InitReport:
		return "init_report"
	case RestoreReport:
		return "restore_report"
	case InitStart:
		return "init_start"
	case RestoreStart:
		return "restore_start"
	case Start:
		return "start"
	}
	return "none"
}

// Fields is a set of fields of a Record.
type Fields uint32

// The fields that a Record may hold.
const (
	RequestID Fields = 1 << iota
	Duration
	Billed
	Init
	Restore
	BilledRestore
	Memory
	MaxMemory
	Status
	ErrorType
	TraceID
	Phase
	InitType
	Version
	Runtime
	Time
	Function
)

// Micros is a duration in whole microseconds. Lambda prints milliseconds with
// two decimals (text) or three (JSON), so that it is exact.
type Micros int64

// Record is one platform record. A field counts only where Has says that the
// message held it: Parse leaves what other fields hold undefined, so that
// nothing has to be cleared between two records.
type Record struct {
	Kind Kind
	// JSON is true for a record of the JSON log format.
	JSON bool
	// InitFirst is true for a REPORT that names Init Duration before Duration.
	// Only emulators do; their init is their own and their memory is made up.
	InitFirst bool
	// Fields says which of the following the message held.
	Fields Fields

	// Duration is the handler's time; it does not contain Init or Restore.
	Duration Micros
	// Billed is Billed Duration.
	Billed Micros
	// Init is Init Duration of a REPORT or INIT_REPORT.
	Init Micros
	// Restore is Restore Duration of a REPORT or RESTORE_REPORT.
	Restore Micros
	// BilledRestore is contained in Billed already.
	BilledRestore Micros
	// MemoryMB is Memory Size, the memory that the function was given.
	MemoryMB int64
	// MaxMemoryMB is Max Memory Used, the high-water mark of the sandbox.
	MaxMemoryMB int64
	// TimeMillis is the record's own time (JSON only), in milliseconds since
	// the Unix epoch.
	TimeMillis int64

	RequestID []byte
	Status    []byte // success, timeout, error, failure
	ErrorType []byte // such as Runtime.ExitError; an open set
	TraceID   []byte // the X-Ray trace, 1-8hex-24hex
	Phase     []byte // init, invoke or snap-start
	InitType  []byte // on-demand, provisioned-concurrency, …
	Version   []byte // $LATEST or a number (start, initStart)
	Runtime   []byte // such as python:3.12.v11 (initStart, restoreStart)
	Function  []byte // its name (start, initStart, restoreStart; JSON only)
}

// Has reports whether the message held all of fields.
func (r *Record) Has(fields Fields) bool { return r.Fields&fields == fields }

func (r *Record) reset(kind Kind) {
	r.Kind = kind
	r.Fields = 0
	r.JSON = false
	r.InitFirst = false
}

// NearMiss is the error of text that has the look of a platform record and is
// none, or is cut. It says why, without quoting the text.
type NearMiss string

func (e NearMiss) Error() string { return string(e) }

// The reasons for which text that looks like a record is refused.
const (
	ErrNoRequestID  NearMiss = "no valid RequestId"
	ErrNoDuration   NearMiss = "no Duration"
	ErrNoInit       NearMiss = "neither Init Duration nor Status"
	ErrNoRestore    NearMiss = "neither Restore Duration nor Status"
	ErrBadNumber    NearMiss = "a number is malformed, too large, or has lost its unit"
	ErrCut          NearMiss = "cut off at the end of the line"
	ErrNotCanonical NearMiss = "in the middle of other text, without the fields that a whole report has"
	ErrCutJSON      NearMiss = "the JSON object does not end"
	ErrBadJSON      NearMiss = "malformed JSON record"
)

type noRecord struct{}

func (noRecord) Error() string { return "no platform record" }

// ErrNone is returned for text that holds no platform record and has not the
// look of one either.
var ErrNone error = noRecord{}

// Parse reads the first platform record in msg into rec and returns what
// follows it. A message usually holds one, but carriers join several. The
// error is nil, a NearMiss (rest follows the text that was refused) or ErrNone
// (rest is empty). All forms are read that are known to exist: fields in any
// order, separated by tabs, spaces, newlines or the two characters \t; the
// X-Ray line; text glued in front. Unknown labels and keys are ignored.
func Parse(msg []byte, rec *Record) (rest []byte, err error) {
	if n, ok := parseCanonical(msg, rec); ok {
		return msg[n:], nil
	}
	if n, ok := parseStart(msg, rec); ok {
		return msg[n:], nil
	}
	return parseAnywhere(msg, rec)
}

// parseAnywhere is Parse for what is not in the very bytes that Lambda prints.
// It stands alone so that its locals do not slow down the messages that are.
func parseAnywhere(msg []byte, rec *Record) (rest []byte, err error) {
	for i := 0; i < len(msg); {
		i = skipBlank(msg, i)
		n, err := parseHere(msg[i:], rec)
		if !errors.Is(err, ErrNone) {
			return msg[i+n:], err
		}
		if i += n; n > 0 && msg[i-1] == '\n' {
			continue
		}
		// Nothing begins here: a report or a JSON record may stand further on in
		// this line, and anything may begin the next.
		end := len(msg)
		if nl := bytes.IndexByte(msg[i:], '\n'); nl >= 0 {
			end = i + nl
		}
		for i < end {
			at := end
			if n := IndexReport(msg[i:end]); n >= 0 {
				at = i + n
			}
			i, err = parseEvents(msg, i, at, rec)
			if !errors.Is(err, ErrNone) {
				return msg[i:], err
			}
			if i > at || at == end {
				continue
			}
			n, err := parseGlued(msg, i, rec)
			if !errors.Is(err, ErrNone) {
				return msg[i+n:], err
			}
			i = min(i+n, end)
		}
		i = max(i, end)
	}
	return nil, ErrNone
}

// parseHere reads the record that begins at the first byte of b. It returns how
// many bytes it read, also when it refuses them.
func parseHere(b []byte, rec *Record) (int, error) {
	if len(b) == 0 {
		return 0, ErrNone
	}
	if b[0] == '{' {
		return parseJSON(b, rec)
	}
	kind, n := keyword(b)
	if kind == 0 {
		return 0, ErrNone
	}
	return parseText(b, n, kind, rec)
}

// maxEvent is more than any JSON record takes. It bounds how much of an object
// without an end is read in vain.
const maxEvent = 16 << 10

// parseEvents reads the first JSON record that begins in msg[i:end], behind
// other text. It returns where the record ends or, with ErrNone, where the last
// object that was passed over does, and no less than end.
func parseEvents(msg []byte, i, end int, rec *Record) (next int, err error) {
	if !bytes.Contains(msg[i:end], []byte(`"platform.`)) {
		return end, ErrNone
	}
	for i < end {
		at := bytes.Index(msg[i:end], []byte(`{"`))
		if at < 0 {
			break
		}
		i += at
		if i > 0 && isQuote(msg[i-1]) {
			i++
			continue
		}
		object := msg[i:min(len(msg), i+maxEvent)]
		n, err := parseJSON(object, rec)
		if !errors.Is(err, ErrNone) {
			return i + n, err
		}
		if n == 0 { // go on where it is JSON no longer
			n, _ = skipJSON(object, 0)
		}
		i += n
	}
	return max(i, end), ErrNone
}

// parseGlued reads the report whose keyword is at i, in the middle of a line.
// Programs print reports that they have read elsewhere, so it has to follow
// something that ends a word and is no quotation mark, and to be whole.
func parseGlued(msg []byte, i int, rec *Record) (int, error) {
	kind, n := keyword(msg[i:])
	if attached(msg, i) {
		return n, ErrNone
	}
	n, err := parseText(msg[i:], n, kind, rec)
	switch {
	case errors.Is(err, ErrNoRequestID):
		return n, ErrNone
	case err == nil && kind == Report && !rec.Has(Duration|Billed|Memory):
		return n, ErrNotCanonical
	case err == nil && kind == InitReport && !rec.Has(Init):
		return n, ErrNotCanonical
	case err == nil && kind == RestoreReport && !rec.Has(Restore):
		return n, ErrNotCanonical
	}
	return n, err
}

// keyword returns the kind of text record that b begins with and how long its
// keyword is, or 0.
func keyword(b []byte) (Kind, int) {
	if len(b) == 0 {
		return 0, 0
	}
	switch b[0] {
	case 'R':
		switch {
		case hasWord(b, "REPORT"):
			return Report, len("REPORT")
		case hasWord(b, "RESTORE_REPORT"):
			return RestoreReport, len("RESTORE_REPORT")
		case hasWord(b, "RESTORE_START"):
			return RestoreStart, len("RESTORE_START")
		}
	case 'I':
		switch {
		case hasWord(b, "INIT_REPORT"):
			return InitReport, len("INIT_REPORT")
		case hasWord(b, "INIT_START"):
			return InitStart, len("INIT_START")
		}
	case 'S':
		if hasPrefix(b, "START RequestId:") {
			return Start, len("START")
		}
	}
	return 0, 0
}

// Begins reports whether msg, without its leading blanks, has the look of a
// platform record. It is quick, and never false for what Parse would find at
// the message's first byte.
func Begins(msg []byte) bool {
	i := skipBlank(msg, 0)
	if i == len(msg) {
		return false
	}
	if msg[i] == '{' {
		return bytes.Contains(msg[i:], []byte(`"platform.`))
	}
	kind, _ := keyword(msg[i:])
	return kind != 0
}

// IndexReport returns where the first report keyword (REPORT, INIT_REPORT or
// RESTORE_REPORT followed by a blank) in b begins, or -1.
//
// A log is full of R and E, so that bytes.Index for the whole word soon
// compares at every byte; P is rare enough to be worth a vector search.
func IndexReport(b []byte) int {
	const lead = len("RE")
	for i := lead; i < len(b); i++ {
		at := bytes.IndexByte(b[i:], 'P')
		if at < 0 {
			return -1
		}
		i += at
		if i+5 > len(b) || string(b[i-2:i+4]) != "REPORT" || !isBlank(b[i+4]) {
			continue
		}
		begin := i - lead
		for _, qualifier := range []string{"INIT_", "RESTORE_"} {
			if from := begin - len(qualifier); from >= 0 && string(b[from:begin]) == qualifier {
				return from
			}
		}
		return begin
	}
	return -1
}

func hasPrefix(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }

// hasWord reports whether b begins with s and a blank, or is s.
func hasWord(b []byte, s string) bool {
	return hasPrefix(b, s) && (len(b) == len(s) || isBlank(b[len(s)]))
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isWord(c byte) bool { return isLetter(c) || '0' <= c && c <= '9' || c == '_' }

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// isQuote reports whether c, before a record, makes it a quotation.
func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' || c == '\\' }

func skipBlank(b []byte, i int) int {
	for i < len(b) && isBlank(b[i]) {
		i++
	}
	return i
}
