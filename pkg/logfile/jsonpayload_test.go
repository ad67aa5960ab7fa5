package logfile

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// base64Of is what a payload with the given text is, packed or not.
func base64Of(t testing.TB, text string, packed bool) string {
	t.Helper()
	if !packed {
		return base64.StdEncoding.EncodeToString([]byte(text))
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// dataMessage is what a subscription sends.
func dataMessage(events ...string) string {
	return `{"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"/aws/lambda/checkout","logStream":"` + stream +
		`","subscriptionFilters":["all"],"logEvents":[` + strings.Join(events, ",") + `]}`
}

const controlMessage = `{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],"logEvents":[{"id":"","timestamp":1780071363972,"message":"CWL CONTROL MESSAGE: Checking health of destination Firehose."}]}`

// logEvent is an event as a subscription has it.
func logEvent(event string) string { return `{"id":"39740000000000000000001",` + event[1:] }

func awslogs(data string) string { return `{"awslogs":{"data":"` + data + `"}}` }

func TestJSONSubscriptions(t *testing.T) {
	message := dataMessage(logEvent(event1), logEvent(event2), logEvent(event3))
	sorted := `{"logEvents":[` + logEvent(event1) + "," + logEvent(event3) + `],"logGroup":"/aws/lambda/checkout","logStream":"` + stream +
		`","messageType":"DATA_MESSAGE","owner":"123456789012","subscriptionFilters":["all"]}`
	one, three := "1 "+at1+stream+" start a", "1 "+at3+stream+" report a"
	both := []string{one, three}
	kinesis := func(data string) string {
		return `{"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"x","sequenceNumber":"49","data":"` + data + `","approximateArrivalTimestamp":1545084650.987},"eventSource":"aws:kinesis"}]}`
	}
	firehose := func(data ...string) string {
		return `{"invocationId":"x","deliveryStreamArn":"arn","region":"eu-west-1","records":[{"recordId":"1","approximateArrivalTimestamp":1510772160000,"data":"` +
			strings.Join(data, `"},{"recordId":"2","approximateArrivalTimestamp":1510772160000,"data":"`) + `"}]}`
	}
	packed := base64Of(t, message, true)
	runTextCases(t, []textCase{
		{"a message", message, both, 3},
		{"its stream behind its events", sorted, both, 2},
		{"messages with nothing between", message + message + sorted, slices.Concat(both, both, both), 8},
		{"messages in an array", "[" + message + "," + sorted + "]", slices.Concat(both, both), 5},
		{"a control message", controlMessage, nil, 0},
		{"messages and control messages", controlMessage + message + controlMessage + "\n" + message, []string{one, three, "2" + one[1:], "2" + three[1:]}, 6},
		{"fields taken out", dataMessage(`{"id":"1","timestamp":1780071363974,"message":"`+report3+`","extractedFields":{"type":"REPORT","n":{"m":[1]}}}`, logEvent(event1)), []string{three, one}, 2},
		{"for Lambda", awslogs(packed), both, 3},
		{"for Lambda, indented", pretty(t, awslogs(packed), "  "), []string{"3" + one[1:], "3" + three[1:]}, 3},
		{"for Lambda, two", awslogs(packed) + "\n" + awslogs(packed), []string{one, three, "2" + one[1:], "2" + three[1:]}, 6},
		{"for Lambda, no padding", awslogs(strings.TrimRight(packed, "=")), both, 3},
		{"for Lambda, the other alphabet", awslogs(strings.NewReplacer("+", "-", "/", "_").Replace(packed)), both, 3},
		{"for Lambda, escaped", awslogs(strings.NewReplacer("/", `\/`, "+", `\u002B`, "=", `\u003d`).Replace(packed)), both, 3},
		{"for Lambda, wrapped", awslogs(packed[:40] + `\n` + packed[40:80] + `\r\n` + packed[80:]), both, 3},
		{"for Lambda, a control message", awslogs(base64Of(t, controlMessage, true)), nil, 0},
		{"Kinesis", kinesis(packed), both, 3},
		{"Kinesis, not packed", kinesis(base64Of(t, message+"\n", false)), both, 3},
		{"Kinesis, lines", kinesis(base64Of(t, start("a")+"\n"+report("a")+"\n", false)), []string{"1 start a", "1 report a"}, 2},
		{"Firehose", firehose(packed, base64Of(t, message+message, true)), slices.Concat(both, both, both), 9},
		{"a payload in a payload", awslogs(base64Of(t, awslogs(packed)+"\n"+start("b"), true)), []string{one, three, "1 start b"}, 4},
		{"behind text", "hello\n" + awslogs(packed) + "\n" + start("b"), []string{"2" + one[1:], "2" + three[1:], "3 start b"}, 5},
	})
	for e := range each(t, FromStdin(strings.NewReader(awslogs(packed)))) {
		if s := e.Stream; s.Account != "123456789012" || s.Group != "/aws/lambda/checkout" || s.Function != "checkout" {
			t.Errorf("%+v", s)
		}
	}
}

// Where a message is too long to look ahead for its stream, its events count all
// the same.
func TestJSONFarStream(t *testing.T) {
	event := logEvent(event3)
	n := maxItem/len(event) + 1
	text := `{"logEvents":[` + strings.Repeat(event+",", n) + event + `],"logStream":"` + stream + `"}`
	found, coverage := readAll(t, strings.NewReader(text+"\n"+start("b")))
	if len(found) != n+2 || found[0] != found3 || found[n+1] != "2 start b" || len(coverage.Notes) != 1 || len(coverage.Gaps) > 0 {
		t.Errorf("%d events, %q, %+v", len(found), found[:2], coverage)
	}
}

func TestJSONLogResult(t *testing.T) {
	tail := "age Size: 512 MB\nhello\n" + report("a") + "\n" + xray + "\n"
	found := []string{"1 report a " + trace}
	data := base64Of(t, tail, false)
	invoke := `{"StatusCode":200,"FunctionError":"Unhandled","LogResult":"` + data + `","ExecutedVersion":"$LATEST"}`
	runTextCases(t, []textCase{
		{"the CLI's", pretty(t, invoke, "    "), []string{"4 report a " + trace}, 3},
		{"a library's", `{"ResponseMetadata":{"a":1},"StatusCode":200,"LogResult":"` + data + `","Payload":"x"}`, found, 3},
		{"two", invoke + "\n" + invoke, []string{found[0], "2" + found[0][1:]}, 6},
		{"the header", "x-amz-log-result: " + data + "\n" + start("b"), []string{found[0], "2 start b"}, 4},
		{"the header, among others", "< HTTP/1.1 200 OK\n< X-Amz-Log-Result: " + data + "\n< Content-Length: 2\n", []string{"2" + found[0][1:]}, 5},
		{"none", `{"StatusCode":200,"ExecutedVersion":"$LATEST"}` + "\n" + start("b"), []string{"2 start b"}, 2},
		{"not base64 at all", "x-amz-log-results are many\nX-ray\nx\n<\n" + start("b"), []string{"5 start b"}, 5},
	})
}

func TestJSONBadPayloads(t *testing.T) {
	message := dataMessage(logEvent(event1), logEvent(event3))
	packed := base64Of(t, message, true)
	raw, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		t.Fatal(err)
	}
	cut := base64.StdEncoding.EncodeToString(raw[:len(raw)-10])
	nested := packed
	for range maxPayloadDepth {
		nested = base64Of(t, awslogs(nested), true)
	}
	one, three := "1 "+at1+stream+" start a", "1 "+at3+stream+" report a"
	for _, c := range []struct {
		name, text string
		found      []string
		gap        string
	}{
		{"no base64", awslogs("H4sI*AAA"), nil, "line 1: a payload cannot be read: illegal base64"},
		{"no gzip", awslogs(base64Of(t, "hello", false)), nil, "line 1: a payload cannot be read: it is not gzip"},
		{"empty", awslogs(""), nil, "line 1: a payload cannot be read: it is not gzip"},
		{"damaged gzip", awslogs(base64.StdEncoding.EncodeToString([]byte("\x1f\x8b\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"))), nil, "line 1: a payload cannot be read: "},
		{"cut gzip", awslogs(cut), []string{one, three}, "line 1: a payload cannot be read further than "},
		{"half a document", awslogs(base64Of(t, message[:len(message)-60], true)), []string{one}, "line 1: a payload ends in the middle of a document"},
		{"binary", `{"Records":[{"kinesis":{"data":"` + base64Of(t, "\xf3\x89\x9a\xc2\x00\x01", false) + `"}}]}`, nil, "line 1: a payload is neither gzip nor text"},
		{"too deep", awslogs(nested), nil, "line 1: a payload inside of 4 others is not read"},
		{"too large", awslogs(base64Of(t, strings.Repeat("x\n", maxPayload/2)+"x", true)), nil, fmt.Sprintf("line 1: a payload cannot be read further than %d bytes: it unpacks to more than 64 MiB", maxPayload)},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, coverage := readAll(t, strings.NewReader(c.text+"\n"+awslogs(packed)+"\n"+start("b")))
			want := append(slices.Clone(c.found), "2"+one[1:], "2"+three[1:], "3 start b")
			if !slices.Equal(found, want) {
				t.Errorf("found %q, want %q", found, want)
			}
			if len(coverage.Gaps) != 1 || !strings.HasPrefix(coverage.Gaps[0].Reason, c.gap) {
				t.Errorf("gaps %q, want %q", coverage.Gaps, c.gap)
			}
		})
	}
}
