// Package stats counts, pools and summarises samples of integers, exactly.
//
// A measurement that is printed in fixed steps (a duration in whole
// microseconds, a size in whole megabytes) is an integer, and a sample of such
// measurements is a multiset: value → count. Three shapes follow one another:
//
//   - [Distribution] is a multiset that grows. It takes one value at a time on
//     the hot path, and merges with others by addition.
//   - [Sample] is a finished multiset in ascending order. It is immutable, and
//     quantiles, pooling and iteration work on it.
//   - [Summary] is the row of figures that people read, in a unit of their
//     choice, with what is absent or poorly supported marked as such.
//
// Memory grows with the number of distinct values and not with the number of
// observations, and no figure depends on the order in which values arrived.
//
// The package leaves to others what the integers mean, which of them belong
// together, and how a figure is rounded and printed.
package stats
