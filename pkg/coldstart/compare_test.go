package coldstart_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/coldstart"
	"github.com/coldstats/coldstats/pkg/stats"
)

// repeated is a script of warm invocations of the given duration.
func repeated(n int, duration string) string {
	var script strings.Builder
	for i := range n {
		fmt.Fprintf(&script, "s %d report r%d %s\n", i*1000, i, duration)
	}
	return script.String()
}

func compare(t *testing.T, scripts ...string) *measured {
	t.Helper()
	var inputs []input
	for i, script := range scripts {
		label := fmt.Sprintf("side%d", i)
		inputs = append(inputs, input{name: label + "=a.log", label: label, base: "a", script: script})
	}
	m := measure(t, coldstart.Options{SideBySide: true}, inputs...)
	m.Compare()
	return m
}

// of returns the comparison of a group by a metric with the first group.
func (m *measured) of(t *testing.T, group int, metric coldstart.MetricName) coldstart.Comparison {
	t.Helper()
	for _, c := range m.Comparisons {
		if c.Group == group && c.Metric == metric {
			if c.Baseline != 0 {
				t.Errorf("the baseline of %s is group %d", metric, c.Baseline)
			}
			return c
		}
	}
	t.Fatalf("group %d is not compared by %s", group, metric)
	return coldstart.Comparison{}
}

func TestCompareChanges(t *testing.T) {
	// Base 100 and 200 ms: by type 7 the median is 150, P95 195 and P99 199.
	base := `
		s 1000 report a 100.00
		s 2000 report b 200.00`
	m := compare(t, base,
		`
		s 1000 report a 150.00
		s 2000 report b 150.00`, `
		s 1000 report a 300.00
		s 2000 report b 300.00`)
	if got := len(m.Comparisons); got != 2*len(coldstart.MetricNames) {
		t.Fatalf("%d comparisons, want one for each of 2 groups and %d metrics", got, len(coldstart.MetricNames))
	}
	for i, want := range []struct{ median, p95, p99 float64 }{
		{0, (150. - 195) / 195 * 100, (150. - 199) / 199 * 100},
		{100, (300. - 195) / 195 * 100, (300. - 199) / 199 * 100},
	} {
		c := m.of(t, i+1, coldstart.DurationMetric)
		at := slices.Index(coldstart.MetricNames[:], coldstart.DurationMetric)
		if got := m.Change(i+1, at); got == nil || *got != c {
			t.Errorf("group %d: change %+v, want %+v", i+1, got, c)
		}
		// The comparison is of figures that are the nearest float64, so that at
		// most the last digits differ.
		if !near(c.Median, want.median) || !near(c.P95, want.p95) || !near(c.P99, want.p99) {
			t.Errorf("group %d: got %+v, want %+v", i+1, c, want)
		}
	}
	for at, metric := range coldstart.MetricNames {
		if got := m.Change(0, at); got != nil {
			t.Errorf("the baseline has changed: %+v", got)
		}
		if got := m.Change(2, at); got == nil || *got != m.of(t, 2, metric) {
			t.Errorf("%s: change %+v, want %+v", metric, got, m.of(t, 2, metric))
		}
	}
	// Nothing was cold on either side, and 64 MB were used on both.
	if c := m.of(t, 1, coldstart.InitMetric); c.Median.Present() || c.P95.Present() || c.P99.Present() {
		t.Errorf("init is compared without a value: %+v", c)
	}
	if c := m.of(t, 2, coldstart.MemoryMetric); !near(c.Median, 0) {
		t.Errorf("memory: %+v", c)
	}
}

func near(f stats.Figure, want float64) bool {
	return f.Present() && f.Value-want < 1e-9 && want-f.Value < 1e-9
}

func TestCompareWithNothing(t *testing.T) {
	const (
		cold = `s 1000 report a 100.00 init 200.00`
		warm = `s 1000 report a 100.00`
		zero = `s 1000 report a 0.00 init 0.00`
	)
	for _, c := range []struct {
		name        string
		base, other string
		metric      coldstart.MetricName
		want        stats.Figure // of the median
	}{
		{"the baseline has none", warm, cold, coldstart.InitMetric, stats.Figure{}},
		{"the other has none", cold, warm, coldstart.InitMetric, stats.Figure{}},
		{"the baseline is zero", zero, cold, coldstart.InitMetric, stats.Figure{}},
		{"both are zero", zero, zero, coldstart.DurationMetric, stats.Figure{}},
		{"the other is zero", cold, zero, coldstart.InitMetric, stats.Figure{Value: -100, Support: stats.Unsupported}},
	} {
		m := compare(t, c.base, c.other)
		if got := m.of(t, 1, c.metric).Median; got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

// A median takes 2 observations, P95 20 and P99 100; a change takes them on
// both sides.
func TestCompareCombinesSupport(t *testing.T) {
	const yes, no = stats.Supported, stats.Unsupported
	for _, c := range []struct {
		base, other      int
		median, p95, p99 stats.Support
	}{
		{1, 1, no, no, no},
		{1, 2, no, no, no},
		{2, 1, no, no, no},
		{2, 100, yes, no, no},
		{100, 20, yes, yes, no},
		{19, 100, yes, no, no},
		{100, 99, yes, yes, no},
		{100, 100, yes, yes, yes},
	} {
		m := compare(t, repeated(c.base, "100.00"), repeated(c.other, "125.00"))
		got := m.of(t, 1, coldstart.WarmMetric)
		want := coldstart.Comparison{
			Group: 1, Metric: coldstart.WarmMetric,
			Median: stats.Figure{Value: 25, Support: c.median},
			P95:    stats.Figure{Value: 25, Support: c.p95},
			P99:    stats.Figure{Value: 25, Support: c.p99},
		}
		if got != want {
			t.Errorf("%d against %d: got %+v, want %+v", c.other, c.base, got, want)
		}
	}
}

func TestChangeOfWhatIsNotCompared(t *testing.T) {
	m := measure(t, coldstart.Options{}, input{name: "1", base: "1", script: repeated(2, "1.00")}, input{name: "2", base: "2", script: repeated(2, "1.00")})
	if got := m.Change(1, 0); got != nil || len(m.Groups) != 2 {
		t.Errorf("%d groups, change %+v", len(m.Groups), got)
	}
}

func TestCompareOneGroup(t *testing.T) {
	if m := compare(t, repeated(2, "1.00")); len(m.Comparisons) != 0 {
		t.Errorf("%d comparisons of one group", len(m.Comparisons))
	}
}
