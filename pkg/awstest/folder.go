package awstest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// LoadFolder serves the .log files of a folder, read recursively, each as one
// log group: DIR/aws/lambda/checkout.log is /aws/lambda/checkout, and so is a
// file checkout.log at the top. The file of a group /aws/lambda/NAME also makes
// a function NAME, unless the region has it.
//
// The lines are those of aws logs tail, TIME STREAM MESSAGE, the time in RFC
// 3339. A line that does not begin so goes on with the message before it.
func (r *Region) LoadFolder(dir string) error {
	return filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(file) != ".log" {
			return err
		}
		events, err := readTail(file)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		name = strings.TrimSuffix(filepath.ToSlash(name), ".log")
		if !strings.Contains(name, "/") {
			name = "aws/lambda/" + name
		}
		g := Group{Name: "/" + name}
		if len(events) > 0 {
			g.CreatedMillis = events[0].TimestampMillis
		}
		r.Group(g).Put(events...)
		if function, ok := strings.CutPrefix(g.Name, "/aws/lambda/"); ok && !r.hasFunction(function) {
			r.Function(Function{Name: function})
		}
		return nil
	})
}

func (r *Region) hasFunction(name string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, ok := r.functions[name]
	return ok
}

// readTail reads a file of the lines of aws logs tail.
func readTail(name string) ([]Event, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var events []Event
	reader := bufio.NewReader(file)
	for number := 1; ; number++ {
		line, err := reader.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		if e, ok := tailLine(strings.TrimRight(line, "\r\n")); ok {
			events = append(events, e)
		} else if line != "" {
			if len(events) == 0 {
				return nil, fmt.Errorf("%s:%d: no line of aws logs tail: want TIME STREAM MESSAGE", name, number)
			}
			last := &events[len(events)-1]
			last.Message += "\n" + strings.TrimRight(line, "\r\n")
		}
		if err != nil {
			return events, nil
		}
	}
}

// tailLine reads one line, if it begins an event.
func tailLine(line string) (Event, bool) {
	at, rest, ok := strings.Cut(line, " ")
	stream, message, also := strings.Cut(rest, " ")
	t, err := time.Parse(time.RFC3339Nano, at)
	if !ok || !also || err != nil {
		return Event{}, false
	}
	return Event{TimestampMillis: t.UnixMilli(), Stream: stream, Message: message}, true
}
