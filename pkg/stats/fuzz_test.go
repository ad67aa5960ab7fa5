package stats

import (
	"encoding/binary"
	"math"
	"testing"
)

// observations reads a sample from bytes: pairs of a value (a signed varint) and
// a count (an unsigned one), until one of them is cut short. A pair that would
// overflow the distribution must leave it as it was.
func observations(t *testing.T, data []byte) (forward, backward Sample) {
	var pairs []Bin
	for {
		value, size := binary.Varint(data)
		if size <= 0 {
			break
		}
		data = data[size:]
		count, size := binary.Uvarint(data)
		if size <= 0 {
			break
		}
		data = data[size:]
		pairs = append(pairs, Bin{value, count})
	}
	var f, b Distribution
	kept := pairs[:0]
	for _, p := range pairs {
		n, distinct := f.N(), distinctIn(&f)
		switch err := f.AddN(p.Value, p.Count); {
		case err == nil:
			kept = append(kept, p)
		case f.N() != n || distinctIn(&f) != distinct:
			t.Fatal("a refused count changed the distribution")
		}
	}
	for i := range kept {
		p := kept[len(kept)-1-i]
		if err := b.AddN(p.Value, p.Count); err != nil {
			t.Fatal(err)
		}
	}
	return f.Take(), b.Take()
}

func FuzzSummaryObeysItsLaws(f *testing.F) {
	for _, pairs := range [][]Bin{
		{},
		{{0, 1}},
		{{1, 1}, {2, 1}},
		{{1, 5}, {1, 6}, {7, 0}},
		{{177_600, 99}, {900_000_000, 1}},
		{{math.MinInt64, 3}, {math.MaxInt64, 4}},
		{{5, maxObservations}, {6, 1}},
		{{900_000_000_000, 1 << 40}, {900_000_000_001, 1 << 40}},
	} {
		var data []byte
		for _, p := range pairs {
			data = binary.AppendUvarint(binary.AppendVarint(data, p.Value), p.Count)
		}
		f.Add(data, uint16(1000))
	}
	f.Fuzz(func(t *testing.T, data []byte, steps uint16) {
		unit := int64(steps) + 1
		s, same := observations(t, data)
		sum := Summarize(s, unit)
		if sum != Summarize(same, unit) {
			t.Error("the summary depends on the order of the observations")
		}
		var n uint64
		for _, count := range s.All() {
			n += count
		}
		if n != s.N() || n != sum.Count {
			t.Errorf("counts add up to %d, N is %d and Count %d", n, s.N(), sum.Count)
		}
		if n == 0 {
			if sum != (Summary{}) {
				t.Errorf("no observation gave %+v", sum)
			}
			return
		}
		// The conditions are negated as a whole so that NaN breaks them too.
		ascending := []Figure{sum.Min, sum.Median, sum.P95, sum.P99, sum.Max}
		for i := 1; i < len(ascending); i++ {
			if !(ascending[i-1].Value <= ascending[i].Value) {
				t.Errorf("min, median, P95, P99, max are not in order: %+v", sum)
			}
		}
		if !(sum.Min.Value <= sum.Mean.Value && sum.Mean.Value <= sum.Max.Value) {
			t.Errorf("the mean is outside the sample: %+v", sum)
		}
		if sum.StdDev.Present() != (n > 1) {
			t.Errorf("n=%d has deviation %+v", n, sum.StdDev)
		}
		// No sample deviates more than one half at each end, where the
		// deviation is half the range times √(n/(n−1)).
		half := sum.Max.Value/2 - sum.Min.Value/2
		most := half * math.Sqrt(float64(n)/math.Max(1, float64(n-1)))
		if dev := sum.StdDev.Value; !(dev >= 0 && dev <= most*(1+1e-9)+1e-9*math.Abs(sum.Max.Value)) {
			t.Errorf("the deviation is not between 0 and %v: %+v", most, sum)
		}
		if (sum.StdDev.Value > 0) != (s.Distinct() > 1) {
			t.Errorf("%d distinct values have deviation %v", s.Distinct(), sum.StdDev.Value)
		}
	})
}
