package coldstart_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/coldstart"
	"github.com/coldstats/coldstats/pkg/logs"
)

const coldReport = "REPORT RequestId: r-1\tDuration: 10.00 ms\tBilled Duration: 410 ms\tMemory Size: 512 MB\tMax Memory Used: 80 MB\tInit Duration: 400.00 ms\t\n"

// addReport adds a report that ends at a time to an input.
func addReport(t *testing.T, in *coldstart.Input, millis int64) {
	t.Helper()
	stream := &logs.Stream{Name: "2026/01/05/[1]aa", Function: "checkout", Arch: "arm64", Runtime: "nodejs22.x"}
	if err := in.Add(&logs.Event{Time: logs.At(millis), Stream: stream, Message: []byte(coldReport)}); err != nil {
		t.Fatal(err)
	}
}

func finished(t *testing.T, b *coldstart.Builder) *coldstart.Report {
	t.Helper()
	r, err := b.Report(logs.Coverage{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Of two inputs one is cut to a window of its own.
func TestScopeWindow(t *testing.T) {
	b := coldstart.NewBuilder(coldstart.Options{Dedup: coldstart.DedupNone})
	whole, cut := b.Input("saved.log", "", "saved"), b.Input("checkout", "", "checkout")
	cut.Scope.Window = logs.Window{Start: logs.At(1000), End: logs.At(2000)}
	for _, millis := range []int64{500, 1500, 2500} {
		addReport(t, whole, millis)
		addReport(t, cut, millis)
	}
	r := finished(t, b)
	if whole.Counted != 3 || cut.Counted != 1 {
		t.Errorf("counted %d and %d, want 3 and 1", whole.Counted, cut.Counted)
	}
	if r.Window.Bounded() || !slices.Contains(r.Warnings, "checkout: only the time from 1970-01-01T00:00:01.000Z to 1970-01-01T00:00:02.000Z") {
		t.Errorf("window %v, warnings %q", r.Window, r.Warnings)
	}

	b = coldstart.NewBuilder(coldstart.Options{})
	alone := b.Input("checkout", "", "checkout")
	alone.Scope.Window.Start = logs.At(1000)
	addReport(t, alone, 1500)
	if r := finished(t, b); r.Window != alone.Scope.Window || len(r.Warnings) > 0 {
		t.Errorf("window %v, warnings %q", r.Window, r.Warnings)
	}
}

func TestScopeColdOnly(t *testing.T) {
	b := coldstart.NewBuilder(coldstart.Options{By: []coldstart.Dimension{coldstart.ByArch, coldstart.ByRuntime}})
	in := b.Input("checkout", "", "checkout")
	in.Scope.ColdOnly = true
	addReport(t, in, 1500)
	r := finished(t, b)
	if !r.ColdOnly || len(r.Groups) != 1 || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "only the reports of cold starts") {
		t.Fatalf("report %+v", r)
	}
	g := &r.Groups[0]
	if rate, ok := g.ColdRate(); ok {
		t.Errorf("a rate of %v", rate)
	}
	if !slices.Equal(g.By, []string{"arm64", "nodejs22.x"}) {
		t.Errorf("by %q", g.By)
	}
	r.Keep(coldstart.MemoryMetric, coldstart.InitMetric)
	if len(g.Metrics) != 2 || g.Metrics[0].Name != coldstart.InitMetric || g.Metrics[1].Name != coldstart.MemoryMetric {
		t.Errorf("metrics %+v", g.Metrics)
	}

	b = coldstart.NewBuilder(coldstart.Options{Dedup: coldstart.DedupNone})
	cold, all := b.Input("cold", "", "cold"), b.Input("all", "", "all")
	cold.Scope.ColdOnly = true
	addReport(t, cold, 1500)
	addReport(t, all, 1500)
	r = finished(t, b)
	if _, ok := r.Groups[0].ColdRate(); ok || r.ColdOnly {
		t.Errorf("report %+v: a group with an input of cold starts has a rate", r)
	}
}
