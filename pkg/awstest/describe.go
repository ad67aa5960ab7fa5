package awstest

import (
	"slices"
	"strings"
)

// maxItems is how many things a page of a list holds.
const maxItems = 50

// page returns the items of a sorted list that are on the page after a token,
// and the token of the next one. Items are told apart by their key.
func page[T any](r *request, items []T, key func(T) string, limit *int, token string, request [16]byte) ([]T, string, error) {
	if err := checkLimit(limit, maxItems); err != nil {
		return nil, "", err
	}
	size := maxItems
	if limit != nil {
		size = *limit
	}
	if token != "" {
		c, err := r.open(token, request)
		if err != nil {
			return nil, "", err
		}
		last := slices.IndexFunc(items, func(item T) bool { return key(item) == c.After })
		items = items[last+1:]
	}
	if len(items) <= size {
		return items, "", nil
	}
	items = items[:size]
	return items, r.server.token(cursor{Request: request, After: key(items[size-1])}), nil
}

// groupShape is a log group as DescribeLogGroups prints it.
type groupShape struct {
	Arn             string `json:"arn"`
	CreationTime    int64  `json:"creationTime"`
	LogGroupName    string `json:"logGroupName"`
	LogGroupArn     string `json:"logGroupArn,omitempty"`
	LogGroupClass   string `json:"logGroupClass,omitempty"`
	RetentionInDays int    `json:"retentionInDays,omitempty"`
	StoredBytes     *int64 `json:"storedBytes,omitempty"`
	Filters         *int   `json:"metricFilterCount,omitempty"`
}

func (g *LogGroup) shape(short bool) groupShape {
	shape := groupShape{Arn: g.ARN() + ":*", CreationTime: g.CreatedMillis, LogGroupName: g.Name}
	if !short {
		bytes, none := g.storedBytes(), 0
		shape.LogGroupArn, shape.LogGroupClass, shape.RetentionInDays = g.ARN(), g.Class, g.RetentionDays
		shape.StoredBytes, shape.Filters = &bytes, &none
	}
	return shape
}

// groupsInput is the input of DescribeLogGroups.
type groupsInput struct {
	AccountIdentifiers    []string
	IncludeLinkedAccounts bool
	Limit                 *int
	LogGroupClass         string
	LogGroupIdentifiers   []string
	LogGroupNamePattern   string
	LogGroupNamePrefix    string
	NextToken             string
}

// lists reports whether the input asks for a group.
func (in *groupsInput) lists(g *LogGroup, account string) bool {
	if g.Account != account && !in.IncludeLinkedAccounts ||
		len(in.AccountIdentifiers) > 0 && !slices.Contains(in.AccountIdentifiers, g.Account) {
		return false
	}
	if len(in.LogGroupIdentifiers) > 0 {
		return slices.Contains(in.LogGroupIdentifiers, g.Name) && g.Account == account ||
			slices.Contains(in.LogGroupIdentifiers, g.ARN())
	}
	class := in.LogGroupClass == "" || in.LogGroupClass == g.Class ||
		// The two cheap classes are returned together.
		cheap(in.LogGroupClass) && cheap(g.Class)
	return class && strings.HasPrefix(g.Name, in.LogGroupNamePrefix) && strings.Contains(g.Name, in.LogGroupNamePattern)
}

func cheap(class string) bool { return class == "INFREQUENT_ACCESS" || class == "ESSENTIALS" }

func describeLogGroups(r *request, dst []byte) ([]byte, error) {
	var in groupsInput
	if err := r.decode(&in); err != nil {
		return dst, err
	}
	r.call.Group, r.call.Token = in.LogGroupNamePrefix+in.LogGroupNamePattern, in.NextToken != ""
	if in.LogGroupNamePattern != "" && in.LogGroupNamePrefix != "" {
		return dst, invalid("LogGroupNamePattern and LogGroupNamePrefix are mutually exclusive.")
	}
	var groups []*LogGroup
	for _, g := range r.region.sortedGroups() {
		if in.lists(g, r.server.options.Account) {
			groups = append(groups, g)
		}
	}
	request := fingerprint("DescribeLogGroups", r.region.name, in.AccountIdentifiers, in.IncludeLinkedAccounts,
		in.LogGroupClass, in.LogGroupIdentifiers, in.LogGroupNamePattern, in.LogGroupNamePrefix)
	groups, token, err := page(r, groups, (*LogGroup).ARN, in.Limit, in.NextToken, request)
	if err != nil {
		return dst, err
	}
	answer := struct {
		LogGroups []groupShape `json:"logGroups"`
		NextToken string       `json:"nextToken,omitempty"`
	}{make([]groupShape, len(groups)), token}
	for i, g := range groups {
		answer.LogGroups[i] = g.shape(in.LogGroupNamePattern != "")
	}
	return appendJSON(dst, answer)
}

// streamShape is a log stream as DescribeLogStreams prints it. Its storedBytes
// have been 0 since 2019.
type streamShape struct {
	Arn                 string `json:"arn"`
	CreationTime        int64  `json:"creationTime"`
	FirstEventTimestamp int64  `json:"firstEventTimestamp"`
	LastEventTimestamp  int64  `json:"lastEventTimestamp"`
	LastIngestionTime   int64  `json:"lastIngestionTime"`
	LogStreamName       string `json:"logStreamName"`
	StoredBytes         int64  `json:"storedBytes"`
}

func (s *streamEvents) shape(g *LogGroup, x *index) streamShape {
	first, last := &x.events[s.events[0]], &x.events[s.events[len(s.events)-1]]
	return streamShape{
		Arn:                 g.ARN() + ":log-stream:" + s.name,
		CreationTime:        first.Timestamp,
		FirstEventTimestamp: first.Timestamp,
		LastEventTimestamp:  last.Timestamp,
		LastIngestionTime:   last.Ingestion,
		LogStreamName:       s.name,
	}
}

// streamsInput is the input of DescribeLogStreams.
type streamsInput struct {
	LogGroupName        string
	LogGroupIdentifier  string
	LogStreamNamePrefix string
	OrderBy             string
	Descending          bool
	Limit               *int
	NextToken           string
}

func describeLogStreams(r *request, dst []byte) ([]byte, error) {
	var in streamsInput
	if err := r.decode(&in); err != nil {
		return dst, err
	}
	r.call.Group, r.call.Token = in.LogGroupName+in.LogGroupIdentifier, in.NextToken != ""
	group, err := r.region.group(in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return dst, err
	}
	if in.OrderBy == "LastEventTime" && in.LogStreamNamePrefix != "" {
		return dst, invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	x := group.index()
	streams := slices.DeleteFunc(slices.Clone(x.byStream()), func(s *streamEvents) bool {
		return !strings.HasPrefix(s.name, in.LogStreamNamePrefix)
	})
	if in.OrderBy == "LastEventTime" {
		// The number of a stream's last event is in the order of their times.
		slices.SortFunc(streams, func(a, b *streamEvents) int {
			return int(a.events[len(a.events)-1]) - int(b.events[len(b.events)-1])
		})
	}
	if in.Descending {
		slices.Reverse(streams)
	}
	request := fingerprint("DescribeLogStreams", r.region.name, group.ARN(), in.LogStreamNamePrefix, in.OrderBy, in.Descending)
	name := func(s *streamEvents) string { return s.name }
	streams, token, err := page(r, streams, name, in.Limit, in.NextToken, request)
	if err != nil {
		return dst, err
	}
	answer := struct {
		LogStreams []streamShape `json:"logStreams"`
		NextToken  string        `json:"nextToken,omitempty"`
	}{make([]streamShape, len(streams)), token}
	for i, s := range streams {
		answer.LogStreams[i] = s.shape(group, x)
	}
	return appendJSON(dst, answer)
}
