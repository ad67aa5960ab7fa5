package cli

import (
	"bytes"
	"io"
	"os"
	"testing"
)

// BenchmarkSummary measures a whole summary, from the bytes of a log on
// standard input to the printed tables: the synthetic posts log, 32 times over.
func BenchmarkSummary(b *testing.B) {
	once, err := os.ReadFile("../../testdata/logs/posts-native.log")
	if err != nil {
		b.Fatal(err)
	}
	log := bytes.Repeat(once, 32)
	reports := bytes.Count(log, []byte(" REPORT RequestId:"))
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for b.Loop() {
		streams := Streams{In: bytes.NewReader(log), Out: io.Discard, Err: io.Discard}
		if code := Run([]string{"summary", "--quiet", "--dedup", "none", "-"}, streams); code != exitDone {
			b.Fatalf("exit code %d", code)
		}
	}
	b.ReportMetric(float64(reports)*float64(b.N)/b.Elapsed().Seconds(), "reports/s")
}
