package fetch_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coldstats/coldstats/pkg/archive"
	"github.com/coldstats/coldstats/pkg/awsapi"
	"github.com/coldstats/coldstats/pkg/awstest"
	"github.com/coldstats/coldstats/pkg/fetch"
	"github.com/coldstats/coldstats/pkg/logs"
)

const (
	hour = int64(time.Hour / time.Millisecond)
	day  = 24 * hour
	// now is 2026-01-08T12:34:56Z, and today its midnight.
	now   = today + 12*hour + 34*60_000 + 56_000
	today = 1767830400000
)

// fixture is a log group of a loopback AWS, whose clock advances by a ms a look.
type fixture struct {
	server *awstest.Server
	group  *awstest.LogGroup
	region *awsapi.Region
	target *awsapi.Target
	clock  atomic.Int64
}

func newFixture(t *testing.T, group awstest.Group, options awstest.Options) *fixture {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
	f := new(fixture)
	f.clock.Store(now)
	options.Now = func() time.Time { return time.UnixMilli(f.clock.Add(1)) }
	options.Sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	f.server = awstest.NewServer(t, options)
	group.Name = "/aws/lambda/checkout"
	f.group = f.server.Region("eu-west-1").Group(group)
	account, err := awsapi.Load(t.Context(), awsapi.Options{
		EndpointURL: f.server.URL(), Regions: []string{"eu-west-1"},
		Backoff: func(int) time.Duration { return 0 },
	})
	if err != nil {
		t.Fatal(err)
	}
	f.region = account.Region("eu-west-1")
	f.target = &awsapi.Target{Region: "eu-west-1", Account: "123456789012", Function: "checkout", Group: awsapi.Group{
		Name: group.Name, ARN: f.group.ARN(), Class: "STANDARD", RetentionDays: group.RetentionDays, CreatedMillis: group.CreatedMillis,
	}}
	return f
}

// put puts n events of the last seven days into the group, most of them reports
// and some of them of one time, and returns what is to be fetched of them.
func (f *fixture) put(n int, seed uint64) (want []string) {
	return f.putBetween(n, seed, now-7*day, now)
}

func (f *fixture) putBetween(n int, seed uint64, from, to int64) (want []string) {
	random := rand.New(rand.NewPCG(seed, 0))
	times := make([]int64, n)
	for i := range times {
		times[i] = from + random.Int64N(to-from)
		if i > 0 && random.IntN(4) == 0 {
			times[i] = times[i-1]
		}
	}
	slices.Sort(times)
	events := make([]awstest.Event, n)
	for i, millis := range times {
		e := &events[i]
		e.TimestampMillis = millis
		e.Stream = fmt.Sprintf("2026/01/01/[$LATEST]%032x", random.IntN(20))
		switch i % 7 {
		case 3:
			e.Message = fmt.Sprintf("user line %d quotes REPORT RequestId: 1 \"\u2028\n", i)
			continue
		case 5:
			e.Message = fmt.Sprintf(`{"time":"x","type":"platform.report","record":{"requestId":"%d"}}`, i)
		default:
			e.Message = fmt.Sprintf("REPORT RequestId: %d\tDuration: 1.00 ms\t\n", i)
		}
		want = append(want, fmt.Sprint(millis, " ", e.Stream, " ", e.Message))
	}
	f.group.Put(events...)
	return want
}

func keep(message []byte) bool { return !bytes.HasPrefix(message, []byte("user ")) }

// options are those of a fetch into an archive of the test's own.
func options(t *testing.T) fetch.Options {
	t.Helper()
	a, err := archive.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return fetch.Options{
		Archive: a, Keep: keep, Limiter: fetch.NewLimiter(math.Inf(1)),
		Now: func() time.Time { return time.UnixMilli(now) },
	}
}

func (f *fixture) source(t *testing.T, options fetch.Options) *fetch.Source {
	t.Helper()
	return f.sourceOf(t, now-7*day, now, options)
}

func (f *fixture) sourceOf(t *testing.T, from, to int64, options fetch.Options) *fetch.Source {
	t.Helper()
	s, err := fetch.New(f.region, f.target, logs.Window{Start: logs.At(from), End: logs.At(to)}, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// read returns the events of a source that has run.
func read(t *testing.T, s *fetch.Source) (events []string) {
	t.Helper()
	for e, err := range s.Events(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, fmt.Sprint(e.Time.Millis, " ", e.Stream.Name, " ", string(e.Message)))
	}
	return events
}

// fetched runs a source and returns its events.
func (f *fixture) fetched(t *testing.T, options fetch.Options) (events []string, coverage logs.Coverage) {
	t.Helper()
	s := f.source(t, options)
	if err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	events = read(t, s)
	return events, s.Coverage()
}

func compare(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d events, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("event %d is %q, want %q", i, got[i], want[i])
		}
	}
}

func TestExactlyWhatThereIs(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults awstest.Faults
		scan   int
	}{
		{name: "nothing goes wrong", scan: 300},
		{name: "large pages", scan: 100_000},
		{name: "throttled", scan: 300, faults: awstest.Faults{Rate: 200, Burst: 3}},
		{name: "broken connections", scan: 300, faults: awstest.Faults{Unavailable: 0.2, Reset: 0.1, Truncate: 0.1, Slow: 0.2}},
		{name: "empty pages", scan: 300, faults: awstest.Faults{Empty: 0.4}},
		{name: "tokens", scan: 300, faults: awstest.Faults{RepeatToken: 0.3, ExpireToken: 0.3}},
		{name: "everything", scan: 50, faults: awstest.Faults{
			Rate: 200, Burst: 3, Unavailable: 0.1, Reset: 0.1, Truncate: 0.1, Slow: 0.1, Empty: 0.2, RepeatToken: 0.1, ExpireToken: 0.1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t, awstest.Group{}, awstest.Options{ScanEvents: c.scan, Seed: 7})
			want := f.put(20_000, 1)
			f.server.SetFaults("FilterLogEvents", c.faults)
			got, coverage := f.fetched(t, options(t))
			for _, gap := range coverage.Gaps {
				t.Error(gap.Reason)
			}
			compare(t, got, want)
			if coverage.Events != uint64(len(want)) || coverage.Bytes == 0 {
				t.Errorf("coverage: %d events, %d bytes", coverage.Events, coverage.Bytes)
			}
			if calls := f.server.Counts("FilterLogEvents"); c.faults.Rate > 0 && calls.Throttled == 0 {
				t.Errorf("nothing was throttled in %d calls", calls.Calls)
			}
		})
	}
}

// A page of 300 events of 20,000: 67 pages at least.
func TestCuttingCostsFewCalls(t *testing.T) {
	f := newFixture(t, awstest.Group{}, awstest.Options{ScanEvents: 300})
	f.put(20_000, 1)
	f.fetched(t, options(t))
	if calls := f.server.Counts("FilterLogEvents").Calls; calls > 67*5/4 {
		t.Errorf("%d calls for 67 pages", calls)
	}
}

func TestOneCallForFewEvents(t *testing.T) {
	f := newFixture(t, awstest.Group{}, awstest.Options{})
	want := f.put(200, 1)
	got, _ := f.fetched(t, options(t))
	compare(t, got, want)
	if calls := f.server.Counts("FilterLogEvents").Calls; calls != 1 {
		t.Errorf("%d calls for seven days of 200 events", calls)
	}
}

func TestClosedDaysAreFetchedOnce(t *testing.T) {
	f := newFixture(t, awstest.Group{}, awstest.Options{ScanEvents: 300})
	want := f.put(20_000, 1)
	o := options(t)
	f.fetched(t, o)
	f.server.Reset()
	got, _ := f.fetched(t, o)
	compare(t, got, want)
	for _, call := range f.server.Calls() {
		if *call.StartMillis < now-now%hour {
			t.Errorf("asked again from %v on", logs.At(*call.StartMillis))
		}
	}
	f.server.Reset()
	s := f.sourceOf(t, today-5*day, today-day, o)
	if err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := read(t, s); len(got) == 0 {
		t.Error("no events of closed days")
	}
	if calls := f.server.Counts("").Calls; calls > 0 {
		t.Errorf("%d calls for what is kept", calls)
	}
}

// The events of many streams may share a millisecond: more of them than fit a
// page, at which no slice can be cut.
func TestManyEventsOfOneTime(t *testing.T) {
	f := newFixture(t, awstest.Group{}, awstest.Options{ScanEvents: 100, Seed: 3})
	f.server.SetFaults("FilterLogEvents", awstest.Faults{RepeatToken: 0.2})
	var want []string
	for i := range 5000 {
		millis := today - day + int64(i/2000)
		e := awstest.Event{TimestampMillis: millis, Stream: "2026/01/07/[1]a", Message: fmt.Sprintf("REPORT RequestId: %d", i)}
		f.group.Put(e)
		want = append(want, fmt.Sprint(millis, " ", e.Stream, " ", e.Message))
	}
	got, _ := f.fetched(t, options(t))
	compare(t, got, want)
}

func TestLateEvents(t *testing.T) {
	f := newFixture(t, awstest.Group{}, awstest.Options{})
	want := f.put(1000, 1)
	o := options(t)
	got, coverage := f.fetched(t, o)
	compare(t, got, want)
	if !slices.ContainsFunc(coverage.Notes, func(n string) bool { return strings.Contains(n, "events of the last 15m0s") }) {
		t.Errorf("notes: %q", coverage.Notes)
	}
	late := awstest.Event{TimestampMillis: now - 14*60_000, Stream: "2026/01/08/[1]a", Message: "REPORT RequestId: late"}
	f.group.Put(late)
	want = append(want, fmt.Sprint(late.TimestampMillis, " ", late.Stream, " ", late.Message))
	slices.SortStableFunc(want, func(a, b string) int { return strings.Compare(a[:13], b[:13]) })
	got, _ = f.fetched(t, o)
	compare(t, got, want)
}

func TestAtMostFourPagesAreDecoded(t *testing.T) {
	f := newFixture(t, awstest.Group{}, awstest.Options{ScanEvents: 100})
	want := f.put(20_000, 1)
	o := options(t)
	var now, most atomic.Int64
	o.Keep = func(message []byte) bool {
		n := now.Add(1)
		defer now.Add(-1)
		for seen := most.Load(); n > seen && !most.CompareAndSwap(seen, n); seen = most.Load() {
		}
		return keep(message)
	}
	got, _ := f.fetched(t, o)
	compare(t, got, want)
	if most.Load() > 4 {
		t.Errorf("%d pages at once", most.Load())
	}
}

func TestProgress(t *testing.T) {
	f := newFixture(t, awstest.Group{}, awstest.Options{ScanEvents: 300})
	want := f.put(20_000, 1)
	o := options(t)
	var all []fetch.Progress
	o.Progress = func(p fetch.Progress) { all = append(all, p) }
	f.fetched(t, o)
	for i := 1; i < len(all); i++ {
		if all[i].Covered < all[i-1].Covered || all[i].Events < all[i-1].Events || all[i].Calls < all[i-1].Calls {
			t.Errorf("from %+v to %+v", all[i-1], all[i])
		}
	}
	last := all[len(all)-1]
	calls := uint64(f.server.Counts("FilterLogEvents").Calls)
	if last.Covered != last.Total || last.Total < 7*24*time.Hour || last.Events < uint64(len(want)) || last.Calls != calls || last.Throttles != 0 {
		t.Errorf("at the end %+v, with %d calls", last, calls)
	}
}
