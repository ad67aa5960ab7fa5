package logfile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// fragments are what the lines of a log are made of. ID stands for an id that
// no other record has. Behind the first line of each comes no prefix.
var fragments = []string{
	report("ID"), report("ID"), report("ID") + "Init Duration: 5.00 ms\t", report("ID") + "\n" + xray, report("ID") + "\n" + xray + "\n", report("ID") + "\n  " + xray,
	"REPORT RequestId: ID Duration: 1 ms  Billed Duration: 1 ms", strings.ReplaceAll(report("ID"), "\t", "\n"), strings.ReplaceAll(report("ID"), "\t", "\n  ") + "\n" + xray,
	report("ID") + "Status: timeout", "done." + report("ID"), `{"statusCode":200}` + report("ID"), `read "` + report("ID") + `"`, report("ID") + report("ID"), "\t" + report("ID"),
	start("ID"), start("ID"), "  " + start("ID"), "END RequestId: ID", "INIT_START Runtime Version: ID", "RESTORE_START Runtime Version: ID",
	"INIT_REPORT Init Duration: 9 ms\tPhase: init\tStatus: timeout", "Traceback:INIT_REPORT Init Duration: 9 ms\tPhase: init\tStatus: error", "RESTORE_REPORT Restore Duration: 9 ms",
	"REPORT invalid report log line", "REPORT RequestId: ID", "a REPORT of ours", "REPORTED", "REPORT", "INIT_", "PPPP", xray, "XRAY", "Duration: 5 ms",
	`{"type":"platform.start","record":{"requestId":"ID"}}`, `{"time":"2026-10-08T06:53:49.235Z","type":"platform.report","record":{"requestId":"ID","metrics":{"durationMs":1.5}}}`,
	`hello{"type":"platform.start","record":{"requestId":"ID"}}`, `{"statusCode":200}{"type":"platform.start","record":{"requestId":"ID"}}`,
	"\x1b[32m" + report("ID") + "\x1b[0m", report("ID") + "Init Dur", report("ID") + "hello done." + report("ID"),
	`{"level":"INFO","message":"ID"}`, `{"a":"platform.report"}`, jsonReport("ID"), jsonReport("ID") + report("ID"), "  " + jsonReport("ID") + ",", "{}",
	"{\n  \"a\": {\n    \"b\": [1, 2]\n  }\n}", "{\n  \"a\": 1\n}" + report("ID"), "{\n  \"a\": \"read: " + strings.ReplaceAll(report("ID"), "\t", `\t`) + "\"\n}", "{\n  message: 'hello world',\n  n: 1\n}", "{ not json",
	"2026-10-08T06:53:49.235Z\tID\tINFO\thello", "2026-10-08T06:53:49.235Z\tID\tINFO\tdone " + report("ID"), "2026-05-14 is a day", "1753725990", "12 monkeys",
	"hello", "hello", "Traceback\n  File x\nat last", "    at Runtime.handler", "", "", " ", "\t \t", "\x00\xff\xfe", "\x1b[32mID\x1b[0m", "wörld",
	strings.Repeat("long ", 200), strings.Repeat("P", 300) + "." + report("ID"),
}

// overlong are longer than maxLine. They have a prefix of their own: without one
// they may continue the message before them, or be events.
var overlong = []string{
	s3Prefix + "." + strings.Repeat("filler ", maxLine/6) + "\t" + report("ID"),
	s3Prefix + report("ID") + strings.Repeat("filler ", maxLine/6) + "\t." + report("ID") + "\n" + xray,
	s3Prefix + start("ID") + strings.Repeat("filler\t"+report("ID"), 3*maxLine/len(report("ID"))),
}

// randomLog is a log of n fragments, behind changing prefixes and before either
// end of a line, and not always before one at the very end.
func randomLog(rng *rand.Rand, n int, fragments []string) string {
	var text strings.Builder
	ids := 0
	prefix, end := "", "\n"
	for i := range n {
		if rng.IntN(4) == 0 {
			prefix = plainPrefixes[rng.IntN(len(plainPrefixes))]
		}
		if rng.IntN(8) == 0 {
			end = []string{"\n", "\n", "\r\n"}[rng.IntN(3)]
		}
		text.WriteString(prefix)
		for i, part := range strings.Split(fragments[rng.IntN(len(fragments))], "ID") {
			if i > 0 {
				ids++
				fmt.Fprintf(&text, "id-%d", ids)
			}
			text.WriteString(strings.ReplaceAll(part, "\n", end))
		}
		if i < n-1 || rng.IntN(2) == 0 {
			text.WriteString(end)
		}
	}
	return text.String()
}

var (
	keyword = regexp.MustCompile(`REPORT[ \t\r\n]`)
	colours = regexp.MustCompile(`^(?:\x1b\[\d+m)+`)
	service = regexp.MustCompile(`^[a-z]+_1  \|[ \t]+`) // stands before every line
)

// prefixForms are the prefixes that the reference knows, each with T for the
// time and S for the stream.
var prefixForms = func() (forms []*regexp.Regexp) {
	const (
		date   = `(?P<date>\d{4}-\d\d-\d\d)[T ](?P<clock>\d\d:\d\d:\d\d(?:[.,]\d+)?)(?P<zone>Z|[+-]\d\d:\d\d)?`
		time   = `(?:` + date + `|(?P<epoch>\d{10}|\d{13}))`
		stream = `(?P<stream>\d{4}/\d\d/\d\d/[^ ]*\][^ ]*)`
	)
	for _, form := range []string{
		`T - /aws/lambda/\S+ - S - \d{56} -[ \t]+`,
		`\d{4}-\d\d-\d\d.\d\d:\d\d:\d\d\.\d{7}Z T [ \t]*(?:S[ \t]+)?`, // a runner's time before the log's
		`T[ \t]+(?:S[ \t]+)?`,
		`S T[ \t]+`,
		`/aws/lambda/\S+ S \[T\] \[\S+\][ \t]+`,
		`\[T\] \(S\)[ \t]+`,
		` T\[ +\S+\][ \t]+`,
		`\[root - INFO - T\][ \t]+`,
		`     \* T[ \t]+`,
		`\d\d:\d\d:\d\d[ \t]+`,
		`[a-z]+_1  \|[ \t]+(?:T[ \t]+(?:S[ \t]+)?)?`,
	} {
		forms = append(forms, regexp.MustCompile(`^`+strings.NewReplacer("T", time, "S", stream, `\S`, `\S`).Replace(form)))
	}
	return forms
}()

// referencePrefix returns the length of the line's prefix, or 0, and what it
// says.
func referencePrefix(line string) (n int, at logs.Time, stream string) {
	for _, form := range prefixForms {
		match := form.FindStringSubmatch(line)
		if match == nil {
			continue
		}
		part := map[string]string{}
		for i, name := range form.SubexpNames() {
			part[name] = match[i]
		}
		return len(match[0]), prefixTime(part), part["stream"]
	}
	return 0, logs.Time{}, ""
}

// reference finds what read does, line by line and with no thought of size or
// speed.
func reference(text string) (found []string, events uint64) {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	prefixed := false // the messages of the log have prefixes
	isJSON := false   // some are JSON records
	for i := 0; i < len(lines); {
		e := logs.Event{Stream: &logs.Stream{}, Line: int64(i) + 1}
		line := lines[i]
		prefix, at, stream := referencePrefix(line)
		message := colours.ReplaceAllString(line[prefix:], "")
		e.Time, e.Stream.Name = at, stream
		joined := 0
		if keyword.MatchString(line) {
			joined = continuations(line, lines[i+1:])
		} else if strings.TrimSpace(message) == "{" {
			joined = objectLines(lines[i+1:])
		}
		for _, line := range lines[i+1:][:joined] {
			message += service.ReplaceAllString(line, "")
		}
		e.Message = []byte(message)
		begins := lambdalog.Begins(e.Message)
		switch {
		case begins || keyword.MatchString(message) || isJSON && strings.Contains(line, `"platform.`):
			found = append(found, records(&e)...)
			events++
		case strings.TrimRight(line, "\r\n") != "" && (prefix > 0 || !prefixed):
			events++
		}
		if begins {
			prefixed = prefix > 0
			isJSON = isJSON || message[0] == '{'
		}
		i += 1 + joined
	}
	return found, events
}

func prefixTime(part map[string]string) logs.Time {
	switch {
	case part["epoch"] != "":
		n, err := strconv.ParseInt((part["epoch"] + "000")[:13], 10, 64)
		if err != nil {
			panic(err)
		}
		return logs.At(n)
	case part["date"] == "":
		return logs.Time{}
	}
	zone := part["zone"]
	if zone == "" {
		zone = "Z"
	}
	at, err := time.Parse(time.RFC3339Nano, part["date"]+"T"+part["clock"]+zone)
	if err != nil {
		panic(err)
	}
	return logs.At(at.UnixMilli())
}

// continuations returns how many of the lines continue the report in first.
func continuations(first string, lines []string) int {
	for i, line := range lines {
		line = service.ReplaceAllString(line, "")
		isXRay := strings.HasPrefix(strings.TrimLeft(line, " \t"), "XRAY ")
		if !lambdalog.Continues([]byte(line)) || !isXRay && strings.Contains(first, "Duration:") {
			return i
		}
	}
	return len(lines)
}

// objectLines returns how many of the lines belong to the JSON object that was
// opened before them, or 0 where they are none.
func objectLines(lines []string) int {
	text := "{"
	for i, line := range lines[:min(len(lines), 50)] {
		text += line
		closing := strings.LastIndexByte(text, '}') + 1
		if json.Valid([]byte(text[:closing])) {
			return i + 1
		}
	}
	return 0
}

// checkReference checks that a log gives what the reference finds in it.
func checkReference(t *testing.T, text string) {
	t.Helper()
	want, events := reference(text)
	found, coverage := readAll(t, strings.NewReader(text))
	for i := range max(len(found), len(want)) {
		if i >= len(found) || i >= len(want) || found[i] != want[i] {
			t.Fatalf("%.20000q\ngave %q\nwant %q", text, found[min(i, len(found)):min(i+3, len(found))], want[min(i, len(want)):min(i+3, len(want))])
		}
	}
	if coverage.Events != events {
		t.Fatalf("%.20000q\ngave %d events, want %d", text, coverage.Events, events)
	}
}

// events is all that is lent, and what is said of it in the end.
func events(t *testing.T, src io.Reader) []string {
	t.Helper()
	var all []string
	r := FromStdin(src)
	for e := range each(t, r) {
		all = append(all, fmt.Sprintf("%d %s %q %q", e.Line, e.Time, e.Stream.Name, e.Message))
	}
	// How far a damaged file was read depends on how it comes.
	coverage := r.Coverage()
	return append(all, fmt.Sprintf("%d events, %d gaps, notes %q", coverage.Events, len(coverage.Gaps), coverage.Notes))
}

// randomReader reads up to so many bytes at once.
type randomReader struct {
	io.Reader
	rng  *rand.Rand
	most int
}

func (r randomReader) Read(p []byte) (int, error) {
	return r.Reader.Read(p[:min(len(p), 1+r.rng.IntN(r.most))])
}

// checkChunks checks that how the bytes come makes no difference.
func checkChunks(t *testing.T, rng *rand.Rand, text []byte) {
	t.Helper()
	want := events(t, bytes.NewReader(text))
	for _, src := range []io.Reader{
		iotest.OneByteReader(bytes.NewReader(text)),
		iotest.DataErrReader(bytes.NewReader(text)),
		randomReader{bytes.NewReader(text), rng, 100},
		randomReader{bytes.NewReader(text), rng, maxRecord},
		randomReader{bytes.NewReader(text), rng, 2 * bufferSize},
	} {
		if got := events(t, src); !slices.Equal(got, want) {
			for i := range got {
				if i >= len(want) || got[i] != want[i] {
					t.Fatalf("%.20000q\ngave %.2000s\nwant %.2000s", text, got[i], want[min(i, len(want)-1)])
				}
			}
			t.Fatalf("%.20000q\ngave %d events, want %d", text, len(got), len(want))
		}
	}
}

func TestLaws(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		text := randomLog(rng, rng.IntN(30), fragments)
		checkReference(t, text)
		checkChunks(t, rng, []byte(text))
	}
}

// TestLawsAcrossBuffers checks them on logs that are larger than the buffer.
func TestLawsAcrossBuffers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 2 {
		text := randomLog(rng, 20*bufferSize>>10, fragments)
		if len(text) < 2*bufferSize {
			t.Fatal(len(text))
		}
		checkReference(t, text)
		checkChunks(t, rng, []byte(text))
	}
	all := slices.Concat(fragments, overlong)
	for range 2 {
		text := randomLog(rng, 160, all)
		if len(text) < 2*maxLine {
			t.Fatal(len(text))
		}
		checkReference(t, text)
		checkChunks(t, rng, []byte(text))
	}
}

// FuzzReader checks on any file that reading ends, that how it comes makes no
// difference, and that what is lent is what stands in its line, and once.
func FuzzReader(f *testing.F) {
	for _, fragment := range fragments {
		for _, p := range prefixes {
			f.Add([]byte(p.prefix + fragment + "\n" + start("x") + "\n"))
		}
	}
	f.Add(gzipped(sampleLog(1)))
	f.Add(zstded(sampleLog(1)))
	f.Fuzz(func(t *testing.T, file []byte) {
		rng := rand.New(rand.NewPCG(1, 2))
		checkChunks(t, rng, file)
		if _, utf16 := utf16Order(bufio.NewReader(bytes.NewReader(file))); utf16 {
			return
		}
		for _, magic := range [][]byte{gzipMagic, zstdMagic, zipMagic} {
			if bytes.HasPrefix(file, magic) {
				return
			}
		}
		text := bytes.TrimPrefix(file, utf8BOM)
		lines := bytes.SplitAfter(text, []byte("\n"))
		if holdsDocument(lines) {
			return
		}
		line, lineAt, end := int64(1), 0, 0 // end is of the message before
		for e := range each(t, FromStdin(bytes.NewReader(file))) {
			for ; line < e.Line; line++ {
				lineAt += len(lines[line-1])
			}
			from := max(lineAt, end)
			at := bytes.Index(text[from:], e.Message)
			if at < 0 && isCopyOf(text[from:], e.Message) {
				continue
			}
			if at < 0 || from+at >= lineAt+len(lines[line-1]) || line != e.Line {
				t.Fatalf("line %d: %q is not there", e.Line, e.Message)
			}
			end = from + at + len(e.Message)
		}
	})
}

// holdsDocument reports whether a document of a carrier may begin one of the
// lines. What those lend has laws of its own.
func holdsDocument(lines [][]byte) bool {
	for i := range lines {
		head := bytes.TrimLeft(bytes.Join(lines[i:], nil), " \t\r\n,")
		if found, short := carrierOf(head); found != nil || short {
			return true
		}
	}
	return false
}

// isCopyOf reports whether the words of the message stand in the text in this
// order, where something else stands between them: it is lent cleaned.
func isCopyOf(text, message []byte) bool {
	if bytes.IndexByte(text, '&') >= 0 {
		return true // words may be spelled as entities
	}
	for _, c := range message {
		if !isLetter(c) && !isDigit(c) {
			continue
		}
		at := bytes.IndexByte(text, c)
		if at < 0 {
			return false
		}
		text = text[at+1:]
	}
	return true
}
