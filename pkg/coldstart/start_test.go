package coldstart_test

import (
	"testing"

	"github.com/coldstats/coldstats/pkg/coldstart"
)

// startCase is what one sandbox, or several, write and how each invocation must
// be found to have started.
type startCase struct {
	name   string
	script string
	want   string
	// undetermined is how many of the cold starts may have been prewarmed.
	undetermined uint64
}

func checkStarts(t *testing.T, cases []startCase) {
	t.Helper()
	for _, c := range cases {
		m := measure(t, coldstart.Options{}, one(c.script))
		if got := m.starts(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		if got := m.Completeness.PrewarmedUndetermined; got != c.undetermined {
			t.Errorf("%s: %d undetermined, want %d", c.name, got, c.undetermined)
		}
	}
}

func TestColdAndWarm(t *testing.T) {
	checkStarts(t, []startCase{
		{name: "the init ended right before the invocation began", script: `
			s 1000 INIT_START Runtime Version: python:3.12.v11
			s 1200 start a 1
			s 1230 report a 30.00 init 200.00
			s 5000 start b 1
			s 5010 report b 10.00`,
			want: "a cold, b warm"},
		{name: "without its INIT_START a cold start may have been prewarmed", script: `
			s 1200 start a 1
			s 1230 report a 30.00 init 200.00`,
			want: "a cold", undetermined: 1},
		{name: "an INIT_START of another stream is not at hand", script: `
			r 1000 INIT_START Runtime Version: python:3.12.v11
			s 9000 report a 30.00 init 200.00`,
			want: "a cold", undetermined: 1},
		{name: "an INIT_START without a time does not tell", script: `
			s ? INIT_START Runtime Version: python:3.12.v11
			s 9000 report a 30.00 init 200.00`,
			want: "a cold", undetermined: 1},
		{name: "an invocation without a time does not tell", script: `
			s 1000 INIT_START Runtime Version: python:3.12.v11
			s ? start a 1
			s ? report a 30.00 init 200.00`,
			want: "a cold", undetermined: 1},
		{name: "an INIT_START explains one invocation", script: `
			s 1000 INIT_START Runtime Version: python:3.12.v11
			s 1230 report a 30.00 init 200.00
			s 9000 report b 30.00 init 200.00`,
			want: "a cold, b cold", undetermined: 1},
		{name: "the last INIT_START counts", script: `
			s 1000 INIT_START Runtime Version: python:3.12.v11
			s 9000 INIT_START Runtime Version: python:3.12.v11
			s 9230 report a 30.00 init 200.00`,
			want: "a cold"},
		{name: "a report alone is warm", script: `
			s 1000 report a 30.00`,
			want: "a warm"},
		{name: "an INIT_START without an Init Duration makes nothing cold", script: `
			s 1000 INIT_START Runtime Version: python:3.12.v11
			s 1230 report a 30.00`,
			want: "a warm"},
	})
}

// The margin is measured from the end of the init, 1000 + 200 = 1200 ms.
func TestPrewarmedByTime(t *testing.T) {
	checkStarts(t, []startCase{
		{name: "1.000 s by START", script: `
			s 1000 INIT_START Runtime Version: python:3.12.v11
			s 2200 start a 1
			s 2230 report a 30.00 init 200.00`,
			want: "a cold"},
		{name: "1.001 s by START", script: `
			s 1000 INIT_START Runtime Version: python:3.12.v11
			s 2201 start a 1
			s 2231 report a 30.00 init 200.00`,
			want: "a prewarmed"},
		{name: "a hair over 1 s, since init ended before the millisecond did", script: `
			s 1000 INIT_START Runtime Version: python:3.12.v11
			s 2200 start a 1
			s 2230 report a 30.00 init 199.99`,
			want: "a prewarmed"},
		{name: "1.000 s by report time less duration", script: `
			s 1000 INIT_START Runtime Version: python:3.12.v11
			s 2230 report a 30.00 init 200.00`,
			want: "a cold"},
		{name: "1.001 s by report time less duration", script: `
			s 1000 INIT_START Runtime Version: python:3.12.v11
			s 2231 report a 30.00 init 200.00`,
			want: "a prewarmed"},
		{name: "START decides over report time less duration (here 1.5 s)", script: `
			s 1000 INIT_START Runtime Version: python:3.12.v11
			s 2200 start a 1
			s 2730 report a 30.00 init 200.00`,
			want: "a cold"},
		{name: "the START of another request tells nothing", script: `
			s 1000 INIT_START Runtime Version: python:3.12.v11
			s 1200 start x 1
			s 2231 report a 30.00 init 200.00`,
			want: "a prewarmed"},
		{name: "a START without a time leaves the report's", script: `
			s 1000 INIT_START Runtime Version: python:3.12.v11
			s ? start a 1
			s 2231 report a 30.00 init 200.00`,
			want: "a prewarmed"},
		{name: "JSON, by the records' own times", script: `
			s ? {"time":"2026-10-08T06:00:00.000Z","type":"platform.initStart","record":{"initializationType":"on-demand","phase":"init","functionVersion":"3"}}
			s ? {"time":"2026-10-08T06:00:01.501Z","type":"platform.start","record":{"requestId":"a","version":"3"}}
			s ? {"time":"2026-10-08T06:00:01.531Z","type":"platform.report","record":{"requestId":"a","metrics":{"durationMs":30,"billedDurationMs":30,"memorySizeMB":128,"maxMemoryUsedMB":64,"initDurationMs":500},"status":"success"}}`,
			want: "a prewarmed"},
		{name: "the event's time goes before the record's", script: `
			s 1000 {"time":"2026-10-08T06:00:00.000Z","type":"platform.initStart","record":{"initializationType":"on-demand","phase":"init"}}
			s 2731 {"time":"2026-10-08T06:00:00.530Z","type":"platform.report","record":{"requestId":"a","metrics":{"durationMs":30,"billedDurationMs":30,"memorySizeMB":128,"maxMemoryUsedMB":64,"initDurationMs":500}}}`,
			// The init ended at 1500; 2731 − 30 = 2701 is 1.201 s later.
			want: "a prewarmed"},
		{name: "StackOverflow 60059435, after the 4831.59 ms of its init and an hour", script: `
			s 0 INIT_START Runtime Version: nodejs:12.v1
			s 3600000 REPORT RequestId: 3c0d1c43-4dc3-4059-9e51-203ed4387756 Duration: 492.12 ms Billed Duration: 493 ms Memory Size: 256 MB Max Memory Used: 101 MB Init Duration: 4831.59 ms.`,
			want: "3c0d1c43-4dc3-4059-9e51-203ed4387756 prewarmed"},
	})
}

func TestPrewarmedByInitializationType(t *testing.T) {
	const report = `{"type":"platform.report","record":{"requestId":"a","metrics":{"durationMs":30,"billedDurationMs":30,"memorySizeMB":128,"maxMemoryUsedMB":64,"initDurationMs":500}}}`
	checkStarts(t, []startCase{
		{name: "of platform.initStart", script: `
			s ? {"type":"platform.initStart","record":{"initializationType":"provisioned-concurrency","phase":"init"}}
			s ? ` + report,
			want: "a prewarmed"},
		{name: "of platform.initReport, whatever the times", script: `
			s 1000 {"type":"platform.initReport","record":{"initializationType":"provisioned-concurrency","metrics":{"durationMs":500}}}
			s 1530 ` + report,
			want: "a prewarmed"},
		{name: "on-demand", script: `
			s 1000 {"type":"platform.initStart","record":{"initializationType":"on-demand","phase":"init"}}
			s 1530 ` + report,
			want: "a cold"},
		{name: "of another sandbox", script: `
			r 1000 {"type":"platform.initStart","record":{"initializationType":"provisioned-concurrency","phase":"init"}}
			s 1530 ` + report,
			want: "a cold", undetermined: 1},
		{name: "without an Init Duration a provisioned sandbox is warm", script: `
			s 1000 {"type":"platform.initStart","record":{"initializationType":"provisioned-concurrency","phase":"init"}}
			s 1530 report a 30.00`,
			want: "a warm"},
	})
}

func TestRestored(t *testing.T) {
	checkStarts(t, []startCase{
		{name: "the stream of a README of aws-samples", script: `
			2023/06/02/[72]88ab219a63d343d294d0a9947e8ab36a 2023-06-02T11:27:22.719Z RESTORE_REPORT Restore Duration: 398.97 ms
			2023/06/02/[72]88ab219a63d343d294d0a9947e8ab36a 2023-06-02T11:27:25.060Z REPORT RequestId: 8c360c87-d4b7-4423-b5f3-af02be3c1763\tDuration: 2338.66 ms\tBilled Duration: 2521 ms\tMemory Size: 3009 MB\tMax Memory Used: 173 MB\tRestore Duration: 398.97 ms\tBilled Restore Duration: 182 ms\t`,
			want: "8c360c87-d4b7-4423-b5f3-af02be3c1763 restored"},
		{name: "restored long before the invocation", script: `
			s 1000 RESTORE_START Runtime Version: java:11.v20
			s 1400 RESTORE_REPORT Restore Duration: 398.97 ms
			s 9030 report a 30.00 restore 398.97
			s 9060 report b 30.00`,
			want: "a restored, b warm"},
		{name: "JSON of lambda-power-tuning", script: `
			s ? {"time":"2024-02-09T08:42:44.080Z","type":"platform.report","record":{"requestId":"d661f7cf","status":"success","metrics":{"durationMs": 147.156,"billedDurationMs": 201, "memorySizeMB": 512,"maxMemoryUsedMB": 91,"restoreDurationMs": 500.795,"billedRestoreDurationMs": 53 }}}`,
			want: "d661f7cf restored"},
	})
}

func TestUnknown(t *testing.T) {
	checkStarts(t, []startCase{
		{name: "the version of Managed Instances, by START", script: `
			s 1000 start a $LATEST.PUBLISHED
			s 1030 report a 30.00`,
			want: "a unknown"},
		{name: "by the stream's name, whatever the report holds", script: `
			2026/01/20/[$LATEST.PUBLISHED]9f 1030 report a 30.00 init 200.00
			2026/01/20/[$LATEST.PUBLISHED]9f 1060 report b 30.00 restore 200.00`,
			want: "a unknown, b unknown"},
		{name: "by initializationType", script: `
			s 1000 {"type":"platform.initStart","record":{"initializationType":"lambda-managed-instances","phase":"init"}}
			s 1030 report a 30.00 init 20.00`,
			want: "a unknown"},
		{name: "durationMs and nothing else", script: `
			s ? {"time":"2026-01-20T10:00:00.125Z","type":"platform.report","record":{"requestId":"a","metrics":{"durationMs":125.46},"status":"success"}}`,
			want: "a unknown"},
		{name: "the emulator of Managed Instances", script: `
			s 1000 REPORT RequestId: a\tDuration: 125.46 ms`,
			want: "a unknown"},
		{name: "billed time alone is partial too", script: `
			s 1000 REPORT RequestId: a\tDuration: 125.46 ms\tBilled Duration: 126 ms`,
			want: "a unknown"},
		{name: "memory alone is partial too", script: `
			s 1000 REPORT RequestId: a\tDuration: 125.46 ms\tMemory Size: 128 MB`,
			want: "a unknown"},
		{name: "a whole report after a partial one", script: `
			s 1000 REPORT RequestId: a\tDuration: 125.46 ms
			s 2000 report b 30.00`,
			want: "a unknown, b warm"},
	})
}
