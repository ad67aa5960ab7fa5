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
