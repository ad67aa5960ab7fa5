package render

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/coldstats/coldstats/pkg/coldstart"
	"github.com/coldstats/coldstats/pkg/logs"
	"github.com/coldstats/coldstats/pkg/stats"
)

// The types below are the JSON contract: names, order, and what is missing
// when it is absent.

type jsonReport struct {
	Schema           int              `json:"schema"`
	PercentileMethod string           `json:"percentile_method"`
	Window           *jsonWindow      `json:"window,omitempty"`
	Completeness     jsonCompleteness `json:"completeness"`
	Groups           []jsonGroup      `json:"groups"`
	Comparisons      []jsonComparison `json:"comparisons,omitempty"`
	ExitCodes        []int            `json:"exit_codes"`
	Warnings         []string         `json:"warnings"`
}

type jsonWindow struct {
	Start string `json:"start,omitempty"`
	End   string `json:"end,omitempty"`
}

type jsonCompleteness struct {
	Events                uint64     `json:"events"`
	Reports               uint64     `json:"reports"`
	NearMisses            uint64     `json:"near_misses"`
	Duplicates            uint64     `json:"duplicates"`
	DedupWindow           *int       `json:"dedup_window,omitempty"`
	PrewarmedUndetermined uint64     `json:"prewarmed_undetermined"`
	Gaps                  []logs.Gap `json:"gaps"`
	Complete              bool       `json:"complete"`
	WithoutStream         uint64     `json:"without_stream"`
	WithoutTime           uint64     `json:"without_time"`
}

type jsonGroup struct {
	Label            string     `json:"label"`
	By               members    `json:"by,omitempty"`
	Invocations      uint64     `json:"invocations"`
	Starts           jsonStarts `json:"starts"`
	ColdRate         *float64   `json:"cold_rate,omitempty"`
	Errors           uint64     `json:"errors"`
	Timeouts         uint64     `json:"timeouts"`
	FailedInits      uint64     `json:"failed_inits"`
	FailedInitLostMs float64    `json:"failed_init_lost_ms"`
	InitBilledMs     float64    `json:"init_billed_ms"`
	InitBilledUnsure uint64     `json:"init_billed_unknown"`
	Metrics          members    `json:"metrics"`
}

type jsonStarts struct {
	Cold       uint64 `json:"cold"`
	Restored   uint64 `json:"restored"`
	Prewarmed  uint64 `json:"prewarmed"`
	FailedInit uint64 `json:"failed_init"`
	Reinit     uint64 `json:"reinit"`
	Warm       uint64 `json:"warm"`
	Unknown    uint64 `json:"unknown"`
}

type jsonMetric struct {
	Unit   string    `json:"unit"`
	Count  uint64    `json:"count"`
	Min    *float64  `json:"min,omitempty"`
	Avg    *float64  `json:"avg,omitempty"`
	Max    *float64  `json:"max,omitempty"`
	Median *float64  `json:"median,omitempty"`
	P95    *float64  `json:"p95,omitempty"`
	P99    *float64  `json:"p99,omitempty"`
	StdDev *float64  `json:"stddev,omitempty"`
	Notes  []string  `json:"notes"`
	Values []float64 `json:"values,omitempty"`
	Counts []uint64  `json:"counts,omitempty"`
}

type jsonComparison struct {
	Group      string   `json:"group"`
	Baseline   string   `json:"baseline"`
	Metric     string   `json:"metric"`
	Median     *float64 `json:"median_delta_pct,omitempty"`
	P95        *float64 `json:"p95_delta_pct,omitempty"`
	P99        *float64 `json:"p99_delta_pct,omitempty"`
	Notes      []string `json:"notes"`
	By         members  `json:"by,omitempty"`
	BaselineBy members  `json:"baseline_by,omitempty"`
}

// members is a JSON object whose members keep their order.
type members []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in their order.
func (m members) MarshalJSON() ([]byte, error) {
	object := []byte{'{'}
	for i, member := range m {
		if i > 0 {
			object = append(object, ',')
		}
		name, err := json.Marshal(member.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(member.value)
		if err != nil {
			return nil, err
		}
		object = append(append(append(object, name...), ':'), value...)
	}
	return append(object, '}'), nil
}

// JSONLines writes values as JSON Lines in which nothing stands that a terminal
// would obey.
type JSONLines struct {
	w       io.Writer
	line    bytes.Buffer
	encoder *json.Encoder
}

// NewJSONLines returns a writer of JSON Lines to w.
func NewJSONLines(w io.Writer) *JSONLines {
	j := &JSONLines{w: w}
	j.encoder = json.NewEncoder(&j.line)
	j.encoder.SetEscapeHTML(false)
	return j
}

// Write writes v as one line. The error is the writer's.
func (j *JSONLines) Write(v any) error {
	j.line.Reset()
	if err := j.encoder.Encode(v); err != nil {
		return err
	}
	_, err := j.w.Write(printableJSON(j.line.Bytes()))
	return err
}

func writeJSON(w io.Writer, r *coldstart.Report, options Options) error {
	c := &r.Completeness
	out := jsonReport{
		Schema:           1,
		PercentileMethod: "R-7",
		Completeness: jsonCompleteness{
			Events:                c.Events,
			Reports:               c.Reports,
			NearMisses:            c.NearMisses,
			Duplicates:            c.Duplicates,
			PrewarmedUndetermined: c.PrewarmedUndetermined,
			WithoutStream:         c.Alone,
			WithoutTime:           c.Timeless,
			Gaps:                  append([]logs.Gap{}, c.Gaps...),
			Complete:              c.Complete(),
		},
		Groups:    []jsonGroup{},
		ExitCodes: options.ExitCodes,
		Warnings:  append([]string{}, r.Warnings...),
	}
	if !c.DedupOff {
		out.Completeness.DedupWindow = &c.DedupWindow
	}
	if r.Window.Bounded() {
		out.Window = &jsonWindow{Start: r.Window.Start.String(), End: r.Window.End.String()}
	}
	for i := range r.Groups {
		out.Groups = append(out.Groups, newJSONGroup(r, &r.Groups[i], options))
	}
	for _, c := range r.Comparisons {
		out.Comparisons = append(out.Comparisons, jsonComparison{
			Group:      r.Groups[c.Group].Label,
			Baseline:   r.Groups[c.Baseline].Label,
			Metric:     c.Metric.String(),
			Median:     value(c.Median),
			P95:        value(c.P95),
			P99:        value(c.P99),
			Notes:      notes(&stats.Summary{Median: c.Median, P95: c.P95, P99: c.P99}),
			By:         by(r, &r.Groups[c.Group]),
			BaselineBy: by(r, &r.Groups[c.Baseline]),
		})
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(out); err != nil {
		return err
	}
	_, err := w.Write(printableJSON(text.Bytes()))
	return err
}

func newJSONGroup(r *coldstart.Report, g *coldstart.Group, options Options) jsonGroup {
	out := jsonGroup{
		Label:       g.Label,
		By:          by(r, g),
		Invocations: g.Invocations,
		Starts: jsonStarts{
			Cold:       g.Starts[coldstart.Cold],
			Restored:   g.Starts[coldstart.Restored],
			Prewarmed:  g.Starts[coldstart.Prewarmed],
			FailedInit: g.Starts[coldstart.FailedInit],
			Reinit:     g.Starts[coldstart.Reinit],
			Warm:       g.Starts[coldstart.Warm],
			Unknown:    g.Starts[coldstart.Unknown],
		},
		Errors:           g.Errors,
		Timeouts:         g.Timeouts,
		FailedInits:      g.FailedInits,
		FailedInitLostMs: g.LostMs,
		InitBilledMs:     g.InitBilledMs,
		InitBilledUnsure: g.InitBilledUnsure,
	}
	if rate, ok := g.ColdRate(); ok {
		out.ColdRate = &rate
	}
	for i := range g.Metrics {
		m := &g.Metrics[i]
		s := &m.Summary
		metric := jsonMetric{
			Unit:   m.Name.Unit(),
			Count:  s.Count,
			Min:    value(s.Min),
			Avg:    value(s.Mean),
			Max:    value(s.Max),
			Median: value(s.Median),
			P95:    value(s.P95),
			P99:    value(s.P99),
			StdDev: value(s.StdDev),
			Notes:  notes(s),
		}
		if options.Distributions {
			for v, n := range m.Sample.All() {
				metric.Values = append(metric.Values, m.Name.InUnit(v))
				metric.Counts = append(metric.Counts, n)
			}
		}
		out.Metrics = append(out.Metrics, member{m.Name.String(), metric})
	}
	return out
}

// by returns the values of --by that are known of a group.
func by(r *coldstart.Report, g *coldstart.Group) members {
	var values members
	for i, d := range r.By {
		if g.By[i] != "" {
			values = append(values, member{d.String(), g.By[i]})
		}
	}
	return values
}

func value(f stats.Figure) *float64 {
	if !f.Present() {
		return nil
	}
	return &f.Value
}
