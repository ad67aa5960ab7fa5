package stats

import (
	"cmp"
	"iter"
	"math"
	"slices"
)

// A Sample is a finished multiset of integers. It is immutable, so copies may
// share it and several goroutines may read it. Its zero value is empty.
type Sample struct {
	bins []Bin // ascending and distinct, no count is zero
	n    uint64
}

// Take finishes d: it returns the observations as a Sample, which takes 16
// bytes for each distinct value, and leaves d empty. To keep d in use, merge it
// into an empty Distribution and take that.
func (d *Distribution) Take() Sample {
	d.enter()
	// As one word a slot sorts twice as fast.
	words := make([]uint64, 0, d.used)
	for _, s := range d.slots {
		if s.count != 0 {
			words = append(words, uint64(s.value)<<32|uint64(s.count))
		}
	}
	slices.Sort(words)
	bins := make([]Bin, len(words), len(words)+len(d.rest))
	for i, word := range words {
		bins[i] = Bin{int64(word >> 32), word & math.MaxUint32}
	}
	if len(d.rest) > 0 {
		bins = d.mergeRest(bins)
	}
	s := Sample{bins: bins, n: d.n}
	*d = Distribution{}
	return s
}

// mergeRest adds what the slots could not hold to their bins.
func (d *Distribution) mergeRest(bins []Bin) []Bin {
	byValue := func(a, b Bin) int { return cmp.Compare(a.Value, b.Value) }
	inSlots := len(bins)
	for value, n := range d.rest {
		if at, found := slices.BinarySearchFunc(bins[:inSlots], Bin{Value: value}, byValue); found {
			bins[at].Count += n
		} else {
			bins = append(bins, Bin{value, n})
		}
	}
	slices.SortFunc(bins, byValue)
	return bins
}

// Pool returns the sample of all observations of samples, which stay as they
// are. It takes 16 bytes for each distinct value of the result, and none when
// at most one of samples is not empty. A result of more than 2^63−1
// observations is refused with an error that wraps [ErrOverflow].
func Pool(samples ...Sample) (Sample, error) {
	var pooled Sample
	var parts [][]Bin
	for _, s := range samples {
		if s.n == 0 {
			continue
		}
		n, err := checkedTotal(pooled.n, s.n)
		if err != nil {
			return Sample{}, err
		}
		pooled = Sample{bins: s.bins, n: n}
		parts = append(parts, s.bins)
	}
	if len(parts) < 2 {
		return pooled, nil
	}
	distinct := 0
	for range union(parts) {
		distinct++
	}
	pooled.bins = slices.AppendSeq(make([]Bin, 0, distinct), union(parts))
	return pooled, nil
}

// union yields the bins of all parts, each of them ascending, as one ascending
// sequence of distinct values. Parts are few, so the least of their heads is
// looked for among all of them.
func union(parts [][]Bin) iter.Seq[Bin] {
	return func(yield func(Bin) bool) {
		rest := slices.Clone(parts)
		for len(rest) > 0 {
			least := rest[0][0].Value
			for _, part := range rest[1:] {
				least = min(least, part[0].Value)
			}
			b := Bin{Value: least}
			ended := false
			for i, part := range rest {
				if part[0].Value == least {
					b.Count += part[0].Count
					rest[i] = part[1:]
					ended = ended || len(part) == 1
				}
			}
			if ended {
				rest = slices.DeleteFunc(rest, func(part []Bin) bool { return len(part) == 0 })
			}
			if !yield(b) {
				return
			}
		}
	}
}

// N is the number of observations.
func (s Sample) N() uint64 { return s.n }

// Distinct is the number of distinct values.
func (s Sample) Distinct() int { return len(s.bins) }

// All yields each distinct value with its count, in ascending order of value.
func (s Sample) All() iter.Seq2[int64, uint64] {
	return func(yield func(int64, uint64) bool) {
		for _, b := range s.bins {
			if !yield(b.Value, b.Count) {
				return
			}
		}
	}
}
