package logfile

import "bytes"

// logHeader is the header in which an invocation returns the end of its log.
const logHeader = "x-amz-log-result:"

// logHeaderValue returns where the value of such a header begins, as an HTTP
// client prints it, or 0. short is true when more of the head decides.
func logHeaderValue(head []byte) (at int, short bool) {
	if bytes.HasPrefix(head, []byte("< ")) {
		at = len("< ")
	}
	name := head[at:min(len(head), at+len(logHeader))]
	if !bytes.EqualFold(name, []byte(logHeader[:len(name)])) {
		return 0, false
	}
	return at + len(logHeader), len(name) < len(logHeader)
}

// opensLogHeader is the opens of the carrier of such headers.
func opensLogHeader(head []byte) opening {
	at, short := logHeaderValue(head)
	switch {
	case short:
		return opensShort
	case at > 0:
		return opensOne
	}
	return opensNone
}

// readLogHeader is its read.
func readLogHeader(w *window, l *lender) bool {
	for !w.eof && bytes.IndexByte(w.rest(), '\n') < 0 && len(w.rest()) < maxLine {
		w.fill(maxLine)
	}
	end := w.end
	if nl := bytes.IndexByte(w.rest(), '\n'); nl >= 0 {
		end = w.pos + nl + 1
	}
	at, _ := logHeaderValue(w.rest())
	value := bytes.TrimSpace(w.buf[w.pos+at : end])
	more := l.readPayload(bytes.NewReader(bytes.TrimRight(value, "=")), w.line+1, false)
	w.skip(end)
	return more
}
