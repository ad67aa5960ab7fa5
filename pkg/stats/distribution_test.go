package stats

import (
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// trials runs check with n generators of fixed seeds.
func trials(t *testing.T, n int, check func(t *testing.T, rng *rand.Rand)) {
	t.Helper()
	for seed := range n {
		check(t, rand.New(rand.NewPCG(uint64(seed), 1)))
		if t.Failed() {
			t.Fatalf("with seed %d", seed)
		}
	}
}

// values returns up to 400 values. Some samples are nearly all ties, some are
// spread over hours of microseconds, some over all that an int64 can be.
func values(rng *rand.Rand) []int64 {
	xs := make([]int64, rng.IntN(401))
	width := []int64{1, 2, 5, 100, 1e4, 1e10, 0}[rng.IntN(7)]
	for i := range xs {
		if width > 0 {
			xs[i] = 10 * rng.Int64N(width)
		} else {
			xs[i] = int64(rng.Uint64())
		}
	}
	return xs
}

func distributionOf(xs ...int64) *Distribution {
	var d Distribution
	for _, x := range xs {
		d.Add(x)
	}
	return &d
}

func sampleOf(xs ...int64) Sample { return distributionOf(xs...).Take() }

// counts reads d without finishing it.
func counts(d *Distribution) map[int64]uint64 {
	m := map[int64]uint64{}
	d.enter()
	for _, s := range d.slots {
		if s.count != 0 {
			m[int64(s.value)] += uint64(s.count)
		}
	}
	for value, n := range d.rest {
		m[value] += n
	}
	return m
}

// distinctIn is the number of distinct values.
func distinctIn(d *Distribution) int { return len(counts(d)) }

func equalSamples(a, b Sample) bool { return a.n == b.n && slices.Equal(a.bins, b.bins) }

func TestDistributionOfNothing(t *testing.T) {
	var d Distribution
	if d.N() != 0 || distinctIn(&d) != 0 {
		t.Errorf("the zero value has N %d and Distinct %d", d.N(), distinctIn(&d))
	}
	if err := d.AddN(7, 0); err != nil || d.N() != 0 || distinctIn(&d) != 0 {
		t.Errorf("adding nothing gave N %d, Distinct %d, error %v", d.N(), distinctIn(&d), err)
	}
	if err := d.Merge(&Distribution{}); err != nil || d.N() != 0 {
		t.Errorf("merging nothing gave N %d, error %v", d.N(), err)
	}
	if s := d.Take(); s.N() != 0 || s.Distinct() != 0 {
		t.Errorf("taking nothing gave N %d and Distinct %d", s.N(), s.Distinct())
	}
}

// Zero is the value of an empty slot, and the extremes are where arithmetic on
// values would overflow.
func TestDistributionHoldsAnyValue(t *testing.T) {
	d := distributionOf(0, math.MaxInt64, math.MinInt64, -1, 0, 1)
	want := map[int64]uint64{math.MinInt64: 1, -1: 1, 0: 2, 1: 1, math.MaxInt64: 1}
	if got := counts(d); !maps.Equal(got, want) || d.N() != 6 || distinctIn(d) != 5 {
		t.Errorf("got %v with N %d and Distinct %d, want %v", got, d.N(), distinctIn(d), want)
	}
}

func TestDistributionAgainstMap(t *testing.T) {
	trials(t, 300, func(t *testing.T, rng *rand.Rand) {
		var d Distribution
		want := map[int64]uint64{}
		var n uint64
		add := func(x int64, k uint64) {
			if n += k; k > 0 {
				want[x] += k
			}
		}
		for _, x := range values(rng) {
			switch k := rng.Uint64N(1 << 40); rng.IntN(10) {
			case 0:
				if err := d.AddN(x, k); err != nil {
					t.Error(err)
				}
				add(x, k)
			case 1:
				other := distributionOf(x, x, x+1)
				if err := d.Merge(other); err != nil {
					t.Error(err)
				}
				add(x, 2)
				add(x+1, 1)
			default:
				d.Add(x)
				add(x, 1)
			}
		}
		if got := counts(&d); !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if d.N() != n || distinctIn(&d) != len(want) {
			t.Errorf("N %d, Distinct %d, want %d, %d", d.N(), distinctIn(&d), n, len(want))
		}
	})
}

func TestAddIsAddNOfOne(t *testing.T) {
	trials(t, 100, func(t *testing.T, rng *rand.Rand) {
		xs := values(rng)
		var d Distribution
		for _, x := range xs {
			if err := d.AddN(x, 1); err != nil {
				t.Error(err)
			}
		}
		if a, b := d.Take(), sampleOf(xs...); !equalSamples(a, b) {
			t.Errorf("AddN gave %v, Add gave %v", a, b)
		}
	})
}

func TestGrowthKeepsEveryCount(t *testing.T) {
	const distinct = 50_000
	var d Distribution
	var n uint64
	for x := range int64(distinct) {
		k := uint64(x%7 + 1)
		if err := d.AddN(10*x, k); err != nil {
			t.Fatal(err)
		}
		n += k
		if d.used != int(x)+1 || d.N() != n {
			t.Fatalf("after %d values: Distinct %d, N %d, want N %d", x+1, d.used, d.N(), n)
		}
		if 4*d.used > 3*len(d.slots) {
			t.Fatalf("%d values in %d slots: over three quarters", d.used, len(d.slots))
		}
	}
	for x, k := range d.Take().All() {
		if k != uint64(x/10%7+1) {
			t.Fatalf("value %d has count %d", x, k)
		}
	}
}

// Measurements come in steps of 1, 10 or 1000 µs or of some power of two. None
// of them may cluster, or adding would slow down with the size of the sample.
// Random hashes would lie 1.5 slots from home at a load of three quarters, the
// worst of them over a hundred; multiples of a few steps lie a little further off
// in the mean, yet never far.
func TestEquallySpacedValuesDoNotCluster(t *testing.T) {
	for _, step := range []int64{1, 2, 10, 100, 1000, 1024, 10_000, 40_000, 1 << 20, 1e6, 4e6} {
		for _, n := range []int64{1000, 49_000, 98_000} {
			if n*step > math.MaxUint32 {
				continue // not in the table
			}
			var d Distribution
			for i := range n {
				d.Add(i * step)
			}
			d.enter()
			var probes, longest uint64
			mask := uint64(len(d.slots)) - 1
			for at, s := range d.slots {
				if s.count != 0 {
					distance := (uint64(at) - home(s.value, d.shift)) & mask
					probes += distance
					longest = max(longest, distance)
				}
			}
			if mean := float64(probes) / float64(n); mean > 6 || longest > 32 {
				t.Errorf("%d values in steps of %d lie %.2f slots from home, at most %d", n, step, mean, longest)
			}
		}
	}
}

func TestMergeIsAddition(t *testing.T) {
	trials(t, 100, func(t *testing.T, rng *rand.Rand) {
		xs, ys, zs := values(rng), values(rng), values(rng)
		merged := func(parts ...*Distribution) *Distribution {
			var d Distribution
			for _, part := range parts {
				before := counts(part)
				if err := d.Merge(part); err != nil {
					t.Error(err)
				}
				if !maps.Equal(before, counts(part)) {
					t.Error("merging changed what was merged")
				}
			}
			return &d
		}
		x, y, z := distributionOf(xs...), distributionOf(ys...), distributionOf(zs...)
		whole := sampleOf(slices.Concat(xs, ys, zs)...)
		for name, d := range map[string]*Distribution{
			"x+y+z":   merged(x, y, z),
			"z+y+x":   merged(z, y, x),
			"(x+y)+z": merged(merged(x, y), z),
			"x+(y+z)": merged(x, merged(y, z)),
			"x+0+y+z": merged(x, &Distribution{}, y, z),
		} {
			if !equalSamples(d.Take(), whole) {
				t.Errorf("%s is not the whole", name)
			}
		}
		if err := x.Merge(x); err != nil {
			t.Error(err)
		}
		if !equalSamples(x.Take(), sampleOf(slices.Concat(xs, xs)...)) {
			t.Error("merging a distribution with itself does not double it")
		}
	})
}

func TestOverflowIsRefused(t *testing.T) {
	full := func() *Distribution {
		var d Distribution
		if err := d.AddN(5, maxObservations-1); err != nil {
			t.Fatal(err)
		}
		if err := d.AddN(6, 1); err != nil {
			t.Fatal(err)
		}
		return &d
	}
	// Add does not check, and uint64 has as much room again.
	beyond := func() *Distribution {
		d := full()
		d.Add(5)
		if d.N() != 1<<63 {
			t.Fatalf("N %d, want 2^63", d.N())
		}
		return d
	}
	for name, refuse := range map[string]func(d *Distribution) error{
		"one more of a value":     func(d *Distribution) error { return d.AddN(5, 1) },
		"one of a new value":      func(d *Distribution) error { return d.AddN(7, 1) },
		"as many as wrap around":  func(d *Distribution) error { return d.AddN(5, math.MaxUint64) },
		"merging one":             func(d *Distribution) error { return d.Merge(distributionOf(7)) },
		"merging itself":          func(d *Distribution) error { return d.Merge(d) },
		"merging one beyond full": func(d *Distribution) error { return d.Merge(beyond()) },
	} {
		for kind, d := range map[string]*Distribution{"full": full(), "beyond full": beyond()} {
			before, n, distinct := counts(d), d.N(), distinctIn(d)
			if err := refuse(d); !errors.Is(err, ErrOverflow) {
				t.Errorf("%s, %s: error %v", kind, name, err)
			}
			if !maps.Equal(before, counts(d)) || d.N() != n || distinctIn(d) != distinct {
				t.Errorf("%s, %s: the refused distribution changed", kind, name)
			}
		}
	}
	var empty Distribution
	if err := empty.AddN(5, maxObservations+1); !errors.Is(err, ErrOverflow) || distinctIn(&empty) != 0 {
		t.Errorf("2^63 at once: error %v, Distinct %d", err, distinctIn(&empty))
	}
}

func TestAddToKnownValuesAllocatesNothing(t *testing.T) {
	xs := make([]int64, 3000)
	for i := range xs {
		xs[i] = int64(i) * 10
	}
	d := distributionOf(xs...)
	allocs := testing.AllocsPerRun(10, func() {
		for _, x := range xs {
			d.Add(x)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// What a slot cannot hold is counted all the same: values beyond 32 bits, and
// what goes beyond 32 bits of a count.
func TestBeyondSlots(t *testing.T) {
	const full = math.MaxUint32
	var d Distribution
	for _, add := range []Bin{{5, full}, {5, full}, {5, full}, {6, full + 7}, {full, 2}, {full + 1, 3}, {-1, 4}, {1 << 40, 5}} {
		if err := d.AddN(add.Value, add.Count); err != nil {
			t.Fatal(err)
		}
	}
	for _, value := range []int64{5, 5, 6, full, full + 1, -1, 1 << 40} {
		d.Add(value)
	}
	want := []Bin{{-1, 5}, {5, 3*full + 2}, {6, full + 8}, {full, 3}, {full + 1, 4}, {1 << 40, 6}}
	var twice Distribution
	for range 2 {
		if err := twice.Merge(&d); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Merge(&d); err != nil {
		t.Fatal(err)
	}
	for i := range want {
		want[i].Count *= 2
	}
	if got := twice.Take(); !slices.Equal(got.bins, want) {
		t.Errorf("merged twice: %v, want %v", got.bins, want)
	}
	if got := d.Take(); !slices.Equal(got.bins, want) {
		t.Errorf("merged with itself: %v, want %v", got.bins, want)
	}
}
