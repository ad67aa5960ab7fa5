package awstest_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/coldstats/coldstats/pkg/awstest"
)

// A program serves a log group to the real SDK and looks at what was asked.
func Example() {
	server := awstest.New(awstest.Options{})
	if err := server.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	group := server.Region("eu-west-1").Group(awstest.Group{Name: "/aws/lambda/checkout"})
	group.Put(
		awstest.Event{TimestampMillis: 1767225600000, Stream: "2026/01/01/[7]0a", Message: "START RequestId: a Version: 7"},
		awstest.Event{TimestampMillis: 1767225600100, Stream: "2026/01/01/[7]0a", Message: "REPORT RequestId: a\tDuration: 99.00 ms"},
	)

	client := cloudwatchlogs.NewFromConfig(config(server, "eu-west-1"))
	page, err := client.FilterLogEvents(context.Background(), &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName:  aws.String("/aws/lambda/checkout"),
		FilterPattern: aws.String(`"REPORT RequestId:"`),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range page.Events {
		fmt.Println(strings.ReplaceAll(*e.Message, "\t", " "))
	}
	fmt.Println(server.Counts("FilterLogEvents"))
	// Output:
	// REPORT RequestId: a Duration: 99.00 ms
	// {1 0 0 1}
}
