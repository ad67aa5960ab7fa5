package awstest

import (
	"math"
	"slices"
	"sort"
	"strings"
)

// getInput is the input of GetLogEvents. The parameter unmask changes nothing
// here.
type getInput struct {
	LogGroupName       string
	LogGroupIdentifier string
	LogStreamName      string
	StartTime, EndTime *int64
	NextToken          string
	Limit              *int
	StartFromHead      bool
}

func getLogEvents(r *request, dst []byte) ([]byte, error) {
	var in getInput
	if err := r.decode(&in); err != nil {
		return dst, err
	}
	r.call.Group, r.call.Token = in.LogGroupName+in.LogGroupIdentifier, in.NextToken != ""
	r.call.StartMillis, r.call.EndMillis = in.StartTime, in.EndTime
	if err := checkLimit(in.Limit, maxPageEvents); err != nil {
		return dst, err
	}
	group, err := r.readable(in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return dst, err
	}
	if !group.hasStream(in.LogStreamName) {
		return dst, notFound("The specified log stream does not exist.")
	}
	p := streamPage{request: r, index: group.index(), limit: maxPageEvents, nowMillis: r.server.nowMillis()}
	if in.Limit != nil {
		p.limit = *in.Limit
	}
	p.start = 0
	if in.StartTime != nil {
		p.start = *in.StartTime
	}
	end := int64(math.MaxInt64)
	if in.EndTime != nil {
		end = *in.EndTime
	}
	p.cursor = cursor{
		Request:  fingerprint("GetLogEvents", r.region.name, group.ARN(), in.LogStreamName, p.start, end),
		Backward: !in.StartFromHead,
	}
	p.choose(in.LogStreamName, max(p.start, group.oldest(p.nowMillis)), end)
	if in.NextToken != "" {
		if err := p.resume(in.NextToken); err != nil {
			return dst, err
		}
	}
	return p.write(dst, in.NextToken), nil
}

// streamPage is a page of GetLogEvents in the making.
type streamPage struct {
	request   *request
	index     *index
	events    []int32 // those of the stream that are still to be looked at
	cursor    cursor
	start     int64
	limit     int
	nowMillis int64
}

// choose selects the stream's events in [start, end).
func (p *streamPage) choose(name string, start, end int64) {
	streams := p.index.byStream()
	i, ok := slices.BinarySearchFunc(streams, name, func(s *streamEvents, name string) int { return strings.Compare(s.name, name) })
	if !ok {
		return
	}
	events := streams[i].events
	from := func(timestamp int64) int {
		return sort.Search(len(events), func(i int) bool { return p.index.events[events[i]].Timestamp >= timestamp })
	}
	first := from(start)
	p.events = events[first:max(first, from(end))]
}

// resume goes on where a token says, in its direction.
func (p *streamPage) resume(token string) error {
	_, sealed, _ := strings.Cut(token, "/")
	c, err := p.request.open(sealed, p.cursor.Request)
	if err != nil {
		return err
	}
	p.cursor = c
	compare := func(i int) int { return p.index.events[p.events[i]].compare(c.At) }
	if c.Backward {
		p.events = p.events[:sort.Search(len(p.events), func(i int) bool { return compare(i) >= 0 })]
	} else {
		p.events = p.events[sort.Search(len(p.events), func(i int) bool { return compare(i) > 0 }):]
	}
	return nil
}

// page returns the numbers of the page's events in the order of time.
func (p *streamPage) page() []int32 {
	var page []int32
	bytes := 0
	for n := range p.events {
		i := p.events[n]
		if p.cursor.Backward {
			i = p.events[len(p.events)-1-n]
		}
		e := &p.index.events[i]
		if e.visible > p.nowMillis {
			continue
		}
		if bytes += len(e.message); bytes > maxPageBytes && len(page) > 0 || len(page) == p.limit {
			break
		}
		page = append(page, i)
	}
	if p.cursor.Backward {
		slices.Reverse(page)
	}
	return page
}

// write appends the page. At the end of the stream the token of its direction
// is the one that the page was asked with.
func (p *streamPage) write(dst []byte, token string) []byte {
	forward, backward := p.cursor, p.cursor
	if token == "" {
		forward.At = position{Timestamp: p.start, Ingestion: math.MinInt64}
		backward.At = forward.At
	}
	dst = append(dst, `{"events":[`...)
	page := p.page()
	for n, i := range page {
		dst = appendOutput(dst, &p.index.events[i], n > 0)
	}
	p.request.call.Events = len(page)
	if len(page) > 0 {
		backward.At = p.index.events[page[0]].position
		forward.At = p.index.events[page[len(page)-1]].position
	}
	forward.Backward, backward.Backward = false, true
	next, previous := "f/"+p.request.server.token(forward), "b/"+p.request.server.token(backward)
	if len(page) == 0 && token != "" {
		if p.cursor.Backward {
			previous = token
		} else {
			next = token
		}
	}
	dst = append(append(dst, `],"nextForwardToken":"`...), next...)
	dst = append(append(dst, `","nextBackwardToken":"`...), previous...)
	return append(dst, `"}`...)
}
