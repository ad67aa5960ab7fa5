package awstest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// post sends a call of CloudWatch Logs to the server as a handler.
func post(s *Server, operation, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", "Logs_20140328."+operation)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=KEY/20260101/eu-west-1/logs/aws4_request, SignedHeaders=host, Signature=0")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// FuzzString checks that a string comes back from JSON as it was, but for the
// bytes that are no UTF-8.
func FuzzString(f *testing.F) {
	for _, seed := range []string{"", cold, jsonReport, "\x00\x1f\x7f\"\\\t\n\r\u2028é\U0001f600", "\xff\xc3\xed\xa0\x80 \ufffd"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var got string
		if err := json.Unmarshal(appendString(nil, s), &got); err != nil {
			t.Fatal(err)
		}
		// Each wrong byte becomes a replacement character of its own.
		var want strings.Builder
		for i := 0; i < len(s); {
			r, width := utf8.DecodeRuneInString(s[i:])
			want.WriteRune(r)
			i += width
		}
		if got != want.String() {
			t.Errorf("got %q, want %q", got, want.String())
		}
	})
}

// FuzzPages checks that the pages of a request together hold exactly the events
// that it asks for, in order, whatever the sizes of page and scan, the
// direction, the order of arrival and the faults that only delay.
func FuzzPages(f *testing.F) {
	f.Add([]byte("some bytes that become events"), uint8(3), uint8(4), uint16(5), uint16(90), false, false)
	f.Add([]byte("zyxwvutsrqponmlkjihgfedcba"), uint8(1), uint8(1), uint16(0), uint16(300), true, true)
	f.Fuzz(func(t *testing.T, events []byte, scan, limit uint8, start, length uint16, backward, empty bool) {
		const epoch = 1767225600000
		events = events[:min(len(events), 300)] // pages of one event are many
		s := New(Options{ScanEvents: int(scan), Now: func() time.Time { return time.UnixMilli(epoch) }})
		if empty {
			s.SetFaults("FilterLogEvents", Faults{Empty: 0.5})
		}
		group := s.Region("eu-west-1").Group(Group{Name: "g"})
		var want []string
		order := make(map[string]position)
		for i, b := range events {
			e := Event{TimestampMillis: epoch + int64(b), IngestionMillis: int64(b%3) + 1, Stream: string('a' + rune(b%2)), Message: strconv.Itoa(i)}
			if b%5 == 0 {
				e.Message = "no match"
			} else if int64(b) >= int64(start) && int64(b) <= int64(start)+int64(length) {
				want = append(want, e.Message)
				order[e.Message] = position{e.TimestampMillis, e.IngestionMillis, uint64(i)}
			}
			group.Put(e)
			if i == len(events)/2 {
				group.index() // so that the rest is merged in
			}
		}
		slices.SortFunc(want, func(a, b string) int { return order[a].compare(order[b]) })
		if backward {
			slices.Reverse(want)
		}
		got := readPages(t, s, fmt.Sprintf(`"logGroupName":"g","filterPattern":"-\"no match\"","limit":%d,"startTime":%d,"endTime":%d,"startFromHead":%v`,
			int(limit)+1, epoch+int64(start), epoch+int64(start)+int64(length), !backward))
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// readPages reads all pages of a request.
func readPages(t *testing.T, s *Server, request string) []string {
	t.Helper()
	var messages []string
	token := ""
	for range 10_000 {
		var page struct {
			Events    []struct{ Message string }
			NextToken string
		}
		w := post(s, "FilterLogEvents", "{"+request+token+"}")
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != http.StatusOK {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
		for _, e := range page.Events {
			messages = append(messages, e.Message)
		}
		if page.NextToken == "" {
			return messages
		}
		token = `,"nextToken":` + strconv.Quote(page.NextToken)
	}
	t.Fatal("10,000 pages do not reach the end")
	return nil
}

// TestSnapshot checks that an index that a call works with stays as it is while
// events come in before, between and after its own.
func TestSnapshot(t *testing.T) {
	group := New(Options{}).Region("eu-west-1").Group(Group{Name: "g"})
	group.Put(Event{TimestampMillis: 10}, Event{TimestampMillis: 30})
	before := group.index()
	for _, millis := range []int64{40, 50, 20, 5, 60} {
		group.Put(Event{TimestampMillis: millis})
		group.index()
	}
	var times []int64
	for _, e := range group.index().events {
		times = append(times, e.Timestamp)
	}
	if fmt.Sprint(times) != "[5 10 20 30 40 50 60]" {
		t.Errorf("events now: %v", times)
	}
	if len(before.events) != 2 || before.events[0].Timestamp != 10 || before.events[1].Timestamp != 30 {
		t.Errorf("events before: %v", before.events)
	}
}

func BenchmarkFilterLogEvents(b *testing.B) {
	const millis = 1767225600000
	s := New(Options{})
	group := s.Region("eu-west-1").Group(Group{Name: "g"})
	for i := range int64(1_000_000) {
		message := warm
		if i%100 == 0 {
			message = cold
		}
		group.Put(Event{TimestampMillis: millis + i, Stream: "2026/01/01/[7]" + strconv.Itoa(int(i%64)), Message: message})
	}
	for name, pattern := range map[string]string{
		"everything": "",
		"both":       `?"REPORT RequestId:" ?"platform.report"`,
		"rare":       `"REPORT RequestId:" "Init Duration:"`,
		"regexp":     `%^REPORT RequestId: %`,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				start := millis + i%100*10_000 // each call looks where no call before it did
				w := post(s, "FilterLogEvents", fmt.Sprintf(`{"logGroupName":"g","filterPattern":%q,"startTime":%d}`, pattern, start))
				if w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
				b.SetBytes(int64(w.Body.Len()))
			}
		})
	}
}
