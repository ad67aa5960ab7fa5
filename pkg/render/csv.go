package render

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/coldstats/coldstats/pkg/coldstart"
	"github.com/coldstats/coldstats/pkg/stats"
)

// writeCSV writes one row a group and metric, as RFC 4180 has it but for the
// line ends, which are newlines.
func writeCSV(w io.Writer, r *coldstart.Report, options Options) error {
	out := csv.NewWriter(w)
	header := []string{"group"}
	for _, d := range r.By {
		header = append(header, d.String())
	}
	header = append(header, "metric", "unit", "count", "min", "avg", "max", "median", "p95", "p99", "stddev", "notes",
		"invocations", "cold", "restored", "prewarmed", "failed_init", "reinit", "warm", "unknown",
		"errors", "timeouts", "cold_rate_pct", "init_billed_ms")
	if options.Compare {
		header = append(header, "baseline", "median_delta_pct", "p95_delta_pct", "p99_delta_pct")
	}
	if err := out.Write(header); err != nil {
		return err
	}
	for i := range r.Groups {
		g := &r.Groups[i]
		for j := range g.Metrics {
			row := csvRow(g, &g.Metrics[j])
			if options.Compare {
				row = append(row, csvChanges(r, i, j)...)
			}
			if err := out.Write(row); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

func csvRow(g *coldstart.Group, m *coldstart.Metric) []string {
	row := []string{sheetCell(g.Label)}
	for _, v := range g.By {
		row = append(row, sheetCell(v))
	}
	s := &m.Summary
	row = append(row, m.Name.String(), m.Name.Unit(), whole(s.Count))
	for _, f := range []stats.Figure{s.Min, s.Mean, s.Max, s.Median, s.P95, s.P99, s.StdDev} {
		row = append(row, number(f))
	}
	row = append(row, strings.Join(notes(s), " "), whole(g.Invocations))
	for _, kind := range coldstart.StartKinds {
		row = append(row, whole(g.Starts[kind]))
	}
	rate := ""
	if v, ok := g.ColdRate(); ok {
		rate = strconv.FormatFloat(v*100, 'f', -1, 64)
	}
	return append(row, whole(g.Errors), whole(g.Timeouts), rate, strconv.FormatFloat(g.InitBilledMs, 'f', -1, 64))
}

func csvChanges(r *coldstart.Report, group, metric int) []string {
	c := r.Change(group, metric)
	if c == nil {
		return []string{"", "", "", ""}
	}
	baseline := strings.Join(names(&r.Groups[c.Baseline]), " ")
	return []string{sheetCell(baseline), number(c.Median), number(c.P95), number(c.P99)}
}

// number formats a figure in full precision, empty where it is absent.
func number(f stats.Figure) string {
	if !f.Present() {
		return ""
	}
	return strconv.FormatFloat(f.Value, 'f', -1, 64)
}

// notes are the codes of a summary's marks.
func notes(s *stats.Summary) []string {
	codes := []string{}
	for _, f := range []struct {
		name   string
		figure stats.Figure
	}{{"median", s.Median}, {"p95", s.P95}, {"p99", s.P99}} {
		if f.figure.Support == stats.Unsupported {
			codes = append(codes, f.name+":unsupported")
		}
	}
	return codes
}
