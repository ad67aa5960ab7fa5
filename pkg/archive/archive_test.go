package archive

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/logs"
)

// testDay is 2026-11-23, 00:00 UTC.
const testDay = 1795392000000

var (
	testGroup = Group{ARN: "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout", Created: 1511808906799}
	testCell  = Cell{Group: testGroup, Selection: Platform, Start: testDay, End: testDay + day}
)

// streamOf returns a stream of a group.
func streamOf(streams *logs.Streams, g Group, name string) *logs.Stream {
	return streams.Of([]byte(g.Account()), []byte(g.Name()), []byte(name))
}

func newArchive(tb testing.TB) *Archive {
	tb.Helper()
	a, err := Open(filepath.Join(tb.TempDir(), "archive"))
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// write commits a cell of the given events.
func write(tb testing.TB, a *Archive, cell Cell, events []logs.Event) {
	tb.Helper()
	w, err := a.Create(cell)
	if err != nil {
		tb.Fatal(err)
	}
	for i := range events {
		if err := w.Add(&events[i]); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Commit(); err != nil {
		tb.Fatal(err)
	}
}

// got is an event that was read.
type got struct {
	time            int64
	stream, message string
}

// read reads a cell to its end or its error.
func read(a *Archive, cell Cell) (events []got, err error) {
	var streams logs.Streams
	for e, err := range a.Read(cell, &streams) {
		if err != nil {
			return events, err
		}
		events = append(events, got{e.Time.Millis, e.Stream.Name, string(e.Message)})
	}
	return events, nil
}

// fewEvents are events with all that a message and a stream's name may hold.
func fewEvents() (events []logs.Event, want []got) {
	want = []got{
		{testDay, "2026/11/23/[$LATEST]a13a", "REPORT RequestId: 1\tDuration: 2.46 ms\t\n"},
		{testDay, "2026/11/23/[$LATEST]a13b", ""},
		{testDay + 1, `a "quoted\" \name","message":"`, `{"type":"platform.report","path":"C:\\x"}`},
		{testDay + hour, "ü\u2028", "\x00\x01\x1f\x7f \b\f\r <&> \U0001F600 \"}\n"},
		{testDay + day - 1, "a\\", "\\"},
	}
	var streams logs.Streams
	for _, w := range want {
		events = append(events, logs.Event{Time: logs.At(w.time), Stream: streamOf(&streams, testGroup, w.stream), Message: []byte(w.message)})
	}
	return events, want
}

// files lists what is in an archive's folder, relative to it.
func files(tb testing.TB, a *Archive) []string {
	tb.Helper()
	var names []string
	err := filepath.WalkDir(a.Dir(), func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			relative, _ := filepath.Rel(a.Dir(), name)
			names = append(names, filepath.ToSlash(relative))
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		tb.Fatal(err)
	}
	return names
}

// put writes a file of the archive's folder.
func put(tb testing.TB, a *Archive, name string, content []byte) string {
	tb.Helper()
	full := a.absolute(name)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(full, content, 0o600); err != nil {
		tb.Fatal(err)
	}
	return full
}

const testFolder = "aws/eu-west-1/123456789012/+aws+lambda+checkout-1511808906799/platform-1/"

func TestDefaultDir(t *testing.T) {
	t.Setenv("COLDSTATS_ARCHIVE", "/somewhere")
	if dir, err := DefaultDir(); dir != "/somewhere" || err != nil {
		t.Error(dir, err)
	}
	t.Setenv("COLDSTATS_ARCHIVE", "")
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip(err)
	}
	if dir, err := DefaultDir(); dir != filepath.Join(cache, "coldstats", "archive") || err != nil {
		t.Error(dir, err)
	}
}

// TestOpenMakesNothing asks an archive that is not there yet for everything.
func TestOpenMakesNothing(t *testing.T) {
	a := newArchive(t)
	cells, err := a.Cells(testGroup, Platform, Span{0, testDay})
	if len(cells) > 0 || err != nil {
		t.Error(cells, err)
	}
	if all, err := a.List(); len(all) > 0 || err != nil {
		t.Error(all, err)
	}
	if n, size, err := a.ForgetAll(); n != 0 || size != 0 || err != nil {
		t.Error(n, size, err)
	}
	if _, err := read(a, testCell); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading: %v", err)
	}
	if _, err := a.Quarantine(testCell); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("moving aside: %v", err)
	}
	if _, err := os.Stat(a.Dir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", file} {
		if _, err := Open(dir); err == nil {
			t.Errorf("%q was opened", dir)
		}
	}
}

// TestCells keeps a day, hours beside it and hours inside it.
func TestCells(t *testing.T) {
	a := newArchive(t)
	cellAt := func(start, length int64) Cell {
		return Cell{Group: testGroup, Selection: Platform, Start: start, End: start + length}
	}
	dayBefore, hourOfIt := cellAt(testDay-day, day), cellAt(testDay-3*hour, hour)
	one, two := cellAt(testDay+2*hour, hour), cellAt(testDay+10*hour, hour)
	for _, c := range []Cell{two, hourOfIt, one, dayBefore} {
		write(t, a, c, nil)
	}
	cold := Cell{Group: testGroup, Selection: Cold, Start: testDay, End: testDay + day}
	anew := Cell{Group: Group{testGroup.ARN, testGroup.Created + 1}, Selection: Platform, Start: testDay, End: testDay + day}
	write(t, a, cold, nil)
	write(t, a, anew, nil)

	for _, tt := range []struct {
		window Span
		want   []Cell
	}{
		{Span{0, testDay + day}, []Cell{dayBefore, one, two}},
		{Span{testDay, testDay + day}, []Cell{one, two}},
		{Span{testDay - 1, testDay + 2*hour + 1}, []Cell{dayBefore, one}},
		{Span{testDay - 3*hour, testDay - 2*hour}, []Cell{dayBefore}},
		{Span{testDay + 3*hour, testDay + 10*hour}, nil},
	} {
		cells, err := a.Cells(testGroup, Platform, tt.window)
		if err != nil || !slices.Equal(cells, tt.want) {
			t.Errorf("%s: %v, %v; want %v", tt.window, cells, err, tt.want)
		}
	}
}

// TestQuarantine moves two damaged cells of one name aside.
func TestQuarantine(t *testing.T) {
	a := newArchive(t)
	for i, want := range []string{"", "-2", "-3"} {
		put(t, a, testFolder+"2026-11-23.jsonl.zst", []byte{byte(i)})
		aside, err := a.Quarantine(testCell)
		if err != nil || aside != a.absolute(testFolder+"2026-11-23.jsonl.zst.damaged"+want) {
			t.Fatal(aside, err)
		}
		if content, err := os.ReadFile(aside); err != nil || string(content) != string([]byte{byte(i)}) {
			t.Error(content, err)
		}
	}
	if cells, err := a.Cells(testGroup, Platform, Span{0, testDay + day}); len(cells) > 0 || err != nil {
		t.Error(cells, err)
	}
	if _, err := a.Quarantine(testCell); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if names := files(t, a); len(names) != 3 {
		t.Error(names)
	}
}

func TestGroupOf(t *testing.T) {
	g, err := GroupOf(testGroup.ARN+":*", testGroup.Created)
	if err != nil || g != testGroup {
		t.Error(g, err)
	}
	if g.Region() != "eu-west-1" || g.Account() != "123456789012" || g.Name() != "/aws/lambda/checkout" {
		t.Error(g.Region(), g.Account(), g.Name())
	}
	for _, arn := range []string{
		"", "/aws/lambda/checkout",
		"arn:aws:lambda:eu-west-1:123456789012:function:checkout",
		"arn:aws:logs:eu-west-1:123456789012:log-group:",
		"arn:aws:logs:eu-west-1:123456789012:log-group:x:log-stream:y",
		"arn:aws:logs:eu-west-1:1234:log-group:x",
		"arn:aws:logs:../..:123456789012:log-group:x",
		"arn:aws:logs::123456789012:log-group:x",
		"arn:..:logs:eu-west-1:123456789012:log-group:x",
		"arn:aws:logs:eu-west-1:123456789012:log-group:\xff",
	} {
		if _, err := GroupOf(arn, 0); err == nil {
			t.Errorf("%q is taken", arn)
		}
	}
	if _, err := GroupOf(testGroup.ARN, -1); err == nil {
		t.Error("a time before 1970 is taken")
	}
}

// TestNoCell asks for what can be no cell.
func TestNoCell(t *testing.T) {
	a := newArchive(t)
	for what, c := range map[string]Cell{
		"no whole hour":     {testGroup, Platform, testDay + 1, testDay + 1 + hour},
		"half an hour":      {testGroup, Platform, testDay, testDay + hour/2},
		"two days":          {testGroup, Platform, testDay, testDay + 2*day},
		"before 1970":       {testGroup, Platform, -day, 0},
		"after 9999":        {testGroup, Platform, lastDay + day, lastDay + 2*day},
		"no selection":      {testGroup, "", testDay, testDay + day},
		"no version":        {testGroup, "platform", testDay, testDay + day},
		"a path of its own": {testGroup, "../x-1", testDay, testDay + day},
		"no group":          {Group{}, Platform, testDay, testDay + day},
	} {
		if _, err := a.Create(c); err == nil {
			t.Errorf("%s: written", what)
		}
		if _, err := read(a, c); err == nil {
			t.Errorf("%s: read", what)
		}
		if _, err := a.Path(c); err == nil {
			t.Errorf("%s: has a path", what)
		}
	}
	last := Cell{testGroup, Platform, lastDay + 23*hour, lastDay + day}
	name, err := a.Path(last)
	if err != nil || !strings.HasSuffix(name, "9999-12-31T23.jsonl.zst") {
		t.Error(name, err)
	}
	if names := files(t, a); len(names) > 0 {
		t.Error(names)
	}
}
