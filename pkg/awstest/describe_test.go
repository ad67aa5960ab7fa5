package awstest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/coldstats/coldstats/pkg/awstest"
)

// groups reads every page of DescribeLogGroups.
func groups(t *testing.T, client *cloudwatchlogs.Client, in *cloudwatchlogs.DescribeLogGroupsInput) (all []types.LogGroup, pages int) {
	t.Helper()
	paginator := cloudwatchlogs.NewDescribeLogGroupsPaginator(client, in)
	for paginator.HasMorePages() {
		page, err := paginator.NextPage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.LogGroups...)
		pages++
	}
	return all, pages
}

func names(groups []types.LogGroup) string {
	var names []string
	for _, g := range groups {
		names = append(names, *g.LogGroupName)
	}
	return strings.Join(names, " ")
}

func TestDescribeLogGroups(t *testing.T) {
	s := awstest.NewServer(t, awstest.Options{})
	region, client := s.Region("eu-west-1"), logsClient(s, "eu-west-1")
	checkout := region.Group(awstest.Group{Name: name, RetentionDays: 30, CreatedMillis: day})
	checkout.Put(awstest.Event{Message: "12345"}, awstest.Event{Message: "678"})
	region.Group(awstest.Group{Name: "/aws/lambda/basket"})
	region.Group(awstest.Group{Name: "/aws/Lambda/x", Class: "INFREQUENT_ACCESS"})
	region.Group(awstest.Group{Name: "cheap", Class: "ESSENTIALS"})
	region.Group(awstest.Group{Name: "linked", Account: "222222222222"})

	all, _ := groups(t, client, &cloudwatchlogs.DescribeLogGroupsInput{})
	equal(t, "ASCII order", names(all), "/aws/Lambda/x /aws/lambda/basket /aws/lambda/checkout cheap")
	g := all[2]
	equal(t, "arn", *g.Arn, "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout:*")
	equal(t, "logGroupArn", *g.LogGroupArn, "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout")
	equal(t, "creation", *g.CreationTime, int64(day))
	equal(t, "retention", *g.RetentionInDays, int32(30))
	equal(t, "class", g.LogGroupClass, types.LogGroupClassStandard)
	equal(t, "stored bytes", *g.StoredBytes, int64(8))
	if all[1].RetentionInDays != nil {
		t.Error("a group without retention has one")
	}

	for _, tt := range []struct {
		in   cloudwatchlogs.DescribeLogGroupsInput
		want string
	}{
		{cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("/aws/lambda/c")}, name},
		{cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePattern: aws.String("sk")}, "/aws/lambda/basket"},
		{cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePattern: aws.String("SK")}, ""},
		{cloudwatchlogs.DescribeLogGroupsInput{LogGroupClass: types.LogGroupClassInfrequentAccess}, "/aws/Lambda/x cheap"},
		{cloudwatchlogs.DescribeLogGroupsInput{LogGroupIdentifiers: []string{"cheap", *g.LogGroupArn}}, name + " cheap"},
		{cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("l"), IncludeLinkedAccounts: aws.Bool(true)}, "linked"},
		{cloudwatchlogs.DescribeLogGroupsInput{AccountIdentifiers: []string{"222222222222"}, IncludeLinkedAccounts: aws.Bool(true)}, "linked"},
	} {
		got, _ := groups(t, client, &tt.in)
		equal(t, fmt.Sprintf("%+v", tt.in), names(got), tt.want)
	}
	short, _ := groups(t, client, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePattern: aws.String("checkout")})
	if short[0].StoredBytes != nil || short[0].LogGroupArn != nil || short[0].LogGroupClass != "" || *short[0].CreationTime != day {
		t.Errorf("a pattern returns more than arn, time and name: %+v", short[0])
	}
	_, err := client.DescribeLogGroups(context.Background(), &cloudwatchlogs.DescribeLogGroupsInput{
		LogGroupNamePattern: aws.String("a"), LogGroupNamePrefix: aws.String("b")})
	equal(t, "pattern and prefix", code(t, err), "InvalidParameterException")
	_, err = client.DescribeLogGroups(context.Background(), &cloudwatchlogs.DescribeLogGroupsInput{Limit: aws.Int32(51)})
	equal(t, "limit 51", code(t, err), "InvalidParameterException")
}

func TestDescribeLogGroupsPages(t *testing.T) {
	s := awstest.NewServer(t, awstest.Options{})
	for i := range 120 {
		s.Region("eu-west-1").Group(awstest.Group{Name: fmt.Sprintf("group-%03d", i)})
	}
	all, pages := groups(t, logsClient(s, "eu-west-1"), &cloudwatchlogs.DescribeLogGroupsInput{})
	equal(t, "pages", pages, 3)
	equal(t, "groups", len(all), 120)
	equal(t, "last", *all[119].LogGroupName, "group-119")
}

func TestDescribeLogStreams(t *testing.T) {
	_, client := started(t, awstest.Options{}, awstest.Group{},
		awstest.Event{TimestampMillis: day, IngestionMillis: day + 5, Stream: "b"},
		awstest.Event{TimestampMillis: day + 1000, Stream: "a"},
		awstest.Event{TimestampMillis: day + 2000, IngestionMillis: day + 2007, Stream: "b"},
		awstest.Event{TimestampMillis: day + 500, Stream: "ab"},
	)
	describe := func(change func(*cloudwatchlogs.DescribeLogStreamsInput)) ([]types.LogStream, string) {
		t.Helper()
		in := &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: aws.String(name)}
		change(in)
		out, err := client.DescribeLogStreams(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, s := range out.LogStreams {
			names = append(names, *s.LogStreamName)
		}
		return out.LogStreams, strings.Join(names, " ")
	}
	streams, got := describe(func(*cloudwatchlogs.DescribeLogStreamsInput) {})
	equal(t, "by name", got, "a ab b")
	b := streams[2]
	equal(t, "arn", *b.Arn, "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout:log-stream:b")
	equal(t, "first event", *b.FirstEventTimestamp, int64(day))
	equal(t, "last event", *b.LastEventTimestamp, int64(day+2000))
	equal(t, "last ingestion", *b.LastIngestionTime, int64(day+2007))

	_, got = describe(func(in *cloudwatchlogs.DescribeLogStreamsInput) { in.LogStreamNamePrefix = aws.String("a") })
	equal(t, "prefix", got, "a ab")
	_, got = describe(func(in *cloudwatchlogs.DescribeLogStreamsInput) {
		in.OrderBy, in.Descending = types.OrderByLastEventTime, aws.Bool(true)
	})
	equal(t, "newest first", got, "b a ab")

	_, err := client.DescribeLogStreams(context.Background(), &cloudwatchlogs.DescribeLogStreamsInput{
		LogGroupName: aws.String(name), OrderBy: types.OrderByLastEventTime, LogStreamNamePrefix: aws.String("a")})
	equal(t, "time and prefix", code(t, err), "InvalidParameterException")
}
