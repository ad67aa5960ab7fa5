package logfile

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const eventID = "37508842871459845286479215012314582712468345862349875200"

// columnsRow is the row of an event of filter-log-events.
func columnsRow(message string) string { return filterRow(post{rowMillis, stream, message}) }

func filterRow(p post) string {
	return fmt.Sprintf("EVENTS\t%s\t1651525099000\t%s\t%s\t%d\n", eventID, p.stream, p.message, p.millis)
}

func TestColumns(t *testing.T) {
	const when = rowTime + stream + " "
	a, b := columnsRow(report("a")+"\n"), columnsRow(report("b")+"\n")
	get := "EVENTS\t1651525099000\t" + report("g") + "\n\t1651525094456\n"
	const lost = "the row in line 3 has lost its end"
	runCarrierCases(t, []carrierCase{
		{"filter-log-events", columnsRow(start("a")+"\n") + columnsRow("hello\tworld\n") + a + "SEARCHEDLOGSTREAMS\t" + stream + "\tTrue\nNEXTTOKEN\tabc\n",
			[]string{"1 " + when + "start a", "5 " + when + "report a"}, 3, ""},
		{"get-log-events", "b/375/s\tf/375/s\n" + get + "b/376/s\tf/376/s\n" + get, []string{"2 " + rowTime + "report g", "5 " + rowTime + "report g"}, 3, ""},
		{"no newline in the message", columnsRow(start("a")) + columnsRow(report("a")), []string{"1 " + when + "start a", "2 " + when + "report a"}, 2, ""},
		{"no newline at the end", strings.TrimSuffix(a, "\n"), []string{"1 " + when + "report a"}, 1, ""},
		{"a trace", columnsRow(report("a") + "\n" + xray + "\n"), []string{"1 " + when + "report a " + trace}, 1, ""},
		{"an empty message", columnsRow("") + a, []string{"2 " + when + "report a"}, 2, ""},
		{"a time within a message", columnsRow("hello\t1651525094000\nEVENTS\n"+report("a")) + b, []string{"1 " + when + "report a", "4 " + when + "report b"}, 2, ""},
		{"text before and behind", "hello\n" + a + start("z") + "\n" + report("z") + "\n", []string{"2 " + when + "report a", "4 start z", "5 report z"}, 4, ""},
		{"text between", a + "hello\n" + b, []string{"1 " + when + "report a", "4 " + when + "report b"}, 3, ""},
		{"no such rows", "EVENTS\nEVENTS\thello\nEVENTS\t123\t4\nEVENTS\t1651525099000\n" + start("a"), []string{"5 start a"}, 5, ""},
		{"a lost end", a + "EVENTS\t1651525099000\t" + report("x") + "\n" + b, []string{"1 " + when + "report a", "4 " + when + "report b"}, 2, lost},
		{"cut in a message", a + strings.TrimSuffix(b, "\n\t1651525094456\n"), []string{"1 " + when + "report a"}, 1,
			fmt.Sprintf("the document ends in its middle at byte %d; the complete events before it are counted", len(a+b)-16)},
		{"cut in a time", a + strings.TrimSuffix(b, "6\n"), []string{"1 " + when + "report a"}, 1,
			fmt.Sprintf("the document ends in its middle at byte %d; the complete events before it are counted", len(a+b)-2)},
		{"cut in the first columns", a + "EVENTS\t3750", []string{"1 " + when + "report a"}, 1,
			fmt.Sprintf("the document ends in its middle at byte %d; the complete events before it are counted", len(a)+11)},
		{"no UTF-8", columnsRow("\xff\x00\xfe") + a, []string{"2 " + when + "report a"}, 2, ""},
	})
}

func TestColumnsOfInvocations(t *testing.T) {
	posts := invocations(1000)
	var text strings.Builder
	for _, p := range posts {
		text.WriteString(filterRow(p))
	}
	checkCarried(t, posts, text.String())
}

// A row that is cut costs no other row.
func TestTornColumns(t *testing.T) {
	var rows []string
	for i := range 20 {
		rows = append(rows, columnsRow(report(fmt.Sprint("id-", i))+"\n"))
	}
	for at := range len(rows[5]) {
		torn := slices.Clone(rows)
		torn[5] = rows[5][:at] + "\n"
		found, coverage := readAll(t, strings.NewReader(strings.Join(torn, "")))
		all := strings.Join(found, "\n") + "\n"
		for i := range rows {
			if i != 5 && !strings.Contains(all, fmt.Sprintf(" id-%d\n", i)) {
				t.Errorf("cut at byte %d: id-%d is lost: gaps %v", at, i, coverage.Gaps)
			}
		}
	}
}

// FuzzColumns checks that rows of messages give the same messages back.
func FuzzColumns(f *testing.F) {
	f.Add("hello")
	f.Add("\t1651525094456\n\t1651525094456")
	f.Add("\n\t1651525094456\nEVENT\t")
	f.Add("\r\n\x00\xff")
	f.Fuzz(func(t *testing.T, text string) {
		for _, row := range []string{eventsRow, "SEARCHEDLOGSTREAMS\t", "NEXTTOKEN\t", "b/"} {
			if strings.Contains("\n"+text, "\n"+row) {
				t.Skip("the message has a line that begins like a row")
			}
		}
		posts := []post{{rowMillis, stream, report("a") + text}, {rowMillis + 1, other, report("b") + "\n" + text}, {rowMillis + 2, stream, text + "\n" + report("c") + "\n"}}
		var rows strings.Builder
		for _, p := range posts {
			rows.WriteString(filterRow(p))
		}
		checkLent(t, posts, rows.String(), func(message string) string { return message })
	})
}
