package awsapi

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/awstest"
)

// all reads the pages of a request to the end.
func all(t *testing.T, r *Region, q FilterRequest) (events []Event, pages int) {
	t.Helper()
	for {
		page, err := r.FilterPage(t.Context(), q, Pace{})
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, page.Events...)
		pages++
		if page.NextToken == "" {
			return events, pages
		}
		q.Token = page.NextToken
	}
}

func TestFilterPage(t *testing.T) {
	server, region := cloud(t)
	group := region.Group(awstest.Group{Name: "/aws/lambda/checkout"})
	const stream = "2026/01/01/[7]0a1b"
	for i := range 5 {
		group.Put(awstest.Event{TimestampMillis: int64(1000 + i), IngestionMillis: int64(2000 + i), Stream: stream, Message: fmt.Sprintf("REPORT RequestId: %d\t\n", i)})
	}
	group.Put(awstest.Event{TimestampMillis: 1002, Stream: "2025/01/01/[7]0a1b", Message: "START"})
	r := account(t, server.URL(), "eu-west-1").Region("eu-west-1")

	for name, c := range map[string]struct {
		q    FilterRequest
		want []int64
	}{
		"half-open":    {FilterRequest{Start: 1001, End: 1004, Pattern: "REPORT"}, []int64{1001, 1002, 1003}},
		"one ms":       {FilterRequest{Start: 1001, End: 1002}, []int64{1001}},
		"the prefix":   {FilterRequest{Start: 0, End: 5000, StreamPrefix: "2025"}, []int64{1002}},
		"no pattern":   {FilterRequest{Start: 1002, End: 1003}, []int64{1002, 1002}},
		"empty window": {FilterRequest{Start: 1002, End: 1002}, nil},
	} {
		for _, identifier := range []string{group.Name, group.ARN()} {
			c.q.Group = identifier
			events, _ := all(t, r, c.q)
			var times []int64
			for _, e := range events {
				times = append(times, e.Timestamp)
			}
			if !slices.Equal(times, c.want) {
				t.Errorf("%s of %s: got %v, want %v", name, identifier, times, c.want)
			}
		}
	}
	events, _ := all(t, r, FilterRequest{Group: group.Name, Start: 1003, End: 1004})
	want := Event{ID: events[0].ID, Timestamp: 1003, Ingestion: 2003, Stream: stream, Message: "REPORT RequestId: 3\t\n"}
	if events[0] != want || want.ID == "" {
		t.Errorf("got %+v, want %+v", events[0], want)
	}
}

// TestPages reads more events than a page holds, with empty pages in between.
func TestPages(t *testing.T) {
	server := awstest.NewServer(t, awstest.Options{ScanEvents: 1000})
	group := server.Region("eu-west-1").Group(awstest.Group{Name: "/aws/lambda/checkout"})
	for i := range 10_000 {
		message := "user line"
		if i%5000 == 4999 {
			message = "REPORT"
		}
		group.Put(awstest.Event{TimestampMillis: int64(i), Stream: "s", Message: message})
	}
	r := account(t, server.URL(), "eu-west-1").Region("eu-west-1")
	events, pages := all(t, r, FilterRequest{Group: group.Name, End: 10_000, Pattern: "REPORT"})
	if len(events) != 2 || pages < 10 || events[0].Timestamp != 4999 || events[1].Timestamp != 9999 {
		t.Errorf("%d events on %d pages: %v", len(events), pages, events)
	}
}

// TestRefusals tells the answers apart that no retry helps.
func TestRefusals(t *testing.T) {
	server, region := cloud(t)
	region.Group(awstest.Group{Name: "/aws/lambda/checkout"})
	region.Group(awstest.Group{Name: "/aws/lambda/rare", Class: "INFREQUENT_ACCESS"})
	r := account(t, server.URL(), "eu-west-1").Region("eu-west-1")
	page := func(q FilterRequest) error {
		q.End = 1
		_, err := r.FilterPage(t.Context(), q, Pace{})
		if err == nil {
			t.Fatal("no error")
		}
		return err
	}

	var class *ClassError
	if err := page(FilterRequest{Group: "/aws/lambda/rare"}); !errors.As(err, &class) || class.Group != "/aws/lambda/rare" || class.Err == nil ||
		!strings.Contains(err.Error(), "aws logs start-query --log-group-name /aws/lambda/rare") {
		t.Errorf("class: %v", err)
	}
	var missing *NotFoundError
	if err := page(FilterRequest{Group: "/aws/lambda/gone"}); !errors.As(err, &missing) || missing.What != "log group /aws/lambda/gone" ||
		!strings.Contains(err.Error(), "eu-west-1") {
		t.Errorf("not found: %v", err)
	}
	if err := page(FilterRequest{Group: "/aws/lambda/checkout", Token: "old"}); !errors.Is(err, ErrTokenExpired) {
		t.Errorf("token: %v", err)
	}
	if err := page(FilterRequest{Group: "/aws/lambda/checkout", Pattern: "{"}); errors.Is(err, ErrTokenExpired) {
		t.Errorf("pattern: %v", err)
	}
	server.SetFaults("FilterLogEvents", awstest.Faults{Denied: true})
	var denied *DeniedError
	if err := page(FilterRequest{Group: "/aws/lambda/checkout"}); !errors.As(err, &denied) || denied.Action != "logs:FilterLogEvents" ||
		!strings.HasPrefix(denied.Resource, "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout:") ||
		!strings.Contains(err.Error(), "access denied in eu-west-1: an IAM policy has to allow logs:FilterLogEvents on arn:aws:logs:") {
		t.Errorf("denied: %v", err)
	}
	server.SetFaults("FilterLogEvents", awstest.Faults{Expired: true})
	var expired *CredentialsError
	if err := page(FilterRequest{Group: "/aws/lambda/checkout"}); !errors.As(err, &expired) || !strings.Contains(err.Error(), "aws sso login") {
		t.Errorf("expired: %v", err)
	}
}

// TestExpiredToken expires a token that was good.
func TestExpiredToken(t *testing.T) {
	server := awstest.NewServer(t, awstest.Options{ScanEvents: 1})
	group := server.Region("eu-west-1").Group(awstest.Group{Name: "/aws/lambda/checkout"})
	for i := range 3 {
		group.Put(awstest.Event{TimestampMillis: int64(i), Stream: "s", Message: "m"})
	}
	r := account(t, server.URL(), "eu-west-1").Region("eu-west-1")
	q := FilterRequest{Group: group.Name, End: 10}
	page, err := r.FilterPage(t.Context(), q, Pace{})
	if err != nil || page.NextToken == "" {
		t.Fatalf("token %q, %v", page.NextToken, err)
	}
	server.SetFaults("FilterLogEvents", awstest.Faults{ExpireToken: 1})
	q.Token = page.NextToken
	if _, err = r.FilterPage(t.Context(), q, Pace{}); !errors.Is(err, ErrTokenExpired) {
		t.Errorf("got %v", err)
	}
}

// TestDeniedWording reads the action off the words that AWS uses, and falls back
// on the operation.
func TestDeniedWording(t *testing.T) {
	const group = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout:log-stream:"
	for message, want := range map[string][2]string{
		"User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized to perform: logs:FilterLogEvents on resource: " + group + " because no identity-based policy allows the logs:FilterLogEvents action": {"logs:FilterLogEvents", group},
		"User: u is not authorized to perform: logs:FilterLogEvents on resource: " + group + " with an explicit deny in a service control policy":                                                                {"logs:FilterLogEvents", group},
		"User: u is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:123456789012:key/1.":                                                                                               {"kms:Decrypt", "arn:aws:kms:eu-west-1:123456789012:key/1"},
		"User: u is not authorized to perform: logs:Filter*": {"logs:Filter*", ""},
		"no": {"logs:FilterLogEvents", ""},
		"":   {"logs:FilterLogEvents", ""},
	} {
		_, url := serve(t, answer(400, fmt.Sprintf(`{"__type":"AccessDeniedException","Message":%q}`, message)))
		_, err := account(t, url, "eu-west-1").Region("eu-west-1").FilterPage(t.Context(), request, Pace{})
		var denied *DeniedError
		if !errors.As(err, &denied) || denied.Action != want[0] || denied.Resource != want[1] || denied.Region != "eu-west-1" {
			t.Errorf("%q: got %+v, want %v", message, denied, want)
		}
	}
}

// TestThroughFaults reads through everything that can go wrong on the way, and
// gets each event once.
func TestThroughFaults(t *testing.T) {
	server := awstest.NewServer(t, awstest.Options{ScanEvents: 10, Seed: 1})
	region := server.Region("eu-west-1")
	group := region.Group(awstest.Group{Name: "/aws/lambda/checkout"})
	region.Function(awstest.Function{Name: "checkout", Aliases: []awstest.Alias{{Name: "prod", Version: "$LATEST"}}})
	for i := range 500 {
		group.Put(awstest.Event{TimestampMillis: int64(i), Stream: "s", Message: strings.Repeat("m", i)})
	}
	faults := awstest.Faults{Unavailable: 0.2, Reset: 0.2, Truncate: 0.2, Empty: 0.2}
	server.SetFaults("", faults)
	a := account(t, server.URL(), "eu-west-1")
	for _, text := range []string{"checkout@prod", "check*"} {
		if found := find(t, a, text); len(found.Targets) != 1 || len(found.Notes) != 0 {
			t.Errorf("%s: got %+v", text, found)
		}
	}
	events, _ := all(t, a.Region("eu-west-1"), FilterRequest{Group: group.Name, End: 500})
	for i, e := range events {
		if e.Timestamp != int64(i) || len(e.Message) != i {
			t.Fatalf("event %d is of %d ms and %d bytes", i, e.Timestamp, len(e.Message))
		}
	}
	if len(events) != 500 {
		t.Errorf("%d events", len(events))
	}
}
