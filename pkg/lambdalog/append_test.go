package lambdalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
)

// What Lambda prints comes out again byte by byte.
func TestAppendTextIsCanonical(t *testing.T) {
	for _, line := range []string{
		warmReport + "\t",
		warmReport + "\tInit Duration: 366.03 ms\t",
		warmReport + "\tRestore Duration: 398.97 ms\tBilled Restore Duration: 182 ms\t",
		warmReport + "\tStatus: timeout",
		warmReport + "\tInit Duration: 80.00 ms\tStatus: error\tError Type: Runtime.ExitError",
		warmReport + "\tInit Duration: 366.03 ms\t\nXRAY TraceId: " + trace,
		"REPORT RequestId: x\tInit Duration: 0.37 ms\tDuration: 185.53 ms\tBilled Duration: 186 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\t",
		"REPORT RequestId: x\tDuration: 125.46 ms\t",
		"REPORT RequestId: x\tDuration: 0.00 ms\tBilled Duration: 0 ms\tMemory Size: 0 MB\t",
		"REPORT RequestId: x\tDuration: 999999999999.999 ms\t",
		"INIT_REPORT Init Duration: 9999.56 ms\tPhase: init\tStatus: timeout",
		"INIT_REPORT Init Duration: 80.49 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ImportModuleError",
		"RESTORE_REPORT Restore Duration: 398.97 ms",
		"RESTORE_REPORT Restore Duration: 398.97 ms\tStatus: error\tError Type: Runtime.Unknown",
		"INIT_START Runtime Version: python:3.12.mainlinev2.v11",
		"RESTORE_START Runtime Version: java:11.v20",
		"START RequestId: " + id + " Version: $LATEST",
		"START RequestId: " + id,
		report(`"requestId":"x","metrics":{"durationMs":12.461,"billedDurationMs":367,"memorySizeMB":512,"maxMemoryUsedMB":81,"initDurationMs":354.512},"status":"success"`),
		report(`"requestId":"x","metrics":{"durationMs":147.1,"billedDurationMs":201,"restoreDurationMs":500.79,"billedRestoreDurationMs":53},"status":"error","errorType":"A.B"`),
		report(`"requestId":"x","metrics":{"durationMs":0},"tracing":{"type":"X-Amzn-Trace-Id","value":"Root=` + trace + `"}`),
		`{"type":"platform.initReport","record":{"initializationType":"on-demand","phase":"init","metrics":{"durationMs":500.5},"status":"timeout"}}`,
		`{"type":"platform.restoreReport","record":{"metrics":{"durationMs":70.87,"billedDurationMs":13},"status":"success"}}`,
		`{"type":"platform.restoreReport","record":{"status":"failure"}}`,
		`{"type":"platform.initStart","record":{"initializationType":"snap-start","phase":"init","runtimeVersion":"x:1","functionName":"f","functionVersion":"3"}}`,
		`{"type":"platform.restoreStart","record":{"runtimeVersion":"x:1","functionVersion":"$LATEST"}}`,
		`{"type":"platform.start","record":{"requestId":"x","version":"3"}}`,
		`{"type":"platform.start","record":{"requestId":"x","functionName":"f","version":"3"}}`,
	} {
		var rec Record
		if _, err := Parse([]byte(line), &rec); err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if got, err := rec.AppendText([]byte("before ")); err != nil || string(got) != "before "+line {
			t.Errorf("got  %s\nwant before %s (%v)", got, line, err)
		}
		if rec.JSON && !json.Valid([]byte(line)) {
			t.Errorf("%s is no JSON", line)
		}
	}
}

// Everything that the tables know is printed so that it is read again.
func TestAppendTextRoundTrip(t *testing.T) {
	n := 0
	for _, cases := range [][]parseCase{textCases, emulatorCases, startCases, jsonCases} {
		for _, c := range cases {
			for rest := []byte(c.message); ; {
				var rec Record
				var err error
				if rest, err = Parse(rest, &rec); errors.Is(err, ErrNone) {
					break
				}
				if err == nil {
					roundTrip(t, &rec)
					n++
				}
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d records", n)
	}
}

// roundTrip checks that the record parses back from what it prints, and
// nothing else with it.
func roundTrip(t *testing.T, rec *Record) {
	t.Helper()
	text, err := rec.AppendText(nil)
	if err != nil {
		t.Fatal(err)
	}
	var again Record
	rest, err := Parse(text, &again)
	if err != nil || describe(&again) != describe(rec) || again.Fields != rec.Fields {
		t.Errorf("%q\n  is %s\nwas %s (%v)", text, describe(&again), describe(rec), err)
	}
	if len(bytes.TrimSpace(rest)) > 0 {
		t.Errorf("%q leaves %q", text, rest)
	}
}

func TestMicrosString(t *testing.T) {
	for micros, want := range map[Micros]string{0: "0", 1: "0.001", 10: "0.01", 100: "0.1", 1000: "1", 2460: "2.46", 3923569: "3923.569", 9999560: "9999.56", 100_000: "100", maxMicros: "999999999999.999"} {
		if got := micros.String(); got != want {
			t.Errorf("%d µs are %s ms, want %s", int64(micros), got, want)
		}
	}
}

func TestKindString(t *testing.T) {
	for kind, want := range []string{"none", "report", "init_report", "restore_report", "init_start", "restore_start", "start", "none"} {
		if got := Kind(kind).String(); got != want {
			t.Errorf("kind %d is %s, want %s", kind, got, want)
		}
	}
}
