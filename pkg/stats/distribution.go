package stats

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/bits"
	"runtime"
)

// ErrOverflow reports that a distribution or a pooled sample would hold more
// than 2^63−1 observations.
var ErrOverflow = errors.New("more than 2^63-1 observations")

// maxObservations is what AddN, Merge and Pool fill a multiset up to. It is
// half of what a uint64 counts, so that Add, which does not check, has 2^63
// calls left before it could overflow: 292 years of them at a nanosecond each.
const maxObservations = math.MaxInt64

// A Bin is one distinct value and how often it was observed.
type Bin struct {
	Value int64
	Count uint64
}

// A Distribution is an exact multiset of integers that grows by observation.
// Its zero value is empty and ready to use. Any int64 may be a value, although
// it is made for those from 0 to 2^32−1: in microseconds 71 minutes, and no
// function of AWS Lambda runs for more than 15.
//
// It takes 8 bytes a slot and has between 4/3 and 8/3 slots for each distinct
// value (at least 16), however many observations there are. It must not be
// used by several goroutines at once.
type Distribution struct {
	// slots is a hash table with linear probing. Its length is zero or a power
	// of two; a slot is empty exactly when its count is zero.
	slots []slot
	shift uint8 // 64 − log2(len(slots))
	used  int   // slots that are not empty
	n     uint64
	// rest counts what a slot cannot hold: other values, and what goes beyond
	// the counts of slots.
	rest map[int64]uint64
	// pending are observations that are in n and not in the table yet: see Add.
	pending []uint32
}

// slot is a Bin in half the space, so that twice as many stay in the cache.
type slot struct {
	value uint32
	count uint32
}

const (
	minSlots = 16
	// A table of manySlots does not stay in a processor's second-level cache,
	// with all else that it has to hold.
	manySlots = 1 << 14
	// batch is how many observations are entered in a large table at once. The
	// slots of a batch fit the first-level cache.
	batch = 256
)

// golden is 2^64 divided by the golden ratio. The top bits of its multiples lie
// as evenly as multiples can, so runs of equally spaced values, which is what
// measurements in fixed steps are, hardly collide (Knuth, The Art of Computer
// Programming, volume 3, section 6.4, "Fibonacci hashing").
const golden uint64 = 0x9E3779B97F4A7C15

// home is the slot where the search for value begins in a table of 2^(64−shift)
// slots. The mask only tells the compiler that the shift is below 64.
func home(value uint32, shift uint8) uint64 {
	return uint64(value) * golden >> (shift & 63)
}

// Add counts one observation of value.
//
// In a large table nearly every observation waits for main memory. Observations
// that are gathered and entered together wait at the same time.
func (d *Distribution) Add(value int64) {
	d.n++
	v := uint32(value)
	if int64(v) != value {
		d.addRest(value, 1)
		return
	}
	if len(d.slots) < manySlots {
		d.count(v)
		return
	}
	if d.pending == nil {
		d.pending = make([]uint32, 0, batch)
	}
	d.pending = append(d.pending, v)
	if len(d.pending) == batch {
		d.enter()
	}
}

// count enters one observation in the table.
func (d *Distribution) count(value uint32) {
	// Most values are in their first slot. An empty table fails the test of
	// the index, which also spares the bounds checks.
	i := home(value, d.shift)
	if i < uint64(len(d.slots)) {
		if s := &d.slots[i]; s.value == value && s.count-1 < math.MaxUint32-1 {
			s.count++
			return
		}
	}
	d.add(value, 1)
}

// enter enters the pending observations in the table.
func (d *Distribution) enter() {
	if len(d.pending) == 0 {
		return
	}
	// The first loop has no branch that depends on what it loads, so that the
	// processor loads many slots at once.
	var loaded uint32
	for _, value := range d.pending {
		loaded |= d.slots[home(value, d.shift)].count
	}
	runtime.KeepAlive(loaded) // else the compiler would leave the loop out
	for _, value := range d.pending {
		d.count(value)
	}
	d.pending = d.pending[:0]
}

// AddN counts n observations of value; n may be zero. When the total would
// exceed 2^63−1 it returns an error that wraps [ErrOverflow] and leaves d as
// it was.
func (d *Distribution) AddN(value int64, n uint64) error {
	if n == 0 {
		return nil
	}
	total, err := checkedTotal(d.n, n)
	if err != nil {
		return err
	}
	d.n = total
	d.addBin(value, n)
	return nil
}

// addBin counts n > 0 observations of value; the total is the caller's.
func (d *Distribution) addBin(value int64, n uint64) {
	if v := uint32(value); int64(v) == value && n <= math.MaxUint32 {
		d.add(v, uint32(n))
	} else {
		d.addRest(value, n)
	}
}

func (d *Distribution) addRest(value int64, n uint64) {
	if d.rest == nil {
		d.rest = make(map[int64]uint64)
	}
	d.rest[value] += n
}

// Merge adds every observation of other, which may be d itself, and leaves
// other as it was. When the total would exceed 2^63−1 it returns an error that
// wraps [ErrOverflow] and leaves d as it was too.
func (d *Distribution) Merge(other *Distribution) error {
	total, err := checkedTotal(d.n, other.n)
	if err != nil {
		return err
	}
	other.enter()
	rest := maps.Clone(other.rest)
	d.n = total
	// In the order of their slots the values arrive sorted by hash, and would
	// pile up at the beginning of a smaller table until it grows. Steps of the
	// golden section reach every slot, because they are odd, and spread.
	slots := other.slots
	mask := uint64(len(slots)) - 1
	step := golden>>(other.shift&63) | 1
	for i, at := 0, uint64(0); i < len(slots); i, at = i+1, (at+step)&mask {
		if s := slots[at]; s.count != 0 {
			d.add(s.value, s.count)
		}
	}
	for value, n := range rest {
		d.addRest(value, n)
	}
	return nil
}

// N is the number of observations.
func (d *Distribution) N() uint64 { return d.n }

// checkedTotal adds two numbers of observations. No count of a value exceeds
// the total of its multiset, so checking the total checks every count.
func checkedTotal(a, b uint64) (uint64, error) {
	total, carry := bits.Add64(a, b, 0)
	if carry != 0 || total > maxObservations {
		return 0, fmt.Errorf("adding %d observations to %d: %w", b, a, ErrOverflow)
	}
	return total, nil
}

// add counts n > 0 observations of value in the table; the total is the
// caller's.
func (d *Distribution) add(value, n uint32) {
	if len(d.slots) == 0 {
		d.grow()
	}
	s := d.find(value)
	if s.count == 0 {
		if d.used >= len(d.slots)/4*3 {
			d.grow()
			s = d.find(value)
		}
		d.used++
		s.value = value
	}
	sum, carry := bits.Add32(s.count, n, 0)
	if carry != 0 {
		d.addRest(int64(value), uint64(n))
		return
	}
	s.count = sum
}

// find returns the slot of value, or else the empty slot where it belongs. At
// least a quarter of the slots are empty, so there is always one.
func (d *Distribution) find(value uint32) *slot {
	mask := uint64(len(d.slots)) - 1
	for i := home(value, d.shift); ; i = (i + 1) & mask {
		if s := &d.slots[i]; s.count == 0 || s.value == value {
			return s
		}
	}
}

func (d *Distribution) grow() {
	old := d.slots
	d.slots = make([]slot, max(minSlots, 2*len(old)))
	d.shift = uint8(64 - bits.TrailingZeros(uint(len(d.slots))))
	for _, s := range old {
		if s.count != 0 {
			*d.find(s.value) = s
		}
	}
}
