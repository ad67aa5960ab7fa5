package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Support says how far a figure may be relied upon.
type Support uint8

const (
	// Absent means that the sample does not define the figure.
	Absent Support = iota
	// Unsupported means that the figure is defined, but the sample is too small for it.
	// It is to be shown with a mark.
	Unsupported
	// Supported means that the sample is large enough for the figure.
	Supported
)

// A Figure is one number of a summary. Its zero value is absent.
type Figure struct {
	Value   float64 // zero when absent
	Support Support
}

// Present says whether the figure has a value at all.
func (f Figure) Present() bool { return f.Support != Absent }

// A Summary is the row of figures that describes a sample. Every figure but the
// count is in the unit that [Summarize] was given. Of an empty sample all
// figures are absent, which makes the zero Summary that of no observation.
type Summary struct {
	Count uint64
	Min   Figure
	Mean  Figure
	Max   Figure
	// Median, P95 and P99 are quantiles of type 7, see [Sample.Quantile], and
	// unsupported below 2, 20 and 100 observations, see [Level.Supported].
	Median Figure
	P95    Figure
	P99    Figure
	// StdDev is the standard deviation of a sample, with n−1 in the
	// denominator. It is absent below two observations.
	StdDev Figure
}

// Summarize summarises s in a unit of so many steps of a value: 1000 when values
// are microseconds and figures are to be milliseconds, 1 when both are MB. It
// panics when unit is not positive.
//
// Minimum, maximum and quantiles are the float64 nearest to the exact figure;
// mean and standard deviation are good to at least 12 digits, however small the
// spread is against the values.
func Summarize(s Sample, unit int64) Summary {
	checkUnit(unit)
	if s.n == 0 {
		return Summary{}
	}
	least, most := s.bins[0].Value, s.bins[len(s.bins)-1].Value
	lowest := interpolate(least, least, 0, 1, unit)
	highest := interpolate(most, most, 0, 1, unit)
	offset, squares := moments(s.bins)
	mean := (float64(least) + offset) / float64(unit)

	summary := Summary{
		Count: s.n,
		Min:   Figure{lowest, Supported},
		// Rounding must not carry the mean out of the sample.
		Mean:   Figure{min(max(mean, lowest), highest), Supported},
		Max:    Figure{highest, Supported},
		Median: percentile(s, 50, unit),
		P95:    percentile(s, 95, unit),
		P99:    percentile(s, 99, unit),
	}
	if s.n > 1 {
		deviation := math.Sqrt(squares/float64(s.n-1)) / float64(unit)
		summary.StdDev = Figure{deviation, Supported}
	}
	return summary
}

func percentile(s Sample, p uint64, unit int64) Figure {
	level := Percentile(p)
	value, _ := s.Quantile(level, unit)
	if level.Supported(s.n) {
		return Figure{value, Supported}
	}
	return Figure{value, Unsupported}
}

// blockBins is how many bins are turned into floating point at a time. Blocks
// keep a summary at 64 KiB where whole slices would take as much memory again
// as the sample itself.
const blockBins = 4096

// moments returns the mean of the observations, less the value of the first
// bin, and the sum of the squares of their deviations from the mean. Distances
// from the least value keep every digit of a small spread around a large value.
//
// Blocks are combined by formula 2.1 of Chan, Golub and LeVeque, "Algorithms
// for Computing the Sample Variance", The American Statistician 37 (1983),
// pages 242–247.
func moments(bins []Bin) (mean, squares float64) {
	origin := uint64(bins[0].Value)
	x := make([]float64, min(len(bins), blockBins))
	weights := make([]float64, len(x))
	var n float64
	for block := range slices.Chunk(bins, blockBins) {
		var size float64
		for i, b := range block {
			x[i] = float64(uint64(b.Value) - origin)
			weights[i] = float64(b.Count)
			size += weights[i]
		}
		blockMean, variance := stat.PopMeanVariance(x[:len(block)], weights[:len(block)])
		distance := blockMean - mean
		share := size / (n + size)
		mean += distance * share
		squares += variance*size + distance*distance*n*share
		n += size
	}
	return mean, squares
}
