package cli

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPrecedence(t *testing.T) {
	for _, tt := range []struct{ codes, want []int }{
		{nil, []int{}},
		{[]int{3}, []int{3}},
		{[]int{3, 5}, []int{5, 3}},
		{[]int{5, 3, 1, 5}, []int{1, 5, 3}},
		{[]int{3, 5, 1, 2}, []int{2, 1, 5, 3}},
	} {
		if got := inPrecedence(tt.codes); !slices.Equal(got, tt.want) {
			t.Errorf("inPrecedence(%v) = %v, want %v", tt.codes, got, tt.want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"REPORT x\r\n", "REPORT x"},
		{"\tREPORT x ", "REPORT x"},
		{strings.Repeat("x", 120), strings.Repeat("x", 120)},
		{strings.Repeat("x", 121), strings.Repeat("x", 120) + "…"},
		{strings.Repeat("é", 100), strings.Repeat("é", 60) + "…"},
		{"x" + strings.Repeat("é", 100), "x" + strings.Repeat("é", 59) + "…"},
		{"xxx" + strings.Repeat("\U0001f600", 40), "xxx" + strings.Repeat("\U0001f600", 29) + "…"},
	} {
		got := excerpt([]byte(tt.in))
		if got != tt.want || !utf8.ValidString(got) {
			t.Errorf("excerpt(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
	// What is no UTF-8 has no boundary to cut at, and is cut all the same.
	if got := excerpt(bytes.Repeat([]byte{0x80}, 200)); len(got) > 120+len("…") || len(got) < 110 {
		t.Errorf("%d bytes of an excerpt", len(got))
	}
}

// A record is printed before the next line is waited for, so that a log can be
// followed.
func TestParseFollows(t *testing.T) {
	line := "REPORT RequestId: r-1\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 512 MB\tMax Memory Used: 80 MB\n"
	var out bytes.Buffer
	follower := &follower{lines: []string{line, "order 1\n", line}, out: &out}
	if code := Run([]string{"parse"}, Streams{In: follower, Out: &out, Err: &out}); code != exitDone {
		t.Errorf("exit code %d: %s", code, &out)
	}
	// A record that X-Ray may continue is complete with the line after it.
	if want := []int{0, 0, 1, 1}; !slices.Equal(follower.seen, want) {
		t.Errorf("records printed before each read: %v, want %v", follower.seen, want)
	}
}

// follower gives a line a read, and notes how many records were printed before
// it.
type follower struct {
	lines []string
	out   *bytes.Buffer
	seen  []int
}

func (f *follower) Read(p []byte) (int, error) {
	f.seen = append(f.seen, strings.Count(f.out.String(), `"record"`))
	if len(f.lines) == 0 {
		return 0, io.EOF
	}
	n := copy(p, f.lines[0])
	f.lines = f.lines[1:]
	return n, nil
}
