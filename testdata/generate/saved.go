package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	// Not the standard library's, which may pack in other bytes in another release.
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
)

const (
	savedAccount = "123456789012" // the account of examples in AWS's documentation
	savedGroup   = "/aws/lambda/posts"
	savedPaced   = 40
	consoleTime  = "2006-01-02 15:04:05.000"
)

// writeSaved writes the same events in the shapes in which people have saved logs: the first forced cold starts and paced
// requests of the native build.
func writeSaved(folder string, seed uint64) error {
	e := experiment{build: builds[0], random: newRandom(seed)}
	e.some(1, forcedColds, savedPaced)
	e.sort()
	shapes := []struct {
		name string
		save func([]event) ([]byte, error)
	}{
		{"terminal.txt", terminal},
		{"console.csv", consoleTable},
		{"insights.json", insights},
		{"insights.csv", insightsTable},
		{"subscription.json", subscription},
		{"ci-artefact.zip", artefact},
	}
	for _, shape := range shapes {
		data, err := shape.save(e.events)
		if err != nil {
			return fmt.Errorf("%s: %w", shape.name, err)
		}
		if err := writeAll(filepath.Join(folder, shape.name), data); err != nil {
			return err
		}
	}
	return export(filepath.Join(folder, "export"), e.events)
}

func writeAll(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o666)
}

// terminal is what "sam logs" leaves in a terminal's scrollback, colours and all.
func terminal(events []event) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("$ sam logs --name posts\n")
	for _, e := range events {
		fmt.Fprintf(&b, "\x1b[36m%s\x1b[0m \x1b[33m%s\x1b[0m %s\n", e.stream, e.at.Format("2006-01-02T15:04:05.000000"), e.message)
	}
	return b.Bytes(), nil
}

// consoleTable is the CSV that the CloudWatch console downloads: no stream is in it.
func consoleTable(events []event) ([]byte, error) {
	rows := [][]string{{"timestamp", "message"}}
	for _, e := range events {
		rows = append(rows, []string{strconv.FormatInt(e.at.UnixMilli(), 10), string(e.message) + "\n"})
	}
	return table(rows)
}

// insightsTable is the CSV that Logs Insights downloads.
func insightsTable(events []event) ([]byte, error) {
	rows := [][]string{{"@timestamp", "@message", "@logStream", "@log"}}
	for _, e := range events {
		rows = append(rows, []string{e.at.Format(consoleTime), string(e.message) + "\n", string(e.stream), savedAccount + ":" + savedGroup})
	}
	return table(rows)
}

func table(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	err := csv.NewWriter(&b).WriteAll(rows)
	return b.Bytes(), err
}

// insights is what "aws logs get-query-results" prints.
func insights(events []event) ([]byte, error) {
	type cell struct {
		Field string `json:"field"`
		Value string `json:"value"`
	}
	results := [][]cell{}
	for _, e := range events {
		results = append(results, []cell{
			{"@timestamp", e.at.Format(consoleTime)}, {"@message", string(e.message) + "\n"},
			{"@logStream", string(e.stream)}, {"@log", savedAccount + ":" + savedGroup},
		})
	}
	return document(map[string]any{"results": results, "status": "Complete"})
}

// filtered is what "aws logs filter-log-events" prints.
func filtered(events []event) ([]byte, error) {
	type filteredEvent struct {
		Stream    string `json:"logStreamName"`
		Timestamp int64  `json:"timestamp"`
		Message   string `json:"message"`
		Ingestion int64  `json:"ingestionTime"`
		ID        string `json:"eventId"`
	}
	printed := []filteredEvent{}
	for i, e := range events {
		millis := e.at.UnixMilli()
		printed = append(printed, filteredEvent{string(e.stream), millis, string(e.message) + "\n", millis + 1500, fmt.Sprintf("%056d", i)})
	}
	return document(map[string]any{"events": printed, "searchedLogStreams": []string{}})
}

func document(v any) ([]byte, error) {
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	out.SetIndent("", "    ")
	err := out.Encode(v)
	return b.Bytes(), err
}

// subscription is what a log group's subscription sends to another Lambda function, which printed it: one payload a
// stream.
func subscription(events []event) ([]byte, error) {
	type logEvent struct {
		ID        string `json:"id"`
		Timestamp int64  `json:"timestamp"`
		Message   string `json:"message"`
	}
	var b bytes.Buffer
	for _, stream := range streams(events) {
		var of []logEvent
		for i, e := range events {
			if string(e.stream) == stream {
				of = append(of, logEvent{fmt.Sprintf("%056d", i), e.at.UnixMilli(), string(e.message) + "\n"})
			}
		}
		message, err := json.Marshal(map[string]any{
			"messageType": "DATA_MESSAGE", "owner": savedAccount, "logGroup": savedGroup, "logStream": stream,
			"subscriptionFilters": []string{"all"}, "logEvents": of,
		})
		if err != nil {
			return nil, err
		}
		packed, err := gzipped(message)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "{\"awslogs\":{\"data\":%q}}\n", base64.StdEncoding.EncodeToString(packed))
	}
	return b.Bytes(), nil
}

// artefact is what a CI job keeps: an archive with the output of the AWS CLI.
func artefact(events []event) ([]byte, error) {
	printed, err := filtered(events)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	archive.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.DefaultCompression) })
	file, err := archive.CreateHeader(&zip.FileHeader{Name: "logs/posts.json", Method: zip.Deflate, Modified: events[0].at})
	if err != nil {
		return nil, err
	}
	if _, err := file.Write(printed); err != nil {
		return nil, err
	}
	err = archive.Close()
	return b.Bytes(), err
}

// export writes what an export task puts into a bucket of S3: a packed file for each stream, whose name stands in the
// path, with dashes for slashes.
func export(folder string, events []event) error {
	for _, stream := range streams(events) {
		var b bytes.Buffer
		for _, e := range events {
			if string(e.stream) == stream {
				fmt.Fprintf(&b, "%s %s\n", e.at.Format(milliseconds), e.message)
			}
		}
		packed, err := gzipped(b.Bytes())
		if err != nil {
			return err
		}
		const task = "b0c1d2e3-0000-4000-8000-000000000001"
		if err := writeAll(filepath.Join(folder, task, strings.ReplaceAll(stream, "/", "-"), "000000.gz"), packed); err != nil {
			return err
		}
	}
	return writeAll(filepath.Join(folder, "aws-logs-write-test"), []byte("Permission Check Successful"))
}

// streams are the streams of the events in the order of their names.
func streams(events []event) []string {
	seen := map[string]bool{}
	var names []string
	for _, e := range events {
		if name := string(e.stream); !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

func gzipped(data []byte) ([]byte, error) {
	var b bytes.Buffer
	out := gzip.NewWriter(&b)
	if _, err := out.Write(data); err != nil {
		return nil, err
	}
	err := out.Close()
	return b.Bytes(), err
}
