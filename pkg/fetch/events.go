package fetch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"

	"github.com/coldstats/coldstats/pkg/archive"
	"github.com/coldstats/coldstats/pkg/logs"
)

// Events returns what was selected of the target's events in the window and its
// margins, in time order; run Run first. Source is the log group's ARN.
//
// A kept cell that proves to be damaged is moved aside, noted in the coverage and
// fetched again, for which ctx is. An error ends the events.
func (s *Source) Events(ctx context.Context) iter.Seq2[*logs.Event, error] {
	return func(yield func(*logs.Event, error) bool) {
		s.coverage.Events, s.coverage.Bytes = 0, 0
		included := make(map[*logs.Stream]bool)
		lend := func(e *logs.Event) bool {
			wanted, known := included[e.Stream]
			if !known {
				function, version, _ := logs.SplitStreamName(e.Stream.Name)
				wanted = s.target.Includes(function, version)
				included[e.Stream] = wanted
			}
			if !wanted || e.Time.Millis < s.span.Start || s.span.End <= e.Time.Millis {
				return true
			}
			s.coverage.Events++
			return yield(e, nil)
		}
		for _, c := range s.cells {
			if !c.there {
				continue
			}
			more, err := s.readCell(ctx, c, lend)
			if err != nil && more {
				yield(nil, err)
			}
			if err != nil || !more {
				return
			}
		}
	}
}

// readCell lends the events of a cell, until lend returns false.
func (s *Source) readCell(ctx context.Context, c *cell, lend func(*logs.Event) bool) (more bool, err error) {
	begun := false
	once := func() (bool, error) {
		for e, err := range c.in.Read(c.Cell, &s.streams) {
			if err != nil {
				return true, err
			}
			begun = true
			if !lend(e) {
				return false, nil
			}
		}
		s.coverage.Bytes += sizeOf(c)
		return true, nil
	}
	more, err = once()
	if err == nil || !more {
		return more, err
	}
	var damaged *archive.DamagedError
	lost := errors.Is(err, fs.ErrNotExist)
	if begun || !lost && !errors.As(err, &damaged) {
		return true, err
	}
	if err := s.replace(ctx, c, err, lost); err != nil {
		return true, err
	}
	if !c.there {
		return true, nil // there is a gap now
	}
	return once()
}

// replace fetches a cell again that cannot be read any more.
func (s *Source) replace(ctx context.Context, c *cell, why error, lost bool) error {
	if lost {
		s.note("%v, and was fetched again", why)
	} else {
		aside, err := c.in.Quarantine(c.Cell)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		s.note("%v; it was moved to %s, and fetched again", why, aside)
	}
	if c.End <= s.target.Group.OldestMillis(s.options.Now().UnixMilli()) {
		s.note("the log group has no events of that time any more")
	}
	c.there = false
	if err := s.fetch(ctx, []*cell{c}); err != nil {
		return fmt.Errorf("fetching a damaged cell again: %w", err)
	}
	return nil
}
