package coldstart

import (
	"cmp"
	"strconv"
	"time"
)

// Dimension is a property of invocations by which they can be grouped.
type Dimension uint8

// The dimensions.
const (
	ByFunction Dimension = iota
	ByVersion
	ByMemory
	ByArch
	ByRuntime
	ByRegion
	ByDay
	ByHour
	ByRun
	ByStream
	ByStart

	numDimensions = int(ByStart) + 1
)

// Dimensions are all dimensions, in the order in which they are listed.
var Dimensions = [numDimensions]Dimension{
	ByFunction, ByVersion, ByMemory, ByArch, ByRuntime, ByRegion, ByDay, ByHour, ByRun, ByStream, ByStart,
}

// String returns the dimension's name, as users write it.
func (d Dimension) String() string {
	return [numDimensions]string{
		"function", "version", "memory", "arch", "runtime", "region", "day", "hour", "run", "stream", "start",
	}[d]
}

// ParseDimension returns the dimension called name.
func ParseDimension(name string) (Dimension, bool) {
	for _, d := range Dimensions {
		if d.String() == name {
			return d, true
		}
	}
	return 0, false
}

// variesInStream reports whether two invocations of one log stream can differ
// in the dimension, so that the group cannot be remembered with the stream. That
// its function becomes known is no such case: then the group is forgotten.
func (d Dimension) variesInStream() bool {
	switch d {
	case ByFunction, ByArch, ByRegion, ByStream:
		return false
	}
	return true
}

const hourLayout = "2006-01-02T15:00Z07:00"

// value returns the dimension of an invocation, empty where it is not known.
func (d Dimension) value(inv *Invocation, zone *time.Location) string {
	switch d {
	case ByFunction:
		return inv.Function
	case ByVersion:
		return inv.Version
	case ByMemory:
		if mb, ok := inv.Memory(); ok {
			return strconv.FormatInt(mb, 10)
		}
	case ByArch:
		return inv.Event.Stream.Arch
	case ByRuntime:
		return inv.Runtime
	case ByRegion:
		return inv.Event.Stream.Region
	case ByDay:
		if inv.Begin.Known {
			return time.UnixMilli(inv.Begin.Millis).In(zone).Format(time.DateOnly)
		}
	case ByHour:
		if inv.Begin.Known {
			return time.UnixMilli(inv.Begin.Millis).In(zone).Format(hourLayout)
		}
	case ByRun:
		if inv.Run > 0 {
			return strconv.Itoa(inv.Run)
		}
	case ByStream:
		return inv.Event.Stream.Name
	case ByStart:
		return inv.Start.String()
	}
	return ""
}

// compare orders two values of the dimension: starts as they are printed, hours
// by time, numbers by size and before names.
func (d Dimension) compare(a, b string) int {
	switch d {
	case ByStart:
		ka, _ := ParseStartKind(a)
		kb, _ := ParseStartKind(b)
		return cmp.Compare(ka, kb)
	case ByHour: // where clocks are put back, one comes twice
		ta, _ := time.Parse(hourLayout, a)
		tb, _ := time.Parse(hourLayout, b)
		return ta.Compare(tb)
	}
	na, errA := strconv.Atoi(a)
	nb, errB := strconv.Atoi(b)
	switch {
	case errA == nil && errB == nil:
		return cmp.Compare(na, nb)
	case errA == nil:
		return -1
	case errB == nil:
		return 1
	}
	return cmp.Compare(a, b)
}
