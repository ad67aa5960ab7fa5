package stats

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

func supported(v float64) Figure   { return Figure{v, Supported} }
func unsupported(v float64) Figure { return Figure{v, Unsupported} }

func TestSummaryByHand(t *testing.T) {
	for _, c := range []struct {
		name string
		xs   []int64
		unit int64
		want Summary
	}{
		{"nothing", nil, 1000, Summary{}},
		{"one observation has no deviation", []int64{1500}, 1000, Summary{
			Count: 1, Min: supported(1.5), Mean: supported(1.5), Max: supported(1.5),
			Median: unsupported(1.5), P95: unsupported(1.5), P99: unsupported(1.5),
		}},
		{"two observations", []int64{4, 2}, 1, Summary{
			Count: 2, Min: supported(2), Mean: supported(3), Max: supported(4),
			Median: supported(3), P95: unsupported(3.9), P99: unsupported(3.98),
			StdDev: supported(math.Sqrt2),
		}},
		{"a textbook sample", []int64{2, 4, 4, 4, 5, 5, 7, 9}, 1, Summary{
			Count: 8, Min: supported(2), Mean: supported(5), Max: supported(9),
			Median: supported(4.5), P95: unsupported(8.3), P99: unsupported(8.86),
			StdDev: supported(math.Sqrt(32. / 7)),
		}},
		{"zeros are values", []int64{0, 0, 0}, 1000, Summary{
			Count: 3, Min: supported(0), Mean: supported(0), Max: supported(0),
			Median: supported(0), P95: unsupported(0), P99: unsupported(0), StdDev: supported(0),
		}},
	} {
		if got := Summarize(sampleOf(c.xs...), c.unit); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
	if !supported(0).Present() || !unsupported(0).Present() || (Figure{}).Present() {
		t.Error("a figure is present unless it is absent")
	}
}

func TestSummaryMarksSupportAtTheBoundaries(t *testing.T) {
	for _, c := range []struct {
		n                uint64
		median, p95, p99 Support
	}{
		{1, Unsupported, Unsupported, Unsupported},
		{2, Supported, Unsupported, Unsupported},
		{19, Supported, Unsupported, Unsupported},
		{20, Supported, Supported, Unsupported},
		{99, Supported, Supported, Unsupported},
		{100, Supported, Supported, Supported},
	} {
		var d Distribution
		for i := range int64(c.n) {
			d.Add(i)
		}
		s := Summarize(d.Take(), 1)
		if s.Median.Support != c.median || s.P95.Support != c.p95 || s.P99.Support != c.p99 {
			t.Errorf("n=%d: %+v", c.n, s)
		}
	}
}

func TestEqualObservationsDoNotDeviate(t *testing.T) {
	for _, x := range []int64{0, 1, 1230, 900_000_000_001, math.MaxInt64, math.MinInt64} {
		for _, n := range []uint64{2, 3, 7, 1e6, 1<<53 + 1, maxObservations} {
			var d Distribution
			if err := d.AddN(x, n); err != nil {
				t.Fatal(err)
			}
			s := Summarize(d.Take(), 1000)
			if s.StdDev != supported(0) {
				t.Errorf("%d times %d: deviation %+v", n, x, s.StdDev)
			}
			for _, f := range []Figure{s.Min, s.Max, s.Median, s.P95, s.P99} {
				if f.Value != s.Mean.Value {
					t.Errorf("%d times %d: %+v", n, x, s)
				}
			}
		}
	}
}

// exactMoments returns mean and standard deviation in steps of a value, to far
// more digits than a float64 has.
func exactMoments(s Sample) (mean, deviation float64) {
	sum, squares := new(big.Int), new(big.Int)
	for x, n := range s.All() {
		weighted := new(big.Int).Mul(big.NewInt(x), new(big.Int).SetUint64(n))
		sum.Add(sum, weighted)
		squares.Add(squares, weighted.Mul(weighted, big.NewInt(x)))
	}
	n := new(big.Int).SetUint64(s.N())
	mean, _ = new(big.Rat).SetFrac(sum, n).Float64()
	// (n·Σx² − (Σx)²) / (n·(n−1))
	top := squares.Mul(squares, n)
	top.Sub(top, new(big.Int).Mul(sum, sum))
	bottom := new(big.Int).Sub(n, big.NewInt(1))
	variance := new(big.Rat).SetFrac(top, bottom.Mul(bottom, n))
	root := new(big.Float).SetPrec(300).SetRat(variance)
	deviation, _ = root.Sqrt(root).Float64()
	return mean, deviation
}

func TestMomentsKeepTheirDigits(t *testing.T) {
	for _, c := range []struct {
		name     string
		distinct int
		value    func(rng *rand.Rand) int64
		count    func(rng *rand.Rand) uint64
	}{
		{"ten days in µs, spread over 50", 50,
			func(rng *rand.Rand) int64 { return 900_000_000_000 + rng.Int64N(50) },
			func(rng *rand.Rand) uint64 { return 1 + rng.Uint64N(1e6) }},
		{"2^62, spread over 3", 3,
			func(rng *rand.Rand) int64 { return 1<<62 + rng.Int64N(3) },
			func(rng *rand.Rand) uint64 { return 1 + rng.Uint64N(9) }},
		{"two far points, one of them rare", 2,
			func(rng *rand.Rand) int64 { return rng.Int64N(2) * 900_000_000 },
			func(rng *rand.Rand) uint64 { return 1 + rng.Uint64N(1e15)*rng.Uint64N(2) }},
		{"many blocks of durations", 3*blockBins + 1,
			func(rng *rand.Rand) int64 { return 10 * int64(rng.ExpFloat64()*1e6) },
			func(rng *rand.Rand) uint64 { return 1 + rng.Uint64N(1000) }},
		{"huge counts", 100,
			func(rng *rand.Rand) int64 { return rng.Int64N(1e9) },
			func(rng *rand.Rand) uint64 { return rng.Uint64N(1 << 56) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			trials(t, 20, func(t *testing.T, rng *rand.Rand) {
				d := distributionOf(c.value(rng), c.value(rng))
				for range c.distinct {
					if err := d.AddN(c.value(rng), c.count(rng)); err != nil {
						t.Fatal(err)
					}
				}
				s := d.Take()
				mean, deviation := exactMoments(s)
				got := Summarize(s, 1)
				if !near(got.Mean.Value, mean, 1e-12) {
					t.Errorf("mean %v, want %v", got.Mean.Value, mean)
				}
				if !near(got.StdDev.Value, deviation, 1e-12) {
					t.Errorf("standard deviation %v, want %v", got.StdDev.Value, deviation)
				}
			})
		})
	}
}

// Unbounded, these means round to 0.4060000000000001 and 1.0030000000000001.
func TestMeanStaysWithinTheSample(t *testing.T) {
	for _, bins := range [][2]Bin{
		{{110, 1}, {406, 255_402_231_358_641_389}},
		{{68, 1}, {1003, 12_240_099_712_484_443}},
	} {
		var d Distribution
		for _, b := range bins {
			if err := d.AddN(b.Value, b.Count); err != nil {
				t.Fatal(err)
			}
		}
		if s := Summarize(d.Take(), 1000); s.Mean.Value > s.Max.Value {
			t.Errorf("the mean of %v is %v", bins, s.Mean.Value)
		}
	}
}

// near says whether got is want to within a relative tolerance.
func near(got, want, tolerance float64) bool {
	return got == want || math.Abs(got-want) <= tolerance*math.Abs(want)
}

func TestSummaryScalesWithItsUnit(t *testing.T) {
	trials(t, 100, func(t *testing.T, rng *rand.Rand) {
		var steps, scaled Distribution
		for range 2 + rng.IntN(300) {
			x := rng.Int64N(1e9)
			steps.Add(x)
			scaled.Add(x * 1000)
		}
		a, b := Summarize(steps.Take(), 1), Summarize(scaled.Take(), 1000)
		if a.Min != b.Min || a.Max != b.Max || a.Median != b.Median || a.P95 != b.P95 || a.P99 != b.P99 {
			t.Errorf("%+v is not %+v", a, b)
		}
		if !near(a.Mean.Value, b.Mean.Value, 1e-14) || !near(a.StdDev.Value, b.StdDev.Value, 1e-13) {
			t.Errorf("%+v is not %+v", a, b)
		}
	})
}
