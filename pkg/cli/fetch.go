package cli

import (
	"bufio"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/coldstats/coldstats/pkg/logfile"
)

// fetching is the command fetch: summary, but for its inputs and for what it may
// do instead.
type fetching struct {
	measure
	functions                    []string
	raw, list, forget, forgetAll bool
}

func newFetch(streams Streams) *cobra.Command {
	o := &fetching{measure: measure{streams: streams, parse: parseFetched}}
	cmd := &cobra.Command{
		Use:   "fetch [flags] --function NAME...",
		Short: "Fetch the reports of functions from CloudWatch Logs, and summarise them",
		Long: `Fetch the platform lines of functions or log groups from CloudWatch Logs into
the local archive, and summarise them as coldstats summary does. What is in the
archive is not fetched again.

NAME is a function (NAME, NAME@VERSION, NAME@ALIAS, 'api-*' or an ARN) or a log
group that begins with /, each with a LABEL= in front if you like. Credentials
and region are those that the AWS CLI would use.

--raw prints the log lines themselves instead: coldstats fetch --raw | coldstats
summary - has the same result as coldstats fetch. --list shows what the archive
keeps, and --forget drops it.`,
		Example: `  coldstats fetch --function checkout
  coldstats fetch --since 7d --region eu-west-1,us-east-1 --function 'api-*'
  coldstats fetch --cold-only --since 30d --function checkout@prod
  coldstats fetch --raw --function checkout | gzip > checkout.log.gz
  coldstats fetch --list
  coldstats fetch --forget checkout`,
		Args: func(_ *cobra.Command, args []string) error { return o.check(len(args) + len(o.functions)) },
		RunE: func(_ *cobra.Command, args []string) error {
			args = append(o.functions, args...)
			switch {
			case o.list:
				return o.listKept(args)
			case o.forget:
				return o.forgetKept(args)
			case o.raw:
				return o.printRaw(args)
			}
			return o.run(args)
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&o.functions, "function", nil, "fetch the function or log group `NAME`; may be repeated")
	f.BoolVar(&o.raw, "raw", false, "print the log lines themselves: time, stream and message")
	f.BoolVar(&o.list, "list", false, "show what the archive keeps, of all or of the given functions")
	f.BoolVar(&o.forget, "forget", false, "drop from the archive what it keeps of the given functions")
	f.BoolVar(&o.forgetAll, "all", false, "with --forget: drop all that the archive keeps")
	o.register(cmd)
	f.BoolVar(&o.records, "records", false, "print one row an invocation instead of statistics (csv, or json as JSON Lines)")
	return cmd
}

// usable are the flags that make sense with those that do something else than
// measure.
var usable = map[string][]string{
	"raw": {"function", "output", "since", "start", "end", "local", "profile", "region", "endpoint-url", "archive", "no-archive",
		"max-tps", "settle", "cold-only", "force", "quiet"},
	"list":   {"function", "output", "format", "region", "archive", "quiet"},
	"forget": {"function", "all", "region", "archive", "quiet"},
}

// check checks what fetch is asked to do, and of how many functions.
func (o *fetching) check(inputs int) error {
	for flag, with := range usable {
		if !o.flags.Changed(flag) {
			continue
		}
		var odd string
		o.flags.Visit(func(f *pflag.Flag) {
			if f.Name != flag && !slices.Contains(with, f.Name) {
				odd = f.Name
			}
		})
		if odd != "" {
			return usagef("--%s makes no sense with --%s", odd, flag)
		}
	}
	switch {
	case o.forgetAll && !o.forget:
		return usagef("--all is for --forget")
	case o.forget && o.forgetAll != (inputs == 0):
		return usagef("--forget needs functions or log groups to forget, or else --all")
	case !o.list && !o.forget && inputs == 0:
		return usagef("no function given: --function NAME")
	}
	return nil
}

// parseFetched understands an INPUT of fetch, which is never a file.
func parseFetched(arg string) (input, error) {
	label, spec := "", arg
	if m := labelled.FindStringSubmatch(arg); m != nil {
		label, spec = m[1], m[2]
	}
	if spec == logfile.Stdin || strings.HasPrefix(spec, "file:") || looksLikePath(spec) && exists(spec) {
		return input{}, usagef("%s is a file, and fetch reads CloudWatch Logs (coldstats summary reads files)", arg)
	}
	in, err := remoteInput(arg, label, spec)
	if err != nil {
		return in, usagef("%w", err)
	}
	in.guessed = false
	return in, nil
}

// printRaw prints the log lines of the inputs.
func (o *fetching) printRaw(args []string) (err error) {
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
	var codes []int
	for i := range s.sources {
		src := &s.sources[i]
		if err := writeRaw(s.ctx, buffered, src.remote); err != nil {
			return s.failed(err)
		}
		coverage := src.coverage()
		tellCoverage(o.streams.Err, &src.input, &coverage)
		if len(coverage.Gaps) > 0 {
			codes = append(codes, exitIncomplete)
		}
		if coverage.Events == 0 {
			complain(o.streams.Err, src.remote.nothing(src.arg, "platform line", 0))
			codes = append(codes, exitNothing)
		}
	}
	if len(s.missing) > 0 {
		codes = append(codes, exitFailed)
	}
	return finish(buffered, out, codes, nil)
}
