package logfile

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"

	"github.com/coldstats/coldstats/pkg/logs"
)

const (
	// maxPayload is how much one payload may unpack to, with what is packed into
	// it. CloudWatch packs batches of 1 MiB.
	maxPayload = 64 << 20
	// maxPayloadDepth bounds payloads in payloads.
	maxPayloadDepth = 4
)

var errPayloadSize = fmt.Errorf("it unpacks to more than %d MiB", maxPayload>>20)

// payloads are the payloads that a file is read in, one in the other, and what
// is used again for the next of them.
type payloads struct {
	depth int
	left  int64 // of maxPayload
	spare [maxPayloadDepth]struct {
		window window
		packed *bufio.Reader
		gzip   gzip.Reader
	}
}

// payload reads the string at pos, the base64 of log events: those of a
// subscription, packed with gzip, or the text that an invocation returns.
func (r *jsonReader) payload() bool {
	line := r.line + 1
	r.skip(r.pos + 1)
	text := &stringReader{window: r.window}
	more := r.readPayload(text, line, r.packed)
	if _, err := io.Copy(io.Discard, text); err != nil {
		r.ends()
	}
	return more
}

// readPayload lends the events in the base64 that src holds, as of the given
// line. Where packed is true they have to be packed. It reports false when the
// consumer wants no more.
func (l *lender) readPayload(src io.Reader, line int64, packed bool) bool {
	if l.inside == nil {
		l.inside = &payloads{}
	}
	p := l.inside
	if p.depth == maxPayloadDepth {
		l.gap(fmt.Sprintf("line %d: a payload inside of %d others is not read", line, p.depth))
		return true
	}
	if p.depth == 0 {
		p.left = maxPayload
	}
	spare := &p.spare[p.depth]
	plain, err := p.unpack(base64.NewDecoder(base64.RawStdEncoding, src), packed)
	if err != nil {
		l.gap(fmt.Sprintf("line %d: a payload cannot be read: %v", line, err))
		return true
	}
	w := &spare.window
	*w = window{src: plain, buf: w.buf, line: line - 1}
	if w.buf == nil {
		w.buf = make([]byte, bufferSize)
	}
	inner := *l
	inner.cut = false
	inner.yield = func(e *logs.Event) bool {
		e.Line = line
		return l.yield(e)
	}
	p.depth++
	more := readWindow(w, &inner)
	p.depth--
	l.lent, l.notes, l.gaps, l.rowsNoted = inner.lent, inner.notes, inner.gaps, inner.rowsNoted
	switch {
	case !more:
		return false
	case w.err != nil:
		l.gap(fmt.Sprintf("line %d: a payload cannot be read further than %d bytes: %v", line, w.at(), w.err))
	case inner.cut:
		l.gap(fmt.Sprintf("line %d: a payload ends in the middle of a document; the complete events before it are counted", line))
	case w.binary && inner.lent == 0:
		l.gap(fmt.Sprintf("line %d: a payload is neither gzip nor text", line))
	}
	return true
}

// unpack undoes the gzip of a payload, which has to be there if packed is true.
func (p *payloads) unpack(src io.Reader, packed bool) (io.Reader, error) {
	spare := &p.spare[p.depth]
	if spare.packed == nil {
		spare.packed = bufio.NewReader(src)
	} else {
		spare.packed.Reset(src)
	}
	head, err := spare.packed.Peek(len(gzipMagic))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.Equal(head, gzipMagic):
	case packed:
		return nil, errors.New("it is not gzip")
	default:
		return bounded{spare.packed, p}, nil
	}
	if err = spare.gzip.Reset(spare.packed); err != nil {
		return nil, err
	}
	return bounded{&spare.gzip, p}, nil
}

// bounded is a Reader of what a payload unpacks to, up to the limit.
type bounded struct {
	io.Reader
	payloads *payloads
}

func (b bounded) Read(p []byte) (int, error) {
	if b.payloads.left <= 0 {
		return 0, errPayloadSize
	}
	n, err := b.Reader.Read(p[:min(int64(len(p)), b.payloads.left)])
	b.payloads.left -= int64(n)
	return n, err
}

// stringReader reads the base64 in a JSON string, behind its opening quotation
// mark, in the alphabet of the standard and without padding.
type stringReader struct {
	*window
	ended bool
	// escaped counts the bytes of the escape that was begun, and code is what its
	// digits say.
	escaped int
	code    rune
}

func (s *stringReader) Read(p []byte) (n int, err error) {
	for n == 0 && !s.ended {
		if s.pos == s.end {
			if s.eof {
				return 0, io.ErrUnexpectedEOF
			}
			s.fill(bufferSize)
		}
		i := s.pos
		for ; i < s.end && n < len(p) && !s.ended; i++ {
			c, ok := s.char(s.buf[i])
			switch {
			case !ok, c == '=':
				continue
			case c == '-':
				c = '+'
			case c == '_':
				c = '/'
			}
			p[n] = c
			n++
		}
		s.skip(i)
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// char takes in the next byte of the string. ok is false where it completes no
// character that may be of base64.
func (s *stringReader) char(c byte) (_ byte, ok bool) {
	switch {
	case s.escaped == 1 && c == 'u':
		s.escaped, s.code = 2, 0
		return 0, false
	case s.escaped == 1:
		s.escaped = 0
		return c, c != 'n' && c != 'r' && c != 't' // lines of base64
	case s.escaped > 1:
		digit, _ := hexValue([]byte{c}) // what is no digit makes no base64 either
		s.code = s.code<<4 | digit
		s.escaped++
		if s.escaped < escapedRune {
			return 0, false
		}
		s.escaped = 0
		return byte(s.code), true
	case c == '\\':
		s.escaped = 1
		return 0, false
	case c == '"':
		s.ended = true
		return 0, false
	}
	return c, true
}
