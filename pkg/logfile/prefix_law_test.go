package logfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/lambdalog"
)

// copyStyles are what pages, terminals and editors make of a record's text.
var copyStyles = []struct {
	name  string
	style func(text string) string
}{
	{"as printed", func(text string) string { return text }},
	{"blanks", strings.NewReplacer("\t", "  ").Replace},
	{"one blank", strings.NewReplacer("\t", " ").Replace},
	{"hard blanks", strings.NewReplacer("\t", "\u00a0", " ", "\u00a0").Replace},
	{"hard blanks between fields", strings.NewReplacer("\t", "\u00a0\u00a0").Replace},
	{"entities", strings.NewReplacer("\t", "&#9;", " ", "&nbsp;").Replace},
	{"tags between fields", strings.NewReplacer("\t", "<br>").Replace},
	{"tags around fields", func(text string) string {
		return "<td>" + strings.ReplaceAll(text, "\t", "</td><td class='field'>") + "</td>"
	}},
	{"bold labels", func(text string) string { return labels.ReplaceAllString(text, "<b>$1</b>") }},
	{"coloured labels", func(text string) string { return labels.ReplaceAllString(text, "\x1b[1;34m$1\x1b[0m") }},
	{"what is not seen", func(text string) string { return "\ufeff\u200b" + text }},
	{"fields on lines", func(text string) string {
		if !strings.HasPrefix(text, "REPORT ") {
			return text // no field of the others can be told from text
		}
		return strings.NewReplacer("\t\n", "\n", "\t", "\n").Replace(text)
	}},
	{"fields in a list", func(text string) string {
		if !strings.HasPrefix(text, "REPORT ") {
			return "- " + text
		}
		return "- " + strings.NewReplacer("\t\n", "\n  * ", "\t", "\n  * ").Replace(text)
	}},
}

var labels = regexp.MustCompile(`([A-Z][a-z][A-Za-z]*(?: [A-Z][a-z]+)*:)`)

// everyLine are the prefixes that stand before each line of a message.
var everyLine = []string{"> ", "> > ", "function_1  | ", "\x1b[36mfunction_1  |\x1b[0m ", "| "}

// randomRecord is a record in Lambda's own bytes, in text or, for one in four,
// as JSON, which some tools indent.
func randomRecord(rng *rand.Rand) string {
	id := fmt.Sprintf("%08x-5916-4b98-94e5-%012x", rng.Uint32(), rng.Uint64()>>16)
	if rng.IntN(8) == 0 {
		id = fmt.Sprint("id-", rng.IntN(1000))
	}
	hundredths := func() string { return fmt.Sprintf("%d.%02d ms", rng.IntN(90_000), rng.IntN(100)) }
	if rng.IntN(4) == 0 {
		text := fmt.Sprintf(`{"time":"2026-10-08T06:53:49.%03dZ","type":"platform.report","record":{"requestId":"%s","metrics":{"durationMs":%d.%03d},"status":"success"}}`,
			rng.IntN(1000), id, rng.IntN(90_000), rng.IntN(1000))
		if rng.IntN(2) == 0 {
			var indented bytes.Buffer
			if err := json.Indent(&indented, []byte(text), "", "  "); err != nil {
				panic(err)
			}
			text = indented.String()
		}
		return text
	}
	switch rng.IntN(7) {
	case 0:
		return "START RequestId: " + id + " Version: $LATEST"
	case 1:
		return "INIT_START Runtime Version: python:3.12.v11\tRuntime Version ARN: arn:aws:lambda:eu-west-2::runtime:0eb6"
	case 2:
		return "INIT_REPORT Init Duration: " + hundredths() + "\tPhase: init\tStatus: timeout"
	case 3:
		return "RESTORE_REPORT Restore Duration: " + hundredths()
	}
	text := "REPORT RequestId: " + id + "\tDuration: " + hundredths() + "\tBilled Duration: " + fmt.Sprint(rng.IntN(90_000)) +
		" ms\tMemory Size: 512 MB\tMax Memory Used: " + fmt.Sprint(rng.IntN(512)) + " MB"
	switch rng.IntN(4) {
	case 0:
		text += "\tInit Duration: " + hundredths()
	case 1:
		text += "\tRestore Duration: " + hundredths() + "\tBilled Restore Duration: 5 ms"
	case 2:
		text += "\tStatus: error\tError Type: Runtime.ExitError"
	}
	if rng.IntN(3) == 0 {
		text += "\t\nXRAY TraceId: " + trace + "\tSegmentId: 7e44b09386b9ab35\tSampled: true"
	}
	return text
}

// canonical returns what the message says in Lambda's own bytes, record by
// record.
func canonical(t testing.TB, message []byte) (found []string) {
	t.Helper()
	var rec lambdalog.Record
	for rest := message; ; {
		next, err := lambdalog.Parse(rest, &rec)
		if errors.Is(err, lambdalog.ErrNone) {
			return found
		}
		rest = next
		if err != nil {
			found = append(found, err.Error())
			continue
		}
		text, err := rec.AppendText(nil)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, string(text))
	}
}

// userLines are none of the platform's, whatever stands before them.
var userLines = []string{
	"hello", "12 monkeys", "a REPORT of ours", "END RequestId: x", "- item", "<b>bold</b>", "{ not json", "[INFO] hello", "2026-10-08T06:53:49.235Z\tID\tINFO\thello",
	"read `" + "REPORT RequestId: q\tDuration: 1 ms\tBilled Duration: 1 ms\tMemory Size: 1 MB`", `"START RequestId: q Version: 1"`, "please START RequestId: q Version: 1",
	"`START RequestId: q Version: 1`", "Copy", "Copy that", "/tmp/x START RequestId: q", "(x) START RequestId: q", "REPORTED", "INIT_STARTED", "3/4 START RequestId: q",
}

// checkWrapped checks that records keep what they say, when and where, behind a
// prefix and in a style, and that no other line becomes one.
func checkWrapped(t *testing.T, rng *rand.Rand, prefix, when, repeated string, style func(string) string) {
	t.Helper()
	var text strings.Builder
	var want []string
	line := 1
	add := func(message string) {
		first := prefix
		for part := range strings.SplitSeq(message, "\n") {
			text.WriteString(repeated + first + part + "\n")
			first = ""
			line++
		}
	}
	for range 1 + rng.IntN(6) {
		if rng.IntN(2) == 0 {
			add(userLines[rng.IntN(len(userLines))])
			continue
		}
		record := randomRecord(rng)
		for _, says := range canonical(t, []byte(record)) {
			want = append(want, strings.TrimSpace(fmt.Sprint(line, " ", when))+" "+says)
		}
		if record[0] != '{' {
			record = style(record)
		}
		add(record)
	}
	var found []string
	for e := range each(t, FromStdin(strings.NewReader(text.String()))) {
		at := strings.TrimSpace(e.Time.String() + " " + e.Stream.Name)
		for _, says := range canonical(t, e.Message) {
			if isRecord(says) {
				found = append(found, strings.TrimSpace(fmt.Sprint(e.Line, " ", at))+" "+says)
			}
		}
	}
	if !slices.Equal(found, want) {
		t.Fatalf("%q\ngave %q\nwant %q", text.String(), found, want)
	}
}

// isRecord reports whether what canonical gave is one, and no near miss.
func isRecord(says string) bool {
	return strings.HasPrefix(says, "{") || lambdalog.Begins([]byte(says))
}

// TestPrefixLaw wraps records in every style behind every prefix.
func TestPrefixLaw(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, s := range copyStyles {
		for _, p := range prefixes {
			for range 10 {
				checkWrapped(t, rng, p.prefix, strings.TrimSpace(p.found), "", s.style)
			}
		}
		for _, repeated := range everyLine {
			for range 20 {
				checkWrapped(t, rng, "", "", repeated, s.style)
			}
		}
	}
}

func FuzzPrefix(f *testing.F) {
	for i := range len(prefixes) {
		f.Add(uint64(i), i, i)
	}
	f.Fuzz(func(t *testing.T, seed uint64, i, j int) {
		rng := rand.New(rand.NewPCG(seed, 7))
		s := copyStyles[uint(j)%uint(len(copyStyles))]
		if at := uint(i) % uint(len(prefixes)+len(everyLine)); at < uint(len(prefixes)) {
			p := prefixes[at]
			checkWrapped(t, rng, p.prefix, strings.TrimSpace(p.found), "", s.style)
		} else {
			checkWrapped(t, rng, "", "", everyLine[at-uint(len(prefixes))], s.style)
		}
	})
}
