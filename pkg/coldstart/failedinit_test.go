package coldstart_test

import (
	"testing"

	"github.com/coldstats/coldstats/pkg/coldstart"
)

// failedCase is what failed inits must come to: how each invocation started,
// how long its request waited in all (- where that is not known), how many
// attempts failed and how many milliseconds were lost in them.
type failedCase struct {
	name, script string
	starts       string
	totals       []string
	failed       uint64
	lost         float64
}

func (c *failedCase) check(t *testing.T) {
	t.Helper()
	m := measure(t, coldstart.Options{}, one(c.script))
	if got := m.starts(); got != c.starts {
		t.Errorf("%s: got %s, want %s", c.name, got, c.starts)
		return
	}
	for i, inv := range m.each {
		if inv.total != c.totals[i] {
			t.Errorf("%s: total of %s is %s, want %s", c.name, inv.id, inv.total, c.totals[i])
		}
	}
	if g := m.only(t); g.FailedInits != c.failed || g.LostMs != c.lost {
		t.Errorf("%s: %d failed inits lost %v ms, want %d and %v", c.name, g.FailedInits, g.LostMs, c.failed, c.lost)
	}
}

func TestFailedInit(t *testing.T) {
	for _, c := range []failedCase{
		{name: "the stream observed on 2026-09-23", script: `
			s 0 INIT_REPORT Init Duration: 9999.56 ms\tPhase: init\tStatus: timeout\n
			s 10000 START RequestId: ca70bee3-29fb-4f33-9e21-3e8dd4c4a37b Version: $LATEST\n
			s 15546 REPORT RequestId: ca70bee3-29fb-4f33-9e21-3e8dd4c4a37b\tDuration: 5545.81 ms\tBilled Duration: 5546 ms\tMemory Size: 3008 MB\tMax Memory Used: 385 MB\t\n`,
			starts: "ca70bee3-29fb-4f33-9e21-3e8dd4c4a37b failed-init",
			totals: []string{"15545.37"}, // 9999.56 + 5545.81
			failed: 1, lost: 9999.56},
		{name: "Duration 98.71 contains the 80.49 ms of the attempt that ran in the invoke", script: `
			s 0 INIT_REPORT Init Duration: 80.49 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ImportModuleError
			s 1 START RequestId: 12131914-ade7-4b3b-adbf-f01e971190d5 Version: $LATEST
			s 99 REPORT RequestId: 12131914-ade7-4b3b-adbf-f01e971190d5\tDuration: 98.71 ms\tBilled Duration: 99 ms\tMemory Size: 512 MB\tMax Memory Used: 46 MB\tStatus: error\tError Type: Runtime.ImportModuleError`,
			starts: "12131914-ade7-4b3b-adbf-f01e971190d5 failed-init",
			totals: []string{"98.71"},
			failed: 1, lost: 0},
		{name: "both attempts failed, and one of them in the invoke", script: `
			s 100 INIT_REPORT Init Duration: 75.25 ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError
			s 180 INIT_REPORT Init Duration: 80.49 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ImportModuleError
			s 181 start a 1
			s 280 report a 98.71 status error error Runtime.ImportModuleError`,
			starts: "a failed-init",
			totals: []string{"173.96"}, // 75.25 + 98.71
			failed: 2, lost: 75.25},
		{name: "two timeouts in a row", script: `
			s 10000 INIT_REPORT Init Duration: 9999.56 ms\tPhase: init\tStatus: timeout
			s 20000 INIT_REPORT Init Duration: 10000.12 ms\tPhase: init\tStatus: timeout
			s 20010 start a 1
			s 21010 report a 1000.50
			s 22010 report b 10.00`,
			starts: "a failed-init, b warm",
			totals: []string{"21000.18", "-"}, // 9999.56 + 10000.12 + 1000.50
			failed: 2, lost: 19999.68},
		{name: "a restore that failed", script: `
			s 1236 RESTORE_REPORT Restore Duration: 1236.04 ms Status: error Error Type: Runtime.ExitError
			s 1300 start a 1
			s 1500 report a 200.00`,
			starts: "a failed-init",
			totals: []string{"1436.04"}, // 1236.04 + 200
			failed: 1, lost: 1236.04},
		{name: "a restore that timed out, in JSON without metrics", script: `
			s 1236 {"type":"platform.restoreReport","record":{"status":"timeout"}}
			s 1500 report a 200.00`,
			starts: "a failed-init",
			totals: []string{"200"},
			failed: 1, lost: 0},
		{name: "JSON with status failure", script: `
			s 800 {"type":"platform.initReport","record":{"initializationType":"on-demand","phase":"init","status":"failure","metrics":{"durationMs":750.125}}}
			s 1000 {"type":"platform.report","record":{"requestId":"a","metrics":{"durationMs":100.5,"billedDurationMs":101,"memorySizeMB":128,"maxMemoryUsedMB":64},"status":"success"}}`,
			starts: "a failed-init",
			totals: []string{"850.625"}, // 750.125 + 100.5
			failed: 1, lost: 750.125},
		{name: "it is the first report after it, in its own stream", script: `
			s 1000 INIT_REPORT Init Duration: 900.00 ms\tPhase: init\tStatus: error\tError Type: Extension.Crash
			r 1100 report x 50.00
			s 1200 report a 100.00
			s 1300 report b 100.00`,
			starts: "x warm, a failed-init, b warm",
			totals: []string{"-", "1000", "-"}, // 900 + 100
			failed: 1, lost: 900},
		{name: "no request came after it", script: `
			s 900 report a 100.00
			s 1000 INIT_REPORT Init Duration: 900.00 ms\tPhase: init\tStatus: timeout`,
			starts: "a warm",
			totals: []string{"-"},
			failed: 1, lost: 900},
	} {
		c.check(t)
	}
}

// Overlapping exports repeat the line of a failure, not always with the REPORT
// that follows it.
func TestRepeatedFailures(t *testing.T) {
	const (
		timeout = `
			s 9000 INIT_REPORT Init Duration: 900.00 ms\tPhase: init\tStatus: timeout`
		second = `
			s 9500 INIT_REPORT Init Duration: 400.00 ms\tPhase: init\tStatus: timeout`
		a = `
			s 10000 report a 100.00`
		restore = `
			s 9000 RESTORE_REPORT Restore Duration: 900.00 ms\tPhase: init\tStatus: timeout`
	)
	for _, c := range []failedCase{
		{name: "side by side", script: timeout + timeout + a,
			starts: "a failed-init", totals: []string{"1000"}, // 900 + 100
			failed: 1, lost: 900},
		{name: "without a report that follows", script: `
			s 8000 report a 100.00` + timeout + timeout,
			starts: "a warm", totals: []string{"-"},
			failed: 1, lost: 900},
		{name: "after its report, with another that follows", script: timeout + a + timeout + `
			s 11000 report b 10.00`,
			starts: "a failed-init, b warm", totals: []string{"1000", "-"},
			failed: 1, lost: 900},
		{name: "two of one report", script: timeout + second + a + timeout + second,
			starts: "a failed-init", totals: []string{"1400"}, // 900 + 400 + 100
			failed: 2, lost: 1300},
		{name: "two of two reports, the second without its report", script: timeout + a + `
			s 11000 INIT_REPORT Init Duration: 70.00 ms\tPhase: init\tStatus: error
			s 12000 report b 10.00` + timeout + a + `
			s 11000 INIT_REPORT Init Duration: 70.00 ms\tPhase: init\tStatus: error`,
			starts: "a failed-init, b failed-init", totals: []string{"1000", "80"}, // 70 + 10
			failed: 2, lost: 970},
		{name: "an export that ends before the report of the other", script: timeout + `
			r 9000 report x 1.00` + timeout + a,
			starts: "x warm, a failed-init", totals: []string{"-", "1000"},
			failed: 1, lost: 900},
		{name: "another time", script: timeout + `
			s 9001 INIT_REPORT Init Duration: 900.00 ms\tPhase: init\tStatus: timeout` + a,
			starts: "a failed-init", totals: []string{"1900"}, // 2 · 900 + 100
			failed: 2, lost: 1800},
		{name: "another duration", script: timeout + `
			s 9000 INIT_REPORT Init Duration: 900.01 ms\tPhase: init\tStatus: timeout` + a,
			starts: "a failed-init", totals: []string{"1900.01"},
			failed: 2, lost: 1800.01},
		{name: "another phase", script: timeout + `
			s 9000 INIT_REPORT Init Duration: 900.00 ms\tPhase: invoke\tStatus: timeout` + a,
			starts: "a failed-init", totals: []string{"1000"},
			failed: 2, lost: 900},
		{name: "another kind", script: timeout + restore + a,
			starts: "a failed-init", totals: []string{"1900"},
			failed: 2, lost: 1800},
		{name: "another stream", script: timeout + `
			r 9000 INIT_REPORT Init Duration: 900.00 ms\tPhase: init\tStatus: timeout` + a,
			starts: "a failed-init", totals: []string{"1000"},
			failed: 2, lost: 1800},
		{name: "streams that are not known", script: `
			- 9000 INIT_REPORT Init Duration: 900.00 ms\tPhase: init\tStatus: timeout
			- 9000 INIT_REPORT Init Duration: 900.00 ms\tPhase: init\tStatus: timeout` + a,
			starts: "a warm", totals: []string{"-"},
			failed: 2, lost: 1800},
		{name: "times that are not known", script: `
			s ? INIT_REPORT Init Duration: 900.00 ms\tPhase: init\tStatus: timeout
			s ? INIT_REPORT Init Duration: 900.00 ms\tPhase: init\tStatus: timeout
			s ? report a 100.00`,
			starts: "a failed-init", totals: []string{"1900"},
			failed: 2, lost: 1800},
	} {
		c.check(t)
	}
	// Who takes every line for another event gets every one.
	m := measure(t, coldstart.Options{Dedup: coldstart.DedupNone}, one(timeout+timeout+a))
	if g := m.only(t); g.FailedInits != 2 || g.LostMs != 1800 {
		t.Errorf("without looking for duplicates: %d failed inits lost %v ms, want 2 and 1800", g.FailedInits, g.LostMs)
	}
}

// A failure that stands in two inputs of one label happened once, and explains
// the invocation that follows it in either.
func TestRepeatedFailuresOfSeveralInputs(t *testing.T) {
	const failure = `s 9000 INIT_REPORT Init Duration: 900.00 ms\tPhase: init\tStatus: timeout`
	const answered = failure + `
		s 10000 report a 100.00`
	for _, c := range []struct {
		name, label   string
		first, second string
		starts        string
		failed        uint64
		lost          float64
	}{
		{"without a report", "x", failure, failure, "", 1, 900},
		{"with a report in the second", "x", failure, answered, "a failed-init", 1, 900},
		{"with a report in the first", "x", answered, failure, "a failed-init", 1, 900},
		{"with a report in both", "x", answered, answered, "a failed-init", 1, 900},
		{"of inputs that are not pooled", "", failure, failure, "", 2, 1800},
	} {
		m := measure(t, coldstart.Options{},
			input{name: "1.log", label: c.label, base: "app", script: c.first},
			input{name: "2.log", label: c.label, base: "app", script: c.second})
		if got := m.starts(); got != c.starts {
			t.Errorf("%s: got %s, want %s", c.name, got, c.starts)
		}
		if g := m.only(t); g.FailedInits != c.failed || g.LostMs != c.lost {
			t.Errorf("%s: %d failed inits lost %v ms, want %d and %v", c.name, g.FailedInits, g.LostMs, c.failed, c.lost)
		}
	}
}

func TestNoFailedInit(t *testing.T) {
	for _, c := range []failedCase{
		{name: "SnapStart and provisioned concurrency print each INIT_REPORT", script: `
			s 9000 INIT_REPORT Init Duration: 9908.09 ms
			s 9010 report a 10.00`,
			starts: "a warm", totals: []string{"-"}},
		{name: "one that says success", script: `
			s 9000 {"type":"platform.initReport","record":{"initializationType":"snap-start","phase":"snap-start","status":"success","metrics":{"durationMs":9908.09}}}
			s 9010 report a 10.00`,
			starts: "a warm", totals: []string{"-"}},
		{name: "a restore that succeeded", script: `
			s 9000 RESTORE_REPORT Restore Duration: 50.25 ms
			s 9010 RESTORE_REPORT Status: success Duration: 50.25 ms
			s 9030 report a 20.00 restore 50.25`,
			starts: "a restored", totals: []string{"70.25"}}, // 50.25 + 20
		{name: "an Init Duration makes the start cold, and the attempt before it is lost", script: `
			s 1000 INIT_REPORT Init Duration: 900.00 ms\tPhase: init\tStatus: timeout
			s 1100 INIT_START Runtime Version: python:3.12.v11
			s 1330 report a 30.00 init 200.00`,
			starts: "a cold", totals: []string{"230"}, // 200 + 30, per the table
			failed: 1, lost: 900},
	} {
		c.check(t)
	}
}

func TestReinit(t *testing.T) {
	checkStarts(t, []startCase{
		{name: "after a timeout, as in the Developer Guide (no time is given there)", script: `
			s ? INIT_START Runtime Version: python:3.12.v11
			s ? REPORT RequestId: 527cb862-4f5e-49a9-9ae4-a7edc90f0fda Duration: 3016.78 ms Billed Duration: 3101 ms Memory Size: 128 MB Max Memory Used: 31 MB Init Duration: 84.00 ms Status: timeout
			s ? report b 3022.91
			s ? report c 10.00`,
			want: "527cb862-4f5e-49a9-9ae4-a7edc90f0fda cold, b reinit, c warm", undetermined: 1},
		{name: "after Runtime.ExitError, as in the Developer Guide", script: `
			s 0 INIT_START Runtime Version: python:3.12.v11
			s 214 REPORT RequestId: 5b866fb1-7154-4af6-8078-6ef6ca4c2ddd Duration: 133.61 ms Billed Duration: 214 ms Memory Size: 128 MB Max Memory Used: 31 MB Init Duration: 80.00 ms Status: error Error Type: Runtime.ExitError
			s 900 report b 3022.91`,
			want: "5b866fb1-7154-4af6-8078-6ef6ca4c2ddd cold, b reinit"},
		{name: "after out of memory", script: `
			s 100 report a 90.00 status error error Runtime.OutOfMemory
			s 900 report b 300.00`,
			want: "a warm, b reinit"},
		{name: "after a timeout of old style", script: `
			s 100 report a 3003.28 billed 3000
			s 900 report b 300.00`,
			want: "a warm, b reinit"},
		{name: "each time", script: `
			s 100 report a 90.00 status timeout
			s 900 report b 300.00 status timeout
			s 1900 report c 300.00`,
			want: "a warm, b reinit, c reinit"},
		{name: "not after another error", script: `
			s 100 report a 90.00 status error error Runtime.ImportModuleError
			s 900 report b 300.00`,
			want: "a warm, b warm"},
		{name: "not after an error of the handler", script: `
			s 100 report a 90.00 status error
			s 900 report b 300.00`,
			want: "a warm, b warm"},
		{name: "not in another sandbox", script: `
			s 100 report a 90.00 status timeout
			r 900 report b 300.00`,
			want: "a warm, b warm"},
		{name: "an Init Duration makes it cold", script: `
			s 100 report a 90.00 status timeout
			s 900 report b 300.00 init 100.00`,
			want: "a warm, b cold", undetermined: 1},
		{name: "a failed init between makes it failed-init", script: `
			s 100 report a 90.00 status timeout
			s 800 INIT_REPORT Init Duration: 80.49 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError
			s 900 report b 300.00`,
			want: "a warm, b failed-init"},
	})
}
