package stats

import (
	"fmt"
	"math/big"
	"math/bits"
)

// A Level is the probability Num/Den of a quantile, from 0 to 1: {95, 100} is
// that of the 95th percentile and {999, 1000} that of the 99.9th.
//
// It is a fraction because ranks must be exact. In floating point 100 × 0.57 is
// 56.99999999999999, so the 57th percentile of 101 values would be interpolated
// between two of them when it is one of them, and the error is as large as the
// gap is; and from n = 2^53 on ranks could not even be told apart.
type Level struct {
	Num, Den uint64
}

// Percentile is the level of the p-th percentile, p from 0 to 100.
func Percentile(p uint64) Level { return Level{Num: p, Den: 100} }

// Supported says whether n observations can support the quantile: whether
// n·(1−p) ≥ 1, so that at least one observation in n is expected beyond it. It
// takes 2 for the median, 20 for the 95th percentile, 100 for the 99th.
func (l Level) Supported(n uint64) bool {
	l.check()
	hi, lo := bits.Mul64(n, l.Den-l.Num)
	return hi > 0 || lo >= l.Den
}

func (l Level) check() {
	if l.Den == 0 || l.Num > l.Den {
		panic(fmt.Sprintf("stats: level %d/%d is not between 0 and 1", l.Num, l.Den))
	}
}

// Quantile returns the quantile of s at level l, divided by unit, which says
// how many steps of a value make one unit of the result (1000 from µs to ms).
// It is false when s is empty. It panics when l is not between 0 and 1 or unit
// is not positive. It takes time proportional to the number of distinct values.
//
// The definition is type 7 of Hyndman and Fan, "Sample Quantiles in Statistical
// Packages", The American Statistician 50 (1996), pages 361–365: linear
// interpolation at rank (n−1)·p, counted from 0. Excel calls it PERCENTILE.INC,
// and NumPy and R use it unless told otherwise. The result is the float64
// nearest to the exact value.
func (s Sample) Quantile(l Level, unit int64) (float64, bool) {
	l.check()
	checkUnit(unit)
	if s.n == 0 {
		return 0, false
	}
	// (n−1)·Num is below 2^64·Den, because Num ≤ Den, so the quotient fits.
	hi, lo := bits.Mul64(s.n-1, l.Num)
	rank, rest := bits.Div64(hi, lo, l.Den)
	below, above := s.neighbours(rank)
	return interpolate(below, above, rest, l.Den, unit), true
}

func checkUnit(unit int64) {
	if unit < 1 {
		panic(fmt.Sprintf("stats: unit %d is not positive", unit))
	}
}

// neighbours returns the observations of ranks rank and rank+1, counted from 0
// in ascending order. The last observation is its own successor.
func (s Sample) neighbours(rank uint64) (below, above int64) {
	for i, b := range s.bins {
		if rank >= b.Count {
			rank -= b.Count
			continue
		}
		if rank+1 == b.Count && i+1 < len(s.bins) {
			return b.Value, s.bins[i+1].Value
		}
		return b.Value, b.Value
	}
	panic("stats: a rank beyond the sample")
}

// interpolate returns the float64 nearest to (below + (above−below)·num/den) /
// unit, for below ≤ above and num < den.
func interpolate(below, above int64, num, den uint64, unit int64) float64 {
	gap := uint64(above) - uint64(below) // exact even where above−below overflows
	if gap == 0 || num == 0 {
		gap, num, den = 0, 0, 1
	}
	// Both sides of the quotient are integers. Below 2^53 a float64 holds them
	// exactly, and then the division is the only rounding.
	if bits.Len64(magnitude(below))+bits.Len64(den) <= 52 &&
		bits.Len64(gap)+bits.Len64(num) <= 52 &&
		bits.Len64(den)+bits.Len64(uint64(unit)) <= 53 {
		return float64(below*int64(den)+int64(gap*num)) / float64(den*uint64(unit))
	}
	d := new(big.Int).SetUint64(den)
	top := new(big.Int).Mul(big.NewInt(below), d)
	top.Add(top, new(big.Int).Mul(new(big.Int).SetUint64(gap), new(big.Int).SetUint64(num)))
	nearest, _ := new(big.Rat).SetFrac(top, d.Mul(d, big.NewInt(unit))).Float64()
	return nearest
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}
