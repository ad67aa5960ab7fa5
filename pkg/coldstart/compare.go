package coldstart

import "github.com/coldstats/coldstats/pkg/stats"

// Comparison sets one metric of a group against that of the baseline group.
// Whether a change is more than chance it does not say.
type Comparison struct {
	Group, Baseline int // indices of Report.Groups
	Metric          MetricName
	// Median, P95 and P99 are the changes in per cent of the baseline.
	Median, P95, P99 stats.Figure
}

// baseline is the group that the others are compared with.
const baseline = 0

// Change returns the comparison of a group by the metric of that index in its
// Metrics: nil for the baseline, and for all where Compare was not called.
func (r *Report) Change(group, metric int) *Comparison {
	if group == baseline || len(r.Comparisons) == 0 {
		return nil
	}
	return &r.Comparisons[(group-1)*len(r.Groups[group].Metrics)+metric]
}

// Compare fills in the comparisons of all groups with the first: group by group,
// and of each group metric by metric.
func (r *Report) Compare() {
	for i := range r.Groups {
		if i == baseline {
			continue
		}
		for j, metric := range r.Groups[i].Metrics {
			base, other := r.Groups[baseline].Metrics[j].Summary, metric.Summary
			r.Comparisons = append(r.Comparisons, Comparison{
				Group:    i,
				Baseline: baseline,
				Metric:   metric.Name,
				Median:   change(base.Median, other.Median),
				P95:      change(base.P95, other.P95),
				P99:      change(base.P99, other.P99),
			})
		}
	}
}

// change returns how far other is from base in per cent of base: absent where
// one is absent or base is zero, and no better supported than either.
func change(base, other stats.Figure) stats.Figure {
	if !base.Present() || !other.Present() || base.Value == 0 {
		return stats.Figure{}
	}
	return stats.Figure{
		Value:   (other.Value - base.Value) / base.Value * 100,
		Support: min(base.Support, other.Support),
	}
}
