package logfile

import (
	"bytes"
	"encoding/binary"
)

// forms remembers the shapes of the last two prefixes: a file has one or two,
// and nearly all of its lines are of no interest, which a known form tells with
// a few comparisons at fixed places.
type forms struct {
	known  [2]form
	latest int    // the one that matched last
	other  prefix // of a line with neither
}

// messageAt returns where the message of a line with a known prefix begins. It
// returns -1 for another line, and for one that may have more of a prefix.
func (f *forms) messageAt(line []byte) int {
	if !f.known[f.latest].matches(line) {
		if !f.known[1-f.latest].matches(line) {
			return -1
		}
		f.latest = 1 - f.latest
	}
	return f.known[f.latest].messageAt(line)
}

// cut is cutPrefix, which it spares a line with a known prefix. It learns the
// form of another. The prefix is lent until the next call.
func (f *forms) cut(line []byte) *prefix {
	if at := f.messageAt(line); at >= 0 {
		if p, ok := f.known[f.latest].cut(line, at); ok {
			return p
		}
	}
	f.other = cutPrefix(line)
	p := &f.other
	size := p.message
	for size > p.end+1 && isBlank(line[size-1]) { // how far messages are indented differs
		size--
	}
	if p.marked && wordSize <= size && size <= maxWords*wordSize {
		f.latest = 1 - f.latest
		f.known[f.latest].learn(line[:size], p)
	}
	return p
}

// maxWords bounds the length of the prefixes that a form can have.
const maxWords = 30

// wordSize is how many bytes are compared at once.
const wordSize = 8

// form is the shape of a prefix: which bytes stand at which places. A letter or
// digit of a name may be any, a digit of a time any digit.
type form struct {
	size  int // of the prefix; one blank at most is its last byte
	words int // the words to compare; 0 for no form
	word  [maxWords]struct {
		at         uint8
		mask, want uint64
	}
	shape prefix
	// ended is true where of all digits only those of a stream can go on with it.
	ended bool
}

// learn makes f the form of the line's prefix, which takes all of line.
func (f *form) learn(line []byte, p *prefix) {
	f.size, f.words, f.shape = len(line), 0, *p
	f.ended = !p.clock.empty() && !p.isNamed() && !p.dashed && !p.runner
	for i := 0; i < len(line); i += wordSize {
		at := min(i, len(line)-wordSize) // the last overlaps the one before it
		if p.clock.from < at && at+wordSize <= p.clock.to {
			continue // its beginning tells a time, which is read where it is wanted
		}
		var mask, want uint64
		for j, c := range line[at : at+wordSize] {
			bits, value := byte(0xff), c
			switch {
			case p.names(at+j) && (isLetter(c) || isDigit(c)):
				bits, value = 0, 0
			case isDigit(c):
				bits, value = 0xf0, '0'
			}
			mask |= uint64(bits) << (8 * j)
			want |= uint64(value) << (8 * j)
		}
		if mask != 0 {
			w := &f.word[f.words]
			w.at, w.mask, w.want = uint8(at), mask, want
			f.words++
		}
	}
}

// names reports whether the byte at i is part of a name.
func (p *prefix) names(i int) bool {
	for _, name := range [...]span{p.group, p.stream, p.function} {
		if name.from <= i && i < name.to {
			return true
		}
	}
	return false
}

// matches reports whether the line begins with a prefix of this form.
func (f *form) matches(line []byte) bool {
	if len(line) <= f.size {
		return false
	}
	for i := range f.word[:f.words] {
		w := &f.word[i]
		if binary.LittleEndian.Uint64(line[w.at:])&w.mask != w.want {
			return false
		}
	}
	return f.words > 0
}

// messageAt returns where the message behind a prefix of this form begins, or
// -1 where more of the prefix, or nothing at all, may follow.
func (f *form) messageAt(line []byte) int {
	at := f.size
	for at < len(line) && isBlank(line[at]) {
		at++
	}
	if at == len(line) || f.mayGoOn(line[at:]) {
		return -1
	}
	return at
}

// mayGoOn reports whether text, behind a prefix of this form, may be another
// piece of it or an ornament.
func (f *form) mayGoOn(text []byte) bool {
	if !mayBeginPrefix[text[0]] {
		return text[0] < ' '
	}
	p := &f.shape
	switch c := text[0]; {
	case c == '[':
		return p.clock.empty() || len(text) > 1 && isDigit(text[1])
	case !isDigit(c):
		return true
	case p.clock.empty(), p.runner:
		return true
	case p.stream.empty() && hasByte(text, len("2006"), '/'):
		return true
	case hasByte(text, len("2006"), '-'):
		return p.isNamed() && p.ingestedAt(text, timeLen(text))
	}
	return p.dashed && eventIDLen(text) > 0
}

// mayBeginPrefix are the bytes, but letters, that a piece of a prefix or an
// ornament can begin with.
var mayBeginPrefix = func() (table [256]bool) {
	for c := range table {
		table[c] = isDigit(byte(c)) || c >= 0x80
	}
	for _, c := range " \t|>*-+#`<&[(/" {
		table[c] = true
	}
	table[escape] = true
	return table
}()

// isOrdinary are the bytes that a line of no interest can be told by: no record,
// no piece of a prefix and no ornament begins with them.
var isOrdinary = func() (table [256]bool) {
	for c := range table {
		table[c] = c > ' ' && !mayBeginPrefix[c]
	}
	for _, c := range "IRSC{" {
		table[c] = false
	}
	return table
}()

// cut returns the prefix of a line that has this form and its message at the
// given place. ok is false where it has to be looked at more closely.
func (f *form) cut(line []byte, message int) (p *prefix, ok bool) {
	p = &f.shape
	p.message = message
	if !p.time.Known {
		return p, true
	}
	t, n := readTime(p.clock.of(line))
	if n != p.clock.to-p.clock.from || !t.Known || p.twofold {
		return nil, false
	}
	p.time = t
	return p, true
}

// mayHavePrefix reports whether a line of an unknown form may have a prefix. It
// is asked of most lines, so that those which begin with a word are told by what
// follows it: the bar behind a service, the stream behind a group, the day
// behind a month, the runner's time behind a job.
func mayHavePrefix(line []byte) bool {
	if !isLetter(line[0]) {
		return mayBeginPrefix[line[0]]
	}
	if jobLen(line) > 0 {
		return true
	}
	i := bytes.IndexByte(line, ' ')
	for 0 <= i && i < len(line) && isBlank(line[i]) {
		i++
	}
	if i < 0 || i == len(line) {
		return false
	}
	switch c := line[i]; {
	case isDigit(c):
		return hasByte(line, i+len("2006"), '/') || hasByte(line, i+len("3 10"), ':') || hasByte(line, i+len("23 10"), ':')
	default:
		return c == '|' || c == '-' || c == escape
	}
}

// cut takes the prefix off a line and remembers whether it is marked.
func (r *lineReader) cut(line []byte) *prefix {
	p := r.forms.cut(line)
	r.marked = p.marked
	switch {
	case p.clock.empty():
	case !p.marked:
		r.above.read(line, p, r.line+1)
	case p.time.Known && !p.stream.empty() && len(bytes.TrimRight(line[p.message:], "\r\n")) == 0:
		r.above.readPrefix(p.time, r.streamOf(line, p, false), r.line+1)
	}
	return p
}

// beginsSoftly reports whether the message begins with a keyword that is not
// found in the usual way, and remembers whether lines may continue it.
func (r *lineReader) beginsSoftly(message []byte) bool {
	soft := softKeyword(message)
	r.soft = soft && message[0] != 'S'
	return soft
}
