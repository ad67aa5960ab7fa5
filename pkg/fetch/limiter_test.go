package fetch

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// callsIn counts the calls that some callers make in a time.
func callsIn(t *testing.T, l *Limiter, span time.Duration) int {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(span, cancel)
	var mu sync.Mutex
	var callers sync.WaitGroup
	calls := 0
	for range 8 {
		callers.Go(func() {
			for l.Wait(ctx) == nil {
				mu.Lock()
				calls++
				mu.Unlock()
			}
		})
	}
	callers.Wait()
	return calls
}

func TestLimiterKeepsItsRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(DefaultRate(25))
		if calls := callsIn(t, l, 10*time.Second+time.Millisecond); calls != 201 {
			t.Errorf("%d calls in 10 s at 20 a second", calls)
		}
	})
}

func TestLimiterSlowsAndRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(16)
		// Four calls that were throttled together are one slowing.
		for range 4 {
			l.Throttled()
		}
		for _, c := range []struct {
			after time.Duration
			rate  float64
		}{
			{0, 8}, {4999 * time.Millisecond, 8}, {5 * time.Second, 9.6}, {6 * time.Second, 11.2}, {9 * time.Second, 16}, {time.Hour, 16},
		} {
			time.Sleep(c.after - time.Since(l.slowed)) // in the bubble's time
			if err := l.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			if r := l.Rate(); math.Abs(r-c.rate) > 1e-9 {
				t.Errorf("%v after a throttle: %v a second, want %v", c.after, r, c.rate)
			}
		}
	})
}

func TestLimiterNeverStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(16)
		for range 100 {
			l.Throttled()
			time.Sleep(time.Second)
		}
		if r := l.Rate(); r != 1 {
			t.Errorf("%v a second after a hundred throttles, want 1", r)
		}
		if calls := callsIn(t, l, 4*time.Second); calls < 4 {
			t.Errorf("%d calls in 4 s", calls)
		}
	})
}

func TestLimiterWithoutLimit(t *testing.T) {
	l := NewLimiter(math.Inf(1))
	l.Throttled()
	for range 1000 {
		if err := l.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
