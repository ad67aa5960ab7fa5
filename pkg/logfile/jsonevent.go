package logfile

import (
	"bytes"
	"encoding/binary"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// maxLayout is the longest event that a layout is learned from.
const maxLayout = 64 << 10

// eventForm is what stands around the values of an event. Who writes events writes
// one like the other, so that most are read by comparing a few known bytes and
// finding the ends of the values between them.
type eventForm struct {
	text   []byte // the event that it was learned from
	before [maxMembers][]byte
	tail   []byte // behind the last value
	// isString tells which of the values are strings, and at which of them has a
	// field, counted from 1.
	isString [maxMembers]bool
	at       [fieldCount]int8
	count    int

	// What follows is of the event that was matched last.

	begin, end [maxMembers]int // its values
	platform   bool            // the message quotes "platform.
}

// learn learns the layout of the event that was parsed from object. One with
// values that hold others has none.
func (m *eventForm) learn(it *item, object []byte) {
	if !it.flat || len(object) > maxLayout || content(it.values[messageField]) == nil {
		return
	}
	m.text = append(m.text[:0], object...)
	m.at = [fieldCount]int8{}
	m.count = it.count
	from := 0
	for i, v := range it.members[:it.count] {
		m.before[i] = m.text[from:v.begin]
		m.isString[i] = v.isString
		m.at[v.field] = int8(i + 1)
		from = v.end
	}
	m.tail = m.text[from:]
}

// match reads the event at b[p:] and returns where it ends. ok is false where it
// has another layout, or is not all there.
func (m *eventForm) match(b []byte, p int) (end int, ok bool) {
	m.platform = false
	message := int(m.at[messageField]) - 1
	for i, before := range m.before[:m.count] {
		if !bytes.HasPrefix(b[p:], before) {
			return 0, false
		}
		p += len(before)
		length := m.end[i] - m.begin[i] // of the one before
		m.begin[i] = p
		switch {
		case !m.isString[i]:
			p = numberEnd(b, p, length)
		case i == message:
			p = m.messageEnd(b, p)
		default:
			p = closingQuote(b, p)
		}
		if p < 0 {
			return 0, false
		}
		m.end[i] = p
	}
	return p + len(m.tail), bytes.HasPrefix(b[p:], m.tail)
}

// messageEnd is closingQuote for a message, which may quote other JSON.
func (m *eventForm) messageEnd(b []byte, begin int) int {
	for from := begin; ; {
		n := bytes.IndexByte(b[from:], '"')
		if n < 0 {
			return -1
		}
		at := from + n
		if b[at-1] != '\\' || !endsEscaping(b[begin:at]) {
			return at
		}
		from = at + 1
		if from < len(b) && b[from] == 'p' && bytes.HasPrefix(b[from:], []byte("platform.")) {
			m.platform = true
		}
	}
}

// numberEnd is scalarEnd for what is probably a number of so many digits, as
// times are.
func numberEnd(b []byte, p, length int) int {
	const word = 8
	end := p + length
	if length < word || length > 2*word || end >= len(b) || isScalar[b[end]] ||
		!areDigits(binary.LittleEndian.Uint64(b[p:])) || !areDigits(binary.LittleEndian.Uint64(b[end-word:])) {
		return scalarEnd(b, p)
	}
	return end
}

// areDigits reports whether each of the eight bytes is a decimal digit: none is
// changed in its upper half by adding six.
func areDigits(eight uint64) bool {
	const upper, zeros, sixes = 0xf0f0f0f0f0f0f0f0, 0x3030303030303030, 0x0606060606060606
	return eight&upper == zeros && (eight+sixes)&upper == zeros
}

// value returns the value of the matched event that f means, without the
// quotation marks of a string.
func (m *eventForm) value(b []byte, f field) []byte {
	i := m.at[f] - 1
	if i < 0 {
		return nil
	}
	return b[m.begin[i]:m.end[i]]
}

// time returns the time of the matched event.
func (m *eventForm) time(b []byte) logs.Time {
	value := m.value(b, timestampField)
	if i := m.at[timestampField]; i > 0 && m.isString[i-1] {
		return timeOf(value)
	}
	return timeOfValue(value)
}

// matchEvents lends the events at pos that have the layout of the one before
// them.
func (r *jsonReader) matchEvents() bool {
	m := &r.form
	if m.count == 0 {
		return true
	}
	b, p := r.buf[:r.end], r.pos
	for {
		end, ok := m.match(b, skipSeparators(b, p))
		if !ok {
			break
		}
		p = end
		raw := m.value(b, messageField)
		if !m.platform && !mayHoldEscaped(raw) {
			r.coverage.Events++
			continue
		}
		r.skip(m.begin[m.at[messageField]-1])
		stream := r.streamOf(m.value(b, accountField), m.value(b, groupField), m.value(b, streamField))
		if !r.offer(r.unescaped(raw), m.time(b), stream, r.line+1) {
			return false
		}
	}
	r.skip(p)
	return true
}

// lendEvent lends the event that was parsed.
func (r *jsonReader) lendEvent() bool {
	it := &r.item
	message := it.values[messageField]
	if raw := content(message); raw != nil {
		if !mayHoldEscaped(raw) && !bytes.Contains(raw, []byte(`"platform.`)) {
			r.coverage.Events++
			return true
		}
		message = r.unescaped(raw)
	}
	stream := r.streamOf(content(it.values[accountField]), content(it.values[groupField]), content(it.values[streamField]))
	r.skip(r.pos + it.messageAt)
	return r.offer(message, timeOfValue(it.values[timestampField]), stream, r.line+1)
}

// lendTelemetry lends the event of the Logs or the Telemetry API that was parsed
// from object. Of what functions and extensions print, none is the platform's.
func (r *jsonReader) lendTelemetry(object []byte) bool {
	it := &r.item
	if !bytes.HasPrefix(content(it.values[typeField]), []byte("platform.")) {
		r.coverage.Events++
		return true
	}
	stream := r.streamOf(nil, nil, nil)
	if raw := content(it.values[recordField]); raw != nil { // the older form is text
		if text := appendUnescaped(nil, raw); lambdalog.Begins(text) {
			return r.offer(text, timeOfValue(it.values[timeField]), stream, r.line+1)
		}
	}
	return r.offer(object, logs.Time{}, stream, r.line+1)
}

// mayHoldEscaped reports whether the content of a string, with its escapes, may
// hold a platform record other than one of JSON. It is quick, for it is asked of
// every message.
func mayHoldEscaped(raw []byte) bool {
	i := 0
	for i+1 < len(raw) && (isJSONBlank(raw[i]) || raw[i] == '\\' && isBlankEscape(raw[i+1])) {
		if raw[i] == '\\' {
			i++
		}
		i++
	}
	if i == len(raw) {
		return false
	}
	switch raw[i] {
	case 'S':
		if bytes.HasPrefix(raw[i:], []byte("START ")) {
			return true
		}
	case 'I':
		if bytes.HasPrefix(raw[i:], []byte("INIT_")) {
			return true
		}
	case 'R':
		if bytes.HasPrefix(raw[i:], []byte("REPORT")) || bytes.HasPrefix(raw[i:], []byte("RESTORE_")) {
			return true
		}
	}
	return hasReport(raw) || hasASCIIEscape(raw)
}

func isBlankEscape(c byte) bool { return c == 't' || c == 'n' || c == 'r' }

// hasReport is lambdalog.IndexReport for text with escapes.
func hasReport(raw []byte) bool {
	const before, behind = "RE", "PORT"
	for i := len(before); i < len(raw); i++ {
		n := bytes.IndexByte(raw[i:], behind[0])
		if n < 0 {
			return false
		}
		i += n
		end := i + len(behind)
		if end < len(raw) && string(raw[i-len(before):end]) == before+behind && (isJSONBlank(raw[end]) || raw[end] == '\\') {
			return true
		}
	}
	return false
}

// hasASCIIEscape reports whether a byte of raw is written as \u00XX, of which a
// record may be made.
func hasASCIIEscape(raw []byte) bool {
	for i := 1; i < len(raw); i++ {
		n := bytes.IndexByte(raw[i:], 'u')
		if n < 0 {
			return false
		}
		i += n
		if raw[i-1] == '\\' && bytes.HasPrefix(raw[i+1:], []byte("00")) {
			return true
		}
	}
	return false
}

// unescaped returns the content of a string without its escapes, until the next
// call.
func (r *jsonReader) unescaped(raw []byte) []byte {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw
	}
	r.text = appendUnescaped(r.text[:0], raw)
	return r.text
}

// streamOf returns the stream of an event, whose own names may be absent.
func (r *jsonReader) streamOf(account, group, name []byte) *logs.Stream {
	r.names = r.names[:0]
	account = r.name(account, r.header.account)
	group = r.name(group, r.header.group)
	name = r.name(name, r.header.stream)
	if len(account)+len(group)+len(name) == 0 {
		return r.own
	}
	return r.streams.Of(account, group, name)
}

// name returns a name without its escapes, or what the document says where it
// is absent.
func (r *jsonReader) name(raw, header []byte) []byte {
	if len(raw) == 0 {
		return header
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw
	}
	from := len(r.names)
	r.names = appendUnescaped(r.names, raw)
	return r.names[from:]
}
