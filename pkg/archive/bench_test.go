package archive

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/coldstats/coldstats/pkg/logs"
)

// benchEvents are the reports of n invocations of a busy day, in 300 sandboxes.
func benchEvents(n int, asJSON bool) []logs.Event {
	rng := rand.New(rand.NewPCG(1, 2))
	var streams logs.Streams
	sandboxes := make([]*logs.Stream, 300)
	for i := range sandboxes {
		sandboxes[i] = streamOf(&streams, testGroup, fmt.Sprintf("2026/11/23/[$LATEST]%016x%016x", rng.Uint64(), rng.Uint64()))
	}
	events := make([]logs.Event, n)
	for i := range events {
		id := fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", rng.Uint32(), rng.IntN(1<<16), rng.IntN(1<<12), rng.IntN(1<<16), rng.Int64N(1<<48))
		at := logs.At(testDay + int64(i)*day/int64(n))
		millis := 5 + 20*rng.ExpFloat64()
		text := fmt.Sprintf("REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: 512 MB\tMax Memory Used: %d MB\t\n",
			id, millis, int(millis)+1, 80+rng.IntN(12))
		if asJSON {
			text = fmt.Sprintf(`{"time":"%s","type":"platform.report","record":{"requestId":"%s","metrics":{"durationMs":%.3f,"billedDurationMs":%d,"memorySizeMB":512,"maxMemoryUsedMB":%d},"status":"success"}}`,
				at, id, millis, int(millis)+1, 80+rng.IntN(12))
		}
		events[i] = logs.Event{Time: at, Message: []byte(text), Stream: sandboxes[rng.IntN(len(sandboxes))]}
	}
	return events
}

var benchForms = []struct {
	name string
	json bool
}{{"text", false}, {"json", true}}

func BenchmarkWrite(b *testing.B) {
	for _, form := range benchForms {
		b.Run(form.name, func(b *testing.B) {
			a := newArchive(b)
			events := benchEvents(200_000, form.json)
			b.ReportAllocs()
			for b.Loop() {
				write(b, a, testCell, events)
			}
			perRecord(b, a, len(events))
		})
	}
}

func BenchmarkRead(b *testing.B) {
	for _, form := range benchForms {
		b.Run(form.name, func(b *testing.B) {
			a := newArchive(b)
			events := benchEvents(200_000, form.json)
			write(b, a, testCell, events)
			b.ReportAllocs()
			for b.Loop() {
				var streams logs.Streams
				n := 0
				for _, err := range a.Read(testCell, &streams) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != len(events) {
					b.Fatal(n)
				}
			}
			perRecord(b, a, len(events))
		})
	}
}

// BenchmarkReadSmall reads a cell of five events, which is what an hour of a
// quiet function is.
func BenchmarkReadSmall(b *testing.B) {
	a := newArchive(b)
	events, _ := fewEvents()
	write(b, a, testCell, events)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := read(a, testCell); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWriteSmall writes one.
func BenchmarkWriteSmall(b *testing.B) {
	a := newArchive(b)
	events, _ := fewEvents()
	b.ReportAllocs()
	for b.Loop() {
		write(b, a, testCell, events)
	}
}

// perRecord reports figures of one record.
func perRecord(b *testing.B, a *Archive, records int) {
	b.Helper()
	name, err := a.Path(testCell)
	if err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(name)
	if err != nil {
		b.Fatal(err)
	}
	total := float64(records) * float64(b.N)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/total, "ns/record")
	b.ReportMetric(total/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(info.Size())/float64(records), "B/record")
}
