// Package logs holds what every source of Lambda logs has in common: an Event
// and the Stream that it came from, the Window asked for and the Coverage that
// a source reached. It is a leaf: it knows nothing of what a message says
// (lambdalog), where it was read (logfile, archive) or what is concluded from
// it (coldstart).
package logs

import (
	"strings"
	"time"
)

// Time is an instant in whole milliseconds since the Unix epoch, the
// resolution of CloudWatch Logs. Many saved logs carry no time at all, so the
// zero value is "absent", not 1970.
type Time struct {
	Millis int64
	Known  bool
}

// At returns the known Time of millis milliseconds since the Unix epoch.
func At(millis int64) Time { return Time{Millis: millis, Known: true} }

// Add returns t moved by micros microseconds, rounded down to a millisecond.
// An absent Time stays absent.
func (t Time) Add(micros int64) Time {
	t.Millis += floorDiv(micros, 1000)
	return t
}

// String formats t as RFC 3339 with milliseconds in UTC, or as nothing when
// it is absent.
func (t Time) String() string {
	if !t.Known {
		return ""
	}
	return time.UnixMilli(t.Millis).UTC().Format("2006-01-02T15:04:05.000Z")
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Event is one log event: a message, when it was written, and by whom. A
// source lends its event and the message's bytes until the next step; who
// keeps one copies it.
type Event struct {
	Time    Time
	Message []byte
	// Stream is never nil; a source that knows no stream names one of its own
	// with an empty Name.
	Stream *Stream
	// Source is the file or ARN that the event was read from, and Line the
	// 1-based line of the input where it begins; 0 where there are no lines.
	Source string
	Line   int64
}

// Stream is a log stream and what its name and group tell. A field that is not
// known is empty. Streams are interned by their source: the same stream is the
// same pointer, and ID numbers it, so that what is known of a stream can be
// looked up without hashing strings.
type Stream struct {
	// ID numbers the streams of one input from 0, in order of appearance.
	ID int

	Account string
	Region  string
	Group   string
	Name    string

	Function string
	Version  string
	// Sandbox is the execution environment's own part of the stream name.
	Sandbox string

	// Arch and Runtime are how the function is set up, where its source knows.
	Arch    string
	Runtime string
}

// Alone reports whether the stream is unknown, so that nothing can be concluded
// from one of its events about another.
func (s *Stream) Alone() bool { return s.Name == "" }

// Streams interns the streams of one input and numbers them. The zero value is
// ready to use.
type Streams struct {
	byKey map[streamKey]*Stream
	next  int
	last  *Stream
}

type streamKey struct{ account, group, name string }

// Named returns the stream called name of a group that is not known; see Of.
func (s *Streams) Named(name []byte) *Stream { return s.Of(nil, nil, name) }

// Of returns the stream called name in an account's log group, each of them
// empty where it is not known; the same arguments give the same stream.
// Function, version and sandbox are read off name and group, whose bytes are
// copied when the stream is new.
func (s *Streams) Of(account, group, name []byte) *Stream {
	if l := s.last; l != nil && l.Name == string(name) && l.Group == string(group) && l.Account == string(account) {
		return l
	}
	stream, ok := s.byKey[streamKey{string(account), string(group), string(name)}]
	if !ok {
		stream = s.Unnamed()
		stream.Account, stream.Group, stream.Name = string(account), string(group), string(name)
		stream.Function, stream.Version, stream.Sandbox = SplitStreamName(stream.Name)
		if stream.Function == "" {
			stream.Function = FunctionOfGroup(stream.Group)
		}
		if s.byKey == nil {
			s.byKey = make(map[streamKey]*Stream)
		}
		s.byKey[streamKey{stream.Account, stream.Group, stream.Name}] = stream
	}
	s.last = stream
	return stream
}

// Unnamed returns a new stream for events whose log stream is not known.
func (s *Streams) Unnamed() *Stream {
	stream := &Stream{ID: s.next}
	s.next++
	return stream
}

// FunctionOfGroup returns the function in the name of the log group that Lambda
// makes for it, or nothing for a group of another name:
//
//	/aws/lambda/checkout
//	/aws/lambda/us-east-1.checkout   (Lambda@Edge, in the edge's own region)
func FunctionOfGroup(group string) string {
	const prefix, edge = "/aws/lambda/", "us-east-1."
	if len(group) < len(prefix) || !strings.EqualFold(group[:len(prefix)], prefix) {
		return ""
	}
	return strings.TrimPrefix(group[len(prefix):], edge)
}

// SplitStreamName takes apart the name that Lambda gives a log stream,
//
//	2026/05/29/[$LATEST]a13a7524e81d44ea80185a45f5511e2b
//	2026/10/08/checkout[42]829a…   (several functions in one log group)
//
// into function, version and sandbox. A name of another form gives three empty
// strings.
func SplitStreamName(name string) (function, version, sandbox string) {
	if !beginsWithDate(name) {
		return "", "", ""
	}
	function, rest, ok := strings.Cut(name[len(dateForm):], "[")
	if !ok {
		return "", "", ""
	}
	version, sandbox, ok = strings.Cut(rest, "]")
	if !ok {
		return "", "", ""
	}
	return function, version, strings.Trim(sandbox, "[]")
}

// dateForm is a date as stream names begin with it; 0 stands for any digit.
const dateForm = "0000/00/00/"

func beginsWithDate(name string) bool {
	if len(name) < len(dateForm) {
		return false
	}
	for i, c := range []byte(dateForm) {
		if c == '/' && name[i] != '/' || c == '0' && (name[i] < '0' || '9' < name[i]) {
			return false
		}
	}
	return true
}
