package coldstart

import (
	"time"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// Invocation is one REPORT with what was concluded about it. It is lent, like
// the event and the record that it points to.
type Invocation struct {
	Label  string // of its group
	Event  *logs.Event
	Record *lambdalog.Record

	// Time is the report's time, which is the invocation's end, and Begin its
	// beginning.
	Time, Begin logs.Time
	Start       StartKind
	// Waited is the part of the wait for the sandbox that is in neither Init
	// nor Restore nor Duration: the init attempts that failed before it.
	Waited lambdalog.Micros
	// Function is that of the stream's name or group or, where they tell none,
	// the one that the stream's JSON records name.
	Function string
	Version  string
	Runtime  string
	// Run numbers the function's deploys from 1, in order of appearance.
	Run int
}

// Memory returns the memory size in MB.
func (inv *Invocation) Memory() (mb int64, ok bool) {
	return inv.Record.MemoryMB, inv.Record.Has(lambdalog.Memory)
}

// MaxMemory returns the high-water mark of the sandbox's memory in MB.
// Emulators print the memory size in its place, which measures nothing.
func (inv *Invocation) MaxMemory() (mb int64, ok bool) {
	return inv.Record.MaxMemoryMB, inv.Record.Has(lambdalog.MaxMemory) && !inv.Record.InitFirst
}

// Init returns Init Duration. Emulators print the time of their own start in
// its place, which measures nothing.
func (inv *Invocation) Init() (lambdalog.Micros, bool) {
	return inv.Record.Init, inv.Record.Has(lambdalog.Init) && !inv.Record.InitFirst
}

// Ready returns how long the sandbox took to get ready while the request
// waited, as the report has it: Init Duration of a cold start, Restore Duration
// of a restored one.
func (inv *Invocation) Ready() (lambdalog.Micros, bool) {
	switch inv.Start {
	case Cold:
		return inv.Init()
	case Restored:
		return inv.Record.Restore, true
	}
	return 0, false
}

// Total returns how long the request waited for its answer, where the start
// made it wait and it is known how long.
func (inv *Invocation) Total() (lambdalog.Micros, bool) {
	switch inv.Start {
	case Cold, Restored:
		ready, ok := inv.Ready()
		return ready + inv.Record.Duration, ok
	case FailedInit:
		return inv.Waited + inv.Record.Duration, true
	}
	return 0, false
}

// InitBilling says whether Lambda billed the init of an invocation.
type InitBilling uint8

// The answers to whether an init was billed.
const (
	NoInit           InitBilling = iota // there is none to bill
	InitBilled                          // Billed Duration contains it
	InitNotBilled                       // Billed Duration is that of Duration alone
	InitBilledUnsure                    // the numbers fit both, or neither
)

// InitBilling reads off the report's own arithmetic whether its init was
// billed. Lambda bills whole milliseconds, rounded up.
func (inv *Invocation) InitBilling() InitBilling {
	init, ok := inv.Init()
	if !ok {
		return NoInit
	}
	if !inv.Record.Has(lambdalog.Billed) {
		return InitBilledUnsure
	}
	with, without := ceilMillis(inv.Record.Duration+init), ceilMillis(inv.Record.Duration)
	switch billed := inv.Record.Billed; {
	case with == without:
		return InitBilledUnsure
	case billed == with:
		return InitBilled
	case billed == without:
		return InitNotBilled
	}
	return InitBilledUnsure
}

func ceilMillis(d lambdalog.Micros) lambdalog.Micros { return (d + 999) / 1000 * 1000 }

// TimedOut reports whether the invocation ran into the function's timeout.
// Reports had no Status before 2024; then a timeout shows by Billed Duration,
// which stops at the timeout, being less than Duration, which does not.
func (inv *Invocation) TimedOut() bool {
	rec := inv.Record
	if rec.Has(lambdalog.Status) {
		return string(rec.Status) == "timeout"
	}
	return rec.Has(lambdalog.Billed) && rec.Billed < rec.Duration
}

// Failed reports whether the invocation ended in an error that is no timeout.
func (inv *Invocation) Failed() bool {
	rec := inv.Record
	return rec.Has(lambdalog.Status) && string(rec.Status) != "success" && string(rec.Status) != "timeout"
}

// Status returns the status by which invocations are filtered: that of the
// report, or what its absence means.
func (inv *Invocation) Status() string {
	switch {
	case inv.TimedOut():
		return "timeout"
	case inv.Record.Has(lambdalog.Status):
		return string(inv.Record.Status)
	}
	return "success"
}

// endsSandbox reports whether the invocation made Lambda restart the runtime
// before the sandbox's next one.
func (inv *Invocation) endsSandbox() bool {
	if inv.TimedOut() {
		return true
	}
	if !inv.Record.Has(lambdalog.ErrorType) {
		return false
	}
	switch string(inv.Record.ErrorType) {
	case "Runtime.ExitError", "Runtime.OutOfMemory":
		return true
	}
	return false
}

// prewarmMargin is how long after the end of an init an invocation begins that
// no request can have waited for: the init was not for it.
const prewarmMargin = time.Second
