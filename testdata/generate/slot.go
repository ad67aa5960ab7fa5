package main

import (
	"math/rand/v2"
	"strconv"
	"time"
)

const (
	coldShare = 0.015
	idle      = 20 * time.Second // mean time between two invocations of a sandbox
	timeLimit = 15 * time.Minute

	loadRuntime = "nodejs:22.v58"
	loadARN     = "arn:aws:lambda:eu-west-1::runtime:5d1c8a0be37f4926c1d6e80f92ab47351ce09d7b6a42f8c35e1780d9b46fa2c3"
)

// Durations spread widely, so that the 7 million reports of 1 GB hold some 287,000 different ones.
var (
	loadInit     = lognormal{median: 380 * time.Millisecond, sigma: 0.3}
	loadDuration = lognormal{median: 37 * time.Millisecond, sigma: 1.9}
)

// lineKind is a line of one invocation.
type lineKind int

const (
	initStartLine lineKind = iota
	startLine
	ownLine
	reportLine // and the END in front of it
)

// slot is the place of one sandbox, and of those that replace it.
type slot struct {
	invocation
	load     *load
	random   *rand.Rand
	function string // empty when there is only one
	stream   []byte
	kind     lineKind // of the next line
	next     time.Time
	ends     time.Time
	ownLines int // left to write
}

// plan draws the next invocation; the slot is idle from the given time on.
func (s *slot) plan(from time.Time) {
	step := textStep
	if s.load.format == jsonFormat {
		step = jsonStep
	}
	s.next = from.Add(time.Duration(s.random.ExpFloat64() * float64(idle)))
	s.requestID = appendUUID(s.requestID[:0], s.random)
	s.duration = min(loadDuration.draw(s.random, step), timeLimit)
	s.ends = s.next.Add(s.duration)
	s.ownLines = 2 + s.random.IntN(5)
	s.memoryMB = 512
	s.maxMemoryMB = max(s.maxMemoryMB, 75+s.random.IntN(20))
	s.kind = startLine
	s.cold = s.random.Float64() < coldShare
	if s.cold {
		s.stream = appendStream(s.stream[:0], s.next, s.function, s.random)
		s.init = loadInit.draw(s.random, step)
		s.ends = s.ends.Add(s.init)
		s.maxMemoryMB = 75 + s.random.IntN(5)
		s.kind = initStartLine
	}
	if s.load.reportsOnly {
		s.kind = reportLine
		s.next = s.ends
	}
}

// step writes the next line.
func (s *slot) step(log *logWriter) {
	line := log.begin(s.next, s.stream)
	text := s.load.format == textFormat
	switch s.kind {
	case initStartLine:
		if text {
			line = appendInitStart(line, loadRuntime, loadARN)
		} else {
			line = appendJSONInitStart(line, s.next, loadRuntime, loadARN, s.stream)
		}
		s.next = s.next.Add(s.init)
		s.kind = startLine
	case startLine:
		if text {
			line = appendStart(line, s.requestID)
		} else {
			line = appendJSONStart(line, s.next, s.requestID)
		}
		s.kind = ownLine
	case ownLine:
		if text {
			line = s.appendOwnLine(line)
		} else {
			line = s.appendJSONOwnLine(line)
		}
		s.next = s.next.Add(s.ends.Sub(s.next) / time.Duration(s.ownLines+1))
		s.ownLines--
		if s.ownLines == 0 {
			s.kind = reportLine
			s.next = s.ends
		}
	case reportLine:
		if text && !s.load.reportsOnly {
			log.end(appendEnd(line, s.requestID))
			line = log.begin(s.next, s.stream)
		}
		if text {
			line = appendReport(line, &s.invocation)
		} else {
			line = appendJSONReport(line, s.next, &s.invocation)
		}
		s.plan(s.ends)
	}
	log.end(line)
}

// messages are what the function writes; a random number stands between two parts.
var messages = [][]string{
	{"order ", " was priced: ", " items, ", " cents, currency EUR, from warehouse ams-north-2, cache miss, upstream answered in ", " ms, attempt 1 of 3"},
	{"GET https://inventory.example.com/v2/stock/", "?warehouse=ams-north-2&reserve=true 200 in ", " ms, ", " bytes, kept-alive connection, 3 of 3 retries left"},
	{"item ORDER#", " written to table orders on condition attribute_not_exists(pk), consumed 2.0 write units, it took ", " ms, index lag ", " ms"},
	{"queued message ", " to https://sqs.eu-west-1.amazonaws.com/123456789012/orders-to-ship, body of ", " bytes, delay 0 s, attempt 1 of 3, not a duplicate"},
	{"customer ", " resolved from the sign-in cookie, tier gold, region eu, 2 feature flags fast-checkout=on gift-wrap=off, ", " open orders"},
}

func (s *slot) appendMessage(b []byte) []byte {
	for i, part := range messages[s.random.IntN(len(messages))] {
		if i > 0 {
			b = strconv.AppendInt(b, s.random.Int64N(10_000), 10)
		}
		b = append(b, part...)
	}
	return b
}

// appendOwnLine appends a line as the Node.js runtime prints it.
func (s *slot) appendOwnLine(b []byte) []byte {
	b = s.next.AppendFormat(b, milliseconds)
	b = append(b, '\t')
	b = append(b, s.requestID...)
	b = append(b, "\tINFO\t"...)
	return s.appendMessage(b)
}

func (s *slot) appendJSONOwnLine(b []byte) []byte {
	b = append(b, `{"timestamp":"`...)
	b = s.next.AppendFormat(b, milliseconds)
	b = append(b, `","level":"INFO","requestId":"`...)
	b = append(b, s.requestID...)
	b = append(b, `","message":"`...)
	b = s.appendMessage(b)
	return append(b, `"}`...)
}
