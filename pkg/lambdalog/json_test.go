package lambdalog

import (
	"encoding/json"
	"strings"
	"testing"
)

// report returns a platform.report whose record has these members.
func report(members string) string {
	return `{"time":"2026-10-08T06:53:49.235Z","type":"platform.report","record":{` + members + `}}`
}

// reportTime is the time of report: 20734 days and 06:53:49.235.
const reportTime = " time=1791442429235 json"

var jsonCases = []parseCase{
	{"docs order", report(`"metrics":{"durationMs":12.461,"billedDurationMs":367,"memorySizeMB":512,"maxMemoryUsedMB":81,"initDurationMs":354.512},"requestId":"x","status":"success"`),
		"report id=x duration=12461 billed=367000 memory=512 max=81 init=354512 status=success" + reportTime},
	{"CloudWatch order", `{"time":"2026-10-08T06:53:49.235Z","type":"platform.report","record":{"requestId":"x","metrics":{"durationMs":12.461,"billedDurationMs":13,"memorySizeMB":512,"maxMemoryUsedMB":81},"status":"success"}}` + "\n",
		"report id=x duration=12461 billed=13000 memory=512 max=81 status=success" + reportTime},
	{"envelope reversed", `{"record":{"status":"timeout","metrics":{"durationMs":3000},"requestId":"x"},"type":"platform.report","time":"2026-10-08T06:53:49.235Z"}`,
		"report id=x duration=3000000 status=timeout" + reportTime},
	{"restored", report(`"requestId":"x","metrics":{"durationMs":147.156,"billedDurationMs":201,"memorySizeMB":512,"maxMemoryUsedMB":91,"restoreDurationMs":500.795,"billedRestoreDurationMs":53}`),
		"report id=x duration=147156 billed=201000 memory=512 max=91 restore=500795 billedRestore=53000" + reportTime},
	{"failed", report(`"requestId":"x","metrics":{"durationMs":1},"status":"error","errorType":"Runtime.ExitError"`),
		"report id=x duration=1000 status=error error=Runtime.ExitError" + reportTime},
	{"Managed Instances", report(`"requestId":"x","metrics":{"durationMs":125.46},"status":"success"`), "report id=x duration=125460 status=success" + reportTime},
	{"spans, tenant and keys unknown", report(`"requestId":"x","tenantId":"t","spans":[{"name":"extensionOverhead","start":"2026-10-08T06:53:49.235Z","durationMs":7.5}],"metrics":{"billedInitDurationMs":9,"durationMs":1,"nested":{"durationMs":8}},"more":[1,[2,{"metrics":{"durationMs":6}}],"}"]`),
		"report id=x duration=1000" + reportTime},
	{"tracing", report(`"requestId":"x","metrics":{"durationMs":1},"tracing":{"spanId":"24cd","type":"X-Amzn-Trace-Id","value":"Root=` + trace + `;Parent=35465b3a9e2f7c6a;Sampled=1"}`),
		"report id=x duration=1000 trace=" + trace + reportTime},
	{"tracing, root last", report(`"requestId":"x","metrics":{"durationMs":1},"tracing":{"value":"Sampled=1;Root=` + trace + `"}`), "report id=x duration=1000 trace=" + trace + reportTime},
	{"tracing without root", report(`"requestId":"x","metrics":{"durationMs":1},"tracing":{"value":"Sampled=1"}`), "report id=x duration=1000" + reportTime},
	{"tracing that is no object", report(`"requestId":"x","tracing":"Root=1","metrics":{"durationMs":1}`), "report id=x duration=1000" + reportTime},
	{"nulls are absent", report(`"requestId":"x","metrics":{"durationMs":1,"billedDurationMs":null,"initDurationMs":null,"memorySizeMB":null,"maxMemoryUsedMB":null},"status":null,"errorType":null,"tracing":null,"spans":null`),
		"report id=x duration=1000" + reportTime},
	{"metrics null", report(`"requestId":"x","metrics":null`), near(ErrNoDuration)},
	{"zero is a value", report(`"requestId":"x","metrics":{"durationMs":0,"billedDurationMs":0,"initDurationMs":0.000,"maxMemoryUsedMB":0}`), "report id=x duration=0 billed=0 max=0 init=0" + reportTime},
	{"floats for whole numbers", report(`"requestId":"x","metrics":{"durationMs":100.0,"billedDurationMs":100.0,"memorySizeMB":128.0,"maxMemoryUsedMB":90.0}`), "report id=x duration=100000 billed=100000 memory=128 max=90" + reportTime},
	{"half a megabyte", report(`"requestId":"x","metrics":{"durationMs":100.0,"memorySizeMB":128.5}`), near(ErrBadJSON)},
	{"numbers in strings", report(`"requestId":"x","metrics":{"durationMs":"100.0"}`), near(ErrBadJSON)},
	{"trailing commas", report(`"requestId":"x","metrics":{"durationMs":1,"billedDurationMs":2,},"status":"success",`), "report id=x duration=1000 billed=2000 status=success" + reportTime},
	{"empty words are absent", report(`"requestId":"x","metrics":{"durationMs":1},"status":"","errorType":""`), "report id=x duration=1000" + reportTime},
	{"words that are none", report(`"requestId":"x","metrics":{"durationMs":1},"status":7,"errorType":"two words","phase":{"a":1}`), "report id=x duration=1000" + reportTime},
	{"the first value counts", report(`"requestId":"x","metrics":{"durationMs":1,"durationMs":2},"requestId":"y"`), "report id=x duration=1000" + reportTime},

	{"microseconds in time", `{"time":"2026-10-08T06:53:49.235909Z","type":"platform.report","record":{"requestId":"x","metrics":{"durationMs":1}}}`, "report id=x duration=1000" + reportTime},
	{"no time", `{"type":"platform.report","record":{"requestId":"x","metrics":{"durationMs":1}}}`, "report id=x duration=1000 json"},
	{"time that is none", `{"time":"2026-10-08T06:53:49.235Z or so","type":"platform.report","record":{"requestId":"x","metrics":{"durationMs":1}}}`, "report id=x duration=1000 json"},
	{"epoch time", `{"time":1791442429235,"type":"platform.report","record":{"requestId":"x","metrics":{"durationMs":1}}}`, "report id=x duration=1000 json"},

	{"no requestId", report(`"metrics":{"durationMs":1}`), near(ErrNoRequestID)},
	{"an empty requestId", report(`"requestId":"","metrics":{"durationMs":1}`), near(ErrNoRequestID)},
	{"a requestId that is none", report(`"requestId":"a b","metrics":{"durationMs":1}`), near(ErrNoRequestID)},
	{"a user's own type", `{"type":"platform.report","message":"hello","requestId":"x","durationMs":5}`, ""},
	{"no metrics", report(`"requestId":"x"`), near(ErrNoDuration)},
	{"metrics that are none", report(`"requestId":"x","metrics":[1]`), near(ErrBadJSON)},
	{"a record that is none", `{"type":"platform.report","record":[1]}`, near(ErrBadJSON)},
	{"a string with a bad number", `{"type":"platform.report","record":"RequestId: x Duration: NaN ms"}`, near(ErrBadNumber)},

	{"New Relic's string", `{"time":"2026-10-08T06:53:49.235Z","type":"platform.report","record":"RequestId: x\tDuration: 2.46 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 75 MB\tInit Duration: 5 ms\t\n"}`,
		"report id=x duration=2460 billed=3000 memory=128 max=75 init=5000" + reportTime},
	{"the whole line as a string", `{"type":"platform.report","record":"REPORT RequestId: x\tDuration: 2.46 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 75 MB\t\n"}`,
		"report id=x duration=2460 billed=3000 memory=128 max=75 json"},
	{"a START line as a string", `{"type":"platform.start","record":"START RequestId: x Version: 7\n"}`, "start id=x version=7 json"},
	{"another line as a string", `{"type":"platform.report","record":"START RequestId: x Version: 7"}`, near(ErrNoRequestID)},
	{"a string with Init first", `{"type":"platform.report","record":"RequestId: x Init Duration: 5 ms Duration: 2.46 ms"}`, "report id=x duration=2460 init=5000 json"},
	{"a string for an init report", `{"type":"platform.initReport","record":"Init Duration: 5 ms\tPhase: init\tStatus: timeout\tMemory Size: 128 MB"}`, "init_report init=5000 status=timeout phase=init json"},
	{"a string for a restore report", `{"type":"platform.restoreReport","record":"Restore Duration: 5 ms Billed Restore Duration: 4 ms Billed Duration: 7 ms"}`, "restore_report restore=5000 billedRestore=4000 json"},
	{"a string for a start", `{"type":"platform.start","record":"RequestId: x Version: 7"}`, "start id=x version=7 json"},

	{"initReport", `{"time":"2026-10-08T06:53:49.235Z","type":"platform.initReport","record":{"initializationType":"on-demand","metrics":{"durationMs":500.5},"phase":"init","status":"timeout"}}`,
		"init_report init=500500 status=timeout phase=init type=on-demand" + reportTime},
	{"initReport, Logs API", `{"type":"platform.initReport","record":{"initializationType":"provisioned-concurrency","metrics":{"billedDurationMs":9,"durationMs":5}}}`,
		"init_report init=5000 type=provisioned-concurrency json"},
	{"initReport of nothing", `{"type":"platform.initReport","record":{"phase":"init"}}`, near(ErrNoInit)},
	{"restoreReport", `{"type":"platform.restoreReport","record":{"status":"success","metrics":{"durationMs":70.87,"billedDurationMs":13}}}`, "restore_report restore=70870 billedRestore=13000 status=success json"},
	{"restoreReport that failed", `{"type":"platform.restoreReport","record":{"status":"error","errorType":"Runtime.ExitError"}}`, "restore_report status=error error=Runtime.ExitError json"},
	{"restoreReport of nothing", `{"type":"platform.restoreReport","record":{}}`, near(ErrNoRestore)},
	{"initStart", `{"type":"platform.initStart","record":{"initializationType":"snap-start","phase":"init","functionName":"f","functionVersion":"3","runtimeVersion":"python:3.12.v11","runtimeVersionArn":"arn:aws","instanceId":"2026/10/08/f[$LATEST]829a","instanceMaxMemory":268435456}}`,
		"init_start phase=init type=snap-start version=3 runtime=python:3.12.v11 function=f json"},
	{"restoreStart", `{"type":"platform.restoreStart","record":{"functionName":"f","functionVersion":"$LATEST","runtimeVersion":"java:11.v20"}}`, "restore_start version=$LATEST runtime=java:11.v20 function=f json"},
	{"restoreStart of nothing", `{"type":"platform.restoreStart","record":{}}`, "restore_start json"},
	{"start", `{"type":"platform.start","record":{"requestId":"x","version":"$LATEST.PUBLISHED","functionArn":"arn:aws:lambda:x","tenantId":"t"}}`, "start id=x version=$LATEST.PUBLISHED json"},
	{"start with a function", `{"type":"platform.start","record":{"requestId":"x","functionArn":"arn:aws:lambda:eu-west-1:123456789012:function:checkout:7","version":"7"}}`, "start id=x version=7 function=checkout json"},
	{"start with a function, without version", `{"type":"platform.start","record":{"requestId":"x","functionArn":"arn:aws:lambda:eu-west-1:123456789012:function:checkout"}}`, "start id=x function=checkout json"},
	{"start with another ARN", `{"type":"platform.start","record":{"requestId":"x","functionArn":"arn:aws:logs:eu-west-1:123456789012:log-group:checkout"}}`, "start id=x json"},
	{"the first function counts", `{"type":"platform.start","record":{"requestId":"x","functionName":"a","functionArn":"arn:aws:lambda:eu-west-1:123456789012:function:b"}}`, "start id=x function=a json"},
	{"functions that are none", `{"type":"platform.initStart","record":{"functionName":"two words","functionArn":7}}`, "init_start json"},
	{"start without requestId", `{"type":"platform.start","record":{"version":"3"}}`, near(ErrNoRequestID)},

	{"runtimeDone", `{"type":"platform.runtimeDone","record":{"requestId":"x","status":"success","metrics":{"durationMs":2599.0}}}`, ""},
	{"initRuntimeDone", `{"type":"platform.initRuntimeDone","record":{"status":"success"}}`, ""},
	{"extension", `{"type":"platform.extension","record":{"name":"a","state":"Ready","events":[]}}`, ""},
	{"a function's string", `{"type":"function","record":"REPORT RequestId: x\tDuration: 1 ms"}`, ""},
	{"a user's numbers", `{"timestamp":"2026-10-08T06:53:49.235Z","level":"INFO","requestId":"x","durationMs":3900,"message":"{\"type\":\"platform.report\"}"}`, ""},
	{"nested in another object", `{"event":` + report(`"requestId":"x","metrics":{"durationMs":1}`) + `}`, ""},

	{"cut in a string", report(`"requestId":"x","metrics":{"durationMs":1},"sta`)[:110], near(ErrCutJSON)},
	{"cut after a number", `{"type":"platform.report","record":{"requestId":"x","metrics":{"durationMs":12`, near(ErrCutJSON)},
	{"cut, with blanks", `{ "type" : "platform.report", "record" : {`, near(ErrCutJSON)},
	{"cut before it is known", `{"time":"2026-10-08T06:53:49.235Z","ty`, ""},
	{"cut, and a report on the next line", `{"type":"platform.report","record":{"requestId":"x","met` + "\n" + warmReport, near(ErrCutJSON) + " | " + warmFields},
	{"cut, and an object on the next line", `{"type":"platform.report","record":{"requestId":"x","metrics":{"durationMs":1` + "\n" + report(`"requestId":"y","metrics":{"durationMs":1}`), near(ErrCutJSON) + " | report id=y duration=1000" + reportTime},
	{"a user's brace, and an object on the next line", "{ a: 1 }\n{\n" + report(`"requestId":"y","metrics":{"durationMs":1}`), "report id=y duration=1000" + reportTime},
	{"a user's cut list, and a report on the next line", `{"a":[1,2,` + "\n" + warmReport, warmFields},
	{"a user's cut string, and an object on the next line", `{"a":"b` + "\n" + report(`"requestId":"y","metrics":{"durationMs":1}`), "report id=y duration=1000" + reportTime},
	{"a user's cut string, and a report between it and an object", `{"a":"b` + "\n" + warmReport + "\n" + `{"level":"INFO"}`, warmFields},
	{"a user's value forgotten, and a report glued to it", `{"a":}` + warmReport, warmFields},
	{"a user's object, and a report glued to it", `{"a":[1,2],"b":{"c":"d \"REPORT x"}}` + warmReport, warmFields},

	{"several", report(`"requestId":"x","metrics":{"durationMs":1}`) + report(`"requestId":"y","metrics":{"durationMs":2}`) + "\n" + report(`"requestId":"z","metrics":{"durationMs":3}`),
		"report id=x duration=1000" + reportTime + " | report id=y duration=2000" + reportTime + " | report id=z duration=3000" + reportTime},
	{"start and report", `{"type":"platform.start","record":{"requestId":"x","version":"1"}}` + "\n" + `{"level":"INFO"}` + "\n" + report(`"requestId":"x","metrics":{"durationMs":1}`),
		"start id=x version=1 json | report id=x duration=1000" + reportTime},
}

func TestParseJSON(t *testing.T) { runParseCases(t, jsonCases) }

// What a table case means does not depend on where the blanks stand.
func TestParseJSONPretty(t *testing.T) {
	pretty := 0
	for _, c := range jsonCases {
		var value any
		if json.Unmarshal([]byte(c.message), &value) != nil || strings.Contains(c.message, `"durationMs":2,"`) || c.name == "the first value counts" {
			continue // not JSON, or not to a decoder that sorts the keys and keeps the last
		}
		for _, indent := range []string{"  ", "\t", "\r\n"} {
			text, err := json.MarshalIndent(json.RawMessage(c.message), "", indent)
			if err != nil {
				t.Fatal(err)
			}
			if got := parseAll(t, string(text)); got != c.want {
				t.Errorf("%s\n got %s\nwant %s", text, got, c.want)
			}
			pretty++
		}
	}
	if pretty < 100 {
		t.Errorf("only %d messages", pretty)
	}
}

// A function that prints no newline has the platform's JSON glued to its text.
func TestParseGluedJSON(t *testing.T) {
	valid := report(`"requestId":"x","metrics":{"durationMs":1}`)
	const gives = "report id=x duration=1000" + reportTime
	const start = `{"type":"platform.start","record":{"requestId":"x"}}`
	runParseCases(t, []parseCase{
		{"text", "user text" + valid + "\n", gives},
		{"type first", "a" + start, "start id=x json"},
		{"record first", `a {"record":{"requestId":"x"},"type":"platform.start"}`, "start id=x json"},
		{"two", "a" + start + valid, "start id=x json | " + gives},
		{"behind a user's object", `{"statusCode":200}` + valid, gives},
		{"behind text and a user's object", `a {"time":1,"b":{"c":2}}` + valid, gives},
		{"behind a cut object", `{"a":"b","c":[1,2` + valid, gives},
		{"behind a brace", `{"not JSON ` + valid + "\na {not JSON" + valid, gives},
		{"before a report", "a" + valid + warmReport, gives + " | " + warmFields},
		{"in a list", "[" + valid + "," + start + "]", gives + " | start id=x json"},
		{"without an id", "a" + report(`"metrics":{"durationMs":1}`), near(ErrNoRequestID)},
		{"cut", "a" + valid[:len(valid)-2], near(ErrCutJSON)},
		{"cut before its type", "a" + valid[:40], ""},
		{"another type", `a{"type":"platform.runtimeDone","record":{"requestId":"x"}}` + start, "start id=x json"},
		{"in a user's object", `a {"message":` + valid + `,"b":` + start + `}`, ""},
		{"a report in an object", `a {"message":"REPORT of","type":"platform.x"}` + start, "start id=x json"},
		{"quoted", "a '" + valid + "' \"" + valid + "\" `" + valid + "`", ""},
		{"escaped", strings.ReplaceAll("a \""+valid+"\"", `"`, `\"`), ""},
		{"on the next line", "a\nb" + valid + "\n", gives},
	})
}

// A text with many objects that do not end is read once and not once for each.
func TestParseGluedJSONDeep(t *testing.T) {
	for _, part := range []string{`x{"time":[`, `[{"time":["platform.x",`, "[{\"time\":[\"platform.x\",\n", `[{"time":["platform.x",.REPORT ,RequestId:x,`, `x{"type":"platform.report",`} {
		parseAll(t, strings.Repeat(part, 1<<20/len(part))+`"platform.`)
	}
}

// Brackets are counted and an object without an end is looked at once, so that
// neither depth nor length costs more than reading it. A test that takes
// quadratic time would not end on these sizes.
func TestParseJSONDeep(t *testing.T) {
	const depth = 100_000
	open := strings.Repeat(`[{"a":`, depth)
	closed := open + "1" + strings.Repeat("}]", depth)
	valid := `,"requestId":"x","metrics":{"durationMs":1}`
	runParseCases(t, []parseCase{
		{"brackets", strings.Repeat("[", depth), ""},
		{"braces", strings.Repeat("{", depth), ""},
		{"braces on lines", strings.Repeat("{\n", depth), ""},
		{"objects", strings.Repeat(`{"a":`, depth), ""},
		{"objects on lines", strings.Repeat("{\"a\":\n", depth), ""},
		{"lists on lines", strings.Repeat("{\"a\":[\n", depth), ""},
		{"strings on lines", strings.Repeat("{\"a\n", depth), ""},
		{"lists on lines, cut report", strings.Repeat("{\"a\":[\n", depth) + `"platform.report"`, near(ErrCutJSON)},
		{"lists and reports on lines", strings.Repeat("{\"a\":[\n"+warmReport+"\n", 3), warmFields + " | " + warmFields + " | " + warmFields},
		{"in an unknown key", report(`"deep":` + closed + valid), "report id=x duration=1000" + reportTime},
		{"in an unknown key, open", report(`"deep":` + open + "1" + valid), near(ErrCutJSON)},
		{"in metrics", report(`"requestId":"x","metrics":{"deep":` + closed + `,"durationMs":1}`), "report id=x duration=1000" + reportTime},
		{"backslashes", report(`"deep":"` + strings.Repeat(`\\`, depth) + `"` + valid), "report id=x duration=1000" + reportTime},
		{"quotation marks", report(`"deep":"` + strings.Repeat(`\"`, depth) + `"` + valid), "report id=x duration=1000" + reportTime},
		{"continued refusals", strings.Repeat("Status: x=REPORT \n", depth), ""},
	})
}
