package stats

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

// expand writes a sample out, every observation by itself, in ascending order.
func expand(s Sample) []int64 {
	var xs []int64
	for x, n := range s.All() {
		for range n {
			xs = append(xs, x)
		}
	}
	return xs
}

func TestTakeSortsAndEmpties(t *testing.T) {
	trials(t, 200, func(t *testing.T, rng *rand.Rand) {
		xs := values(rng)
		d := distributionOf(xs...)
		distinct := distinctIn(d)
		s := d.Take()
		slices.Sort(xs)
		if got := expand(s); !slices.Equal(got, xs) {
			t.Errorf("got %v, want %v", got, xs)
		}
		if s.N() != uint64(len(xs)) || s.Distinct() != distinct {
			t.Errorf("N %d, Distinct %d, want %d, %d", s.N(), s.Distinct(), len(xs), distinct)
		}
		if d.N() != 0 || distinctIn(d) != 0 || d.Take().N() != 0 {
			t.Error("the distribution is not empty after Take")
		}
		d.Add(1)
		if got := expand(s); !slices.Equal(got, xs) {
			t.Error("the sample changed when its distribution was used again")
		}
	})
}

func TestAllIsStrictlyAscendingAndSumsToN(t *testing.T) {
	trials(t, 100, func(t *testing.T, rng *rand.Rand) {
		s := sampleOf(values(rng)...)
		var sum uint64
		var previous int64
		distinct := 0
		for x, n := range s.All() {
			if distinct > 0 && x <= previous {
				t.Errorf("%d comes after %d", x, previous)
			}
			if n == 0 {
				t.Errorf("%d has count 0", x)
			}
			previous = x
			sum += n
			distinct++
		}
		if sum != s.N() || distinct != s.Distinct() {
			t.Errorf("%d observations of %d values, want %d of %d", sum, distinct, s.N(), s.Distinct())
		}
	})
}

func TestAllStopsWhenAsked(t *testing.T) {
	var seen []int64
	for x := range sampleOf(3, 1, 2).All() {
		seen = append(seen, x)
		if x == 2 {
			break
		}
	}
	if !slices.Equal(seen, []int64{1, 2}) {
		t.Errorf("saw %v", seen)
	}
}

func TestPoolOfPartsIsTheWhole(t *testing.T) {
	trials(t, 200, func(t *testing.T, rng *rand.Rand) {
		xs := values(rng)
		parts := make([]Sample, 1+rng.IntN(6))
		split := make([]Distribution, len(parts))
		for _, x := range xs {
			split[rng.IntN(len(split))].Add(x)
		}
		for i := range split {
			parts[i] = split[i].Take()
		}
		before := make([][]int64, len(parts))
		for i, part := range parts {
			before[i] = expand(part)
		}
		whole := sampleOf(xs...)
		for range 3 {
			pooled, err := Pool(parts...)
			if err != nil {
				t.Error(err)
			}
			if !equalSamples(pooled, whole) {
				t.Errorf("got %v, want %v", pooled, whole)
			}
			if Summarize(pooled, 1000) != Summarize(whole, 1000) {
				t.Error("the summaries differ")
			}
			rng.Shuffle(len(parts), func(i, j int) {
				parts[i], parts[j] = parts[j], parts[i]
				before[i], before[j] = before[j], before[i]
			})
		}
		for i, part := range parts {
			if !slices.Equal(expand(part), before[i]) {
				t.Error("pooling changed a part")
			}
		}
	})
}

func TestPoolTakesNoMoreThanItNeeds(t *testing.T) {
	a, b := sampleOf(1, 2, 3), sampleOf(3, 4)
	pooled, err := Pool(a, b, Sample{})
	if err != nil || cap(pooled.bins) != 4 {
		t.Errorf("%d bins of room for 4 values, error %v", cap(pooled.bins), err)
	}
	alone, err := Pool(Sample{}, a, Sample{})
	if err != nil || &alone.bins[0] != &a.bins[0] || alone.n != a.n {
		t.Errorf("a sample alone was copied, error %v", err)
	}
	none, err := Pool()
	if err != nil || none.N() != 0 || none.Distinct() != 0 {
		t.Errorf("pooling nothing gave %v, error %v", none, err)
	}
}

func TestPoolRefusesOverflow(t *testing.T) {
	var d Distribution
	if err := d.AddN(1, maxObservations); err != nil {
		t.Fatal(err)
	}
	full := d.Take()
	if pooled, err := Pool(full, Sample{}); err != nil || pooled.N() != maxObservations {
		t.Errorf("a full sample alone: N %d, error %v", pooled.N(), err)
	}
	for _, more := range []Sample{sampleOf(1), sampleOf(2), full} {
		if pooled, err := Pool(full, more); !errors.Is(err, ErrOverflow) || pooled.N() != 0 {
			t.Errorf("N %d, error %v", pooled.N(), err)
		}
	}
}
