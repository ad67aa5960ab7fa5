package coldstart

import (
	"math"

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
	order int // of the input that it was first met in

	invocations uint64
	starts      [numStarts]uint64
	errors      uint64
	timeouts    uint64
	failedInits uint64
	coldOnly    bool // some of its inputs have only cold starts
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
		key.label = inv.Function
	}
	if key.label == "" {
		key.label = in.base
	}
	for i, d := range b.options.By {
		key.by[i] = d.value(inv, b.options.Zone)
	}
	g := b.groups[key]
	if g == nil {
		g = &group{key: key, label: key.label, order: in.order}
		b.groups[key] = g
	}
	g.coldOnly = g.coldOnly || in.Scope.ColdOnly
	return g
}

// add counts an invocation, its Billed Duration only if billed is true.
func (g *group) add(inv *Invocation, prewarmedUndetermined, billed bool) {
	g.invocations++
	g.starts[inv.Start]++
	g.durations[inv.Start].Add(int64(inv.Record.Duration))
	if billed && inv.Record.Has(lambdalog.Billed) {
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
	latest    []run // of $LATEST
	current   int   // index in latest of the run at hand
}

// run is a deploy of $LATEST: its number, and between which times its
// invocations ran, as far as they are known.
type run struct {
	number   int
	from, to logs.Time
}

// run returns the number of the run that an invocation belongs to: each
// published version is one, and on $LATEST each time between two pauses longer
// than the run gap. Logs often come stream by stream, so that each stream goes
// through the same deploys again.
func (in *Input) run(inv *Invocation) int {
	key := runKey{in.side, in.Label, inv.Function}
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
	latest := r.ofLatest(inv, in.builder.options.RunGap.Milliseconds())
	latest.extend(inv.Begin)
	latest.extend(inv.Time)
	return latest.number
}

// ofLatest returns the run of an invocation of $LATEST: the one at hand where it
// ran during that or has no time, else the nearest one that is not more than gap
// milliseconds away, else a new one. Numbers that were given out stay: an
// invocation that bridges the pause between two runs belongs to the nearer one
// and does not make them one.
func (r *runs) ofLatest(inv *Invocation, gap int64) *run {
	least := int64(math.MaxInt64)
	if len(r.latest) > 0 {
		least = r.latest[r.current].pause(inv)
	}
	if least > 0 {
		for i := range r.latest {
			if pause := r.latest[i].pause(inv); pause < least {
				r.current, least = i, pause
			}
		}
	}
	if least > gap {
		r.count++
		r.current = len(r.latest)
		r.latest = append(r.latest, run{number: r.count})
	}
	return &r.latest[r.current]
}

// pause returns how many milliseconds before or after all invocations of the
// run one ran; invocations run side by side.
func (r *run) pause(inv *Invocation) int64 {
	end := inv.Time
	if !end.Known {
		end = inv.Begin
	}
	if !r.from.Known || !end.Known {
		return 0
	}
	return max(inv.Begin.Millis-r.to.Millis, r.from.Millis-end.Millis)
}

func (r *run) extend(t logs.Time) {
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
