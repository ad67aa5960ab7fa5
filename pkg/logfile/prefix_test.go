package logfile

import (
	"strings"
	"testing"
)

// The prefixes that are known. A message follows each.
const (
	s3Prefix     = "2026-05-14T16:10:29.574Z "
	tailPrefix   = "2026-05-29T16:16:03.972000+00:00 " + stream + " "
	wholePrefix  = "2026-05-29T16:16:03+00:00 " + stream + " " // where Python leaves out a fraction of zero
	zonePrefix   = "2026-05-29T18:16:03.972999+02:00 " + other + " "
	shortPrefix  = "2024-06-13T20:11:07 "
	blankPrefix  = "2021-12-20 14:41:10.412\t"
	millisPrefix = "1753725990606 "
	secondPrefix = "1753725990\t"

	samPrefix     = stream + " 2023-06-02T11:27:25.060000 "
	awslogsPrefix = "/aws/lambda/checkout " + stream + " [2020-10-25T19:30:03.216Z] [2020-10-25T19:30:09.000Z] "
	sawPrefix     = "[2026-05-29T18:16:03+02:00] (" + stream + ") "
	cwPrefix      = "2020-10-25T19:30:03 - /aws/lambda/checkout - " + stream + " - 36123456789012345678901234567890123456789012345678901234 - "
	pulumiPrefix  = " 2020-12-02T09:59:11.668+01:00[           thumbnailer-dbb2a35] "
	zonedPrefix   = "2021-12-20 14:41:10.412 (+01:00)\t"
	composePrefix = "function_1  | "
	localPrefix   = "[root - INFO - 2020-05-02 20:28:50,023] "
	actionsPrefix = "2026-05-14T16:10:29.5741234Z "
	ghPrefix      = "build\tRun aws logs tail\t" + actionsPrefix
	clockPrefix   = "16:36:11 "
	syslogPrefix  = "Nov 23 10:00:00 host proc[1]: "
	starPrefix    = "     * 2026-08-26T10:55:32.261 "
)

const (
	s3Time     = "2026-05-14T16:10:29.574Z "
	tailTime   = "2026-05-29T16:16:03.972Z " + stream + " "
	wholeTime  = "2026-05-29T16:16:03.000Z " + stream + " "
	zoneTime   = "2026-05-29T16:16:03.972Z " + other + " "
	shortTime  = "2024-06-13T20:11:07.000Z "
	blankTime  = "2021-12-20T14:41:10.412Z "
	millisTime = "2025-07-28T18:06:30.606Z "
	secondTime = "2025-07-28T18:06:30.000Z "
)

var prefixes = []struct{ name, prefix, found string }{
	{"none", "", ""},
	{"S3 export", s3Prefix, s3Time},
	{"tail", tailPrefix, tailTime},
	{"tail at a whole second", wholePrefix, wholeTime},
	{"tail in another zone, a function of several in its group", zonePrefix, zoneTime},
	{"tail --format short", shortPrefix, shortTime},
	{"blank before the clock", blankPrefix, blankTime},
	{"epoch milliseconds", millisPrefix, millisTime},
	{"epoch seconds", secondPrefix, secondTime},
	{"sam logs", samPrefix, "2023-06-02T11:27:25.060Z " + stream + " "},
	{"sam logs in colours", "\x1b[36m" + stream + "\x1b[0m \x1b[33m2023-06-02T11:27:25.060000\x1b[0m ", "2023-06-02T11:27:25.060Z " + stream + " "},
	{"awslogs", awslogsPrefix, "2020-10-25T19:30:03.216Z " + stream + " "},
	{"awslogs without brackets", "/aws/lambda/checkout " + stream + " 2020-10-25T19:30:03.216Z ", "2020-10-25T19:30:03.216Z " + stream + " "},
	{"awslogs with both times, without brackets", "/aws/lambda/checkout " + stream + " 2020-10-25T19:30:03.216Z 2020-10-25T19:30:09.000Z ", "2020-10-25T19:30:03.216Z " + stream + " "},
	{"awslogs -S", "/aws/lambda/checkout ", ""},
	{"awslogs -G", stream + " ", stream + " "},
	{"awslogs of a group of another name", "shop-logs  " + stream + " ", stream + " "},
	{"awslogs -G -S", "[2020-10-25T19:30:03.216Z] [2020-10-25T19:30:09.000Z] ", "2020-10-25T19:30:03.216Z "},
	{"saw", sawPrefix, "2026-05-29T16:16:03.000Z " + stream + " "},
	{"saw of old", "[2026-05-29T18:16:03+02:00] ", "2026-05-29T16:16:03.000Z "},
	{"cw", cwPrefix, "2020-10-25T19:30:03.000Z " + stream + " "},
	{"cw, the time and stream", "2020-10-25T19:30:03 - " + stream + " - ", "2020-10-25T19:30:03.000Z " + stream + " "},
	{"cw, a group of another name", "2020-10-25T19:30:03 - shop-logs - " + stream + " - ", "2020-10-25T19:30:03.000Z " + stream + " "},
	{"cw, the group", "/aws/lambda/checkout - ", ""},
	{"cw, the event's id", "36123456789012345678901234567890123456789012345678901234 - ", ""},
	{"pulumi", pulumiPrefix, "2020-12-02T08:59:11.668Z "},
	{"sls with a zone", zonedPrefix, "2021-12-20T13:41:10.412Z "},
	{"docker compose", composePrefix, ""},
	{"docker compose 2", "function-1  | ", ""},
	{"docker compose in colours", "\x1b[36mfunction_1  |\x1b[0m ", ""},
	{"docker compose with times", "function-1  | 2026-05-14T16:10:29.5741234Z ", s3Time},
	{"python-lambda-local", localPrefix, "2020-05-02T20:28:50.023Z "},
	{"GitHub Actions", actionsPrefix, s3Time},
	{"GitHub Actions and tail", actionsPrefix + tailPrefix, tailTime},
	{"GitHub Actions and sam logs", actionsPrefix + samPrefix, "2023-06-02T11:27:25.060Z " + stream + " "},
	{"GitHub Actions and awslogs", actionsPrefix + awslogsPrefix, "2020-10-25T19:30:03.216Z " + stream + " "},
	{"GitHub Actions and saw", actionsPrefix + sawPrefix, "2026-05-29T16:16:03.000Z " + stream + " "},
	{"GitHub Actions and a stream", actionsPrefix + stream + " ", s3Time + stream + " "},
	{"GitHub Actions and a clock", actionsPrefix + clockPrefix, s3Time},
	{"gh run view", ghPrefix, s3Time},
	{"gh run view and tail", ghPrefix + tailPrefix, tailTime},
	{"gh run view and sam logs", "deploy (x, 1)\tUNKNOWN STEP\t\ufeff" + actionsPrefix + samPrefix, "2023-06-02T11:27:25.060Z " + stream + " "},
	{"a clock", clockPrefix, ""},
	{"a clock in brackets", "[16:36:11.123] ", ""},
	{"epoch milliseconds in brackets", "[1753725990606] ", millisTime},
	{"syslog", syslogPrefix, ""},
	{"syslog on a day of one digit", "Nov  3 10:00:00 host proc: ", ""},
	{"a comment's star", starPrefix, "2026-08-26T10:55:32.261Z "},
	{"a star", " * ", ""},
	{"a list in Markdown with clocks", "- `20:17:50`   ", ""},
	{"a quotation in Markdown", "> - " + tailPrefix, tailTime},
	{"a heading in Markdown", "## ", ""},
	{"cells of a table", "| 1753725990606 | ", millisTime},
	{"cells of a page's table", "<tr><td class=\"time\">1753725990606</td><td>", millisTime},
	{"hard blanks", "2026-05-14T16:10:29.574Z\u00a0\u00a0" + stream + "\u00a0", s3Time + stream + " "},
	{"entities for blanks", "2026-05-14T16:10:29.574Z&nbsp;&#9;" + stream + "&#160;", s3Time + stream + " "},
	{"characters that are not seen", "\ufeff\u200b" + s3Prefix, s3Time},
	{"no dates but ornaments", "\u2022 ", ""},
}

// plainPrefixes are one of each form, of those that the reference knows.
var plainPrefixes = []string{
	"", s3Prefix, tailPrefix, wholePrefix, zonePrefix, shortPrefix, blankPrefix, millisPrefix, secondPrefix,
	samPrefix, awslogsPrefix, sawPrefix, cwPrefix, pulumiPrefix, composePrefix, localPrefix, actionsPrefix, clockPrefix, starPrefix,
}

func TestPrefixes(t *testing.T) {
	var cases []textCase
	for _, p := range prefixes {
		cases = append(cases, textCase{p.name,
			"INIT_START Runtime Version: x:1\n" + start("a") + "\nhello\n" + report("a") + "\n" + xray + "\n" + `{"type":"platform.start","record":{"requestId":"b"}}` + "\n" + jsonReport("b"),
			[]string{"1 init_start", "2 start a", "4 report a " + trace, "6 start b", "7 report b"}, 6})
		// The X-Ray line and all but the first of an object's lines have no prefix.
		c := &cases[len(cases)-1]
		lines := strings.Split(c.text, "\n")
		for i, line := range lines {
			if !strings.HasPrefix(line, "XRAY") && i <= 6 {
				lines[i] = p.prefix + line
			}
		}
		c.text = strings.Join(lines, "\n")
		for i, found := range c.found {
			line, rest, _ := strings.Cut(found, " ")
			c.found[i] = line + " " + p.found + rest
		}
	}
	runTextCases(t, cases)
}

// After any layout any other is recognised, at once and whatever record comes
// first.
func TestLayoutChanges(t *testing.T) {
	var cases []textCase
	for _, a := range prefixes {
		for _, b := range prefixes {
			cases = append(cases, textCase{a.name + " then " + b.name,
				a.prefix + start("a") + "\n" + a.prefix + "hello\n" + a.prefix + report("a") + "\n" + b.prefix + start("b") + "\n" + b.prefix + "hello\n" + b.prefix + report("b") + "\n" +
					a.prefix + "INIT_START Runtime Version: x:1\n",
				[]string{"1 " + a.found + "start a", "3 " + a.found + "report a", "4 " + b.found + "start b", "6 " + b.found + "report b", "7 " + a.found + "init_start"}, 7})
		}
	}
	runTextCases(t, cases)
}

func TestPrefixOddities(t *testing.T) {
	const node = "2026-10-08T06:53:49.235Z\t595492f6-5916-4b98-94e5-a1079dfab87b\tINFO\t"
	runTextCases(t, []textCase{
		{"a bare log whose user lines begin with times", start("a") + "\n" + node + "hello\n" + node + "{\n  \"a\": 1\n}\n" + report("a") + "\n" + node + "REPORT of it\n" + start("b"),
			[]string{"1 start a", "6 report a", "8 start b"}, 8},
		{"it begins with such a line", node + "hello\n" + start("a") + "\nhello\n" + report("a"), []string{"2 start a", "4 report a"}, 4},
		{"a report glued to such a line", start("a") + "\n" + node + "done. " + report("a") + "\n" + node + "hello", []string{"1 start a", "2 2026-10-08T06:53:49.235Z report a"}, 3},
		{"such lines in an S3 export", s3Prefix + start("a") + "\n" + s3Prefix + node + "hello\n" + s3Prefix + report("a"), []string{"1 " + s3Time + "start a", "3 " + s3Time + "report a"}, 3},
		{"several blanks after the time", s3Prefix + "  " + start("a") + "\n" + s3Prefix + "\t" + start("b") + "\n" + s3Prefix + " " + stream + " " + start("c"),
			[]string{"1 " + s3Time + "start a", "2 " + s3Time + "start b", "3 " + s3Time + stream + " start c"}, 3},
		{"messages of several lines", s3Prefix + start("a") + "\n" + s3Prefix + "Traceback\n  File x\n1 error\nat last\n" + s3Prefix + report("a"),
			[]string{"1 " + s3Time + "start a", "6 " + s3Time + "report a"}, 3},
		{"user lines at a whole second", tailPrefix + start("a") + "\n" + wholePrefix + "hello\n  more\n" + tailPrefix + "hello\n" + tailPrefix + report("a"),
			[]string{"1 " + tailTime + "start a", "5 " + tailTime + "report a"}, 4},
		{"a time alone", s3Prefix + start("a") + "\n" + s3Prefix + "\n" + strings.TrimSpace(s3Prefix) + "\n" + s3Prefix + report("a"),
			[]string{"1 " + s3Time + "start a", "4 " + s3Time + "report a"}, 3},
		{"times that are none", "2026-13-14T16:10:29.574Z " + report("a") + "\n2026-05-14T16:10 " + report("b") + "\n17537259906067 " + report("c") + "\n175372599 " + report("d") + "\n2026-05-14T16:10:29.574Z" + report("e"),
			[]string{"1 report a", "2 report b", "3 report c", "4 report d"}, 5},
		{"START behind no time", "16:36 " + start("a") + "\n2026-05-14 " + start("b") + "\n12 " + start("c"), nil, 3},
		{"a stream of another name", s3Prefix + "my-stream " + report("a"), []string{"1 " + s3Time + "report a"}, 1},
		{"a stream that is cut", s3Prefix + "2026/05/29/[$LATEST " + report("a") + "\n" + s3Prefix + "2026/05/29/x] ", []string{"1 " + s3Time + "report a"}, 2},
		{"streams without a time", stream + " " + report("a"), []string{"1 " + stream + " report a"}, 1},
	})
}

// What a file names once is one stream, whichever lines it is on.
func TestStreamsAreInterned(t *testing.T) {
	text := tailPrefix + report("a") + "\n" + report("b") + "\n" + zonePrefix + report("c") + "\n" + wholePrefix + report("d") + "\n" + s3Prefix + report("e") + "\n"
	var ids []int
	var functions, versions, sandboxes []string
	for e := range each(t, FromStdin(strings.NewReader(text))) {
		ids = append(ids, e.Stream.ID)
		functions = append(functions, e.Stream.Function)
		versions = append(versions, e.Stream.Version)
		sandboxes = append(sandboxes, e.Stream.Sandbox)
		if e.Source != Stdin {
			t.Errorf("line %d is from %q", e.Line, e.Source)
		}
	}
	equal(t, "ids", ids, []int{1, 0, 2, 1, 0})
	equal(t, "functions", functions, []string{"", "", "checkout", "", ""})
	equal(t, "versions", versions, []string{"$LATEST", "", "42", "$LATEST", ""})
	equal(t, "sandboxes", sandboxes, []string{"a13a7524e81d44ea80185a45f5511e2b", "", "829a7524e81d44ea80185a45f5511e2b", "a13a7524e81d44ea80185a45f5511e2b", ""})
}
