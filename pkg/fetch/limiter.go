package fetch

import (
	"context"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// quotaShare is the part of a region's quota that is used unless the user
	// says otherwise. The console and the account's other tools get the rest.
	quotaShare = 0.8
	// calm is how long calls stay at half the rate after a throttle, and how long
	// each step back takes; a step gives back a tenth of the full rate.
	calm        = 5 * time.Second
	step        = time.Second
	stepShare   = 0.1
	slowest     = 1.0 / 16
	oneSlowDown = time.Second
)

// Limiter spaces the calls to one account and region: every attempt is one. It
// is safe for use by several goroutines and several Sources.
//
// A throttle halves the rate for five seconds; then it grows by a tenth of the
// full rate each second. Throttles within a second of each other count once, for
// calls that were under way together are throttled together, and the rate never
// falls below a sixteenth of the full one.
type Limiter struct {
	limiter *rate.Limiter
	full    rate.Limit
	now     func() time.Time

	mu     sync.Mutex
	slow   bool
	slowed time.Time  // when it was slowed last
	low    rate.Limit // to what
}

// NewLimiter returns a Limiter of perSecond calls a second; math.Inf(1) is no
// limit.
func NewLimiter(perSecond float64) *Limiter {
	full := rate.Limit(perSecond)
	if math.IsInf(perSecond, 1) {
		full = rate.Inf
	}
	return &Limiter{limiter: rate.NewLimiter(full, 1), full: full, now: time.Now}
}

// DefaultRate returns the calls a second that are made under a region's quota.
func DefaultRate(quota int) float64 { return quotaShare * float64(quota) }

// Wait returns when a call may be made, or with the error of a context that
// ended before. The calls that wait already keep their turn when the rate
// changes.
func (l *Limiter) Wait(ctx context.Context) error {
	l.speedUp()
	return l.limiter.Wait(ctx)
}

// Throttled says that a call was throttled.
func (l *Limiter) Throttled() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.full == rate.Inf || l.slow && now.Sub(l.slowed) < oneSlowDown {
		return
	}
	l.low = max(l.rate(now)/2, l.full*slowest)
	l.slow, l.slowed = true, now
	l.limiter.SetLimitAt(now, l.low)
}

// speedUp steps back to the full rate after a throttle.
func (l *Limiter) speedUp() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.slow {
		return
	}
	now := l.now()
	r := l.rate(now)
	l.slow = r < l.full
	if r != l.limiter.Limit() {
		l.limiter.SetLimitAt(now, r)
	}
}

// rate returns the rate that a time after the last throttle has come to.
func (l *Limiter) rate(now time.Time) rate.Limit {
	if !l.slow {
		return l.full
	}
	steps := (now.Sub(l.slowed) - calm + step) / step
	return min(l.full, l.low+l.full*stepShare*rate.Limit(max(0, steps)))
}

// Rate returns the calls a second that are allowed now.
func (l *Limiter) Rate() float64 { return float64(l.limiter.Limit()) }
