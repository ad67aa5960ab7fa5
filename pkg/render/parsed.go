package render

import (
	"encoding/json"
	"strconv"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// Parsed is the contract of coldstats parse: keys, in order.
type Parsed struct {
	Record          string      `json:"record"`
	Time            string      `json:"time,omitempty"`
	RequestID       string      `json:"requestId,omitempty"`
	DurationMs      json.Number `json:"durationMs,omitempty"`
	BilledMs        json.Number `json:"billedMs,omitempty"`
	MemoryMB        json.Number `json:"memoryMB,omitempty"`
	MaxMemoryMB     json.Number `json:"maxMemoryMB,omitempty"`
	InitMs          json.Number `json:"initMs,omitempty"`
	RestoreMs       json.Number `json:"restoreMs,omitempty"`
	BilledRestoreMs json.Number `json:"billedRestoreMs,omitempty"`
	Status          string      `json:"status,omitempty"`
	ErrorType       string      `json:"errorType,omitempty"`
	TraceID         string      `json:"traceId,omitempty"`
	Phase           string      `json:"phase,omitempty"`
	InitType        string      `json:"initType,omitempty"`
	LogGroup        string      `json:"logGroup,omitempty"`
	LogStream       string      `json:"logStream,omitempty"`
	Line            int64       `json:"line,omitempty"`
	// Source is the file that Line counts in, where the input is not that file
	// itself. NewParsed leaves it out.
	Source string `json:"source,omitempty"`
}

// NewParsed returns a record of an event as parse prints it. Its time is the
// event's, or else the record's own.
func NewParsed(e *logs.Event, rec *lambdalog.Record) Parsed {
	t := e.Time
	if !t.Known && rec.Has(lambdalog.Time) {
		t = logs.At(rec.TimeMillis)
	}
	return Parsed{
		Record:          rec.Kind.String(),
		Time:            t.String(),
		RequestID:       word(rec, lambdalog.RequestID, rec.RequestID),
		DurationMs:      millis(rec, lambdalog.Duration, rec.Duration),
		BilledMs:        millis(rec, lambdalog.Billed, rec.Billed),
		MemoryMB:        megabytes(rec.MemoryMB, rec.Has(lambdalog.Memory)),
		MaxMemoryMB:     megabytes(rec.MaxMemoryMB, rec.Has(lambdalog.MaxMemory)),
		InitMs:          millis(rec, lambdalog.Init, rec.Init),
		RestoreMs:       millis(rec, lambdalog.Restore, rec.Restore),
		BilledRestoreMs: millis(rec, lambdalog.BilledRestore, rec.BilledRestore),
		Status:          word(rec, lambdalog.Status, rec.Status),
		ErrorType:       word(rec, lambdalog.ErrorType, rec.ErrorType),
		TraceID:         word(rec, lambdalog.TraceID, rec.TraceID),
		Phase:           word(rec, lambdalog.Phase, rec.Phase),
		InitType:        word(rec, lambdalog.InitType, rec.InitType),
		LogGroup:        e.Stream.Group,
		LogStream:       e.Stream.Name,
		Line:            e.Line,
	}
}

func millis(rec *lambdalog.Record, field lambdalog.Fields, v lambdalog.Micros) json.Number {
	if !rec.Has(field) {
		return ""
	}
	return json.Number(v.String())
}

func megabytes(mb int64, known bool) json.Number {
	if !known {
		return ""
	}
	return json.Number(strconv.FormatInt(mb, 10))
}

func word(rec *lambdalog.Record, field lambdalog.Fields, b []byte) string {
	if !rec.Has(field) {
		return ""
	}
	return string(b)
}
