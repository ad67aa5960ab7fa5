//go:build unix

// The program fetch is both ends of the measurement that ../fetch.sh makes: an
// AWS on the loopback interface with a log group of a week of reports, and who
// reads it. They are two processes, so that the memory of one is not the other's.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"syscall"
	"time"

	"github.com/coldstats/coldstats/pkg/archive"
	"github.com/coldstats/coldstats/pkg/awsapi"
	"github.com/coldstats/coldstats/pkg/awstest"
	"github.com/coldstats/coldstats/pkg/fetch"
	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

const (
	region = "us-east-1"
	name   = "/aws/lambda/checkout"
	minute = 60_000
	// week is seven days in minutes, from begin: 2026-01-05T00:00:00Z.
	week  = 7 * 24 * 60
	begin = 1767571200000
	end   = begin + week*minute
)

// settings are what both ends have to agree on, and what each is told.
type settings struct {
	pages      int
	quota      float64
	latencyMin time.Duration
	latencyMax time.Duration
	endpoint   string
	archive    string
	tps        float64
	read       int
}

func main() {
	var s settings
	flag.IntVar(&s.pages, "pages", 2000, "serve so many pages of 1 MiB of messages")
	flag.Float64Var(&s.quota, "quota", 25, "serve so many calls a second")
	flag.DurationVar(&s.latencyMin, "latency-min", 300*time.Millisecond, "serve a call in no less than this")
	flag.DurationVar(&s.latencyMax, "latency-max", 500*time.Millisecond, "serve a call in no more than this, and its body")
	flag.StringVar(&s.endpoint, "endpoint", "", "call this URL")
	flag.StringVar(&s.archive, "archive", "", "fetch into this folder")
	flag.Float64Var(&s.tps, "tps", fetch.DefaultRate(awsapi.FilterLogEventsTPS(region)), "make no more calls a second than this")
	flag.IntVar(&s.read, "read", 100, "loop over so many pages")
	flag.Parse()
	run, ok := map[string]func(context.Context, settings) error{"serve": serve, "fetch": fetchAll, "loop": loop}[flag.Arg(0)]
	err := errors.New("the last argument is none of serve, fetch and loop")
	if ok {
		err = run(context.Background(), s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "fetch:", err)
		os.Exit(1)
	}
}

// serve serves until standard input ends. It prints the endpoint, and at the end
// how many calls came.
func serve(_ context.Context, s settings) error {
	server := awstest.New(awstest.Options{})
	group := server.Region(region).Group(awstest.Group{Name: name})
	total := newDigest()
	fill(s.pages, func(events []awstest.Event) {
		group.Put(events...)
		for _, e := range events {
			total.add(e.TimestampMillis, e.Stream, []byte(e.Message))
		}
	})
	if err := server.Start(); err != nil {
		return err
	}
	server.SetFaults("FilterLogEvents", awstest.Faults{Rate: s.quota, LatencyMin: s.latencyMin, LatencyMax: s.latencyMax})
	fmt.Println(server.URL(), total)
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	c := server.Counts("FilterLogEvents")
	fmt.Printf("served %d calls, of them throttled %d, failed %d\n", c.Calls, c.Throttled, c.Failed)
	return server.Close()
}

// fill makes the events of so many pages, minute by minute: five times as many
// at the height of a day as at its depth.
func fill(pages int, put func([]awstest.Event)) {
	random := rand.New(rand.NewPCG(1, 1))
	messages := make([]string, 100_000)
	size := 0
	for i := range messages {
		messages[i] = fmt.Sprintf("REPORT RequestId: %08x-%04x-%04x-%04x-%012x\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: 512 MB\tMax Memory Used: %d MB\t\n",
			random.Uint32(), random.IntN(1<<16), random.IntN(1<<16), random.IntN(1<<16), random.Uint64()>>16,
			5+100*random.ExpFloat64(), 1+random.IntN(500), 80+random.IntN(20))
		size += len(messages[i])
	}
	streams := make([]string, 200)
	for i := range streams {
		streams[i] = fmt.Sprintf("2026/01/05/[$LATEST]%016x%016x", random.Uint64(), random.Uint64())
	}
	total := float64(pages) * (1 << 20) / (float64(size) / float64(len(messages)))
	made := 0
	for m := range week {
		// The integral of 1 + 2/3·sin over the days, up to the end of this minute.
		days := float64(m+1) / (24 * 60)
		until := int(total * (days + 2.0/3/(2*math.Pi)*(1-math.Cos(2*math.Pi*days))) / 7)
		events := make([]awstest.Event, until-made)
		for i := range events {
			n := made + i
			events[i] = awstest.Event{
				TimestampMillis: begin + int64(m)*minute + int64(i)*minute/int64(len(events)),
				Stream:          streams[n%len(streams)],
				Message:         messages[n%len(messages)],
			}
		}
		put(events)
		made = until
	}
}

// digest tells whether two sequences of events are the same.
type digest struct {
	events int
	sum    uint64
}

func newDigest() *digest { return &digest{} }

func (d *digest) add(millis int64, stream string, message []byte) {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, d.sum, millis)
	_, _ = io.WriteString(h, stream)
	_, _ = h.Write(message)
	d.sum = h.Sum64()
	d.events++
}

func (d *digest) String() string { return fmt.Sprintf("%d events %016x", d.events, d.sum) }

// client returns the region at the endpoint and the target in it.
func client(ctx context.Context, s settings) (*awsapi.Region, *awsapi.Target, error) {
	account, err := awsapi.Load(ctx, awsapi.Options{EndpointURL: s.endpoint, Regions: []string{region}})
	if err != nil {
		return nil, nil, err
	}
	spec, err := awsapi.ParseSpec(name)
	if err != nil {
		return nil, nil, err
	}
	found, err := account.Find(ctx, spec)
	if err != nil {
		return nil, nil, err
	}
	return account.Region(region), found.Targets[0], nil
}

// fetchAll fetches the week, prints what that took, and then what there is.
func fetchAll(ctx context.Context, s settings) error {
	r, target, err := client(ctx, s)
	if err != nil {
		return err
	}
	kept, err := archive.Open(s.archive)
	if err != nil {
		return err
	}
	var p fetch.Progress
	source, err := fetch.New(r, target, logs.Window{Start: logs.At(begin), End: logs.At(end)}, fetch.Options{
		Archive: kept, Keep: isRecord, Limiter: fetch.NewLimiter(s.tps), Progress: func(now fetch.Progress) { p = now },
	})
	if err != nil {
		return err
	}
	defer source.Close() //nolint:errcheck // it is empty
	before := cpu()
	began := time.Now()
	if err := source.Run(ctx); err != nil {
		return err
	}
	wall := time.Since(began)
	fmt.Printf("wall %.2f cpu %.2f peak %.1f calls %d throttles %d\n", wall.Seconds(), (cpu() - before).Seconds(), peak(), p.Calls, p.Throttles)
	total := newDigest()
	for e, err := range source.Events(ctx) {
		if err != nil {
			return err
		}
		total.add(e.Time.Millis, e.Stream.Name, e.Message)
	}
	fmt.Println(total)
	for _, gap := range source.Coverage().Gaps {
		fmt.Println("gap", gap.Reason)
	}
	return nil
}

func isRecord(message []byte) bool {
	var record lambdalog.Record
	_, err := lambdalog.Parse(message, &record)
	return err == nil
}

// loop follows the tokens from page to page, as a simple program does, and
// prints how long that took.
func loop(ctx context.Context, s settings) error {
	r, target, err := client(ctx, s)
	if err != nil {
		return err
	}
	q := awsapi.FilterRequest{Group: target.Group.Identifier(), Pattern: fetch.Platform.Pattern, Start: begin, End: end}
	began := time.Now()
	pages := 0
	for ; pages < s.read; pages++ {
		page, err := r.FilterPage(ctx, q, awsapi.Pace{})
		if err != nil {
			return err
		}
		q.Token = page.NextToken
		if q.Token == "" {
			return fmt.Errorf("there are only %d pages", pages+1)
		}
	}
	fmt.Printf("%.3f\n", time.Since(began).Seconds()/float64(pages))
	return nil
}

// usage returns what the process has used so far.
func usage() (u syscall.Rusage) {
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // fails for no such argument
	return u
}

// cpu returns the user and system time of the process.
func cpu() time.Duration {
	u := usage()
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak returns the most memory that the process had resident, in MiB.
func peak() float64 {
	unit := 1 << 10
	if runtime.GOOS == "darwin" {
		unit = 1
	}
	return float64(usage().Maxrss) * float64(unit) / (1 << 20)
}
