package awstest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/coldstats/coldstats/pkg/awstest"
)

// day is 2026-01-01T00:00:00Z in milliseconds.
const day = 1767225600000

const name = "/aws/lambda/checkout"

// at is a clock that stands still.
func at(millis int64) func() time.Time {
	return func() time.Time { return time.UnixMilli(millis) }
}

// config is that of a caller with static credentials who tries once.
func config(s *awstest.Server, region string) aws.Config {
	return aws.Config{
		Region:           region,
		BaseEndpoint:     aws.String(s.URL()),
		Credentials:      credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		RetryMaxAttempts: 1,
		HTTPClient:       httpClient{},
	}
}

// httpClient hides from net/http that the SDK's request body is an io.WriterTo.
// The SDK closes the body as soon as the response begins, a closed body's
// WriteTo fails, and net/http may call it once more after sending: then it
// closes the connection under a response that came that fast.
type httpClient struct{}

func (httpClient) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return http.DefaultClient.Do(r)
}

func logsClient(s *awstest.Server, region string) *cloudwatchlogs.Client {
	return cloudwatchlogs.NewFromConfig(config(s, region))
}

func lambdaClient(s *awstest.Server, region string) *lambda.Client {
	return lambda.NewFromConfig(config(s, region))
}

// filter reads every page of FilterLogEvents and returns the messages and how
// many pages there were.
func filter(t *testing.T, client *cloudwatchlogs.Client, in *cloudwatchlogs.FilterLogEventsInput) (messages []string, pages int) {
	t.Helper()
	for _, page := range filterPages(t, client, in) {
		pages++
		for _, e := range page.Events {
			messages = append(messages, *e.Message)
		}
	}
	return messages, pages
}

func filterPages(t *testing.T, client *cloudwatchlogs.Client, in *cloudwatchlogs.FilterLogEventsInput) []*cloudwatchlogs.FilterLogEventsOutput {
	t.Helper()
	var pages []*cloudwatchlogs.FilterLogEventsOutput
	paginator := cloudwatchlogs.NewFilterLogEventsPaginator(client, in)
	for paginator.HasMorePages() {
		page, err := paginator.NextPage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, page)
	}
	return pages
}

// events returns n events a second apart, in turn in one of three streams.
func events(n int) []awstest.Event {
	all := make([]awstest.Event, n)
	for i := range all {
		all[i] = awstest.Event{
			TimestampMillis: day + int64(i)*1000,
			Stream:          fmt.Sprintf("2026/01/01/[7]%d", i%3),
			Message:         fmt.Sprintf("event %d", i),
		}
	}
	return all
}

// code returns the code of an error of the API.
func code(t *testing.T, err error) string {
	t.Helper()
	var failure smithy.APIError
	if !errors.As(err, &failure) {
		t.Fatalf("want an error of the API, got %v", err)
	}
	return failure.ErrorCode()
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestRegionsAndServices(t *testing.T) {
	s := awstest.NewServer(t, awstest.Options{Account: "210987654321"})
	s.Region("eu-west-1").Group(awstest.Group{Name: name}).Put(events(1)...)
	in := &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String(name)}

	messages, _ := filter(t, logsClient(s, "eu-west-1"), in)
	equal(t, "events of the region", len(messages), 1)

	_, err := logsClient(s, "us-east-1").FilterLogEvents(context.Background(), in)
	var missing *types.ResourceNotFoundException
	if !errors.As(err, &missing) {
		t.Fatalf("another region has the group: %v", err)
	}
	equal(t, "message", missing.ErrorMessage(), "The specified log group does not exist.")

	identity, err := sts.NewFromConfig(config(s, "eu-west-1")).GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "account", *identity.Account, "210987654321")
}
