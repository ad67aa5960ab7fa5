package logfile

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// A raw log is what coldstats fetch --raw prints: a line that says where its
// events are from and which time was asked for, and the events in the form of
// aws logs tail,
//
//	{"coldstats":"raw","version":1,"account":"123456789012","region":"eu-west-1","logGroup":"/aws/lambda/checkout",…}
//	2026-05-29T16:16:03.972000+00:00 2026/05/29/[42]a13a REPORT RequestId: …
//
// A line that does not begin as an event goes on with the message before it.
// Several raw logs may stand behind each other.

// rawOpening is what the first line of a raw log begins with.
const rawOpening = `{"coldstats":"raw"`

// rawVersion is the version of the form.
const rawVersion = 1

// RawHeader is the first line of a raw log. What is not known is left out.
type RawHeader struct {
	Coldstats string    `json:"coldstats"` // raw
	Version   int       `json:"version"`
	Account   string    `json:"account,omitempty"`
	Region    string    `json:"region,omitempty"`
	LogGroup  string    `json:"logGroup,omitempty"`
	Arch      string    `json:"arch,omitempty"`
	Runtime   string    `json:"runtime,omitempty"`
	Start     time.Time `json:"start,omitzero"`
	End       time.Time `json:"end,omitzero"`
	ColdOnly  bool      `json:"coldOnly,omitempty"`
}

// NewRawHeader returns the header of a raw log of a scope; the caller fills in
// where its events are from.
func NewRawHeader(scope logs.Scope) RawHeader {
	h := RawHeader{Coldstats: "raw", Version: rawVersion, ColdOnly: scope.ColdOnly}
	if w := scope.Window; w.Start.Known {
		h.Start = time.UnixMilli(w.Start.Millis).UTC()
	}
	if w := scope.Window; w.End.Known {
		h.End = time.UnixMilli(w.End.Millis).UTC()
	}
	return h
}

// scope is what the events were asked for.
func (h *RawHeader) scope() logs.Scope {
	s := logs.Scope{ColdOnly: h.ColdOnly}
	if !h.Start.IsZero() {
		s.Window.Start = logs.At(h.Start.UnixMilli())
	}
	if !h.End.IsZero() {
		s.Window.End = logs.At(h.End.UnixMilli())
	}
	return s
}

// opensRaw is the opens of the carrier of raw logs.
func opensRaw(head []byte) opening {
	switch n := min(len(head), len(rawOpening)); {
	case string(head[:n]) != rawOpening[:n]:
		return opensNone
	case n < len(rawOpening):
		return opensShort
	}
	return opensOne
}

// readRaw is its read. A header that is none leaves the text to be read as
// lines.
func readRaw(w *window, l *lender) bool {
	for {
		var h RawHeader
		line := w.peekLine(0)
		if opensRaw(line) != opensOne || json.Unmarshal(line, &h) != nil || h.Version != rawVersion {
			return true
		}
		*l.scope = h.scope()
		w.skip(w.pos + len(line))
		if !readRawEvents(w, l, &h) {
			return false
		}
	}
}

// opensEvent reports whether a line begins an event of a raw log.
func opensEvent(line []byte) bool {
	_, _, _, ok := cutRaw(line)
	return ok
}

// cutRaw takes time and stream off a line.
func cutRaw(line []byte) (t logs.Time, stream []byte, message int, ok bool) {
	millis, n, ok := lambdalog.ParseTime(line)
	if !ok || n >= len(line) || line[n] != ' ' {
		return logs.Time{}, nil, 0, false
	}
	blank := bytes.IndexByte(line[n+1:], ' ')
	if blank <= 0 {
		return logs.Time{}, nil, 0, false
	}
	message = n + 1 + blank + 1
	return logs.At(millis), line[n+1 : message-1], message, true
}

// readRawEvents lends the events up to the end of the text or to the next
// header.
func readRawEvents(w *window, l *lender, h *RawHeader) bool {
	account, group := []byte(h.Account), []byte(h.LogGroup)
	for {
		first := w.peekLine(0)
		if !opensEvent(first) {
			return true
		}
		end := len(first)
		for {
			next := w.peekLine(end)
			if len(next) == 0 || opensEvent(next) || opensRaw(next) == opensOne {
				break
			}
			end += len(next)
		}
		event := w.rest()[:end] // the window may have moved
		t, name, at, _ := cutRaw(event)
		stream := l.streams.Of(account, group, name)
		if stream.Region == "" {
			stream.Region, stream.Arch, stream.Runtime = h.Region, h.Arch, h.Runtime
		}
		if !l.offer(event[at:], t, stream, w.line+1) {
			return false
		}
		w.skip(w.pos + end)
	}
}
