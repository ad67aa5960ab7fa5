package coldstart_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coldstats/coldstats/pkg/coldstart"
	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// input is one input of a Builder. Its script has an event on each line,
//
//	STREAM TIME MESSAGE
//
// where STREAM is the log stream's name or -, TIME is in milliseconds, in
// RFC 3339 or ?, and MESSAGE is the message, with \n for a newline, or one of
// the shorthands
//
//	start ID [VERSION]
//	report ID DURATION [billed MS] [mem MB] [max MB] [init MS] [restore MS] [status S] [error E]
//
// of which the second stands for the REPORT that Lambda prints: billed is the
// duration rounded up, mem 128 and max 64 unless they are given.
type input struct {
	name, label, base string
	script            string
}

// one is the only input of a test.
func one(script string) input {
	return input{name: "app.log", base: "app", script: script}
}

// measured is what a Builder made of inputs.
type measured struct {
	*coldstart.Report
	inputs []*coldstart.Input
	each   []invocation
}

// invocation is what Options.Each was told, kept.
type invocation struct {
	coldstart.Invocation
	id, stream string
	source     string
	status     string
	ready      string // milliseconds, or - where there is none
	total      string
	billing    coldstart.InitBilling
	timedOut   bool
	failed     bool
}

func measure(t *testing.T, options coldstart.Options, inputs ...input) *measured {
	t.Helper()
	m := &measured{}
	options.Each = func(inv *coldstart.Invocation) error {
		m.each = append(m.each, kept(inv))
		return nil
	}
	m.Report = m.build(t, options, inputs)
	options.Each = nil // without Each, groups are looked up in another way
	again := (&measured{}).build(t, options, inputs)
	if got, want := fmt.Sprint(again), fmt.Sprint(m.Report); got != want {
		t.Errorf("without Each the report is\n%s\nand with it\n%s", got, want)
	}
	return m
}

func (m *measured) build(t *testing.T, options coldstart.Options, inputs []input) *coldstart.Report {
	t.Helper()
	builder := coldstart.NewBuilder(options)
	var coverage logs.Coverage
	for _, in := range inputs {
		result := builder.Input(in.name, in.label, in.base)
		m.inputs = append(m.inputs, result)
		for _, e := range parseScript(t, in) {
			coverage.Events++
			if err := result.Add(e); err != nil {
				t.Fatal(err)
			}
		}
	}
	report, err := builder.Report(coverage)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func kept(inv *coldstart.Invocation) invocation {
	k := invocation{
		Invocation: *inv,
		id:         string(inv.Record.RequestID),
		stream:     inv.Event.Stream.Name,
		source:     inv.Event.Source,
		status:     inv.Status(),
		ready:      millis(inv.Ready()),
		total:      millis(inv.Total()),
		billing:    inv.InitBilling(),
		timedOut:   inv.TimedOut(),
		failed:     inv.Failed(),
	}
	k.Event, k.Record = nil, nil // they were lent
	return k
}

func millis(d lambdalog.Micros, ok bool) string {
	if !ok {
		return "-"
	}
	return strconv.FormatFloat(float64(d)/1000, 'f', -1, 64)
}

func parseScript(t *testing.T, in input) []*logs.Event {
	t.Helper()
	var streams logs.Streams
	unnamed := streams.Unnamed()
	var events []*logs.Event
	for i, line := range strings.Split(in.script, "\n") {
		fields := strings.SplitN(strings.TrimSpace(line), " ", 3)
		if len(fields) < 3 {
			continue
		}
		e := &logs.Event{Stream: unnamed, Source: in.name, Line: int64(i), Time: parseTime(t, fields[1])}
		if fields[0] != "-" {
			e.Stream = streams.Named([]byte(fields[0]))
		}
		e.Message = []byte(message(t, fields[2]))
		events = append(events, e)
	}
	return events
}

func parseTime(t *testing.T, s string) logs.Time {
	t.Helper()
	if s == "?" {
		return logs.Time{}
	}
	if ms, err := strconv.ParseInt(s, 10, 64); err == nil {
		return logs.At(ms)
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return logs.At(at.UnixMilli())
}

// message expands the shorthands of a script.
func message(t *testing.T, s string) string {
	t.Helper()
	words := strings.Fields(s)
	switch words[0] {
	case "start":
		return fmt.Sprintf("START RequestId: %s Version: %s\n", words[1], strings.Join(words[2:], ""))
	case "report":
		return report(t, words[1], words[2], words[3:])
	}
	return strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(s)
}

// optional are the fields behind Max Memory Used, in Lambda's order.
var optional = []struct{ key, format string }{
	{"init", "\tInit Duration: %s ms"},
	{"restore", "\tRestore Duration: %s ms"},
	{"status", "\tStatus: %s"},
	{"error", "\tError Type: %s"},
}

func report(t *testing.T, id, duration string, words []string) string {
	t.Helper()
	d, err := strconv.ParseFloat(duration, 64)
	if err != nil || len(words)%2 != 0 {
		t.Fatalf("script: report %s %s %v", id, duration, words)
	}
	given := map[string]string{"billed": strconv.FormatFloat(math.Ceil(d), 'f', 0, 64), "mem": "128", "max": "64"}
	for i := 0; i < len(words); i += 2 {
		given[words[i]] = words[i+1]
	}
	s := fmt.Sprintf("REPORT RequestId: %s\tDuration: %s ms\tBilled Duration: %s ms\tMemory Size: %s MB\tMax Memory Used: %s MB",
		id, duration, given["billed"], given["mem"], given["max"])
	for _, o := range optional {
		if v, ok := given[o.key]; ok {
			s += fmt.Sprintf(o.format, v)
		}
	}
	return s + "\t\n"
}

// starts lists the invocations that Each was told of, as "id start".
func (m *measured) starts() string {
	var list []string
	for _, inv := range m.each {
		list = append(list, inv.id+" "+inv.Start.String())
	}
	return strings.Join(list, ", ")
}

// labels lists the groups with their dimensions, as "label=invocations" or
// "label/dimension=invocations".
func (m *measured) labels() string {
	var list []string
	for _, g := range m.Groups {
		name := strings.Join(append([]string{g.Label}, g.By...), "/")
		list = append(list, fmt.Sprintf("%s=%d", name, g.Invocations))
	}
	return strings.Join(list, " ")
}

// only returns the only group.
func (m *measured) only(t *testing.T) coldstart.Group {
	t.Helper()
	if len(m.Groups) != 1 {
		t.Fatalf("%d groups, want one: %s", len(m.Groups), m.labels())
	}
	return m.Groups[0]
}

// values lists the observations of a metric in its unit, in ascending order.
func values(t *testing.T, g coldstart.Group, name coldstart.MetricName) string {
	t.Helper()
	at := slices.IndexFunc(g.Metrics, func(m coldstart.Metric) bool { return m.Name == name })
	if at < 0 {
		t.Fatalf("no metric %s", name)
	}
	var list []string
	for v, n := range g.Metrics[at].Sample.All() {
		for range n {
			list = append(list, strconv.FormatFloat(name.InUnit(v), 'f', -1, 64))
		}
	}
	return strings.Join(list, " ")
}
