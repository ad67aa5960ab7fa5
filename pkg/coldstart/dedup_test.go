package coldstart_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/coldstats/coldstats/pkg/coldstart"
	"github.com/coldstats/coldstats/pkg/logs"
)

func TestDuplicates(t *testing.T) {
	const full = `report a 30.00 init 200.00`
	for _, c := range []struct {
		name, script string
		duplicates   uint64
	}{
		{"equal times", `
			s 1000 ` + full + `
			s 1000 ` + full, 1},
		{"three of a kind", `
			s 1000 ` + full + `
			s 1000 ` + full + `
			s 1000 ` + full, 2},
		{"the first has no time", `
			s ? ` + full + `
			s 1000 ` + full, 1},
		{"the second has no time", `
			s 1000 ` + full + `
			s ? ` + full, 1},
		{"neither has a time", `
			s ? ` + full + `
			s ? ` + full, 1},
		{"another time: the request was retried", `
			s 1000 ` + full + `
			s 1001 ` + full, 0},
		{"a time equal to either of two", `
			s 1000 ` + full + `
			s 2000 ` + full + `
			s 2000 ` + full + `
			s 1000 ` + full, 2},
		{"in other streams and spaces, as consoles copy", `
			s 1000 REPORT RequestId: a\tDuration: 30.00 ms\tBilled Duration: 30 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB\tInit Duration: 200.00 ms\t
			- ? REPORT RequestId: a Duration: 30.00 ms Billed Duration: 30 ms Memory Size: 128 MB Max Memory Used: 64 MB Init Duration: 200.00 ms`, 1},
		{"the record's own time counts where the event has none", `
			s 1000 report a 30.00
			s ? {"time":"1970-01-01T00:00:01.000Z","type":"platform.report","record":{"requestId":"a","metrics":{"durationMs":30,"billedDurationMs":30,"memorySizeMB":128,"maxMemoryUsedMB":64}}}
			s ? {"time":"1970-01-01T00:00:01.001Z","type":"platform.report","record":{"requestId":"a","metrics":{"durationMs":30,"billedDurationMs":30,"memorySizeMB":128,"maxMemoryUsedMB":64}}}`, 1},
		{"other requests", `
			s 1000 report a 30.00
			s 1000 report b 30.00`, 0},
		{"another duration", `
			s 1000 report a 30.00 billed 31
			s 1000 report a 30.01 billed 31`, 0},
		{"other billed time", `
			s 1000 report a 30.00 billed 30
			s 1000 report a 30.00 billed 31`, 0},
		{"another memory size", `
			s 1000 report a 30.00 mem 128
			s 1000 report a 30.00 mem 256`, 0},
		{"other memory used", `
			s 1000 report a 30.00 max 64
			s 1000 report a 30.00 max 65`, 0},
		{"another init", `
			s 1000 report a 30.00 init 200.00
			s 1000 report a 30.00 init 200.01`, 0},
		{"an init more", `
			s 1000 report a 30.00
			s 1000 report a 30.00 init 0.00`, 0},
		{"a restore is no init", `
			s 1000 report a 30.00 init 200.00
			s 1000 report a 30.00 restore 200.00`, 0},
		{"what a message lacks is not what the message before it held", `
			s 1000 report a 30.00
			s 1000 REPORT RequestId: a\tDuration: 30.00 ms
			s 1000 REPORT RequestId: a\tDuration: 30.00 ms`, 1},
	} {
		m := measure(t, coldstart.Options{}, one(c.script))
		in, done := m.inputs[0], m.Completeness
		if in.Duplicates != c.duplicates || done.Duplicates != c.duplicates {
			t.Errorf("%s: %d duplicates, %d in all, want %d", c.name, in.Duplicates, done.Duplicates, c.duplicates)
		}
		if left := in.Reports - c.duplicates; in.Counted != left || m.only(t).Invocations != left || uint64(len(m.each)) != left {
			t.Errorf("%s: %d counted, want %d", c.name, in.Counted, left)
		}
		all := measure(t, coldstart.Options{Dedup: coldstart.DedupAll}, one(c.script))
		if got := all.inputs[0].Duplicates; got != c.duplicates {
			t.Errorf("%s: %d of all, want %d", c.name, got, c.duplicates)
		}
		none := measure(t, coldstart.Options{Dedup: coldstart.DedupNone}, one(c.script))
		if got := none.only(t).Invocations; got != in.Reports {
			t.Errorf("%s: %d invocations without looking, want %d", c.name, got, in.Reports)
		}
	}
}

// Inputs that their user pools by a label or by their name are exports of the
// same logs. Inputs that only happen to hold the same function are not known to
// be.
func TestDuplicatesOfSeveralInputs(t *testing.T) {
	of := func(name, label string) input {
		return input{name: name, label: label, base: "app", script: `s 1000 report a 30.00`}
	}
	for _, c := range []struct {
		name       string
		sideBySide bool
		inputs     []input
		duplicates uint64
	}{
		{"other names", false, []input{of("1.log", ""), of("2.log", "")}, 0},
		{"one name", false, []input{of("1.log", ""), of("1.log", "")}, 1},
		{"one name, on two sides", true, []input{of("1.log", ""), of("1.log", "")}, 0},
		{"one label", false, []input{of("new=1.log", "new"), of("old=2.log", "old"), of("new=3.log", "new")}, 1},
		{"one label, which is one side", true, []input{of("new=1.log", "new"), of("old=2.log", "old"), of("new=3.log", "new")}, 1},
		{"other labels", false, []input{of("new=1.log", "new"), of("old=1.log", "old")}, 0},
		{"a label and none", false, []input{of("1.log", "new"), of("1.log", "")}, 0},
		{"three of one label", false, []input{of("new=1.log", "new"), of("new=2.log", "new"), of("new=3.log", "new")}, 2},
	} {
		for _, dedup := range []coldstart.Dedup{coldstart.DedupWindow, coldstart.DedupAll, coldstart.DedupNone} {
			want := c.duplicates
			if dedup == coldstart.DedupNone {
				want = 0
			}
			m := measure(t, coldstart.Options{SideBySide: c.sideBySide, Dedup: dedup}, c.inputs...)
			left := len(c.inputs) - int(want)
			if m.Completeness.Duplicates != want || len(m.each) != left {
				t.Errorf("%s, dedup %d: %d duplicates and %d invocations, want %d and %d",
					c.name, dedup, m.Completeness.Duplicates, len(m.each), want, left)
			}
		}
	}
}

// An export that overlaps another repeats the lines of an invocation. They say
// nothing about the next.
func TestDuplicatesLeaveNoTrace(t *testing.T) {
	const first = `
		s 1000 INIT_START Runtime Version: python:3.12.v11
		s 10999 INIT_REPORT Init Duration: 9999.50 ms\tPhase: init\tStatus: timeout
		s 11000 start a 1
		s 12000 report a 1000.00
		s 13000 report b 10.00 status timeout`
	const next = `
		s 14000 report c 300.00
		s 15000 report d 10.00`
	m := measure(t, coldstart.Options{}, one(first+first+next))
	if got, want := m.starts(), "a failed-init, b warm, c reinit, d warm"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if g := m.only(t); g.FailedInits != 1 || g.LostMs != 9999.5 || m.Completeness.Duplicates != 2 {
		t.Errorf("%d failed inits lost %v ms, %d duplicates, want 1, 9999.5, 2", g.FailedInits, g.LostMs, m.Completeness.Duplicates)
	}
	m = measure(t, coldstart.Options{}, one(`
		s 12000 report a 1000.00
		s 10999 INIT_REPORT Init Duration: 9999.50 ms\tPhase: init\tStatus: timeout
		s 12000 report a 1000.00
		s 14000 report b 300.00`))
	if got, want := m.starts(), "a warm, b warm"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// feeder gives numbered reports to an input, as fast as it can.
type feeder struct {
	t       *testing.T
	in      *coldstart.Input
	event   logs.Event
	message []byte
}

func newFeeder(t *testing.T, dedup coldstart.Dedup) *feeder {
	var streams logs.Streams
	in := coldstart.NewBuilder(coldstart.Options{Dedup: dedup}).Input("app.log", "", "app")
	return &feeder{t: t, in: in, event: logs.Event{Stream: streams.Named([]byte("s"))}}
}

// duplicate feeds a report and tells whether it was dropped.
func (f *feeder) duplicate(id, tenths int, at logs.Time) bool {
	f.message = append(f.message[:0], "REPORT RequestId: request-"...)
	f.message = strconv.AppendInt(f.message, int64(id), 10)
	f.message = fmt.Appendf(f.message, "\tDuration: 1.%d0 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB\t\n", tenths)
	f.event.Message, f.event.Time = f.message, at
	before := f.in.Duplicates
	if err := f.in.Add(&f.event); err != nil {
		f.t.Fatal(err)
	}
	return f.in.Duplicates > before
}

func TestDuplicatesAreLookedForAmongTheLastReports(t *testing.T) {
	const window = 131072
	for _, c := range []struct {
		dedup   coldstart.Dedup
		between int
		want    bool
	}{
		{coldstart.DedupWindow, window - 1, true},
		{coldstart.DedupWindow, window, false},
		{coldstart.DedupAll, window, true},
		{coldstart.DedupNone, 1, false},
	} {
		f := newFeeder(t, c.dedup)
		for id := range c.between + 1 {
			if f.duplicate(id, 0, logs.At(0)) {
				t.Fatalf("report %d of %d different ones was dropped", id, c.between+1)
			}
		}
		if got := f.duplicate(0, 0, logs.At(0)); got != c.want {
			t.Errorf("dedup %d: dropped after %d others: %v, want %v", c.dedup, c.between, got, c.want)
		}
	}
}

// remembered is the definition of duplicates, slow and plain: the reports that
// were no duplicates, in a queue, and their times by id and numbers.
type remembered struct {
	reach int
	queue []remembers
	times map[[2]int][]logs.Time
}

type remembers struct {
	report [2]int
	at     logs.Time
}

func (r *remembered) duplicate(report [2]int, at logs.Time) bool {
	for _, known := range r.times[report] {
		if !known.Known || !at.Known || known == at {
			return true
		}
	}
	if len(r.queue) == r.reach { // a report's times are in the order of the queue
		oldest := r.queue[0].report
		r.times[oldest] = r.times[oldest][1:]
		r.queue = r.queue[1:]
	}
	r.queue = append(r.queue, remembers{report, at})
	r.times[report] = append(r.times[report], at)
	return false
}

func TestDuplicatesAgainstTheDefinition(t *testing.T) {
	for _, c := range []struct {
		dedup           coldstart.Dedup
		reach           int
		requests, count int
	}{
		// Some 240,000 different reports, so that the window of 131,072 moves on.
		{coldstart.DedupWindow, 131072, 60_000, 350_000},
		{coldstart.DedupWindow, 131072, 500, 20_000},
		{coldstart.DedupAll, 1 << 30, 60_000, 100_000},
	} {
		rng := rand.New(rand.NewPCG(1, uint64(c.requests)))
		f := newFeeder(t, c.dedup)
		naive := &remembered{reach: c.reach, times: make(map[[2]int][]logs.Time)}
		for i := range c.count {
			report := [2]int{rng.IntN(c.requests), rng.IntN(2)}
			at := logs.At(int64(rng.IntN(2)))
			if rng.IntN(20) == 0 {
				at = logs.Time{}
			}
			got, want := f.duplicate(report[0], report[1], at), naive.duplicate(report, at)
			if got != want {
				t.Fatalf("%d requests: report %d (%v at %v) dropped: %v, want %v", c.requests, i, report, at, got, want)
			}
		}
		if f.in.Duplicates < uint64(c.count)/10 || f.in.Reports-f.in.Duplicates < uint64(c.requests) {
			t.Errorf("%d requests: %d duplicates of %d reports test too little", c.requests, f.in.Duplicates, f.in.Reports)
		}
	}
}
