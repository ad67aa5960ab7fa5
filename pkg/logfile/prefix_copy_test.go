package logfile

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

// textCarriers are the corpus' shapes that are lines of text, and what their
// prefix says besides the time and stream that the corpus names.
var textCarriers = map[string]bool{
	"": true, "text/message": true, "text/spaces": true, "text/newline-fields": true, "text/hms-prefix": true, "text/iso-prefix": true,
	"sam logs": true, "aws logs tail (detailed)": true, "aws logs tail --format short": true, "console copy": true, "console copy as table": true,
	"RIE under docker compose": true, "sam local (RIE)": true, "Datadog extension rewrite": true, "OTel collector rewrite": true,
	"group stream time prefix (awslogs)": true, "json": true, "json (Logs API)": true,
}

// corpusTimes are the times of lines whose time the corpus does not name.
var corpusTimes = map[string]string{
	"text/iso-prefix": "2026-08-26T10:55:32.261Z",
	"console copy":    "2023-11-24T03:26:49.915Z",
}

// Every published line gives its record, and the time and stream that it has.
func TestCorpusPrefixes(t *testing.T) {
	f, err := os.Open("../../testdata/corpus.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	checked := 0
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 1<<20)
	for number := 1; scanner.Scan(); number++ {
		var line struct {
			Raw, Carrier, LogStream, LineTime string
			Expect                            struct{ Kind, RequestID, TraceID string }
		}
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		if !textCarriers[line.Carrier] || strings.HasPrefix(line.Raw, "{") {
			continue
		}
		checked++
		var want []string
		if line.Expect.Kind != "other" {
			want = []string{strings.Join(strings.Fields(strings.Join([]string{
				"1", corpusTime(t, line.Carrier, line.LineTime), line.LogStream, line.Expect.Kind, line.Expect.RequestID, line.Expect.TraceID}, " ")), " ")}
		}
		var found []string
		all, _ := readAll(t, strings.NewReader(line.Raw))
		for _, record := range all {
			if !strings.Contains(record, "near miss") && !strings.Contains(record, "start") {
				found = append(found, record)
			}
		}
		equal(t, line.Raw, found, want)
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	if checked < 30 {
		t.Errorf("%d lines checked", checked)
	}
}

// corpusTime is a line's time as Time prints it.
func corpusTime(t *testing.T, carrier, lineTime string) string {
	t.Helper()
	if lineTime == "" {
		return corpusTimes[carrier]
	}
	if lineTime == "1753725990606" {
		return millisTime[:len(millisTime)-1]
	}
	if !strings.Contains(lineTime, "+") {
		lineTime += "Z"
	}
	at, err := time.Parse(time.RFC3339Nano, lineTime)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC().Format("2006-01-02T15:04:05.000Z")
}

// The console's pages have the time above the message and the message twice.
func TestTimesAbove(t *testing.T) {
	const above, at = "2022-02-14T12:06:42.179+01:00\n", "2022-02-14T11:06:42.179Z "
	spaces := strings.ReplaceAll(report("a"), "\t", "    ")
	runTextCases(t, []textCase{
		{"a copy of a page", above + start("a") + "\nCopy\n" + start("a") + "\n" + above + report("a") + "\nCopy\n" + spaces + "\n",
			[]string{"2 " + at + "start a", "4 " + at + "start a", "6 " + at + "report a", "8 " + at + "report a"}, 6},
		{"blank lines between", above + "\n" + report("a") + "\n\nCopy\n\n" + spaces + "\n", []string{"3 " + at + "report a", "7 " + at + "report a"}, 3},
		{"with the X-Ray line", above + report("a") + "\n" + xray + "\nCopy\n" + spaces + " " + xray + "\n",
			[]string{"2 " + at + "report a " + trace, "5 " + at + "report a " + trace}, 3},
		{"time and message on one line", above[:len(above)-1] + "\t" + report("a") + "\nCopy\n" + spaces + "\n", []string{"1 " + at + "report a", "3 report a"}, 2},
		{"the message after the next", above + "hello\n" + report("a") + "\n", []string{"3 report a"}, 3},
		{"a Copy of something else", above + report("a") + "\nhello\nCopy\n" + report("b") + "\n", []string{"2 " + at + "report a", "5 report b"}, 5},
		{"times of another form may be anything", "2022-02-14 12:06:42.179\n" + report("a") + "\n1753725990606\n" + report("b") + "\n16:36:11\n" + report("c"),
			[]string{"2 report a", "4 report b", "6 report c"}, 6},
		{"a message with a time of its own", above + s3Prefix + report("a") + "\n" + report("b") + "\n", []string{"2 " + s3Time + "report a", "3 report b"}, 3},
	})
}

// aws logs tail --format json has the time and the stream above each object.
func TestPrefixesAbove(t *testing.T) {
	user := "{\n    \"level\": \"INFO\",\n    \"message\": \"hello\"\n}\n"
	tail := strings.TrimRight(tailPrefix, " ") + "\n"
	runTextCases(t, []textCase{
		{"records and lines of a function", tailPrefix + "\n" + user + tailPrefix + "\n" + jsonReport("a") + "\n" + tailPrefix + "\n" + user + zonePrefix + "\n" + jsonReport("b") + "\n" + tailPrefix + "hello\n",
			[]string{"7 " + tailTime + "report a", "23 " + zoneTime + "report b"}, 5},
		{"without the blank at the end", tail + jsonReport("a") + "\n" + tail + jsonReport("b") + "\n", []string{"2 " + tailTime + "report a", "13 " + tailTime + "report b"}, 2},
		{"with CRLF", strings.ReplaceAll(tailPrefix+"\n"+jsonReport("a")+"\n", "\n", "\r\n"), []string{"2 " + tailTime + "report a"}, 1},
		{"a blank line between", tailPrefix + "\n\n" + jsonReport("a"), []string{"3 " + tailTime + "report a"}, 1},
		{"an object with a prefix of its own", tailPrefix + "\n" + zonePrefix + jsonReport("a"), []string{"2 " + zoneTime + "report a"}, 2},
		{"text below is another's", tailPrefix + "\n" + report("a") + "\n" + jsonReport("b"), []string{"2 report a", "3 report b"}, 3},
		{"an object that does not end", tailPrefix + "\n{\n  \"a\": 1,\n" + tailPrefix + report("a"), []string{"4 " + tailTime + "report a"}, 3},
		{"sam logs", samPrefix + "\n" + jsonReport("a"), []string{"2 2023-06-02T11:27:25.060Z " + stream + " report a"}, 1},
	})
}

// A terminal's colours and a page's blanks are taken out of JSON.
func TestSoiledObjects(t *testing.T) {
	const line = `{"time":"2026-10-08T06:53:49.235Z","type":"platform.report","record":{"requestId":"a","metrics":{"durationMs":2.461},"status":"success"}}`
	coloured := strings.NewReplacer("{", "\x1b[1m{\x1b[0m", "}", "\x1b[1m}\x1b[0m", `"time"`, "\x1b[34m\"time\"\x1b[0m", `"type"`, "\x1b[34m\"type\"\x1b[0m",
		`"platform.report"`, "\x1b[32m\"platform.report\"\x1b[0m", "2.461", "\x1b[36m2.461\x1b[0m").Replace
	keys := strings.NewReplacer(`"time"`, "\x1b[34m\"time\"\x1b[0m", "2.461", "\x1b[36m2.461\x1b[0m").Replace
	hard := strings.NewReplacer(" ", "\u00a0").Replace
	runTextCases(t, []textCase{
		{"colours on one line", coloured(line) + "\nhello\n" + sawPrefix + coloured(line) + "\n", []string{"1 report a", "3 2026-05-29T16:16:03.000Z " + stream + " report a"}, 3},
		{"colours in an indented object", coloured(jsonReport("a")) + "\n" + sawPrefix + coloured(jsonReport("b")) + "\n", []string{"1 report a", "11 2026-05-29T16:16:03.000Z " + stream + " report b"}, 2},
		{"coloured keys", keys(line) + "\n" + keys(jsonReport("b")) + "\n", []string{"1 report a", "2 report b"}, 2},
		{"hard blanks", hard(strings.ReplaceAll(line, ":", ": ")) + "\n" + hard(jsonReport("b")) + "\n" + tailPrefix + hard(jsonReport("c")),
			[]string{"1 report a", "2 report b", "12 " + tailTime + "report c"}, 3},
		{"hard blanks behind the colons", strings.ReplaceAll(jsonReport("a"), ": ", ":\u00a0") + "\n", []string{"1 report a"}, 1},
		{"a function's object", coloured("{\n  \"time\": {\n  }\n}\n") + report("a") + "\n", []string{"5 report a"}, 2},
		{"an object that does not end", coloured("{\n  \"time\": 1,\n") + report("a") + "\n", []string{"3 report a"}, 3},
	})
	const quoted = "{\u00a0\"a\u00a0\\\"b\u00a0\":\u00a0\x1b[32m\"\\\\\"\x1b[0m\u00a0}"
	equal(t, "strings", []string{string(appendCleanObject(nil, []byte(quoted)))}, []string{"{ \"a\u00a0\\\"b\u00a0\": \"\\\\\" }"})
}

// What stands before each line of a message is taken off each of them.
func TestDressedLines(t *testing.T) {
	fields := strings.Split(strings.TrimRight(report("a"), "\t"), "\t")
	quoted := func(text, with string) string { return with + strings.ReplaceAll(text, "\n", "\n"+with) }
	runTextCases(t, []textCase{
		{"a quotation", quoted(report("a")+"\n"+xray+"\n"+start("b"), "> "), []string{"1 report a " + trace, "3 start b"}, 2},
		{"JSON in a quotation", quoted(jsonReport("a")+"\n"+jsonReport("b"), "> "), []string{"1 report a", "11 report b"}, 2},
		{"JSON in a list", "- " + jsonReport("a") + "\n- hello", []string{"1 report a"}, 2},
		{"JSON that does not end, in a quotation", quoted("{\n  \"a\": {\n  }\n"+report("a"), "> "), []string{"4 report a"}, 4},
		{"JSON in a quotation that ends", "> {\n>   \"a\": 1,\n" + report("a"), []string{"3 report a"}, 3},
		{"JSON under docker compose", quoted(jsonReport("a")+"\nhello", composePrefix), []string{"1 report a"}, 2},
		{"a list of fields", "* " + strings.Join(fields, "\n* ") + "\n* " + start("b"), []string{"1 report a", "6 start b"}, 2},
		{"indented fields behind a time", s3Prefix + strings.Join(fields, "\n    ") + "\n" + s3Prefix + start("b"), []string{"1 " + s3Time + "report a", "6 " + s3Time + "start b"}, 2},
		{"hard blanks before the fields", strings.Join(fields, "\n\u00a0\u00a0") + "\n" + start("b"), []string{"1 report a", "6 start b"}, 2},
		{"an empty line before the X-Ray line", strings.Join(fields, "\n") + "\n\n" + xray + "\n" + start("b"), []string{"1 report a " + trace, "8 start b"}, 2},
		{"an empty line before another", strings.Join(fields, "\n") + "\n\nhello\n", []string{"1 report a"}, 2},
		{"two empty lines before the X-Ray line", strings.Join(fields, "\n") + "\n\n\n" + xray + "\n", []string{"1 report a"}, 2},
		{"fences", "```\n" + report("a") + "\n```\n```" + report("b") + "```\n", []string{"2 report a", "4 report b"}, 4},
		{"a table", "+-----------+---------+\n| timestamp | message |\n|-----------|---------|\n| 1753725990606 | " + report("a") + "     |\n|               | " + xray + " |\n| 1753725990606 | " + start("b") + "   |\n",
			[]string{"4 " + millisTime + "report a " + trace, "6 " + millisTime + "start b"}, 5},
		{"a page's table", "<table>\n<tr><td>1753725990606</td><td>REPORT RequestId: a<br/>Duration: <b>2.46</b>&nbsp;ms<br/>Billed Duration:&#160;3 ms</td></tr>\n</table>", []string{"2 " + millisTime + "report a"}, 2},
		{"JSON in a page", "<td>{&quot;type&quot;:&quot;platform.start&quot;,&quot;record&quot;:{&quot;requestId&quot;:&quot;s&quot;}}</td>\n", []string{"1 start s"}, 1},
		{"quoted in a page", "<p>it said &quot;" + report("a") + "&quot;</p>\n<td>&lt;b&gt;" + start("b") + "</td>", nil, 2},
		{"an id of a template", "REPORT RequestId: <id>\tDuration: 1 ms\tBilled Duration: 1 ms\n", []string{"1 near miss"}, 1},
	})
}

// The function of pulumi's brackets and awslogs' group is the stream's.
func TestFunctionsOfPrefixes(t *testing.T) {
	text := pulumiPrefix + report("a") + "\n" +
		" 2020-12-02T09:59:11.668+01:00[a-name-that-is-longer-than-the-] " + report("b") + "\n" +
		awslogsPrefix + report("c") + "\n" +
		"/aws/lambda/orders " + report("d") + "\n" +
		"/aws/lambda/orders said: done." + report("e") + "\n" +
		pulumiPrefix + "said: done." + report("f") + "\n"
	var groups, functions []string
	for e := range each(t, FromStdin(strings.NewReader(text))) {
		groups = append(groups, e.Stream.Group)
		functions = append(functions, e.Stream.Function)
	}
	equal(t, "groups", groups, []string{"/aws/lambda/thumbnailer-dbb2a35", "", "/aws/lambda/checkout", "/aws/lambda/orders", "", ""})
	equal(t, "functions", functions, []string{"thumbnailer-dbb2a35", "", "checkout", "orders", "", ""})
}

// What looks like a prefix and is a function's own text changes nothing.
func TestNoPrefix(t *testing.T) {
	var text strings.Builder
	lines := []string{
		"[INFO]\t2026-10-08T06:53:49.235Z\tid\t" + start("a"), "[" + start("a"), "(" + start("a") + ")", "[]" + start("a"), "[16:36:11" + start("a"), "-" + start("a"), "*" + start("a"),
		"foo|" + start("a"), "foo bar | " + start("a"), "<" + start("a"), "<1>" + start("a"), "&" + start("a"), "&amp;" + start("a"), "\x1b[3" + start("a"), "\x1b" + start("a"),
		"99:99 " + start("a"), "16:36:1 " + start("a"), "`" + start("a") + "`", "'" + start("a") + "'", "2026/05/29/x " + start("a"), "/var/task " + start("a"), "a/b " + start("a"),
		"Nov 23 10:00:00 " + start("a"), "Nov 23 10:00:00 host " + start("a"), "STARTED", "START", "REPORT\u00a0", "REPORT<", "START\u00a0", "\u00a0", "<br>", "> ", "| |", "[", "(", "`", "/", "&", "\x1b", "\xc2", "\xe2\x80", "Copy", "{&", "&nbsp;{",
	}
	for _, line := range lines {
		text.WriteString(line + "\n")
	}
	runTextCases(t, []textCase{{"lines", text.String(), nil, uint64(len(lines))}})
}

// What is made to be slow to look for costs no more than its length.
func TestHostilePrefixes(t *testing.T) {
	for _, c := range []struct {
		name, part string
		times      int
		events     uint64
	}{
		{"quoted braces", "> {\n", 1 << 20, 1 << 20},
		{"quoted braces that close too often", "> {\n" + strings.Repeat("> \"a\":{\n", 40) + strings.Repeat("> }\n", 20), 1 << 14, 61 << 14},
		{"tags that do not end", "REPORT\u00a0<b\u00a0", 1 << 18, 1},
		{"tags on one line", "<td>", 4 << 20, 1},
		{"quotations on one line", "> ", 8 << 20, 1},
		{"entities on one line", "&nbsp;", 1 << 20, 1},
		{"brackets", "[[[[[[[[ ", 1 << 20, 1},
		{"brackets on lines", "[" + strings.Repeat("x - ", 30) + "]\n", 1 << 16, 1 << 16},
		{"services on lines", "a | a | a | a\n", 1 << 18, 1 << 18},
		{"groups on lines", "/aws/lambda/x " + strings.Repeat(" ", 200) + "\n", 1 << 16, 1 << 16},
		{"colours", "\x1b[31m", 1 << 20, 1},
		{"times on lines", "2022-02-14T12:06:42.179+01:00\n", 1 << 18, 1 << 18},
		{"changing prefixes", s3Prefix + "\n" + tailPrefix + "\n" + samPrefix + "\n", 1 << 16, 3 << 16},
		{"labels in quotations", "> Duration:\u00a0\n", 1 << 18, 1 << 18},
	} {
		t.Run(c.name, func(t *testing.T) {
			countText(t, repeated("", c.part, c.times), 0, anyNumber, c.events)
		})
	}
}
