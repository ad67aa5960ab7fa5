package render

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"

	"github.com/coldstats/coldstats/pkg/coldstart"
	"github.com/coldstats/coldstats/pkg/lambdalog"
)

// Records writes invocations one by one, as CSV with a header or as JSON Lines.
type Records struct {
	csv  *csv.Writer
	json *JSONLines
	row  []string
}

// recordColumns is the contract of --records: columns and JSON keys, in order.
var recordColumns = []string{
	"label", "time", "account", "region", "function", "version", "arch", "runtime", "memory_mb", "start",
	"init_ms", "restore_ms", "duration_ms", "billed_ms", "billed_restore_ms", "init_billed_ms", "max_memory_mb",
	"client_ms", "status", "error_type", "request_id", "trace_id", "run", "log_group", "log_stream", "source",
}

// NewRecords returns a writer of invocations to w in format CSV or JSON, and
// writes the header of the former.
func NewRecords(w io.Writer, format Format) (*Records, error) {
	if format == JSON {
		return &Records{json: NewJSONLines(w)}, nil
	}
	r := &Records{csv: csv.NewWriter(w)}
	return r, r.csv.Write(recordColumns)
}

// Write writes one invocation. The error is the writer's.
func (r *Records) Write(inv *coldstart.Invocation) error {
	if r.csv != nil {
		r.row = appendRow(r.row[:0], inv)
		return r.csv.Write(r.row)
	}
	return r.json.Write(newJSONRecord(inv))
}

// Flush writes what is buffered.
func (r *Records) Flush() error {
	if r.csv == nil {
		return nil
	}
	r.csv.Flush()
	return r.csv.Error()
}

func appendRow(row []string, inv *coldstart.Invocation) []string {
	j := newJSONRecord(inv)
	return append(row,
		sheetCell(j.Label), j.Time, sheetCell(j.Account), sheetCell(j.Region), sheetCell(j.Function),
		sheetCell(j.Version), sheetCell(j.Arch), sheetCell(j.Runtime), string(j.MemoryMB), j.Start,
		string(j.InitMs), string(j.RestoreMs), string(j.DurationMs), string(j.BilledMs), string(j.BilledRestoreMs),
		string(j.InitBilledMs), string(j.MaxMemoryMB), string(j.ClientMs), sheetCell(j.Status), sheetCell(j.ErrorType),
		sheetCell(j.RequestID), sheetCell(j.TraceID), strconv.Itoa(j.Run), sheetCell(j.LogGroup),
		sheetCell(j.LogStream), sheetCell(j.Source),
	)
}

// jsonRecord is an invocation in JSON Lines; json.Number keeps the decimals of
// the log line.
type jsonRecord struct {
	Label           string      `json:"label"`
	Time            string      `json:"time,omitempty"`
	Account         string      `json:"account,omitempty"`
	Region          string      `json:"region,omitempty"`
	Function        string      `json:"function,omitempty"`
	Version         string      `json:"version,omitempty"`
	Arch            string      `json:"arch,omitempty"`
	Runtime         string      `json:"runtime,omitempty"`
	MemoryMB        json.Number `json:"memory_mb,omitempty"`
	Start           string      `json:"start"`
	InitMs          json.Number `json:"init_ms,omitempty"`
	RestoreMs       json.Number `json:"restore_ms,omitempty"`
	DurationMs      json.Number `json:"duration_ms,omitempty"`
	BilledMs        json.Number `json:"billed_ms,omitempty"`
	BilledRestoreMs json.Number `json:"billed_restore_ms,omitempty"`
	InitBilledMs    json.Number `json:"init_billed_ms,omitempty"`
	MaxMemoryMB     json.Number `json:"max_memory_mb,omitempty"`
	ClientMs        json.Number `json:"client_ms,omitempty"`
	Status          string      `json:"status,omitempty"`
	ErrorType       string      `json:"error_type,omitempty"`
	RequestID       string      `json:"request_id,omitempty"`
	TraceID         string      `json:"trace_id,omitempty"`
	Run             int         `json:"run"`
	LogGroup        string      `json:"log_group,omitempty"`
	LogStream       string      `json:"log_stream,omitempty"`
	Source          string      `json:"source"`
}

func newJSONRecord(inv *coldstart.Invocation) jsonRecord {
	rec, stream := inv.Record, inv.Event.Stream
	j := jsonRecord{
		Label:           inv.Label,
		Time:            inv.Time.String(),
		Account:         stream.Account,
		Region:          stream.Region,
		Function:        inv.Function,
		Version:         inv.Version,
		Arch:            stream.Arch,
		Runtime:         inv.Runtime,
		Start:           inv.Start.String(),
		RestoreMs:       millis(rec, lambdalog.Restore, rec.Restore),
		DurationMs:      millis(rec, lambdalog.Duration, rec.Duration),
		BilledMs:        millis(rec, lambdalog.Billed, rec.Billed),
		BilledRestoreMs: millis(rec, lambdalog.BilledRestore, rec.BilledRestore),
		Status:          word(rec, lambdalog.Status, rec.Status),
		ErrorType:       word(rec, lambdalog.ErrorType, rec.ErrorType),
		RequestID:       word(rec, lambdalog.RequestID, rec.RequestID),
		TraceID:         word(rec, lambdalog.TraceID, rec.TraceID),
		Run:             inv.Run,
		LogGroup:        stream.Group,
		LogStream:       stream.Name,
		Source:          inv.Event.Source,
	}
	j.MemoryMB = megabytes(inv.Memory())
	j.MaxMemoryMB = megabytes(inv.MaxMemory())
	if init, ok := inv.Init(); ok {
		j.InitMs = json.Number(init.String())
	}
	switch inv.InitBilling() {
	case coldstart.InitBilled:
		j.InitBilledMs = j.InitMs
	case coldstart.InitNotBilled:
		j.InitBilledMs = "0"
	}
	return j
}
