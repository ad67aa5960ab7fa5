package main

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

const (
	textFormat = "text"
	jsonFormat = "json"
)

// load is a log of any size: many sandboxes at once, each with one invocation after the other.
type load struct {
	size        int64
	functions   int
	reportsOnly bool
	prefix      string
	format      string
}

func (l *load) check() error {
	if l.prefix != noPrefix && l.prefix != s3Prefix && l.prefix != tailPrefix {
		return fmt.Errorf("unknown prefix %q: none, s3 or tail", l.prefix)
	}
	if l.format != textFormat && l.format != jsonFormat {
		return fmt.Errorf("unknown format %q: text or json", l.format)
	}
	if l.functions < 1 {
		return fmt.Errorf("%d functions make no log", l.functions)
	}
	return nil
}

// write writes the lines of all slots in the order of their times, until the log has its size.
func (l *load) write(log *logWriter, random *rand.Rand) {
	begin := time.Date(2026, 5, 14, 0, 0, 0, 0, time.UTC)
	queue := make(slotQueue, max(l.functions, 300))
	for i := range queue {
		s := &slot{load: l, random: random}
		if l.functions > 1 {
			s.function = "service-" + strconv.Itoa(i%l.functions)
		}
		s.stream = appendStream(nil, begin, s.function, random)
		s.plan(begin)
		queue[i] = s
	}
	heap.Init(&queue)
	for log.written < l.size {
		queue[0].step(log)
		heap.Fix(&queue, 0)
	}
}

// slotQueue is a heap: first the slot that writes next.
type slotQueue []*slot

func (q slotQueue) Len() int           { return len(q) }
func (q slotQueue) Less(i, j int) bool { return q[i].next.Before(q[j].next) }
func (q slotQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *slotQueue) Push(any)          { panic("the number of slots is fixed") }
func (q *slotQueue) Pop() any          { panic("the number of slots is fixed") }
