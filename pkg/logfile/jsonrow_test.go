package logfile

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// cells is a row of a Logs Insights result, of names and values in turn.
func cells(t testing.TB, namesAndValues ...string) string {
	t.Helper()
	var all []string
	for pair := range slices.Chunk(namesAndValues, 2) {
		all = append(all, fmt.Sprintf(`{"field":%q,"value":%q}`, pair[0], pair[1]))
	}
	return "[" + strings.Join(all, ",") + "]"
}

func TestJSONRows(t *testing.T) {
	row1 := cells(t, "@timestamp", "2026-05-29 16:16:03.972", "@message", start("a")+"\n", "@logStream", stream, "@log", "1:/aws/lambda/x", "@ptr", "Cn==")
	row2 := cells(t, "@timestamp", "2026-05-29 16:16:03.973", "@message", "hello \"you\"\n", "@logStream", stream)
	row3 := cells(t, "@timestamp", "2026-05-29 16:16:03.974", "@message", report("a")+"\n"+xray+"\n", "@logStream", stream)
	rows := "[" + row1 + "," + row2 + "," + row3 + "]"
	results := `{"results":` + rows + `,"statistics":{"recordsMatched":3.0},"status":"Complete"}`
	console := `[{"@timestamp":"2026-05-29 16:16:03.972","@message":"START RequestId: a Version: 7\n","@logStream":"` + stream + `"},` +
		`{"@timestamp":"2026-05-29 16:16:03.974","@message":{"type":"platform.start","record":{"requestId":"s"}},"@logStream":null}]`
	one, three := "1 "+at1+stream+" start a", "1 "+at3+stream+" report a "+trace
	runTextCases(t, []textCase{
		{"get-query-results", results, []string{one, three}, 3},
		{"get-query-results, indented", pretty(t, results, "    "), []string{"3" + one[1:], "39" + three[1:]}, 3},
		{"the results behind the rest", `{"status":"Complete","statistics":{"a":{"b":1}},"results":` + rows + "}", []string{one, three}, 3},
		{"rows", rows, []string{one, three}, 3},
		{"one row", row3, []string{three}, 1},
		{"one row on each line", row1 + "\n" + row2 + "\n" + row3, []string{one, "3" + three[1:]}, 3},
		{"cells in an object", `{"results":[{"fields":` + row1 + `},{"fields":` + row3 + `}]}`, []string{one, three}, 2},
		{"such rows alone", `[{"fields":` + row1 + `},{"fields":` + row3 + `}]`, []string{one, three}, 2},
		{"the console's export", console, []string{one, "1 " + at3 + "start s"}, 2},
		{"a row as an object", `{"@timestamp":"2026-05-29 16:16:03.974","@message":"` + report3 + `"}`, []string{"1 " + at3 + "report a"}, 1},
		{"without the message", cells(t, "@timestamp", "2026-05-29 16:16:03.974", "@type", "REPORT", "@requestId", "a", "@duration", "2.46",
			"@billedDuration", "3.0", "@memorySize", "512000000", "@maxMemoryUsed", "81000000"), []string{"1 " + at3 + "report a"}, 1},
		{"no rows", `{"results":[],"statistics":{},"status":"Complete"}` + "\n" + start("b"), []string{"2 start b"}, 1},
		{"rows of nothing", `{"results":[` + row1 + `,[],[],[1,[2]],{},3]}`, []string{one}, 1},
	})
}

const (
	telemetryStart  = `{"time":"2026-05-29T16:16:03.972Z","type":"platform.start","record":{"requestId":"a","version":"7"}}`
	telemetryUser   = `{"time":"2026-05-29T16:16:03.973Z","type":"function","record":"START RequestId: quoted Version: 7\n"}`
	telemetryReport = `{"time":"2026-05-29T16:16:03.974Z","type":"platform.report","record":{"requestId":"a","metrics":{"durationMs":2.46}}}`
	telemetryText   = `{"time":"2026-05-29T16:16:03.974Z","type":"platform.report","record":"` + report3 + `"}`
	telemetryOld    = `{"time":"2026-05-29T16:16:03.974Z","type":"platform.report","record":"RequestId: a\tDuration: 2.46 ms\tBilled Duration: 3 ms\t"}`
	telemetryString = `{"time":"2026-05-29T16:16:03.972Z","type":"platform.start","record":"RequestId: a Version: 7"}`
)

func TestJSONTelemetry(t *testing.T) {
	batch := "[" + telemetryStart + "," + telemetryUser + "," + telemetryReport + "]"
	found := []string{"1 start a", "1 report a"}
	runTextCases(t, []textCase{
		{"a batch", batch, found, 3},
		{"a batch, indented", pretty(t, batch, "  "), []string{"2 start a", "15 report a"}, 3},
		{"batches", batch + batch + "\n" + batch, []string{found[0], found[1], found[0], found[1], "2 start a", "2 report a"}, 9},
		{"records of text", "[" + telemetryText + "," + telemetryOld + "," + telemetryString + "]", []string{"1 " + at3 + "report a", "1 report a", "1 start a"}, 3},
		{"lines", telemetryStart + "\n" + telemetryReport + "\n", []string{"1 start a", "2 report a"}, 2},
		{"a batch, then lines", batch + "\n" + telemetryReport + "\n", []string{found[0], found[1], "2 report a"}, 4},
		{"the type first", `[{"type":"platform.report","record":{"requestId":"a","metrics":{"durationMs":2.46}},"time":"2026-05-29T16:16:03.974Z"}]`, found[1:], 1},
	})
}

func TestJSONPython(t *testing.T) {
	batch := `[{'time': '2026-05-29T16:16:03.972Z', 'type': 'platform.start', 'record': {'requestId': 'a', 'version': '$LATEST'}}, ` +
		`{'time': '2026-05-29T16:16:03.973Z', 'type': 'function', 'record': "it's \"here\" {'\n"}, ` +
		`{'time': '2026-05-29T16:16:03.974Z', 'type': 'platform.report', 'record': {'requestId': 'a', 'status': None, 'x': True, 'y': [False], 'metrics': {'durationMs': 2.46}, 'n': '\x1b[0m \' "q" \U0001f600 ü \\'}}, ` +
		`{'time': '2026-05-29T16:16:03.974Z', 'type': 'platform.report', 'record': 'REPORT RequestId: b\tDuration: 1.00 ms\t'}]`
	found := []string{"1 start a", "1 report a", "1 " + at3 + "report b"}
	runTextCases(t, []textCase{
		{"a batch", batch, found, 4},
		{"batches", batch + batch, slices.Concat(found, found), 8},
		{"another order", `[{'record': {'requestId': 'a', 'version': '$LATEST'}, 'type': 'platform.start', 'time': 'x'}]`, []string{"1 start a"}, 1},
		{"a batch, then text", batch + "\n" + start("b"), append(slices.Clone(found), "2 start b"), 5},
	})
	for _, cut := range []string{batch[:len(batch)-1], batch[:len(batch)-40]} {
		_, coverage := readAll(t, strings.NewReader(cut))
		if len(coverage.Gaps) != 1 || !strings.Contains(coverage.Gaps[0].Reason, fmt.Sprintf("at byte %d;", len(cut))) {
			t.Errorf("%+v", coverage)
		}
	}
}
