// Package cli is the command line: one file a command, and what they share,
// inputs, windows, output and exit codes. It decides nothing about logs or
// figures; it wires the packages that do.
package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/coldstats/coldstats/pkg/render"
)

// Streams are the command's standard streams.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// The exit codes. They are part of the contract with scripts.
const (
	exitDone       = 0
	exitFailed     = 1
	exitUsage      = 2
	exitNothing    = 3 // no report in any input, or an empty side
	exitIncomplete = 5 // a gap, or an input cut short

	exitInterrupted = 130 // what was fetched is kept
)

// precedence orders the exit codes: of several that apply the first is
// returned.
var precedence = []int{exitUsage, exitFailed, exitInterrupted, exitIncomplete, exitNothing}

// exitError ends the command with an exit code. Without a message it has been
// told already.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

func failf(format string, args ...any) error {
	return &exitError{exitFailed, fmt.Errorf(format, args...)}
}

func usagef(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// exit ends the command with the first of codes, or successfully without one.
func exit(codes []int) error {
	if len(codes) == 0 {
		return nil
	}
	return &exitError{code: codes[0]}
}

// inPrecedence returns the codes without repetition, the one to return first.
func inPrecedence(codes []int) []int {
	sorted := []int{}
	for _, code := range precedence {
		if slices.Contains(codes, code) {
			sorted = append(sorted, code)
		}
	}
	return sorted
}

// Run runs the command line and returns the exit code. It is the one place
// that prints an error and picks the code.
func Run(args []string, streams Streams) int {
	root := newRoot(streams)
	root.SetArgs(args)
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	cmd, err := root.ExecuteC()
	switch failure, ok := errors.AsType[*exitError](err); {
	case err == nil, errors.Is(err, syscall.EPIPE):
		return exitDone
	case ok && failure.err == nil:
		return failure.code
	case ok && failure.code != exitUsage:
		complain(streams.Err, err.Error())
		return failure.code
	case isPathError(err): // of cobra's own output, such as completion scripts
		complain(streams.Err, writing(err).Error())
		return exitFailed
	}
	// What is none of ours comes from cobra, which only parses.
	complain(streams.Err, fmt.Sprintf("%s (see %s --help)", strings.TrimSpace(err.Error()), cmd.CommandPath()))
	return exitUsage
}

func isPathError(err error) bool {
	_, ok := errors.AsType[*fs.PathError](err)
	return ok
}

// complain prints one line about what is wrong. What it quotes may come from
// logs.
func complain(w io.Writer, text string) {
	fmt.Fprintf(w, "coldstats: %s\n", render.Plain(text))
}

// count words a number of things.
func count(n uint64, noun string) string { return plural(n, noun, noun+"s") }

func plural(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func newRoot(streams Streams) *cobra.Command {
	root := &cobra.Command{
		Use:     "coldstats",
		Version: version(),
		Short:   "The truth about the cold starts of AWS Lambda functions",
		Long: `coldstats reads the platform lines (REPORT and its kin) that AWS Lambda writes
to its logs, and tells how long cold starts take, how often they happen and how
much they vary, for one build or for several side by side.`,
		Example: `  coldstats summary checkout.log
  coldstats compare before.log after.log
  coldstats fetch --since 7d --function checkout
  coldstats summary --format csv checkout.log > checkout.csv
  aws logs tail /aws/lambda/checkout --since 1d | coldstats summary -`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return unknownCommand(cmd, args[0])
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newFetch(streams), newSummary(streams), newCompare(streams), newParse(streams), newVersion())
	root.SetVersionTemplate(versionLine())
	root.InitDefaultHelpCmd()
	if help, _, err := root.Find([]string{"help"}); err == nil {
		help.Args = func(_ *cobra.Command, args []string) error {
			if topic, _, err := root.Find(args); len(args) > 0 && (err != nil || topic == root) {
				return unknownCommand(root, args[0])
			}
			return nil
		}
	}
	return root
}

// flagError lists the flags that there are where one was given that is not.
func flagError(cmd *cobra.Command, err error) error {
	if _, ok := errors.AsType[*pflag.NotExistError](err); !ok {
		return usagef("%w", err)
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	return usagef("%w, only %s", err, strings.Join(names, ", "))
}

func unknownCommand(root *cobra.Command, name string) error {
	root.SuggestionsMinimumDistance = 2
	hint := ""
	if exists(name) {
		hint = ", did you mean summary " + name + "?"
	}
	if similar := root.SuggestionsFor(name); len(similar) > 0 {
		hint = ", did you mean " + strings.Join(similar, " or ") + "?"
	}
	return usagef("unknown command %q%s", name, hint)
}
