package coldstart

import (
	"time"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
	"github.com/coldstats/coldstats/pkg/stats"
)

// groupKey tells groups apart.
type groupKey struct {
	side  int
	label string
	by    [numDimensions]string // in the order of Options.By
}

// group is what was counted of the invocations that belong together.
type group struct {
	key   groupKey
	label string
	base  string // of the input that it was first met in
	order int    // of that input

	invocations uint64
	starts      [numStarts]uint64
	errors      uint64
	timeouts    uint64
	failedInits uint64
	lost        lambdalog.Micros

	prewarmedUndetermined uint64
	initBilled            lambdalog.Micros
	initBilledUnsure      uint64

	// Durations are kept by start, so that each invocation is counted once and
	// all of them are the sum.
	durations [numStarts]stats.Distribution
	init      stats.Distribution
	total     stats.Distribution
	memory    stats.Distribution
	billed    stats.Distribution
}

// group returns the group of an invocation.
func (in *Input) group(inv *Invocation) *group {
	b := in.builder
	key := groupKey{side: in.side, label: in.Label}
	if key.label == "" {
		key.label = inv.Event.Stream.Function
	}
	if key.label == "" {
		key.label = in.base
	}
	for i, d := range b.options.By {
		key.by[i] = d.value(inv, b.options.Zone)
	}
	g := b.groups[key]
	if g == nil {
		g = &group{key: key, label: key.label, base: in.base, order: in.order}
		b.groups[key] = g
	}
	return g
}

func (g *group) add(inv *Invocation, prewarmedUndetermined bool) {
	g.invocations++
	g.starts[inv.Start]++
	g.durations[inv.Start].Add(int64(inv.Record.Duration))
	if inv.Record.Has(lambdalog.Billed) {
		g.billed.Add(int64(inv.Record.Billed))
	}
	if mb, ok := inv.MaxMemory(); ok {
		g.memory.Add(mb)
	}
	if inv.TimedOut() {
		g.timeouts++
	} else if inv.Failed() {
		g.errors++
	}
	if inv.Start == Warm {
		return
	}
	if ready, ok := inv.Ready(); ok {
		g.init.Add(int64(ready))
	}
	if total, ok := inv.Total(); ok {
		g.total.Add(int64(total))
	}
	if prewarmedUndetermined {
		g.prewarmedUndetermined++
	}
	switch inv.InitBilling() {
	case InitBilled:
		g.initBilled += inv.Record.Init
	case InitBilledUnsure:
		g.initBilledUnsure++
	}
}

// runKey tells apart what is deployed on its own.
type runKey struct {
	side            int
	label, function string
}

// runs numbers the deploys of one function.
type runs struct {
	count     int
	byVersion map[string]int
	latest    int       // the run of $LATEST
	last      logs.Time // of $LATEST
}

// run returns the number of the run that an invocation belongs to: each
// published version is one, and on $LATEST each time between two pauses longer
// than the run gap.
func (in *Input) run(inv *Invocation) int {
	key := runKey{in.side, in.Label, inv.Event.Stream.Function}
	if key.label == "" && key.function == "" {
		key.label = in.base
	}
	r := in.builder.runs[key]
	if r == nil {
		r = &runs{byVersion: make(map[string]int)}
		in.builder.runs[key] = r
	}
	if inv.Version != "" && inv.Version != "$LATEST" {
		n := r.byVersion[inv.Version]
		if n == 0 {
			r.count++
			n = r.count
			r.byVersion[inv.Version] = n
		}
		return n
	}
	if r.latest == 0 || r.last.Known && inv.Begin.Known && pause(r.last, inv.Begin) > in.builder.options.RunGap {
		r.count++
		r.latest = r.count
	}
	if inv.Time.Known {
		r.last = inv.Time
	}
	return r.latest
}

// pause is the time between two known times, in either order.
func pause(a, b logs.Time) time.Duration {
	d := time.Duration(b.Millis-a.Millis) * time.Millisecond
	return max(d, -d)
}
