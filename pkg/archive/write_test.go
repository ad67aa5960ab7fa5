package archive

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/coldstats/coldstats/pkg/logs"
)

// TestAddRefuses adds what is no part of the cell. The cell is lost with it.
func TestAddRefuses(t *testing.T) {
	var streams logs.Streams
	own := streamOf(&streams, testGroup, "s")
	other := streams.Of(nil, []byte("/aws/lambda/other"), []byte("s"))
	good := logs.Event{Time: logs.At(testDay + 5), Stream: own}
	for what, bad := range map[string]logs.Event{
		"is not one of it":   {Time: logs.At(testDay + 6), Stream: other},
		"lies outside it":    {Time: logs.At(testDay + day), Stream: own},
		`at "" lies outside`: {Stream: own},
		"comes after one":    {Time: logs.At(testDay + 4), Stream: own},
	} {
		a := newArchive(t)
		w, err := a.Create(testCell)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Add(&good); err != nil {
			t.Fatal(err)
		}
		if err := w.Add(&bad); err == nil || !strings.Contains(err.Error(), what) || !strings.Contains(err.Error(), "2026-11-23.jsonl.zst") {
			t.Errorf("%q: %v", what, err)
		}
		if err := w.Add(&good); err == nil {
			t.Errorf("%q: more was added", what)
		}
		if err := w.Commit(); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%q: %v", what, err)
		}
		if names := files(t, a); len(names) > 0 {
			t.Errorf("%q leaves %q", what, names)
		}
	}
}

// TestCommitOnce commits and gives up twice.
func TestCommitOnce(t *testing.T) {
	a := newArchive(t)
	w, err := a.Create(testCell)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(); err == nil {
		t.Error("it was committed twice")
	}
	w.Abort()
	if names := files(t, a); !slices.Equal(names, []string{testFolder + "2026-11-23.jsonl.zst"}) {
		t.Error(names)
	}
	w, err = a.Create(testCell)
	if err != nil {
		t.Fatal(err)
	}
	w.Abort()
	w.Abort()
	if err := w.Commit(); err == nil {
		t.Error("it was committed after it was given up")
	}
	if events, err := read(a, testCell); len(events) > 0 || err != nil {
		t.Error(events, err)
	}
}

// full is a disk on which room is left for some writes.
type full struct {
	to   io.Writer
	room int
}

func (f *full) Write(p []byte) (int, error) {
	if f.room--; f.room < 0 {
		n, _ := f.to.Write(p[:len(p)/2])
		return n, &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
	}
	return f.to.Write(p)
}

// manyEvents are so many that zstd writes in between.
func manyEvents() []logs.Event { return benchEvents(6000, false) }

// TestDiskFull lets each write fail in turn.
func TestDiskFull(t *testing.T) {
	events := manyEvents()
	for room := 0; ; room++ {
		a := newArchive(t)
		w, err := a.Create(testCell)
		if err != nil {
			t.Fatal(err)
		}
		w.out.to = &full{w.out.to, room}
		for i := range events {
			if err = w.Add(&events[i]); err != nil {
				break
			}
		}
		if committed := w.Commit(); committed == nil {
			if err != nil || room < 4 {
				t.Fatalf("committed with room for %d writes, %v", room, err)
			}
			return
		} else if !errors.Is(committed, syscall.ENOSPC) || !strings.Contains(committed.Error(), "the disk is full") {
			t.Fatal(committed)
		}
		if names := files(t, a); len(names) > 0 {
			t.Fatalf("%q is left of a cell with room for %d writes", names, room)
		}
	}
}

// TestKilledWriter ends a process that writes cells, at different moments, and
// looks at what it leaves: whole cells, and temporary files that the next writer
// of the folder removes.
func TestKilledWriter(t *testing.T) {
	if dir := os.Getenv("ARCHIVE_TEST_WRITER"); dir != "" {
		writeUntilKilled(t, dir)
		return
	}
	for _, steps := range []int{1, 2, 3, 4, 5, 6, 7, 8, 100} {
		a := newArchive(t)
		killAfter(t, a, steps)
		cells, err := a.Cells(testGroup, Platform, Span{0, testDay + day})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cells {
			if events, err := read(a, c); err != nil || len(events) != 6000 {
				t.Errorf("after %d steps: %d events, %v", steps, len(events), err)
			}
		}
		left := len(files(t, a)) - len(cells)
		if left > 1 {
			t.Errorf("after %d steps: %d files beside the cells", steps, left)
		}
		write(t, a, testCell, nil)
		if names := files(t, a); left > 0 && slices.ContainsFunc(names, func(s string) bool { return strings.HasSuffix(s, temporaryTail) }) {
			t.Errorf("after %d steps: %q stay", steps, names)
		}
	}
}

// killAfter starts a process that writes cells to a and kills it when it has
// told of some steps.
func killAfter(t *testing.T, a *Archive, steps int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilledWriter$")
	cmd.Env = append(os.Environ(), "ARCHIVE_TEST_WRITER="+a.Dir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	told := bufio.NewScanner(out)
	for range steps {
		if !told.Scan() {
			t.Error("the writer ended by itself")
			break
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait() // it was killed
}

// writeUntilKilled writes a cell for hour after hour and tells of its steps.
func writeUntilKilled(t *testing.T, dir string) {
	a, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	events := manyEvents()
	for h := range int64(24) {
		cell := Cell{testGroup, Platform, testDay + h*hour, testDay + (h+1)*hour}
		w, err := a.Create(cell)
		if err != nil {
			t.Fatal(err)
		}
		for i := range events {
			e := events[i]
			e.Time = logs.At(cell.Start + int64(i))
			if err := w.Add(&e); err != nil {
				t.Fatal(err)
			}
			if i%1500 == 0 {
				fmt.Println("added", i)
			}
		}
		if err := w.Commit(); err != nil {
			t.Fatal(err)
		}
		fmt.Println("committed", h)
	}
	_, _ = io.Copy(io.Discard, os.Stdin) // which is empty
}

// TestTwoWriters lets several writers commit one cell while it is read.
func TestTwoWriters(t *testing.T) {
	a := newArchive(t)
	events, want := fewEvents()
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		writers.Go(func() {
			for range 10 {
				write(t, a, testCell, events)
			}
		})
	}
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if got, err := read(a, testCell); !errors.Is(err, fs.ErrNotExist) && (err != nil || !slices.Equal(got, want)) {
					t.Errorf("%v, %v", got, err)
					return
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	if names := files(t, a); !slices.Equal(names, []string{testFolder + "2026-11-23.jsonl.zst"}) {
		t.Error(names)
	}
}

// TestSweep leaves the temporary files of those who may live.
func TestSweep(t *testing.T) {
	gone := exec.Command(os.Args[0], "-test.run=^$")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	a := newArchive(t)
	for _, tt := range []struct {
		name string // behind that of the cell
		age  time.Duration
		want bool
	}{
		{fmt.Sprintf(".%s-%d-00000001.tmp", thisMachine(), gone.Process.Pid), 0, false},
		{fmt.Sprintf(".%s-%d-00000002.tmp", thisMachine(), os.Getpid()), 0, true},
		{fmt.Sprintf(".%s-%d-00000003.tmp", thisMachine(), os.Getpid()), 48 * time.Hour, true},
		{fmt.Sprintf(".%s-%d-00000004.tmp", thisMachine(), os.Getppid()), 23 * time.Hour, true},
		{fmt.Sprintf(".%s-%d-00000005.tmp", thisMachine(), os.Getppid()), 25 * time.Hour, false},
		{".elsewhere-1-00000006.tmp", 23 * time.Hour, true},
		{".elsewhere-1-00000007.tmp", 25 * time.Hour, false},
		{".elsewhere-0-00000008.tmp", 25 * time.Hour, true},
		{".elsewhere.tmp", 25 * time.Hour, true},
		{".tmp", 25 * time.Hour, true},
	} {
		full := put(t, a, testFolder+".2026-11-23.jsonl.zst"+tt.name, nil)
		when := time.Now().Add(-tt.age)
		if err := os.Chtimes(full, when, when); err != nil {
			t.Fatal(err)
		}
		write(t, a, Cell{testGroup, Platform, 0, hour}, nil)
		if _, err := os.Stat(full); (err == nil) != tt.want {
			t.Errorf("%s, %s old: %v", tt.name, tt.age, err)
		}
	}
}

// TestPrivate checks that nobody else may read what was logged.
func TestPrivate(t *testing.T) {
	a := newArchive(t)
	write(t, a, testCell, nil)
	err := filepath.WalkDir(a.Dir(), func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoFolder writes where a file stands in the way.
func TestNoFolder(t *testing.T) {
	a := newArchive(t)
	put(t, a, "aws/eu-west-1", nil)
	if _, err := a.Create(testCell); err == nil || !strings.Contains(err.Error(), "writing the archive cell") {
		t.Error(err)
	}
	if names := files(t, a); !slices.Equal(names, []string{"aws/eu-west-1"}) {
		t.Error(names)
	}
}

// TestInTheWay commits where a folder has the cell's name.
func TestInTheWay(t *testing.T) {
	a := newArchive(t)
	name := testFolder + "2026-11-23.jsonl.zst/file"
	put(t, a, name, nil)
	w, err := a.Create(testCell)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(); err == nil {
		t.Error("it was committed")
	}
	if names := files(t, a); !slices.Equal(names, []string{name}) {
		t.Error(names)
	}
}

// FuzzLine checks that what is written is read, and that it is JSON that says
// the same.
func FuzzLine(f *testing.F) {
	_, want := fewEvents()
	for _, w := range want {
		f.Add(w.time, w.stream, w.message)
	}
	f.Add(int64(0), "\xff\xfe", "a\xc3(b\xed\xa0\x80")
	owner := ownerOf(arnParts{account: "123456789012", name: `/a"\b`})
	f.Fuzz(func(t *testing.T, millis int64, stream, message string) {
		millis = max(0, min(millis, lastDay+day-1))
		line := appendLine([]byte("before"), millis, owner, stream, []byte(message))[len("before"):]
		var event struct {
			Timestamp                           int64
			Owner, LogGroup, LogStream, Message string
		}
		if err := json.Unmarshal(line, &event); err != nil || strings.Count(string(line), "\n") != 1 {
			t.Fatalf("%q: %v", line, err)
		}
		validStream, validMessage := string([]rune(stream)), string([]rune(message))
		if event.Timestamp != millis || event.Owner != "123456789012" || event.LogGroup != `/a"\b` || event.LogStream != validStream || event.Message != validMessage {
			t.Errorf("%q is %+v", line, event)
		}
		gotMillis, gotStream, gotMessage, ok := parseLine(line[:len(line)-1], owner)
		if !ok || gotMillis != millis || string(gotStream) != validStream || string(gotMessage) != validMessage {
			t.Errorf("%d, %q, %q, %v; want %d, %q, %q", gotMillis, gotStream, gotMessage, ok, millis, stream, message)
		}
	})
}
