package awstest

import (
	"cmp"
	"slices"
	"sync"
)

// Group is what a log group is created with.
type Group struct {
	Name string
	// Class is STANDARD (the default), INFREQUENT_ACCESS, ESSENTIALS or DELIVERY.
	Class string
	// RetentionDays hides events older than that; 0 keeps them for ever.
	RetentionDays int
	// CreatedMillis is the creation time in milliseconds since the Unix epoch.
	CreatedMillis int64
	// Account owns the group, by default the caller's. A group of another
	// account is a linked one: only its ARN finds it.
	Account string
}

// Event is a log event. Times are in milliseconds since the Unix epoch.
type Event struct {
	TimestampMillis int64
	// IngestionMillis is when it reached the service; 0 is at its timestamp.
	IngestionMillis int64
	// VisibleMillis is from when it is returned; 0 is always. A later time than
	// the server's makes it an event that arrives late.
	VisibleMillis int64
	Stream        string
	Message       string
}

// LogGroup is a log group of the server. Its settings are read only.
type LogGroup struct {
	Group
	region *Region
	// idSuffix ends the ids of the group's events.
	idSuffix []byte

	mu      sync.Mutex
	streams map[string]*stream
	pending []event
	latest  *index
	bytes   int64
}

// stream is a log stream; encoded is its name as a JSON string.
type stream struct {
	name    string
	encoded []byte
}

type event struct {
	position
	visible int64
	stream  *stream
	message string
}

// position is an event's place in the order of its group. The sequence stands
// for the id of the PutLogEvents request, which AWS orders by last.
type position struct {
	Timestamp int64  `json:"t"`
	Ingestion int64  `json:"i"`
	Sequence  uint64 `json:"s"`
}

func (p position) compare(other position) int {
	if c := cmp.Compare(p.Timestamp, other.Timestamp); c != 0 {
		return c
	}
	if c := cmp.Compare(p.Ingestion, other.Ingestion); c != 0 {
		return c
	}
	return cmp.Compare(p.Sequence, other.Sequence)
}

// ARN returns the group's ARN without a trailing :*.
func (g *LogGroup) ARN() string { return g.region.arn("logs", g.Account, "log-group:"+g.Name) }

// Put adds events, in any order. Their messages are kept as they are, so that
// CloudWatch's own limits (no empty message, at most 1 MiB) are the caller's
// matter.
func (g *LogGroup) Put(events ...Event) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pending = slices.Grow(g.pending, len(events))
	var last *stream
	for _, e := range events {
		if e.IngestionMillis == 0 {
			e.IngestionMillis = e.TimestampMillis
		}
		if last == nil || last.name != e.Stream {
			last = g.stream(e.Stream)
		}
		g.pending = append(g.pending, event{
			position: position{e.TimestampMillis, e.IngestionMillis, g.region.server.sequence.Add(1)},
			visible:  e.VisibleMillis,
			stream:   last,
			message:  e.Message,
		})
		g.bytes += int64(len(e.Message))
	}
}

func (g *LogGroup) stream(name string) *stream {
	s, ok := g.streams[name]
	if !ok {
		s = &stream{name, appendString(nil, name)}
		g.streams[name] = s
	}
	return s
}

// index returns the group's events as they are now. It never changes: events
// that are put later are in the next one.
func (g *LogGroup) index() *index {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.pending) == 0 {
		return g.latest
	}
	added := g.pending
	g.pending = nil
	slices.SortFunc(added, func(a, b event) int { return a.compare(b.position) })
	events := g.latest.events
	if n := len(events); n == 0 || events[n-1].compare(added[0].position) < 0 {
		// What earlier indexes see of the array is left as it is.
		events = append(events, added...)
	} else {
		events = merge(events, added)
	}
	g.latest = &index{events: events}
	return g.latest
}

func merge(a, b []event) []event {
	all := make([]event, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0].compare(b[0].position) < 0 {
			all, a = append(all, a[0]), a[1:]
		} else {
			all, b = append(all, b[0]), b[1:]
		}
	}
	return append(append(all, a...), b...)
}

// oldest returns the timestamp from which on retention lets events be seen.
func (g *LogGroup) oldest(nowMillis int64) int64 {
	if g.RetentionDays == 0 {
		return 0
	}
	return nowMillis - int64(g.RetentionDays)*24*60*60*1000
}

// storedBytes returns how much the group's messages take.
func (g *LogGroup) storedBytes() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.bytes
}

// hasStream reports whether the group has a stream of that name.
func (g *LogGroup) hasStream(name string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.streams[name] != nil
}
