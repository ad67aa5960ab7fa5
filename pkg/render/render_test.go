package render

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/coldstart"
	"github.com/coldstats/coldstats/pkg/logs"
	"github.com/coldstats/coldstats/pkg/stats"
)

// groupOf returns a group with one metric of the values, which are microseconds
// or MB.
func groupOf(label string, name coldstart.MetricName, values ...int64) coldstart.Group {
	var d stats.Distribution
	for _, v := range values {
		d.Add(v)
	}
	steps := int64(1 / name.InUnit(1))
	sample := d.Take()
	return coldstart.Group{
		Label:       label,
		Invocations: uint64(len(values)),
		Metrics:     []coldstart.Metric{{Name: name, Summary: stats.Summarize(sample, steps), Sample: sample}},
	}
}

func rendered(t *testing.T, r *coldstart.Report, format Format, options Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := Report(&out, r, format, options); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// rows reads CSV back.
func rows(t *testing.T, text string) [][]string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll() // which wants as many cells in each row
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Of no value there is no figure, of one no deviation, and the median of one
// says nothing: each format has to show it.
func TestFewValues(t *testing.T) {
	r := &coldstart.Report{Groups: []coldstart.Group{
		groupOf("none", coldstart.WarmMetric),
		groupOf("one", coldstart.WarmMetric, 1500),
		groupOf("two", coldstart.WarmMetric, 1000, 3000), // stddev √2, p95 1+0.95·2, p99 1+0.99·2
	}}
	table := rendered(t, r, Table, Options{})
	for _, want := range []string{
		"\nnone          0     -     -     -      -      -      -        -\n",
		"\none           1  1.50  1.50  1.50   1.50¹  1.50¹  1.50¹       -\n",
		"\ntwo           2  1.00  2.00  3.00   2.00   2.90¹  2.98¹    1.41\n",
		"\nnone              0     0         0          0            0      -       0         0\n",
		"\none               1     0         0          0            0  0.00%       0         0\n",
		"\n¹ too few values",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("no line %q in\n%s", want, table)
		}
	}
	var cells [][]string
	for _, row := range rows(t, rendered(t, r, CSV, Options{}))[1:] {
		cells = append(cells, row[3:12])
	}
	want := [][]string{
		{"0", "", "", "", "", "", "", "", ""},
		{"1", "1.5", "1.5", "1.5", "1.5", "1.5", "1.5", "", "median:unsupported p95:unsupported p99:unsupported"},
		{"2", "1", "2", "3", "2", "2.9", "2.98", "1.4142135623730951", "p95:unsupported p99:unsupported"},
	}
	if !reflect.DeepEqual(cells, want) {
		t.Errorf("CSV has\n%q, want\n%q", cells, want)
	}
	var answer struct {
		Groups []struct {
			ColdRate *float64 `json:"cold_rate"`
			Metrics  map[string]map[string]any
		}
	}
	if err := json.Unmarshal([]byte(rendered(t, r, JSON, Options{})), &answer); err != nil {
		t.Fatal(err)
	}
	var keys []int
	for _, g := range answer.Groups {
		keys = append(keys, len(g.Metrics["warm"]))
	}
	// unit, count and notes; min to p99; stddev
	if want := []int{3, 3 + 6, 3 + 7}; !slices.Equal(keys, want) {
		t.Errorf("the metrics have %d keys, want %d", keys, want)
	}
	if answer.Groups[0].ColdRate != nil || answer.Groups[1].ColdRate == nil {
		t.Errorf("rates %v and %v, want none and one", answer.Groups[0].ColdRate, answer.Groups[1].ColdRate)
	}
}

// Without a mark there is no word about marks, and no room left for them.
func TestUnmarked(t *testing.T) {
	values := make([]int64, 100)
	for i := range values {
		values[i] = int64(i+1) * 1000
	}
	r := &coldstart.Report{Groups: []coldstart.Group{groupOf("all", coldstart.DurationMetric, values...)}}
	table := rendered(t, r, Table, Options{})
	// p95 1+0.95·99, p99 1+0.99·99, stddev √(100·101/12)
	if want := "\nall             100  1.00  50.50  100.00   50.50  95.05  99.01   29.01\n"; !strings.Contains(table, want) {
		t.Errorf("no line %q in\n%s", want, table)
	}
	if strings.Contains(table, unsupportedMark) {
		t.Errorf("a mark in\n%s", table)
	}
}

// A CSV reader gets back what was written, whatever the names are.
func TestCSVRoundTrip(t *testing.T) {
	labels := []string{`plain`, `with, comma`, `with "quotes"`, "=formula", "two\nlines", "", " blanks ", "\x1b[2J"}
	r := &coldstart.Report{By: []coldstart.Dimension{coldstart.ByVersion}}
	for _, label := range labels {
		g := groupOf(label, coldstart.MemoryMetric, 80)
		g.By = []string{"@" + label}
		r.Groups = append(r.Groups, g)
	}
	r.Compare()
	all := rows(t, rendered(t, r, CSV, Options{Compare: true}))
	wantHeader := "group,version,metric,unit,count,min,avg,max,median,p95,p99,stddev,notes," +
		"invocations,cold,restored,prewarmed,failed_init,reinit,warm,unknown,errors,timeouts,cold_rate_pct,init_billed_ms," +
		"baseline,median_delta_pct,p95_delta_pct,p99_delta_pct"
	if header := strings.Join(all[0], ","); header != wantHeader {
		t.Errorf("header %s, want %s", header, wantHeader)
	}
	for i, row := range all[1:] {
		baseline := "plain @plain" // label and version
		if i == 0 {
			baseline = ""
		}
		if row[0] != sheetCell(labels[i]) || row[1] != sheetCell("@"+labels[i]) || row[25] != baseline {
			t.Errorf("label %q came back as %q, version %q and baseline %q", labels[i], row[0], row[1], row[25])
		}
	}
	if len(all) != len(labels)+1 {
		t.Errorf("%d rows, want %d", len(all), len(labels)+1)
	}
}

// What is not our own word is escaped wherever it stands in the text.
func TestFootnotesAreEscaped(t *testing.T) {
	const evil = "\x1b[2J|<b>"
	g := groupOf(evil, coldstart.MemoryMetric, 80)
	g.FailedInits, g.LostMs, g.InitBilledMs, g.InitBilledUnsure = 1, 10, 10, 1
	g.Starts[coldstart.Reinit], g.Starts[coldstart.Unknown] = 1, 1
	r := &coldstart.Report{
		Groups:   []coldstart.Group{g},
		Warnings: []string{evil},
		Completeness: coldstart.Completeness{
			Gaps: []logs.Gap{{Source: evil, Reason: evil}},
		},
	}
	// Twice as a name in a table, five times as one in a footnote, then a
	// warning, a source and a reason.
	for format, want := range map[Format]string{Table: `\x1b[2J|<b>`, Markdown: `\\x1b\[2J\|&lt;b&gt;`} {
		text := rendered(t, r, format, Options{})
		if n := strings.Count(text, want); n != 2+5+1+2 {
			t.Errorf("%s: %q stands there %d times:\n%s", format, want, n, text)
		}
		if strings.Contains(text, "\x1b") {
			t.Errorf("%s: %q", format, text)
		}
	}
}

func TestFormats(t *testing.T) {
	for _, f := range Formats {
		if got, ok := ParseFormat(f.String()); !ok || got != f {
			t.Errorf("ParseFormat(%q) = %v, %v", f, got, ok)
		}
	}
	if f, ok := ParseFormat("xml"); ok {
		t.Errorf("xml is %v", f)
	}
	if err := Report(&bytes.Buffer{}, &coldstart.Report{}, Format(numFormats), Options{}); err == nil {
		t.Error("no error for a format that there is not")
	}
}

type brokenWriter struct{}

var errBroken = errors.New("broken")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteErrors(t *testing.T) {
	r := &coldstart.Report{Groups: []coldstart.Group{groupOf("a", coldstart.MemoryMetric, 1)}}
	for _, format := range Formats {
		if err := Report(brokenWriter{}, r, format, Options{}); !errors.Is(err, errBroken) {
			t.Errorf("%s: error %v, want that of the writer", format, err)
		}
	}
}

// Of many groups the footnotes say the sums, so that they do not bury the tables.
func TestFootnotesOfManyGroups(t *testing.T) {
	r := &coldstart.Report{Groups: make([]coldstart.Group, 9)}
	for i := range r.Groups {
		r.Groups[i] = coldstart.Group{Label: "g", FailedInits: 1, LostMs: 2, InitBilledMs: 0.5, InitBilledUnsure: 3}
		r.Groups[i].Starts[coldstart.Reinit] = 4
	}
	notes := strings.Join(footnotes(r, false, Plain), "\n")
	for _, want := range []string{
		"all 9 groups: 9 inits failed; 18.00 ms of init are in no Duration",
		"all 9 groups: 36 invocations began with a restart of the runtime",
		"all 9 groups: 4.50 ms of init were billed",
		"all 9 groups: the numbers of 27 reports",
	} {
		if !strings.Contains(notes, want) {
			t.Errorf("no %q in:\n%s", want, notes)
		}
	}
}
