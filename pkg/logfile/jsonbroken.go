package logfile

import (
	"bytes"
	"fmt"

	"github.com/coldstats/coldstats/pkg/lambdalog"
)

// ends notes that the file ended inside of a document.
func (r *jsonReader) ends() {
	r.skip(r.end)
	r.cut = true
	r.left = true
}

// broken notes that the document at pos is malformed n bytes further on, or ends
// there. It leaves the document, with pos at what is next to be read: another
// event, another document or a line of text.
func (r *jsonReader) broken(n int) {
	at := r.at() + int64(n)
	line := r.line + 1 + int64(bytes.Count(r.rest()[:n], []byte{'\n'}))
	ended := r.eof && r.pos+n == r.end
	r.resync()
	if ended && r.pos == r.end {
		r.ends()
		return
	}
	r.left = true
	r.gap(fmt.Sprintf("malformed JSON at byte %d (line %d); reading went on at byte %d (line %d)", at, line, r.at(), r.line+1))
}

// resync moves pos to where reading can go on behind malformed JSON, or to the
// end of the file.
func (r *jsonReader) resync() {
	if beginsText(r.ahead()) {
		return
	}
	r.skip(min(r.pos+1, r.end))
	for {
		rest := r.ahead()
		n := bytes.IndexAny(rest, "{[\n")
		switch {
		case n < 0 && r.eof:
			r.skip(r.end)
			return
		case n < 0:
			n = len(rest)
		case len(rest)-n < maxKey && !r.eof: // too little to tell
		case rest[n] == '\n':
			n++
			if beginsText(rest[n:]) {
				r.skip(r.pos + n)
				return
			}
		default:
			if r.resumesAt(rest[n:]) {
				r.skip(r.pos + n)
				return
			}
			n++
		}
		r.skip(r.pos + n)
	}
}

// ahead returns what is read and not yet looked at, which is enough to tell what
// begins there unless the file ends.
func (r *jsonReader) ahead() []byte {
	for len(r.rest()) < maxKey && !r.eof {
		r.fill(maxItem)
	}
	return r.rest()
}

// resumesAt reports whether an event, a row or a document begins with b.
func (r *jsonReader) resumesAt(b []byte) bool {
	if b[0] == '[' {
		r.found = opensRow(b) == opensOne
		return r.found
	}
	key, _, _ := nextMember(b[:min(len(b), maxKey)], 1)
	switch f := fieldOf(key); f {
	case unknownField, levelField, nameField, valueField, kinesisPart, dataPart:
		return false
	case headField, kindField, eventsPart, logEventsPart, resultsPart, recordsPart, awslogsPart, logResultPart:
		return true
	}
	r.found = true
	return true
}

// beginsText reports whether a line of a text log begins with b.
func beginsText(b []byte) bool {
	b = bytes.TrimLeft(b[:min(len(b), maxKey)], " \t")
	if len(b) == 0 || b[0] == '{' {
		return false
	}
	if lambdalog.Begins(b) {
		return true
	}
	return cutPrefix(b).marked
}
