package lambdalog

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// describe writes what a record holds as a line of words, times in
// microseconds, so that a table can say it: "report id=x duration=2460".
func describe(r *Record) string {
	var s strings.Builder
	s.WriteString(r.Kind.String())
	number := func(field Fields, name string, v int64) {
		if r.Has(field) {
			fmt.Fprintf(&s, " %s=%d", name, v)
		}
	}
	word := func(field Fields, name string, v []byte) {
		if r.Has(field) {
			fmt.Fprintf(&s, " %s=%s", name, v)
		}
	}
	word(RequestID, "id", r.RequestID)
	number(Duration, "duration", int64(r.Duration))
	number(Billed, "billed", int64(r.Billed))
	number(Memory, "memory", r.MemoryMB)
	number(MaxMemory, "max", r.MaxMemoryMB)
	number(Init, "init", int64(r.Init))
	number(Restore, "restore", int64(r.Restore))
	number(BilledRestore, "billedRestore", int64(r.BilledRestore))
	word(Status, "status", r.Status)
	word(ErrorType, "error", r.ErrorType)
	word(TraceID, "trace", r.TraceID)
	word(Phase, "phase", r.Phase)
	word(InitType, "type", r.InitType)
	word(Version, "version", r.Version)
	word(Runtime, "runtime", r.Runtime)
	word(Function, "function", r.Function)
	number(Time, "time", r.TimeMillis)
	if r.JSON {
		s.WriteString(" json")
	}
	if r.InitFirst {
		s.WriteString(" initFirst")
	}
	return s.String()
}

// parseAll describes everything that message holds, near misses as "(reason)".
// It fails where Parse makes no progress.
func parseAll(t testing.TB, message string) string {
	t.Helper()
	var found []string
	var rec Record
	for rest := []byte(message); ; {
		next, err := Parse(rest, &rec)
		if errors.Is(err, ErrNone) {
			if len(next) > 0 {
				t.Fatalf("no record, and %q follows", next)
			}
			return strings.Join(found, " | ")
		}
		if len(next) >= len(rest) {
			t.Fatalf("no progress at %q: %v", rest, err)
		}
		if err != nil {
			found = append(found, "("+err.Error()+")")
		} else {
			found = append(found, describe(&rec))
		}
		rest = next
	}
}

type parseCase struct{ name, message, want string }

func runParseCases(t *testing.T, cases []parseCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := parseAll(t, c.message); got != c.want {
				t.Errorf("%q\n got %s\nwant %s", c.message, got, c.want)
			}
		})
	}
}

// near is what parseAll gives for a near miss.
func near(reason NearMiss) string { return "(" + string(reason) + ")" }

const (
	id    = "595492f6-5916-4b98-94e5-a1079dfab87b"
	trace = "1-677faf89-09a6b95269c6e56c4d1ab356"
	// warmReport is a report with every field of a warm one, warmFields its description.
	warmReport = "REPORT RequestId: " + id + "\tDuration: 2.46 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 75 MB"
	warmFields = "report id=" + id + " duration=2460 billed=3000 memory=128 max=75"
)

var textCases = []parseCase{
	{"canonical", warmReport + "\t\n", warmFields},
	{"no newline", warmReport + "\t", warmFields},
	{"no tab", warmReport, warmFields},
	{"newline without tab", warmReport + "\n", warmFields},
	{"CRLF", warmReport + "\t\r\n", warmFields},
	{"CR", warmReport + "\r", warmFields},
	{"leading blanks", " \t\r\n  " + warmReport + "\t\n", warmFields},
	{"several newlines", warmReport + "\t\n\n \n", warmFields},

	{"cold", warmReport + "\tInit Duration: 366.03 ms\t\n", "report id=" + id + " duration=2460 billed=3000 memory=128 max=75 init=366030"},
	{"restored", warmReport + "\tRestore Duration: 398.97 ms\tBilled Restore Duration: 182 ms\t\n", warmFields + " restore=398970 billedRestore=182000"},
	{"restored, 2022", warmReport + "\tRestore Duration: 398.97 ms\t\n", warmFields + " restore=398970"},
	{"timeout", warmReport + "\tStatus: timeout", warmFields + " status=timeout"},
	{"timeout, newline", warmReport + "\tStatus: timeout\n", warmFields + " status=timeout"},
	{"timeout, CRLF", warmReport + "\tStatus: timeout\r\n", warmFields + " status=timeout"},
	{"error", warmReport + "\tInit Duration: 80.00 ms\tStatus: error\tError Type: Runtime.ExitError", warmFields + " init=80000 status=error error=Runtime.ExitError"},
	{"failure of a kind yet unknown", warmReport + "\tStatus: failure\tError Type: Sandbox.Mishap-2", warmFields + " status=failure error=Sandbox.Mishap-2"},
	{"restore failed", warmReport + "\tRestore Duration: 1.00 ms\tStatus: error\tError Type: Runtime.Unknown\n", warmFields + " restore=1000 status=error error=Runtime.Unknown"},

	{"X-Ray", warmReport + "\t\nXRAY TraceId: " + trace + "\tSegmentId: 7e44b09386b9ab35\tSampled: true\t\n", warmFields + " trace=" + trace},
	{"X-Ray, CRLF", warmReport + "\t\r\nXRAY TraceId: " + trace + "\tSegmentId: 7e44b09386b9ab35\tSampled: true\t\r\n", warmFields + " trace=" + trace},
	{"X-Ray on the same line", warmReport + "\tXRAY TraceId: " + trace + "\tSegmentId: 7e44b09386b9ab35\tSampled: true", warmFields + " trace=" + trace},
	{"X-Ray in spaces", spaces(warmReport) + " XRAY TraceId: " + trace + " SegmentId: 7e44b09386b9ab35 Sampled: true", warmFields + " trace=" + trace},
	{"X-Ray after a status", warmReport + "\tStatus: timeout\nXRAY TraceId: " + trace + "\tSegmentId: 7e44b09386b9ab35\tSampled: true\t", warmFields + " status=timeout trace=" + trace},
	{"X-Ray indented", warmReport + "\n    XRAY TraceId: " + trace, warmFields + " trace=" + trace},
	{"X-Ray without an id", warmReport + "\nXRAY TraceId: ...", warmFields},

	{"a space before the tab, until 2019", strings.Replace(warmReport, "3 ms\t", "100 ms \t", 1) + "\t\n", "report id=" + id + " duration=2460 billed=100000 memory=128 max=75"},
	{"a space before every tab", strings.ReplaceAll(warmReport, "\t", " \t") + " \t\n", warmFields},
	{"one space", spaces(warmReport), warmFields},
	{"two spaces", strings.ReplaceAll(warmReport, "\t", "  "), warmFields},
	{"eight spaces", strings.ReplaceAll(warmReport, "\t", "        ") + "        \n", warmFields},
	{"tabs and spaces", "REPORT RequestId: " + id + "\tDuration: 2.46 ms Billed Duration: 3 ms  \tMemory Size: 128 MB\t\tMax Memory Used: 75 MB", warmFields},
	{"the characters \\t", strings.ReplaceAll(warmReport, "\t", `\t`) + `\t\n`, warmFields},
	{"the characters \\t and X-Ray", strings.ReplaceAll(warmReport, "\t", `\t`) + `\t\nXRAY TraceId: ` + trace + `\tSegmentId: 7e44b09386b9ab35\tSampled: true\t\n`, warmFields + " trace=" + trace},
	{"the characters \\t after a word", warmReport + `\tStatus: error\tError Type: Runtime.ExitError\n`, warmFields + " status=error error=Runtime.ExitError"},
	{"a tab before the id", strings.Replace(warmReport, "RequestId: ", "RequestId:\t", 1), warmFields},
	{"the characters \\t before the id", strings.Replace(warmReport, "RequestId: ", `RequestId:\t`, 1), warmFields},
	{"a tab after every colon", strings.ReplaceAll(warmReport, ": ", ":\t"), warmFields},
	{"nothing after the colons", strings.ReplaceAll(warmReport, ": ", ":"), warmFields},
	{"a newline before each field", strings.ReplaceAll(warmReport, "\t", "\n"), warmFields},
	{"a CRLF before each field", strings.ReplaceAll(warmReport, "\t", "\r\n") + "\r\nInit Duration: 5 ms\r\n", warmFields + " init=5000"},
	{"a newline and an indent before each field", strings.ReplaceAll(warmReport, "\t", "\n\t  ") + "\n\t  Restore Duration: 5 ms\n\t  Billed Restore Duration: 4 ms\n\t  Status: error\n\t  Error Type: A.B", warmFields + " restore=5000 billedRestore=4000 status=error error=A.B"},
	{"no blank before the unit", "REPORT RequestId: x Duration: 40000ms Billed Duration: 40000ms Memory Size: 512MB Max Memory Used: 60MB", "report id=x duration=40000000 billed=40000000 memory=512 max=60"},
	{"blanks before the unit", "REPORT RequestId: x\tDuration: 4  ms\tMemory Size: 512\tMB", "report id=x duration=4000 memory=512"},
	{"full stop", spaces(warmReport) + " Init Duration: 4831.59 ms.", warmFields + " init=4831590"},
	{"word and full stop", spaces(warmReport) + " Status: timeout.", warmFields + " status=timeout"},
	{"commas and bars", "REPORT RequestId: x, Duration: 4 ms, Billed Duration: 5 ms; Memory Size: 128 MB | Max Memory Used: 9 MB |", "report id=x duration=4000 billed=5000 memory=128 max=9"},
	{"an id of the Logs API", "REPORT RequestId: 6f1e2d3c4b5a69788796a5b4c3d2e1f0\tDuration: 1 ms", "report id=6f1e2d3c4b5a69788796a5b4c3d2e1f0 duration=1000"},
	{"an id of a test", "REPORT RequestId: my_test-1\tDuration: 1 ms", "report id=my_test-1 duration=1000"},

	{"fields in reverse", "REPORT Max Memory Used: 75 MB\tMemory Size: 128 MB\tBilled Duration: 3 ms\tDuration: 2.46 ms\tRequestId: " + id, warmFields},
	{"the first of two values counts", warmReport + "\tDuration: 9 ms\tMemory Size: 9 MB\tRequestId: other", warmFields},
	{"integer Duration and Init", "REPORT RequestId: x\tDuration: 100 ms\tInit Duration: 1234 ms", "report id=x duration=100000 init=1234000"},
	{"zero is a value", "REPORT RequestId: x\tDuration: 0.00 ms\tBilled Duration: 0 ms\tMax Memory Used: 0 MB\tInit Duration: 0 ms", "report id=x duration=0 billed=0 max=0 init=0"},
	{"what is absent is absent", "REPORT RequestId: x\tDuration: 125.46 ms", "report id=x duration=125460"},
	{"unknown labels", warmReport + "\tPeak Threads: 12\tArchitecture: arm64\tInit Duration: 50 ms\tTier: gold plus\t\n", warmFields + " init=50000"},
	{"unknown labels in spaces", "REPORT RequestId: x Tier: gold Duration: 5 ms Peak Threads: 12 Billed Duration: 6 ms Idle Time: 7 ms Memory Size: 128 MB", "report id=x duration=5000 billed=6000 memory=128"},
	{"unknown labels with wide units", "REPORT RequestId: x  Duration: 5 ms  Idle Time: 7  ms  Billed Duration: 6 ms  Cache Size: 8\tMB  Memory Size: 128 MB", "report id=x duration=5000 billed=6000 memory=128"},
	{"a wide unit, then one space", "REPORT RequestId: x Duration: 5 ms Idle Time: 7  ms Billed Duration: 6 ms", "report id=x duration=5000 billed=6000"},
	{"Billed Init Duration is another thing", warmReport + "\tBilled Init Duration: 50 ms\t\n", warmFields},
	{"Billed Init Duration in spaces", spaces(warmReport) + " Billed Init Duration: 50 ms", warmFields},
	{"a colour", strings.ReplaceAll(warmReport, "\t", "\x1b[0m\t\x1b[1;32m"), warmFields},
	{"a colour after a word", warmReport + "\tStatus: timeout\x1b[0m\tError Type: A.B\x1b[m\n", warmFields + " status=timeout error=A.B"},
	{"an escape that is no colour", warmReport + "\t\x1b[\t\x1b]0;\tInit Duration: 5 ms", warmFields + " init=5000"},
	{"Init Duration after Billed Init Duration", spaces(warmReport) + " Billed Init Duration: 51 ms Init Duration: 50.5 ms", warmFields + " init=50500"},
}

var emulatorCases = []parseCase{
	{"RIE", "REPORT RequestId: x\tInit Duration: 0.37 ms\tDuration: 185.53 ms\tBilled Duration: 186 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\t",
		"report id=x duration=185530 billed=186000 memory=128 max=128 init=370 initFirst"},
	{"RIE in spaces", "REPORT RequestId: x Init Duration: 0.37 ms Duration: 185.53 ms Billed Duration: 186 ms Memory Size: 128 MB Max Memory Used: 128 MB",
		"report id=x duration=185530 billed=186000 memory=128 max=128 init=370 initFirst"},
	{"RIE for Managed Instances", "REPORT RequestId: x\tDuration: 125.46 ms\n", "report id=x duration=125460"},
	{"empty init slot", "REPORT RequestId: x\t \tDuration: 3.25 ms\tBilled Duration: 4 ms", "report id=x duration=3250 billed=4000"},
	{"full init slot", "REPORT RequestId: x\tInit Duration: 1.5 ms \tDuration: 3.25 ms\tBilled Duration: 4 ms", "report id=x duration=3250 billed=4000 init=1500 initFirst"},
	{"python-lambda-local", "REPORT RequestId: x\tDuration: 3.45 ms", "report id=x duration=3450"},
	{"python-lambda-local with its prefix, which logfile takes off", "[root - INFO - 2020-05-02 20:28:50,023] REPORT RequestId: x\tDuration: 3.45 ms", near(ErrNotCanonical)},
	{"Datadog", "REPORT RequestId: x\tDuration: 100.00 ms\tRuntime Duration: 10.00 ms\tPost Runtime Duration: 90.00 ms\tBilled Duration: 100 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\tInit Duration: 50.00 ms",
		"report id=x duration=100000 billed=100000 memory=128 max=128 init=50000"},
	{"Datadog in spaces", "REPORT RequestId: x Duration: 100.00 ms Runtime Duration: 10.00 ms Post Runtime Duration: 90.00 ms Billed Duration: 101 ms Memory Size: 128 MB Max Memory Used: 127 MB Init Duration: 50.00 ms",
		"report id=x duration=100000 billed=101000 memory=128 max=127 init=50000"},
	{"Datadog, runtime first", "REPORT RequestId: x Post Runtime Duration: 90.00 ms Runtime Duration: 10.00 ms Duration: 100.00 ms", "report id=x duration=100000"},
	{"Datadog on Managed Instances", "REPORT RequestId: x Runtime Duration: 123.45 ms", near(ErrNoDuration)},
	{"Datadog on Managed Instances, timeout", "REPORT RequestId: x Runtime Duration: 123.45 ms Task timed out after 30.00 seconds", near(ErrNoDuration)},
	{"OTel report", "REPORT RequestId: x Duration: 5.5 ms Billed Duration: 6 ms Memory Size: 128 MB Max Memory Used: 64 MB Init Duration: 7.25 ms",
		"report id=x duration=5500 billed=6000 memory=128 max=64 init=7250"},
	{"OTel init", "INIT_REPORT Initialization Type: on-demand Phase: init Status: success Duration: 250.75 ms", "init_report init=250750 status=success phase=init type=on-demand"},
	{"OTel restore", "RESTORE_REPORT Status: success Duration: 50.25 ms", "restore_report restore=50250 status=success"},
	{"Serverless v4", "REPORT - " + id + "\nDuration: 2.46 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 75 MB\t\n", warmFields},
	{"Serverless v4 on one line", "REPORT - " + id + " Duration: 2.46 ms Billed Duration: 3 ms Memory Size: 128 MB Max Memory Used: 75 MB", warmFields},
	{"Serverless v4 without an id", "REPORT - \nDuration: 2.46 ms", near(ErrNoRequestID)},
}

var startCases = []parseCase{
	{"START", "START RequestId: " + id + " Version: $LATEST\n", "start id=" + id + " version=$LATEST"},
	{"START with a number", "START RequestId: " + id + " Version: 42", "start id=" + id + " version=42"},
	{"START without version", "START RequestId: x\r\n", "start id=x"},
	{"START without id", "START RequestId: ... Version: 1", near(ErrNoRequestID)},
	{"START of something else", "START of the import\nSTARTED RequestId: x", ""},
	{"INIT_START", "INIT_START Runtime Version: python:3.12.mainlinev2.v11\tRuntime Version ARN: arn:aws:lambda:eu-west-2::runtime:0eb6fb00\n", "init_start runtime=python:3.12.mainlinev2.v11"},
	{"INIT_START in spaces", "INIT_START Runtime Version: java:11.v20    Runtime Version ARN: arn:aws:lambda:eu-west-2::runtime:0eb6fb00", "init_start runtime=java:11.v20"},
	{"RESTORE_START", "RESTORE_START Runtime Version: java:11.v20\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:1eb6\n", "restore_start runtime=java:11.v20"},
	{"the ARN alone is no version", "INIT_START Runtime Version ARN: arn:aws:lambda:x", "init_start"},
	{"INIT_REPORT", "INIT_REPORT Init Duration: 9908.09 ms", "init_report init=9908090"},
	{"INIT_REPORT timeout", "INIT_REPORT Init Duration: 9999.56 ms\tPhase: init\tStatus: timeout\n", "init_report init=9999560 status=timeout phase=init"},
	{"INIT_REPORT error", "INIT_REPORT Init Duration: 80.49 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ImportModuleError\n", "init_report init=80490 status=error error=Runtime.ImportModuleError phase=invoke"},
	{"INIT_REPORT of a failure that took no time", "INIT_REPORT Phase: init Status: error", "init_report status=error phase=init"},
	{"RESTORE_REPORT", "RESTORE_REPORT Restore Duration: 398.97 ms\n", "restore_report restore=398970"},
	{"RESTORE_REPORT timeout", "RESTORE_REPORT Restore Duration: 10000.00 ms\tStatus: timeout", "restore_report restore=10000000 status=timeout"},
	{"RESTORE_REPORT error", "RESTORE_REPORT Restore Duration: 5.00 ms\tStatus: error\tError Type: Runtime.Unknown", "restore_report restore=5000 status=error error=Runtime.Unknown"},
}

func TestParseText(t *testing.T)      { runParseCases(t, textCases) }
func TestParseEmulators(t *testing.T) { runParseCases(t, emulatorCases) }
func TestParseStarts(t *testing.T)    { runParseCases(t, startCases) }

// spaces returns a line as terminals and web pages copy it.
func spaces(line string) string { return strings.ReplaceAll(line, "\t", " ") }
