package logfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// BenchmarkJSON reads what the AWS CLI prints of a function's events, and what
// other tools make of it.
func BenchmarkJSON(b *testing.B) {
	for _, c := range []struct {
		name    string
		streams bool
		indent  string
		user    string
	}{
		{"filter-pretty", true, "    ", ""},
		{"filter-compact", true, "", ""},
		{"get-pretty", false, "    ", ""},
		{"get-compact", false, "", ""},
		{"filter-pretty-nodejs", true, "    ", "2026-05-29T16:16:03.972Z\t595492f6-5916-4b98-94e5-a1079dfab87b\tINFO\t"},
	} {
		b.Run(c.name, func(b *testing.B) { benchmarkJSON(b, eventsDocument(b, c.streams, c.indent, c.user, 64<<20)) })
	}
	b.Run("lines", func(b *testing.B) {
		document := eventsDocument(b, true, "", "", 64<<20)
		var d struct{ Events []json.RawMessage }
		if err := json.Unmarshal(document, &d); err != nil {
			b.Fatal(err)
		}
		var lines bytes.Buffer
		for _, e := range d.Events {
			lines.Write(e)
			lines.WriteByte('\n')
		}
		benchmarkJSON(b, lines.Bytes())
	})
}

func benchmarkJSON(b *testing.B, document []byte) {
	b.SetBytes(int64(len(document)))
	b.ReportAllocs()
	for b.Loop() {
		r := FromStdin(bytes.NewReader(document))
		events := 0
		for range each(b, r) {
			events++
		}
		c := r.Coverage()
		if events < len(document)/4000 || c.Events < uint64(2*events) || len(c.Gaps)+len(c.Notes) > 0 {
			b.Fatal(events, c)
		}
	}
}

// BenchmarkJSONDecoder is what a program costs that reads the same with the
// standard library's decoder, event by event.
func BenchmarkJSONDecoder(b *testing.B) {
	document := eventsDocument(b, true, "    ", "", 16<<20)
	b.SetBytes(int64(len(document)))
	for b.Loop() {
		d := json.NewDecoder(bytes.NewReader(document))
		for range 3 { // {, "events", [
			if _, err := d.Token(); err != nil {
				b.Fatal(err)
			}
		}
		found := 0
		for d.More() {
			var e struct {
				LogStreamName, Message string
				Timestamp              int64
			}
			if err := d.Decode(&e); err != nil {
				b.Fatal(err)
			}
			if strings.HasPrefix(e.Message, "REPORT ") {
				found++
			}
		}
		if found == 0 {
			b.Fatal("no report")
		}
	}
}

// eventsDocument is the output of filter-log-events or, without streams, of
// get-log-events, of about the given size.
func eventsDocument(b testing.TB, streams bool, indent, user string, size int) []byte {
	b.Helper()
	type event struct {
		LogStreamName string `json:"logStreamName,omitempty"`
		Timestamp     int64  `json:"timestamp"`
		Message       string `json:"message"`
		IngestionTime int64  `json:"ingestionTime"`
		EventID       string `json:"eventId,omitempty"`
	}
	rng := rand.New(rand.NewPCG(1, 2))
	names := make([]string, 12)
	for i := range names {
		names[i] = fmt.Sprintf("2026/05/29/[$LATEST]%016x%016x", rng.Uint64(), rng.Uint64())
	}
	per := 230
	if !streams {
		per = 130
	}
	millis := int64(1780071363972)
	var d struct {
		Events             []event  `json:"events"`
		SearchedLogStreams []string `json:"searchedLogStreams"`
	}
	d.SearchedLogStreams = []string{}
	lines := bytes.SplitAfter(mixedLog("", user, size*100/per/2), []byte("\n"))
	total := 0
	for i, line := range lines {
		if len(line) == 0 || total > size {
			break
		}
		millis += rng.Int64N(50)
		e := event{Timestamp: millis, Message: string(line), IngestionTime: millis + 1000}
		if bytes.HasPrefix(line, []byte("REPORT")) {
			e.Message = strings.TrimSuffix(e.Message, "\n") + "\t\n"
		}
		if streams {
			e.LogStreamName = names[i/7%len(names)]
			e.EventID = fmt.Sprintf("3974%052d", rng.Uint64())
		}
		total += len(line) + per
		d.Events = append(d.Events, e)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(d); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}
