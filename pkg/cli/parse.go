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
			if err := p.out.Write(render.NewParsed(e, &p.record)); err != nil {
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
