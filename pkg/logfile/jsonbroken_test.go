package logfile

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// Of a document that is cut anywhere, the complete events are counted and the
// place is told.
func TestJSONCut(t *testing.T) {
	document := `{"events":[` + withStream(event1, stream) + "," + withStream(event3, other) + "," + withStream(event1, other) + `],"searchedLogStreams":[]}`
	for _, text := range []string{document, pretty(t, document, "    "), pretty(t, document, "\t")} {
		whole, _ := readAll(t, strings.NewReader(text))
		text = strings.TrimSpace(text)
		opened := strings.Index(text, "Name") + 10
		ends := []int{} // of the events
		for at := 0; ; {
			n := strings.Index(text[at:], `"eventId"`)
			if n < 0 {
				break
			}
			at += n
			at += strings.IndexByte(text[at:], '}') + 1
			ends = append(ends, at)
		}
		for n := opened; n < len(text); n++ {
			want := 0
			for want < len(ends) && ends[want] <= n {
				want++
			}
			found, coverage := readAll(t, strings.NewReader(text[:n]))
			if !slices.Equal(found, whole[:want]) || coverage.Events != uint64(want) {
				t.Fatalf("%q\ngave %q, want %q", text[:n], found, whole[:want])
			}
			if len(coverage.Gaps) != 1 || coverage.Gaps[0].Reason != fmt.Sprintf("the document ends in its middle at byte %d; the complete events before it are counted", n) {
				t.Fatalf("%q\ngave %q", text[:n], coverage.Gaps)
			}
		}
	}
}

func TestJSONMalformed(t *testing.T) {
	doc := func(events ...string) string { return `{"events":[` + strings.Join(events, ",") + `],"nextToken":"x"}` }
	both := []string{found1, found3}
	for _, c := range []struct {
		name, text string
		found      []string
		events     uint64
		gaps       int
	}{
		{"a value without a comma", doc(event1, `{"timestamp":1 {}"message":"x"}`, event3), both, 2, 1},
		{"no value", doc(event1, `{"timestamp":,"message":"x"}`, event3), []string{found1, found3}, 2, 1},
		{"a bare word", doc(event1, `hello`, event3), both, 2, 0},
		{"a word with a dash of other bytes", doc(event1, `he'llo`, event3), both, 2, 1},
		{"a comma too much", doc(event1, "", event3) + ",", both, 2, 0},
		{"no comma", doc(event1 + event3), both, 2, 0},
		{"a cut event before another", doc(event1, event2[:50]+event3), both, 2, 1},
		{"a cut document before another", doc(event1, event2)[:180] + doc(event3), both, 2, 1},
		{"a cut document before text", pretty(t, doc(event1, event2), "  ")[:180] + "\n" + report("b") + "\n", []string{"5 " + at1 + "start a", "10 report b"}, 2, 1},
		{"a cut document before timed text", doc(event1, event2)[:180] + "\n" + s3Prefix + report("b") + "\n", []string{found1, "2 " + s3Time + "report b"}, 2, 1},
		{"a document cut between events, before text", `{"events":[` + event1 + ",\n" + report("b") + "\nhello\n", []string{found1, "2 report b"}, 3, 1},
		{"the wrong bracket", `{"events":[` + event1 + `}` + "\n" + doc(event3), []string{found1, "2" + found3[1:]}, 2, 1},
		{"a missing bracket", `{"events":[` + event1 + `,"nextToken":"x"}` + "\n" + doc(event3), []string{found1, "2" + found3[1:]}, 2, 1},
		{"an event cut behind its time", `{"events":[` + event1 + "," + `{"timestamp":17` + "\n" + event3, []string{found1, "2" + found3[1:]}, 2, 2},
		{"a malformed row", `{"results":[[{"field":"@message","value":"x"} {}],` + cells(t, "@message", start("a")) + `]}`, []string{"1 start a"}, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, coverage := readAll(t, strings.NewReader(c.text))
			if !slices.Equal(found, c.found) || coverage.Events != c.events || len(coverage.Gaps) != c.gaps {
				t.Errorf("%s\ngave %q, %+v, want %q, %d events, %d gaps", c.text, found, coverage, c.found, c.events, c.gaps)
			}
		})
	}
	_, coverage := readAll(t, strings.NewReader(doc(event1, "\n"+`{"timestamp":1 x"message":"x"}`, "\n"+event3)))
	if want := "malformed JSON at byte 129 (line 2); reading went on at byte 146 (line 3)"; len(coverage.Gaps) != 1 || coverage.Gaps[0].Reason != want {
		t.Errorf("%q, want %q", coverage.Gaps, want)
	}
	_, coverage = readAll(t, strings.NewReader(doc(strings.Repeat(`{"timestamp":1 x"message":"x"},`, 1000))))
	if len(coverage.Gaps) != maxGaps {
		t.Errorf("%d gaps", len(coverage.Gaps))
	}
}

// peakOf reads src and returns what the heap grew to.
func peakOf(t *testing.T, src io.Reader) (found []string, events uint64, notes []string, peak uint64) {
	t.Helper()
	r := FromStdin(src)
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before := m.HeapAlloc
	for e := range each(t, r) {
		found = append(found, records(e)...)
		runtime.GC()
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapAlloc-min(before, m.HeapAlloc))
	}
	c := r.Coverage()
	if len(c.Gaps) > 0 {
		t.Error(c.Gaps)
	}
	return found, c.Events, c.Notes, peak
}

// repeatedText reads a text over and over, without a copy of it.
type repeatedText struct {
	text  string
	count int
	at    int
}

func (r *repeatedText) Read(p []byte) (int, error) {
	if r.at == len(r.text) {
		r.at = 0
		r.count--
	}
	if r.count <= 0 {
		return 0, io.EOF
	}
	n := copy(p, r.text[r.at:])
	r.at += n
	return n, nil
}

func TestJSONHuge(t *testing.T) {
	const mega = 1 << 20
	long := func(count int) io.Reader { return &repeatedText{text: strings.Repeat("hello ", mega/6), count: count} }
	for _, c := range []struct {
		name   string
		src    io.Reader
		found  []string
		events uint64
		notes  int
	}{
		{"a message of 1 MB", io.MultiReader(strings.NewReader(`{"events":[`+event1+`,{"timestamp":1780071363974,"message":"`), long(1),
			strings.NewReader(`REPORT RequestId: x\tDuration: 1 ms\tBilled Duration: 1 ms\tMemory Size: 1 MB"},`+event3+"]}")), []string{found1, "1 " + at3 + "report x", found3}, 3, 0},
		{"a message of 50 MB", io.MultiReader(strings.NewReader(`{"events":[`+event1+`,{"timestamp":1780071363974,"message":"`), long(50),
			strings.NewReader(`"},`+event3+"]}")), []string{found1, found3}, 3, 1},
		{"a string beside the events", io.MultiReader(strings.NewReader(`{"events":[`+event1+`],"nextToken":"`), long(50),
			strings.NewReader(`"}`+event3)), []string{found1, found3}, 2, 0},
		{"a long array beside the events", io.MultiReader(strings.NewReader(`{"events":[`+event1+`],"searchedLogStreams":[`), &repeatedText{text: `{"a":["b\"",1]},`, count: 5 * mega / 2},
			strings.NewReader(`]}`+event3)), []string{found1, found3}, 2, 0},
		{"blanks", io.MultiReader(strings.NewReader(`{"events":[`+event1), &repeatedText{text: strings.Repeat(" ", mega), count: 50},
			strings.NewReader(","+event3+"]}")), []string{found1, found3}, 2, 0},
		{"brackets", io.MultiReader(strings.NewReader(`{"events":[`+event1+`,{"timestamp":`), &repeatedText{text: "[", count: mega}, &repeatedText{text: "]", count: mega},
			strings.NewReader("},"+event3+"]}")), []string{found1, found3}, 3, 1},
		{"braces", io.MultiReader(strings.NewReader(`{"events":[`+event1+`,`), &repeatedText{text: `{"events":[`, count: mega}, &repeatedText{text: "]}", count: mega},
			strings.NewReader(","+event3+"]}")), []string{found1, found3}, 2, 0},
		{"backslashes", io.MultiReader(strings.NewReader(`{"events":[`+event1+`,{"timestamp":1,"message":"`), &repeatedText{text: `\\`, count: 10 * mega},
			strings.NewReader(`"},`+event3+"]}")), []string{found1, found3}, 3, 1},
		{"a payload", io.MultiReader(strings.NewReader(`{"Records":[{"kinesis":{"data":"`), &repeatedText{text: "aGVsbG8K", count: 5 * mega},
			strings.NewReader(`"}}]}`+event3)), []string{found3}, 5*mega + 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, events, notes, peak := peakOf(t, c.src)
			if !slices.Equal(found, c.found) || events != c.events || len(notes) != c.notes {
				t.Errorf("%q, %d events, %q; want %q, %d, %d notes", found, events, notes, c.found, c.events, c.notes)
			}
			if peak > 3*maxItem {
				t.Errorf("the heap grew to %d", peak)
			}
		})
	}
}

// Text that is made to be read over and over costs no more than its length:
// were it read again from each of its brackets, each of these would take longer
// than a test may.
func TestJSONHostile(t *testing.T) {
	const mega = 1 << 20
	for _, text := range []string{
		"[", "{", `{"message":`, `{"timestamp":[`, `{"events":[`, `{"events":[{"timestamp":`, `{"events":[{"timestamp":1,`, "[[{", `{"message":"` + "\n", `{"message":[` + "\n",
		`{"events":[` + "\n", `{"timestamp":1,"message":` + "\n", `{"timestamp":1,` + "\n", "{\n", "[\n", `[{"` + "\n", `{"logEvents":[{"logEvents":[`, `{"logEvents":` + "\n", `{"awslogs":{`,
		`{"awslogs":{"data":"` + "\n", `{"results":[[{"field":`, `[{'time':`, `[{'time':"` + "\n", `{"Records":[{"kinesis":{"data":"`, `{"Records":[{"a":[` + "\n", `{"id":{"id":1},'`, `"`, `\`,
		`[{"field":"a","value":"b"},` + "\n", `{"logEvents":[{"message":"x"}],` + "\n", "x-amz-log-result: x\n",
	} {
		for _, begin := range []string{"", `{"events":[`} {
			if _, coverage := readAll(t, strings.NewReader(begin+strings.Repeat(text, 4*mega/len(text)))); coverage.Bytes < 4*mega-mega/2 {
				t.Errorf("%s and %q: %d bytes were read", begin, text, coverage.Bytes)
			}
		}
	}
}
