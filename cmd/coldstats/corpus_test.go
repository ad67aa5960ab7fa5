package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coldstats/coldstats/pkg/cli"
)

// published is a line of testdata/corpus.jsonl: a log line that somebody
// published, and what it holds.
type published struct {
	Raw     string
	Carrier string
	// Expect has the keys of parse, and null where the line has no such field.
	Expect map[string]any
	Phase  *string
	// InitType is the initializationType of a JSON record.
	InitType  *string
	LineTime  string
	LogStream string
}

// structured are the carriers that hold the line in a JSON string or a CSV cell,
// which are not read yet.
var structured = map[string]bool{
	"get-log-events element":                                         true,
	"subscription DATA_MESSAGE JSON":                                 true,
	"flattened event JSON (id,timestamp,message,logStream,logGroup)": true,
	"console CSV":            true,
	"Logs Insights JSON row": true,
	"Logs Insights JSON":     true,
}

func readCorpus(t *testing.T) []published {
	t.Helper()
	text, err := os.ReadFile("../../testdata/corpus.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var lines []published
	for line := range bytes.Lines(text) {
		var p published
		if err := json.Unmarshal(line, &p); err != nil {
			t.Fatalf("corpus line %d: %v", len(lines)+1, err)
		}
		lines = append(lines, p)
	}
	if len(lines) != 56 {
		t.Fatalf("the corpus has %d lines, not 56", len(lines))
	}
	return lines
}

// want returns the keys and values that parse has to print, without line, or nil
// for a line that is no report.
func (p *published) want(t *testing.T) map[string]any {
	t.Helper()
	if p.Expect["kind"] == "other" {
		return nil
	}
	record := map[string]any{"record": p.Expect["kind"]}
	for key, value := range p.Expect {
		if value != nil && key != "kind" {
			record[key] = value
		}
	}
	if p.Phase != nil {
		record["phase"] = *p.Phase
	}
	if p.InitType != nil {
		record["initType"] = *p.InitType
	}
	if p.LogStream != "" {
		record["logStream"] = p.LogStream
	}
	if when := p.when(t); !when.IsZero() {
		record["time"] = when.UTC().Truncate(time.Millisecond).Format("2006-01-02T15:04:05.000Z")
	}
	return record
}

// when is the time that the line carries, before or inside its record.
func (p *published) when(t *testing.T) time.Time {
	t.Helper()
	var when time.Time
	var err error
	switch {
	case strings.HasPrefix(p.Raw, "{"):
		var envelope struct{ Time time.Time }
		err = json.Unmarshal([]byte(p.Raw), &envelope)
		when = envelope.Time
	case p.Carrier == "console copy":
		when, err = time.Parse(time.RFC3339, p.Raw[:strings.IndexByte(p.Raw, '\t')])
	case p.Carrier == "text/iso-prefix":
		when = time.Date(2026, 8, 26, 10, 55, 32, 261e6, time.UTC)
	case p.Carrier == "console copy as table":
		when = time.UnixMilli(1753725990606)
	case p.Carrier == "sam logs":
		when, err = time.Parse(time.RFC3339, p.LineTime+"Z")
	case p.LineTime != "":
		when, err = time.Parse(time.RFC3339, p.LineTime)
	}
	if err != nil {
		t.Fatal(err)
	}
	return when
}

// reports runs parse on a file with the text and returns the report records that
// it prints, as decoded JSON.
func reports(t *testing.T, text string) []map[string]any {
	t.Helper()
	file := filepath.Join(t.TempDir(), "corpus.log")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code, want := cli.Run([]string{"parse", file}, cli.Streams{Out: &stdout, Err: &stderr}), 0
	if stdout.Len() == 0 {
		want = 3
	}
	if code != want {
		t.Errorf("exit code %d, want %d: %s", code, want, &stderr)
	}
	var records []map[string]any
	for line := range bytes.Lines(stdout.Bytes()) {
		var record map[string]any
		if err := json.Unmarshal(line, &record); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		switch record["record"] {
		case "report", "init_report", "restore_report":
			records = append(records, record)
		}
	}
	return records
}

// TestCorpus runs parse on each line of the corpus as a file of its own.
func TestCorpus(t *testing.T) {
	checked := map[any]int{}
	for i, line := range readCorpus(t) {
		if structured[line.Carrier] {
			continue
		}
		checked[line.Expect["kind"]]++
		t.Run(fmt.Sprint(i+1), func(t *testing.T) {
			want := "[]"
			if record := line.want(t); record != nil {
				record["line"] = 1
				want = "[" + asJSON(t, record) + "]"
			}
			got := "[]"
			if records := reports(t, line.Raw); records != nil {
				got = asJSON(t, records)
			}
			if got != want {
				t.Errorf("%.300s\n got %s\nwant %s", line.Raw, got, want)
			}
		})
	}
	if want := map[any]int{"report": 25, "init_report": 4, "restore_report": 6, "other": 15}; !maps.Equal(checked, want) {
		t.Errorf("checked %v, want %v", checked, want)
	}
}

// TestCorpusInOneFile runs parse on all lines of the corpus one after the other,
// text and JSON mixed: no line may change what another one gives.
func TestCorpusInOneFile(t *testing.T) {
	var text strings.Builder
	var want []string
	line := 1
	for _, p := range readCorpus(t) {
		if structured[p.Carrier] {
			continue
		}
		if record := p.want(t); record != nil {
			record["line"] = line
			want = append(want, asJSON(t, record))
		}
		raw := strings.TrimSuffix(p.Raw, "\n") + "\n"
		line += strings.Count(raw, "\n")
		text.WriteString(raw)
	}
	got := reports(t, text.String())
	if len(got) != len(want) {
		t.Errorf("%d records, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if record := asJSON(t, got[i]); record != want[i] {
			t.Errorf("record %d\n got %s\nwant %s", i+1, record, want[i])
		}
	}
}

// asJSON returns v as JSON, with sorted keys.
func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
