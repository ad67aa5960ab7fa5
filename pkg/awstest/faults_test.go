package awstest_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	awshttp "github.com/aws/smithy-go/transport/http"

	"github.com/coldstats/coldstats/pkg/awstest"
)

// status returns the HTTP status of an error.
func status(t *testing.T, err error) int {
	t.Helper()
	var response *awshttp.ResponseError
	if !errors.As(err, &response) {
		t.Fatalf("want a response, got %v", err)
	}
	return response.HTTPStatusCode()
}

func TestThrottling(t *testing.T) {
	now := time.UnixMilli(day)
	s := awstest.NewServer(t, awstest.Options{Now: func() time.Time { return now }})
	for _, region := range []string{"eu-west-1", "us-east-1"} {
		s.Region(region).Group(awstest.Group{Name: name})
	}
	s.SetFaults("FilterLogEvents", awstest.Faults{Rate: 10, Burst: 3})
	s.SetFaults("", awstest.Faults{Rate: 1})
	europe, america := logsClient(s, "eu-west-1"), logsClient(s, "us-east-1")
	// served returns how many of n calls were within the quota.
	served := func(client *cloudwatchlogs.Client, n int) int {
		for range n {
			_, err := client.FilterLogEvents(context.Background(), input())
			var throttled *types.ThrottlingException
			if errors.As(err, &throttled) {
				n--
				equal(t, "message", throttled.ErrorMessage(), "Rate exceeded")
				equal(t, "status", status(t, err), 400)
			} else if err != nil {
				t.Fatal(err)
			}
		}
		return n
	}
	equal(t, "burst", served(europe, 5), 3)
	equal(t, "burst of another region", served(america, 5), 3)
	now = now.Add(250 * time.Millisecond)
	equal(t, "after a quarter of a second", served(europe, 5), 2)
	now = now.Add(time.Hour)
	equal(t, "after an hour", served(europe, 5), 3)
	equal(t, "counts", s.Counts("FilterLogEvents"), awstest.Counts{Calls: 20, Throttled: 9})

	client := lambdaClient(s, "eu-west-1")
	if _, err := client.ListFunctions(context.Background(), &lambda.ListFunctionsInput{}); err != nil {
		t.Fatal(err)
	}
	_, err := client.ListFunctions(context.Background(), &lambda.ListFunctionsInput{})
	var many *lambdatypes.TooManyRequestsException
	if !errors.As(err, &many) {
		t.Fatalf("want TooManyRequestsException, got %v", err)
	}
	equal(t, "message of Lambda", many.ErrorMessage(), "Rate exceeded")
	equal(t, "reason", many.Reason, lambdatypes.ThrottleReasonCallerRateLimitExceeded)
	equal(t, "status of Lambda", status(t, err), 429)
	if _, err := europe.DescribeLogGroups(context.Background(), &cloudwatchlogs.DescribeLogGroupsInput{}); err != nil {
		t.Errorf("operations share a bucket: %v", err)
	}
	equal(t, "sum", s.Counts(""), awstest.Counts{Calls: 23, Throttled: 10})
}

func TestCallers(t *testing.T) {
	s, logs := started(t, awstest.Options{}, awstest.Group{}, events(1)...)
	s.Region("eu-west-1").Function(awstest.Function{Name: "checkout"})
	functions, identity := lambdaClient(s, "eu-west-1"), sts.NewFromConfig(config(s, "eu-west-1"))
	ctx := context.Background()

	s.SetFaults("", awstest.Faults{Denied: true})
	const user = "User: arn:aws:iam::123456789012:user/dev is not authorized to perform: "
	_, err := logs.FilterLogEvents(ctx, input())
	var denied *types.AccessDeniedException
	if !errors.As(err, &denied) {
		t.Fatalf("want AccessDeniedException, got %v", err)
	}
	equal(t, "message", denied.ErrorMessage(), user+"logs:FilterLogEvents on resource: "+
		"arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout:log-stream: because no identity-based policy allows the logs:FilterLogEvents action")
	equal(t, "status", status(t, err), 400)
	for what, call := range map[string]func() error{
		"logs:DescribeLogGroups on resource: arn:aws:logs:eu-west-1:123456789012:log-group::log-stream: because no identity-based policy allows the logs:DescribeLogGroups action": func() error {
			_, err := logs.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
			return err
		},
		"lambda:GetFunctionConfiguration on resource: " + checkoutARN + " because no identity-based policy allows the lambda:GetFunctionConfiguration action": func() error {
			_, err := functions.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: aws.String(checkoutARN + ":live")})
			return err
		},
		"lambda:ListFunctions on resource: * because no identity-based policy allows the lambda:ListFunctions action": func() error {
			_, err := functions.ListFunctions(ctx, &lambda.ListFunctionsInput{})
			return err
		},
	} {
		err := call()
		var failure interface{ ErrorMessage() string }
		if !errors.As(err, &failure) {
			t.Fatal(err)
		}
		equal(t, "message", failure.ErrorMessage(), user+what)
		equal(t, "code", code(t, err), "AccessDeniedException")
	}

	s.SetFaults("", awstest.Faults{Expired: true})
	_, err = logs.FilterLogEvents(ctx, input())
	equal(t, "expired, logs", code(t, err), "ExpiredTokenException")
	_, err = functions.ListFunctions(ctx, &lambda.ListFunctionsInput{})
	equal(t, "expired, lambda", code(t, err), "ExpiredTokenException")
	equal(t, "status of lambda", status(t, err), 403)
	_, err = identity.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	equal(t, "expired, sts", code(t, err), "ExpiredToken")

	s.SetFaults("", awstest.Faults{Unavailable: 1})
	_, err = logs.FilterLogEvents(ctx, input())
	equal(t, "5xx, logs", code(t, err), "ServiceUnavailableException")
	equal(t, "status", status(t, err), 503)
	_, err = functions.ListFunctions(ctx, &lambda.ListFunctionsInput{})
	equal(t, "5xx, lambda", code(t, err), "ServiceException")
	equal(t, "status", status(t, err), 500)
	_, err = identity.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	equal(t, "5xx, sts", code(t, err), "ServiceUnavailable")
	equal(t, "failed", s.Counts("FilterLogEvents"), awstest.Counts{Calls: 3, Failed: 3})

	s.SetFaults("", awstest.Faults{})
	if _, err := logs.FilterLogEvents(ctx, input()); err != nil {
		t.Errorf("faults are off: %v", err)
	}
}

func TestBrokenBodies(t *testing.T) {
	s, client := started(t, awstest.Options{}, awstest.Group{}, events(100)...)
	for what, f := range map[string]awstest.Faults{"reset": {Reset: 1}, "truncated": {Truncate: 1}} {
		s.SetFaults("FilterLogEvents", f)
		out, err := client.FilterLogEvents(context.Background(), input())
		if err == nil {
			t.Errorf("%s: the SDK read %d events", what, len(out.Events))
		}
	}
}

func TestLatencyAndSlowBodies(t *testing.T) {
	var (
		mu    sync.Mutex
		slept []time.Duration
	)
	s, client := started(t, awstest.Options{Sleep: func(_ context.Context, d time.Duration) error {
		mu.Lock()
		defer mu.Unlock()
		slept = append(slept, d)
		return nil
	}}, awstest.Group{}, events(100)...)
	s.SetFaults("FilterLogEvents", awstest.Faults{LatencyMin: 300 * time.Millisecond, LatencyMax: 500 * time.Millisecond, Slow: 1, SlowPause: time.Second})
	messages, _ := filter(t, client, input())
	equal(t, "events", len(messages), 100)
	equal(t, "pauses", len(slept), 8) // the latency, and seven between eight pieces
	if slept[0] < 300*time.Millisecond || slept[0] > 500*time.Millisecond {
		t.Errorf("latency %v", slept[0])
	}
	equal(t, "a pause", slept[1], time.Second)
}

func TestCloseEndsCalls(t *testing.T) {
	s := awstest.New(awstest.Options{})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	s.Region("eu-west-1").Group(awstest.Group{Name: name})
	s.SetFaults("", awstest.Faults{LatencyMin: time.Hour})
	client := logsClient(s, "eu-west-1")
	ended := make(chan error)
	go func() {
		_, err := client.FilterLogEvents(context.Background(), input())
		ended <- err
	}()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("the call was answered")
	}
	if err := s.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	if err := awstest.New(awstest.Options{}).Close(); err != nil {
		t.Errorf("closed without a start: %v", err)
	}
}

// TestEveryFault reads all events through every fault at once, as a client that
// retries and drops duplicates does.
func TestEveryFault(t *testing.T) {
	s, client := started(t, awstest.Options{ScanEvents: 300, Seed: 1}, awstest.Group{}, events(5000)...)
	s.SetFaults("FilterLogEvents", awstest.Faults{
		Unavailable: 0.1, Reset: 0.1, Truncate: 0.1, Empty: 0.2, RepeatToken: 0.3, Slow: 0.1,
	})
	seen, repeated := make(map[string]int), 0
	in := input()
	for tries := 0; ; tries++ {
		if tries == 1000 {
			t.Fatal("1000 calls do not reach the end")
		}
		out, err := client.FilterLogEvents(context.Background(), in)
		if err != nil {
			continue
		}
		for _, e := range out.Events {
			seen[*e.EventId]++
			repeated = max(repeated, seen[*e.EventId])
		}
		if out.NextToken == nil {
			break
		}
		in.NextToken = out.NextToken
	}
	equal(t, "events", len(seen), 5000)
	equal(t, "times that an event was served", repeated, 2)
}

func TestExpiredToken(t *testing.T) {
	s, client := started(t, awstest.Options{ScanEvents: 1}, awstest.Group{}, events(2)...)
	page, err := client.FilterLogEvents(context.Background(), input())
	if err != nil {
		t.Fatal(err)
	}
	s.SetFaults("FilterLogEvents", awstest.Faults{ExpireToken: 1})
	in := input()
	in.NextToken = page.NextToken
	_, err = client.FilterLogEvents(context.Background(), in)
	equal(t, "token", code(t, err), "InvalidParameterException")
}

func TestCalls(t *testing.T) {
	s, client := started(t, awstest.Options{}, awstest.Group{}, events(3)...)
	s.Region("eu-west-1").Function(awstest.Function{Name: "checkout"})
	in := input()
	in.StartTime, in.EndTime, in.FilterPattern = aws.Int64(day), aws.Int64(day+1000), aws.String("event")
	filter(t, client, in)
	_, err := lambdaClient(s, "eu-west-1").GetFunctionConfiguration(context.Background(),
		&lambda.GetFunctionConfigurationInput{FunctionName: aws.String("basket")})
	equal(t, "code", code(t, err), "ResourceNotFoundException")

	calls := s.Calls()
	equal(t, "calls", len(calls), 2)
	equal(t, "window", fmt.Sprint(*calls[0].StartMillis, *calls[0].EndMillis), fmt.Sprint(day, day+1000))
	calls[0].StartMillis, calls[0].EndMillis = nil, nil
	equal(t, "first", calls[0], awstest.Call{Operation: "FilterLogEvents", Region: "eu-west-1", Group: name, Pattern: "event", Events: 2})
	equal(t, "second", calls[1], awstest.Call{Operation: "GetFunctionConfiguration", Region: "eu-west-1", Function: "basket", Error: "ResourceNotFoundException"})
	equal(t, "counts", s.Counts("FilterLogEvents"), awstest.Counts{Calls: 1, Events: 2})
	s.Reset()
	equal(t, "after a reset", s.Counts(""), awstest.Counts{})
	equal(t, "calls after a reset", len(s.Calls()), 0)
}
