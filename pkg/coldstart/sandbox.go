package coldstart

import (
	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// sandbox is what the lines of one log stream have told so far. Of a stream
// that is not known only start and version are kept, which name the invocation
// that they belong to.
type sandbox struct {
	stream *logs.Stream

	initStart logs.Time
	initType  string
	runtime   string
	version   string
	// function is that of the stream or, where its name tells none, the one that
	// the stream's records name.
	function string

	// started is the invocation that the last START line names.
	started   []byte
	startedAt logs.Time

	// failed are the inits that failed since the last report, and waited their
	// time that is in no report.
	failed  []failedInit
	waited  lambdalog.Micros
	crashed bool // the last report ended the runtime

	last      logs.Time // of the last event
	unordered bool

	// group is that of the stream's invocations, where it is the same for all
	// that follow.
	group *group
}

// failedInit is an INIT_REPORT or RESTORE_REPORT of a failure.
type failedInit struct {
	time logs.Time
	// lost is its time, unless the report of the invocation that it ran in
	// contains it (Phase: invoke).
	lost lambdalog.Micros
	// counted is true for one that another input has too.
	counted bool
}

// see takes in the time of the stream's next event. It reports true once, when
// a known stream's events turn out not to be in time order.
func (sb *sandbox) see(t logs.Time) (disorder bool) {
	if !t.Known {
		return false
	}
	if sb.last.Known && t.Millis < sb.last.Millis && !sb.unordered && !sb.stream.Alone() {
		sb.unordered = true
		disorder = true
	}
	sb.last = t
	return disorder
}

// take takes in a record that is no report. What it tells about the sandbox is
// told for the invocations to come, and so only where the stream is known.
func (sb *sandbox) take(rec *lambdalog.Record, t logs.Time) {
	alone := sb.stream.Alone()
	if rec.Has(lambdalog.Version) && (rec.Kind == lambdalog.Start || !alone) {
		keep(&sb.version, rec.Version)
	}
	if rec.Has(lambdalog.InitType) && !alone {
		keep(&sb.initType, rec.InitType)
	}
	if rec.Has(lambdalog.Runtime) && !alone {
		keep(&sb.runtime, rec.Runtime)
	}
	if rec.Has(lambdalog.Function) && !alone && sb.stream.Function == "" && sb.function != string(rec.Function) {
		sb.function = string(rec.Function)
		sb.group = nil
	}
	switch rec.Kind {
	case lambdalog.Start:
		sb.started = append(sb.started[:0], rec.RequestID...)
		sb.startedAt = t
	case lambdalog.InitStart, lambdalog.RestoreStart:
		if !alone {
			sb.initStart = t
		}
	}
}

// failed reports whether a record is that of an init or restore that failed.
func failed(rec *lambdalog.Record) bool {
	return (rec.Kind == lambdalog.InitReport || rec.Kind == lambdalog.RestoreReport) &&
		rec.Has(lambdalog.Status) && string(rec.Status) != "success"
}

// attempt is what tells two inits or restores of one time apart.
type attempt struct {
	input  *Input // nil in any
	stream string
	kind   lambdalog.Kind
	phase  string
	took   lambdalog.Micros
}

func attemptOf(rec *lambdalog.Record) attempt {
	a := attempt{kind: rec.Kind}
	if rec.Has(lambdalog.Phase) {
		a.phase = string(rec.Phase)
	}
	switch {
	case rec.Kind == lambdalog.InitReport && rec.Has(lambdalog.Init):
		a.took = rec.Init
	case rec.Kind == lambdalog.RestoreReport && rec.Has(lambdalog.Restore):
		a.took = rec.Restore
	}
	return a
}

// complete fills in what the sandbox knows of an invocation: when it began, its
// start, function, version and runtime. undetermined is true for a cold start
// that may have been prewarmed, for all that is known.
func (sb *sandbox) complete(inv *Invocation) (undetermined bool) {
	rec := inv.Record
	own := rec.Has(lambdalog.RequestID) && string(sb.started) == string(rec.RequestID)
	inv.Begin = inv.Time.Add(-int64(rec.Duration))
	if own && sb.startedAt.Known {
		inv.Begin = sb.startedAt
	}
	inv.Function = sb.function
	inv.Runtime = sb.runtimeOf()
	inv.Version = sb.versionOf(own)
	inv.Start, undetermined = sb.start(inv)
	if inv.Start == FailedInit {
		inv.Waited = sb.waited
	}
	return undetermined
}

// versionOf returns the version that the stream or the last START names, which
// on a stream that is not known is that of its own invocation only.
func (sb *sandbox) versionOf(own bool) string {
	if sb.stream.Version != "" || sb.stream.Alone() && !own {
		return sb.stream.Version
	}
	return sb.version
}

// runtimeOf returns the runtime that the sandbox says it has or else the one
// that its function has by its configuration.
func (sb *sandbox) runtimeOf() string {
	if sb.runtime == "" {
		return sb.stream.Runtime
	}
	return sb.runtime
}

func (sb *sandbox) start(inv *Invocation) (kind StartKind, undetermined bool) {
	rec := inv.Record
	init, hasInit := inv.Init()
	switch {
	case inv.Version == "$LATEST.PUBLISHED", sb.initType == "lambda-managed-instances":
		return Unknown, false
	case rec.Has(lambdalog.Restore):
		return Restored, false
	case hasInit && sb.initType == "provisioned-concurrency":
		return Prewarmed, false
	case hasInit:
		if !sb.initStart.Known || !inv.Begin.Known {
			return Cold, true
		}
		initEnd := sb.initStart.Millis*1000 + int64(init)
		if inv.Begin.Millis*1000-initEnd > prewarmMargin.Microseconds() {
			return Prewarmed, false
		}
		return Cold, false
	case !rec.Has(lambdalog.Billed | lambdalog.Memory):
		return Unknown, false
	case len(sb.failed) > 0:
		return FailedInit, false
	case sb.crashed:
		return Reinit, false
	}
	return Warm, false
}

// reported ends an invocation.
func (sb *sandbox) reported(inv *Invocation) {
	sb.forget()
	sb.crashed = inv.endsSandbox() && !sb.stream.Alone()
}

// forget ends what a report, be it a duplicate, explains: what was told before
// it does not explain the next one.
func (sb *sandbox) forget() {
	sb.failed = sb.failed[:0]
	sb.waited = 0
	sb.initStart = logs.Time{}
}

// keep sets s to b, copying only what is new: it is the same nearly always.
func keep(s *string, b []byte) {
	if *s != string(b) {
		*s = string(b)
	}
}
