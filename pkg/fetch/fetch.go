// Package fetch brings the platform lines of a log group over a window of time
// into the archive, as fast as the quota of the account allows, and reads them
// back in time order. Where a log group is found is awsapi's matter, how a cell
// is stored archive's, and what a line says its caller's.
//
// The window is cut into the archive's cells, whole UTC days and hours. What is
// kept costs no call; what is missing is cut into slices, which several workers
// read at once, earliest first (queue). Each page is packed as it comes and waits
// for its turn; a cell is kept when all of it is there. The end of the window, in
// which events may still arrive, is read each time and not kept.
//
// Nothing is left out silently. Throttling, broken connections and the like are
// retried until the context ends; a part that CloudWatch Logs refuses becomes a
// gap in the coverage, what was read of its cells is given and not kept.
//
// It relies on what FilterLogEvents documents: events come in the order of their
// times, across all streams. Where that is seen to be broken there is a gap.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/coldstats/coldstats/pkg/archive"
	"github.com/coldstats/coldstats/pkg/awsapi"
	"github.com/coldstats/coldstats/pkg/logs"
)

const (
	// DefaultSettle is how long after its time an event may still arrive.
	DefaultSettle = 15 * time.Minute
	// DefaultMargin is how much is read before and after the window. Before it, so
	// that the beginning of a sandbox is seen whose first invocation is in the
	// window; after it, since the report of an invocation that began in the window
	// comes up to 15 minutes later, the longest that a function may run.
	DefaultMargin = 15 * time.Minute
)

// Options are how a Source reads.
type Options struct {
	// Archive keeps what was fetched; nil keeps nothing, and all goes to a
	// temporary folder.
	Archive *archive.Archive
	// Selection is what is fetched, Platform by default.
	Selection Selection
	// Keep reports whether a message is of the selection: servers read patterns
	// differently. It is called by several goroutines. By default all are.
	Keep func(message []byte) bool
	// Limiter spaces the calls. Sources of one account and region share one.
	Limiter *Limiter
	// Settle is how old events have to be to be kept, DefaultSettle by default.
	Settle time.Duration
	// Margin is how much is read before and after the window, DefaultMargin by
	// default.
	Margin time.Duration
	// Progress is told how far a fetch is after each page, by one goroutine at a
	// time. It should be quick.
	Progress func(Progress)
	// Now is the clock, time.Now by default.
	Now func() time.Time
}

// Progress is how far a fetch is.
type Progress struct {
	// Covered is how much of Total is there: the time of the cells that hold the
	// window and its margins.
	Covered, Total time.Duration
	// Events counts those that were fetched, Calls the attempts that they took, and
	// Throttles those of the attempts that came too fast.
	Events, Calls, Throttles uint64
	// Rate is how many calls a second are allowed now.
	Rate float64
}

// Source is a log group over a window. It is used by one goroutine: Run, then
// Events, then Coverage and Close.
type Source struct {
	region  *awsapi.Region
	target  *awsapi.Target
	window  logs.Window
	options Options
	group   archive.Group

	span  archive.Span // the window with its margins, as far as it is past
	cells []*cell      // in time order
	// temporary is for what is not kept; nil until it is needed.
	temporary *archive.Archive
	gate      gate

	streams  logs.Streams
	coverage logs.Coverage
	gaps     []gap

	mu       sync.Mutex
	progress Progress
}

// cell is a cell of the window.
type cell struct {
	archive.Cell
	// ask is the part of it that is fetched, the whole cell where it is settled.
	ask archive.Span
	// in is where it is or will be, and there says that it is.
	in    *archive.Archive
	there bool
}

// New returns a source of a log group's events over a window that is bounded on
// both sides. Nothing is read yet.
func New(region *awsapi.Region, target *awsapi.Target, window logs.Window, options Options) (*Source, error) {
	if !window.Start.Known || !window.End.Known || window.End.Millis <= window.Start.Millis {
		return nil, fmt.Errorf("fetching log group %s: the window from %q to %q is none", target.Group.Name, window.Start, window.End)
	}
	group, err := archive.GroupOf(target.Group.ARN, target.Group.CreatedMillis)
	if err != nil {
		return nil, fmt.Errorf("fetching log group %s: %w", target.Group.Name, err)
	}
	if options.Selection == (Selection{}) {
		options.Selection = Platform
	}
	if options.Keep == nil {
		options.Keep = func([]byte) bool { return true }
	}
	if options.Limiter == nil {
		options.Limiter = NewLimiter(DefaultRate(awsapi.FilterLogEventsTPS(region.Name)))
	}
	if options.Settle == 0 {
		options.Settle = DefaultSettle
	}
	if options.Margin == 0 {
		options.Margin = DefaultMargin
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	return &Source{
		region: region, target: target, window: window, options: options, group: group,
		gate: make(gate, decoding),
	}, nil
}

// Run fetches what is not in the archive. Its error says that nothing could be
// read, that what was read could not be written, or that the context ended; then
// the cells that are finished stay, and Events gives them. Parts that
// could not be read are no error but gaps in the coverage.
func (s *Source) Run(ctx context.Context) error {
	if err := s.plan(); err != nil {
		return err
	}
	missing := slices.DeleteFunc(slices.Clone(s.cells), func(c *cell) bool { return c.there })
	for _, c := range s.cells {
		whole := millis(c.ask.End - c.ask.Start)
		s.progress.Total += whole
		if c.there {
			s.progress.Covered += whole
		}
	}
	err := s.fetch(ctx, missing)
	if ended := context.Cause(ctx); err != nil && ended != nil && errors.Is(err, ended) {
		kept := 0
		for _, c := range s.cells {
			if c.there && c.in == s.options.Archive {
				kept++
			}
		}
		return fmt.Errorf("fetching log group %s: stopped with %d of %d cells in the archive (the same command goes on from there): %w",
			s.target.Group.Name, kept, len(s.cells), ended)
	}
	return err
}

// Coverage returns what was reached. It is final when Events has been read to
// its end.
func (s *Source) Coverage() logs.Coverage {
	c := s.coverage
	c.Gaps = s.gapsOf()
	return c
}

// Close removes what is not kept.
func (s *Source) Close() error {
	if s.temporary == nil {
		return nil
	}
	if err := os.RemoveAll(s.temporary.Dir()); err != nil {
		return fmt.Errorf("removing a temporary archive: %w", err)
	}
	return nil
}

// scratch returns the temporary archive.
func (s *Source) scratch() (*archive.Archive, error) {
	if s.temporary != nil {
		return s.temporary, nil
	}
	dir, err := os.MkdirTemp("", "coldstats-")
	if err != nil {
		return nil, fmt.Errorf("making a temporary archive: %w (TMPDIR names another folder)", err)
	}
	s.temporary, err = archive.Open(dir)
	return s.temporary, err
}

func (s *Source) note(format string, args ...any) {
	s.coverage.Notes = append(s.coverage.Notes, fmt.Sprintf(format, args...))
}

func millis(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
