package coldstart_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/coldstart"
	"github.com/coldstats/coldstats/pkg/logs"
)

func TestCompleteness(t *testing.T) {
	b := coldstart.NewBuilder(coldstart.Options{Filter: coldstart.Filter{MemoryMB: []int64{128}}})
	for _, in := range []input{
		{name: "1.log", base: "1", script: `
			s 1000 report a 30.00 init 200.00
			s 1000 report a 30.00 init 200.00
			r 1000 report b 30.00 init 200.00 mem 256
			s 1000 REPORT RequestId: 15d1b730-7d3f-4b46-b28e-b76b97fc
			s 1000 REPORT Duration: 24761.26 ms
			s 1000 hello
			- 1000 report c 30.00
			- 1000 report c 30.00`},
		{name: "2.log", base: "2", script: `
			- 1000 report d 30.00 init 200.00
			- 1000 END RequestId: d`},
	} {
		result := b.Input(in.name, in.label, in.base)
		for _, e := range parseScript(t, in) {
			if err := result.Add(e); err != nil {
				t.Fatal(err)
			}
		}
		if in.name != "1.log" {
			continue
		}
		miss := coldstart.Miss{Source: "1.log", Line: 4, Reason: result.FirstMiss.Reason}
		if result.NearMisses != 2 || result.FirstMiss != miss || miss.Reason == "" {
			t.Errorf("%d near misses, the first %+v", result.NearMisses, result.FirstMiss)
		}
	}
	gaps := []logs.Gap{{Source: "2.log", Reason: "the gzip stream ends early"}}
	r, err := b.Report(logs.Coverage{Events: 10, Bytes: 999, Gaps: gaps})
	if err != nil {
		t.Fatal(err)
	}
	want := coldstart.Completeness{
		Events: 10, Reports: 6, NearMisses: 2, Duplicates: 2, DedupWindow: 131072,
		PrewarmedUndetermined: 2, // a and d; the filter leaves b out
		Alone:                 2, // c and d, without the duplicate
		Gaps:                  gaps,
	}
	if !reflect.DeepEqual(r.Completeness, want) {
		t.Errorf("got %+v, want %+v", r.Completeness, want)
	}
	if r.Completeness.Complete() {
		t.Error("complete in spite of a gap")
	}
}

func TestCompletenessOfDuplicates(t *testing.T) {
	for dedup, want := range map[coldstart.Dedup]coldstart.Completeness{
		coldstart.DedupWindow: {DedupWindow: 131072},
		coldstart.DedupAll:    {},
		coldstart.DedupNone:   {DedupOff: true},
	} {
		r, err := coldstart.NewBuilder(coldstart.Options{Dedup: dedup}).Report(logs.Coverage{})
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(r.Completeness, want) || !r.Completeness.Complete() || len(r.Groups) != 0 {
			t.Errorf("dedup %d: got %+v with %d groups, want %+v", dedup, r.Completeness, len(r.Groups), want)
		}
	}
}

func TestWarnings(t *testing.T) {
	const (
		failing = `{"type":"platform.report","record":{"requestId":"a","metrics":{"durationMs":30,"billedDurationMs":30,"memorySizeMB":128,"maxMemoryUsedMB":64},"status":"error"}}`
		timeout = `{"type":"platform.report","record":{"requestId":"b","metrics":{"durationMs":30,"billedDurationMs":30,"memorySizeMB":128,"maxMemoryUsedMB":64},"status":"timeout"}}`
		success = `{"type":"platform.report","record":{"requestId":"c","metrics":{"durationMs":30,"billedDurationMs":30,"memorySizeMB":128,"maxMemoryUsedMB":64},"status":"success"}}`
		silent  = `{"type":"platform.report","record":{"requestId":"d","metrics":{"durationMs":30,"billedDurationMs":30,"memorySizeMB":128,"maxMemoryUsedMB":64}}}`
	)
	since := coldstart.Options{Window: logs.Window{Start: logs.At(2000)}}
	for _, c := range []struct {
		name    string
		options coldstart.Options
		script  string
		want    string // what the only warning begins with, after the input's name
	}{
		{"a log as it should be", coldstart.Options{}, `
			s 1000 report a 30.00
			s 1000 report b 30.00`, ""},
		{"JSON reports of which none succeeded", coldstart.Options{}, `
			s 1000 ` + failing + `
			s 1000 ` + failing + `
			s 1000 ` + timeout, "none of its 2 JSON reports succeeded"},
		{"one succeeded", coldstart.Options{}, `
			s 1000 ` + failing + `
			s 1000 ` + success, ""},
		{"one says nothing, which is success", coldstart.Options{}, `
			s 1000 ` + failing + `
			s 1000 ` + silent, ""},
		{"one succeeded outside the window", since, `
			s 1000 ` + success + `
			s 3000 ` + failing, ""},
		{"failing reports of text have no level", coldstart.Options{}, `
			s 1000 report a 30.00 status error`, ""},
		{"success of text does not tell of JSON", coldstart.Options{}, `
			s 1000 report a 30.00
			s 2000 ` + failing, "none of its 1 JSON reports succeeded"},
		{"two streams in disorder, of three", coldstart.Options{}, `
			s 1000 report a 30.00
			s 999 report b 30.00
			s 998 report c 30.00
			r 1000 start d 1
			q 500 report e 30.00
			r 999 report d 30.00
			q 500 report f 30.00`, "log streams whose lines are not in time order: 2"},
		{"streams may take turns", coldstart.Options{}, `
			s 1000 report a 30.00
			r 500 report b 30.00
			s ? report c 30.00
			s 1000 report d 30.00`, ""},
		{"of an unknown stream no order is expected", coldstart.Options{}, `
			- 1000 report a 30.00
			- 500 report b 30.00`, ""},
		{"reports without time in a window", since, `
			s 2500 report a 30.00
			s ? report b 30.00`, "reports without a time, left out of the window: 1"},
		{"reports without time in none", coldstart.Options{}, `
			s ? report b 30.00`, ""},
	} {
		m := measure(t, c.options, one(c.script))
		if c.want == "" && len(m.Warnings) == 0 {
			continue
		}
		if c.want == "" || len(m.Warnings) != 1 || !strings.HasPrefix(m.Warnings[0], "app.log: "+c.want) {
			t.Errorf("%s: got %q, want %q", c.name, m.Warnings, c.want)
		}
	}
}

func TestWarningsOfSeveralInputs(t *testing.T) {
	emulated := `- 1000 REPORT RequestId: a Init Duration: 0.68 ms Duration: 130.63 ms Billed Duration: 131 ms Memory Size: 128 MB Max Memory Used: 128 MB`
	m := measure(t, coldstart.Options{},
		input{name: "1.log", base: "a", script: emulated},
		input{name: "2.log", base: "a", script: `- 1000 report a 1.00`},
		input{name: "3.log", base: "a", script: emulated})
	if len(m.Warnings) != 2 || !strings.HasPrefix(m.Warnings[0], "1.log: ") || !strings.HasPrefix(m.Warnings[1], "3.log: ") {
		t.Errorf("got %q", m.Warnings)
	}
}

// Carriers join several records in one event.
func TestSeveralRecordsInOneEvent(t *testing.T) {
	m := measure(t, coldstart.Options{}, one(`
		s 1000 INIT_START Runtime Version: python:3.12.v11\nSTART RequestId: a Version: 7\nREPORT RequestId: a Duration: 30.00 ms Billed Duration: 230 ms Memory Size: 128 MB Max Memory Used: 64 MB Init Duration: 200.00 ms\nEND RequestId: a\nREPORT RequestId: 15d1b730\nREPORT RequestId: b Duration: 10.00 ms Billed Duration: 10 ms Memory Size: 128 MB Max Memory Used: 64 MB`))
	if got, want := m.starts(), "a cold, b warm"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if in := m.inputs[0]; in.Reports != 2 || in.NearMisses != 1 || m.each[0].Version != "7" {
		t.Errorf("%d reports, %d near misses, version %q", in.Reports, in.NearMisses, m.each[0].Version)
	}
}

// What Add was lent is not kept.
func TestEventsAreBorrowed(t *testing.T) {
	b := coldstart.NewBuilder(coldstart.Options{By: []coldstart.Dimension{coldstart.ByVersion, coldstart.ByRuntime}})
	in := b.Input("app.log", "", "app")
	for _, e := range parseScript(t, one(`
		s 1000 INIT_START Runtime Version: python:3.12.v11
		s 1200 start a 7
		s 1230 report a 30.00 init 200.00`)) {
		if err := in.Add(e); err != nil {
			t.Fatal(err)
		}
		for i := range e.Message {
			e.Message[i] = '#'
		}
		e.Time = logs.Time{}
	}
	r, err := b.Report(logs.Coverage{})
	if err != nil {
		t.Fatal(err)
	}
	m := &measured{Report: r}
	if got, want := m.labels(), "app/7/python:3.12.v11=1"; got != want || r.Groups[0].Starts[coldstart.Cold] != 1 {
		t.Errorf("got %s, starts %v, want %s", got, r.Groups[0].Starts, want)
	}
}
