package logfile

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// post is a message as a carrier has it.
type post struct {
	millis          int64
	stream, message string
}

// rowTime is the time of the rows in these tests, 2022-05-02T20:58:14.456Z.
const (
	rowMillis = 1651525094456
	rowTime   = "2022-05-02T20:58:14.456Z "
)

// invocations are the posts of n invocations, each of which logs a line.
func invocations(n int) (posts []post) {
	for i := range n {
		at := int64(rowMillis + 1000*i)
		id := fmt.Sprint("id-", i)
		name := []string{stream, other}[i%2]
		posts = append(posts,
			post{at, name, start(id) + "\n"},
			post{at + 1, name, "2022-05-02T20:58:14.457Z\t" + id + "\tINFO\tsaid \"hello, REPORT-er\"\n\n  at last\n"},
			post{at + 2, name, "END RequestId: " + id + "\n"},
			post{at + 3, name, report(id) + "\n" + xray + "\n"})
	}
	return posts
}

// recordsOf are the records that the posts of invocations hold, as read gives
// them, without their lines.
func recordsOf(posts []post) (found []string) {
	for _, p := range posts {
		when := time.UnixMilli(p.millis).UTC().Format("2006-01-02T15:04:05.000Z")
		switch words := strings.Fields(p.message); words[0] {
		case "START":
			found = append(found, fmt.Sprintf("%s %s start %s", when, p.stream, words[2]))
		case "REPORT":
			found = append(found, fmt.Sprintf("%s %s report %s %s", when, p.stream, words[2], trace))
		}
	}
	return found
}

// checkCarried checks that a file in which a carrier holds the posts gives their
// records, and gives them however its bytes come.
func checkCarried(t *testing.T, posts []post, text string) {
	t.Helper()
	found, coverage := readAll(t, strings.NewReader(text))
	for i, record := range found {
		_, found[i], _ = strings.Cut(record, " ") // its line
	}
	if want := recordsOf(posts); !slices.Equal(found, want) {
		t.Errorf("%.3000s\nfound %d records, want %d: %.3000q", text, len(found), len(want), found)
	}
	if coverage.Events != uint64(len(posts)) || len(coverage.Gaps)+len(coverage.Notes) > 0 {
		t.Errorf("%d events, want %d; gaps %v, notes %q", coverage.Events, len(posts), coverage.Gaps, coverage.Notes)
	}
	checkChunks(t, rand.New(rand.NewPCG(1, 2)), []byte(text))
}

// carrierCase is a file with a document, and what is found in it.
type carrierCase struct {
	name, text string
	found      []string
	events     uint64
	gaps       string
}

func runCarrierCases(t *testing.T, cases []carrierCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, src := range []string{c.text, strings.ReplaceAll(c.text, "\n", "\r\n")} {
				found, coverage := readAll(t, strings.NewReader(src))
				if !slices.Equal(found, c.found) {
					t.Errorf("%q: found\n%s\nwant\n%s", src, strings.Join(found, "\n"), strings.Join(c.found, "\n"))
				}
				var gaps []string
				for _, gap := range coverage.Gaps {
					gaps = append(gaps, gap.Reason)
				}
				if src == c.text && strings.Join(gaps, "\n") != c.gaps || len(gaps) > 0 != (c.gaps != "") {
					t.Errorf("%q: gaps\n%s\nwant\n%s", src, strings.Join(gaps, "\n"), c.gaps)
				}
				if coverage.Events != c.events {
					t.Errorf("%q: %d events, want %d", src, coverage.Events, c.events)
				}
				checkChunks(t, rand.New(rand.NewPCG(1, 2)), []byte(src))
			}
		})
	}
}

// consoleRow is a row as the CloudWatch console saves it.
func consoleRow(message string) string {
	return fmt.Sprint(rowMillis, `,"`, strings.ReplaceAll(message, `"`, `""`), "\n\"\n")
}

func TestTables(t *testing.T) {
	const console = "timestamp,message\n"
	a, b, c := consoleRow(report("a")), consoleRow(report("b")), consoleRow(report("c"))
	user := fmt.Sprint(rowMillis, ",hello\n")
	runCarrierCases(t, []carrierCase{
		{"console", console + consoleRow(start("a")) + user + a, []string{"2 " + rowTime + "start a", "5 " + rowTime + "report a"}, 3, ""},
		{"without a header", consoleRow(start("a")) + user + a, []string{"1 " + rowTime + "start a", "4 " + rowTime + "report a"}, 3, ""},
		{"without a header, one row, no newline", strings.TrimSuffix(a, "\n"), []string{"1 " + rowTime + "report a"}, 1, ""},
		{"quoted JSON", console + consoleRow(jsonReport("a")), []string{"2 " + rowTime + "report a"}, 1, ""},
		{"a trace", console + consoleRow(report("a")+"\n"+xray), []string{"2 " + rowTime + "report a " + trace}, 1, ""},
		{"insights", "@timestamp,@message,@logStream,@log\n2022-05-02 20:58:14.456,\"" + report("a") + "\n\"," + stream + ",1:/aws/lambda/x\n",
			[]string{"2 " + rowTime + stream + " report a"}, 1, ""},
		{"another order", "@message,@logStream,@timestamp\n\"" + report("a") + "\n\"," + stream + ",2022-05-02 20:58:14.456\n",
			[]string{"2 " + rowTime + stream + " report a"}, 1, ""},
		{"messages alone", "@message\n\"" + report("a") + "\n\"\n\"" + start("a") + "\n\"\n", []string{"2 report a", "4 start a"}, 2, ""},
		{"a quoted header", `"logStreamName","timestamp","message"` + "\n" + stream + ",2022-05-02T20:58:14.456Z,\"" + report("a") + "\"\n",
			[]string{"2 " + rowTime + stream + " report a"}, 1, ""},
		{"other columns", "@timestamp,\"concat(a,b)\",@message,@ptr\n2022-05-02 20:58:14.456,x,\"" + report("a") + "\",p\n", []string{"2 " + rowTime + "report a"}, 1, ""},
		{"semicolons", "timestamp;message\n1651525094456;\"" + report("a") + "\n\"\n", []string{"2 " + rowTime + "report a"}, 1, ""},
		{"tabs", "timestamp\tmessage\n1651525094456\t\"" + report("a") + "\n\"\n", []string{"2 " + rowTime + "report a"}, 1, ""},
		{"a time in another form", "timestamp,message\n5/2/2022 20:58,\"" + report("a") + "\n\"\n", []string{"2 report a"}, 1, ""},
		{"no time", "timestamp,message\n,\"" + report("a") + "\n\"\n", []string{"2 report a"}, 1, ""},
		{"fields of a report", "@timestamp,@type,@requestId,@duration,@billedDuration,@memorySize,@maxMemoryUsed,@initDuration\n2022-05-02 20:58:14.456,REPORT,a,2.03,3.0,5.12E8,7.0E7,\n2022-05-02 20:58:14.456,START,b,,,,,\n",
			[]string{"2 " + rowTime + "report a"}, 2, ""},
		{"nothing but the header", console, nil, 0, ""},
		{"no newline behind the header", "timestamp,message", nil, 1, ""},
		{"blank lines", console + "\n" + a + "\n\n" + b + "\n", []string{"3 " + rowTime + "report a", "7 " + rowTime + "report b"}, 2, ""},
		{"no header", "timestamp,says\n" + user, nil, 2, ""},
		{"a word", "@timestamp\n@message hello\n@Override\n" + start("a") + "\n", []string{"4 start a"}, 4, ""},

		{"the header again", console + a + console + b, []string{"2 " + rowTime + "report a", "5 " + rowTime + "report b"}, 2, ""},
		{"another header", console + a + "@message,@timestamp\n\"" + report("b") + "\",2022-05-02 20:58:14.456\n", []string{"2 " + rowTime + "report a", "5 " + rowTime + "report b"}, 2, ""},
		{"text before", "hello\n" + start("z") + "\n" + console + a, []string{"2 start z", "4 " + rowTime + "report a"}, 3, ""},
		{"text behind", console + a + start("z") + "\n" + report("z") + "\n", []string{"2 " + rowTime + "report a", "4 start z", "5 report z"}, 3, ""},
		{"text behind a blank line", console + a + "\n" + start("z"), []string{"2 " + rowTime + "report a", "5 start z"}, 2, ""},
		{"text between", console + a + start("z") + "\nhello\n" + console + b, []string{"2 " + rowTime + "report a", "4 start z", "7 " + rowTime + "report b"}, 4, ""},
		{"a sentence behind", console + a + "well, that was it\n" + report("z") + "\n", []string{"2 " + rowTime + "report a", "5 report z"}, 3, ""},

		{"a quotation mark is missing", console + a + fmt.Sprint(rowMillis, `,"`, report("x"), "\n") + user + b + c,
			[]string{"2 " + rowTime + "report a", "6 " + rowTime + "report b", "8 " + rowTime + "report c"}, 4,
			"the row in line 4 cannot be read: a quotation mark is missing or too many"},
		{"an opening mark is missing", console + a + fmt.Sprint(rowMillis, `,`, report("x"), "\n\"\n") + b + c,
			[]string{"2 " + rowTime + "report a", "4 " + rowTime + "report x", "6 " + rowTime + "report b", "8 " + rowTime + "report c"}, 4,
			"the row in line 5 cannot be read: a quotation mark is missing or too many"},
		{"marks in a cell without", console + user + fmt.Sprint(rowMillis, ",the \"x\"\n") + fmt.Sprint(rowMillis, ",\"the \"x\"\n") + a,
			[]string{"5 " + rowTime + "report a"}, 2,
			"2 rows, the first in line 3, cannot be read: a quotation mark is missing or too many"},
		{"cells too many", console + fmt.Sprint(rowMillis, ",well, hello\n") + a + fmt.Sprint(rowMillis, "\n") + b, []string{"3 " + rowTime + "report a", "6 " + rowTime + "report b"}, 2,
			"2 rows, the first in line 2, cannot be read: the number of cells is not that of the header"},
		{"other text between rows", console + a + "hello\nthere\n" + b, []string{"2 " + rowTime + "report a", "6 " + rowTime + "report b"}, 2,
			"the row in line 4 cannot be read: the number of cells is not that of the header"},
		{"cut in a message", console + a + strings.TrimSuffix(b, "\n\"\n"), []string{"2 " + rowTime + "report a"}, 1,
			fmt.Sprintf("the document ends in its middle at byte %d; the complete events before it are counted", len(console+a+b)-3)},
		{"cut in a time", console + a + "16515", []string{"2 " + rowTime + "report a"}, 1,
			fmt.Sprintf("the document ends in its middle at byte %d; the complete events before it are counted", len(console+a)+5)},
		{"no UTF-8", console + fmt.Sprint(rowMillis, ",\"\xff\x00\xfe\n\"\n") + a, []string{"4 " + rowTime + "report a"}, 2, ""},
	})
}

func TestTableOfInvocations(t *testing.T) {
	posts := invocations(1000)
	for _, table := range []struct {
		name    string
		columns []string
		row     func(post) []string
		comma   rune
	}{
		{"insights", []string{"@timestamp", "@message", "@logStream", "@ptr"}, func(p post) []string {
			return []string{time.UnixMilli(p.millis).UTC().Format("2006-01-02 15:04:05.000"), p.message, p.stream, "CnYKPQo5"}
		}, ','},
		{"spreadsheet", []string{"logStreamName", "timestamp", "message"}, func(p post) []string {
			return []string{p.stream, fmt.Sprint(p.millis), p.message}
		}, ';'},
	} {
		t.Run(table.name, func(t *testing.T) {
			checkCarried(t, posts, tableOf(t, table.comma, table.columns, posts, table.row))
		})
	}
}

// tableOf is a table of the posts.
func tableOf(t *testing.T, comma rune, columns []string, posts []post, row func(post) []string) string {
	t.Helper()
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	w.Comma = comma
	rows := [][]string{columns}
	for _, p := range posts {
		rows = append(rows, row(p))
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// The corpus has one line that somebody published of the console's tables.
func TestTableOfCorpus(t *testing.T) {
	seen := 0
	for _, line := range corpusOf(t, "console CSV") {
		seen++
		want := []string{"1 2023-04-20T10:07:04.233Z report dae59f59-e955-53d7-94e6-c3e2f855105c"}
		for _, header := range []string{"", "timestamp,message\n"} {
			found, coverage := readAll(t, strings.NewReader(header+line))
			if header != "" {
				want[0] = "2" + want[0][1:]
			}
			if !slices.Equal(found, want) || coverage.Events != 1 || len(coverage.Gaps) > 0 {
				t.Errorf("%q gave %q, %+v", header+line, found, coverage)
			}
		}
	}
	if seen != 1 {
		t.Errorf("%d lines", seen)
	}
}

// corpusOf returns the published lines of a carrier.
func corpusOf(t *testing.T, carrier string) (lines []string) {
	t.Helper()
	text, err := os.ReadFile("../../testdata/corpus.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		var published struct{ Raw, Carrier string }
		if err := json.Unmarshal(line, &published); err != nil {
			t.Fatal(err)
		}
		if published.Carrier == carrier {
			lines = append(lines, published.Raw)
		}
	}
	return lines
}

// A message may be as large as CloudWatch takes it, of short lines or of one.
func TestLargeMessages(t *testing.T) {
	for _, line := range []string{"hello, \"world\"\n", "hello, \"world\" "} {
		large := strings.Repeat(line, 1<<20/len(line))
		posts := []post{{rowMillis, stream, report("a")}, {rowMillis + 1, other, large + "\n" + report("b") + "\n"}, {rowMillis + 2, stream, report("c")}}
		var columns strings.Builder
		for _, p := range posts {
			columns.WriteString(filterRow(p))
		}
		table := tableOf(t, ',', []string{"timestamp", "message", "logStream"}, posts, func(p post) []string { return []string{fmt.Sprint(p.millis), p.message, p.stream} })
		for _, text := range []string{table, columns.String(), yamlOf(t, posts)} {
			checkLent(t, posts, text, func(message string) string { return message })
		}
	}
}

// A row that is damaged costs no other row.
func TestTornTable(t *testing.T) {
	text := []byte("timestamp,message\n")
	var rows []int
	for i := range 20 {
		rows = append(rows, len(text))
		text = append(text, consoleRow(report(fmt.Sprint("id-", i)))...)
	}
	for at := rows[5]; at < rows[6]; at++ {
		torn := slices.Concat(text[:at], text[at+1:])
		found, coverage := readAll(t, bytes.NewReader(torn))
		all := strings.Join(found, "\n") + "\n"
		for i := range rows {
			if i != 5 && i != 6 && !strings.Contains(all, fmt.Sprintf(" id-%d\n", i)) {
				t.Errorf("without byte %d of the row: id-%d is lost: gaps %v", at-rows[5], i, coverage.Gaps)
			}
		}
		if len(found) < 19 && len(coverage.Gaps) == 0 {
			t.Errorf("without byte %d of the row: %d records and no gap", at-rows[5], len(found))
		}
	}
}

func TestBrokenSourceOfTable(t *testing.T) {
	text := "timestamp,message\n" + consoleRow(report("a")) + fmt.Sprint(rowMillis, ",", report("b"))
	found, coverage := readAll(t, iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(text))))
	if len(found) != 0 || len(coverage.Gaps) != 1 {
		t.Errorf("found %q, gaps %v", found, coverage.Gaps)
	}
	zipped := gzipped(text + strings.Repeat(" ", 1000))
	found, coverage = readAll(t, bytes.NewReader(zipped[:len(zipped)-20]))
	if !slices.Equal(found, []string{"2 " + rowTime + "report a"}) || len(coverage.Gaps) != 1 {
		t.Errorf("found %q, gaps %v", found, coverage.Gaps)
	}
}

// FuzzTable checks that a table of messages gives the same messages back.
func FuzzTable(f *testing.F) {
	f.Add("hello", uint8(0))
	f.Add("\"\n1651525094456,\"\"\nx", uint8(1))
	f.Add("\n\n\ttimestamp,message\n", uint8(2))
	f.Add("\r\n\x00\xff,;\t\"", uint8(3))
	f.Fuzz(func(t *testing.T, text string, form uint8) {
		posts := []post{{rowMillis, stream, report("a") + text}, {rowMillis + 1, other, report("b") + "\n" + text}, {rowMillis + 2, stream, text + "\n" + report("c") + "\n"}}
		columns := []string{"timestamp", "message", "logStream"}
		table := tableOf(t, []rune(",;\t")[form%3], columns, posts, func(p post) []string { return []string{fmt.Sprint(p.millis), p.message, p.stream} })
		checkLent(t, posts, table, func(message string) string { return strings.ReplaceAll(message, "\r\n", "\n") })
	})
}

// FuzzDamaged checks on any document that reading ends, and that how its bytes
// come makes no difference.
func FuzzDamaged(f *testing.F) {
	for _, document := range []string{
		"timestamp,message\n" + consoleRow(start("a")) + "\n" + consoleRow(report("a")),
		"@message,@logStream,@timestamp\n\"" + report("a") + "\n\"," + stream + ",2022-05-02 20:58:14.456\n",
		columnsRow(start("a")+"\n") + columnsRow(report("a")+"\n") + "NEXTTOKEN\tabc\n",
		yamlText,
		"LogResult: aGVsbG8=\n",
	} {
		f.Add([]byte(document), []byte("{}\n"), uint16(0), uint16(0))
		f.Add([]byte(document), []byte("\"\n"), uint16(100), uint16(5))
	}
	f.Fuzz(func(t *testing.T, document, other []byte, at, lost uint16) {
		from := min(int(at), len(document))
		to := min(from+int(lost), len(document))
		checkChunks(t, rand.New(rand.NewPCG(1, 2)), slices.Concat(document[:from], other, document[to:], document))
	})
}

// checkLent checks that a document lends the messages of the posts, as its form
// has them, with their times and streams, and nothing else.
func checkLent(t *testing.T, posts []post, text string, form func(string) string) {
	t.Helper()
	i := 0
	r := FromStdin(strings.NewReader(text))
	for e := range each(t, r) {
		if i == len(posts) {
			t.Fatalf("%q\ngave %q too", text, e.Message)
		}
		p := posts[i]
		if string(e.Message) != form(p.message) || e.Time.Millis != p.millis || e.Stream.Name != p.stream {
			t.Fatalf("%q\ngave %d %s %q\nwant %d %s %q", text, e.Time.Millis, e.Stream.Name, e.Message, p.millis, p.stream, form(p.message))
		}
		i++
	}
	if coverage := r.Coverage(); i < len(posts) || coverage.Events != uint64(len(posts)) || len(coverage.Gaps) > 0 {
		t.Fatalf("%q\ngave %d of %d messages, %d events, gaps %v", text, i, len(posts), coverage.Events, coverage.Gaps)
	}
	checkChunks(t, rand.New(rand.NewPCG(1, 2)), []byte(text))
}
