package coldstart

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
	"github.com/coldstats/coldstats/pkg/stats"
)

// Report is the finished answer: all that is printed stands in it.
type Report struct {
	// Window is the time that all inputs were read for, or that of the Options
	// where they differ.
	Window       logs.Window
	By           []Dimension
	Groups       []Group
	Comparisons  []Comparison
	Completeness Completeness
	// Warnings are sentences about what makes the figures other than they seem.
	Warnings []string
	// ColdOnly says that all inputs lack the reports of other than cold starts.
	ColdOnly bool
}

// Group is one row of every table.
type Group struct {
	Label string
	// By holds the values of Report.By, empty where one is not known.
	By []string

	Invocations uint64
	Starts      [numStarts]uint64 // by StartKind
	Errors      uint64            // that are no timeouts
	Timeouts    uint64
	// FailedInits counts failed attempts to init or restore, and Lost is their
	// time in milliseconds that no invocation's Duration contains.
	FailedInits uint64
	LostMs      float64
	// InitBilledMs is the init time that was billed, as far as the reports'
	// numbers tell; InitBilledUnsure counts the inits of which they do not.
	InitBilledMs     float64
	InitBilledUnsure uint64
	// ColdOnly says that reports of other than cold starts are missing, so that
	// there is no rate.
	ColdOnly bool

	Metrics []Metric
}

// ColdStarts counts the invocations that waited for a sandbox to get ready.
func (g *Group) ColdStarts() uint64 {
	return g.Starts[Cold] + g.Starts[Restored] + g.Starts[FailedInit]
}

// ColdRate returns the share of cold starts among the invocations whose start
// is known. ok is false when there are none, or when only cold ones were read.
func (g *Group) ColdRate() (rate float64, ok bool) {
	known := g.Invocations - g.Starts[Unknown]
	if known == 0 || g.ColdOnly {
		return 0, false
	}
	return float64(g.ColdStarts()) / float64(known), true
}

// MetricName names a metric.
type MetricName uint8

// The metrics.
const (
	InitMetric     MetricName = iota // Init or Restore Duration of cold and restored starts
	DurationMetric                   // Duration of all invocations
	TotalMetric                      // what a request waited for, where the start made it wait
	WarmMetric                       // Duration of warm invocations
	MemoryMetric                     // Max Memory Used
	BilledMetric                     // Billed Duration

	numMetrics = int(BilledMetric) + 1
)

// MetricNames are all metrics, in the order in which they are printed.
var MetricNames = [numMetrics]MetricName{
	InitMetric, DurationMetric, TotalMetric, WarmMetric, MemoryMetric, BilledMetric,
}

// String returns the metric's name, as users write it.
func (m MetricName) String() string {
	return [numMetrics]string{"init", "duration", "total", "warm", "memory", "billed"}[m]
}

// Unit returns the metric's unit, ms or MB.
func (m MetricName) Unit() string {
	if m == MemoryMetric {
		return "MB"
	}
	return "ms"
}

// steps returns how many steps of the counted integers make one unit.
func (m MetricName) steps() int64 {
	if m == MemoryMetric {
		return 1
	}
	return 1000
}

// ParseMetric returns the metric called name.
func ParseMetric(name string) (MetricName, bool) {
	for _, m := range MetricNames {
		if m.String() == name {
			return m, true
		}
	}
	return 0, false
}

// Metric is one metric of a group.
type Metric struct {
	Name    MetricName
	Summary stats.Summary
	// Sample is what the summary is of, in microseconds or MB.
	Sample stats.Sample
}

// Completeness says what a Report covers and what it could not know.
type Completeness struct {
	Events     uint64
	Reports    uint64
	NearMisses uint64
	Duplicates uint64
	// DedupWindow is how many reports duplicates were looked for among, 0 for
	// all, and absent (DedupOff) when they were not looked for.
	DedupWindow int
	DedupOff    bool

	// PrewarmedUndetermined counts the cold starts that may have been prewarmed.
	PrewarmedUndetermined uint64
	// Alone counts the reports whose log stream is not known, so that each was
	// judged by itself.
	Alone uint64
	// Timeless counts the reports whose time is not known, so that neither their
	// order nor their day, hour or run is.
	Timeless uint64
	Gaps     []logs.Gap
}

// Complete reports whether everything that was asked for has been read.
func (c *Completeness) Complete() bool { return len(c.Gaps) == 0 }

// Report finishes the inputs' invocations, of which coverage says what was
// reached. The Builder is used up.
func (b *Builder) Report(coverage logs.Coverage) (*Report, error) {
	for _, in := range b.inputs {
		for _, sb := range in.sandboxes {
			if sb != nil {
				in.settle(sb, nil)
			}
		}
		in.sandboxes, in.seen = nil, nil
	}
	groups := b.sortedGroups()
	b.qualify(groups)
	r := &Report{
		Window:       b.window(),
		By:           b.options.By,
		Completeness: b.completeness(coverage, groups),
		Warnings:     b.warnings(),
		ColdOnly:     len(b.inputs) > 0,
	}
	for _, in := range b.inputs {
		r.ColdOnly = r.ColdOnly && in.Scope.ColdOnly
	}
	for _, g := range groups {
		finished, err := g.finish(len(b.options.By), b.options.Metrics)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", g.label, err)
		}
		r.Groups = append(r.Groups, finished)
	}
	b.groups = nil
	return r, nil
}

// window returns the time that all inputs were read for, or that of the options
// where they differ; then the warnings tell that of each.
func (b *Builder) window() logs.Window {
	for _, in := range b.inputs {
		if in.Scope.Window != b.inputs[0].Scope.Window {
			return b.options.Window
		}
	}
	if len(b.inputs) == 0 {
		return b.options.Window
	}
	return b.inputs[0].Scope.Window
}

// Keep drops the metrics that are not among names, for who knows only now what
// the inputs are. It comes before Compare.
func (r *Report) Keep(names ...MetricName) {
	for i := range r.Groups {
		g := &r.Groups[i]
		g.Metrics = slices.DeleteFunc(g.Metrics, func(m Metric) bool { return !slices.Contains(names, m.Name) })
	}
}

// sortedGroups returns the groups in the order of their inputs, then by label
// and by dimension.
func (b *Builder) sortedGroups() []*group {
	groups := make([]*group, 0, len(b.groups))
	first := make(map[groupKey]int) // the first input of all groups of a label
	head := func(g *group) groupKey { return groupKey{side: g.key.side, label: g.key.label} }
	for _, g := range b.groups {
		groups = append(groups, g)
		if order, ok := first[head(g)]; !ok || g.order < order {
			first[head(g)] = g.order
		}
	}
	slices.SortFunc(groups, func(x, y *group) int {
		c := cmp.Or(
			cmp.Compare(first[head(x)], first[head(y)]),
			cmp.Compare(x.key.label, y.key.label),
		)
		for i, d := range b.options.By {
			c = cmp.Or(c, d.compare(x.key.by[i], y.key.by[i]))
		}
		return c
	})
	return groups
}

// qualify names the input behind groups of different sides that would have the
// same label: two exports of one function, set side by side. Of several functions
// each is named too.
func (b *Builder) qualify(groups []*group) {
	sides := make(map[string]int)
	ambiguous := make(map[string]bool)
	for _, g := range groups {
		if side, ok := sides[g.key.label]; ok && side != g.key.side {
			ambiguous[g.key.label] = true
		}
		sides[g.key.label] = g.key.side
	}
	labels := make(map[int]string) // by side
	several := make(map[int]bool)
	for _, g := range groups {
		if !ambiguous[g.key.label] {
			continue
		}
		if label, ok := labels[g.key.side]; ok && label != g.key.label {
			several[g.key.side] = true
		}
		labels[g.key.side] = g.key.label
	}
	for _, g := range groups {
		if ambiguous[g.key.label] {
			g.label = b.inputs[g.order].Name
			if several[g.key.side] {
				g.label += ": " + g.key.label
			}
		}
	}
}

func (b *Builder) completeness(coverage logs.Coverage, groups []*group) Completeness {
	c := Completeness{Events: coverage.Events, Gaps: coverage.Gaps}
	switch b.options.Dedup {
	case DedupWindow:
		c.DedupWindow = DedupReports
	case DedupNone:
		c.DedupOff = true
	}
	for _, in := range b.inputs {
		c.Reports += in.Reports
		c.NearMisses += in.NearMisses
		c.Duplicates += in.Duplicates
		c.Alone += in.alone
		c.Timeless += in.timeless
	}
	for _, g := range groups {
		c.PrewarmedUndetermined += g.prewarmedUndetermined
	}
	return c
}

// finish empties the group into its row of the report.
func (g *group) finish(dimensions int, metrics []MetricName) (Group, error) {
	row := Group{
		Label:            g.label,
		By:               g.key.by[:dimensions],
		Invocations:      g.invocations,
		Starts:           g.starts,
		Errors:           g.errors,
		Timeouts:         g.timeouts,
		FailedInits:      g.failedInits,
		LostMs:           inMillis(g.lost),
		InitBilledMs:     inMillis(g.initBilled),
		InitBilledUnsure: g.initBilledUnsure,
		ColdOnly:         g.coldOnly,
	}
	var durations [numStarts]stats.Sample
	for i := range g.durations {
		durations[i] = g.durations[i].Take()
	}
	for _, name := range metrics {
		var sample stats.Sample
		var err error
		switch name {
		case InitMetric:
			sample = g.init.Take()
		case DurationMetric:
			sample, err = stats.Pool(durations[:]...)
		case TotalMetric:
			sample = g.total.Take()
		case WarmMetric:
			sample = durations[Warm]
		case MemoryMetric:
			sample = g.memory.Take()
		case BilledMetric:
			sample = g.billed.Take()
		}
		if err != nil {
			return Group{}, fmt.Errorf("%s: %w", name, err)
		}
		row.Metrics = append(row.Metrics, Metric{name, stats.Summarize(sample, name.steps()), sample})
	}
	return row, nil
}

func inMillis(d lambdalog.Micros) float64 { return float64(d) / 1000 }

// InUnit returns a counted integer of the metric's sample in its unit.
func (m MetricName) InUnit(v int64) float64 { return float64(v) / float64(m.steps()) }
