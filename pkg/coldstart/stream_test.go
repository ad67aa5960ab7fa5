package coldstart_test

import (
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/coldstart"
)

func TestInterleavedStreams(t *testing.T) {
	checkStarts(t, []startCase{
		{name: "each stream is judged by its own lines", script: `
			A 1000 INIT_START Runtime Version: python:3.12.v11
			B 1000 INIT_START Runtime Version: python:3.12.v11
			C 1000 INIT_REPORT Init Duration: 900.00 ms\tPhase: init\tStatus: timeout
			B 2201 start b1 1
			A 1200 start a1 1
			A 1230 report a1 30.00 init 200.00 status timeout
			C 1240 report c1 30.00
			B 2231 report b1 30.00 init 200.00
			C 3000 report c2 30.00
			A 3000 report a2 30.00
			B 3000 report b2 30.00
			A 4000 report a3 30.00`,
			want: "a1 cold, c1 failed-init, b1 prewarmed, c2 warm, a2 reinit, b2 warm, a3 warm"},
		{name: "the START of a stream is not that of another", script: `
			A 1000 INIT_START Runtime Version: python:3.12.v11
			A 1200 start a 1
			B 1210 start b 1
			A 2731 report a 30.00 init 200.00`, // by report time less duration it would be prewarmed
			want: "a cold"},
	})
}

func TestLinesWithoutAStreamAreJudgedAlone(t *testing.T) {
	checkStarts(t, []startCase{
		{name: "a failed init", script: `
			- 1000 INIT_REPORT Init Duration: 900.00 ms\tPhase: init\tStatus: timeout
			- 1200 report a 100.00`,
			want: "a warm"},
		{name: "a timeout", script: `
			- 1000 report a 100.00 status timeout
			- 1200 report b 100.00`,
			want: "a warm, b warm"},
		{name: "an INIT_START", script: `
			- 1000 INIT_START Runtime Version: python:3.12.v11
			- 9000 report a 100.00 init 200.00`,
			want: "a cold", undetermined: 1},
		{name: "provisioned concurrency", script: `
			- 1000 {"type":"platform.initStart","record":{"initializationType":"provisioned-concurrency","phase":"init"}}
			- 9000 report a 100.00 init 200.00`,
			want: "a cold", undetermined: 1},
		{name: "Managed Instances", script: `
			- 1000 {"type":"platform.initStart","record":{"initializationType":"lambda-managed-instances","phase":"init","functionVersion":"$LATEST.PUBLISHED"}}
			- 9000 report a 100.00`,
			want: "a warm"},
		{name: "a START names the invocation that it belongs to", script: `
			- 1000 start a $LATEST.PUBLISHED
			- 1100 report a 100.00
			- 1200 report b 100.00`,
			want: "a unknown, b warm"},
	})
	m := measure(t, coldstart.Options{}, one(`
		- 1000 INIT_START Runtime Version: python:3.12.v11
		- 1010 {"type":"platform.initStart","record":{"initializationType":"on-demand","functionVersion":"3"}}
		- 1100 start a 7
		- 1250 report a 100.00
		- 1300 report b 100.00`))
	for i, want := range []struct {
		version string
		begin   int64 // START's time, or 1300 − 100
	}{{"7", 1100}, {"", 1200}} {
		if inv := m.each[i]; inv.Version != want.version || inv.Begin.Millis != want.begin || inv.Runtime != "" {
			t.Errorf("%s: version %q, begin %d, runtime %q", inv.id, inv.Version, inv.Begin.Millis, inv.Runtime)
		}
	}
	if got := m.Completeness.Alone; got != 2 {
		t.Errorf("%d reports alone, want 2", got)
	}
}

// A failed init on a stream that is not known belongs to no invocation, so that
// nothing but what its own line says can name its group.
func TestFailedInitWithoutAStream(t *testing.T) {
	m := measure(t, coldstart.Options{By: []coldstart.Dimension{coldstart.ByVersion}}, one(`
		- 1000 start a 7
		- 1100 report a 100.00
		- 2000 INIT_REPORT Init Duration: 900.00 ms\tPhase: init\tStatus: timeout
		- 3000 INIT_REPORT Init Duration: 90.00 ms\tPhase: invoke\tStatus: error`))
	if got, want := m.labels(), "app/7=1 app/=0"; got != want {
		t.Fatalf("groups %s, want %s", got, want)
	}
	if g := m.Groups[1]; g.FailedInits != 2 || g.LostMs != 900 {
		t.Errorf("%d failed inits lost %v ms, want 2 and 900", g.FailedInits, g.LostMs)
	}
}

// Emulators print Init Duration before Duration.
func TestEmulators(t *testing.T) {
	m := measure(t, coldstart.Options{}, one(`
		s 0 INIT_REPORT Init Duration: 900.00 ms
		s 1000 REPORT RequestId: fbc55e6e Init Duration: 0.68 ms Duration: 130.63 ms Billed Duration: 131 ms Memory Size: 128 MB Max Memory Used: 128 MB
		- 2000 REPORT RequestId: e59973d2\tInit Duration: 0.37 ms\tDuration: 185.53 ms\tBilled Duration: 186 ms\tMemory Size: 3008 MB\tMax Memory Used: 3008 MB`))
	if got, want := m.starts(), "fbc55e6e warm, e59973d2 warm"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	g := m.only(t)
	for metric, want := range map[coldstart.MetricName]string{
		coldstart.InitMetric:     "",
		coldstart.DurationMetric: "130.63 185.53",
		coldstart.TotalMetric:    "",
		coldstart.WarmMetric:     "130.63 185.53",
		coldstart.MemoryMetric:   "",
		coldstart.BilledMetric:   "131 186",
	} {
		if got := values(t, g, metric); got != want {
			t.Errorf("%s: got %q, want %q", metric, got, want)
		}
	}
	for _, inv := range m.each {
		if inv.billing != coldstart.NoInit {
			t.Errorf("%s: billing %v, want none", inv.id, inv.billing)
		}
	}
	warnings := strings.Join(m.Warnings, "\n")
	if !strings.Contains(warnings, "app.log: reports of an emulator (Init before Duration): 2") {
		t.Errorf("warnings %q", warnings)
	}
}

func TestVersionRuntimeAndBegin(t *testing.T) {
	const named = "2026/05/29/checkout[42]a1"
	m := measure(t, coldstart.Options{}, one(`
		s 1000 INIT_START Runtime Version: python:3.12.v11\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:0eb6
		s 1200 start a 7
		s 1231 report a 30.50 init 200.00
		s 5000 report b 30.50
		s ? report c 30.50
		s 6000 start d 8
		s 6031 report d 30.50
		`+named+` 1000 start e 43
		`+named+` 1030 report e 30.00
		`+named+` 2030 report f 30.00`))
	for i, want := range []struct {
		version, runtime string
		begin            string
	}{
		{"7", "python:3.12.v11", "1970-01-01T00:00:01.200Z"},
		{"7", "python:3.12.v11", "1970-01-01T00:00:04.969Z"}, // ⌊5000 − 30.5⌋ = 4969
		{"7", "python:3.12.v11", ""},
		{"8", "python:3.12.v11", "1970-01-01T00:00:06.000Z"},
		{"42", "", "1970-01-01T00:00:01.000Z"}, // the stream's own name goes before START
		{"42", "", "1970-01-01T00:00:02.000Z"},
	} {
		inv := m.each[i]
		if inv.Version != want.version || inv.Runtime != want.runtime || inv.Begin.String() != want.begin {
			t.Errorf("%s: version %q, runtime %q, begin %s, want %+v", inv.id, inv.Version, inv.Runtime, inv.Begin, want)
		}
	}
}
