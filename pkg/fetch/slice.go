package fetch

import (
	"cmp"
	"errors"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/coldstats/coldstats/pkg/archive"
	"github.com/coldstats/coldstats/pkg/awsapi"
)

// slice is a part of the window that is read by one chain of tokens. A worker
// that has taken it owns it until it puts it back; only what is marked belongs
// to the queue, under its lock.
type slice struct {
	// What is not read yet: [Start, End). Events at Start itself may have been
	// read already; their ids are in ids. (queue)
	archive.Span
	// token goes on with the chain; empty begins a request at Start.
	token string
	// ask is the request that token belongs to.
	ask archive.Span
	ids map[string]struct{}
	// recent are hashes of the ids of the last page with events, to tell a page
	// that came twice from one that is out of order.
	recent []uint64

	known    int64 // Start when the last estimate was made
	pages    int   // read since then
	empty    int   // of them without any event
	repeats  int   // of the same token, one after the other
	restarts int   // without a new event
	failures int   // of calls

	busy, done bool    // (queue)
	blocks     []block // wait for their turn (queue)
	failure    error   // why the rest was not read (queue)
	next       *slice  // (queue)
}

func newSlice(span archive.Span) *slice {
	return &slice{Span: span, known: span.Start, ids: make(map[string]struct{})}
}

const (
	// maxRepeats is how often a token is followed that leads to itself.
	maxRepeats = 3
	// maxRestarts is how often a chain that comes to nothing is begun anew.
	maxRestarts = 8
	// maxFailures is how many failed calls end a slice.
	maxFailures = 4
)

var (
	errDisorder = errors.New("CloudWatch Logs returned events out of the order of their times")
	errStuck    = errors.New("CloudWatch Logs returned the same page again and again")
)

var seed = maphash.MakeSeed()

// request returns the span and the token to ask for.
func (s *slice) request() (archive.Span, string) {
	if s.token == "" {
		s.ask = s.Span
	}
	return s.ask, s.token
}

// follow takes the token of the next page; last says that there is none.
func (s *slice) follow(token string) (last bool, err error) {
	if token != s.token || token == "" {
		s.token, s.repeats = strings.Clone(token), 0
		return token == "", nil
	}
	if s.repeats++; s.repeats < maxRepeats {
		return false, nil
	}
	if !s.restart() {
		return false, errStuck
	}
	return false, nil
}

// restart drops the token: the next request begins at the last event's time. It
// reports false where that has not helped before.
func (s *slice) restart() bool {
	s.token, s.repeats = "", 0
	s.restarts++
	return s.restarts <= maxRestarts
}

// accept returns those of a page's events that are new and in the slice, and the
// time up to which the slice has been read then. It overwrites the page's events.
//
// CloudWatch Logs orders events by time. What comes before an event that was
// read already is a page that came twice, or else the promise is broken and
// nothing that is concluded from it holds.
func (s *slice) accept(page awsapi.Page) (fresh []awsapi.Event, reached int64, err error) {
	byTime := func(a, b awsapi.Event) int { return cmp.Compare(a.Timestamp, b.Timestamp) }
	if !slices.IsSortedFunc(page.Events, byTime) {
		if page.NextToken != "" {
			return nil, s.Start, errDisorder
		}
		slices.SortStableFunc(page.Events, byTime)
	}
	hashes := make([]uint64, 0, len(page.Events))
	reached = s.Start
	fresh = page.Events[:0]
	for _, e := range page.Events {
		if e.Timestamp < s.ask.Start || s.End <= e.Timestamp {
			continue // nobody asked for it
		}
		hash := maphash.String(seed, e.ID)
		hashes = append(hashes, hash)
		if e.Timestamp < s.Start {
			if !slices.Contains(s.recent, hash) {
				return nil, s.Start, errDisorder
			}
			continue
		}
		if e.Timestamp > reached {
			reached = e.Timestamp
			clear(s.ids)
		}
		if _, seen := s.ids[e.ID]; seen && e.ID != "" {
			continue
		}
		s.ids[e.ID] = struct{}{}
		fresh = append(fresh, e)
	}
	if len(hashes) > 0 {
		s.recent = hashes
	}
	if len(fresh) > 0 {
		s.restarts = 0
	}
	// Strings of a page share its memory: the ids that stay are copied.
	kept := make(map[string]struct{}, len(s.ids))
	for id := range s.ids {
		kept[strings.Clone(id)] = struct{}{}
	}
	s.ids = kept
	return fresh, reached, nil
}
