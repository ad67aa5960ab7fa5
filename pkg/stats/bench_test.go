package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// durations returns n lognormal durations around 90 ms, in µs and in steps of 10.
// Ten million of them have 294 thousand distinct values.
func durations(n int) []int64 {
	rng := rand.New(rand.NewPCG(1, 2))
	xs := make([]int64, n)
	for i := range xs {
		xs[i] = 10 * int64(math.Round(8900*math.Exp(1.4*rng.NormFloat64())))
	}
	return xs
}

func perValue(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/value")
}

// Ten million values into an empty distribution, growth included.
func BenchmarkDistributionAdd(b *testing.B) {
	xs := durations(1e7)
	b.ReportAllocs()
	distinct := 0
	for b.Loop() {
		var d Distribution
		for _, x := range xs {
			d.Add(x)
		}
		d.enter()
		distinct = d.used
	}
	perValue(b, len(xs))
	b.ReportMetric(float64(distinct), "distinct")
}

// Values that are all known already: what a long run settles at.
func BenchmarkDistributionAddKnown(b *testing.B) {
	xs := durations(1e6)
	d := distributionOf(xs...)
	b.ReportAllocs()
	for b.Loop() {
		for _, x := range xs {
			d.Add(x)
		}
	}
	perValue(b, len(xs))
}

// Memory in whole MB: few distinct values.
func BenchmarkDistributionAddSmall(b *testing.B) {
	rng := rand.New(rand.NewPCG(3, 4))
	xs := make([]int64, 1e5)
	for i := range xs {
		xs[i] = 60 + rng.Int64N(60)
	}
	b.ReportAllocs()
	for b.Loop() {
		var d Distribution
		for _, x := range xs {
			d.Add(x)
		}
	}
	perValue(b, len(xs))
}

func BenchmarkMerge(b *testing.B) {
	from := distributionOf(durations(1e7)...)
	b.ReportAllocs()
	for b.Loop() {
		var d Distribution
		if err := d.Merge(from); err != nil {
			b.Fatal(err)
		}
	}
	perValue(b, from.used)
}

func BenchmarkTake(b *testing.B) {
	from := distributionOf(durations(1e7)...)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		var d Distribution
		if err := d.Merge(from); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		d.Take()
	}
	perValue(b, from.used)
}

func BenchmarkPool(b *testing.B) {
	warm, cold := sampleOf(durations(1e7)...), sampleOf(durations(1e4)...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Pool(warm, cold); err != nil {
			b.Fatal(err)
		}
	}
	perValue(b, warm.Distinct())
}

func BenchmarkSummarize(b *testing.B) {
	s := sampleOf(durations(1e7)...)
	b.ReportAllocs()
	for b.Loop() {
		Summarize(s, 1000)
	}
	perValue(b, s.Distinct())
}

func BenchmarkSummarizeSmall(b *testing.B) {
	s := sampleOf(durations(100)...)
	b.ReportAllocs()
	for b.Loop() {
		Summarize(s, 1000)
	}
}
