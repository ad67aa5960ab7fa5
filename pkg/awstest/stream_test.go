package awstest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/coldstats/coldstats/pkg/awstest"
)

// get asks for a page of GetLogEvents of stream 0 and returns the messages.
func get(t *testing.T, client *cloudwatchlogs.Client, change func(*cloudwatchlogs.GetLogEventsInput)) (string, *cloudwatchlogs.GetLogEventsOutput) {
	t.Helper()
	in := &cloudwatchlogs.GetLogEventsInput{LogGroupName: aws.String(name), LogStreamName: aws.String("2026/01/01/[7]0")}
	change(in)
	out, err := client.GetLogEvents(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	var messages []string
	for _, e := range out.Events {
		messages = append(messages, *e.Message)
	}
	return strings.Join(messages, ","), out
}

func TestGetLogEvents(t *testing.T) {
	// Stream 0 has the events 0, 3, 6 and 9.
	_, client := started(t, awstest.Options{}, awstest.Group{}, events(12)...)

	got, out := get(t, client, func(in *cloudwatchlogs.GetLogEventsInput) {
		in.StartTime, in.EndTime = aws.Int64(day), aws.Int64(day+9000)
	})
	equal(t, "exclusive end", got, "event 0,event 3,event 6")
	equal(t, "timestamp", *out.Events[1].Timestamp, int64(day+3000))
	equal(t, "ingestion", *out.Events[1].IngestionTime, int64(day+3000))

	got, out = get(t, client, func(in *cloudwatchlogs.GetLogEventsInput) { in.Limit = aws.Int32(3) })
	equal(t, "the newest by default, in order", got, "event 3,event 6,event 9")
	back := out.NextBackwardToken
	got, _ = get(t, client, func(in *cloudwatchlogs.GetLogEventsInput) { in.NextToken = back })
	equal(t, "backward", got, "event 0")

	got, out = get(t, client, func(in *cloudwatchlogs.GetLogEventsInput) {
		in.Limit, in.StartFromHead = aws.Int32(3), aws.Bool(true)
	})
	equal(t, "from the head", got, "event 0,event 3,event 6")
	forward := func(in *cloudwatchlogs.GetLogEventsInput) {
		in.NextToken, in.StartFromHead = out.NextForwardToken, aws.Bool(true)
	}
	got, out = get(t, client, forward)
	equal(t, "forward", got, "event 9")
	got, end := get(t, client, forward)
	equal(t, "at the end", got, "")
	equal(t, "token at the end", *end.NextForwardToken, *out.NextForwardToken)
	got, _ = get(t, client, func(in *cloudwatchlogs.GetLogEventsInput) { in.NextToken = end.NextBackwardToken })
	equal(t, "and back", got, "event 0,event 3,event 6")
}

func TestGetLogEventsLive(t *testing.T) {
	now := int64(day)
	s := awstest.NewServer(t, awstest.Options{Now: func() time.Time { return time.UnixMilli(now) }})
	client := logsClient(s, "eu-west-1")
	group := s.Region("eu-west-1").Group(awstest.Group{Name: name})
	put := func(message string, millis, visible int64) {
		group.Put(awstest.Event{TimestampMillis: millis, VisibleMillis: visible, Stream: "2026/01/01/[7]0", Message: message})
	}
	put("late", day+1, day+1)
	got, out := get(t, client, func(in *cloudwatchlogs.GetLogEventsInput) { in.StartFromHead = aws.Bool(true) })
	equal(t, "not visible yet", got, "")
	now++
	put("new", day+2, 0)
	got, _ = get(t, client, func(in *cloudwatchlogs.GetLogEventsInput) { in.NextToken = out.NextForwardToken })
	equal(t, "after the token of an empty stream", got, "late,new")
}

func TestGetLogEventsInvalid(t *testing.T) {
	_, client := started(t, awstest.Options{}, awstest.Group{}, events(3)...)
	_, err := client.GetLogEvents(context.Background(), &cloudwatchlogs.GetLogEventsInput{
		LogGroupName: aws.String(name), LogStreamName: aws.String("nobody's")})
	var missing *types.ResourceNotFoundException
	if !errors.As(err, &missing) {
		t.Fatalf("want ResourceNotFoundException, got %v", err)
	}
	equal(t, "message", missing.ErrorMessage(), "The specified log stream does not exist.")
	for _, token := range []string{"f/bm9uc2Vuc2U", "nonsense", "f/=="} {
		_, err := client.GetLogEvents(context.Background(), &cloudwatchlogs.GetLogEventsInput{
			LogGroupName: aws.String(name), LogStreamName: aws.String("2026/01/01/[7]0"), NextToken: aws.String(token)})
		equal(t, "token "+token, code(t, err), "InvalidParameterException")
	}
}
