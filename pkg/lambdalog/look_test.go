package lambdalog

import (
	"errors"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// randomText joins n random pieces, out of which keywords come about often.
func randomText(rng *rand.Rand, n int, pieces []string) string {
	var s strings.Builder
	for range n {
		s.WriteString(pieces[rng.IntN(len(pieces))])
	}
	return s.String()
}

func TestIndexReport(t *testing.T) {
	reference := regexp.MustCompile(`(INIT_|RESTORE_)?REPORT[ \t\r\n]`)
	rng := rand.New(rand.NewPCG(1, 2))
	texts := []string{"", "P", "REPORT", "REPORT ", "EPORT ", "xREPORT\t", "REPORTREPORT\n", "RREPORT ", "REREPORT\r", "REPORT_ REPORT ",
		"INIT_REPORT ", "RESTORE_REPORT ", "INIT_RESTORE_REPORT ", "_REPORT ", "NIT_REPORT ", "ESTORE_REPORT ", "INIT_REPORT"}
	letters := strings.Split("REPORT INIT_S\n", "")
	words := []string{"REPORT", "INIT_", "RESTORE_", "RE", "PORT", "P", " ", "\t", "x"}
	for range 20_000 {
		texts = append(texts, randomText(rng, rng.IntN(40), letters), randomText(rng, rng.IntN(12), words))
	}
	found := 0
	for _, text := range texts {
		want := -1
		if at := reference.FindStringIndex(text); at != nil {
			want = at[0]
			found++
		}
		if got := IndexReport([]byte(text)); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
	if found < 1000 {
		t.Errorf("only %d texts had a keyword", found)
	}
}

// Begins may be wrong about what is no record, never about what is one.
func TestBegins(t *testing.T) {
	for _, c := range []struct {
		message string
		want    bool
	}{
		{"", false}, {" \n", false}, {"hello", false}, {"{", false}, {"{}", false}, {`{"type":"function"}`, false},
		{"END RequestId: x", false}, {"XRAY TraceId: x", false}, {"REPORTED", false}, {"16:36:11 " + warmReport, false},
		{"STARTED", false}, {"START of it", false}, {"INIT_STARTED", false},
		{warmReport, true}, {"\t\r\n " + warmReport, true}, {"REPORT", true}, {"INIT_REPORT\tx", true}, {"RESTORE_REPORT\n", true},
		{"INIT_START x", true}, {"RESTORE_START x", true}, {"START RequestId: x", true}, {"START RequestId:", true},
		{report(`"requestId":"x"`), true}, {"\n" + `{"type": "platform.start"}`, true},
	} {
		if got := Begins([]byte(c.message)); got != c.want {
			t.Errorf("%q: %v", c.message, got)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	pieces := []string{" ", "\n", "{", "}", `"type":`, `"platform.report"`, `"platform.initStart"`, `"record":{`, `"requestId":"x"`, ",", `"metrics":{"durationMs":1}`,
		"REPORT", "INIT_", "RESTORE_", "START", " RequestId: x", "\tDuration: 1 ms", "\tInit Duration: 2 ms", "\tRestore Duration: 3 ms", "\tStatus: timeout", ":", "x"}
	records := 0
	for range 50_000 {
		message := []byte(randomText(rng, 1+rng.IntN(9), pieces))
		var rec Record
		if _, err := parseHere(message[skipBlank(message, 0):], &rec); !errors.Is(err, ErrNone) {
			records++
			if !Begins(message) {
				t.Errorf("%q gave %v", message, err)
			}
		}
	}
	if records < 1000 {
		t.Errorf("only %d records", records)
	}
}

func TestContinues(t *testing.T) {
	for _, line := range []string{
		"XRAY TraceId: " + trace + "\tSegmentId: 1", "  XRAY TraceId: x", "\tDuration: 1 ms", "Billed Duration: 1 ms", "Memory Size: 1 MB", "Max Memory Used: 1 MB",
		"Init Duration: 1 ms", "Restore Duration: 1 ms", "Billed Restore Duration: 1 ms", "Status: timeout", "Error Type: x",
	} {
		if !Continues([]byte(line)) {
			t.Errorf("%q does not continue a report", line)
		}
	}
	for _, line := range []string{
		"", "  ", "\n", "XRAY", "XRAY message", "Duration 1 ms", "Runtime Duration: 1 ms", "duration: 1 ms", "RequestId: x Error: Runtime exited", "REPORT RequestId: x",
		"START RequestId: x", "END RequestId: x", "Version: 1", "Phase: init", "Runtime Version: x", "Initialization Type: x", "emory Size: 128 MB", "{", "\nDuration: 1 ms",
	} {
		if Continues([]byte(line)) {
			t.Errorf("%q continues a report", line)
		}
	}
}

func TestObjectLen(t *testing.T) {
	for _, object := range []string{"{}", "{ }", "{\n}", `{"a":1}`, `{"a":"}"}`, `{"a":"\"}","b":[{},[]]}`, "{\n  \"a\": {\n    \"b\": null\n  },\n}", report(`"requestId":"x"`)} {
		for _, after := range []string{"", "\n", "}", "{", "END", `"`} {
			if n, ok := ObjectLen([]byte(object + after)); !ok || n != len(object) {
				t.Errorf("%q: %d, %v", object+after, n, ok)
			}
		}
		for cut := range object {
			if n, ok := ObjectLen([]byte(object[:cut])); ok {
				t.Errorf("%q: %d", object[:cut], n)
			}
		}
	}
	for _, text := range []string{"", "x", "[]", `"a"`, " {}", "}", `{"a":"b` + "\n" + `"}`, `{"a":1 2}`, `{"a":[1` + "\n" + "REPORT RequestId: x]}"} {
		if n, ok := ObjectLen([]byte(text)); ok {
			t.Errorf("%q: %d", text, n)
		}
	}
}
