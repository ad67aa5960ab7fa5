package cli

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/render"
)

func TestSample(t *testing.T) {
	const report = "REPORT RequestId: r-1"
	words := func(n int) string { return strings.Repeat("Ann ", n) } // of 4 bytes
	masked := func(n int) string { return strings.Repeat("Xxx ", n) }
	for _, tt := range []struct {
		name, in string
		at       int
		want     string
		cut      int
	}{
		{"empty", "", 0, "", 0},
		{"line", " REPORT\t\r\n", 1, " REPORT\t", 0},
		{"just fits", words(250), 0, masked(250), 0},
		{"end cut", report + " " + words(300), 0, "REPORT RequestId: x-0 " + masked(244) + "Xx…", 1222},
		{"beginning cut", words(300) + report, 1200, "…" + masked(50) + "REPORT RequestId: x-0", 1221},
		{"both cut", words(300) + report + " " + words(300), 1200, "…" + masked(50) + "REPORT RequestId: x-0 " + masked(194) + "Xx…", 2422},
		{"no character is cut", "a" + strings.Repeat("é", 600), 0, "x" + strings.Repeat("x", 499) + "…", 1201},
		{"nor is one before it", strings.Repeat("é", 600) + " " + report, 1201, "…" + strings.Repeat("x", 100) + " REPORT RequestId: x-0", 1222},
		{"no UTF-8", strings.Repeat("\x80", 1001), 0, strings.Repeat(`\xff`, 1000) + "…", 1001},
		{"at the end", words(300), 1200, "…" + masked(50), 1200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, cut := sample([]byte(tt.in), tt.at); got != tt.want || cut != tt.cut {
				t.Errorf("got %d, %s\nwant %d, %s", cut, got, tt.cut, tt.want)
			}
		})
	}
}

func TestReportAt(t *testing.T) {
	for _, tt := range []struct {
		message string
		want    int
	}{
		{"", -1},
		{"Duration: 5 ms", -1},
		{"Init Duration: 5 ms", 0},
		{"Billed Duration: 5 ms", 0},
		{"x Max Memory Used: 5 MB", 0},
		{`"REPORT RequestId: r-1 Billed Duration: 5 ms"`, 1},
		{`{"type":"platform.report","metrics":{"durationMs":5}}`, 8},
		{`{\"type\":\"platform.report\",\"metrics\":{\"durationMs\":5}}`, 11},
		{`{"type":"platform.report"}`, -1},
		{`{"durationMs":5}`, -1},
		{`{"type":"platform.runtimeDone","metrics":{"durationMs":5}}`, -1},
		{`[{"type":"platform.runtimeDone","durationMs":5},{"type":"platform.new"}]`, 56},
		{`{"type":"platform.","durationMs":5}`, 8},
	} {
		if got := reportAt([]byte(tt.message)); got != tt.want {
			t.Errorf("reportAt(%s) = %d, want %d", tt.message, got, tt.want)
		}
	}
}

// Texts that differ only in what was masked, or in a figure, are of one shape.
func TestUnknown(t *testing.T) {
	odd, even := errors.New("odd"), errors.New("even")
	var u unknown
	for i, tt := range []struct {
		reason error
		text   string
	}{
		{odd, "REPORT RequestId: 8d5958b5-559f Duration: 5.00 ms"},
		{even, "REPORT RequestId: 8d5958b5-559f Duration: 5.00 ms"},
		{odd, "REPORT RequestId: abcdef12-1 Duration: 1234.5 ms"},
		{odd, "REPORT RequestId: abcdef12 Duration: 1234.5 ms"},
		{odd, "REPORT RequestId: 8d5958b5-559f Duration: 5 ms"},
	} {
		u.add(tt.reason, []byte(tt.text), 0, int64(i+1))
	}
	want := []render.Shape{
		{Reason: "odd", Count: 2, First: 1, Text: "REPORT RequestId: 0x0000x0-000x Duration: 5.00 ms"},
		{Reason: "even", Count: 1, First: 2, Text: "REPORT RequestId: 0x0000x0-000x Duration: 5.00 ms"},
		{Reason: "odd", Count: 1, First: 4, Text: "REPORT RequestId: xxxxxx00 Duration: 1234.5 ms"},
		{Reason: "odd", Count: 1, First: 5, Text: "REPORT RequestId: 0x0000x0-000x Duration: 5 ms"},
	}
	if fmt.Sprint(u.shapes) != fmt.Sprint(want) || u.more != 0 {
		t.Errorf("got %v, %d more, want %v", u.shapes, u.more, want)
	}
}
