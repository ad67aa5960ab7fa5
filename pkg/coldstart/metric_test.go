package coldstart_test

import (
	"testing"

	"github.com/coldstats/coldstats/pkg/coldstart"
	"github.com/coldstats/coldstats/pkg/logs"
	"github.com/coldstats/coldstats/pkg/stats"
)

// allStarts holds one invocation or more of each start.
const allStarts = `
	A 1000 INIT_START Runtime Version: python:3.12.v11
	A 1230 report cold 30.00 init 200.00 billed 230 max 60
	A 2000 report warm 10.25 max 61
	B 1500 RESTORE_REPORT Restore Duration: 500.25 ms
	B 1540 REPORT RequestId: restored\tDuration: 40.50 ms\tBilled Duration: 141 ms\tMemory Size: 128 MB\tMax Memory Used: 62 MB\tRestore Duration: 500.25 ms\tBilled Restore Duration: 100 ms\t\n
	C 1000 INIT_START Runtime Version: python:3.12.v11
	C 9000 report prewarmed 50.00 init 900.00 max 63
	D 9999 INIT_REPORT Init Duration: 9999.50 ms\tPhase: init\tStatus: timeout
	D 13000 report failed 3000.50 max 64
	D 16000 report late 3000.00 max 65 status timeout
	D 17000 report reinit 700.00 max 66
	D 17100 report broken 20.00 max 66 status error error Runtime.ImportModuleError
	D 17200 report failing 21.00 max 66 status failure
	E 1000 {"type":"platform.report","record":{"requestId":"unknown","metrics":{"durationMs":5.125}}}`

func TestMetrics(t *testing.T) {
	g := measure(t, coldstart.Options{}, one(allStarts)).only(t)
	for _, c := range []struct {
		metric coldstart.MetricName
		want   string
	}{
		{coldstart.InitMetric, "200 500.25"},
		{coldstart.DurationMetric, "5.125 10.25 20 21 30 40.5 50 700 3000 3000.5"},
		// 200 + 30, 500.25 + 40.5 (not the 100 billed), 9999.5 + 3000.5
		{coldstart.TotalMetric, "230 540.75 13000"},
		{coldstart.WarmMetric, "10.25 20 21 3000"},
		{coldstart.MemoryMetric, "60 61 62 63 64 65 66 66 66"},
		{coldstart.BilledMetric, "11 20 21 50 141 230 700 3000 3001"},
	} {
		if got := values(t, g, c.metric); got != c.want {
			t.Errorf("%s: got %s, want %s", c.metric, got, c.want)
		}
	}
	var starts [7]uint64
	for kind, n := range map[coldstart.StartKind]uint64{
		coldstart.Cold: 1, coldstart.Restored: 1, coldstart.Prewarmed: 1, coldstart.FailedInit: 1,
		coldstart.Reinit: 1, coldstart.Warm: 4, coldstart.Unknown: 1,
	} {
		starts[kind] = n
	}
	if g.Starts != starts || g.Invocations != 10 {
		t.Errorf("%d invocations, starts %v, want 10 and %v", g.Invocations, g.Starts, starts)
	}
	if g.Timeouts != 1 || g.Errors != 2 || g.FailedInits != 1 || g.LostMs != 9999.5 {
		t.Errorf("%d timeouts, %d errors, %d failed inits, %v ms lost, want 1, 2, 1, 9999.5",
			g.Timeouts, g.Errors, g.FailedInits, g.LostMs)
	}
	// Cold, restored and failed-init, of ten less the unknown one.
	if rate, ok := g.ColdRate(); !ok || rate != 3./9 {
		t.Errorf("rate %v, %v, want 3/9", rate, ok)
	}
}

func TestSummaryIsInTheUnitOfTheMetric(t *testing.T) {
	g := measure(t, coldstart.Options{}, one(`
		A 1000 report a 10.50 max 60
		A 2000 report b 20.00 max 63`)).only(t)
	for _, m := range g.Metrics {
		switch m.Name {
		case coldstart.WarmMetric:
			// (10.5 + 20) / 2; two observations support a median, and no P95.
			if m.Summary.Count != 2 || m.Summary.Median != (stats.Figure{Value: 15.25, Support: stats.Supported}) ||
				m.Summary.P95.Support != stats.Unsupported || m.Name.Unit() != "ms" {
				t.Errorf("%s: %+v", m.Name, m.Summary)
			}
		case coldstart.MemoryMetric:
			if m.Summary.Min.Value != 60 || m.Summary.Max.Value != 63 || m.Summary.Mean.Value != 61.5 || m.Name.Unit() != "MB" {
				t.Errorf("%s: %+v", m.Name, m.Summary)
			}
		case coldstart.InitMetric, coldstart.TotalMetric:
			if m.Summary != (stats.Summary{}) {
				t.Errorf("%s: %+v of no observation", m.Name, m.Summary)
			}
		}
	}
}

func TestMetricsComeAsAsked(t *testing.T) {
	asked := []coldstart.MetricName{coldstart.BilledMetric, coldstart.WarmMetric}
	b := coldstart.NewBuilder(coldstart.Options{Metrics: asked})
	in := b.Input("app.log", "", "app")
	for _, e := range parseScript(t, one(allStarts)) {
		if err := in.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	r, err := b.Report(logs.Coverage{})
	if err != nil {
		t.Fatal(err)
	}
	metrics := r.Groups[0].Metrics
	if len(metrics) != 2 || metrics[0].Name != asked[0] || metrics[1].Name != asked[1] {
		t.Errorf("asked for %v, got %v", asked, metrics)
	}
}

func TestColdRate(t *testing.T) {
	for _, c := range []struct {
		name, script string
		want         float64
		ok           bool
	}{
		{"all unknown", `
			s 1000 REPORT RequestId: a\tDuration: 125.46 ms`, 0, false},
		{"all warm", `
			s 1000 report a 1.00
			s 2000 report b 1.00`, 0, true},
		{"prewarmed and reinit are not cold", `
			s 1000 INIT_START Runtime Version: python:3.12.v11
			s 9000 report a 50.00 init 900.00 status timeout
			s 9900 report b 50.00
			s 9990 report c 50.00
			r 9990 report d 50.00 init 200.00`, .25, true},
		{"unknown ones do not count", `
			s 1000 REPORT RequestId: a\tDuration: 125.46 ms
			s 1000 REPORT RequestId: b\tDuration: 125.46 ms
			r 9990 report c 50.00 init 200.00`, 1, true},
	} {
		g := measure(t, coldstart.Options{}, one(c.script)).only(t)
		rate, ok := g.ColdRate()
		if rate != c.want || ok != c.ok {
			t.Errorf("%s: got %v, %v, want %v, %v", c.name, rate, ok, c.want, c.ok)
		}
	}
}

func TestStatus(t *testing.T) {
	for _, c := range []struct {
		name, report     string
		status           string
		timedOut, failed bool
	}{
		{"none is a success", `report a 3.28`, "success", false, false},
		{"success", `report a 3.28 status success`, "success", false, false},
		{"timeout", `report a 600000.00 status timeout`, "timeout", true, false},
		{"error", `report a 3.28 status error error Runtime.ExitError`, "error", false, true},
		{"failure", `report a 3.28 status failure`, "failure", false, true},
		{"a timeout of old style", `report a 3003.28 billed 3000`, "timeout", true, false},
		{"a long one of old style", `report a 62056.99 billed 60000`, "timeout", true, false},
		{"billed up to 100 ms is none", `report a 26.73 billed 100`, "success", false, false},
		{"billed to the microsecond is none", `report a 3000.00 billed 3000`, "success", false, false},
		{"Status goes before the arithmetic", `report a 3003.28 billed 3000 status error`, "error", false, true},
		{"without Billed there is no telling", `REPORT RequestId: a\tDuration: 3003.28 ms`, "success", false, false},
	} {
		m := measure(t, coldstart.Options{}, one("s 1000 "+c.report))
		inv := m.each[0]
		if inv.status != c.status || inv.timedOut != c.timedOut || inv.failed != c.failed {
			t.Errorf("%s: %s, timed out %v, failed %v, want %+v", c.name, inv.status, inv.timedOut, inv.failed, c)
		}
		g := m.only(t)
		if (g.Timeouts == 1) != c.timedOut || (g.Errors == 1) != c.failed {
			t.Errorf("%s: %d timeouts, %d errors", c.name, g.Timeouts, g.Errors)
		}
	}
}
