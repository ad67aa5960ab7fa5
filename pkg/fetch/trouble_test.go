package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldstats/coldstats/pkg/awsapi"
	"github.com/coldstats/coldstats/pkg/awstest"
	"github.com/coldstats/coldstats/pkg/fetch"
)

func TestDeniedAtOnce(t *testing.T) {
	f := newFixture(t, awstest.Group{}, awstest.Options{})
	f.put(100, 1)
	f.server.SetFaults("FilterLogEvents", awstest.Faults{Denied: true})
	err := f.source(t, options(t)).Run(t.Context())
	var denied *awsapi.DeniedError
	if !errors.As(err, &denied) || denied.Action != "logs:FilterLogEvents" {
		t.Errorf("error %v", err)
	}
	if calls := f.server.Counts("").Calls; calls != 1 {
		t.Errorf("%d calls", calls)
	}
}

// after returns what is called after a number of pages.
func after(pages int, do func()) func(fetch.Progress) {
	return func(fetch.Progress) {
		if pages--; pages == 0 {
			do()
		}
	}
}

func TestDeniedInTheMiddle(t *testing.T) {
	f := newFixture(t, awstest.Group{}, awstest.Options{ScanEvents: 100})
	want := f.put(20_000, 1)
	o := options(t)
	o.Progress = after(60, func() { f.server.SetFaults("FilterLogEvents", awstest.Faults{Denied: true}) })
	f.server.Reset()
	got, coverage := f.fetched(t, o)
	if len(coverage.Gaps) == 0 || coverage.Gaps[0].Source != f.group.ARN() ||
		!strings.HasSuffix(coverage.Gaps[0].Reason, "an IAM policy has to allow logs:FilterLogEvents on "+f.group.ARN()+":log-stream:") {
		t.Errorf("gaps %v", coverage.Gaps)
	}
	if len(got) < 4000 || len(got) >= len(want) {
		t.Errorf("%d events of 60 pages", len(got))
	}
	// What was read is given once and in its order.
	next := 0
	for _, e := range got {
		at := slices.Index(want[next:], e)
		if at < 0 {
			t.Fatalf("%q is out of order or comes twice", e)
		}
		next += at + 1
	}
	if failed := f.server.Counts("FilterLogEvents").Failed; failed > 50 {
		t.Errorf("%d calls were denied", failed)
	}

	f.server.SetFaults("FilterLogEvents", awstest.Faults{})
	o.Progress = nil
	got, coverage = f.fetched(t, o)
	compare(t, got, want)
	if len(coverage.Gaps) > 0 {
		t.Errorf("gaps %v after a whole fetch", coverage.Gaps)
	}
}

// files returns the names and contents of a folder's files.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, dir)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestStoppedAtAnyTimeAndRunAgain(t *testing.T) {
	f := newFixture(t, awstest.Group{}, awstest.Options{ScanEvents: 100, Seed: 5})
	want := f.put(10_000, 1)
	f.server.SetFaults("FilterLogEvents", awstest.Faults{Unavailable: 0.05, Empty: 0.1})
	undisturbed := options(t)
	f.fetched(t, undisturbed)
	names := func(o fetch.Options) (all []string) {
		for name := range files(t, o.Archive.Dir()) {
			all = append(all, name)
		}
		slices.Sort(all)
		return all
	}
	resumed := 0
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		o := options(t)
		for range 2 {
			ctx, cancel := context.WithCancel(t.Context())
			o.Progress = after(1+random.IntN(110), cancel)
			s := f.source(t, o)
			err := s.Run(ctx)
			cancel()
			if err == nil {
				continue // there were fewer pages
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			if len(s.Coverage().Gaps) == 0 {
				t.Error("stopped without a gap")
			}
			if events := read(t, s); !slices.Equal(events, want[:len(events)]) {
				t.Error("what was finished are not the first events")
			} else if len(events) > 0 {
				resumed++
			}
		}
		o.Progress = nil
		got, coverage := f.fetched(t, o)
		compare(t, got, want)
		if len(coverage.Gaps) > 0 {
			t.Errorf("gaps %v", coverage.Gaps)
		}
		if got, want := names(o), names(undisturbed); !slices.Equal(got, want) {
			t.Errorf("files %q, want %q", got, want)
		}
	}
	if resumed < 5 {
		t.Errorf("only %d of the stopped fetches had kept something", resumed)
	}
}

func TestStopsWhileWaiting(t *testing.T) {
	f := newFixture(t, awstest.Group{}, awstest.Options{})
	f.put(100, 1)
	o := options(t)
	o.Limiter = fetch.NewLimiter(1e-6)
	if err := o.Limiter.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("enough")
	time.AfterFunc(time.Millisecond, func() { cancel(reason) })
	if err := f.source(t, o).Run(ctx); !errors.Is(err, reason) || !strings.Contains(err.Error(), "with 0 of ") {
		t.Errorf("error %v", err)
	}
}

func TestLostCellsAreFetchedAgain(t *testing.T) {
	for _, c := range []struct {
		name string
		harm func(path string) error
		note string
		kept int // files moved aside
	}{
		{"damaged", func(path string) error { return os.Truncate(path, 100) }, "it was moved to", 1},
		{"dropped", os.Remove, "and was fetched again", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t, awstest.Group{}, awstest.Options{})
			want := f.put(2000, 1)
			o := options(t)
			s := f.source(t, o)
			if err := s.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			kept, err := o.Archive.List()
			if err != nil || len(kept) < 7 {
				t.Fatalf("%d cells, %v", len(kept), err)
			}
			victim := kept[len(kept)/2]
			if err := c.harm(victim.Path); err != nil {
				t.Fatal(err)
			}
			compare(t, read(t, s), want)
			notes := s.Coverage().Notes
			if !slices.ContainsFunc(notes, func(n string) bool { return strings.Contains(n, victim.Path) && strings.Contains(n, c.note) }) {
				t.Errorf("notes %q", notes)
			}
			aside, err := filepath.Glob(victim.Path + ".damaged*")
			if err != nil || len(aside) != c.kept {
				t.Errorf("moved aside: %q, %v", aside, err)
			}
			f.server.Reset()
			got, _ := f.fetched(t, o)
			compare(t, got, want)
			if calls := f.server.Counts("").Calls; calls != 1 { // for the open end
				t.Errorf("%d calls after that", calls)
			}
		})
	}
}

func TestWithoutAnArchive(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	f := newFixture(t, awstest.Group{}, awstest.Options{})
	want := f.put(2000, 1)
	o := options(t)
	o.Archive = nil
	s := f.source(t, o)
	if err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	compare(t, read(t, s), want)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left := files(t, temp); len(left) > 0 {
		t.Errorf("%d files are left", len(left))
	}
}

func TestRetention(t *testing.T) {
	f := newFixture(t, awstest.Group{RetentionDays: 3, CreatedMillis: now - 100*day}, awstest.Options{})
	all := f.put(2000, 1)
	var want []string
	for _, e := range all {
		var millis int64
		if _, err := fmt.Sscan(e, &millis); err != nil {
			t.Fatal(err)
		}
		if millis >= now-3*day+int64(time.Minute/time.Millisecond) {
			want = append(want, e)
		}
	}
	o := options(t)
	got, coverage := f.fetched(t, o)
	compare(t, got[max(0, len(got)-len(want)):], want)
	if !slices.ContainsFunc(coverage.Notes, func(n string) bool {
		return strings.Contains(n, "has no events before 2026-01-05T12:34:56.000Z (it keeps them for that long)")
	}) {
		t.Errorf("notes %q", coverage.Notes)
	}
	for name := range files(t, o.Archive.Dir()) {
		if strings.Contains(name, "2026-01-05T12") || strings.Contains(name, "2026-01-04") {
			t.Errorf("%s is kept, and its beginning was forgotten", name)
		}
	}
}

// Lambda makes the log group when it has the first events to put there.
func TestEventsOlderThanTheirGroup(t *testing.T) {
	f := newFixture(t, awstest.Group{CreatedMillis: now - 3*day}, awstest.Options{})
	want := f.putBetween(20, 1, now-3*day-int64(time.Minute/time.Millisecond), now-3*day)
	got, _ := f.fetched(t, options(t))
	compare(t, got, want)
}

func TestArchiveOutlivesRetention(t *testing.T) {
	f := newFixture(t, awstest.Group{}, awstest.Options{})
	want := f.put(2000, 1)
	o := options(t)
	f.fetched(t, o)
	f.target.Group.RetentionDays = 2
	got, coverage := f.fetched(t, o)
	compare(t, got, want)
	if len(coverage.Gaps) > 0 {
		t.Errorf("gaps %v", coverage.Gaps)
	}
}

func TestOtherFunctionsAndVersions(t *testing.T) {
	f := newFixture(t, awstest.Group{}, awstest.Options{})
	for i, stream := range []string{"2026/01/07/checkout[7]a", "2026/01/07/basket[7]b", "2026/01/07/checkout[8]c", "app"} {
		f.group.Put(awstest.Event{TimestampMillis: today - day + int64(i), Stream: stream, Message: "REPORT RequestId: " + stream})
	}
	f.target.Shared = true
	f.target.Versions = []awsapi.WeightedVersion{{Version: "7", Weight: 1}}
	got, _ := f.fetched(t, options(t))
	compare(t, got, []string{fmt.Sprint(today-day, " 2026/01/07/checkout[7]a REPORT RequestId: 2026/01/07/checkout[7]a")})
}

func TestColdOnlyIsASelectionOfItsOwn(t *testing.T) {
	f := newFixture(t, awstest.Group{}, awstest.Options{})
	want := f.put(500, 1)
	o := options(t)
	f.fetched(t, o)
	o.Selection = fetch.Cold
	if got, _ := f.fetched(t, o); len(got) > 0 {
		t.Errorf("%d cold events, want none", len(got))
	}
	o.Selection = fetch.Platform
	got, _ := f.fetched(t, o)
	compare(t, got, want)
}
