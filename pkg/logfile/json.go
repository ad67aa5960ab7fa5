package logfile

import "bytes"

const (
	// maxDepth bounds how deep documents that hold events lie in others.
	maxDepth = 16
	// betweenDocuments is how much has to be seen behind a document to tell
	// whether another follows.
	betweenDocuments = 4 << 10
)

// jsonReader reads JSON documents and lends the events in them. What holds
// events is read from within, so that a document may be of any size; an event
// is read whole.
type jsonReader struct {
	*window
	*lender

	header jsonHeader // of the document that is being read
	// left is true when nothing more is read of the document: it ended early, or
	// something else begins at pos.
	left bool
	// found is true when that is an event of the same array, behind malformed
	// JSON.
	found bool
	// packed is true where payloads have to be packed.
	packed bool

	item  item
	form  eventForm
	row   row
	text  []byte // a message without its escapes
	names []byte // such names
}

// jsonHeader is what a document says of all its events.
type jsonHeader struct {
	account, group, stream []byte
}

// readJSON is the read of the carrier of JSON documents.
func readJSON(w *window, l *lender) bool {
	r := &jsonReader{window: w, lender: l}
	for {
		r.left, r.found = false, false
		if !r.document() {
			return false
		}
		if r.cut {
			return true
		}
		if !r.matchEvents() {
			return false
		}
		if !r.nextDocument() {
			return true
		}
	}
}

// document reads the document that begins at pos.
func (r *jsonReader) document() bool {
	rest := r.rest()
	switch {
	case rest[0] == '{':
		return r.object(0)
	case opensRow(rest) == opensOne:
		return r.rowArray()
	case opensPython(rest) == opensOne:
		return r.pythonItems()
	}
	r.skip(r.pos + 1)
	return r.items(0)
}

// nextDocument moves pos to the next document and reports whether there is one.
// Where something else follows, pos is left at what is to be read as text.
func (r *jsonReader) nextDocument() bool {
	for {
		rest := r.rest()
		at := skipSeparators(rest, 0)
		for bytes.HasPrefix(rest[at:], utf8BOM) {
			at = skipSeparators(rest, at+len(utf8BOM))
		}
		text := len(bytes.TrimRight(rest[:at], " \t")) // what is indented keeps its blanks
		found := opensShort
		if len(rest)-at >= betweenDocuments || r.eof {
			found = opensNone
			if at < len(rest) && (rest[at] == '{' || rest[at] == '[') {
				found = opensAnother(rest[at:])
			}
		}
		switch {
		case found == opensOne, found == opensShort && r.eof: // the last of several, and cut
			r.skip(r.pos + at)
			return true
		case found == opensNone:
			r.skip(r.pos + text)
			return false
		}
		r.skip(r.pos + max(text, at-betweenDocuments))
		r.more()
	}
}

// full reports whether no more can be had of an object.
func (r *jsonReader) full() bool { return r.eof || len(r.rest()) >= maxItem }

// more reads on until twice as much is there as before, so that what is read
// again and again costs no more than its length.
func (r *jsonReader) more() {
	want := min(2*len(r.rest())+1, maxItem)
	for !r.eof && len(r.rest()) < want {
		r.fill(maxItem)
	}
}

// next skips blanks and commas and returns the byte that follows them. ok is
// false at the end of the file.
func (r *jsonReader) next() (c byte, ok bool) {
	for {
		i := skipSeparators(r.buf[:r.end], r.pos)
		r.skip(i)
		if i < r.end {
			return r.buf[i], true
		}
		if r.eof {
			return 0, false
		}
		r.fill(maxItem)
	}
}

// items reads the elements of an array, behind its bracket.
func (r *jsonReader) items(depth int) bool {
	for {
		if !r.matchEvents() {
			return false
		}
		c, ok := r.next()
		switch {
		case !ok:
			r.ends()
			return true
		case c == ']':
			r.skip(r.pos + 1)
			return true
		case c == '{':
			ok = r.object(depth)
		case c == '[':
			ok = r.rowArray()
		case beginsText(r.ahead()):
			r.broken(0)
		default:
			r.skipValue()
		}
		if !ok {
			return false
		}
		if r.left && !r.found {
			return true
		}
		r.left, r.found = false, false
	}
}

// object reads the object at pos: an event, a row, or what holds some.
func (r *jsonReader) object(depth int) bool {
	it := &r.item
	n, e := it.parse(r.rest(), r.full())
	for e == isShort && it.part == unknownField && !r.full() {
		r.more()
		n, e = it.parse(r.rest(), r.full())
	}
	switch {
	case it.part != unknownField && depth < maxDepth:
		return r.container(depth)
	case it.part != unknownField:
		r.skipValue()
	case e == isWhole:
		return r.lendItem(n)
	case e == isBroken, e == isShort && r.eof:
		r.broken(n)
	default:
		r.passOver()
	}
	return true
}

// passOver skips the value at pos, which holds more than any platform line.
func (r *jsonReader) passOver() {
	r.coverage.Events++
	r.note(r.line+1, "an event too long or too deep to be of the platform, only counted")
	r.skipValue()
}

// lendItem lends what was parsed, which takes n bytes.
func (r *jsonReader) lendItem(n int) bool {
	it, object, end := &r.item, r.rest()[:n], r.pos+n
	more := true
	switch {
	case it.isTelemetry():
		more = r.lendTelemetry(object)
	case it.isRow():
		more = r.lendRow(object)
	case it.has(messageField):
		r.form.learn(it, object)
		more = r.lendEvent()
	case it.has(timestampField): // an event that says nothing
		r.coverage.Events++
	}
	r.skip(end)
	return more
}

// container reads the object at pos, which holds events.
func (r *jsonReader) container(depth int) bool {
	if r.item.isControl() {
		r.skipValue()
		return true
	}
	if r.item.part == logEventsPart && !r.item.has(streamField) {
		r.note(r.line+1, "events whose log stream is not named, or only far behind them")
	}
	outer := r.header
	r.header = jsonHeader{
		account: r.headerName(accountField, outer.account),
		group:   r.headerName(groupField, outer.group),
		stream:  r.headerName(streamField, outer.stream),
	}
	more := r.members(depth)
	r.header = outer
	return more
}

// headerName copies a name that counts for all events of a document.
func (r *jsonReader) headerName(f field, outer []byte) []byte {
	if value := content(r.item.values[f]); value != nil {
		return appendUnescaped(nil, value)
	}
	return outer
}

// members reads the members of the object at pos, which holds events.
func (r *jsonReader) members(depth int) bool {
	r.skip(r.pos + 1)
	for {
		c, ok := r.next()
		switch {
		case !ok:
			r.ends()
			return true
		case c == '}':
			r.skip(r.pos + 1)
			return true
		}
		key, at, e := nextMember(r.rest(), 0)
		for e == isShort && !r.full() {
			r.more()
			key, at, e = nextMember(r.rest(), 0)
		}
		if e != isWhole {
			r.broken(at)
			return true
		}
		f := fieldOf(key)
		r.skip(r.pos + at)
		more := true
		switch {
		case depth >= maxDepth, !f.beginsWith(r.buf[r.pos]):
			r.skipValue()
		case r.buf[r.pos] == '[':
			r.skip(r.pos + 1)
			more = r.items(depth + 1)
		case r.buf[r.pos] == '{':
			r.packed = f == awslogsPart
			more = r.members(depth + 1)
			r.packed = false
		default:
			more = r.payload()
		}
		if !more || r.left {
			return more
		}
	}
}

// skipValue skips the value at pos, of any size.
func (r *jsonReader) skipValue() {
	var s jsonSkip
	for {
		n, e := s.over(r.rest())
		r.skip(r.pos + n)
		switch {
		case e == isWhole:
			return
		case e == isShort && r.eof:
			r.ends()
			return
		case e != isShort, r.full():
			r.broken(0)
			return
		}
		r.more()
	}
}
