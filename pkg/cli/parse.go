package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logfile"
	"github.com/coldstats/coldstats/pkg/logs"
	"github.com/coldstats/coldstats/pkg/render"
)

func newParse(streams Streams) *cobra.Command {
	explain := false
	var inputs inputFlags
	cmd := &cobra.Command{
		Use:   "parse [FILE]",
		Short: "Print each platform record as JSON Lines",
		Long: `Print each platform record that is recognised in FILE, a folder or standard
input as one line of JSON, and on standard error each line that has the look of
one and is none, with its number and the reason.

With --explain nothing of that is printed, but a Markdown text for an issue that
asks for what is not recognised: a sample of each shape, in which ids, names,
times and all text that is not Lambda's own are masked.`,
		Example: `  coldstats parse checkout.log
  coldstats parse --explain checkout.log
  aws logs tail /aws/lambda/checkout --follow | coldstats parse`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			arg := logfile.Stdin
			if len(args) > 0 {
				arg = args[0]
			}
			return parse(arg, explain, &inputs, streams)
		},
	}
	cmd.Flags().BoolVar(&explain, "explain", false, "print a redacted sample of each shape that is not recognised, instead of the records")
	inputs.register(cmd.Flags())
	return cmd
}

func parse(arg string, explain bool, inputs *inputFlags, streams Streams) error {
	out := bufio.NewWriterSize(streams.Out, 64<<10)
	// Who follows a log sees each record before the next line is waited for.
	streams.In = &flushingReader{streams.In, out}
	in, err := parseInput(arg)
	if err != nil {
		return err
	}
	if in.remote() {
		return unreadable(arg, "no such file or folder (of a function: coldstats fetch --raw --function NAME | coldstats parse)")
	}
	reader, err := inputs.open(in, streams)
	if err != nil {
		return err
	}
	p := parser{input: &reader.input, out: render.NewJSONLines(out), stderr: streams.Err}
	if explain {
		p.unknown = new(unknown)
	}
	for event, err := range reader.file.Events() {
		if err == nil {
			err = p.event(event)
		}
		if err != nil {
			return writing(err)
		}
	}
	if explain {
		if err := p.unknown.write(out); err != nil {
			return writing(err)
		}
	}
	if err := out.Flush(); err != nil {
		return writing(err)
	}
	coverage := reader.file.Coverage()
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
	p.ask(&coverage)
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

// parser prints the records of events, or keeps what is unknown to explain it.
type parser struct {
	input   *input
	out     *render.JSONLines
	stderr  io.Writer
	unknown *unknown // nil when records are printed
	record  lambdalog.Record
	records uint64
	misses  uint64
	looks   uint64 // events that hold nothing and something like a report
}

// event looks at one event. The error is the output's.
func (p *parser) event(e *logs.Event) error {
	before := p.records + p.misses
	for message := e.Message; len(message) > 0; {
		rest, err := lambdalog.Parse(message, &p.record)
		switch {
		case err == nil:
			p.records++
			if err := p.print(e); err != nil {
				return err
			}
		case errors.Is(err, lambdalog.ErrNone):
		default:
			p.misses++
			p.refuse(e, message[:len(message)-len(rest)], err)
		}
		message = rest
	}
	if p.records+p.misses == before {
		p.look(e)
	}
	return nil
}

// print prints the record, unless they are not wanted.
func (p *parser) print(e *logs.Event) error {
	if p.unknown != nil {
		return nil
	}
	parsed := render.NewParsed(e, &p.record)
	if e.Source != p.input.path {
		parsed.Source = e.Source
	}
	return p.out.Write(parsed)
}

// refuse tells or keeps a near miss.
func (p *parser) refuse(e *logs.Event, text []byte, reason error) {
	if p.unknown != nil {
		p.unknown.add(reason, text, recordAt(text), e.Line)
		return
	}
	fmt.Fprintf(p.stderr, "%s:%d: %v: %s\n", render.Plain(e.Source), e.Line, reason, render.Plain(excerpt(text)))
}

// look counts and keeps an event that holds no record and something like one.
func (p *parser) look(e *logs.Event) {
	at := reportAt(e.Message)
	if at < 0 {
		return
	}
	p.looks++
	if p.unknown != nil {
		p.unknown.add(errLooks, e.Message, at, e.Line)
	}
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
