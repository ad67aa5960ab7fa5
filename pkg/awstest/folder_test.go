package awstest_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/coldstats/coldstats/pkg/awstest"
)

// folder writes files into a new folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLoadFolder(t *testing.T) {
	s := awstest.NewServer(t, awstest.Options{})
	region := s.Region("eu-west-1")
	region.Function(awstest.Function{Name: "basket", MemoryMB: 256})
	err := region.LoadFolder(folder(t, map[string]string{
		"checkout.log": "2026-01-01T00:00:00.123000+00:00 2026/01/01/[7]0a REPORT RequestId: a\tDuration: 1.00 ms\t\r\n" +
			"XRAY TraceId: 1\n\n" +
			"2026-01-01T01:00:01+01:00 2026/01/01/[7]0b {\"type\":\"platform.report\"}",
		"aws/lambda/basket.log": "",
		"custom/group.log":      "2026-01-01T00:00:00Z stream message\n",
		"notes.txt":             "no logs",
	}))
	if err != nil {
		t.Fatal(err)
	}
	client := logsClient(s, "eu-west-1")
	all, _ := groups(t, client, &cloudwatchlogs.DescribeLogGroupsInput{})
	equal(t, "groups", names(all), "/aws/lambda/basket /aws/lambda/checkout /custom/group")
	equal(t, "creation", *all[1].CreationTime, int64(day+123))

	page := filterPages(t, client, input())[0]
	equal(t, "events", len(page.Events), 2)
	equal(t, "message", *page.Events[0].Message, "REPORT RequestId: a\tDuration: 1.00 ms\t\nXRAY TraceId: 1\n")
	equal(t, "time", *page.Events[0].Timestamp, int64(day+123))
	equal(t, "stream", *page.Events[0].LogStreamName, "2026/01/01/[7]0a")
	equal(t, "time of another zone", *page.Events[1].Timestamp, int64(day+1000))
	equal(t, "message of the last line", *page.Events[1].Message, `{"type":"platform.report"}`)

	for function, memory := range map[string]int32{"checkout": 128, "basket": 256} {
		f, err := lambdaClient(s, "eu-west-1").GetFunctionConfiguration(context.Background(),
			&lambda.GetFunctionConfigurationInput{FunctionName: aws.String(function)})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "memory of "+function, *f.MemorySize, memory)
	}
}

func TestLoadFolderFails(t *testing.T) {
	region := awstest.New(awstest.Options{}).Region("eu-west-1")
	err := region.LoadFolder(folder(t, map[string]string{"a.log": "no time here\n"}))
	if err == nil || !strings.Contains(err.Error(), "a.log:1: no line of aws logs tail: want TIME STREAM MESSAGE") {
		t.Errorf("got %v", err)
	}
	if region.LoadFolder(filepath.Join(t.TempDir(), "nothing")) == nil {
		t.Error("a folder that is not there is served")
	}
}
