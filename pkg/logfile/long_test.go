package logfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// generated is a Reader of the parts that next makes, until it makes none. It
// keeps the highest use of memory that it sees.
type generated struct {
	next func() []byte
	part []byte
	read int
	peak uint64
}

func (g *generated) Read(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		if len(g.part) == 0 {
			g.part = g.next()
		}
		if len(g.part) == 0 {
			err = io.EOF
		}
		copied := copy(p[n:], g.part)
		g.part = g.part[copied:]
		n += copied
	}
	if g.read>>22 != (g.read+n)>>22 {
		g.peak = max(g.peak, heap())
	}
	g.read += n
	return n, err
}

func heap() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// A line of 100 MB takes no more memory than one of 1 MiB, and the records in
// it, glued to other text, are found once each.
func TestHugeLine(t *testing.T) {
	const (
		size  = 100 << 20
		every = 65_521 // a prime, so that records come to lie everywhere at the borders of pieces
		glued = size / every
	)
	want := []string{"1 start a", "2 report a"}
	text := bytes.Repeat([]byte("lorem ipsum "), every/12+1)
	made := -1
	src := &generated{next: func() []byte {
		made++
		switch {
		case made == 0:
			return []byte(start("a") + "\n" + report("a") + "\n" + tailPrefix)
		case made <= glued:
			record := []string{"\t", "\t.", " ", "  ", "\t| "}[made%5] + report(fmt.Sprint("glued-", made))
			want = append(want, fmt.Sprint("3 ", tailTime, "report glued-", made))
			return append(text[:every-len(record)], record...)
		case made == glued+1:
			want = append(want, "4 report b "+trace, "6 "+tailTime+"report c")
			return []byte("\n" + report("b") + "\n" + xray + "\n" + tailPrefix + report("c"))
		}
		return nil
	}}
	runtime.GC()
	before := heap()
	found, coverage := readAll(t, src)
	if src.read < size-every || len(want) < 1600 {
		t.Fatalf("%d bytes, %d records", src.read, len(want))
	}
	if !slices.Equal(found, want) {
		t.Errorf("%d records found, %d are there", len(found), len(want))
	}
	equal(t, "notes", coverage.Notes, []string{"-:3: a line longer than 1 MiB, read in pieces"})
	if coverage.Events != 5 || coverage.Bytes != uint64(src.read) || len(coverage.Gaps) > 0 {
		t.Errorf("%+v", coverage)
	}
	if grown := int64(src.peak) - int64(before); grown > 16<<20 {
		t.Errorf("memory grew by %d bytes", grown)
	}
}

// Wherever in an overlong line something stands, the pieces give what a short
// line with it gives.
func TestPieceBorders(t *testing.T) {
	const initReport = "INIT_REPORT Init Duration: 9 ms\tPhase: init\tStatus: timeout\t"
	filler := strings.Repeat("xyz ", maxLine/4+100)
	var positions []int
	for _, border := range []struct{ from, to, step int }{
		{maxLine - maxRecord - 14, maxLine - maxRecord + 2, 1}, {maxLine - 240, maxLine - 20, 31}, {maxLine - 20, maxLine + 2, 1},
	} {
		for at := border.from; at < border.to; at += border.step {
			positions = append(positions, at)
		}
	}
	for _, c := range []struct {
		name, text string
		records    int
	}{
		{"a report", "." + report("a"), 1},
		{"a report behind blanks", "   " + report("a"), 1},
		{"two reports", "\t" + report("a") + report("b"), 2},
		{"INIT_REPORT", "\t" + initReport, 1},
		{"RESTORE_REPORT", "." + "RESTORE_REPORT Restore Duration: 9 ms\t", 1},
		{"a quoted RESTORE_REPORT", `"` + "RESTORE_REPORT Restore Duration: 9 ms\t", 0},
		{"a report that is not whole", "  REPORT RequestId: a\tDuration: 1 ms\t", 1}, // a near miss
		{"START", " " + start("a") + " ", 0},
		{"JSON", ` {"type":"platform.runtimeDone","record":{"requestId":"x"}} `, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			line := func(before, behind int) string {
				return filler[:before] + c.text + filler[:max(0, behind)] + "\t" + report("z")
			}
			want := records(&logs.Event{Message: []byte(line(20, 20)), Stream: &logs.Stream{}, Line: 2})
			if len(want) != c.records+1 {
				t.Fatalf("a short line has %v", want)
			}
			want = slices.Concat([]string{"1 report x"}, want, []string{"3 report y"})
			for _, at := range positions {
				line := line(at, maxLine-at)
				found, coverage := readAll(t, strings.NewReader(report("x")+"\n"+line+"\n"+report("y")))
				if !slices.Equal(found, want) || coverage.Events != 3 {
					t.Errorf("at %d of %d: %d events, got %v, want %v", at, maxLine, coverage.Events, found, want)
				}
			}
		})
	}
}

// The first piece of an overlong line is its beginning, the others are not.
func TestLongLines(t *testing.T) {
	filler := strings.Repeat("xyz ", maxLine/3)
	short := filler[:maxLine-1000]
	runTextCases(t, []textCase{
		{"nearly too long", short + report("a") + "\n" + short + "\n" + report("b"), []string{"1 report a", "3 report b"}, 3},
		{"START at the beginning", start("a") + " " + filler + "\n" + start("b"), []string{"1 start a", "2 start b"}, 2},
		{"time and stream at the beginning", tailPrefix + filler + report("a") + "\n" + tailPrefix + start("b"),
			[]string{"1 " + tailTime + "report a", "2 " + tailTime + "start b"}, 2},
		{"the X-Ray line behind it", filler + report("a") + "\n" + xray + "\n" + report("b"), []string{"1 report a " + trace, "3 report b"}, 2},
		{"two, the last without a newline", filler + "\n" + filler + report("a"), []string{"2 report a"}, 2},
		{"a long X-Ray line", report("a") + "\n" + xray + strings.Repeat(" x", maxRecord) + "\n" + start("b"), []string{"1 report a", "3 start b"}, 3},
		{"a long line behind an object", jsonReport("a") + filler[:2*maxRecord] + "\n" + start("b"), []string{"1 report a", "11 start b"}, 3},
	})
}

// What is made to be slow costs no more than its length: where it did, these
// would take minutes.
func TestHostile(t *testing.T) {
	long := strings.Repeat("x", 900_000) + "\n"
	for _, c := range []struct {
		name, part string
		times      int
		// what is found: records, near misses and events
		records, misses int
		events          uint64
	}{
		{"braces", "{\n", 10 << 20, 0, 0, 10 << 20},
		{"braces behind times", s3Prefix + "{\n", 1 << 20, 0, 0, 1 << 20},
		{"deep JSON on lines", "{\n\"a\":\n", 1 << 20, 0, 0, 2 << 20},
		{"deep arrays on lines", "{\n\"a\":[\n", 1 << 20, 0, 0, 2 << 20},
		{"deep JSON on a line", `{"a":`, 4 << 20, 0, 0, 1},
		{"deep JSON with the look of a record", `{"platform.report":`, 1 << 20, 0, 1, 1},
		{"broken JSON with the look of a record", "{\"platform.report\"\n", 1 << 20, 0, 1 << 20, 1 << 20},
		{"a string that does not end", "{\n\"" + strings.Repeat("x", 100), 1 << 16, 0, 0, 1<<16 + 1},
		{"the rarest letter", "P", 20 << 20, 0, 0, 1},
		{"keywords on one line", "REPORT ", 3 << 20, 0, anyNumber, 1},
		{"keywords on lines", "REPORT \n", 1 << 20, 0, 1 << 20, 1 << 20},
		{"keywords behind text", "x REPORT ", 1 << 20, 0, 0, 1},
		{"ids on one line", "REPORT RequestId: x ", 1 << 20, 0, 1 << 20, 1},
		{"X-Ray lines", "XRAY TraceId: x\n", 1 << 20, 0, 0, 1 << 20},
		{"records before long lines", "REPORT \n" + long, 20, 0, 20, 40},
		{"objects before long lines", "{\n" + long, 20, 0, 0, 40},
		{"newlines", "\n", 8 << 20, 0, 0, 0},
		{"blanks", " ", 8 << 20, 0, 0, 1},
		{"blanks on lines", strings.Repeat(" ", 100) + "\n", 1 << 17, 0, 0, 1 << 17},
		{"times on one line", s3Prefix, 1 << 20, 0, 0, 1},
		{"streams on one line", tailPrefix, 1 << 18, 0, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			countText(t, repeated("", c.part, c.times), c.records, c.misses, c.events)
		})
	}
	t.Run("fields on lines", func(t *testing.T) {
		countText(t, repeated("REPORT RequestId: x\n", "Duration: 1 ms\n", 1_000_000), 1, 0, 1_000_001-maxJoined)
	})
	t.Run("a long line byte by byte", func(t *testing.T) {
		countText(t, iotest.OneByteReader(repeated(report("a")+"\n", "x", 2*maxLine)), 1, 0, 2)
	})
}

// repeated is a Reader of first and then part so many times.
func repeated(first, part string, times int) io.Reader {
	most := 1<<20/len(part) + 1
	parts := []byte(strings.Repeat(part, most))
	return &generated{part: []byte(first), next: func() []byte {
		n := min(times, most)
		times -= n
		return parts[:n*len(part)]
	}}
}

const anyNumber = -1

func countText(t *testing.T, src io.Reader, records, misses int, events uint64) {
	t.Helper()
	r := FromStdin(src)
	var rec lambdalog.Record
	var miss lambdalog.NearMiss
	foundRecords, foundMisses := 0, 0
	for e := range each(t, r) {
		for rest := e.Message; len(rest) > 0; {
			next, err := lambdalog.Parse(rest, &rec)
			rest = next
			if err == nil {
				foundRecords++
			} else if errors.As(err, &miss) {
				foundMisses++
			}
		}
	}
	if misses == anyNumber {
		misses = foundMisses
	}
	if foundRecords != records || foundMisses != misses || r.Coverage().Events != events {
		t.Errorf("%d records, %d near misses, %d events; want %d, %d, %d", foundRecords, foundMisses, r.Coverage().Events, records, misses, events)
	}
}

// Records of several lines are read whole wherever the buffer ends in them.
func TestBufferBorders(t *testing.T) {
	const line = "hello hello\n"
	for _, c := range []struct {
		name, text string
		lines      int
		found      string
	}{
		{"X-Ray", report("a") + "\n" + xray + "\n", 2, "report a " + trace},
		{"fields on lines", strings.ReplaceAll(report("a"), "\t", "\n"), 5, "report a"},
		{"indented JSON", jsonReport("a") + "\n", 10, "report a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := tailPrefix + c.text
			// The buffer's end goes through the record, the line before it and the one behind it.
			for at := bufferSize - len(text) - len(line); at <= bufferSize+len(line); at++ {
				n := at / len(line)
				before := strings.Repeat(line, n-1) + strings.Repeat("x", at-n*len(line)) + line
				found, coverage := readAll(t, strings.NewReader(before+text+start("b")))
				want := []string{fmt.Sprint(n+1, " ", tailTime, c.found), fmt.Sprint(n+1+c.lines, " start b")}
				if !slices.Equal(found, want) || coverage.Events != uint64(n)+2 {
					t.Fatalf("at %d: %d events, found %q, want %q", at, coverage.Events, found, want)
				}
			}
		})
	}
}

// Reading takes the same few allocations for a log of any size.
func TestAllocations(t *testing.T) {
	for _, prefix := range []string{"", s3Prefix, tailPrefix} {
		text := mixedLog(prefix, "", 4<<20)
		allocations := testing.AllocsPerRun(1, func() {
			for range each(t, FromStdin(bytes.NewReader(text))) {
			}
		})
		if allocations > 30 {
			t.Errorf("%q: %v allocations", prefix, allocations)
		}
	}
}
