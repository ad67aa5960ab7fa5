package coldstart

import (
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
	from, to  logs.Time // between which its invocations ran
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
	if r.latest == 0 || r.pause(inv) > in.builder.options.RunGap.Milliseconds() {
		r.count++
		r.latest = r.count
		r.from, r.to = logs.Time{}, logs.Time{}
	}
	r.extend(inv.Begin)
	r.extend(inv.Time)
	return r.latest
}

// pause returns how many milliseconds before or after all invocations of the
// run one ran. Invocations run side by side, and logs come stream by stream or
// the newest first.
func (r *runs) pause(inv *Invocation) int64 {
	end := inv.Time
	if !end.Known {
		end = inv.Begin
	}
	if !r.from.Known || !end.Known {
		return 0
	}
	return max(inv.Begin.Millis-r.to.Millis, r.from.Millis-end.Millis)
}

func (r *runs) extend(t logs.Time) {
	if !t.Known {
		return
	}
	if !r.from.Known || t.Millis < r.from.Millis {
		r.from = t
	}
	if !r.to.Known || t.Millis > r.to.Millis {
		r.to = t
	}
}
