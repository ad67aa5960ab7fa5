package main

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

const (
	runs          = 3
	forcedColds   = 15
	paced         = 300
	redeployPause = 20 * time.Minute
)

// build is one of the two builds of the function that stores what it receives in a table and queues it.
type build struct {
	file         string
	runtime, arn string
	begins       time.Time
	init         lognormal
	cold, warm   lognormal // durations
	memoryMB     float64   // mean of what one invocation needs; a sandbox reports the most that it ever needed
}

var builds = []build{
	{
		file:     "posts-native.log",
		runtime:  "provided:al2023.v124",
		arn:      "arn:aws:lambda:eu-west-1::runtime:3bd1e3d1c3f5a4c2a6bb5f0c1d9c7b64de1f0b2a7f58e6c49d30a1b25c7e8f96",
		begins:   time.Date(2026, 5, 29, 9, 0, 0, 0, time.UTC),
		init:     lognormal{median: 354510 * time.Microsecond, sigma: 0.06},
		cold:     lognormal{median: 60 * time.Millisecond, sigma: 0.15},
		warm:     lognormal{median: 7 * time.Millisecond, sigma: 0.28, slow: 0.02},
		memoryMB: 78.6,
	},
	{
		file:     "posts-jit.log",
		runtime:  "dotnet:8.v83",
		arn:      "arn:aws:lambda:eu-west-1::runtime:9c4f07a2e6d85b13f07cb9ad3e1846a5b2d90c7f61e8a3540b9d27c6fe518a34",
		begins:   time.Date(2026, 5, 29, 9, 13, 0, 0, time.UTC), // in the pauses of the other
		init:     lognormal{median: 1015760 * time.Microsecond, sigma: 0.05},
		cold:     lognormal{median: 350 * time.Millisecond, sigma: 0.12},
		warm:     lognormal{median: 10500 * time.Microsecond, sigma: 0.36, slow: 0.035},
		memoryMB: 95.6,
	},
}

// writePosts writes the logs of both builds into a folder.
func writePosts(folder string, seed uint64) error {
	for i, b := range builds {
		e := experiment{build: b, random: newRandom(seed + uint64(i))}
		e.run()
		if err := writeFile(filepath.Join(folder, b.file), tailPrefix, e.write); err != nil {
			return err
		}
	}
	return nil
}

// experiment collects what one build logs.
type experiment struct {
	build
	random *rand.Rand
	events []event
}

type event struct {
	at      time.Time
	stream  []byte
	message []byte
}

// sandbox is an execution environment: it serves one request at a time and writes one stream.
type sandbox struct {
	stream      []byte
	busyUntil   time.Time
	started     bool
	maxMemoryMB int
}

func (e *experiment) run() { e.some(runs, forcedColds, paced) }

// some runs the experiment with so many runs of so many requests.
func (e *experiment) some(runs, forcedColds, paced int) {
	at := e.begins
	for range runs {
		for range forcedColds {
			e.invoke(e.launch(at), at)
			at = at.Add(4*time.Second + e.upTo(2*time.Second))
		}
		at = at.Add(5 * time.Second)
		var sandboxes []*sandbox
		for range paced {
			arrives := at.Add(e.upTo(20 * time.Millisecond))
			free := slices.IndexFunc(sandboxes, func(s *sandbox) bool { return s.busyUntil.Before(arrives) })
			// Now and then Lambda starts another sandbox though one is free.
			if free < 0 || e.random.Float64() < 0.003 {
				sandboxes = slices.Insert(sandboxes, 0, e.launch(arrives))
				free = 0
			}
			e.invoke(sandboxes[free], arrives)
			at = at.Add(time.Second)
		}
		at = at.Add(redeployPause + e.upTo(time.Minute))
	}
}

// upTo draws a time from 0 to the limit.
func (e *experiment) upTo(limit time.Duration) time.Duration {
	return time.Duration(e.random.Int64N(int64(limit)))
}

func (e *experiment) launch(at time.Time) *sandbox {
	return &sandbox{stream: appendStream(nil, at, "", e.random)}
}

// invoke adds what one request makes Lambda and the function log.
func (e *experiment) invoke(s *sandbox, at time.Time) {
	i := invocation{requestID: appendUUID(nil, e.random), cold: !s.started, memoryMB: 512}
	if i.cold {
		i.init = e.init.draw(e.random, textStep)
		i.duration = e.cold.draw(e.random, textStep)
		e.log(at, s, appendInitStart(nil, e.runtime, e.arn))
		at = at.Add(i.init)
	} else {
		i.duration = e.warm.draw(e.random, textStep)
	}
	s.started = true
	s.maxMemoryMB = max(s.maxMemoryMB, int(math.Round(e.memoryMB+0.9*e.random.NormFloat64())))
	i.maxMemoryMB = s.maxMemoryMB
	s.busyUntil = at.Add(i.duration)

	e.log(at, s, appendStart(nil, i.requestID))
	e.log(at.Add(i.duration*9/10), s, e.appendLine(nil))
	e.log(s.busyUntil, s, appendEnd(nil, i.requestID))
	e.log(s.busyUntil, s, appendReport(nil, &i))
}

// log keeps an event with the time that CloudWatch keeps: whole milliseconds.
func (e *experiment) log(at time.Time, s *sandbox, message []byte) {
	e.events = append(e.events, event{at.Truncate(time.Millisecond), s.stream, message})
}

// appendLine appends the function's own line.
func (e *experiment) appendLine(b []byte) []byte {
	b = append(b, "post "...)
	b = strconv.AppendUint(b, uint64(e.random.Uint32()), 16)
	return append(b, " stored and queued"...)
}

// sort brings the events of all sandboxes into the order of their times.
func (e *experiment) sort() {
	slices.SortStableFunc(e.events, func(a, b event) int { return a.at.Compare(b.at) })
}

// write writes the events in the order of their times.
func (e *experiment) write(log *logWriter) {
	e.sort()
	for _, event := range e.events {
		log.end(append(log.begin(event.at, event.stream), event.message...))
	}
}
