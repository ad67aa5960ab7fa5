package lambdalog

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// The forms that nearly all of the world's reports have.
const (
	canonicalWarm = "REPORT RequestId: 595492f6-5916-4b98-94e5-a1079dfab87b\tDuration: 12.46 ms\t" +
		"Billed Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 81 MB\t\n"
	canonicalCold = "REPORT RequestId: 595492f6-5916-4b98-94e5-a1079dfab87b\tDuration: 12.46 ms\t" +
		"Billed Duration: 367 ms\tMemory Size: 512 MB\tMax Memory Used: 81 MB\tInit Duration: 354.51 ms\t\n"
	canonicalXRay = "REPORT RequestId: 595492f6-5916-4b98-94e5-a1079dfab87b\tDuration: 12.46 ms\t" +
		"Billed Duration: 367 ms\tMemory Size: 512 MB\tMax Memory Used: 81 MB\tInit Duration: 354.51 ms\t\n" +
		"XRAY TraceId: 1-677faf89-09a6b95269c6e56c4d1ab356\tSegmentId: 7e44b09386b9ab35\tSampled: true\t\n"
	canonicalJSON = `{"time":"2026-10-08T06:53:49.235Z","type":"platform.report","record":{` +
		`"requestId":"595492f6-5916-4b98-94e5-a1079dfab87b","metrics":{"durationMs":12.461,"billedDurationMs":367,` +
		`"memorySizeMB":512,"maxMemoryUsedMB":81,"initDurationMs":354.512},"status":"success"}}` + "\n"
)

func BenchmarkParse(b *testing.B) {
	for _, bench := range []struct{ name, message string }{
		{"warm", canonicalWarm},
		{"cold", canonicalCold},
		{"xray", canonicalXRay},
		{"spaces", strings.ReplaceAll(canonicalCold, "\t", " ")},
		{"json", canonicalJSON},
	} {
		b.Run(bench.name, func(b *testing.B) {
			message := []byte(bench.message)
			b.SetBytes(int64(len(message)))
			b.ReportAllocs()
			var rec Record
			for b.Loop() {
				if _, err := Parse(message, &rec); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// Reports whose numbers have one to five digits, and every twentieth a cold one,
// as a log has them: no branch can be foretold.
func BenchmarkParseReports(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	var messages [][]byte
	size := 0
	for range 1 << 12 {
		millis, hundredths := rng.IntN(10)<<(3*rng.IntN(5)), rng.IntN(100)
		line := fmt.Sprintf("REPORT RequestId: %08x-5916-4b98-94e5-%012x\tDuration: %d.%02d ms\tBilled Duration: %d ms\t"+
			"Memory Size: 512 MB\tMax Memory Used: %d MB\t", rng.Uint32(), rng.Uint64()>>16, millis, hundredths, millis+1, 60+rng.IntN(60))
		if rng.IntN(20) == 0 {
			line += fmt.Sprintf("Init Duration: %d.%02d ms\t", 200+rng.IntN(900), hundredths)
		}
		messages = append(messages, []byte(line+"\n"))
		size += len(line) + 1
	}
	b.SetBytes(int64(size / len(messages)))
	b.ReportAllocs()
	var rec Record
	next := 0
	for b.Loop() {
		if _, err := Parse(messages[next%len(messages)], &rec); err != nil {
			b.Fatal(err)
		}
		next++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// A message that holds no record costs one search for a report.
func BenchmarkParseNone(b *testing.B) {
	message := []byte("2026-10-08T06:53:49.235Z\t595492f6-5916-4b98-94e5-a1079dfab87b\tINFO\tPUT /posts/42 took 12 ms for RESTful Peter\n")
	b.SetBytes(int64(len(message)))
	b.ReportAllocs()
	var rec Record
	for b.Loop() {
		if _, err := Parse(message, &rec); !errors.Is(err, ErrNone) {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendText(b *testing.B) {
	var rec Record
	if _, err := Parse([]byte(canonicalCold), &rec); err != nil {
		b.Fatal(err)
	}
	var line []byte
	b.ReportAllocs()
	for b.Loop() {
		line, _ = rec.AppendText(line[:0])
	}
}

func BenchmarkParseTime(b *testing.B) {
	for _, when := range []string{"2026-05-14T16:10:29.574Z", "2026-05-29T16:16:03.972000+00:00"} {
		b.Run(when, func(b *testing.B) {
			text := []byte(when)
			b.ReportAllocs()
			for b.Loop() {
				if _, _, ok := ParseTime(text); !ok {
					b.Fatal("no time")
				}
			}
		})
	}
}

// mixedLog returns about size bytes of what a function logs: START, two to six
// lines of its own, END and REPORT for each invocation.
func mixedLog(size int) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	own := []string{
		"INFO\tReceived POST /posts {\"title\":\"Report of the day\"}\n",
		"DEBUG\tHTTPS GET http://169.254.0.1:8080/PUT took 3 ms, HTTP 200\n",
		"{\"level\":\"INFO\",\"location\":\"handler:42\",\"message\":\"Processing item\",\"cold_start\":false,\"service\":\"posts\"}\n",
		"RESPONSE status=201 EXPIRES=Thu, 01 Jan 2026 PATH=/posts/17\n",
	}
	var log bytes.Buffer
	for log.Len() < size {
		id := fmt.Sprintf("%08x-5916-4b98-94e5-%012x", rng.Uint32(), rng.Uint64()>>16)
		fmt.Fprintf(&log, "START RequestId: %s Version: $LATEST\n", id)
		for range 2 + rng.IntN(5) {
			fmt.Fprintf(&log, "2026-10-08T06:53:49.235Z\t%s\t%s", id, own[rng.IntN(len(own))])
		}
		hundredths := rng.IntN(100_000)
		fmt.Fprintf(&log, "END RequestId: %s\nREPORT RequestId: %s\tDuration: %d.%02d ms\tBilled Duration: %d ms\t"+
			"Memory Size: 512 MB\tMax Memory Used: %d MB\t\n",
			id, id, hundredths/100, hundredths%100, hundredths/100+1, 60+rng.IntN(60))
	}
	return log.Bytes()
}

func BenchmarkIndexReport(b *testing.B) {
	log := mixedLog(1 << 20)
	want := bytes.Count(log, []byte("\nREPORT "))
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for b.Loop() {
		found := 0
		for rest := log; ; found++ {
			at := IndexReport(rest)
			if at < 0 {
				break
			}
			rest = rest[at+len("REPORT "):]
		}
		if found != want {
			b.Fatalf("found %d reports of %d", found, want)
		}
	}
}

// A record of any form costs no allocation, nor does printing it into a buffer.
func TestNoAllocation(t *testing.T) {
	messages := []string{
		canonicalWarm, canonicalCold, canonicalXRay, canonicalJSON, "no record\n{\"a\":1} but a REPORT and x.REPORT RequestId: ...\n",
		"{\"type\":\"platform.report\",\"record\":{", "REPORT invalid report log line",
	}
	for _, cases := range [][]parseCase{textCases, emulatorCases, startCases, jsonCases} {
		for _, c := range cases {
			messages = append(messages, c.message)
		}
	}
	line := make([]byte, 0, 4096)
	var rec Record
	for _, text := range messages {
		message := []byte(text)
		allocations := testing.AllocsPerRun(10, func() {
			for rest := message; len(rest) > 0; {
				Begins(rest)
				Continues(rest)
				var err error
				if rest, err = Parse(rest, &rec); err == nil {
					line, _ = rec.AppendText(line[:0])
				}
			}
			ParseTime(message)
		})
		if allocations != 0 {
			t.Errorf("%v allocations for %q", allocations, text)
		}
	}
}
