package fetch

import (
	"math"
	"sync"
	"time"

	"github.com/coldstats/coldstats/pkg/archive"
)

const (
	// chain is how many pages a slice should have: enough that the last one,
	// which is not full, costs little, and few enough that what waits for its
	// turn stays small. A slice of more than half as much again is cut.
	chain    = 4
	tooLong  = chain * 3 / 2
	minCut   = int64(time.Second / time.Millisecond)
	maxWait  = 8 << 20 // bytes of blocks that wait for their turn
	maxTries = 3       // failures in a row, after which nothing more is asked
	// maxWorkers is how many pages may be asked for at once.
	maxWorkers = 32
)

// queue is the part of the window that is not in the archive yet, cut into
// slices in time order. Workers take slices and put them back a page further;
// one consumer pops the blocks in time order.
//
// Nothing is known of a log group before its first page, so that there is one
// slice at first, of everything. How much time a page holds is learnt from page
// to page, and what is longer than a chain of pages is cut when it is met: where
// pages hold events, at the time that the next few will reach; where they are
// empty, which tells nothing of how far they came, into equal parts.
type queue struct {
	mu      sync.Mutex
	changed *sync.Cond
	head    *slice        // the earliest; nil at the end
	perPage float64       // ms of log time that a page holds; 0 is not known yet
	waiting int           // bytes of blocks that wait
	started bool          // the first page is there
	failed  int           // slices in a row
	took    time.Duration // by a call, of late
	busy    int           // slices that are taken
	wanted  int           // how many of them keep the limiter busy
	stopped bool
	covered int64 // ms that were read
}

// newQueue returns a queue of spans in time order.
func newQueue(spans []archive.Span) *queue {
	q := &queue{wanted: maxWorkers}
	q.changed = sync.NewCond(&q.mu)
	tail := &q.head
	for _, span := range spans {
		*tail = newSlice(span)
		tail = &(*tail).next
	}
	return q
}

// take returns the earliest slice that nobody reads, when there is one that may
// be read. ok is false when there will be none. Slices behind the first wait
// while much is waiting already: only the first one makes room.
func (q *queue) take() (s *slice, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		if q.stopped || q.head == nil {
			return nil, false
		}
		if s := q.idle(); s != nil {
			s.busy = true
			q.busy++
			if s.token == "" {
				q.cut(s, s.Start+int64(max(1, chain*q.perPage)), tooLong*q.perPage)
			}
			return s, true
		}
		q.changed.Wait()
	}
}

// idle returns the earliest slice that may be read, or nil.
func (q *queue) idle() *slice {
	if q.busy >= q.wanted {
		return nil
	}
	for s := q.head; s != nil; s = s.next {
		if s != q.head && (q.waiting > maxWait || !q.started) {
			return nil
		}
		if !s.busy && !s.done {
			return s
		}
	}
	return nil
}

// cut cuts a slice that is longer than a number of ms at a time, if anything is
// known of how long slices should be.
func (q *queue) cut(s *slice, at int64, longest float64) {
	if q.perPage == 0 || float64(s.End-s.Start) <= longest || at <= s.Start || s.End <= at {
		return
	}
	rest := newSlice(archive.Span{Start: at, End: s.End})
	rest.next, s.next = s.next, rest
	s.End, s.token = at, ""
}

// read is what a page gave a slice.
type read struct {
	blocks  []block
	events  bool  // whether there were any on the page
	reached int64 // up to which time the slice has been read
	last    bool  // whether it was the last page
}

// put gives a slice back after a page.
func (q *queue) put(s *slice, r read) {
	q.mu.Lock()
	defer q.mu.Unlock()
	defer q.changed.Broadcast()
	q.started, q.failed = true, 0
	s.busy, s.done = false, r.last
	q.busy--
	s.blocks = append(s.blocks, r.blocks...)
	for _, b := range r.blocks {
		q.waiting += b.Size()
	}
	q.covered += r.reached - s.Start
	s.Start = r.reached
	s.pages++
	if !r.events {
		s.empty++
	}
	switch {
	case r.last:
		q.covered += s.End - s.Start
		q.bound(s.End-s.known, s.pages)
		s.ids, s.recent = nil, nil
	case r.reached > s.known:
		perPage := float64(r.reached-s.known) / float64(s.pages)
		if q.perPage == 0 {
			q.perPage = perPage
		}
		q.perPage += (perPage - q.perPage) / 4
		s.known, s.pages, s.empty = r.reached, 0, 0
		q.cut(s, r.reached+int64(max(1, chain*perPage)), tooLong*perPage)
	case s.empty == s.pages:
		q.split(s)
	}
}

// release gives a slice back as it was.
func (q *queue) release(s *slice) {
	q.mu.Lock()
	defer q.mu.Unlock()
	s.busy = false
	q.busy--
	q.changed.Broadcast()
}

// pace takes in how long a call took, at so many a second: as many slices are
// given out as keep the limiter busy, and half as many again. More of them would
// only make more pages wait for their turn.
func (q *queue) pace(took time.Duration, perSecond float64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.took == 0 {
		q.took = took
	}
	q.took += (took - q.took) / 8
	q.wanted = int(min(maxWorkers, 2+math.Ceil(1.5*perSecond*q.took.Seconds())))
}

// bound corrects the estimate by a slice that took so many pages to its end, the
// last of which was not full.
func (q *queue) bound(millis int64, pages int) {
	q.perPage = max(q.perPage, float64(millis)/float64(pages))
	if pages > 1 {
		q.perPage = min(q.perPage, float64(millis)/float64(pages-1))
	}
}

// split cuts a slice into as many parts as can be read at once when it has had twice the pages that
// were expected, all empty. What they cost is lost: the parts begin anew.
func (q *queue) split(s *slice) {
	expected := 0.0
	if q.perPage > 0 {
		expected = float64(s.End-s.Start) / q.perPage
	}
	part := (s.End - s.Start) / int64(q.wanted)
	if s.empty < 2 || float64(s.empty) < 2*expected || part < minCut {
		return
	}
	end, last := s.End, s
	s.End, s.token, s.pages, s.empty = s.Start+part, "", 0, 0
	for at := s.End; at < end; {
		next := at + part
		if end-next < part {
			next = end
		}
		piece := newSlice(archive.Span{Start: at, End: next})
		piece.next, last.next = last.next, piece
		last, at = piece, next
	}
}

// fail ends a slice for good. After some failures in a row everything that
// nobody reads ends for the same reason. ok is false where nothing was read ever.
func (q *queue) fail(s *slice, reason error) (ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	defer q.changed.Broadcast()
	s.busy, s.done, s.failure = false, true, reason
	q.busy--
	if q.failed++; q.failed < maxTries {
		return q.started
	}
	for s := q.head; s != nil; s = s.next {
		if !s.busy && !s.done {
			s.done, s.failure = true, reason
		}
	}
	return q.started
}

// begun reports whether there was a page.
func (q *queue) begun() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.started
}

// stop lets take and pop return at once.
func (q *queue) stop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stopped = true
	q.changed.Broadcast()
}

// portion is what comes next in time.
type portion struct {
	blocks  []block
	reached int64 // no event before it is still to come
	missing archive.Span
	failure error // why missing was not read
}

// pop returns the next portion, when there is one; ok is false at the end and
// after stop.
func (q *queue) pop() (p portion, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.stopped && q.head != nil {
		s := q.head
		p := portion{blocks: s.blocks, reached: s.Start}
		s.blocks = nil
		for _, b := range p.blocks {
			q.waiting -= b.Size()
		}
		if s.done {
			p.reached = s.End
			if s.failure != nil {
				p.missing, p.failure = s.Span, s.failure
			}
			q.head = s.next
		}
		if s.done || len(p.blocks) > 0 {
			q.changed.Broadcast()
			return p, true
		}
		q.changed.Wait()
	}
	return portion{}, false
}

// progress returns how many ms were read.
func (q *queue) progress() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.covered
}
