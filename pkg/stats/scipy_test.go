package stats

import (
	"encoding/json"
	"os"
	"testing"
)

// scipyCase is one sample of testdata/scipy.json, which testdata/scipy_figures.py
// writes. Its calls say how each of the figures was made.
type scipyCase struct {
	Name    string
	Unit    int64
	Values  []int64
	Counts  []uint64
	Figures map[string]float64
}

func scipyCases(t *testing.T) []scipyCase {
	data, err := os.ReadFile("testdata/scipy.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []scipyCase }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) < 60 {
		t.Fatalf("only %d cases", len(file.Cases))
	}
	return file.Cases
}

// NumPy and SciPy reckon ranks in floating point, so that they are off by as
// much as 5e-13 where the neighbours of a rank are far apart: the P99 of 99 times
// 1 ms and once 900,000 ms is 9000.99 ms and they say 9000.990000004604. Their
// deviations are from a rounded mean, which costs 1e-11 of a spread of 50 µs
// around ten days; TestMomentsKeepTheirDigits holds ours to 1e-12 of the truth.
const (
	quantileTolerance  = 1e-12
	meanTolerance      = 1e-14
	deviationTolerance = 1e-11
)

func TestSummaryAgreesWithSciPy(t *testing.T) {
	for _, c := range scipyCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			var d Distribution
			for i, x := range c.Values {
				if err := d.AddN(x, c.Counts[i]); err != nil {
					t.Fatal(err)
				}
			}
			s := d.Take()
			summary := Summarize(s, c.Unit)
			p999, _ := s.Quantile(Level{999, 1000}, c.Unit)

			checked := 0
			agree := func(got, tolerance float64, names ...string) {
				t.Helper()
				for _, name := range names {
					want, ok := c.Figures[name]
					if !ok || !near(got, want, tolerance) {
						t.Errorf("%s is %v, want %v (%v)", name, got, want, ok)
					}
					checked++
				}
			}
			agree(summary.Min.Value, 0, "min")
			agree(summary.Max.Value, 0, "max")
			agree(summary.Median.Value, quantileTolerance, "median", "scipy_median")
			agree(summary.P95.Value, quantileTolerance, "p95", "scipy_p95")
			agree(summary.P99.Value, quantileTolerance, "p99", "scipy_p99")
			agree(p999, quantileTolerance, "p99.9", "scipy_p99.9")
			agree(summary.Mean.Value, meanTolerance, "mean", "scipy_mean")
			if summary.StdDev.Present() {
				agree(summary.StdDev.Value, deviationTolerance, "stddev", "scipy_stddev")
			}
			if checked != len(c.Figures) {
				t.Errorf("checked %d of %d figures", checked, len(c.Figures))
			}
		})
	}
}
