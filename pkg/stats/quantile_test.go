package stats

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// exactQuantile is the definition, in exact arithmetic: x[h] for whole ranks h =
// (n−1)·p, and otherwise the straight line between the two neighbours of h. The
// k-th smallest of n observations is at(k), k from 0.
func exactQuantile(n uint64, at func(k uint64) int64, l Level, unit int64) *big.Rat {
	h := new(big.Int).Mul(new(big.Int).SetUint64(n-1), new(big.Int).SetUint64(l.Num))
	den := new(big.Int).SetUint64(l.Den)
	whole, rest := new(big.Int).QuoRem(h, den, new(big.Int))
	k := whole.Uint64()
	q := new(big.Rat).SetInt64(at(k))
	if rest.Sign() != 0 {
		gap := new(big.Rat).Sub(new(big.Rat).SetInt64(at(k+1)), q)
		q.Add(q, gap.Mul(gap, new(big.Rat).SetFrac(rest, den)))
	}
	return q.Quo(q, new(big.Rat).SetInt64(unit))
}

func level(rng *rand.Rand) Level {
	switch rng.IntN(4) {
	case 0:
		return Percentile(rng.Uint64N(101))
	case 1:
		return Level{999, 1000}
	case 2:
		den := 1 + rng.Uint64N(60)
		return Level{rng.Uint64N(den + 1), den}
	default:
		den := rng.Uint64() | 1
		return Level{rng.Uint64() % den, den}
	}
}

func TestQuantileOfExpandedSample(t *testing.T) {
	trials(t, 2000, func(t *testing.T, rng *rand.Rand) {
		xs := values(rng)
		if len(xs) == 0 {
			return
		}
		s := sampleOf(xs...)
		xs = expand(s)
		at := func(k uint64) int64 { return xs[k] }
		for range 5 {
			l, unit := level(rng), []int64{1, 3, 1000, math.MaxInt64}[rng.IntN(4)]
			want, _ := exactQuantile(s.N(), at, l, unit).Float64()
			if got, ok := s.Quantile(l, unit); got != want || !ok {
				t.Errorf("n=%d level %v unit %d: got %v, %v, want %v", len(xs), l, unit, got, ok, want)
			}
		}
	})
}

// Counts here are too large to expand, and most exceed what a float64 counts.
func TestQuantileOfHugeCounts(t *testing.T) {
	trials(t, 2000, func(t *testing.T, rng *rand.Rand) {
		var d Distribution
		for range 1 + rng.IntN(6) {
			if err := d.AddN(rng.Int64N(20)*1e9, 1+rng.Uint64N(1<<60)>>rng.IntN(60)); err != nil {
				t.Fatal(err)
			}
		}
		s := d.Take()
		at := func(k uint64) int64 {
			for _, b := range s.bins {
				if k < b.Count {
					return b.Value
				}
				k -= b.Count
			}
			panic("beyond the sample")
		}
		l := level(rng)
		want, _ := exactQuantile(s.N(), at, l, 1000).Float64()
		if got, ok := s.Quantile(l, 1000); got != want || !ok {
			t.Errorf("%v, level %v: got %v, %v, want %v", s.bins, l, got, ok, want)
		}
	})
}

// One observation more or less moves these medians by half a step, which
// 2^62 + 1 in floating point cannot tell.
func TestQuantileCountsExactlyNearItsLimit(t *testing.T) {
	const half = 1 << 62
	for _, c := range []struct {
		ones, twos uint64
		want       float64
	}{
		{half, half - 1, 1},
		{half - 1, half - 1, 1.5},
		{half - 1, half, 2},
	} {
		var d Distribution
		if err := d.AddN(1, c.ones); err != nil {
			t.Fatal(err)
		}
		if err := d.AddN(2, c.twos); err != nil {
			t.Fatal(err)
		}
		if got, _ := d.Take().Quantile(Percentile(50), 1); got != c.want {
			t.Errorf("%d ones and %d twos: median %v, want %v", c.ones, c.twos, got, c.want)
		}
	}
}

// Values worked out by hand. The first two medians are the ones that gonum's
// LinInterp, type 4, puts at 1 and 1.5. In the last, rank 57 is the last of the
// ones, and 0.57·100 in floating point falls short of it by nothing but rounding.
func TestQuantileByHand(t *testing.T) {
	var hundredOne []int64
	for i := range 101 {
		hundredOne = append(hundredOne, 1)
		if i < 57 {
			hundredOne[i] = 0
		}
	}
	for _, c := range []struct {
		xs   []int64
		p    uint64
		want float64
	}{
		{[]int64{1, 2}, 50, 1.5},
		{[]int64{1, 2, 3}, 50, 2},
		{[]int64{1, 2, 3, 4}, 50, 2.5},
		{[]int64{1, 2, 3, 4}, 25, 1.75},
		{[]int64{40, 10, 20, 30}, 95, 38.5},
		{[]int64{7}, 99, 7},
		{[]int64{1, 2, 3}, 0, 1},
		{[]int64{1, 2, 3}, 100, 3},
		{[]int64{-4, 4}, 25, -2},
		{[]int64{0, 1 << 60}, 95, (1 << 60) * 95. / 100}, // the gap times 95 is beyond an int64
		{hundredOne, 56, 0},
		{hundredOne, 57, 1},
	} {
		if got, ok := sampleOf(c.xs...).Quantile(Percentile(c.p), 1); got != c.want || !ok {
			t.Errorf("percentile %d of %v is %v, %v, want %v", c.p, c.xs, got, ok, c.want)
		}
	}
}

func TestQuantileOfNothingIsAbsent(t *testing.T) {
	if q, ok := (Sample{}).Quantile(Percentile(50), 1); ok || q != 0 {
		t.Errorf("got %v, %v", q, ok)
	}
}

func TestSupportBeginsWhereOneObservationIsBeyond(t *testing.T) {
	for _, c := range []struct {
		level Level
		least uint64 // the least n that supports it
	}{
		{Percentile(0), 1},
		{Percentile(50), 2},
		{Percentile(75), 4},
		{Percentile(95), 20},
		{Percentile(99), 100},
		{Level{999, 1000}, 1000},
		{Level{2, 3}, 3},
		{Level{math.MaxUint64 - 1, math.MaxUint64}, math.MaxUint64},
	} {
		if c.level.Supported(c.least - 1) {
			t.Errorf("%d observations support %v", c.least-1, c.level)
		}
		if !c.level.Supported(c.least) || !c.level.Supported(math.MaxUint64) {
			t.Errorf("%d observations do not support %v", c.least, c.level)
		}
	}
	if Percentile(100).Supported(math.MaxUint64) {
		t.Error("nothing can lie beyond the whole sample")
	}
}

func TestMisuseOfLevelsAndUnitsPanics(t *testing.T) {
	s := sampleOf(1, 2, 3)
	for name, misuse := range map[string]func(){
		"level above 1":       func() { s.Quantile(Level{3, 2}, 1) },
		"level over 0":        func() { s.Quantile(Level{0, 0}, 1) },
		"percentile 101":      func() { Percentile(101).Supported(5) },
		"unit 0":              func() { s.Quantile(Percentile(50), 0) },
		"unit 0 of nothing":   func() { Sample{}.Quantile(Percentile(50), 0) },
		"negative unit":       func() { Summarize(s, -1) },
		"summary with unit 0": func() { Summarize(Sample{}, 0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			misuse()
		}()
	}
}
