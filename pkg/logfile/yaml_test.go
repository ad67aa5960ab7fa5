package logfile

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// yamlText is what `aws logs filter-log-events --output yaml` prints: long lines
// are folded.
const yamlText = `events:
- eventId: '37508842871459845286479215012314582712468345862349875200'
  ingestionTime: 1651525099000
  logStreamName: 2026/05/29/[$LATEST]a13a7524e81d44ea80185a45f5511e2b
  message: 'START RequestId: a Version: 7

    '
  timestamp: 1651525094456
- eventId: '37508842871459845286479215012314582712468345862349875201'
  ingestionTime: 1651525099000
  logStreamName: 2026/05/29/[$LATEST]a13a7524e81d44ea80185a45f5511e2b
  message: hello
  timestamp: 1651525094456
- eventId: '37508842871459845286479215012314582712468345862349875202'
  ingestionTime: 1651525099000
  logStreamName: 2026/05/29/[$LATEST]a13a7524e81d44ea80185a45f5511e2b
  message: "REPORT RequestId: a\tDuration: 5.20\
    \ ms\tBilled Duration: 6 ms\tMemory Size: 128 MB\tMax Memory Used: 57 MB\tInit\
    \ Duration: 162.18 ms\t\nXRAY TraceId: 1-677faf89-09a6b95269c6e56c4d1ab356\tSegmentId:\
    \ 7e44b09386b9ab35\tSampled: true\t\n"
  timestamp: 1651525094456
nextToken: abc
searchedLogStreams: []
`

// yamlItem is an event of a list.
func yamlItem(message string) string {
	return fmt.Sprintf("- ingestionTime: 1651525099000\n  message: %q\n  timestamp: %d\n", message, int64(rowMillis))
}

func TestYAML(t *testing.T) {
	const when = rowTime + stream + " "
	indented := strings.TrimSuffix("  "+strings.ReplaceAll(yamlText, "\n", "\n  "), "  ")
	paged := "- " + strings.TrimPrefix(indented, "  ")
	found := []string{"2 " + when + "start a", "14 " + when + "report a " + trace}
	a, b := yamlItem(report("a")), yamlItem(report("b"))
	cut := func(n int) string {
		return fmt.Sprintf("the document ends in its middle at byte %d; the complete events before it are counted", n)
	}
	runCarrierCases(t, []carrierCase{
		{"filter-log-events", yamlText, found, 3, ""},
		{"yaml-stream", paged + paged, []string{found[0], found[1], "25 " + when + "start a", "37 " + when + "report a " + trace}, 6, ""},
		{"two documents", yamlText + "---\n" + yamlText, []string{found[0], found[1], "26 " + when + "start a", "38 " + when + "report a " + trace}, 7, ""},
		{"get-log-events", "events:\n" + a + "nextBackwardToken: b/1/s\nnextForwardToken: f/1/s\n", []string{"2 " + rowTime + "report a"}, 1, ""},
		{"a query of events", a + b, []string{"1 " + rowTime + "report a", "4 " + rowTime + "report b"}, 2, ""},
		{"another order", "events:\n- logStreamName: " + stream + "\n  timestamp: 1651525094456\n  message: |\n    START RequestId: a Version: 7\n\n    REPORT of ours\n", []string{"2 " + when + "start a", "2 " + when + "near miss"}, 1, ""},
		{"text before and behind", "hello\n" + a + "done.\n" + start("z") + "\n", []string{"2 " + rowTime + "report a", "6 start z"}, 4, ""},
		{"streams", "events:\n" + a + "searchedLogStreams:\n- logStreamName: x\n  searchedCompletely: true\n", []string{"2 " + rowTime + "report a"}, 4, ""},
		{"no events", "events: []\nevents:\n- hello\n- message: REPORT it\n- message: [REPORT\n" + start("a"), []string{"6 start a"}, 6, ""},
		{"no event among events", "events:\n" + a + "- message: [REPORT\n  timestamp: 5\n" + b, []string{"2 " + rowTime + "report a", "7 " + rowTime + "report b"}, 2,
			"the row in line 5 cannot be read: no event in YAML"},
		{"control characters", "events:\n" + strings.Replace(a, "81 MB", "81\x00MB", 1) + b, []string{"5 " + rowTime + "report b"}, 1,
			"the row in line 2 cannot be read: no event in YAML"},
		{"aliases", "events:\n" + a + "- message: &a REPORT\n  x: [*a, *a]\n  timestamp: 5\n" + b, []string{"2 " + rowTime + "report a", "8 " + rowTime + "report b"}, 2,
			"the row in line 5 cannot be read: no event in YAML"},
		{"cut in a message", "events:\n" + a + "- message: \"REPORT Requ", []string{"2 " + rowTime + "report a"}, 1, cut(len("events:\n"+a) + 23)},
		{"cut in a time", "events:\n" + a + b[:len(b)-2], []string{"2 " + rowTime + "report a"}, 1, cut(len("events:\n"+a+b) - 2)},
		{"cut behind a message", "events:\n" + a + "- message: REPORT x\n", []string{"2 " + rowTime + "report a"}, 1, cut(len("events:\n"+a) + 20)},
	})
}

func TestLogResult(t *testing.T) {
	tail := "id-9 said hello\nEND RequestId: z\n" + start("a") + "\n" + report("a") + "\n" + xray + "\n"
	encoded := base64.StdEncoding.EncodeToString([]byte(tail))
	runCarrierCases(t, []carrierCase{
		{"invoke", "ExecutedVersion: $LATEST\nLogResult: " + encoded + "\nStatusCode: 200\n", []string{"2 start a", "2 report a " + trace}, 6, ""},
		{"folded", "LogResult: >-\n  " + encoded[:60] + "\n  " + encoded[60:] + "\n" + start("b"), []string{"1 start a", "1 report a " + trace, "4 start b"}, 5, ""},
		{"quoted", "LogResult: '" + encoded + "'", []string{"1 start a", "1 report a " + trace}, 4, ""},
		{"no base64", "LogResult: hello\n" + start("b") + "\nLogResult: \"\nLogResult: [x]", []string{"2 start b"}, 4, ""},
	})
}

func TestYAMLOfInvocations(t *testing.T) {
	posts := invocations(300)
	checkCarried(t, posts, yamlOf(t, posts))
}

// yamlOf is a list of the posts as another writer has it.
func yamlOf(t *testing.T, posts []post) string {
	t.Helper()
	type event struct {
		EventID       string `yaml:"eventId"`
		IngestionTime int64  `yaml:"ingestionTime"`
		LogStreamName string `yaml:"logStreamName"`
		Message       string `yaml:"message"`
		Timestamp     int64  `yaml:"timestamp"`
	}
	var list struct {
		Events []event `yaml:"events"`
	}
	for _, p := range posts {
		list.Events = append(list.Events, event{eventID, p.millis, p.stream, p.message, p.millis})
	}
	text, err := yaml.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestYAMLThatIsHardToRead(t *testing.T) {
	const size = 2 << 20
	bomb := "- message: REPORT\n  timestamp: 1651525094456\n  a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf("  %c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c, ", c-1), 10), ", "))
	}
	for _, c := range []struct{ first, repeated string }{
		{"events:\n", bomb},
		{"events:\n- message: REPORT\n  <<: ", "["},
		{"events:\n- message: REPORT\n  <<: ", "{a: "},
		{"events:\n- message: REPORT\n  timestamp: 1651525094456\n", "  a: &a REPORT\n"},
		{"events:\n- message: REPORT\n", "  ? a\n"},
		{"events:\n- message: \"REPORT\n", "  x\n"},
		{"events:\n- message: REPORT\n", "\n"},
		{"", "- message: REPORT\n"},
		{"", "- message: \"REPORT\n"},
		{"events:\n", "- message: [REPORT\n"},
		{"", "events:\n- message: [\n"},
		{"", "LogResult: x\n"},
		{"LogResult: \"\n", " x\n"},
		{"LogResult: ", "["},
		{"events:\n- message: ", "[REPORT "},
		{"events:\n- message:  ", "[REPORT "},
		{"events:\n- message: \n", "    [REPORT\n"},
		{"events:\n- message: |\n", "    REPORT\n"},
		{"events:\n- message: REPORT\n", "   # [\n"},
		{"events:\n- message: REPORT\n", "   x: [{\n"},
		{"events:\n- message: REPORT ", "x? !y "},
		{"events:\n- message: \"REPORT ", "\\x20"},
	} {
		text := c.first + strings.Repeat(c.repeated, size/len(c.repeated)/4)
		if found, _ := readAll(t, strings.NewReader(text)); strings.Contains(strings.Join(found, "\n"), " report ") {
			t.Errorf("many %.40q behind %q gave %.200q", c.repeated, c.first, found)
		}
	}
}

// FuzzYAML checks that a list of messages gives the same messages back.
func FuzzYAML(f *testing.F) {
	f.Add("hello")
	f.Add("\n- eventId: \n\n \n")
	f.Add("\r\n\t\x01 \\ \"'|>")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("YAML is UTF-8")
		}
		posts := []post{{rowMillis, stream, report("a") + text}, {rowMillis + 1, other, report("b") + "\n" + text}, {rowMillis + 2, stream, text + "\n" + report("c") + "\n"}}
		document := yamlOf(t, posts)
		var back any
		if err := yaml.Unmarshal([]byte(document), &back); err != nil {
			t.Skip("the writer does not write what the reader reads:", err)
		}
		checkLent(t, posts, document, func(message string) string { return message })
	})
}
