package logfile

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/coldstats/coldstats/pkg/logs"
)

const rawLogs = `{"coldstats":"raw","version":1,"account":"123456789012","region":"eu-west-1","logGroup":"/aws/lambda/a","arch":"arm64","runtime":"nodejs22.x","start":"2026-01-05T10:00:00Z","end":"2026-01-06T00:00:00Z"}
2026-01-05T10:00:00.410000+00:00 2026/01/05/[41]aa REPORT RequestId: r-1	Duration: 10.00 ms	
XRAY TraceId: 1-5bef4de7-ad49b0e87f6ef6c87fc2e700	

2026-01-05T10:00:01.000000+00:00 app,with,signs START RequestId: r-2 Version: 41
{"coldstats":"raw","version":1,"logGroup":"/aws/lambda/b","coldOnly":true}
2026-01-05T10:00:00.410000+00:00 2026/01/05/[1]bb {"time":"x","type":"platform.report"}
2026-01-05T10:00:00.411000+00:00 2026/01/05/[1]bb of no interest
`

// readRawLogs returns each event that is lent, in words.
func readRawLogs(t *testing.T, text string, oneByte bool) (events []string, r *Reader) {
	t.Helper()
	r = FromStdin(strings.NewReader(text))
	if oneByte {
		r = FromStdin(iotest.OneByteReader(strings.NewReader(text)))
	}
	for e, err := range r.Events() {
		if err != nil {
			t.Fatal(err)
		}
		s, scope := e.Stream, r.Scope()
		events = append(events, fmt.Sprintf("%d %s %s/%s/%s/%s/%s/%s [%s, %s) %v %q", e.Line, e.Time,
			s.Account, s.Region, s.Group, s.Name, s.Arch, s.Runtime, scope.Window.Start, scope.Window.End, scope.ColdOnly, e.Message))
	}
	return events, r
}

func TestRawLogs(t *testing.T) {
	want := []string{
		`2 2026-01-05T10:00:00.410Z 123456789012/eu-west-1//aws/lambda/a/2026/01/05/[41]aa/arm64/nodejs22.x [2026-01-05T10:00:00.000Z, 2026-01-06T00:00:00.000Z) false ` +
			`"REPORT RequestId: r-1\tDuration: 10.00 ms\t\nXRAY TraceId: 1-5bef4de7-ad49b0e87f6ef6c87fc2e700\t\n\n"`,
		`5 2026-01-05T10:00:01.000Z 123456789012/eu-west-1//aws/lambda/a/app,with,signs/arm64/nodejs22.x [2026-01-05T10:00:00.000Z, 2026-01-06T00:00:00.000Z) false ` +
			`"START RequestId: r-2 Version: 41\n"`,
		`7 2026-01-05T10:00:00.410Z ///aws/lambda/b/2026/01/05/[1]bb// [, ) true "{\"time\":\"x\",\"type\":\"platform.report\"}\n"`,
	}
	for _, oneByte := range []bool{false, true} {
		got, r := readRawLogs(t, rawLogs, oneByte)
		if !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if c := r.Coverage(); c.Events != 4 || len(c.Gaps)+len(c.Notes) > 0 {
			t.Errorf("coverage %+v", c)
		}
	}
}

// What only looks like a raw log is text, and is read on behind it.
func TestNoRawLogs(t *testing.T) {
	const report = "2026-01-05T10:00:00.410Z REPORT RequestId: r-1\tDuration: 1.00 ms\n"
	for _, first := range []string{
		`{"coldstats":"raw"`, `{"coldstats":"raw","version":2}`, `{"coldstats":"raw","version":1,"start":"yesterday"}`, `{"coldstats":"rawer","version":1}`,
	} {
		events, r := readRawLogs(t, first+"\n"+report, false)
		if len(events) != 1 || !strings.Contains(events[0], "REPORT RequestId: r-1") || r.Scope() != (logs.Scope{}) {
			t.Errorf("%s: events %q, scope %+v", first, events, r.Scope())
		}
	}
}
