package fetch

import (
	"context"
	"net/http/httptrace"
	"sync"
)

// decoding is how many pages may be in memory at once. A page of 1 MB takes
// some ten times that while it is read, decoded and packed.
const decoding = 4

// gate lets so many calls read their answers at once. The others wait at the
// first byte of theirs: it is the connection that holds the answer back, so that
// any number of calls can be under way.
type gate chan struct{}

// turn is one call's way through a gate.
type turn struct {
	gate gate
	done <-chan struct{} // of the call's context

	mu     sync.Mutex
	inside bool
	over   bool
}

// turn returns the turn of one call, and the context to make it with.
func (g gate) turn(ctx context.Context) (*turn, context.Context) {
	t := &turn{gate: g, done: ctx.Done()}
	return t, httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotFirstResponseByte: t.enter})
}

// enter waits for a place. The answer to an attempt that was given up may come
// at any time, also after another attempt's.
func (t *turn) enter() {
	select {
	case t.gate <- struct{}{}:
	case <-t.done:
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.inside || t.over {
		<-t.gate
		return
	}
	t.inside = true
}

// leave gives the place back after a failed attempt, and with over set after
// the call.
func (t *turn) leave(over bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.inside {
		<-t.gate
		t.inside = false
	}
	t.over = t.over || over
}
