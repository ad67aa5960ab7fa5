package awstest

import (
	"fmt"
	"math"
	"strings"
	"time"
)

const (
	maxPageEvents  = 10_000
	maxPageBytes   = 1 << 20
	maxPatternSize = 1024
	maxStreamNames = 100
)

// filterInput is the input of FilterLogEvents. The parameters interleaved and
// unmask change nothing here.
type filterInput struct {
	LogGroupName        string
	LogGroupIdentifier  string
	LogStreamNames      []string
	LogStreamNamePrefix string
	StartTime, EndTime  *int64
	FilterPattern       string
	NextToken           string
	Limit               *int
	StartFromHead       *bool
}

// firstBackward is the earliest start of a request that reads backward.
var firstBackward = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()

// window returns the bounds of the input, both inclusive.
func (in *filterInput) window() (start, end int64) {
	start, end = 0, math.MaxInt64
	if in.StartTime != nil {
		start = *in.StartTime
	}
	if in.EndTime != nil {
		end = *in.EndTime
	}
	return start, end
}

func (in *filterInput) check() error {
	start, end := in.window()
	switch {
	case in.LogStreamNames != nil && in.LogStreamNamePrefix != "":
		return invalid("logStreamNames and logStreamNamePrefix are mutually exclusive.")
	case len(in.LogStreamNames) > maxStreamNames:
		return tooLong("logStreamNames", maxStreamNames)
	case len(in.FilterPattern) > maxPatternSize:
		return tooLong("filterPattern", maxPatternSize)
	case start < 0:
		return outside("startTime", start, "greater", 0)
	case end < 0:
		return outside("endTime", end, "greater", 0)
	case start > end:
		// Not documented: an inverted window is a mistake, and shows as one here.
		return invalid("startTime must not be later than endTime.")
	case in.StartFromHead != nil && !*in.StartFromHead && start < firstBackward:
		return invalid("startFromHead can be false only when startTime is on or after Jan 1, 2024 00:00:00 UTC.")
	}
	return checkLimit(in.Limit, maxPageEvents)
}

// checkLimit checks a page size that may be absent.
func checkLimit(limit *int, most int) error {
	switch {
	case limit == nil:
		return nil
	case *limit < 1:
		return outside("limit", int64(*limit), "greater", 1)
	case *limit > most:
		return outside("limit", int64(*limit), "less", int64(most))
	}
	return nil
}

func outside(name string, value int64, side string, bound int64) error {
	return invalid(fmt.Sprintf("1 validation error detected: Value '%d' at '%s' failed to satisfy constraint: "+
		"Member must have value %s than or equal to %d", value, name, side, bound))
}

func tooLong(name string, most int) error {
	return invalid(fmt.Sprintf("1 validation error detected: Value at '%s' failed to satisfy constraint: "+
		"Member must have length less than or equal to %d", name, most))
}

func filterLogEvents(r *request, dst []byte) ([]byte, error) {
	var in filterInput
	if err := r.decode(&in); err != nil {
		return dst, err
	}
	r.call.Group = in.LogGroupName + in.LogGroupIdentifier
	r.call.Pattern, r.call.Token = in.FilterPattern, in.NextToken != ""
	r.call.StartMillis, r.call.EndMillis = in.StartTime, in.EndTime
	if err := in.check(); err != nil {
		return dst, err
	}
	group, err := r.readable(in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return dst, err
	}
	pattern, err := parsePattern(in.FilterPattern)
	if err != nil {
		return dst, invalid("Invalid filter pattern: " + err.Error())
	}
	streams := make(map[string]bool, len(in.LogStreamNames))
	for _, name := range in.LogStreamNames {
		if !group.hasStream(name) {
			return dst, notFound("The specified log stream does not exist.")
		}
		streams[name] = true
	}
	p := filterPage{
		request: r, group: group, index: group.index(), streams: streams, prefix: in.LogStreamNamePrefix,
		limit: maxPageEvents, nowMillis: r.server.nowMillis(), backward: in.StartFromHead != nil && !*in.StartFromHead,
	}
	if in.Limit != nil {
		p.limit = *in.Limit
	}
	p.matches = p.index.match(pattern)
	start, end := in.window()
	p.from, p.to = p.index.window(start, end, group.oldest(p.nowMillis))
	p.fingerprint = fingerprint("FilterLogEvents", r.region.name, group.ARN(), in.LogStreamNames, in.LogStreamNamePrefix,
		start, end, in.FilterPattern)
	if in.NextToken != "" {
		if err := p.resume(in.NextToken); err != nil {
			return dst, err
		}
	}
	return p.write(dst, in.NextToken), nil
}

// readable returns the log group that is named, if its class lets the operation
// read events.
func (r *request) readable(name, identifier string) (*LogGroup, error) {
	group, err := r.region.group(name, identifier)
	if err != nil {
		return nil, err
	}
	if group.Class != "STANDARD" {
		return nil, &apiError{400, "InvalidOperationException", "The log group " + group.Name + " is of log-group-class " +
			group.Class + ". " + r.operation + " is not supported for this log class."}
	}
	return group, nil
}

// filterPage is a page of FilterLogEvents in the making: the events [from, to)
// of the index are still to be looked at.
type filterPage struct {
	request     *request
	group       *LogGroup
	index       *index
	matches     *matches
	streams     map[string]bool
	prefix      string
	from, to    int
	backward    bool
	limit       int
	nowMillis   int64
	fingerprint [16]byte
}

// resume goes on where a token says.
func (p *filterPage) resume(token string) error {
	c, err := p.request.open(token, p.fingerprint)
	if err != nil {
		return err
	}
	p.backward = c.Backward
	at := p.index.at(c.At)
	if p.backward {
		p.to = max(p.from, min(p.to, at))
		return nil
	}
	if at < len(p.index.events) && p.index.events[at].position == c.At {
		at++
	}
	p.from = min(p.to, max(p.from, at))
	return nil
}

// selects reports whether an event is one that was asked for.
func (p *filterPage) selects(i int) bool {
	e := &p.index.events[i]
	switch {
	case e.visible > p.nowMillis:
		return false
	case len(p.streams) > 0 && !p.streams[e.stream.name]:
		return false
	case !strings.HasPrefix(e.stream.name, p.prefix):
		return false
	}
	return p.matches.has(p.index, i)
}

// write appends the page. Whatever is left, or may match, is behind a token.
func (p *filterPage) write(dst []byte, token string) []byte {
	server, faults := p.request.server, p.request.faults
	dst = append(dst, `{"events":[`...)
	scan := min(server.options.ScanEvents, p.to-p.from)
	if server.chance(faults.Empty) {
		scan = 0
	}
	var (
		next  cursor
		bytes int
		done  int // events that were looked at
	)
	for ; done < scan && p.request.call.Events < p.limit; done++ {
		i := p.from + done
		if p.backward {
			i = p.to - 1 - done
		}
		if p.selects(i) {
			e := &p.index.events[i]
			if bytes += len(e.message); bytes > maxPageBytes && p.request.call.Events > 0 {
				break
			}
			dst = appendFiltered(dst, e, p.group, p.request.call.Events > 0)
			p.request.call.Events++
		}
		next.At = p.index.events[i].position
	}
	dst = append(dst, `],"searchedLogStreams":[]`...)
	if done < p.to-p.from {
		next.Request, next.Backward = p.fingerprint, p.backward
		dst = append(append(dst, `,"nextToken":"`...), p.token(next, token, done == 0)...)
		dst = append(dst, '"')
	}
	return append(dst, '}')
}

// token returns the token of the next page. Where nothing was looked at it
// begins at the same place as this one.
func (p *filterPage) token(next cursor, token string, same bool) string {
	server := p.request.server
	if token != "" && server.chance(p.request.faults.RepeatToken) && server.repeat(token) {
		return token
	}
	if same {
		next.At = p.index.events[p.from].position
		next.At.Sequence-- // just before the first event, which no other is
		if p.backward {
			next.At = p.index.events[p.to-1].position
			next.At.Sequence++
		}
	}
	return server.token(next)
}

// repeat reports whether a token may be returned a second time, and notes it.
func (s *Server) repeat(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.repeated[token] {
		return false
	}
	s.repeated[token] = true
	return true
}
