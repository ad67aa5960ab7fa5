// Package coldstart is what the project exists for: it turns the platform
// records of Lambda functions into invocations, decides how each of them
// started, groups them and finishes a Report of what that amounts to.
//
// It leaves to others where the lines come from (logfile), what one line says
// (lambdalog), how figures are computed (stats) and how they look (render).
package coldstart

import (
	"errors"
	"slices"
	"time"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// Options say which invocations are counted, and how they are grouped. The zero
// value counts all, grouped by function or input.
type Options struct {
	// Window is the time in which an invocation has to begin.
	Window logs.Window
	// Filter drops invocations.
	Filter Filter
	// By splits the groups further.
	By []Dimension
	// Zone is where days and hours begin; nil is UTC.
	Zone *time.Location
	// RunGap is the pause after which a function on $LATEST counts as deployed
	// anew.
	RunGap time.Duration
	// Dedup is how far back duplicates are looked for.
	Dedup Dedup
	// Metrics are those that the Report has, in this order; nil for all. What
	// none of them needs is not counted.
	Metrics []MetricName
	// SideBySide keeps apart what comes from different inputs, also when it is
	// of one function.
	SideBySide bool
	// Each, where it is set, is called with each invocation that is counted. An
	// error of it ends the input.
	Each func(*Invocation) error
}

// Filter names the invocations that count. An empty field lets all through;
// values of one field are alternatives.
type Filter struct {
	Versions []string
	MemoryMB []int64
	Statuses []string
	Starts   []StartKind
}

func (f *Filter) keeps(inv *Invocation) bool {
	mb, known := inv.Memory()
	return among(f.Versions, inv.Version) && among(f.Statuses, inv.Status()) && among(f.Starts, inv.Start) &&
		among(f.MemoryMB, mb) && (known || len(f.MemoryMB) == 0)
}

func among[T comparable](allowed []T, v T) bool {
	return len(allowed) == 0 || slices.Contains(allowed, v)
}

// Builder gathers the events of one or more inputs into a Report.
type Builder struct {
	options Options
	varies  bool // whether one stream's invocations can be of several groups
	billed  bool // whether Billed Duration is a metric
	inputs  []*Input
	groups  map[groupKey]*group
	runs    map[runKey]*runs
}

// NewBuilder returns an empty Builder.
func NewBuilder(options Options) *Builder {
	if options.Zone == nil {
		options.Zone = time.UTC
	}
	if options.Metrics == nil {
		options.Metrics = MetricNames[:]
	}
	b := &Builder{
		options: options,
		billed:  slices.Contains(options.Metrics, BilledMetric),
		groups:  make(map[groupKey]*group),
		runs:    make(map[runKey]*runs),
	}
	for _, d := range options.By {
		b.varies = b.varies || d.variesInStream()
	}
	return b
}

// Input is one of a Builder's inputs.
type Input struct {
	// Name is what the input was called by, and Label the group that its user
	// named, if any.
	Name, Label string
	// Scope is what the next events were asked for. Its Window is that of the
	// Options until it is set.
	Scope logs.Scope

	// Reports counts the reports that were recognised, Counted those that are
	// invocations of the Report: no duplicates, and inside filter and window.
	Reports, Counted uint64
	Duplicates       uint64
	// Untimed counts the reports that a window left out because it is not known
	// when they began.
	Untimed    uint64
	NearMisses uint64
	// FirstMiss is the first of the near misses.
	FirstMiss Miss

	builder   *Builder
	order     int // among the inputs
	side      int // inputs of one side are pooled
	base      string
	sandboxes []*sandbox // by Stream.ID
	seen      *seen      // shared by the inputs of a pool; nil for DedupNone
	json      jsonLog
	emulated  uint64 // reports of emulators
	alone     uint64 // reports whose stream is not known
	timeless  uint64 // reports whose time is not known
	unordered uint64 // streams whose lines are not in time order
	record    lambdalog.Record
	inv       Invocation
}

// Miss is where text has the look of a record and is none.
type Miss struct {
	Source string
	Line   int64
	Reason string
}

// jsonLog is what tells whether a JSON-format log has lost its successes.
type jsonLog struct {
	reports, succeeded uint64
}

// Input begins the next input. Name is what its user called it by; label, where
// it is not empty, names the group of all its invocations; base names the group
// of those that carry no function.
func (b *Builder) Input(name, label, base string) *Input {
	in := &Input{Name: name, Label: label, base: base, order: len(b.inputs), builder: b}
	in.Scope.Window = b.options.Window
	if b.options.SideBySide {
		in.side = in.order
		for _, other := range b.inputs {
			if label != "" && other.Label == label {
				in.side = other.side
				break
			}
		}
	}
	in.seen = b.seen(in)
	b.inputs = append(b.inputs, in)
	return in
}

// seen returns what remembers the reports of a new input. Inputs of one label,
// or without a label of one name, share it where they are on one side: their
// user pools them, their invocations are counted as one, and exports that
// overlap are the obvious reason why there are several.
func (b *Builder) seen(in *Input) *seen {
	if b.options.Dedup == DedupNone {
		return nil
	}
	for _, other := range b.inputs {
		if other.side == in.side && other.Label == in.Label && (in.Label != "" || other.Name == in.Name) {
			return other.seen
		}
	}
	return newSeen(b.options.Dedup)
}

// Side numbers what is set side by side: inputs of one side are pooled. Without
// Options.SideBySide there is only side 0.
func (in *Input) Side() int { return in.side }

// Add takes in an event. The events of one log stream have to come in time
// order. The error is that of Options.Each.
func (in *Input) Add(e *logs.Event) error {
	for message := e.Message; len(message) > 0; {
		rest, err := lambdalog.Parse(message, &in.record)
		switch {
		case err == nil:
			if err := in.take(e); err != nil {
				return err
			}
		case errors.Is(err, lambdalog.ErrNone):
			return nil
		default:
			in.miss(e, err)
		}
		message = rest
	}
	return nil
}

func (in *Input) miss(e *logs.Event, err error) {
	if in.NearMisses == 0 {
		in.FirstMiss = Miss{e.Source, e.Line, err.Error()}
	}
	in.NearMisses++
}

// take takes in the record that was parsed.
func (in *Input) take(e *logs.Event) error {
	rec := &in.record
	t := e.Time
	if !t.Known && rec.Has(lambdalog.Time) {
		t = logs.At(rec.TimeMillis)
	}
	sb := in.sandbox(e.Stream)
	if sb.see(t) {
		in.unordered++
	}
	if rec.Kind != lambdalog.Report {
		sb.take(rec, t)
		if failed(rec) {
			in.failure(sb, t)
		}
		if e.Stream.Alone() {
			in.settle(sb, nil)
		}
		return nil
	}
	in.Reports++
	if in.seen != nil && in.seen.duplicate(rec, t) {
		in.Duplicates++
		sb.forget()
		return nil
	}
	return in.invocation(e, sb, t)
}

func (in *Input) sandbox(stream *logs.Stream) *sandbox {
	for stream.ID >= len(in.sandboxes) {
		in.sandboxes = append(in.sandboxes, nil)
	}
	sb := in.sandboxes[stream.ID]
	if sb == nil {
		sb = &sandbox{stream: stream, function: stream.Function}
		in.sandboxes[stream.ID] = sb
	}
	return sb
}

// invocation takes in a report that is no duplicate.
func (in *Input) invocation(e *logs.Event, sb *sandbox, t logs.Time) error {
	rec := &in.record
	if rec.JSON {
		in.json.reports++
		if !rec.Has(lambdalog.Status) || string(rec.Status) == "success" {
			in.json.succeeded++
		}
	}
	if rec.InitFirst {
		in.emulated++
	}
	if !t.Known {
		in.timeless++
	}
	if e.Stream.Alone() {
		in.alone++
	}
	inv := &in.inv
	*inv = Invocation{Event: e, Record: rec, Time: t}
	undetermined := sb.complete(inv)
	options := &in.builder.options
	if options.Each != nil || in.builder.varies {
		inv.Run = in.run(inv)
	}
	if in.Scope.Window.Bounded() && !inv.Begin.Known {
		in.Untimed++
	}
	if !in.Scope.Window.Contains(inv.Begin) || !options.Filter.keeps(inv) {
		sb.reported(inv)
		return nil
	}
	g := sb.group
	if g == nil || in.builder.varies {
		g = in.group(inv)
		sb.group = g
	}
	inv.Label = g.label
	in.settle(sb, g)
	sb.reported(inv)
	in.Counted++
	g.add(inv, undetermined, in.builder.billed)
	if options.Each != nil {
		return options.Each(inv)
	}
	return nil
}

// failure takes in the record of an init or restore that failed. Exports that
// overlap repeat it, at times without the report that follows it. Within an
// input a repeated one is dropped; what another input of the pool has explains
// the report that follows it here, but is counted there. A sandbox that fails
// twice does so at two times.
func (in *Input) failure(sb *sandbox, t logs.Time) {
	a := attemptOf(&in.record)
	f := failedInit{time: t}
	if a.phase != "invoke" {
		f.lost = a.took
	}
	if in.seen != nil && t.Known && !sb.stream.Alone() {
		a.stream = sb.stream.Name
		f.counted = in.seen.repeated(a, t)
		a.input = in
		if in.seen.repeated(a, t) {
			return
		}
	}
	sb.failed = append(sb.failed, f)
	sb.waited += f.lost
}

// settle counts the failed inits of a sandbox for the group of the invocation
// that follows them, or for what is known of the stream where none does.
func (in *Input) settle(sb *sandbox, g *group) {
	for _, f := range sb.failed {
		if f.counted {
			continue
		}
		to := g
		if to == nil {
			to = in.unanswered(sb, f)
		}
		if to != nil {
			to.failedInits++
			to.lost += f.lost
		}
	}
	if sb.stream.Alone() {
		sb.failed, sb.waited = sb.failed[:0], 0
	}
}

// unanswered returns the group of a failed init that no invocation followed, or
// nil where window or filter leave it out.
func (in *Input) unanswered(sb *sandbox, f failedInit) *group {
	options := &in.builder.options
	in.inv = Invocation{
		Event: &logs.Event{Stream: sb.stream}, Record: &lambdalog.Record{},
		Begin: f.time, Start: FailedInit,
		Function: sb.function, Version: sb.versionOf(false), Runtime: sb.runtimeOf(),
	}
	if !in.Scope.Window.Contains(f.time) || !options.Filter.keeps(&in.inv) {
		return nil
	}
	return in.group(&in.inv)
}
