package fetch

import (
	"context"
	"errors"
	"slices"
	"sort"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/coldstats/coldstats/pkg/archive"
	"github.com/coldstats/coldstats/pkg/awsapi"
)

// fetch reads the cells, which are in time order, into their archives.
func (s *Source) fetch(ctx context.Context, cells []*cell) error {
	if len(cells) == 0 {
		return nil
	}
	if _, err := s.scratch(); err != nil {
		return err
	}
	var spans []archive.Span
	for _, c := range cells {
		if n := len(spans); n > 0 && spans[n-1].End == c.ask.Start {
			spans[n-1].End = c.ask.End
		} else {
			spans = append(spans, c.ask)
		}
	}
	f := &fetcher{Source: s, queue: newQueue(spans), cells: cells, before: s.progress.Covered}
	tasks, ctx := errgroup.WithContext(ctx)
	defer context.AfterFunc(ctx, f.queue.stop)()
	for range maxWorkers {
		tasks.Go(func() error { return f.work(ctx) })
	}
	tasks.Go(f.store)
	return tasks.Wait()
}

// fetcher fetches some cells of a Source.
type fetcher struct {
	*Source
	queue  *queue
	cells  []*cell       // in time order
	before time.Duration // covered
}

// block is a run of the events of a cell.
type block struct {
	*archive.Block
	cell int // its number in cells
}

// work reads slices until there are none.
func (f *fetcher) work(ctx context.Context) error {
	for {
		s, ok := f.queue.take()
		if !ok {
			return context.Cause(ctx)
		}
		err := f.page(ctx, s)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil && f.again(s, err) {
			f.queue.release(s)
			continue
		}
		if err != nil && !f.queue.fail(s, err) {
			return err
		}
	}
}

// again reports whether a slice should be tried once more after an error. Calls
// that may pass by waiting were repeated already; but one that failed in several
// ways may have been given up early.
func (f *fetcher) again(s *slice, err error) bool {
	switch {
	case errors.Is(err, awsapi.ErrTokenExpired):
		return s.restart()
	case refused(err), errors.Is(err, errDisorder), errors.Is(err, errStuck):
		return false
	}
	s.failures++
	return f.queue.begun() && s.failures < maxFailures
}

// refused reports whether AWS said no, which it will say again.
func refused(err error) bool {
	var (
		denied      *awsapi.DeniedError
		credentials *awsapi.CredentialsError
		notFound    *awsapi.NotFoundError
		class       *awsapi.ClassError
	)
	return errors.As(err, &denied) || errors.As(err, &credentials) || errors.As(err, &notFound) || errors.As(err, &class)
}

// page reads one page of a slice and puts the slice back.
func (f *fetcher) page(ctx context.Context, s *slice) error {
	turn, calling := f.gate.turn(ctx)
	defer turn.leave(true)
	ask, token := s.request()
	var began time.Time
	page, err := f.region.FilterPage(calling, awsapi.FilterRequest{
		Group: f.target.Group.Identifier(), Pattern: f.options.Selection.Pattern,
		Start: ask.Start, End: ask.End, Token: token,
	}, awsapi.Pace{
		Wait: func(ctx context.Context) error {
			defer func() { began = time.Now() }()
			return f.options.Limiter.Wait(ctx)
		},
		Done: func(err error, throttled bool) {
			f.count(throttled)
			if err != nil {
				turn.leave(false)
				return
			}
			f.queue.pace(time.Since(began), float64(f.options.Limiter.full))
		},
	})
	if err != nil {
		return err
	}
	r := read{events: len(page.Events) > 0}
	fresh, reached, err := s.accept(page)
	if err != nil {
		return err
	}
	r.reached = reached
	if r.blocks, err = f.pack(fresh); err != nil {
		return err
	}
	if r.last, err = s.follow(page.NextToken); err != nil {
		return err
	}
	f.queue.put(s, r)
	f.report(r)
	return nil
}

// pack packs the events that the caller wants, which are in time order.
func (f *fetcher) pack(events []awsapi.Event) ([]block, error) {
	var blocks []block
	var message []byte
	for len(events) > 0 {
		number := sort.Search(len(f.cells), func(i int) bool { return events[0].Timestamp < f.cells[i].ask.End })
		c := f.cells[number]
		packer, err := c.Packer()
		if err != nil {
			return nil, err
		}
		n := slices.IndexFunc(events, func(e awsapi.Event) bool { return e.Timestamp >= c.ask.End })
		if n < 0 {
			n = len(events)
		}
		for _, e := range events[:n] {
			message = append(message[:0], e.Message...)
			if !f.options.Keep(message) {
				continue
			}
			if err := packer.Add(e.Timestamp, e.Stream, message); err != nil {
				return nil, err
			}
		}
		events = events[n:]
		packed, err := packer.Pack()
		if err != nil {
			return nil, err
		}
		if packed != nil {
			blocks = append(blocks, block{packed, number})
		}
	}
	return blocks, nil
}

// count counts an attempt.
func (s *Source) count(throttled bool) {
	if throttled {
		s.options.Limiter.Throttled()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.progress.Calls++
	if throttled {
		s.progress.Throttles++
	}
}

// report tells how far the fetch is after a page.
func (f *fetcher) report(r read) {
	covered := f.queue.progress()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, b := range r.blocks {
		f.progress.Events += b.Events()
	}
	f.progress.Covered = max(f.progress.Covered, min(f.progress.Total, f.before+millis(covered)))
	f.progress.Rate = f.options.Limiter.Rate()
	if f.options.Progress != nil {
		f.options.Progress(f.progress)
	}
}
