package logfile

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// Tables are CSV. Logs Insights saves a result with the names of the query's
// fields as its header, the CloudWatch console saves a search with the header
// timestamp,message or without one:
//
//	@timestamp,@message,@logStream
//	2022-05-02 20:58:14.456,"REPORT RequestId: … Max Memory Used: 70 MB
//	",2022/05/02/[$LATEST]a13a7524e81d44ea80185a45f5511e2b
//
// Messages end with a newline, so that most rows stand on two lines. A
// spreadsheet saves the same with semicolons or tabs.

// headerless is the header of the console's tables that have none.
var headerless = []byte("timestamp,message\n")

// maxHeader is the longest header that is recognised.
const maxHeader = 8 << 10

// opensTable is the opens of the carrier of CSV tables.
func opensTable(head []byte) opening {
	if isDigit(head[0]) {
		return opensConsoleRow(head)
	}
	name, end := firstName(head)
	if end == len(head) {
		if end <= len(`"@maxMemoryUsed"`) {
			return opensShort
		}
		return opensNone
	}
	if columnOf(name) == "" {
		return opensNone
	}
	nl := bytes.IndexByte(head[:min(len(head), maxHeader)], '\n')
	if nl < 0 {
		if len(head) < maxHeader {
			return opensShort
		}
		return opensNone
	}
	if _, ok := headerOf(head[:nl+1]); !ok {
		return opensNone
	}
	return opensOne
}

// opensConsoleRow looks for a row of a table without a header: milliseconds and
// a quoted message. Text has a blank behind such a time.
func opensConsoleRow(head []byte) opening {
	for i, c := range head[:min(len(head), epochLen)] {
		if !isDigit(c) {
			return opensNone
		}
		if i == len(head)-1 {
			return opensShort
		}
	}
	const behind = `,"`
	if len(head) < epochLen+len(behind) {
		return opensShort
	}
	if string(head[epochLen:epochLen+len(behind)]) != behind {
		return opensNone
	}
	return opensOne
}

// columnOf returns the field of a row that a column of the given name holds, or
// nothing for the name of none.
func columnOf(name []byte) string {
	switch string(name) {
	case "timestamp":
		return "@timestamp"
	case "message":
		return "@message"
	case "logStream", "logStreamName":
		return "@logStream"
	case "logGroup", "logGroupName":
		return "@log"
	case "ingestionTime":
		return "@ingestionTime"
	case "eventId":
		return "@ptr"
	case "@timestamp", "@message", "@log", "@logStream", "@ingestionTime", "@ptr",
		"@requestId", "@type", "@duration", "@billedDuration", "@initDuration",
		"@memorySize", "@maxMemoryUsed", "@xrayTraceId", "@xraySegmentId":
		return string(name)
	}
	return ""
}

// header is what the first line of a table says of the others.
type header struct {
	comma  rune
	names  [][]byte // the field of a row in each column, empty for none
	timeAt int      // the column of the time, or -1
}

// firstName returns the first name in a header line and where it ends.
func firstName(line []byte) (name []byte, end int) {
	end = bytes.IndexAny(line, ",;\t\r\n")
	if end < 0 {
		end = len(line)
	}
	return bytes.Trim(line[:end], `" `), end
}

// headerOf reads the header of a table. ok is false for a line that is none.
func headerOf(line []byte) (h header, ok bool) {
	first, end := firstName(line)
	if columnOf(first) == "" || end == len(line) || len(line) > maxHeader {
		return header{}, false
	}
	h = header{comma: ',', timeAt: -1}
	if c := line[end]; c == ';' || c == '\t' {
		h.comma = rune(c)
	}
	r := csv.NewReader(bytes.NewReader(line))
	r.Comma = h.comma
	cells, err := r.Read()
	if err != nil {
		return header{}, false
	}
	insights, message := false, false // it has a field's name in it, and messages
	for i, cell := range cells {
		name := columnOf(bytes.TrimSpace([]byte(cell)))
		h.names = append(h.names, []byte(name))
		switch name {
		case "@timestamp":
			h.timeAt = i
		case "@message":
			message = true
		}
		insights = insights || name != "" && cell[0] == '@'
	}
	return h, message && (insights || h.timeAt >= 0) || insights && len(cells) > 1
}

// table reads one table, or several of which each begins where the one before it
// ends.
type table struct {
	*window
	*lender
	header
	csv *csv.Reader
	row row
	// given is how many bytes from pos on the csv.Reader has read.
	given int
	// torn are the rows whose quotation marks do not match, uneven those with
	// another number of cells than the header.
	torn, uneven badRows
}

// badRows counts the rows that cannot be read for one reason.
type badRows struct {
	n    int
	line int64 // of the first one
}

func (b *badRows) add(line int64) {
	if b.n == 0 {
		b.line = line
	}
	b.n++
}

// String says which rows they are.
func (b *badRows) String() string {
	if b.n == 1 {
		return fmt.Sprintf("the row in line %d", b.line)
	}
	return fmt.Sprintf("%d rows, the first in line %d,", b.n, b.line)
}

// readTable is the read of the carrier of CSV tables.
func readTable(w *window, l *lender) bool {
	t := &table{window: w, lender: l}
	t.csv = csv.NewReader(t)
	t.csv.FieldsPerRecord = -1
	t.csv.ReuseRecord = true
	if isDigit(w.rest()[0]) {
		h, _ := headerOf(headerless)
		t.use(h)
	}
	if !t.rows() {
		return false
	}
	if t.torn.n > 0 {
		l.gap(t.torn.String() + " cannot be read: a quotation mark is missing or too many")
	}
	if t.uneven.n > 0 {
		l.gap(t.uneven.String() + " cannot be read: the number of cells is not that of the header")
	}
	return true
}

func (t *table) use(h header) {
	t.header = h
	t.csv.Comma = h.comma
}

// Read gives the csv.Reader no more than a line at a time, so that it never
// reads beyond the row that it is asked for.
func (t *table) Read(p []byte) (int, error) {
	line := t.peekLine(t.given)
	if len(line) == 0 {
		if t.eof {
			return 0, io.EOF
		}
		return 0, io.ErrShortBuffer // the row is longer than maxItem
	}
	n := copy(p, line)
	t.given += n
	return n, nil
}

// rows lends the rows and stops behind the last of them.
func (t *table) rows() bool {
	for {
		line := t.peekLine(0)
		switch {
		case len(line) == 0:
			return true
		case isBlankLine(line):
			if !t.skipBlank() {
				return true
			}
			continue
		case !t.isRow(line):
			if h, ok := headerOf(line); ok {
				t.skip(t.pos + len(line))
				t.use(h)
				continue
			}
			if t.carrierAt(0) {
				return true
			}
		}
		more, inTable := t.next()
		if !more || !inTable {
			return more
		}
	}
}

// next lends the row at the beginning of the window. inTable is false where what
// stands there belongs to the table no longer.
func (t *table) next() (more, inTable bool) {
	t.given = 0
	cells, err := t.csv.Read()
	line := t.line + 1
	cut := t.eof && t.given == len(t.rest()) && t.buf[t.end-1] != '\n'
	switch {
	case cut && t.err != nil: // the row has lost its end
		t.pos = t.end
		return true, true
	case err != nil:
		return true, t.passTorn()
	case len(cells) != len(t.names), t.timeAt >= 0 && !mayBeTime(cells[t.timeAt]):
		return true, t.passUneven(cut)
	}
	for i, cell := range cells {
		t.row.set(t.names[i], []byte(cell))
	}
	t.skip(t.pos + t.given)
	return t.row.lend(t.lender, line), true
}

// passTorn passes over a row whose quotation marks do not match. The csv.Reader
// has read on to where that shows, which may be the end of the file, but the
// rows in between are whole. It reports false where the table ends.
func (t *table) passTorn() bool {
	first := t.peekLine(0)
	if !t.eof && first[len(first)-1] != '\n' {
		return false // the line reader has a way with lines of such a length
	}
	toEnd := t.eof && t.given == len(t.rest())
	to, found := t.nextRow(len(first))
	if !found && toEnd {
		t.skip(t.end)
		t.cut = true
		return true
	}
	t.torn.add(t.line + 1)
	t.skip(t.pos + to)
	return found
}

// passUneven passes over a row with another number of cells than the header, or
// over other text between two rows. It reports false where the table ends.
func (t *table) passUneven(cut bool) bool {
	first := t.peekLine(0)
	to, isRow := t.given, t.isRow(first)
	switch {
	case cut && (isRow || isDigit(first[0]) || first[0] == '"'):
		t.skip(t.end)
		t.cut = true
		return true
	case !isRow:
		var found bool
		if to, found = t.nextRow(len(first)); !found || !t.isRow(t.peekLine(to)) {
			return false
		}
	}
	t.uneven.add(t.line + 1)
	t.skip(t.pos + to)
	return true
}

// nextRow returns where the next row or document begins in the lines from
// rest()[n:] on, as far as the window goes. Where there is none it returns n.
func (t *table) nextRow(n int) (at int, found bool) {
	for at = n; ; {
		line := t.peekLine(at)
		switch {
		case len(line) == 0 || line[len(line)-1] != '\n' && !t.eof:
			return n, false
		case t.isRow(line) || t.carrierAt(at):
			return at, true
		}
		at += len(line)
	}
}

// carrierAt reports whether a document begins with the line at rest()[n:].
func (t *table) carrierAt(n int) bool {
	for {
		found, short := carrierOf(t.rest()[n:])
		if !short || t.eof || len(t.rest()) >= n+sniffSize || len(t.rest()) >= maxItem {
			return found != nil
		}
		t.fill(maxItem)
	}
}

// skipBlank skips blank lines before a row or the end of the file. It reports
// false where something else follows them, and with it the table's end.
func (t *table) skipBlank() bool {
	n := 0
	line := t.peekLine(0)
	for len(line) > 0 && isBlankLine(line) {
		n += len(line)
		line = t.peekLine(n)
	}
	if len(line) > 0 && !t.isRow(line) {
		return false
	}
	t.skip(t.pos + n)
	return n > 0
}

func isBlankLine(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

// isRow reports whether line begins like a row, with a time where rows have it.
func (t *table) isRow(line []byte) bool {
	if t.timeAt < 0 {
		return false
	}
	for range t.timeAt {
		if line = behindCell(line, byte(t.comma)); line == nil {
			return false
		}
	}
	end := bytes.IndexAny(line, string(t.comma)+"\r\n")
	return end >= 0 && timeOf(bytes.Trim(line[:end], `"`)).Known
}

// behindCell returns what follows the first cell of a line, or nil.
func behindCell(line []byte, comma byte) []byte {
	from := 0
	if line[0] == '"' {
		if from = bytes.IndexByte(line[1:], '"') + 1; from == 0 {
			return nil
		}
	}
	at := bytes.IndexByte(line[from:], comma)
	if at < 0 {
		return nil
	}
	return line[from+at+1:]
}

// mayBeTime reports whether a cell may be a time, if only one in a form that is
// not read, as spreadsheets have it.
func mayBeTime(cell string) bool {
	const longest = 40
	return len(cell) == 0 || len(cell) < longest && strings.ContainsAny(cell, "0123456789")
}
