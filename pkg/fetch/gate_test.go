package fetch

import (
	"context"
	"net/http/httptrace"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// answer is the first byte of an answer to a call.
func answer(ctx context.Context) { httptrace.ContextClientTrace(ctx).GotFirstResponseByte() }

func TestGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := make(gate, 2)
		a, aCtx := g.turn(t.Context())
		b, bCtx := g.turn(t.Context())
		answer(aCtx)
		answer(bCtx)
		c, cCtx := g.turn(t.Context())
		var entered atomic.Bool
		go func() {
			answer(cCtx)
			entered.Store(true)
		}()
		synctest.Wait()
		if entered.Load() {
			t.Error("three are inside a gate for two")
		}
		a.leave(false) // an attempt failed
		synctest.Wait()
		if !entered.Load() {
			t.Error("nobody got the place of a failed attempt")
		}
		b.leave(true)
		c.leave(true)
		answer(aCtx) // the next attempt
		answer(aCtx) // that of the attempt before, at last
		answer(bCtx) // comes too late: nobody waits for it
		a.leave(true)
		a.leave(true)
		if len(g) != 0 {
			t.Errorf("%d places are taken for ever", len(g))
		}
	})
}

func TestGateLetsEndedCallsGo(t *testing.T) {
	g := make(gate, 1)
	_, busy := g.turn(t.Context())
	answer(busy)
	ctx, cancel := context.WithCancel(t.Context())
	late, lateCtx := g.turn(ctx)
	cancel()
	answer(lateCtx)
	late.leave(true)
	if len(g) != 1 {
		t.Errorf("%d places are taken, want 1", len(g))
	}
}
