package render

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Redact returns log text as it may be shown to strangers, in its shape: what
// Lambda prints itself (vocabulary, separators, punctuation and the figures
// behind their labels) stays, and of all else letters become x or X and digits
// 0, one for one. What a terminal would obey is spelled out as \x1b, \u202e or
// \r; tabs and newlines stay. Bytes that are no UTF-8 become \xff, and symbols
// ¤. An escape that stands in the text itself is masked like the character that
// it spells. Redacting twice changes nothing more.
func Redact(s string) string {
	r := redactor{in: s}
	for r.at < len(s) {
		rest := s[r.at:]
		switch c := rest[0]; {
		case c == '\\' || c == '\x1b':
			r.escape(rest)
		case '0' <= c && c <= '9' && r.time(rest):
		default:
			r.word(rest)
		}
	}
	return r.out.String()
}

// vocabulary is the words that survive: those of the platform's own lines and of
// what carries them. None is a word only of x and X, which masked ones are.
var vocabulary = func() map[string]bool {
	words := make(map[string]bool)
	for word := range strings.FieldsSeq(`
		REPORT INIT_REPORT RESTORE_REPORT INIT_START RESTORE_START START END EXTENSION XRAY
		RequestId Duration Billed Memory Size Max Used Init Restore Initialization Type Phase Status Error
		Version Runtime ARN TraceId SegmentId Sampled LATEST
		ms us s seconds KB MB GB
		success failure error timeout Runtime.ExitError init invoke restore snap-start on-demand provisioned-concurrency
		time type record requestId metrics durationMs billedDurationMs memorySizeMB maxMemoryUsedMB initDurationMs
		restoreDurationMs billedRestoreDurationMs status errorType phase initializationType version functionVersion
		functionName functionArn runtimeVersion runtimeVersionArn tracing spanId spans name start value producedBytes
		message timestamp level logGroup logStream logEvents events id eventId ingestionTime messageType DATA_MESSAGE
		owner subscriptionFilters field results null true false NaN`) {
		words[word] = true
	}
	return words
}()

// figureLabels are the ends of the labels and the keys that have a figure.
var figureLabels = []string{
	"Duration", "Memory Size", "Memory Used",
	"durationMs", "DurationMs", "memorySizeMB", "maxMemoryUsedMB",
}

var (
	// measured is what stands behind one of these, up to and with the number. What
	// only begins like a number, such as an id or an address, is none.
	measured = regexp.MustCompile(`^(\\*["']?[ \t]*[:=](?:[ \t]|\\t)*\\*["']?` +
		`[+-]?[0-9]+(?:[.,][0-9]+){0,2}(?:[eE][+-]?[0-9]+)?)` +
		`(?:(?:ms|us|s|KB|MB|GB)?[.,]?(?:[^\pL\pM\pN_.,/@$%+-]|$))`)
	isoTime = regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?` +
		`(?:Z|[+-][0-9]{2}:?[0-9]{2})?)(?:[^\pL\pM\pN_]|$)`)
	// colour is an ANSI control sequence, its escape as it is or spelled out.
	colour  = regexp.MustCompile(`^(\x1b|\\x1[bB]|\\u001[bB])(\[[0-9;]*[A-Za-z])`)
	spelled = regexp.MustCompile(`^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))`)
	// eventType is the type of a JSON record, which may be one that is not known.
	eventType = regexp.MustCompile(`^platform\.[A-Za-z]{1,32}$`)
	digit     = regexp.MustCompile(`[0-9]`)
)

// redactor redacts in, of which it has written in[:at] to out.
type redactor struct {
	in  string
	at  int
	out strings.Builder
}

func (r *redactor) keep(n int) { r.replace(n, r.in[r.at:r.at+n]) }

func (r *redactor) replace(n int, by string) {
	r.out.WriteString(by)
	r.at += n
}

// escape redacts an escape or what is spelled as one.
func (r *redactor) escape(rest string) {
	if m := colour.FindStringSubmatch(rest); m != nil {
		esc := strings.Replace(m[1], "\x1b", `\x1b`, 1)
		r.replace(len(m[0]), esc+digit.ReplaceAllString(m[2], "0"))
		return
	}
	if rest[0] == '\x1b' {
		r.rune(rest)
		return
	}
	if m := spelled.FindStringSubmatch(rest); m != nil {
		r.replace(len(m[0]), maskSpelled(m[1], m[2]))
		return
	}
	n := 1
	if len(rest) > 1 && strings.IndexByte("tnr", rest[1]) >= 0 { // a blank between fields
		n = 2
	}
	r.keep(n)
}

// maskSpelled masks the character that two or four hexadecimal digits spell.
func maskSpelled(two, four string) string {
	code, _ := strconv.ParseUint(two+four, 16, 16) // they are such digits
	switch masked := mask(rune(code)); {
	case four != "":
		return fmt.Sprintf(`\u%04x`, masked)
	case code >= utf8.RuneSelf:
		return `\xff`
	default:
		return fmt.Sprintf(`\x%02x`, masked)
	}
}

// time redacts the time that rest begins with, if it does.
func (r *redactor) time(rest string) bool {
	m := isoTime.FindStringSubmatch(rest)
	if m == nil {
		return false
	}
	r.replace(len(m[1]), digit.ReplaceAllString(m[1], "0"))
	return true
}

// word redacts the word that rest begins with, and keeps the figure behind it,
// or redacts one other character.
func (r *redactor) word(rest string) {
	n := strings.IndexFunc(rest, endsWord)
	if n < 0 {
		n = len(rest)
	}
	if n == 0 {
		r.rune(rest)
		return
	}
	if !r.known(rest[:n]) {
		for end := r.at + n; r.at < end; {
			r.rune(r.in[r.at:])
		}
		return
	}
	r.keep(n)
	for _, label := range figureLabels {
		if strings.HasSuffix(r.out.String(), label) {
			if m := measured.FindStringSubmatch(r.in[r.at:]); m != nil {
				r.keep(len(m[1]))
			}
			return
		}
	}
}

// joiners make one word of several, so that nothing of an address or a path is
// taken for a word of the platform's.
const joiners = "_-./@$+%"

func endsWord(c rune) bool {
	return !unicode.In(c, unicode.L, unicode.M, unicode.N) && !strings.ContainsRune(joiners, c)
}

// known reports whether the word that is next stays.
func (r *redactor) known(word string) bool {
	switch core := strings.Trim(word, joiners); {
	case core == "Max": // which is a name too
		return strings.HasPrefix(r.in[r.at:], "Max Memory Used:")
	case vocabulary[core]:
		return true
	}
	quoted := r.at > 0 && strings.IndexByte(`"'`, r.in[r.at-1]) >= 0
	return quoted && eventType.MatchString(word)
}

// rune redacts the character that rest begins with.
func (r *redactor) rune(rest string) {
	c, size := utf8.DecodeRuneInString(rest)
	switch masked := mask(c); {
	case c == utf8.RuneError && size == 1:
		r.replace(size, `\xff`)
	case masked == '\t', masked == '\n':
		r.keep(size)
	case masked == '\r':
		r.replace(size, `\r`)
	case !unprintable(masked):
		r.replace(size, string(masked))
	case masked < utf8.RuneSelf:
		r.replace(size, fmt.Sprintf(`\x%02x`, masked))
	default:
		r.replace(size, fmt.Sprintf(`\u%04x`, masked))
	}
}

// mask returns what a character is shown as: another of its class, or itself
// where it is no text.
func mask(c rune) rune {
	const plane = 0xffff // beyond it there are invisible letters
	switch {
	case unicode.IsUpper(c):
		return 'X'
	case unicode.In(c, unicode.L, unicode.M):
		return 'x'
	case unicode.Is(unicode.N, c):
		return '0'
	case c < utf8.RuneSelf, unicode.IsPunct(c), '─' <= c && c <= '╿': // lines of boxes
		return c
	case unicode.In(c, unicode.Z, unicode.Cc, unicode.Cf) && c <= plane:
		return c
	case unprintable(c):
		return utf8.RuneError
	}
	return '¤'
}
