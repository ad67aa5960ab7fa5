package coldstart_test

import (
	"errors"
	"testing"

	"github.com/coldstats/coldstats/pkg/coldstart"
	"github.com/coldstats/coldstats/pkg/logs"
)

// mixed differs in all that can be filtered.
const mixed = `
	A 0 INIT_START Runtime Version: python:3.12.v11
	A 200 start a 1
	A 300 report a 100.00 init 200.00 mem 128
	A 900 report b 100.00 mem 128 status timeout
	A 1900 report c 100.00 mem 128
	2026/05/29/[2]b1 1000 report d 3003.28 billed 3000 mem 256
	2026/05/29/[2]b1 2000 report e 10.00 mem 256 status error error Runtime.ExitError
	C 3000 REPORT RequestId: f\tDuration: 10.00 ms
	C 3100 report g 10.00 mem 1024 status failure`

func TestFilter(t *testing.T) {
	for _, c := range []struct {
		name   string
		filter coldstart.Filter
		want   string
	}{
		{"none", coldstart.Filter{},
			"a cold, b warm, c reinit, d warm, e reinit, f unknown, g warm"},
		{"a version", coldstart.Filter{Versions: []string{"2"}},
			"d warm, e reinit"},
		{"two versions", coldstart.Filter{Versions: []string{"2", "1"}},
			"a cold, b warm, c reinit, d warm, e reinit"},
		{"a version that is not there", coldstart.Filter{Versions: []string{"12"}},
			""},
		{"a memory size, which a partial report has not", coldstart.Filter{MemoryMB: []int64{256}},
			"d warm, e reinit"},
		{"memory sizes", coldstart.Filter{MemoryMB: []int64{1024, 128}},
			"a cold, b warm, c reinit, g warm"},
		{"success, which is what Lambda says nothing of", coldstart.Filter{Statuses: []string{"success"}},
			"a cold, c reinit, f unknown"},
		{"timeout, also of old style", coldstart.Filter{Statuses: []string{"timeout"}},
			"b warm, d warm"},
		{"failures", coldstart.Filter{Statuses: []string{"error", "failure"}},
			"e reinit, g warm"},
		{"a start", coldstart.Filter{Starts: []coldstart.StartKind{coldstart.Cold}},
			"a cold"},
		{"starts, for which what is left out still counts", coldstart.Filter{Starts: []coldstart.StartKind{coldstart.Reinit, coldstart.Unknown}},
			"c reinit, e reinit, f unknown"},
		{"all together", coldstart.Filter{
			Versions: []string{"1"}, MemoryMB: []int64{128}, Statuses: []string{"success"}, Starts: []coldstart.StartKind{coldstart.Reinit}},
			"c reinit"},
	} {
		m := measure(t, coldstart.Options{Filter: c.filter}, one(mixed))
		if got := m.starts(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		in := m.inputs[0]
		if in.Reports != 7 || in.Counted != uint64(len(m.each)) {
			t.Errorf("%s: %d reports, %d counted, want 7 and %d", c.name, in.Reports, in.Counted, len(m.each))
		}
	}
}

func TestWindow(t *testing.T) {
	// a begins at 1000 by START, b at 2000 by 2030 − 30, c at 3000.
	const script = `
		s 1000 start a 1
		s 1500 report a 30.00
		s 2030 report b 30.00
		s 3030 report c 30.00
		s ? report d 30.00`
	at := logs.At
	for _, c := range []struct {
		name    string
		window  logs.Window
		want    string
		untimed uint64
	}{
		{"all", logs.Window{}, "a warm, b warm, c warm, d warm", 0},
		{"the start belongs to it", logs.Window{Start: at(2000)}, "b warm, c warm", 1},
		{"the end does not", logs.Window{End: at(2000)}, "a warm", 1},
		{"begin decides, not the end of the invocation", logs.Window{Start: at(1001), End: at(2001)}, "b warm", 1},
		{"an empty one", logs.Window{Start: at(2000), End: at(2000)}, "", 1},
	} {
		m := measure(t, coldstart.Options{Window: c.window}, one(script))
		if got := m.starts(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		if got := m.inputs[0].Untimed; got != c.untimed {
			t.Errorf("%s: %d untimed, want %d", c.name, got, c.untimed)
		}
		if m.Window != c.window {
			t.Errorf("%s: the report's window is %v", c.name, m.Window)
		}
	}
}

// Two windows side by side count together what one over both counts, also of
// what went before an invocation.
func TestWindowsAddUp(t *testing.T) {
	const script = `
		s 1000 INIT_START Runtime Version: python:3.12.v11
		s 10999 INIT_REPORT Init Duration: 9999.50 ms\tPhase: init\tStatus: timeout
		s 11000 start a 1
		s 12000 report a 1000.00 status timeout
		s 14000 report b 300.00
		r 15000 INIT_REPORT Init Duration: 500.00 ms\tPhase: init\tStatus: error
		q 15500 INIT_REPORT Init Duration: 400.00 ms\tPhase: init\tStatus: error`
	for split := int64(10_000); split < 16_000; split += 500 {
		before := measure(t, coldstart.Options{Window: logs.Window{End: logs.At(split)}}, one(script))
		after := measure(t, coldstart.Options{Window: logs.Window{Start: logs.At(split)}}, one(script))
		var failed uint64
		var lost float64
		for _, g := range append(before.Groups, after.Groups...) {
			failed += g.FailedInits
			lost += g.LostMs
		}
		if failed != 3 || lost != 10899.5 { // 9999.5 + 500 + 400
			t.Errorf("split at %d: %d failed inits lost %v ms, want 3 and 10899.5", split, failed, lost)
		}
		for _, inv := range append(before.each, after.each...) {
			if want := map[string]string{"a": "10999.5", "b": "-"}[inv.id]; inv.total != want {
				t.Errorf("split at %d: total of %s is %s, want %s", split, inv.id, inv.total, want)
			}
		}
	}
}

// A failed init that no invocation followed is judged by what is known of its
// stream.
func TestFilterOfFailedInits(t *testing.T) {
	const script = `
		2026/05/29/[2]b1 1000 INIT_REPORT Init Duration: 500.00 ms\tPhase: init\tStatus: error
		s 1000 INIT_START Runtime Version: python:3.12.v11
		s 1500 INIT_REPORT Init Duration: 40.00 ms\tPhase: init\tStatus: error
		s 2000 start a 3
		s 2100 report a 100.00
		r 3000 report b 10.00
		r ? INIT_REPORT Init Duration: 3.00 ms\tPhase: init\tStatus: error`
	for _, c := range []struct {
		name    string
		options coldstart.Options
		failed  uint64
		lost    float64
	}{
		{"all", coldstart.Options{}, 3, 543},
		{"the version of the stream's name", coldstart.Options{Filter: coldstart.Filter{Versions: []string{"2"}}}, 1, 500},
		{"the version of START", coldstart.Options{Filter: coldstart.Filter{Versions: []string{"3"}}}, 1, 40},
		{"failed-init", coldstart.Options{Filter: coldstart.Filter{Starts: []coldstart.StartKind{coldstart.FailedInit}}}, 3, 543},
		{"another start", coldstart.Options{Filter: coldstart.Filter{Starts: []coldstart.StartKind{coldstart.Warm}}}, 0, 0},
		{"a memory size, which it has not", coldstart.Options{Filter: coldstart.Filter{MemoryMB: []int64{128}}}, 1, 40},
		{"a window, without what has no time", coldstart.Options{Window: logs.Window{Start: logs.At(0)}}, 2, 540},
	} {
		m := measure(t, c.options, one(script))
		var failed uint64
		var lost float64
		for _, g := range m.Groups {
			failed += g.FailedInits
			lost += g.LostMs
		}
		if failed != c.failed || lost != c.lost {
			t.Errorf("%s: %d failed inits lost %v ms, want %d and %v", c.name, failed, lost, c.failed, c.lost)
		}
	}
}

func TestAnErrorOfEachEndsTheInput(t *testing.T) {
	stop := errors.New("the pipe is closed")
	calls := 0
	in := coldstart.NewBuilder(coldstart.Options{Each: func(*coldstart.Invocation) error {
		calls++
		return stop
	}}).Input("app.log", "", "app")
	var err error
	for _, e := range parseScript(t, one(mixed)) {
		if err = in.Add(e); err != nil {
			break
		}
	}
	if !errors.Is(err, stop) || calls != 1 {
		t.Errorf("%d calls, error %v", calls, err)
	}
}
