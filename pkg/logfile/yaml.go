package logfile

import (
	"bytes"
	"encoding/base64"
	"strings"

	"go.yaml.in/yaml/v3"
)

// YAML is what the AWS CLI prints with --output yaml or yaml-stream: the events
// of filter-log-events and get-log-events,
//
//	events:
//	- eventId: '37508842…'
//	  ingestionTime: 1681985228123
//	  logStreamName: 2023/04/20/[$LATEST]a13a7524e81d44ea80185a45f5511e2b
//	  message: "REPORT RequestId: dae59f59-e955-53d7-94e6-c3e2f855105c\tDuration: 5.20\
//	    \ ms\t\n"
//	  timestamp: 1681985224233
//
// and the result of invoke, whose LogResult is the end of the log in base64.

const logResult = "LogResult: "

var (
	eventsKeys = [...]string{"events:\n", "events:\r\n", "- events:\n", "- events:\r\n"}
	eventKeys  = [...]string{"- eventId: ", "- ingestionTime: ", "- message: ", "- timestamp: ", "- logStreamName: "}
	scalarKeys = [...]string{"message: ", "timestamp: ", "logStreamName: "}
	pagingKeys = [...]string{"searchedLogStreams: ", "nextToken: ", "nextForwardToken: ", "nextBackwardToken: "}
)

// opensYAML is the opens of the carrier of YAML documents.
func opensYAML(head []byte) opening {
	switch head[0] {
	case 'L':
		return beginsWith(head, logResult)
	case 'e', '-':
		for _, key := range eventsKeys {
			switch beginsWith(head, key) {
			case opensOne:
				return opensItem(head[len(key):])
			case opensShort:
				return opensShort
			}
		}
		return opensItem(head)
	}
	return opensNone
}

// opensItem looks for the first line of an event in a list.
func opensItem(head []byte) opening {
	head = head[min(indent(head), len("    ")):]
	result := opensNone
	for _, key := range eventKeys {
		result = max(result, beginsWith(head, key))
	}
	return result
}

// indent returns how many spaces line begins with.
func indent(line []byte) int {
	return len(line) - len(bytes.TrimLeft(line, " "))
}

// readYAML is the read of the carrier of YAML documents.
func readYAML(w *window, l *lender) bool {
	if w.rest()[0] == 'L' {
		return readLogResult(w, l)
	}
	r := yamlReader{window: w, lender: l}
	for {
		if r.skipKey() {
			continue
		}
		if opensItem(w.peekLine(0)) != opensOne {
			return r.end()
		}
		more, inList := r.next()
		if !more || !inList {
			return more && r.end()
		}
	}
}

// yamlReader reads lists of events.
type yamlReader struct {
	*window
	*lender
	begun bool // the list is one of events for certain
	torn  badRows
}

// yamlEvent is an event, each field as it is written.
type yamlEvent struct {
	Message       *string `yaml:"message"`
	Timestamp     string  `yaml:"timestamp"`
	LogStreamName string  `yaml:"logStreamName"`
}

// end says what could not be read.
func (r *yamlReader) end() bool {
	if r.torn.n > 0 {
		r.gap(r.torn.String() + " cannot be read: no event in YAML")
	}
	return true
}

// skipKey skips a line with the key of a list of events, or of what stands
// beside it.
func (r *yamlReader) skipKey() bool {
	for _, key := range eventsKeys {
		if string(r.peekLine(0)) == key && opensItem(r.peekLine(len(key))) == opensOne {
			r.skip(r.pos + len(key))
			r.begun = true
			return true
		}
	}
	line := r.peekLine(0)
	trimmed := bytes.TrimLeft(line, " ")
	for _, key := range pagingKeys {
		if r.begun && bytes.HasPrefix(trimmed, []byte(key)) {
			r.skip(r.pos + len(line))
			return true
		}
	}
	return false
}

// next lends the event at the beginning of the window. inList is false where
// what stands there is none.
func (r *yamlReader) next() (more, inList bool) {
	n, ended := itemLen(r.window)
	if !ended {
		return true, false
	}
	item := r.rest()[:n]
	line := r.line + 1
	toEnd := r.eof && n == len(r.rest())
	if r.begun && !toEnd && !hasRecordWord(item) {
		r.coverage.Events++
		r.skip(r.pos + n)
		return true, true
	}
	event, ok := decodeItem(item)
	t := timeOf([]byte(event.Timestamp))
	if toEnd && r.err != nil && item[n-1] != '\n' { // it has lost its end
		ok = false
	}
	whole := ok && t.Known
	if !r.begun && !whole {
		return true, false
	}
	r.begun = true
	r.skip(r.pos + n)
	switch {
	case toEnd && !whole:
		r.cut = true
		return true, true
	case !ok:
		r.torn.add(line)
		return true, true
	}
	stream := r.own
	if event.LogStreamName != "" {
		stream = r.streams.Named([]byte(event.LogStreamName))
	}
	return r.offer([]byte(*event.Message), t, stream, line), true
}

// decodeItem decodes an event in a list. ok is false for what is none.
func decodeItem(item []byte) (event yamlEvent, ok bool) {
	wanted, ok := wantedMembers(item)
	if !ok || yaml.Unmarshal(wanted, &event) != nil {
		return yamlEvent{}, false
	}
	return event, event.Message != nil
}

// wantedMembers returns the members of an item that an event has, without the
// others: what a decoder makes of hostile YAML takes it much time and memory.
// ok is false where one of them stands there twice, or is no plain or quoted text.
func wantedMembers(item []byte) (wanted []byte, ok bool) {
	item = bytes.Clone(item)
	depth := indent(item)
	item[depth] = ' ' // the dash
	depth += len("- ")
	var seen [len(scalarKeys)]bool
	keep := false
	for line := range bytes.Lines(item) {
		if indent(line) == depth && !isBlankLine(line) {
			keep = false
			for i, key := range scalarKeys {
				value, found := bytes.CutPrefix(line[depth:], []byte(key))
				if !found {
					continue
				}
				value = bytes.TrimSpace(value)
				if seen[i] || len(value) == 0 || strings.IndexByte("&*!{[", value[0]) >= 0 {
					return nil, false
				}
				seen[i], keep = true, true
			}
		}
		if keep {
			wanted = append(wanted, line...)
		}
	}
	return wanted, true
}

// hasRecordWord reports whether the text of an event has a word that every
// platform record has: decoding YAML costs a hundred times more than this.
func hasRecordWord(item []byte) bool {
	return bytes.Contains(item, []byte("START")) || bytes.Contains(item, []byte("REPORT")) || bytes.Contains(item, []byte("platform."))
}

// itemLen returns the length of the item of a list, or the member of a mapping,
// at the beginning of the window: the first line, and those that are indented
// deeper. ended is false for one that is longer than any.
func itemLen(w *window) (n int, ended bool) {
	first := w.peekLine(0)
	depth := indent(first)
	for n = len(first); ; {
		line := w.peekLine(n)
		if len(line) == 0 {
			return n, w.eof
		}
		if !isBlankLine(line) && indent(line) <= depth {
			return n, true
		}
		if n += len(line); line[len(line)-1] != '\n' {
			return n, w.eof
		}
	}
}

// readLogResult lends the events in the text of a LogResult. What is no base64 is
// no LogResult either.
func readLogResult(w *window, l *lender) bool {
	n, ended := itemLen(w)
	if !ended {
		return true
	}
	words := bytes.Fields(w.rest()[len(logResult):n])
	if len(words) > 0 && (words[0][0] == '|' || words[0][0] == '>') { // text on lines of its own
		words = words[1:]
	}
	encoded := bytes.Trim(bytes.Join(words, nil), `"'`)
	if _, err := base64.StdEncoding.AppendDecode(nil, encoded); err != nil || len(encoded) == 0 {
		return true
	}
	line := w.line + 1
	w.skip(w.pos + n)
	return l.readPayload(bytes.NewReader(bytes.TrimRight(encoded, "=")), line, false)
}
