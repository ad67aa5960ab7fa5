package logfile

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkReader reads logs of what functions print and, once in two to six
// lines, what Lambda prints.
func BenchmarkReader(b *testing.B) {
	const node = "2026-05-29T16:16:03.972Z\t595492f6-5916-4b98-94e5-a1079dfab87b\tINFO\t"
	for _, layout := range []struct{ name, prefix, user string }{
		{"bare", "", ""},
		{"bare-nodejs", "", node},
		{"s3", s3Prefix, ""},
		{"tail", tailPrefix, ""},
	} {
		b.Run(layout.name, func(b *testing.B) {
			text := mixedLog(layout.prefix, layout.user, 64<<20)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				r := FromStdin(bytes.NewReader(text))
				events := 0
				for range each(b, r) {
					events++
				}
				if events == 0 || r.Coverage().Events < uint64(events) {
					b.Fatal(events, r.Coverage())
				}
			}
		})
	}
}

// mixedLog is a log of the given size, whose user lines begin with user behind
// the prefix.
func mixedLog(prefix, user string, size int) []byte {
	lines := []string{
		"Processing 12 Records from the queue\n",
		`{"level":"INFO","message":"stored","service":"orders","durationMs":12.5}` + "\n",
		"GET https://example.com/posts/42 took 12 ms\n",
		"    at Runtime.handler (/var/task/index.js:12:34)\n",
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var text bytes.Buffer
	for text.Len() < size {
		id := fmt.Sprintf("%08x-5916-4b98-94e5-a1079dfab87b", rng.Uint32())
		fmt.Fprintf(&text, "%s%s\n", prefix, start(id))
		for range 2 + rng.IntN(5) {
			fmt.Fprintf(&text, "%s%s%s", prefix, user, lines[rng.IntN(len(lines))])
		}
		fmt.Fprintf(&text, "%sEND RequestId: %s\n%s%s\n", prefix, id, prefix, report(id))
	}
	return text.Bytes()
}
