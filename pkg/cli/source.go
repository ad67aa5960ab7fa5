package cli

import (
	"context"
	"iter"
	"strings"

	"github.com/spf13/pflag"

	"github.com/coldstats/coldstats/pkg/logfile"
	"github.com/coldstats/coldstats/pkg/logs"
)

// source is an input, opened: a file or, where that is nil, what AWS has.
type source struct {
	input
	file   *logfile.Reader
	remote *remote
}

// events returns the events of the source, for which ctx is where calls have to
// be made.
func (s *source) events(ctx context.Context) iter.Seq2[*logs.Event, error] {
	if s.remote != nil {
		return s.remote.events(ctx)
	}
	return s.file.Events()
}

// coverage returns what was reached, once events has come to its end.
func (s *source) coverage() logs.Coverage {
	if s.remote != nil {
		return s.remote.coverage()
	}
	return s.file.Coverage()
}

// scope returns what the event that was lent last was asked for.
func (s *source) scope() logs.Scope {
	if s.remote != nil {
		return s.remote.scope
	}
	return s.file.Scope()
}

// inputFlags say how files are read.
type inputFlags struct {
	maxExpansion uint
}

func (i *inputFlags) register(f *pflag.FlagSet) {
	f.UintVar(&i.maxExpansion, "max-expansion", logfile.DefaultMaxExpansion,
		"stop reading a packed file that unpacks to more than `N` times its size and 64 MiB (0: never)")
}

// open opens an input that is a file, a folder or standard input.
func (i *inputFlags) open(in input, streams Streams) (source, error) {
	if in.path == logfile.Stdin {
		return i.limit(in, logfile.FromStdin(streams.In)), nil
	}
	r, err := logfile.Open(in.path)
	if err != nil {
		return source{}, unreadable(in.path, strings.TrimPrefix(err.Error(), in.path+": "))
	}
	return i.limit(in, r), nil
}

func (i *inputFlags) limit(in input, r *logfile.Reader) source {
	r.MaxExpansion = i.maxExpansion
	return source{input: in, file: r}
}
