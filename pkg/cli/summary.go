package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/coldstats/coldstats/pkg/coldstart"
	"github.com/coldstats/coldstats/pkg/logs"
	"github.com/coldstats/coldstats/pkg/render"
)

func newSummary(streams Streams) *cobra.Command {
	o := &measure{streams: streams, parse: parseInput}
	cmd := &cobra.Command{
		Use:   "summary INPUT...",
		Short: "Summarise the cold starts in logs",
		Long: `Summarise how the invocations in logs started, and how long init, duration,
total wait, warm duration and memory were.

INPUT is [LABEL=]SPEC; SPEC is a file, a folder (read recursively), - for
standard input, or what is read from CloudWatch Logs: a function (NAME,
NAME@VERSION, NAME@ALIAS, 'api-*' or an ARN) or a log group that begins with /.
fn:, group: and file: force a kind. Inputs with the same LABEL are pooled.
Without one, invocations are grouped by function where their lines carry it,
else by the input's name.`,
		Example: `  coldstats summary checkout.log
  coldstats summary --by memory,version exports/
  coldstats summary --format csv checkout.log > checkout.csv
  coldstats summary --records --start-kind cold checkout.log.gz
  coldstats summary --since 7d checkout
  aws logs tail /aws/lambda/checkout --since 1d | coldstats summary -`,
		Args: needInputs(1),
		RunE: func(_ *cobra.Command, args []string) error { return o.run(args) },
	}
	o.register(cmd)
	cmd.Flags().BoolVar(&o.records, "records", false, "print one row an invocation instead of statistics (csv, or json as JSON Lines)")
	return cmd
}

// needInputs requires at least n INPUT arguments.
func needInputs(n int) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) >= n:
			return nil
		case n == 1:
			return usagef("no INPUT given: a file, a folder, - for standard input, or a function or log group")
		}
		return usagef("compare needs a BASE and another INPUT, or one INPUT and --by")
	}
}

// measure is what summary and compare share: their flags, and the way from
// inputs to a printed report.
type measure struct {
	streams Streams
	compare bool
	// parse understands an INPUT.
	parse func(arg string) (input, error)

	flags         *pflag.FlagSet
	window        windowFlags
	inputs        inputFlags
	cloud         cloudFlags
	by            []string
	metrics       []string
	versions      []string
	memory        []string
	statuses      []string
	starts        []string
	runGap        string
	dedup         string
	format        string
	output        string
	records       bool
	distributions bool
	quiet         bool
}

func (o *measure) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	o.flags = f
	f.StringVarP(&o.format, "format", "f", "", "output `FORMAT`: "+list(render.Formats[:])+" (default table)")
	f.StringVarP(&o.output, "output", "o", "", "write the result to `FILE` instead of standard output")
	f.StringSliceVar(&o.by, "by", nil, "split the groups by `DIMENSION`s: "+list(coldstart.Dimensions[:]))
	f.StringSliceVar(&o.metrics, "metrics", []string{"init", "duration", "total", "warm", "memory"},
		"print these `METRIC`s: "+list(coldstart.MetricNames[:]))
	o.window.register(f)
	f.StringSliceVar(&o.versions, "version", nil, "only invocations of these function `VERSION`s")
	f.StringSliceVar(&o.memory, "memory", nil, "only invocations with these memory sizes, in `MB`")
	f.StringSliceVar(&o.statuses, "status", nil, "only invocations with these `STATUS`es: success, error, failure, timeout")
	f.StringSliceVar(&o.starts, "start-kind", nil, "only invocations with these `START`s: "+list(coldstart.StartKinds[:]))
	f.StringVar(&o.runGap, "run-gap", "10m", "a pause on $LATEST longer than `TIME` begins a new run (--by run)")
	f.StringVar(&o.dedup, "dedup", "window", "`REACH` of the search for duplicates: the last 131072 reports of an input (window), all of them (all, takes memory), or none")
	o.inputs.register(f)
	o.cloud.register(f)
	f.BoolVar(&o.distributions, "distributions", false, "add each metric's values and counts (json)")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "do not tell on standard error how inputs were understood")
}

// list joins the names of things for a help text or an error.
func list[T fmt.Stringer](all []T) string {
	names := make([]string, len(all))
	for i, v := range all {
		names[i] = v.String()
	}
	return strings.Join(names, ", ")
}

// parseAll parses each name, once, or says which are valid.
func parseAll[T interface {
	fmt.Stringer
	comparable
}](flag string, names []string, all []T, parse func(string) (T, bool)) ([]T, error) {
	var parsed []T
	for _, name := range names {
		v, ok := parse(name)
		if !ok {
			return nil, usagef("--%s: no %q, only %s", flag, name, list(all))
		}
		if !slices.Contains(parsed, v) {
			parsed = append(parsed, v)
		}
	}
	return parsed, nil
}

func parseMemory(sizes []string) ([]int64, error) {
	var parsed []int64
	for _, size := range sizes {
		mb, err := strconv.ParseInt(size, 10, 64)
		if err != nil || mb <= 0 {
			return nil, usagef("--memory: %q is no memory size in MB (such as 512)", size)
		}
		parsed = append(parsed, mb)
	}
	return parsed, nil
}

// plan is the flags, understood.
type plan struct {
	options coldstart.Options
	format  render.Format
	// fetched is what is asked for of what CloudWatch Logs has.
	fetched logs.Scope
}

func (o *measure) plan(now time.Time) (p plan, err error) {
	if p.format, err = o.parseFormat(); err != nil {
		return p, err
	}
	options := coldstart.Options{
		Zone:       o.window.zone(),
		SideBySide: o.compare,
		Filter: coldstart.Filter{
			Versions: o.versions,
			Statuses: o.statuses,
		},
	}
	if options.Metrics, err = parseAll("metrics", o.metrics, coldstart.MetricNames[:], coldstart.ParseMetric); err != nil {
		return p, err
	}
	if len(options.Metrics) == 0 {
		return p, usagef("--metrics names no metric, of %s", list(coldstart.MetricNames[:]))
	}
	if options.Filter.MemoryMB, err = parseMemory(o.memory); err != nil {
		return p, err
	}
	if options.Window, err = o.window.window(now); err != nil {
		return p, err
	}
	if options.By, err = parseAll("by", o.by, coldstart.Dimensions[:], coldstart.ParseDimension); err != nil {
		return p, err
	}
	if options.Filter.Starts, err = parseAll("start-kind", o.starts, coldstart.StartKinds[:], coldstart.ParseStartKind); err != nil {
		return p, err
	}
	for _, status := range o.statuses {
		switch status {
		case "success", "error", "failure", "timeout":
		default:
			return p, usagef("--status: no %q, only success, error, failure, timeout", status)
		}
	}
	if options.RunGap, err = parseSpan(o.runGap); err != nil {
		return p, usagef("--run-gap %q: %w", o.runGap, err)
	}
	switch o.dedup {
	case "window":
		options.Dedup = coldstart.DedupWindow
	case "all":
		options.Dedup = coldstart.DedupAll
	case "none":
		options.Dedup = coldstart.DedupNone
	default:
		return p, usagef("--dedup: no %q, only window, all, none", o.dedup)
	}
	p.options = options
	p.fetched = logs.Scope{Window: fetched(options.Window, now), ColdOnly: o.cloud.coldOnly}
	return p, nil
}

func (o *measure) parseFormat() (render.Format, error) {
	name := o.format
	switch {
	case name == "" && o.records:
		name = "csv"
	case name == "":
		name = "table"
	}
	format, ok := render.ParseFormat(name)
	switch {
	case !ok:
		return 0, usagef("--format: no %q, only %s", name, list(render.Formats[:]))
	case o.records && format != render.CSV && format != render.JSON:
		return 0, usagef("--records prints csv or json, not %s", name)
	case o.distributions && (format != render.JSON || o.records):
		return 0, usagef("--distributions needs --format json, without --records")
	}
	return format, nil
}

// run measures the inputs and prints the result.
func (o *measure) run(args []string) (err error) {
	p, err := o.plan(time.Now())
	if err != nil {
		return err
	}
	out := &outputFile{path: o.output, streams: o.streams}
	s, err := o.open(args, out, &p)
	if s != nil {
		defer func() { err = s.close(err) }()
	}
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(out, 64<<10)
	var records *render.Records
	if o.records {
		if records, err = render.NewRecords(buffered, p.format); err != nil {
			return writing(err)
		}
		p.options.Each = records.Write
	}
	builder := coldstart.NewBuilder(p.options)
	coverage, counts, err := o.read(s, builder, p.options.Window)
	if err != nil {
		return err
	}
	coverage.Gaps = append(s.missing, coverage.Gaps...)
	codes, lacks := o.judge(counts, coverage)
	if len(s.missing) > 0 {
		codes = append(codes, exitFailed)
	}
	if o.records {
		err = records.Flush()
	} else {
		codes, err = o.print(buffered, builder, coverage, &p, codes, lacks)
	}
	return finish(buffered, out, codes, err)
}

// finish ends the output after an error of it, or with the exit codes.
func finish(buffered *bufio.Writer, out *outputFile, codes []int, err error) error {
	if err == nil {
		err = buffered.Flush()
	}
	if closing := out.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return writing(err)
	}
	return exit(inPrecedence(codes))
}

// writing words an error of the output.
func writing(err error) error {
	if errors.Is(err, syscall.EPIPE) {
		return err
	}
	if _, ok := errors.AsType[*exitError](err); ok {
		return err
	}
	return failf("writing the output: %w", err)
}

// counted is what one input came to.
type counted struct {
	source
	coverage logs.Coverage
	result   *coldstart.Input
}

// read reads all inputs into the builder, for the time that the flags ask for.
func (o *measure) read(s *session, builder *coldstart.Builder, asked logs.Window) (total logs.Coverage, counts []counted, err error) {
	for _, src := range s.sources {
		result := builder.Input(src.arg, src.label, src.base)
		result.Scope = src.scope()
		for event, err := range src.events(s.ctx) {
			if err == nil {
				result.Scope = src.scope()
				result.Scope.Window = asked.Within(result.Scope.Window)
				err = result.Add(event)
			}
			if err != nil {
				return total, nil, s.failed(err)
			}
		}
		result.Scope.Window = asked.Within(src.scope().Window)
		c := counted{src, src.coverage(), result}
		o.tell(&c)
		total.Add(c.coverage)
		counts = append(counts, c)
	}
	return total, counts, nil
}

// print finishes the report and prints it, and returns the exit codes with
// those that the report calls for. Without a group there is nothing that a
// table could show; programs get the empty answer.
func (o *measure) print(w io.Writer, builder *coldstart.Builder, coverage logs.Coverage, p *plan, codes []int, lacks []string) ([]int, error) {
	report, err := builder.Report(coverage)
	if err != nil {
		return codes, err
	}
	report.Warnings = append(report.Warnings, lacks...)
	if report.ColdOnly && !o.flags.Changed("metrics") {
		report.Keep(coldstart.InitMetric, coldstart.TotalMetric, coldstart.MemoryMetric)
	}
	if o.compare && len(lacks) == 0 {
		if len(report.Groups) < 2 {
			complain(o.streams.Err, "nothing to compare: there is only one group")
			codes = append(codes, exitNothing)
		}
		report.Compare()
	}
	if len(report.Groups) == 0 && (p.format == render.Table || p.format == render.Markdown) {
		return codes, nil
	}
	return codes, render.Report(w, report, p.format, render.Options{
		Compare:       o.compare,
		Distributions: o.distributions,
		ExitCodes:     inPrecedence(codes),
	})
}
