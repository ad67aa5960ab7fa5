package lambdalog

import (
	"strings"
	"testing"
)

// Carriers join messages, with and without newlines, and users print without
// one; other programs quote reports.
func TestParseJoined(t *testing.T) {
	const (
		start   = "START RequestId: " + id + " Version: $LATEST"
		end     = "END RequestId: " + id
		started = "start id=" + id + " version=$LATEST"
	)
	twice := warmFields + " | " + warmFields
	runParseCases(t, []parseCase{
		{"START, END, REPORT", start + "\n" + end + "\n" + warmReport + "\t\n", started + " | " + warmFields},
		{"START, user lines, END, REPORT", start + "\nhello\n{\"a\":1}\n" + end + "\n" + warmReport + "\t\n", started + " | " + warmFields},
		{"INIT_START, START, INIT_REPORT", "INIT_START Runtime Version: x:1\n" + start + "\nINIT_REPORT Init Duration: 5 ms\n", "init_start runtime=x:1 | " + started + " | init_report init=5000"},
		{"two reports", warmReport + "\t\n" + warmReport + "\t\n", twice},
		{"two reports without a newline", warmReport + "\t" + warmReport + "\t\n", twice},
		{"two reports without a tab", warmReport + warmReport, twice},
		{"two reports with a space", warmReport + " " + warmReport, twice},
		{"two reports in spaces", spaces(warmReport + "\t" + warmReport), twice},
		{"a cold one first, no newline", warmReport + "\tInit Duration: 5 ms\t" + warmReport, warmFields + " init=5000 | " + warmFields},
		{"X-Ray first", warmReport + "\t\nXRAY TraceId: " + trace + "\tSegmentId: 7e44b09386b9ab35\tSampled: true\t\n" + warmReport + "\t\n", warmFields + " trace=" + trace + " | " + warmFields},
		{"X-Ray first, no newline", warmReport + "\nXRAY TraceId: " + trace + "\tSegmentId: 7e44b09386b9ab35\tSampled: true\t" + warmReport, warmFields + " trace=" + trace + " | " + warmFields},
		{"report and START", warmReport + "\t" + start, warmFields + " | " + started},
		{"STARTs with no newline between", start + "\t" + start, started + " | " + started},
		{"START and report with no newline between", start + "\t" + warmReport, started + " | " + warmFields},
		{"report and END", warmReport + "\t" + end + "\tInit Duration: 5 ms", warmFields},
		{"report and END in spaces", spaces(warmReport) + " " + end + " Init Duration: 5 ms", warmFields},
		{"report and user text", warmReport + "\t\nInit took long. Duration: 7 ms\n", warmFields},
		{"report and a user line like a field it has", warmReport + "\t\nDuration: 12 seconds\n", warmFields},
		{"report and the same after the characters \\n", warmReport + `\nDuration: 12 seconds`, warmFields},
		{"INIT_REPORT and a user line like its time", "INIT_REPORT Init Duration: 5 ms\nDuration: 12 seconds\n", "init_report init=5000"},
		{"RESTORE_REPORT and a user line like its time", "RESTORE_REPORT Duration: 5 ms\nDuration: 12 seconds\n", "restore_report restore=5000"},
		{"report and a user line like a number it has", warmReport + "\nBilled Duration: 7 ms\nInit Duration: 5 ms\n", warmFields},
		{"report and JSON", warmReport + "\t\n" + `{"type":"platform.start","record":{"requestId":"x"}}`, warmFields + " | start id=x json"},
		{"report and a request's own line", warmReport + "\t\nRequestId: x Error: Runtime exited\n", warmFields},
		{"INIT_REPORT and START", "INIT_REPORT Init Duration: 5 ms\tPhase: init\tStatus: timeout\n" + start, "init_report init=5000 status=timeout phase=init | " + started},
		{"two INIT_REPORT", "INIT_REPORT Init Duration: 5 ms\tPhase: init\tStatus: timeout\nINIT_REPORT Init Duration: 6 ms\tPhase: invoke\tStatus: timeout\n", "init_report init=5000 status=timeout phase=init | init_report init=6000 status=timeout phase=invoke"},
		{"RESTORE_REPORT and REPORT", "RESTORE_REPORT Restore Duration: 5 ms\n" + warmReport + "\tRestore Duration: 5 ms\t\n", "restore_report restore=5000 | " + warmFields + " restore=5000"},
		{"near miss and report", "REPORT invalid report log line\n" + warmReport, near(ErrNoRequestID) + " | " + warmFields},
		{"near miss and report on one line", "REPORT invalid report log line " + warmReport, near(ErrNoRequestID) + " | " + warmFields},
		{"bad number and report", strings.Replace(warmReport, "2.46", "NaN", 1) + "\n" + warmReport, near(ErrBadNumber) + " | " + warmFields},
		{"the first line of a hard wrap", "REPORT RequestId: x\tDuration: 949.5 ms\tBilled Duration: 950 msM\n", "report id=x duration=949500 billed=950000"},
		{"the hard wrap of a terminal", "REPORT RequestId: x\tDuration: 949.5 ms\tBilled Duration: 950 msM\nemory Size: 128 MB\n", "report id=x duration=949500 billed=950000"},

		{"glued INIT_REPORT", "Traceback (most recent call last):INIT_REPORT Init Duration: 80.49 ms\tPhase: init\tStatus: error\tError Type: Runtime.Unknown\n", "init_report init=80490 status=error error=Runtime.Unknown phase=init"},
		{"glued RESTORE_REPORT", "done.RESTORE_REPORT Restore Duration: 80.49 ms\n", "restore_report restore=80490"},
		{"glued report", "done." + warmReport + "\t\n", warmFields},
		{"glued to JSON", `{"statusCode":200}` + warmReport, warmFields},
		{"END glued to JSON", `{"statusCode":200}END RequestId: x` + "\n" + warmReport, warmFields},
		{"a line before it glued", "a REPORT of ours\nb." + warmReport, warmFields},
		{"glued to user text behind a report", warmReport + "\thello done." + warmReport, twice},
		{"glued to a colon behind a report", warmReport + "\tTraceback (most recent call last):INIT_REPORT Init Duration: 5 ms", warmFields + " | init_report init=5000"},
		{"glued to a label's value", warmReport + "\tTier: gold," + warmReport, twice},
		{"glued to JSON behind a report", warmReport + "\t" + `{"statusCode":200}` + warmReport, twice},
		{"END glued to user text", warmReport + "\thello done.END RequestId: x\tInit Duration: 5 ms", warmFields},
		{"START glued to user text", warmReport + "\thello (START RequestId: x", warmFields + " | start id=x"},
		{"glued to a word behind a report", warmReport + "\thello doneREPORT RequestId: x\tInit Duration: 5 ms", warmFields + " init=5000"},
		{"quoted behind a report", warmReport + "\thello \"REPORT RequestId: x\tInit Duration: 5 ms", warmFields + " init=5000"},
		{"green", "\x1b[32m" + warmReport + "\x1b[0m\n", warmFields},
		{"bold green", "12:00 \x1b[1;32m" + warmReport + "\x1b[0m\n", warmFields},
		{"green behind user text", warmReport + "\thello\x1b[32m" + warmReport, twice},
		{"no colour", "[32m" + warmReport + "\n\x1b[3x2m" + warmReport + "\n\x1b32m" + warmReport, ""},
		{"after a prefix", "21:00:55  " + warmReport, warmFields},
		{"after a prefix, X-Ray", "21:00:55  " + warmReport + "\t\nXRAY TraceId: " + trace + "\n", warmFields + " trace=" + trace},
		{"as a table", "| 1753725990606 | " + spaces(warmReport) + "   XRAY TraceId: " + trace + " SegmentId: 1 Sampled: true    |", warmFields + " trace=" + trace},
		{"each with a prefix", "16:36:11 " + warmReport + "\n16:36:12 " + warmReport + "\n", twice},
		{"a report of another kind in the text", "the REPORT is ready: " + warmReport, warmFields},
	})
}

// What has the look of a report and is none is refused, with the reason where
// it begins like one.
func TestParseRefuses(t *testing.T) {
	half := warmReport[:strings.Index(warmReport, "\tMemory")]
	runParseCases(t, []parseCase{
		{"empty", "", ""},
		{"blank", " \t\r\n", ""},
		{"REPORT invalid report log line", "REPORT invalid report log line", near(ErrNoRequestID)},
		{"with a blank at the end", "REPORT invalid report log line ", near(ErrNoRequestID)},
		{"the keyword", "REPORT", near(ErrNoRequestID)},
		{"the keyword and a blank", "REPORT ", near(ErrNoRequestID)},
		{"the keyword in a word", "REPORTED RequestId: x Duration: 1 ms", ""},
		{"the keyword with a colon", "REPORT: RequestId: x Duration: 1 ms", ""},
		{"This is not a REPORT log", "This is not a REPORT log", ""},
		{"dots for the id", "REPORT RequestId: ...", near(ErrNoRequestID)},
		{"no id", "REPORT Duration: 24761.26 ms", near(ErrNoRequestID)},
		{"an id with other characters", "REPORT RequestId: {id}\tDuration: 1 ms", near(ErrNoRequestID)},
		{"no Duration", "REPORT RequestId: abc Task timed out after 3.00 seconds", near(ErrNoDuration)},
		{"no Duration but others", "REPORT RequestId: abc\tBilled Duration: 5 ms\tInit Duration: 5 ms\tRuntime Duration: 5 ms", near(ErrNoDuration)},
		{"cut in the id", "REPORT RequestId: 15d1b730-7d3f-", near(ErrNoDuration)},
		{"cut in a label", "REPORT RequestId: abc\tDura", near(ErrCut)},
		{"cut in a label without an id", "REPORT Dura", near(ErrNoRequestID)},
		{"cut in Billed Duration", "REPORT RequestId: abc\tDuration: 99.50 ms\tBilled Dur", near(ErrCut)},
		{"cut in Init Duration", warmReport + "\tInit Dur", near(ErrCut)},
		{"cut in Init Duration, spaces", spaces(warmReport) + " Init ", near(ErrCut)},
		{"cut in Init Duration, fields on lines", strings.ReplaceAll(warmReport, "\t", "\n") + "\nInit Duration:\n", near(ErrCut)},
		{"cut in Restore Duration", warmReport + "\tRestore\n", near(ErrCut)},
		{"cut in Billed Restore Duration", warmReport + "\tRestore Duration: 5 ms\tBilled Restore Duration:", near(ErrCut)},
		{"cut in Status", warmReport + "\tSta", near(ErrCut)},
		{"cut behind Status", warmReport + "\tStatus: \t\n", near(ErrCut)},
		{"cut in Error Type", warmReport + "\tStatus: error\tError T", near(ErrCut)},
		{"cut in INIT_REPORT", "INIT_REPORT Init Duration: 9999.56 ms\tPhase: init\tSt", near(ErrCut)},
		{"cut in RESTORE_REPORT", "RESTORE_REPORT Restore Duration: 5 ms\tError Type:", near(ErrCut)},
		{"cut, glued", "done." + warmReport + "\tInit Dur", near(ErrCut)},
		{"cut, behind another", warmReport + "\t\n" + warmReport + "\tInit Dur", warmFields + " | " + near(ErrCut)},
		{"cut in a string", `{"type":"platform.report","record":"RequestId: x\tDuration: 5 ms Billed Dur"}`, near(ErrCut)},
		{"a word like a cut label", "a REPORT D", ""},
		{"cut in the X-Ray line", warmReport + "\t\nXRAY Tra", warmFields},
		{"cut in SegmentId", warmReport + "\tXRAY TraceId: x\tSegm", warmFields + " trace=x"},
		{"cut in an unknown label", warmReport + "\tPeak Thr", warmFields},
		{"a cut label in the middle", "REPORT RequestId: x\tInit\tDuration: 5 ms\tBilled\tMemory Size: 128 MB", "report id=x duration=5000 memory=128"},
		{"a status without a word", "REPORT RequestId: x Duration: 5 ms | Status: |", "report id=x duration=5000"},
		{"user text like a cut label", warmReport + "\nInit", warmFields},
		{"an empty init slot and no more", "REPORT RequestId: x\t\tDuration: 5 ms", "report id=x duration=5000"},
		{"INIT_REPORT of nothing", "INIT_REPORT", near(ErrNoInit)},
		{"INIT_REPORT with a phase", "INIT_REPORT Phase: init", near(ErrNoInit)},
		{"RESTORE_REPORT of nothing", "RESTORE_REPORT for you", near(ErrNoRestore)},

		{"after a prefix: no fields", "16:36:11 REPORT RequestId: ...", ""},
		{"after a prefix: no id", "16:36:11 REPORT Duration: 24761.26 ms", ""},
		{"after a prefix: the id alone", "16:36:11 REPORT RequestId: 15d1b730-7d3f-", near(ErrNoDuration)},
		{"after a prefix: half of it", "16:36:11 " + half, near(ErrNotCanonical)},
		{"after a prefix: cut", "16:36:11 " + half + "\tMemory Size: 25", near(ErrBadNumber)},
		{"after a prefix: INIT_REPORT without a time", "16:36:11 INIT_REPORT Status: error", near(ErrNotCanonical)},
		{"after a prefix: RESTORE_REPORT without a time", "16:36:11 RESTORE_REPORT Status: error", near(ErrNotCanonical)},

		{"quoted", `the line "` + warmReport + `" was read`, ""},
		{"quoted 'so'", "the line '" + warmReport + "' was read", ""},
		{"quoted `so`", "the line `" + warmReport + "` was read", ""},
		{"escaped", `\` + warmReport, ""},
		{"in JSON", `{"message":"` + warmReport + `"}`, ""},
		{"in JSON, with text before it", `{"message":"read: ` + warmReport + `"}`, ""},
		{"in JSON of several lines", "{\n  \"message\": \"read: " + warmReport + "\"\n}\n", ""},
		{"glued to a word", "my" + warmReport, ""},
		{"glued to a digit", "1" + warmReport, ""},
		{"glued to an underscore", "_" + warmReport, ""},
		{"INIT_REPORT glued to a word", "myINIT_REPORT Init Duration: 5 ms", ""},

		{"END", "END RequestId: " + id, ""},
		{"EXTENSION", "EXTENSION\tName: lambda-adapter\tState: Ready\tEvents: []\n", ""},
		{"an orphan X-Ray line", "XRAY TraceId: " + trace + "\tSegmentId: 7e44b09386b9ab35\tSampled: true", ""},
		{"the old timeout", "2024-03-04T17:22:38.033Z " + id + " Task timed out after 3.00 seconds", ""},
		{"the old crash", "RequestId: " + id + " Error: Runtime exited with error: exit status 1\nRuntime.ExitError\n", ""},
		{"an application's numbers", "CONSUMED_FILES_INFO RequestId: " + id + " TransferDuration: 316.15 ms", ""},
		{"an application's error", "Status: error Error Type: Runtime.ExitError", ""},
		{"INIT_START within a line", "16:36:11 INIT_START Runtime Version: x:1", ""},
		{"controls", "\x00\x01\xff\xfe REPORT \x00", ""},
	})
}

func TestParseRest(t *testing.T) {
	const json = `{"type":"platform.start","record":{"requestId":"x"}}`
	for _, c := range []struct{ message, rest string }{
		{warmReport + "\t\n", ""},
		{warmReport + "\tStatus: timeout \n\n", ""},
		{"text without a record", ""},
		{warmReport + "\t\nEND of it", "\nEND of it"},
		{warmReport + "\tREPORT x", "REPORT x"},
		{"REPORT RequestId: x Duration: 1 ms REPORT x", " REPORT x"},
		{"REPORT RequestId: x Duration: 1 ms\nuser", "\nuser"},
		{"REPORT nothing\nuser", "\nuser"},
		{"REPORT RequestId: x Duration: NaN ms\nuser", "\nuser"},
		{"START RequestId: x Version: 1\nuser", "\nuser"},
		{"text." + warmReport + "\nuser", "\nuser"},
		{json, ""},
		{json + "\nuser", "\nuser"},
		{json + warmReport, warmReport},
		{`{"type":"platform.report","record":{}}` + "\nuser", "\nuser"},
	} {
		var rec Record
		rest, err := Parse([]byte(c.message), &rec)
		// Whether the tab after the last field belongs to the record is nobody's concern.
		if got := strings.TrimPrefix(string(rest), "\t"); got != c.rest {
			t.Errorf("%q (%v): rest %q, want %q", c.message, err, got, c.rest)
		}
	}
}
