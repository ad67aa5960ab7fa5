package awstest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/coldstats/coldstats/pkg/awstest"
)

// started returns a server with one group of events, and a client.
func started(t *testing.T, options awstest.Options, g awstest.Group, events ...awstest.Event) (*awstest.Server, *cloudwatchlogs.Client) {
	t.Helper()
	s := awstest.NewServer(t, options)
	g.Name = name
	s.Region("eu-west-1").Group(g).Put(events...)
	return s, logsClient(s, "eu-west-1")
}

func input() *cloudwatchlogs.FilterLogEventsInput {
	return &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String(name)}
}

func TestFilterOrder(t *testing.T) {
	s, client := started(t, awstest.Options{}, awstest.Group{},
		awstest.Event{TimestampMillis: day + 2, Stream: "b", Message: "third"},
		awstest.Event{TimestampMillis: day + 1, IngestionMillis: day + 9, Stream: "a", Message: "second"},
		awstest.Event{TimestampMillis: day + 1, IngestionMillis: day + 8, Stream: "c", Message: "first"},
		awstest.Event{TimestampMillis: day + 2, Stream: "a", Message: "fourth"},
	)
	messages, _ := filter(t, client, input())
	equal(t, "order", strings.Join(messages, " "), "first second third fourth")

	in := input()
	in.StartTime, in.StartFromHead = aws.Int64(day), aws.Bool(false)
	in.Limit = aws.Int32(1)
	messages, pages := filter(t, client, in)
	equal(t, "newest first", strings.Join(messages, " "), "fourth third second first")
	equal(t, "pages", pages, 4)

	group := s.Region("eu-west-1").Group(awstest.Group{Name: name})
	group.Put(awstest.Event{TimestampMillis: day + 5, Stream: "a", Message: "5"})
	messages, _ = filter(t, client, input())
	equal(t, "a new group of the name", strings.Join(messages, " "), "5")
	group.Put(awstest.Event{TimestampMillis: day + 6, Stream: "a", Message: "6"})
	group.Put(awstest.Event{TimestampMillis: day + 4, Stream: "a", Message: "4"})
	messages, _ = filter(t, client, input())
	equal(t, "put after reading", strings.Join(messages, " "), "4 5 6")
}

func TestFilterWindow(t *testing.T) {
	_, client := started(t, awstest.Options{}, awstest.Group{}, events(10)...)
	in := input()
	in.StartTime, in.EndTime = aws.Int64(day+2000), aws.Int64(day+4000)
	messages, _ := filter(t, client, in)
	equal(t, "both ends inclusive", strings.Join(messages, ","), "event 2,event 3,event 4")
}

func TestFilterFields(t *testing.T) {
	message := "REPORT RequestId: a\tDuration: 1.00 ms\t\nXRAY \"q\" \\ \x01 \u00e9\u2028 \xff end\n"
	_, client := started(t, awstest.Options{}, awstest.Group{},
		awstest.Event{TimestampMillis: day, IngestionMillis: day + 7, Stream: "2026/01/01/[$LATEST]0a", Message: message},
		awstest.Event{TimestampMillis: day, IngestionMillis: day + 7, Stream: "2026/01/01/[$LATEST]0a", Message: message})
	first := filterPages(t, client, input())[0]
	again := filterPages(t, client, input())[0]
	e := first.Events[0]
	equal(t, "message", *e.Message, strings.ToValidUTF8(message, "\ufffd"))
	equal(t, "timestamp", *e.Timestamp, int64(day))
	equal(t, "ingestion", *e.IngestionTime, int64(day+7))
	equal(t, "stream", *e.LogStreamName, "2026/01/01/[$LATEST]0a")
	equal(t, "digits of the id", len(*e.EventId), 56)
	equal(t, "characters that are no digits", strings.Trim(*e.EventId, "0123456789"), "")
	equal(t, "stable id", *again.Events[0].EventId, *e.EventId)
	if *first.Events[1].EventId == *e.EventId {
		t.Error("two events have one id")
	}
	equal(t, "searched streams", len(first.SearchedLogStreams), 0)
}

func TestFilterPages(t *testing.T) {
	t.Run("10,000 events", func(t *testing.T) {
		_, client := started(t, awstest.Options{}, awstest.Group{}, events(25_000)...)
		var sizes []int
		for _, page := range filterPages(t, client, input()) {
			sizes = append(sizes, len(page.Events))
		}
		equal(t, "pages", fmt.Sprint(sizes), "[10000 10000 5000]")
	})
	t.Run("1 MiB of messages", func(t *testing.T) {
		long := make([]awstest.Event, 5)
		for i := range long {
			long[i] = awstest.Event{TimestampMillis: day, Stream: "a", Message: strings.Repeat("x", 512<<10)}
		}
		long[3].Message = strings.Repeat("x", 2<<20) // one event is always served
		_, client := started(t, awstest.Options{}, awstest.Group{}, long...)
		var sizes []int
		for _, page := range filterPages(t, client, input()) {
			sizes = append(sizes, len(page.Events))
		}
		equal(t, "pages", fmt.Sprint(sizes), "[2 1 1 1]")
	})
	t.Run("limit", func(t *testing.T) {
		_, client := started(t, awstest.Options{}, awstest.Group{}, events(7)...)
		in := input()
		in.Limit = aws.Int32(3)
		messages, pages := filter(t, client, in)
		equal(t, "pages", pages, 3)
		equal(t, "events", len(messages), 7)
	})
	t.Run("a rare pattern has empty pages", func(t *testing.T) {
		rare := events(100)
		rare[55].Message = "the needle"
		_, client := started(t, awstest.Options{ScanEvents: 10}, awstest.Group{}, rare...)
		in := input()
		in.FilterPattern = aws.String("needle")
		var sizes []int
		for _, page := range filterPages(t, client, in) {
			sizes = append(sizes, len(page.Events))
		}
		equal(t, "pages", fmt.Sprint(sizes), "[0 0 0 0 0 1 0 0 0 0]")

		in.StartTime, in.StartFromHead = aws.Int64(day), aws.Bool(false)
		messages, pages := filter(t, client, in)
		equal(t, "backward", fmt.Sprint(messages, pages), "[the needle] 10")
	})
}

func TestFilterStreams(t *testing.T) {
	_, client := started(t, awstest.Options{}, awstest.Group{}, events(9)...)
	in := input()
	in.LogStreamNames = []string{"2026/01/01/[7]2", "2026/01/01/[7]0"}
	messages, _ := filter(t, client, in)
	equal(t, "by name", strings.Join(messages, ","), "event 0,event 2,event 3,event 5,event 6,event 8")

	in = input()
	in.LogStreamNamePrefix = aws.String("2026/01/01/[7]1")
	messages, _ = filter(t, client, in)
	equal(t, "by prefix", strings.Join(messages, ","), "event 1,event 4,event 7")

	in.LogStreamNamePrefix = aws.String("2027")
	messages, _ = filter(t, client, in)
	equal(t, "by a prefix that none has", len(messages), 0)
}

func TestLateEvents(t *testing.T) {
	now := int64(day)
	s := awstest.NewServer(t, awstest.Options{Now: func() time.Time { return time.UnixMilli(now) }})
	client := logsClient(s, "eu-west-1")
	s.Region("eu-west-1").Group(awstest.Group{Name: name}).Put(
		awstest.Event{TimestampMillis: day - 2000, VisibleMillis: day + 1, Stream: "a", Message: "late"},
		awstest.Event{TimestampMillis: day - 1000, Stream: "a", Message: "in time"},
	)
	messages, _ := filter(t, client, input())
	equal(t, "at first", strings.Join(messages, ","), "in time")
	now++
	messages, _ = filter(t, client, input())
	equal(t, "later", strings.Join(messages, ","), "late,in time")
}

func TestRetention(t *testing.T) {
	const week = 7 * 24 * 60 * 60 * 1000
	_, client := started(t, awstest.Options{Now: at(day + week)}, awstest.Group{RetentionDays: 7},
		awstest.Event{TimestampMillis: day - 1, Stream: "a", Message: "expired"},
		awstest.Event{TimestampMillis: day, Stream: "a", Message: "kept"})
	messages, _ := filter(t, client, input())
	equal(t, "events", strings.Join(messages, ","), "kept")
}

func TestLinkedAccount(t *testing.T) {
	s, client := started(t, awstest.Options{}, awstest.Group{}, events(1)...)
	linked := s.Region("eu-west-1").Group(awstest.Group{Name: name, Account: "222222222222"})
	linked.Put(events(5)...)
	equal(t, "arn", linked.ARN(), "arn:aws:logs:eu-west-1:222222222222:log-group:/aws/lambda/checkout")
	for identifier, want := range map[string]int{name: 1, linked.ARN(): 5} {
		messages, _ := filter(t, client, &cloudwatchlogs.FilterLogEventsInput{LogGroupIdentifier: aws.String(identifier)})
		equal(t, identifier, len(messages), want)
	}
}

func TestLogClass(t *testing.T) {
	_, client := started(t, awstest.Options{}, awstest.Group{Class: "INFREQUENT_ACCESS"}, events(1)...)
	_, err := client.FilterLogEvents(context.Background(), input())
	var failure *types.InvalidOperationException
	if !errors.As(err, &failure) {
		t.Fatalf("want InvalidOperationException, got %v", err)
	}
	equal(t, "message", failure.ErrorMessage(), "The log group /aws/lambda/checkout is of log-group-class INFREQUENT_ACCESS. "+
		"FilterLogEvents is not supported for this log class.")
}

func TestFilterInvalid(t *testing.T) {
	_, client := started(t, awstest.Options{}, awstest.Group{}, events(3)...)
	for what, change := range map[string]func(*cloudwatchlogs.FilterLogEventsInput){
		"no group":            func(in *cloudwatchlogs.FilterLogEventsInput) { in.LogGroupName = nil },
		"name and identifier": func(in *cloudwatchlogs.FilterLogEventsInput) { in.LogGroupIdentifier = aws.String(name) },
		"ARN with :*": func(in *cloudwatchlogs.FilterLogEventsInput) {
			in.LogGroupName = nil
			in.LogGroupIdentifier = aws.String("arn:aws:logs:eu-west-1:123456789012:log-group:" + name + ":*")
		},
		"limit 0":      func(in *cloudwatchlogs.FilterLogEventsInput) { in.Limit = aws.Int32(0) },
		"limit 10,001": func(in *cloudwatchlogs.FilterLogEventsInput) { in.Limit = aws.Int32(10_001) },
		"start before 1970": func(in *cloudwatchlogs.FilterLogEventsInput) {
			in.StartTime = aws.Int64(-1)
		},
		"end before 1970": func(in *cloudwatchlogs.FilterLogEventsInput) { in.EndTime = aws.Int64(-1) },
		"end before start": func(in *cloudwatchlogs.FilterLogEventsInput) {
			in.StartTime, in.EndTime = aws.Int64(day+1), aws.Int64(day)
		},
		"backward without a start": func(in *cloudwatchlogs.FilterLogEventsInput) { in.StartFromHead = aws.Bool(false) },
		"stream names and prefix": func(in *cloudwatchlogs.FilterLogEventsInput) {
			in.LogStreamNames, in.LogStreamNamePrefix = []string{"a"}, aws.String("a")
		},
		"101 stream names": func(in *cloudwatchlogs.FilterLogEventsInput) { in.LogStreamNames = slices.Repeat([]string{"a"}, 101) },
		"a pattern of 1,025 letters": func(in *cloudwatchlogs.FilterLogEventsInput) {
			in.FilterPattern = aws.String(strings.Repeat("x", 1025))
		},
		"an invalid pattern": func(in *cloudwatchlogs.FilterLogEventsInput) { in.FilterPattern = aws.String("a-b") },
		"a token of nobody":  func(in *cloudwatchlogs.FilterLogEventsInput) { in.NextToken = aws.String("bm9uc2Vuc2U") },
	} {
		in := input()
		change(in)
		_, err := client.FilterLogEvents(context.Background(), in)
		var failure *types.InvalidParameterException
		if !errors.As(err, &failure) {
			t.Errorf("%s: want InvalidParameterException, got %v", what, err)
		}
	}
	in := input()
	in.LogStreamNames = []string{"nobody's"}
	_, err := client.FilterLogEvents(context.Background(), in)
	equal(t, "unknown stream", code(t, err), "ResourceNotFoundException")
}

func TestTokens(t *testing.T) {
	now := int64(day)
	s := awstest.NewServer(t, awstest.Options{Now: func() time.Time { return time.UnixMilli(now) }})
	client := logsClient(s, "eu-west-1")
	group := s.Region("eu-west-1").Group(awstest.Group{Name: name})
	group.Put(events(4)...)
	first := input()
	first.Limit = aws.Int32(2)
	page, err := client.FilterLogEvents(context.Background(), first)
	if err != nil {
		t.Fatal(err)
	}
	next := input()
	next.NextToken = page.NextToken

	// Events that come in between move nothing.
	group.Put(awstest.Event{TimestampMillis: day - 1, Stream: "a", Message: "before"})
	messages, _ := filter(t, client, next)
	equal(t, "the rest, with another limit", strings.Join(messages, ","), "event 2,event 3")

	other := input()
	other.NextToken, other.StartTime = page.NextToken, aws.Int64(day)
	_, err = client.FilterLogEvents(context.Background(), other)
	equal(t, "token of another request", code(t, err), "InvalidParameterException")

	now += 24*60*60*1000 + 1
	_, err = client.FilterLogEvents(context.Background(), next)
	equal(t, "expired token", code(t, err), "InvalidParameterException")
}
