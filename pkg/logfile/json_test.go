package logfile

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

const (
	event1 = `{"timestamp":1780071363972,"message":"START RequestId: a Version: 7\n","ingestionTime":1780071364000}`
	event2 = `{"timestamp":1780071363973,"message":"hello \"you\"\n","ingestionTime":1780071364000}`
	event3 = `{"timestamp":1780071363974,"message":"` + report3 + `","ingestionTime":1780071364000}`
	// report3 is report("a") as it stands in JSON.
	report3 = `REPORT RequestId: a\tDuration: 2.46 ms\tBilled Duration: 3 ms\tMemory Size: 512 MB\tMax Memory Used: 81 MB\t\n`

	at1, at3 = "2026-05-29T16:16:03.972Z ", "2026-05-29T16:16:03.974Z "
	found1   = "1 " + at1 + "start a"
	found3   = "1 " + at3 + "report a"
)

// withStream is an event as filter-log-events has it.
func withStream(event, stream string) string {
	return `{"logStreamName":"` + stream + `",` + event[1:len(event)-1] + `,"eventId":"397400000000000000000000000000000000000000000000000000001"}`
}

// pretty indents a JSON document.
func pretty(t testing.TB, document, indent string) string {
	t.Helper()
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(json.RawMessage(document)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestJSONEvents(t *testing.T) {
	get := `{"events":[` + event1 + "," + event2 + "," + event3 + `],"nextForwardToken":"f/1","nextBackwardToken":"b/1"}`
	filter := `{"events":[` + withStream(event1, stream) + "," + withStream(event2, other) + "," + withStream(event3, other) + `],"searchedLogStreams":[],"nextToken":"x"}`
	inOther := "1 " + at3 + other + " report a"
	inFirst := "1 " + at1 + stream + " start a"
	runTextCases(t, []textCase{
		{"get-log-events", get, []string{found1, found3}, 3},
		{"and a newline", get + "\n", []string{found1, found3}, 3},
		{"indented", pretty(t, get, "    "), []string{"5 " + at1 + "start a", "15 " + at3 + "report a"}, 3},
		{"indented with tabs", pretty(t, get, "\t"), []string{"5 " + at1 + "start a", "15 " + at3 + "report a"}, 3},
		{"blanks everywhere", strings.NewReplacer(`":`, `" : `, `,"`, ` , "`).Replace(get), []string{found1, found3}, 3},
		{"filter-log-events", filter, []string{inFirst, inOther}, 3},
		{"filter-log-events, indented", pretty(t, filter, "  "), []string{"6" + inFirst[1:], "20" + inOther[1:]}, 3},
		{"the events last", `{"nextToken":null,"searchedLogStreams":[{"logStreamName":"x","searchedCompletely":true}],"events":[` + event1 + "]}", []string{found1}, 1},
		{"of a library", `{"ResponseMetadata":{"RequestId":"x","HTTPHeaders":{"a":"b"}},"events":[` + event1 + "]}", []string{found1}, 1},
		{"the events alone", "[" + event1 + "," + event2 + "," + event3 + "]", []string{found1, found3}, 3},
		{"one event", event3, []string{found3}, 1},
		{"events on lines", event1 + "\n" + event2 + "\n" + event3 + "\n", []string{found1, "3" + found3[1:]}, 3},
		{"events with nothing between", event1 + event2 + event3, []string{found1, found3}, 3},
		{"events with commas between", event1 + ",\n" + event2 + ",\n" + event3, []string{found1, "3" + found3[1:]}, 3},
		{"pages", get + get + "\n\n" + filter, []string{found1, found3, found1, found3, "3" + inFirst[1:], "3" + inOther[1:]}, 9},
		{"pages in an array", "[" + get + "," + filter + "]", []string{found1, found3, inFirst, inOther}, 6},
		{"byte order marks", "\ufeff" + event1 + "\ufeff" + event3, []string{found1, found3}, 2},
		{"no events", `{"events":[],"nextToken":"x"}` + "\n" + get, []string{"2" + found1[1:], "2" + found3[1:]}, 3},
		{"no events, indented", pretty(t, `{"events":[],"searchedLogStreams":[]}`, "    "), nil, 0},
		{"flattened", `{"id":"3","timestamp":1780071363974,"message":"` + report3 + `","requestID":null,"logStream":"` + stream + `","logGroup":"/aws/lambda/x"}`,
			[]string{"1 " + at3 + stream + " report a"}, 1},
		{"flattened, without a time", `{"message":"` + report3 + `","logStream":"` + stream + `"}`, []string{"1 " + stream + " report a"}, 1},
		{"keys in another order", `{"events":[{"message":"` + report3 + `","timestamp":1780071363974},` + event1 + `,{"eventId":"x","timestamp":1780071363974,"message":"` + report3 + `"}]}`,
			[]string{found3, found1, found3}, 3},
	})
}

func TestJSONBetweenText(t *testing.T) {
	get := pretty(t, `{"events":[`+event1+","+event2+","+event3+`]}`, "    ")
	runTextCases(t, []textCase{
		{"text, a document, text", "hello\n" + get + report("b") + "\nhello\n" + get + start("c"),
			[]string{"6 " + at1 + "start a", "16 " + at3 + "report a", "21 report b", "27 " + at1 + "start a", "37 " + at3 + "report a", "42 start c"}, 10},
		{"text behind a document on its line", `{"events":[` + event1 + "]} done\n" + report("b"), []string{found1, "2 report b"}, 3},
		{"a blank line behind it", get + "\n\n" + report("b"), []string{"5 " + at1 + "start a", "15 " + at3 + "report a", "22 report b"}, 4},
		{"lines of JSON between", event1 + "\n" + `{"level":"INFO","message":"x"}` + "\n" + event3 + "\n" + `{"level":"INFO"}` + "\n", []string{found1, "3" + found3[1:]}, 4},
	})
}

// What functions print as JSON is no document, whatever it quotes.
func TestJSONOfFunctions(t *testing.T) {
	for _, line := range []string{
		`{"timestamp":"2026-10-08T06:53:49.235Z","level":"INFO","requestId":"a45d720c","message":"read REPORT RequestId: x\tDuration: 1 ms"}`,
		`{"timestamp":1780071363974,"level":"INFO","message":"` + report3 + `"}`,
		`{"timestamp":1780071363974,"message":"` + report3 + `","service":"orders"}`,
		`{"timestamp":"2026-10-08T06:53:49.235Z","message":"` + report3 + `"}`,
		`{"message":"` + report3 + `","level":"info"}`,
		`{"message":"` + report3 + `"}`,
		`{"@timestamp":1780071363974,"a":{"message":"` + report3 + `"}`,
		`{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","s3":{"object":{"key":"x"}}}]}`,
		`{"Records":[{"messageId":"x","body":"` + report3 + `"}]}`,
		`{"records":[{"body":"` + report3 + `"}]}`,
		`{"events":[{"name":"x","message":"` + report3 + `"}]}`,
		`{"results":[1,2,3],"message":"` + report3 + `"}`,
		`{"statusCode":200,"body":"x"}`,
		`[1,2,3]`, `[]`, `{}`, `[[]]`, `[{}]`, `{"a`, `{"timestamp"`, `[`, `{`,
		`[{"time":"x","type":"platform.start"}]`,
		`["` + report3 + `"]`,
	} {
		found, coverage := readAll(t, strings.NewReader(line+"\n"+start("b")+"\n"))
		if want := []string{"2 start b"}; !slices.Equal(found, want) || coverage.Events != 2 || len(coverage.Gaps) > 0 {
			t.Errorf("%s\ngave %q, %+v, want %q", line, found, coverage, want)
		}
	}
}

func TestJSONMessages(t *testing.T) {
	const quoted = `{\"time\":\"2026-10-08T06:53:49.235Z\",\"type\":\"platform.start\",\"record\":{\"requestId\":\"s\"}}`
	for _, c := range []struct {
		name, message string // as JSON has it
		found         []string
	}{
		{"a JSON record", `"` + quoted + `"`, []string{"start s"}},
		{"a JSON record, indented", `"` + strings.ReplaceAll(quoted, ",", `,\n  `) + `\n"`, []string{"start s"}},
		{"a JSON record in other escapes", `"` + strings.ReplaceAll(quoted, `\"`, `\u0022`) + `"`, []string{"start s"}},
		{"a JSON record glued", `"hello` + quoted + `"`, []string{"start s"}},
		{"an object", strings.ReplaceAll(quoted, `\"`, `"`), []string{"start s"}},
		{"blanks first", `"\t \n  START RequestId: s Version: 1"`, []string{"start s"}},
		{"blanks in other escapes", `"\u0009START RequestId: s Version: 1\u000a"`, []string{"start s"}},
		{"letters in escapes", `"\u0053TART RequestId: s Version: 1\u000A"`, []string{"start s"}},
		{"a colour", `"\u001b[32mREPORT RequestId: s\u0009Duration: 1 ms\u0009Billed Duration: 1 ms\u0009Memory Size: 1 MB\u001b[0m"`, []string{"report s"}},
		{"glued", `"done.REPORT RequestId: s\tDuration: 1 ms\tBilled Duration: 1 ms\tMemory Size: 1 MB\t\n"`, []string{"report s"}},
		{"a tab behind the keyword", `"REPORT\tRequestId: s\tDuration: 1 ms"`, []string{"report s"}},
		{"with the trace", `"REPORT RequestId: s\tDuration: 1 ms\t\nXRAY TraceId: ` + trace + `\tSampled: true\t\n"`, []string{"report s " + trace}},
		{"quoted twice", `"{\"message\":\"REPORT RequestId: s\\tDuration: 1 ms\\tBilled Duration: 1 ms\\tMemory Size: 1 MB\"}"`, nil},
		{"backslashes at the end", `"START RequestId: s Version: 1\\"`, []string{"start s"}},
		{"more of them", `"START RequestId: s Version: 1\\\""`, []string{"start s"}},
		{"half a surrogate pair", `"START RequestId: s Version: 1 \ud83d x \udc00\ud83d\u0041"`, []string{"start s"}},
		{"a surrogate pair", `"START RequestId: s Version: 1 \ud83d\ude00"`, []string{"start s"}},
		{"no escapes", `"START RequestId: s Version: 1 \x \u12 \uzzzz"`, []string{"start s"}},
		{"NUL and invalid UTF-8", "\"START RequestId: s Version: 1 \x00 \xff\xc3\"", []string{"start s"}},
		{"a newline in the string", "\"START RequestId: s\nVersion: 1\"", []string{"start s"}},
		{"empty", `""`, nil},
		{"null", `null`, nil},
		{"a number", `12`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			event := `{"timestamp":1780071363972,"message":` + c.message + `}`
			// The second and the third are read in the form that the first has taught.
			text := `{"events":[` + event + "," + event + "," + event2 + "," + event + "]}"
			var want []string
			for range 3 {
				for _, found := range c.found {
					want = append(want, "1 "+at1+found)
				}
			}
			found, coverage := readAll(t, strings.NewReader(text))
			for i := range found { // behind a newline in the string
				_, found[i], _ = strings.Cut(found[i], " ")
				found[i] = "1 " + found[i]
			}
			if !slices.Equal(found, want) || coverage.Events != 4 || len(coverage.Gaps) > 0 {
				t.Errorf("gave %q, %+v, want %q", found, coverage, want)
			}
		})
	}
}

func TestJSONTimes(t *testing.T) {
	for value, want := range map[string]string{
		`1780071363972`:              at1,
		`1780071363972.0`:            at1,
		`1.780071363972e12`:          at1,
		`1.780071363972E+12`:         at1,
		`"1780071363972"`:            at1,
		`"1780071363"`:               "2026-05-29T16:16:03.000Z ",
		`"2026-05-29T16:16:03.972Z"`: at1,
		`"2026-05-29 16:16:03.972"`:  at1,
		`0`:                          "1970-01-01T00:00:00.000Z ",
		`253402300799999`:            "9999-12-31T23:59:59.999Z ",
		`253402300800000`:            "",
		`-1`:                         "",
		`99999999999999999999999999`: "",
		`1e300`:                      "",
		`"yesterday"`:                "",
		`null`:                       "",
		`{"a":1}`:                    "",
	} {
		event := `{"timestamp":` + value + `,"logStreamName":"x","message":"` + report3 + `"}`
		found, _ := readAll(t, strings.NewReader(`{"events":[`+event+","+event+"]}"))
		if line := "1 " + want + "x report a"; !slices.Equal(found, []string{line, line}) {
			t.Errorf("%s gave %q, want %q", value, found, line)
		}
	}
}

func TestJSONNames(t *testing.T) {
	text := `{"events":[` +
		`{"logStreamName":"2026\/05\/29\/[7]a","timestamp":1780071363972,"message":"START RequestId: a Version: 7"},` +
		`{"logStreamName":"2026\/05\/29\/[8]b","timestamp":1780071363972,"message":"START RequestId: b Version: 7"},` +
		`{"timestamp":1780071363972,"message":"START RequestId: x","message":"START RequestId: c Version: 7","logGroup":"\u002faws/lambda/f","owner":"1"}]}`
	var got []string
	for e := range each(t, FromStdin(strings.NewReader(text))) {
		got = append(got, fmt.Sprintf("%s|%s|%s|%s|%s", e.Stream.Account, e.Stream.Group, e.Stream.Name, e.Stream.Function, e.Message[17:18]))
	}
	equal(t, "streams", got, []string{"||2026/05/29/[7]a||a", "||2026/05/29/[8]b||b", "1|/aws/lambda/f||f|c"})
}

// corpusLine is a line of testdata/corpus.jsonl.
type corpusLine struct {
	Raw, Carrier, LogGroup, Note string
	Expect                       struct{ Kind, RequestID string }
}

func corpus(t testing.TB) []corpusLine {
	t.Helper()
	text, err := os.ReadFile("../../testdata/corpus.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var lines []corpusLine
	for d := json.NewDecoder(strings.NewReader(string(text))); d.More(); {
		var line corpusLine
		if err := d.Decode(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestJSONCorpus(t *testing.T) {
	want := map[string]struct {
		found  []string
		events uint64
	}{
		"get-log-events element": {[]string{"3 2019-06-05T19:30:03.218Z report 4ce9340a-b765-490f-ad8a-02ab3415e2bf"}, 1},
		"subscription DATA_MESSAGE JSON": {
			[]string{"13 2019-03-13T23:05:48.220Z 2019/03/13/[$LATEST]94fa867e5374431291a7fc14e2f56ae7 report 6234bffe-149a-b642-81ff-2e8e376d8aff"}, 1},
		"flattened event JSON (id,timestamp,message,logStream,logGroup)": {
			[]string{"4 2017-11-27T18:55:06.799Z 2017/11/27/[Prod]1108153ced144f8cbb161aef096218d1 report cf75cfa3-fe16-11e5-9b16-e3e4c70845f2"}, 1},
		"Logs Insights JSON row": {[]string{"1 2020-01-21T15:24:18.198Z report 33792b95-4e1f-4c69-a5f5-5dacea2067cd"}, 1},
		"Logs Insights JSON": {
			[]string{"3 2022-05-02T20:58:14.456Z report f612fbaf-65ce-4fd2-8d1b-6718fcb0b269", "37 2022-05-02T20:58:14.452Z start f612fbaf-65ce-4fd2-8d1b-6718fcb0b269"}, 2},
		"json (Logs API)": {[]string{"1 restore_report"}, 1},
	}
	seen := 0
	for _, line := range corpus(t) {
		w, ok := want[line.Carrier]
		if !ok {
			continue
		}
		seen++
		t.Run(line.Carrier, func(t *testing.T) {
			runTextCases(t, []textCase{{"alone", line.Raw, w.found, w.events}})
			if line.LogGroup == "" {
				return
			}
			for e := range each(t, FromStdin(strings.NewReader(line.Raw))) {
				if e.Stream.Group != line.LogGroup {
					t.Errorf("group %q, want %q", e.Stream.Group, line.LogGroup)
				}
			}
		})
	}
	if seen != len(want) {
		t.Errorf("%d of %d carriers are in the corpus", seen, len(want))
	}
}

// A consumer that wants no more gets no more, wherever reading is.
func TestJSONStops(t *testing.T) {
	for _, document := range jsonSeeds(t) {
		all, _ := readAll(t, strings.NewReader(document))
		for most := range len(all) {
			n := 0
			for range each(t, FromStdin(strings.NewReader(document+"\n"+document))) {
				if n++; n > most {
					break
				}
			}
			if n != most+1 {
				t.Errorf("%d events, want %d", n, most+1)
			}
		}
	}
}

// TestLongEvents checks that an event is told though its end is farther away
// than is looked, and nothing stands between it and the next.
func TestLongEvents(t *testing.T) {
	long := strings.Repeat("long ", 10_000)
	for _, form := range []string{
		`{"logStream":"2026/10/08/f[42]829a","timestamp":%d,"message":"%s"}`,
		`{"timestamp":%d,"message":"%s","logStream":"2026/10/08/f[42]829a"}`,
		`{"id":"%[1]d","message":"%[2]s","timestamp":%[1]d,"logStream":"2026/10/08/f[42]829a"}`,
	} {
		event := func(millis int, message string) string { return fmt.Sprintf(form, millis, message) }
		found, coverage := readAll(t, strings.NewReader(event(1000, "START RequestId: a Version: 42")+event(2000, long)+event(3000, "START RequestId: b Version: 42")))
		equal(t, form, found, []string{
			"1 1970-01-01T00:00:01.000Z 2026/10/08/f[42]829a start a", "1 1970-01-01T00:00:03.000Z 2026/10/08/f[42]829a start b",
		})
		if coverage.Events != 3 || len(coverage.Gaps) > 0 {
			t.Errorf("%s: got %+v", form, coverage)
		}
	}
}
