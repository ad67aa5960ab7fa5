package lambdalog

import (
	"strconv"
	"time"
)

// AppendText appends the record in its canonical form to b, as Lambda itself
// writes it, in text or, for a record of the JSON format, as JSON. Parse reads
// the same record back. The error is always nil.
func (r *Record) AppendText(b []byte) ([]byte, error) {
	if r.JSON {
		return r.appendJSON(b), nil
	}
	switch r.Kind {
	case Report:
		b = append(b, "REPORT"...)
	case InitReport:
		b = append(b, "INIT_REPORT"...)
	case RestoreReport:
		b = append(b, "RESTORE_REPORT"...)
	case InitStart:
		b = append(b, "INIT_START"...)
	case RestoreStart:
		b = append(b, "RESTORE_START"...)
	case Start:
		b = append(b, "START"...)
	}
	w := textWriter{b: b, separator: ' '}
	w.word(r, RequestID, "RequestId", r.RequestID)
	if r.Kind == Start {
		w.separator = ' '
	}
	w.word(r, Version, "Version", r.Version)
	if r.InitFirst {
		w.millis(r, Init, "Init Duration", r.Init)
	}
	w.millis(r, Duration, "Duration", r.Duration)
	w.millis(r, Billed, "Billed Duration", r.Billed)
	w.megabytes(r, Memory, "Memory Size", r.MemoryMB)
	w.megabytes(r, MaxMemory, "Max Memory Used", r.MaxMemoryMB)
	if !r.InitFirst {
		w.millis(r, Init, "Init Duration", r.Init)
	}
	w.millis(r, Restore, "Restore Duration", r.Restore)
	w.millis(r, BilledRestore, "Billed Restore Duration", r.BilledRestore)
	w.word(r, InitType, "Initialization Type", r.InitType)
	w.word(r, Phase, "Phase", r.Phase)
	w.word(r, Runtime, "Runtime Version", r.Runtime)
	w.word(r, Status, "Status", r.Status)
	w.word(r, ErrorType, "Error Type", r.ErrorType)
	if r.Kind == Report && !r.Has(Status) {
		w.b = append(w.b, '\t')
	}
	if r.Has(TraceID) {
		w.b = append(w.b, "\nXRAY TraceId: "...)
		w.b = append(w.b, r.TraceID...)
	}
	return w.b, nil
}

// textWriter writes labels and values; the first follows the keyword after a
// blank, the others a tab.
type textWriter struct {
	b         []byte
	separator byte
}

func (w *textWriter) label(name string) {
	w.b = append(w.b, w.separator)
	w.b = append(w.b, name...)
	w.b = append(w.b, ": "...)
	w.separator = '\t'
}

func (w *textWriter) word(r *Record, field Fields, name string, value []byte) {
	if r.Has(field) {
		w.label(name)
		w.b = append(w.b, value...)
	}
}

func (w *textWriter) millis(r *Record, field Fields, name string, value Micros) {
	if !r.Has(field) {
		return
	}
	w.label(name)
	decimals := 2
	if field == Billed || field == BilledRestore {
		decimals = 0
	}
	w.b = appendMillis(w.b, value, decimals)
	w.b = append(w.b, " ms"...)
}

func (w *textWriter) megabytes(r *Record, field Fields, name string, value int64) {
	if r.Has(field) {
		w.label(name)
		w.b = strconv.AppendInt(w.b, value, 10)
		w.b = append(w.b, " MB"...)
	}
}

// appendMillis appends v as milliseconds with at least the given number of
// decimals, and with as many more as it takes to be exact.
func appendMillis(b []byte, v Micros, decimals int) []byte {
	rest := v % 1000
	switch {
	case rest%10 != 0:
		decimals = 3
	case rest%100 != 0:
		decimals = max(decimals, 2)
	case rest != 0:
		decimals = max(decimals, 1)
	}
	b = strconv.AppendInt(b, int64(v/1000), 10)
	if decimals == 0 {
		return b
	}
	b = append(b, '.', byte('0'+rest/100), byte('0'+rest/10%10), byte('0'+rest%10))
	return b[:len(b)-3+decimals]
}

// appendJSON appends the record as a platform event, with the keys in the
// order that CloudWatch has them.
func (r *Record) appendJSON(b []byte) []byte {
	b = append(b, '{')
	if r.Has(Time) {
		b = append(b, `"time":"`...)
		b = time.UnixMilli(r.TimeMillis).UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z")
		b = append(b, `",`...)
	}
	b = append(b, `"type":"platform.`...)
	switch r.Kind {
	case Report:
		b = append(b, "report"...)
	case InitReport:
		b = append(b, "initReport"...)
	case RestoreReport:
		b = append(b, "restoreReport"...)
	case InitStart:
		b = append(b, "initStart"...)
	case RestoreStart:
		b = append(b, "restoreStart"...)
	case Start:
		b = append(b, "start"...)
	}
	b = append(b, `","record":`...)

	record := jsonObject{b: append(b, '{')}
	record.word(r, RequestID, "requestId", r.RequestID)
	record.word(r, InitType, "initializationType", r.InitType)
	record.word(r, Phase, "phase", r.Phase)
	record.word(r, Runtime, "runtimeVersion", r.Runtime)
	record.word(r, Function, "functionName", r.Function)
	if r.Kind == InitStart || r.Kind == RestoreStart {
		record.word(r, Version, "functionVersion", r.Version)
	} else {
		record.word(r, Version, "version", r.Version)
	}
	if r.Fields&metricFields != 0 {
		record.key("metrics")
		record.b = r.appendMetrics(record.b)
	}
	record.word(r, Status, "status", r.Status)
	record.word(r, ErrorType, "errorType", r.ErrorType)
	if r.Has(TraceID) {
		record.key("tracing")
		record.b = append(record.b, `{"type":"X-Amzn-Trace-Id","value":"Root=`...)
		record.b = append(record.b, r.TraceID...)
		record.b = append(record.b, `"}`...)
	}
	return append(record.b, "}}"...)
}

func (r *Record) appendMetrics(b []byte) []byte {
	metrics := jsonObject{b: append(b, '{')}
	switch r.Kind {
	case InitReport:
		metrics.millis(r, Init, "durationMs", r.Init)
	case RestoreReport:
		metrics.millis(r, Restore, "durationMs", r.Restore)
		metrics.millis(r, BilledRestore, "billedDurationMs", r.BilledRestore)
	default:
		metrics.millis(r, Duration, "durationMs", r.Duration)
		metrics.millis(r, Billed, "billedDurationMs", r.Billed)
		metrics.whole(r, Memory, "memorySizeMB", r.MemoryMB)
		metrics.whole(r, MaxMemory, "maxMemoryUsedMB", r.MaxMemoryMB)
		metrics.millis(r, Init, "initDurationMs", r.Init)
		metrics.millis(r, Restore, "restoreDurationMs", r.Restore)
		metrics.millis(r, BilledRestore, "billedRestoreDurationMs", r.BilledRestore)
	}
	return append(metrics.b, '}')
}

// jsonObject writes members after an opening brace. The words that a Record
// holds need no escaping: Parse takes none that would.
type jsonObject struct {
	b    []byte
	more bool
}

func (o *jsonObject) key(name string) {
	if o.more {
		o.b = append(o.b, ',')
	}
	o.more = true
	o.b = append(o.b, '"')
	o.b = append(o.b, name...)
	o.b = append(o.b, `":`...)
}

func (o *jsonObject) word(r *Record, field Fields, name string, value []byte) {
	if r.Has(field) {
		o.key(name)
		o.b = append(o.b, '"')
		o.b = append(o.b, value...)
		o.b = append(o.b, '"')
	}
}

func (o *jsonObject) millis(r *Record, field Fields, name string, value Micros) {
	if r.Has(field) {
		o.key(name)
		o.b = appendMillis(o.b, value, 0)
	}
}

func (o *jsonObject) whole(r *Record, field Fields, name string, value int64) {
	if r.Has(field) {
		o.key(name)
		o.b = strconv.AppendInt(o.b, value, 10)
	}
}

// String formats d in milliseconds with as many decimals as it has.
func (d Micros) String() string { return string(appendMillis(nil, d, 0)) }
