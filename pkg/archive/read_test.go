package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/coldstats/coldstats/pkg/logs"
)

// cellBytes returns the file of a cell of fewEvents.
func cellBytes(tb testing.TB) []byte {
	tb.Helper()
	a := newArchive(tb)
	events, _ := fewEvents()
	write(tb, a, testCell, events)
	content, err := os.ReadFile(a.absolute(testFolder + "2026-11-23.jsonl.zst"))
	if err != nil {
		tb.Fatal(err)
	}
	return content
}

// TestRead reads what was written, whose long lines do not fit the buffer.
func TestRead(t *testing.T) {
	a := newArchive(t)
	events, want := fewEvents()
	long := strings.Repeat("a\t", 512<<10)
	events[1].Message, want[1].message = []byte(long), long
	write(t, a, testCell, events)

	var streams logs.Streams
	var first *logs.Stream
	i := 0
	for e, err := range a.Read(testCell, &streams) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Time != logs.At(want[i].time) || string(e.Message) != want[i].message || e.Stream.Name != want[i].stream {
			t.Errorf("event %d: %s %q %.100q", i, e.Time, e.Stream.Name, e.Message)
		}
		if e.Source != testGroup.ARN || e.Line != 0 || e.Stream.Account != "123456789012" || e.Stream.Group != "/aws/lambda/checkout" {
			t.Errorf("event %d is of %q, line %d, %+v", i, e.Source, e.Line, e.Stream)
		}
		if i == 0 {
			first = e.Stream
		}
		i++
	}
	if i != len(want) {
		t.Errorf("%d events", i)
	}
	if first != streamOf(&streams, testGroup, want[0].stream) || first.Sandbox != "a13a" {
		t.Errorf("the stream %+v is not interned", first)
	}
	for _, err := range a.Read(testCell, &streams) {
		if err != nil {
			t.Error(err)
		}
		break // wants no more
	}
}

// TestContent reads a cell as any other program would.
func TestContent(t *testing.T) {
	zip, err := zstd.NewReader(bytes.NewReader(cellBytes(t)))
	if err != nil {
		t.Fatal(err)
	}
	defer zip.Close()
	text, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	const first = `{"timestamp":1795392000000,"owner":"123456789012","logGroup":"/aws/lambda/checkout","logStream":"2026/11/23/[$LATEST]a13a",` +
		`"message":"REPORT RequestId: 1\tDuration: 2.46 ms\t\n"}` + "\n"
	if lines[0] != first {
		t.Error(lines[0])
	}
	_, want := fewEvents()
	for i, w := range want {
		var event struct {
			Timestamp          int64
			LogStream, Message string
		}
		if err := json.Unmarshal([]byte(lines[i]), &event); err != nil || (got{event.Timestamp, event.LogStream, event.Message}) != w {
			t.Errorf("%s: %v", lines[i], err)
		}
	}
	if len(lines) != len(want)+1 || lines[len(lines)-1] != "" {
		t.Errorf("%d lines", len(lines))
	}
}

// TestDamage cuts a cell at each byte, changes each bit and adds to it. Each is
// noticed before the first event.
func TestDamage(t *testing.T) {
	a := newArchive(t)
	whole := cellBytes(t)
	check := func(what string, at int, content []byte) {
		t.Helper()
		put(t, a, testFolder+"2026-11-23.jsonl.zst", content)
		events, err := read(a, testCell)
		if damaged := new(DamagedError); !errors.As(err, &damaged) || len(events) > 0 ||
			damaged.Path != a.absolute(testFolder+"2026-11-23.jsonl.zst") || damaged.Reason == "" {
			t.Errorf("%s %d: %d events, %v", what, at, len(events), err)
		}
	}
	for i := range whole {
		check("cut at", i, whole[:i])
		for bit := range 8 {
			changed := slices.Clone(whole)
			changed[i] ^= 1 << bit
			check("changed at", i, changed)
		}
	}
	check("added a byte at", len(whole), append(slices.Clone(whole), 0))
	check("doubled at", len(whole), slices.Concat(whole, whole))
}

// seal makes a file that is whole of what stands before the trailer.
func seal(body []byte, events uint64) []byte {
	return sealAs(body, trailerOf(testCell, events, crc32.Checksum(body, castagnoli)))
}

func sealAs(body []byte, t trailer) []byte { return append(slices.Clone(body), t.frame()...) }

// packed returns a file that is whole and holds text.
func packed(tb testing.TB, text string, events uint64) []byte {
	tb.Helper()
	zip, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(windowSize))
	if err != nil {
		tb.Fatal(err)
	}
	defer zip.Close()
	return seal(zip.EncodeAll([]byte(text), nil), events)
}

// TestForeign reads files that are whole and no such cell.
func TestForeign(t *testing.T) {
	line := func(millis int64) string {
		return string(appendLine(nil, millis, ownerOf(arnParts{account: "123456789012", name: "/aws/lambda/checkout"}), "s", []byte("m\t")))
	}
	otherCell := testCell
	otherCell.Group.Created++
	otherFormat := trailerOf(testCell, 0, 0)
	otherFormat.Cell++
	for what, tt := range map[string]struct {
		content []byte
		reason  string
	}{
		"no zstd":           {seal([]byte("hello"), 0), "magic"},
		"no frame":          {seal(nil, 1), "it holds 0 events and not 1"},
		"another group":     {sealAs(nil, trailerOf(otherCell, 0, 0)), "another cell"},
		"another format":    {sealAs(nil, otherFormat), "another version"},
		"a wrong sum":       {sealAs([]byte("hello"), trailerOf(testCell, 0, 1)), "checksum"},
		"an event too many": {packed(t, line(testDay), 0), "it holds 1 events and not 0"},
		"an event too few":  {packed(t, line(testDay), 2), "it holds 1 events and not 2"},
		"half an event":     {packed(t, strings.TrimSuffix(line(testDay), "\n"), 0), "0 events"},
		"of another day":    {packed(t, line(testDay+day), 1), "its line 1 is not an event"},
		"a huge time":       {packed(t, strings.Replace(line(testDay), ":", ":99999999999999999999", 1), 1), "its line 1"},
		"no time":           {packed(t, strings.Replace(line(testDay), "1795392000000", "", 1), 1), "its line 1"},
		"another owner":     {packed(t, strings.Replace(line(testDay), "12345", "12346", 1), 1), "its line 1"},
		"no stream":         {packed(t, strings.Replace(line(testDay), "message", "massage", 1), 1), "its line 1"},
		"no end":            {packed(t, strings.Replace(line(testDay), `"}`, `"]`, 1), 1), "its line 1"},
		"a wrong escape":    {packed(t, strings.Replace(line(testDay), `\t`, `\x`, 1), 1), "its line 1"},
		"half an escape":    {packed(t, strings.Replace(line(testDay), `\t`, `\`, 1), 1), "its line 1"},
		"no control":        {packed(t, strings.Replace(line(testDay), `\t`, `\u0041`, 1), 1), "its line 1"},
		"a cut control":     {packed(t, strings.Replace(line(testDay), `\t`, `\u00`, 1), 1), "its line 1"},
		"a stream's escape": {packed(t, strings.Replace(line(testDay), `"s"`, `"\u"`, 1), 1), "its line 1"},
		"an empty line":     {packed(t, "\n", 1), "its line 1"},
	} {
		a := newArchive(t)
		put(t, a, testFolder+"2026-11-23.jsonl.zst", tt.content)
		_, err := read(a, testCell)
		if damaged := new(DamagedError); !errors.As(err, &damaged) || !strings.Contains(err.Error(), tt.reason) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestNotRegular reads a folder and, where there are links, a link that leads
// out of the archive to a cell that is whole.
func TestNotRegular(t *testing.T) {
	a := newArchive(t)
	name := testFolder + "2026-11-23.jsonl.zst"
	put(t, a, name+"/file", nil)
	if _, err := read(a, testCell); err == nil {
		t.Error("a folder was read")
	}
	if cells, err := a.Cells(testGroup, Platform, Span{0, testDay + day}); len(cells) > 0 || err != nil {
		t.Error(cells, err)
	}

	elsewhere := newArchive(t)
	if err := os.RemoveAll(a.absolute(name)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(put(t, elsewhere, "cell", cellBytes(t)), a.absolute(name)); err != nil {
		t.Skip(err)
	}
	if events, err := read(a, testCell); err == nil {
		t.Errorf("%d events from outside", len(events))
	}
	if cells, err := a.Cells(testGroup, Platform, Span{0, testDay + day}); len(cells) > 0 || err != nil {
		t.Error(cells, err)
	}
	events, want := fewEvents()
	write(t, a, testCell, events)
	if got, err := read(a, testCell); err != nil || !slices.Equal(got, want) {
		t.Error(got, err)
	}
	if n := len(files(t, elsewhere)); n != 1 {
		t.Errorf("%d files outside", n)
	}
}

// FuzzRead reads any file as a cell, also one with a checksum that is right. The
// events that are lent are the cell's, and what has no error is what the trailer
// counts.
func FuzzRead(f *testing.F) {
	whole := cellBytes(f)
	f.Add(whole, false)
	f.Add(whole[:bytes.LastIndex(whole, []byte{0x5c, 0x2a, 0x4d, 0x18})], true)
	f.Add(packed(f, "{", 3), false)
	f.Add([]byte(nil), true)
	a := newArchive(f)
	f.Fuzz(func(t *testing.T, content []byte, sealed bool) {
		if sealed {
			content = seal(content, 5)
		}
		put(t, a, testFolder+"2026-11-23.jsonl.zst", content)
		events, err := read(a, testCell)
		for _, e := range events {
			if e.time < testDay || testDay+day <= e.time {
				t.Errorf("an event at %d", e.time)
			}
		}
		if damaged := new(DamagedError); err != nil && !errors.As(err, &damaged) || err == nil && len(events) != 5 {
			t.Errorf("%d events of 5, %v", len(events), err)
		}
	})
}
