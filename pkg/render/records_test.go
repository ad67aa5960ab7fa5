package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/coldstart"
	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// invocationOf returns an invocation with every field that a source can give.
func invocationOf(label string) *coldstart.Invocation {
	text := func(s string) []byte { return []byte(s) }
	return &coldstart.Invocation{
		Label: label, Function: "checkout",
		Event: &logs.Event{
			Stream: &logs.Stream{Account: "123456789012", Region: "eu-west-1", Group: "/aws/lambda/checkout", Name: "2026/05/14/[7]a1", Function: "checkout"},
			Source: "app.log",
		},
		Record: &lambdalog.Record{
			Kind: lambdalog.Report,
			Fields: lambdalog.RequestID | lambdalog.Duration | lambdalog.Billed | lambdalog.Memory | lambdalog.MaxMemory | lambdalog.Init |
				lambdalog.Restore | lambdalog.BilledRestore | lambdalog.Status | lambdalog.ErrorType | lambdalog.TraceID,
			RequestID: text("r-1"), Duration: 12_340, Billed: 263_000, MemoryMB: 512, MaxMemoryMB: 80, Init: 250_500,
			Restore: 400_250, BilledRestore: 100_000, Status: text("error"), ErrorType: text("Function.Oops"), TraceID: text("1-6a05f0c0-01"),
		},
		Time:    logs.At(1778774400263),
		Start:   coldstart.Cold,
		Version: "7",
		Runtime: "nodejs:22.v30",
		Run:     3,
	}
}

func written(t *testing.T, format Format, invocations ...*coldstart.Invocation) string {
	t.Helper()
	var out bytes.Buffer
	records, err := NewRecords(&out, format)
	if err != nil {
		t.Fatal(err)
	}
	for _, inv := range invocations {
		if err := records.Write(inv); err != nil {
			t.Fatal(err)
		}
	}
	if err := records.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Billed 263 is 12.34 + 250.5 rounded up, so the init was billed. A source tells
// neither architecture nor round trip yet.
const fullRow = "a,2026-05-14T16:00:00.263Z,123456789012,eu-west-1,checkout,7,,nodejs:22.v30,512,cold,250.5,400.25,12.34,263,100,250.5,80,,error,Function.Oops,r-1,1-6a05f0c0-01,3,/aws/lambda/checkout,2026/05/14/[7]a1,app.log\n"

func TestRecordsCSV(t *testing.T) {
	lines := strings.SplitAfter(written(t, CSV, invocationOf("a")), "\n")
	if want := strings.Join(recordColumns, ",") + "\n"; lines[0] != want {
		t.Errorf("header %s, want %s", lines[0], want)
	}
	if lines[1] != fullRow {
		t.Errorf("row\n%swant\n%s", lines[1], fullRow)
	}
}

// JSON and CSV say the same, under the same names in the same order.
func TestRecordsAgree(t *testing.T) {
	var tags []string
	for field := range reflect.TypeFor[jsonRecord]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		tags = append(tags, name)
	}
	if !slices.Equal(tags, recordColumns) {
		t.Errorf("JSON keys %q, CSV columns %q", tags, recordColumns)
	}
	inv := invocationOf(`with, comma and "quotes"`)
	row := rows(t, written(t, CSV, inv))[1]
	var record map[string]any
	decoder := json.NewDecoder(strings.NewReader(written(t, JSON, inv)))
	decoder.UseNumber()
	if err := decoder.Decode(&record); err != nil {
		t.Fatal(err)
	}
	for i, column := range recordColumns {
		var want any = row[i]
		switch value := record[column].(type) {
		case nil:
			want = nil
			if row[i] != "" {
				t.Errorf("JSON has no %s, CSV has %q", column, row[i])
			}
		case json.Number:
			want = json.Number(row[i])
		case string:
		default:
			t.Errorf("%s is a %T", column, value)
		}
		if record[column] != want {
			t.Errorf("%s is %v in JSON and %q in CSV", column, record[column], row[i])
		}
	}
}

// What is absent is an empty cell or a missing key, never a zero.
func TestAbsentInRecords(t *testing.T) {
	inv := &coldstart.Invocation{
		Label: "a", Start: coldstart.Unknown, Run: 1, Event: &logs.Event{Stream: &logs.Stream{}, Source: "app.log"},
		Record: &lambdalog.Record{Kind: lambdalog.Report, Fields: lambdalog.RequestID | lambdalog.Duration, RequestID: []byte("r-1"), Duration: 1000},
	}
	row := rows(t, written(t, CSV, inv))[1]
	if got, want := strings.Join(row, ","), "a,,,,,,,,,unknown,,,1,,,,,,,,r-1,,1,,,app.log"; got != want {
		t.Errorf("row %s, want %s", got, want)
	}
	want := `{"label":"a","start":"unknown","duration_ms":1,"request_id":"r-1","run":1,"source":"app.log"}` + "\n"
	if got := written(t, JSON, inv); got != want {
		t.Errorf("got %swant %s", got, want)
	}
}

// Without an invocation a spreadsheet gets the columns, a program nothing.
func TestNoRecords(t *testing.T) {
	if got, want := written(t, CSV), strings.Join(recordColumns, ",")+"\n"; got != want {
		t.Errorf("CSV %q, want %q", got, want)
	}
	if got := written(t, JSON); got != "" {
		t.Errorf("JSON %q, want nothing", got)
	}
}

func TestRecordsWriteErrors(t *testing.T) {
	for _, format := range []Format{CSV, JSON} {
		records, err := NewRecords(brokenWriter{}, format)
		if err == nil {
			err = records.Write(invocationOf("a"))
		}
		if err == nil {
			err = records.Flush()
		}
		if !errors.Is(err, errBroken) {
			t.Errorf("%s: error %v, want that of the writer", format, err)
		}
	}
}
