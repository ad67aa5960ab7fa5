package logfile

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

const (
	trace  = "1-677faf89-09a6b95269c6e56c4d1ab356"
	xray   = "XRAY TraceId: " + trace + "\tSegmentId: 7e44b09386b9ab35\tSampled: true\t"
	stream = "2026/05/29/[$LATEST]a13a7524e81d44ea80185a45f5511e2b"
	other  = "2026/10/08/checkout[42]829a7524e81d44ea80185a45f5511e2b"
)

// report is a whole REPORT, without its newline.
func report(id string) string {
	return "REPORT RequestId: " + id + "\tDuration: 2.46 ms\tBilled Duration: 3 ms\tMemory Size: 512 MB\tMax Memory Used: 81 MB\t"
}

func start(id string) string { return "START RequestId: " + id + " Version: 7" }

// jsonReport is a report of the JSON log format, indented as `sam logs` does.
func jsonReport(id string) string {
	return strings.NewReplacer("'", `"`, "ID", id).Replace(`{
  'time': '2026-10-08T06:53:49.235Z',
  'type': 'platform.report',
  'record': {
    'requestId': 'ID',
    'metrics': {
      'durationMs': 2.461
    }
  }
}`)
}

// read returns what a consumer finds in the events, each record as
// "line time stream kind id trace", what is absent left out, and each near miss
// as "line time stream reason".
func read(t testing.TB, r *Reader) (found []string, coverage logs.Coverage) {
	t.Helper()
	for e := range each(t, r) {
		found = append(found, records(e)...)
	}
	return found, r.Coverage()
}

// each is the events, without errors.
func each(t testing.TB, r *Reader) iter.Seq[*logs.Event] {
	return func(yield func(*logs.Event) bool) {
		for e, err := range r.Events() {
			if err != nil {
				t.Fatal(err)
			}
			if !yield(e) {
				return
			}
		}
	}
}

func readAll(t testing.TB, src io.Reader) ([]string, logs.Coverage) {
	t.Helper()
	return read(t, FromStdin(src))
}

func records(e *logs.Event) (found []string) {
	var rec lambdalog.Record
	for rest := e.Message; ; {
		next, err := lambdalog.Parse(rest, &rec)
		if errors.Is(err, lambdalog.ErrNone) {
			return found
		}
		rest = next
		what := "near miss"
		if err == nil {
			what = describe(&rec)
		}
		where := []string{fmt.Sprint(e.Line), e.Time.String(), e.Stream.Name, what}
		found = append(found, strings.Join(slices.DeleteFunc(where, func(s string) bool { return s == "" }), " "))
	}
}

func describe(rec *lambdalog.Record) string {
	s := rec.Kind.String()
	for _, word := range []struct {
		field lambdalog.Fields
		value []byte
	}{{lambdalog.RequestID, rec.RequestID}, {lambdalog.TraceID, rec.TraceID}} {
		if rec.Has(word.field) {
			s += " " + string(word.value)
		}
	}
	return s
}

type textCase struct {
	name, text string
	found      []string
	events     uint64
}

// runTextCases reads each text at once, byte by byte, and with CRLF.
func runTextCases(t *testing.T, cases []textCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, src := range []struct {
				name string
				io.Reader
			}{
				{"at once", strings.NewReader(c.text)},
				{"with the end at once", iotest.DataErrReader(strings.NewReader(c.text))},
				{"byte by byte", iotest.OneByteReader(strings.NewReader(c.text))},
				{"with CRLF", strings.NewReader(strings.ReplaceAll(c.text, "\n", "\r\n"))},
			} {
				found, coverage := readAll(t, src)
				if !slices.Equal(found, c.found) {
					t.Errorf("%s: found\n%s\nwant\n%s", src.name, strings.Join(found, "\n"), strings.Join(c.found, "\n"))
				}
				if coverage.Events != c.events {
					t.Errorf("%s: %d events, want %d", src.name, coverage.Events, c.events)
				}
				if len(coverage.Gaps) > 0 {
					t.Errorf("%s: gaps %v", src.name, coverage.Gaps)
				}
			}
		})
	}
}

func TestMessages(t *testing.T) {
	const blank = "\n \t \n\n" // one event is of blanks
	runTextCases(t, []textCase{
		{"a report", report("a") + "\n", []string{"1 report a"}, 1},
		{"no newline at the end", report("a"), []string{"1 report a"}, 1},
		{"nothing", "", nil, 0},
		{"blank lines", "\n\n" + report("a") + "\n" + blank + report("b") + "\n\n", []string{"3 report a", "7 report b"}, 3},
		{"user lines", "hello\n" + report("a") + "\nhello\nREPORTED\n", []string{"2 report a"}, 4},
		{"an invocation", "INIT_START Runtime Version: x:1\n" + start("a") + "\nhello\nEND RequestId: a\n" + report("a") + "\n",
			[]string{"1 init_start", "2 start a", "5 report a"}, 5},
		{"all kinds", "INIT_REPORT Init Duration: 9 ms\tPhase: init\tStatus: timeout\nRESTORE_START Runtime Version: x:1\nRESTORE_REPORT Restore Duration: 9 ms\n" + start("a"),
			[]string{"1 init_report", "2 restore_start", "3 restore_report", "4 start a"}, 4},
		{"the keyword at the very end", "hello\nREPORT", []string{"2 near miss"}, 2},
		{"a near miss", "hello\nREPORT invalid report log line\n" + report("a"), []string{"2 near miss", "3 report a"}, 3},
		{"indented", "    " + start("a") + "\n\t" + report("a") + "\n  INIT_START Runtime Version: x:1\n",
			[]string{"1 start a", "2 report a", "3 init_start"}, 3},
		{"glued", "done." + report("a") + "\n{\"a\":1}END RequestId: b\n{\"a\":1}" + report("b") + "\n", []string{"1 report a", "3 report b"}, 3},
		{"two on a line", "x\n" + report("a") + report("b") + "\n" + report("c"), []string{"2 report a", "2 report b", "3 report c"}, 3},
		{"NUL, escapes and invalid UTF-8", "\x00\xff\xfe\n\x1b[32m\n\xc3" + "\x00\n\x00 " + report("a") + "\n" + report("b") + "\x00\n",
			[]string{"4 report a", "5 report b"}, 5},
		{"a byte order mark", "\ufeff" + start("a") + "\n" + report("a") + "\n", []string{"1 start a", "2 report a"}, 2},
		{"a byte order mark alone", "\ufeff", nil, 0},
	})
}

func TestXRay(t *testing.T) {
	runTextCases(t, []textCase{
		{"on the next line", report("a") + "\n" + xray + "\n" + report("b") + "\n", []string{"1 report a " + trace, "3 report b"}, 2},
		{"at the very end", report("a") + "\n" + xray, []string{"1 report a " + trace}, 1},
		{"indented", report("a") + "\n  " + xray + "\n" + start("b"), []string{"1 report a " + trace, "3 start b"}, 2},
		{"with a prefix only on the report", "2026-05-29T16:16:03.972000+00:00 " + stream + " " + report("a") + "\n" + xray + "\n" +
			"2026-05-29T16:16:03.973000+00:00 " + stream + " " + report("b") + "\n" + xray,
			[]string{"1 2026-05-29T16:16:03.972Z " + stream + " report a " + trace, "3 2026-05-29T16:16:03.973Z " + stream + " report b " + trace}, 2},
		{"after a blank line", report("a") + "\n\n" + xray + "\n", []string{"1 report a"}, 2},
		{"without a report", xray + "\nhello\n" + xray, nil, 3},
		{"cut after its keyword", report("a") + "\nXRAY", []string{"1 report a"}, 2},
		{"and a report without a newline", report("a") + "\n" + xray + report("b"), []string{"1 report a " + trace, "1 report b"}, 1},
		{"after a glued report", "done." + report("a") + "\n" + xray, []string{"1 report a " + trace}, 1},
		{"twice", report("a") + "\n" + xray + "\n" + xray + "\nx\n" + report("b"), []string{"1 report a " + trace, "5 report b"}, 3},
	})
}

// A copy with a newline per field is one event; what a user prints after a whole
// report is none of it.
func TestFieldsOnLines(t *testing.T) {
	fields := strings.ReplaceAll(report("a"), "\t", "\n")
	runTextCases(t, []textCase{
		{"newline per field", "x\n" + fields + xray + "\n" + report("b"), []string{"2 report a " + trace, "8 report b"}, 3},
		{"indented", strings.ReplaceAll(fields, "\n", "\n  ") + "\n" + start("b"), []string{"1 report a", "7 start b"}, 3},
		{"as the Serverless Framework has it", "REPORT - a\nDuration: 2.46 ms\tMemory Size: 512 MB\n" + start("b"), []string{"1 report a", "3 start b"}, 2},
		{"a user's line like a field", report("a") + "\nDuration: 1 ms\n" + report("b"), []string{"1 report a", "3 report b"}, 3},
		{"more lines than a record has", "REPORT RequestId: a\n" + strings.Repeat("Duration: 1 ms\n", 100) + report("b"),
			[]string{"1 report a", "102 report b"}, 2 + 100 - maxJoined},
	})
}

func TestJSON(t *testing.T) {
	const startLine = `{"time":"2026-10-08T06:53:49.235Z","type":"platform.start","record":{"requestId":"s","version":"7"}}`
	runTextCases(t, []textCase{
		{"a line", startLine + "\n" + `{"level":"INFO","message":"hello"}` + "\n" + startLine, []string{"1 start s", "3 start s"}, 3},
		{"text and JSON", report("a") + "\n" + startLine + "\n" + start("b"), []string{"1 report a", "2 start s", "3 start b"}, 3},
		{"indented", "x\n" + jsonReport("a") + "\n" + report("b"), []string{"2 report a", "12 report b"}, 3},
		{"one after the other", jsonReport("a") + "\n" + jsonReport("b") + "\n" + jsonReport("c"), []string{"1 report a", "11 report b", "21 report c"}, 3},
		{"further indented", "[\n  " + strings.ReplaceAll(jsonReport("a"), "\n", "\n  ") + ",\n  " + strings.ReplaceAll(jsonReport("b"), "\n", "\n  ") + "\n]\n" + report("c"),
			[]string{"2 report a", "12 report b", "23 report c"}, 3},
		{"with a prefix on its first line", "2026-05-29T16:16:03.972000+00:00 " + stream + " " + jsonReport("a") + "\n2026-05-29T16:16:03.973000+00:00 " + stream + " " + start("b"),
			[]string{"1 2026-05-29T16:16:03.972Z " + stream + " report a", "11 2026-05-29T16:16:03.973Z " + stream + " start b"}, 2},
		{"of a user", "{\n  \"a\": {\n    \"b\": \"REPORT of it\"\n  }\n}\n" + report("a"), []string{"6 report a"}, 2},
		{"of a user, quoting", "{\n  \"a\": \"read: " + report("a") + "\"\n}\n" + report("b"), []string{"4 report b"}, 2},
		{"of a user, a report glued to it", "{\n  \"a\": 1\n}" + report("a") + "\n" + report("b"), []string{"1 report a", "4 report b"}, 2},
		{"as Node.js prints an object", "{\n  message: 'hello world',\n  n: { m: 1 }\n}\n" + jsonReport("a") + "\n", []string{"5 report a"}, 5},
		{"glued to user text", startLine + "\nhello" + startLine + "\nhello\n" + `{"statusCode":200}` + startLine, []string{"1 start s", "2 start s", "4 start s"}, 4},
		{"glued to user text, where none began a line", "hello" + startLine + "\n" + report("a"), []string{"2 report a"}, 2},
		{"glued to user text, times before it", s3Prefix + startLine + "\n" + s3Prefix + "hello" + startLine, []string{"1 " + s3Time + "start s", "2 " + s3Time + "start s"}, 2},
		{"a brace alone", "{\n" + report("a") + "\n" + jsonReport("b") + "\n", []string{"2 report a", "3 report b"}, 3},
		{"cut", startLine[:60] + "\n" + report("a") + "\n" + jsonReport("b")[:120], []string{"2 report a"}, 8},
	})
}

func equal[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
