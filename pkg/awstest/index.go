package awstest

import (
	"math"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
)

// index is what a group holds at one moment, made for reading by many calls:
// events in their order, and what was found out about them.
type index struct {
	events []event

	mu      sync.Mutex
	matches map[string]*matches

	streamsOnce sync.Once
	streams     []*streamEvents
}

// streamEvents is one stream of an index: the numbers of its events.
type streamEvents struct {
	*stream
	events []int32
}

// from returns the number of the first event at or after a timestamp.
func (x *index) from(timestamp int64) int {
	return sort.Search(len(x.events), func(i int) bool { return x.events[i].Timestamp >= timestamp })
}

// window returns the numbers [from, to) of the events in [start, end], both
// inclusive, that are not older than retention allows.
func (x *index) window(start, end, oldest int64) (from, to int) {
	from, to = x.from(max(start, oldest)), len(x.events)
	if end < math.MaxInt64 {
		to = x.from(end + 1)
	}
	return from, max(from, to)
}

// at returns the number of the first event that is not before p.
func (x *index) at(p position) int {
	return sort.Search(len(x.events), func(i int) bool { return x.events[i].compare(p) >= 0 })
}

// byStream returns the streams in the order of their names.
func (x *index) byStream() []*streamEvents {
	x.streamsOnce.Do(func() {
		known := make(map[*stream]*streamEvents)
		for i := range x.events {
			s, ok := known[x.events[i].stream]
			if !ok {
				s = &streamEvents{stream: x.events[i].stream}
				known[s.stream] = s
				x.streams = append(x.streams, s)
			}
			s.events = append(s.events, int32(i))
		}
		slices.SortFunc(x.streams, func(a, b *streamEvents) int { return strings.Compare(a.name, b.name) })
	})
	return x.streams
}

// blockEvents is how many events are matched at once.
const blockEvents = 4096

// block has a bit for each of blockEvents events.
type block [blockEvents / 64]uint64

// matches remembers which events a pattern matches, so that pages and repeated
// calls cost the pattern once.
type matches struct {
	pattern *pattern
	blocks  []atomic.Pointer[block]
}

// keptPatterns bounds how many patterns an index remembers the matches of.
const keptPatterns = 16

// match returns what p matches; nil is everything.
func (x *index) match(p *pattern) *matches {
	if p.all() {
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if m, ok := x.matches[p.text]; ok {
		return m
	}
	if x.matches == nil || len(x.matches) == keptPatterns {
		x.matches = make(map[string]*matches)
	}
	m := &matches{pattern: p, blocks: make([]atomic.Pointer[block], len(x.events)/blockEvents+1)}
	x.matches[p.text] = m
	return m
}

// has reports whether event i of x matches. Two calls may do the same block at
// once, with the same result.
func (m *matches) has(x *index, i int) bool {
	if m == nil {
		return true
	}
	b := m.blocks[i/blockEvents].Load()
	if b == nil {
		b = new(block)
		first := i / blockEvents * blockEvents
		for j, e := range x.events[first:min(first+blockEvents, len(x.events))] {
			if m.pattern.match(e.message) {
				b[j/64] |= 1 << (j % 64)
			}
		}
		m.blocks[i/blockEvents].Store(b)
	}
	j := i % blockEvents
	return b[j/64]&(1<<(j%64)) != 0
}
