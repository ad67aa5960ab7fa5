package logfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// lawEvent is an event to be wrapped in each carrier.
type lawEvent struct {
	message, stream string
	millis          int64
}

// object is a JSON object whose members stand in the given order.
type object []struct {
	key   string
	value any
}

func (o object) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range o {
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, "%q:%s", m.key, value)
	}
	return append(b, '}'), nil
}

// jsonWriter writes JSON in the manner of one of many tools.
type jsonWriter struct {
	*rand.Rand
	t        testing.TB
	indent   string
	shuffled bool
	escaping int // of 8 letters, how many are written as escapes
}

func newJSONWriter(t testing.TB, rng *rand.Rand) *jsonWriter {
	return &jsonWriter{
		Rand: rng, t: t,
		indent:   []string{"", "", " ", "\t", "    "}[rng.IntN(5)],
		shuffled: rng.IntN(3) == 0,
		escaping: max(0, rng.IntN(6)-4),
	}
}

func (w *jsonWriter) object(keysAndValues ...any) object {
	var o object
	for pair := range slices.Chunk(keysAndValues, 2) {
		o = append(o, struct {
			key   string
			value any
		}{pair[0].(string), pair[1]})
	}
	if w.shuffled {
		w.Shuffle(len(o), func(i, j int) { o[i], o[j] = o[j], o[i] })
	}
	return o
}

func (w *jsonWriter) write(value any) string {
	raw, err := json.Marshal(value)
	if err != nil {
		w.t.Fatal(err)
	}
	if w.indent != "" || w.IntN(2) == 0 {
		var b bytes.Buffer
		if err := json.Indent(&b, raw, "", w.indent); err != nil {
			w.t.Fatal(err)
		}
		raw = b.Bytes()
	}
	return string(raw)
}

// text is a string with some of its letters as escapes.
func (w *jsonWriter) text(s string) any {
	if w.escaping == 0 {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		quoted, err := json.Marshal(string(c))
		switch {
		case err != nil:
			w.t.Fatal(err)
		case w.IntN(8) >= w.escaping:
			b.Write(quoted[1 : len(quoted)-1])
		default:
			for _, unit := range utf16.Encode([]rune{c}) {
				fmt.Fprintf(&b, []string{`\u%04x`, `\u%04X`}[w.IntN(2)], unit)
			}
		}
	}
	b.WriteByte('"')
	return json.RawMessage(b.String())
}

// lawCarriers wrap events. What a carrier does not keep of them is left out of
// what is expected: the stream, where streams is false.
var lawCarriers = []struct {
	name    string
	streams bool
	wrap    func(w *jsonWriter, events []lawEvent) string
}{
	{"get-log-events", false, func(w *jsonWriter, events []lawEvent) string {
		return w.write(w.object("events", w.events(events, false), "nextForwardToken", "f/1", "nextBackwardToken", "b/1"))
	}},
	{"filter-log-events", true, func(w *jsonWriter, events []lawEvent) string {
		return w.write(w.object("events", w.events(events, true), "searchedLogStreams", []int{}, "nextToken", "x"))
	}},
	{"an array", true, func(w *jsonWriter, events []lawEvent) string {
		return w.write(w.events(events, true))
	}},
	{"events alone", true, func(w *jsonWriter, events []lawEvent) string {
		var b strings.Builder
		separator := []string{"", "\n", ",\n", "\r\n\r\n"}[w.IntN(4)]
		for _, e := range w.events(events, true) {
			b.WriteString(w.write(e) + separator)
		}
		return b.String()
	}},
	{"pages", true, func(w *jsonWriter, events []lawEvent) string {
		var b strings.Builder
		for len(events) > 0 {
			n := 1 + w.IntN(len(events))
			b.WriteString(w.write(w.object("events", w.events(events[:n], true))))
			events = events[n:]
		}
		return b.String()
	}},
	{"subscription messages", true, (*jsonWriter).dataMessages},
	{"payloads", true, func(w *jsonWriter, events []lawEvent) string {
		return w.write(w.object("awslogs", w.object("data", base64Of(w.t, w.dataMessages(events), true))))
	}},
	{"Kinesis", true, func(w *jsonWriter, events []lawEvent) string {
		data := w.object("data", base64Of(w.t, w.dataMessages(events), w.IntN(2) == 0), "partitionKey", "x")
		return w.write(w.object("Records", []any{w.object("kinesis", data, "eventSource", "aws:kinesis")}))
	}},
	{"Firehose", true, func(w *jsonWriter, events []lawEvent) string {
		data := w.object("data", base64Of(w.t, w.dataMessages(events), true), "recordId", "x")
		return w.write(w.object("records", []any{data}, "region", "eu-west-1"))
	}},
	{"query results", true, func(w *jsonWriter, events []lawEvent) string {
		rows := []any{}
		for _, e := range events {
			row := []any{}
			for _, cell := range w.row(e) {
				row = append(row, w.object("field", cell.key, "value", cell.value))
			}
			rows = append(rows, row)
		}
		return w.write(w.object("results", rows, "statistics", w.object("recordsMatched", 1.0), "status", "Complete"))
	}},
	{"the console's rows", true, func(w *jsonWriter, events []lawEvent) string {
		rows := []any{}
		for _, e := range events {
			rows = append(rows, w.row(e))
		}
		return w.write(rows)
	}},
}

func (w *jsonWriter) events(events []lawEvent, streams bool) []any {
	all := []any{}
	for _, e := range events {
		members := []any{"timestamp", e.millis, "message", w.text(e.message), "ingestionTime", e.millis + 5}
		if streams {
			members = append([]any{"logStreamName", w.text(e.stream)}, append(members, "eventId", "39740000000000000001")...)
		}
		all = append(all, w.object(members...))
	}
	return all
}

func (w *jsonWriter) row(e lawEvent) object {
	at := time.UnixMilli(e.millis).UTC().Format("2006-01-02 15:04:05.000")
	return w.object("@timestamp", at, "@message", w.text(e.message), "@logStream", w.text(e.stream))
}

// dataMessages wraps the events in messages of one stream each.
func (w *jsonWriter) dataMessages(events []lawEvent) string {
	var b strings.Builder
	for i := 0; i < len(events); {
		n := i
		for n < len(events) && events[n].stream == events[i].stream {
			n++
		}
		b.WriteString(w.write(w.object("messageType", "DATA_MESSAGE", "owner", "1", "logGroup", "/aws/lambda/x", "logStream", w.text(events[i].stream),
			"subscriptionFilters", []string{"x"}, "logEvents", w.events(events[i:n], false))))
		i = n
	}
	return b.String()
}

// randomEvents makes events of the text, and of what else is logged.
func randomEvents(rng *rand.Rand, text string) []lawEvent {
	events := make([]lawEvent, 1+rng.IntN(12))
	for i := range events {
		message := text
		if rng.IntN(3) > 0 {
			message = strings.ReplaceAll(fragments[rng.IntN(len(fragments))], "ID", fmt.Sprintf("id-%d", i))
		}
		events[i] = lawEvent{
			message: strings.ToValidUTF8(message, "?"),
			stream:  []string{stream, other, stream}[rng.IntN(3)],
			millis:  rng.Int64N(4102444800000), // up to 2100
		}
	}
	return events
}

// checkJSONLaw checks that events come out of each carrier as they went in.
func checkJSONLaw(t *testing.T, seed uint64, text string) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	for _, c := range lawCarriers {
		events := randomEvents(rng, text)
		var want []string
		for _, e := range events {
			lent := logs.Event{Message: []byte(e.message), Time: logs.At(e.millis), Stream: &logs.Stream{}}
			if c.streams {
				lent.Stream.Name = e.stream
			}
			if m := lent.Message; lambdalog.Begins(m) || lambdalog.IndexReport(m) >= 0 || bytes.Contains(m, []byte(`"platform.`)) {
				want = append(want, records(&lent)...)
			}
		}
		document := c.wrap(newJSONWriter(t, rng), events)
		found, coverage := readAll(t, strings.NewReader(document))
		for i := range found { // which line it is does not count
			_, found[i], _ = strings.Cut(found[i], " ")
		}
		for i := range want {
			_, want[i], _ = strings.Cut(want[i], " ")
		}
		if !slices.Equal(found, want) || coverage.Events != uint64(len(events)) || len(coverage.Gaps) > 0 {
			t.Fatalf("%s\n%s\ngave %q, %+v\nwant %q", c.name, document, found, coverage, want)
		}
	}
}

func TestJSONLaw(t *testing.T) {
	for seed := range uint64(500) {
		checkJSONLaw(t, seed, report("z"))
	}
}

func FuzzJSONLaw(f *testing.F) {
	for seed, fragment := range fragments {
		f.Add(uint64(seed), fragment)
	}
	f.Fuzz(func(t *testing.T, seed uint64, text string) {
		const mostEscaped = len(`\u0000`)
		if mostEscaped*len(text) > maxOpening*3/4 {
			t.Skip("a message so long that the beginning of a lone event need not tell what it is")
		}
		checkJSONLaw(t, seed, text)
	})
}

// jsonSeeds are documents of each carrier.
func jsonSeeds(t testing.TB) []string {
	rng := rand.New(rand.NewPCG(1, 1))
	seeds := []string{controlMessage, event1 + "\nhello\n" + event3, "[" + telemetryStart + "," + telemetryUser + "," + telemetryText + "]",
		`[{'time': 'x', 'type': 'platform.start', 'record': {'requestId': "a'b", 'x': None}}]`,
		`{"StatusCode":200,"LogResult":"` + base64Of(t, report("a")+"\n", false) + `"}`, "x-amz-log-result: " + base64Of(t, report("a")+"\n", false),
		`{"events":[` + event1 + "," + event2[:30] + event3 + "]}\n" + report("a")}
	for _, c := range lawCarriers {
		for range 3 {
			seeds = append(seeds, c.wrap(newJSONWriter(t, rng), randomEvents(rng, report("z"))))
		}
	}
	return seeds
}

// TestJSONChunks checks that how a document comes makes no difference, whole or
// damaged in some place, and among others.
func TestJSONChunks(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	seeds := jsonSeeds(t)
	for _, seed := range seeds {
		checkChunks(t, rng, []byte(seed))
		checkChunks(t, rng, []byte(seed[:rng.IntN(len(seed))]))
		checkChunks(t, rng, []byte(seed+"\n"+start("a")+"\n"+seeds[rng.IntN(len(seeds))]))
		damaged := []byte(seed)
		for range 1 + rng.IntN(3) {
			damaged[rng.IntN(len(damaged))] = `"\{}[],: x`[rng.IntN(10)]
		}
		checkChunks(t, rng, damaged)
	}
}

// FuzzJSON checks on any document that reading ends and that how it comes makes
// no difference.
func FuzzJSON(f *testing.F) {
	for _, seed := range jsonSeeds(f) {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		checkChunks(t, rand.New(rand.NewPCG(1, 2)), file)
	})
}
