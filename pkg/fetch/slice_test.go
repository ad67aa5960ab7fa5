package fetch

import (
	"errors"
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/archive"
	"github.com/coldstats/coldstats/pkg/awsapi"
)

// pageOf makes a page of events written as one letter for the id and one digit
// for the time.
func pageOf(token string, events ...string) awsapi.Page {
	page := awsapi.Page{NextToken: token}
	for _, e := range events {
		page.Events = append(page.Events, awsapi.Event{ID: e[:1], Timestamp: int64(e[1] - '0')})
	}
	return page
}

func TestAccept(t *testing.T) {
	type step struct {
		page    awsapi.Page
		want    string
		reached int64
		err     error
	}
	for _, c := range []struct {
		name  string
		steps []step
	}{
		{"overlapping pages", []step{
			{page: pageOf("t", "a2", "b3", "c3"), want: "abc", reached: 3},
			{page: pageOf("u", "b3", "c3", "d3", "e4"), want: "de", reached: 4},
			{page: pageOf("", "e4", "f4"), want: "f", reached: 4}}},
		{"a page twice", []step{
			{page: pageOf("t", "a2", "b3", "c4"), want: "abc", reached: 4},
			{page: pageOf("t"), want: "", reached: 4},
			{page: pageOf("u", "a2", "b3", "c4"), want: "", reached: 4},
			{page: pageOf("", "d4"), want: "d", reached: 4}}},
		{"an id twice on a page", []step{{page: pageOf("", "a2", "a2", "b2"), want: "ab", reached: 2}}},
		{"outside", []step{{page: pageOf("", "a1", "b2", "c7", "d8"), want: "bc", reached: 7}}},
		{"a server that goes by streams, on one page", []step{{page: pageOf("", "a2", "b5", "c3"), want: "acb", reached: 5}}},
		{"and on more", []step{{page: pageOf("t", "a2", "b5", "c3"), err: errDisorder}}},
		{"an earlier event", []step{
			{page: pageOf("t", "a2", "b5"), want: "ab", reached: 5},
			{page: pageOf("", "c3"), err: errDisorder}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSlice(archive.Span{Start: 2, End: 8})
			for _, step := range c.steps {
				s.request()
				s.token = "t"
				fresh, reached, err := s.accept(step.page)
				var ids strings.Builder
				for _, e := range fresh {
					ids.WriteString(e.ID)
				}
				if ids.String() != step.want || !errors.Is(err, step.err) || err == nil && reached != step.reached {
					t.Errorf("got %q up to %d, %v, want %q up to %d, %v", ids.String(), reached, err, step.want, step.reached, step.err)
				}
				s.Start = reached
			}
		})
	}
}

func TestTokensThatLeadNowhere(t *testing.T) {
	s := newSlice(archive.Span{Start: 0, End: 10})
	calls, restarts := 0, 0
	for {
		_, token := s.request()
		if token == "" {
			restarts++
		}
		calls++
		last, err := s.follow("x")
		if last {
			t.Fatal("x was taken as the last page")
		}
		if err != nil {
			break
		}
	}
	if restarts != maxRestarts+1 || calls > (maxRestarts+1)*(maxRepeats+1) {
		t.Errorf("%d calls, %d of them from the beginning", calls, restarts)
	}
	if last, err := s.follow(""); !last || err != nil {
		t.Errorf("no token: last %v, %v", last, err)
	}
}
