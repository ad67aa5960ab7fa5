package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logfile"
	"github.com/coldstats/coldstats/pkg/logs"
	"github.com/coldstats/coldstats/pkg/render"
)

func newParse(streams Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "parse [FILE]",
		Short: "Print each platform record as JSON Lines",
		Long: `Print each platform record that is recognised in FILE, a folder or standard
input as one line of JSON, and on standard error each line that has the look of
one and is none, with its number and the reason.`,
		Example: `  coldstats parse checkout.log
  aws logs tail /aws/lambda/checkout --follow | coldstats parse`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			arg := logfile.Stdin
			if len(args) > 0 {
				arg = args[0]
			}
			return parse(arg, streams)
		},
	}
}

func parse(arg string, streams Streams) error {
	out := bufio.NewWriterSize(streams.Out, 64<<10)
	// Who follows a log sees each record before the next line is waited for.
	streams.In = &flushingReader{streams.In, out}
	reader, err := openInput(arg, streams)
	if err != nil {
		return err
	}
	p := parser{out: render.NewJSONLines(out), stderr: streams.Err}
	for event, err := range reader.Events() {
		if err == nil {
			err = p.event(event)
		}
		if err != nil {
			return writing(err)
		}
	}
	if err := out.Flush(); err != nil {
		return writing(err)
	}
	coverage := reader.Coverage()
	tellCoverage(streams.Err, &reader.input, &coverage)
	var codes []int
	if len(coverage.Gaps) > 0 {
		codes = append(codes, exitIncomplete)
	}
	if p.records == 0 {
		if why := nothing(&reader.input, &coverage, "platform record"); why != "" {
			complain(streams.Err, "nothing to parse: "+why)
		}
		codes = append(codes, exitNothing)
	}
	return exit(inPrecedence(codes))
}

// flushingReader flushes out before each read.
type flushingReader struct {
	io.Reader
	out *bufio.Writer
}

func (r *flushingReader) Read(p []byte) (int, error) {
	if err := r.out.Flush(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// parser prints the records of events.
type parser struct {
	out     *render.JSONLines
	stderr  io.Writer
	record  lambdalog.Record
	records int
}

// event prints the records of one event. The error is the output's.
func (p *parser) event(e *logs.Event) error {
	for message := e.Message; len(message) > 0; {
		rest, err := lambdalog.Parse(message, &p.record)
		switch {
		case err == nil:
			p.records++
			if err := p.out.Write(newParsed(e, &p.record)); err != nil {
				return err
			}
		case errors.Is(err, lambdalog.ErrNone):
			return nil
		default:
			fmt.Fprintf(p.stderr, "%s:%d: %v: %s\n", render.Plain(e.Source), e.Line, err,
				render.Plain(excerpt(message[:len(message)-len(rest)])))
		}
		message = rest
	}
	return nil
}

// excerpt returns as much of a message as fits a line.
func excerpt(message []byte) string {
	const most = 120
	message = bytes.TrimSpace(message)
	if len(message) <= most {
		return string(message)
	}
	end := most
	for end > most-utf8.UTFMax && !utf8.RuneStart(message[end]) {
		end--
	}
	return string(message[:end]) + "…"
}

// parsed is the contract of parse: keys, in order.
type parsed struct {
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
}

func newParsed(e *logs.Event, rec *lambdalog.Record) parsed {
	t := e.Time
	if !t.Known && rec.Has(lambdalog.Time) {
		t = logs.At(rec.TimeMillis)
	}
	millis := func(field lambdalog.Fields, d lambdalog.Micros) json.Number {
		if !rec.Has(field) {
			return ""
		}
		return json.Number(d.String())
	}
	megabytes := func(field lambdalog.Fields, mb int64) json.Number {
		if !rec.Has(field) {
			return ""
		}
		return json.Number(strconv.FormatInt(mb, 10))
	}
	word := func(field lambdalog.Fields, b []byte) string {
		if !rec.Has(field) {
			return ""
		}
		return string(b)
	}
	return parsed{
		Record:          rec.Kind.String(),
		Time:            t.String(),
		RequestID:       word(lambdalog.RequestID, rec.RequestID),
		DurationMs:      millis(lambdalog.Duration, rec.Duration),
		BilledMs:        millis(lambdalog.Billed, rec.Billed),
		MemoryMB:        megabytes(lambdalog.Memory, rec.MemoryMB),
		MaxMemoryMB:     megabytes(lambdalog.MaxMemory, rec.MaxMemoryMB),
		InitMs:          millis(lambdalog.Init, rec.Init),
		RestoreMs:       millis(lambdalog.Restore, rec.Restore),
		BilledRestoreMs: millis(lambdalog.BilledRestore, rec.BilledRestore),
		Status:          word(lambdalog.Status, rec.Status),
		ErrorType:       word(lambdalog.ErrorType, rec.ErrorType),
		TraceID:         word(lambdalog.TraceID, rec.TraceID),
		Phase:           word(lambdalog.Phase, rec.Phase),
		InitType:        word(lambdalog.InitType, rec.InitType),
		LogGroup:        e.Stream.Group,
		LogStream:       e.Stream.Name,
		Line:            e.Line,
	}
}
