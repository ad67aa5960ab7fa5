package coldstart

import (
	"hash/maphash"
	"math"
	"math/bits"
	"slices"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// Dedup says how far back duplicates are looked for.
type Dedup uint8

// The reaches of duplicate detection.
const (
	// DedupWindow looks among the last DedupReports reports of an input, or of
	// all that are pooled by one label or name.
	DedupWindow Dedup = iota
	// DedupAll looks among all of them and remembers each, in some 30 to 60
	// bytes.
	DedupAll
	// DedupNone takes every report for another invocation.
	DedupNone
)

// DedupReports is how many reports DedupWindow looks back.
const DedupReports = 1 << 17

// seen remembers the last reports of a pool of inputs by a hash of their request
// id and numbers, and among them inits that failed. Seeing two of n reports with
// one hash by accident has a chance of n²/2⁶⁵. It grows as it is needed: an input
// is often short.
//
// The reports stand in a ring. They are found through buckets of eight slots,
// each a byte of one word: nearly every report is new, and finding that out
// takes one look at one word, in an array that stays in the processor's cache.
type seen struct {
	bounded bool
	seed    maphash.Seed
	ring    []seenReport
	next    int // place in the ring for the next report, once it is full

	// tags holds eight tags for each bucket, 0 for an empty slot; places holds
	// the place in the ring of each slot's report.
	tags   []uint64
	places []uint32
	// spilled holds the places of reports whose bucket is full. A bucket that is
	// not full has none there.
	spilled map[uint64][]uint32
}

type seenReport struct {
	hash uint64
	// when is the time in milliseconds, noTime where there is none, and in its
	// lower slotBits the slot within the bucket, noSlot for one that is spilled.
	when int64
}

// slot is the report's slot within its bucket.
func (r *seenReport) slot() int { return int(r.when & slotMask) }

func (r *seenReport) setSlot(slot int) { r.when = r.when&^slotMask | int64(slot) }

// millis is the report's time.
func (r *seenReport) millis() int64 { return r.when >> slotBits }

const (
	slotBits = 4
	slotMask = 1<<slotBits - 1
	noTime   = math.MinInt64 >> slotBits
	noSlot   = slotMask

	slotsPerBucket = 8
	// With two slots for each report one bucket in twenty is full; with more,
	// the tags would not stay in the cache.
	slotsPerReport = 2
	lowBits        = 0x0101010101010101 // of each tag
	highBits       = 0x8080808080808080 // of each tag; set unless it is empty
)

func newSeen(reach Dedup) *seen {
	s := &seen{bounded: reach == DedupWindow, seed: maphash.MakeSeed()}
	s.resize(8)
	return s
}

// duplicate remembers a report and reports whether the same was seen before:
// the same request id and numbers, at the same time or at one that is unknown.
// A request that was retried has the same id, but other numbers or another
// time.
func (s *seen) duplicate(rec *lambdalog.Record, t logs.Time) bool {
	return s.again(s.hash(rec), t)
}

// repeated is duplicate for an init or restore, which has no request id.
func (s *seen) repeated(a attempt, t logs.Time) bool {
	return s.again(maphash.Comparable(s.seed, a), t)
}

func (s *seen) again(hash uint64, t logs.Time) bool {
	report := seenReport{hash: hash, when: noTime << slotBits}
	if t.Known {
		report.when = t.Millis << slotBits
	}
	if s.has(&report) {
		return true
	}
	if s.bounded && len(s.ring) == DedupReports {
		s.forget(s.next)
		s.ring[s.next] = report
		s.insert(s.next)
		s.next = (s.next + 1) % DedupReports
		return false
	}
	s.ring = append(s.ring, report)
	if slotsPerReport*len(s.ring) > len(s.places) {
		s.resize(2 * len(s.tags))
	} else {
		s.insert(len(s.ring) - 1)
	}
	return false
}

func (s *seen) bucket(hash uint64) uint64 { return hash & uint64(len(s.tags)-1) }

// tag is the byte that stands for a hash, by bits that the bucket does not use.
func tag(hash uint64) uint64 { return hash>>56 | 0x80 }

// has reports whether a report is a duplicate of one that is remembered.
func (s *seen) has(report *seenReport) bool {
	bucket := s.bucket(report.hash)
	tags := s.tags[bucket]
	// A byte of different is zero where the tag is the same; the next line sets
	// the high bit of the lowest such byte, and perhaps of others, which the
	// comparison of hashes sorts out.
	different := tags ^ tag(report.hash)*lowBits
	for same := (different - lowBits) &^ different & highBits; same != 0; same &= same - 1 {
		slot := bucket*slotsPerBucket + uint64(bits.TrailingZeros64(same)/8)
		if s.ring[s.places[slot]].equals(report) {
			return true
		}
	}
	if tags&highBits == highBits {
		for _, place := range s.spilled[bucket] {
			if s.ring[place].equals(report) {
				return true
			}
		}
	}
	return false
}

func (r *seenReport) equals(other *seenReport) bool {
	return r.hash == other.hash &&
		(r.millis() == other.millis() || r.millis() == noTime || other.millis() == noTime)
}

// insert enters the ring's report at place.
func (s *seen) insert(place int) {
	report := &s.ring[place]
	bucket := s.bucket(report.hash)
	empty := ^s.tags[bucket] & highBits
	if empty == 0 {
		report.setSlot(noSlot)
		s.spilled[bucket] = append(s.spilled[bucket], uint32(place))
		return
	}
	s.put(bucket, bits.TrailingZeros64(empty)/8, place)
}

// put enters the ring's report at place into an empty slot of its bucket.
func (s *seen) put(bucket uint64, slot, place int) {
	report := &s.ring[place]
	s.tags[bucket] |= tag(report.hash) << (8 * slot)
	report.setSlot(slot)
	s.places[int(bucket)*slotsPerBucket+slot] = uint32(place)
}

// forget takes out the ring's report at place. A spilled report of the same
// bucket gets its slot.
func (s *seen) forget(place int) {
	report := &s.ring[place]
	bucket := s.bucket(report.hash)
	var spilled []uint32
	if s.tags[bucket]&highBits == highBits {
		spilled = s.spilled[bucket]
	}
	if report.slot() == noSlot {
		at := slices.Index(spilled, uint32(place))
		s.setSpilled(bucket, slices.Delete(spilled, at, at+1))
		return
	}
	slot := report.slot()
	s.tags[bucket] &^= 0xff << (8 * slot)
	if len(spilled) > 0 {
		s.put(bucket, slot, int(spilled[0]))
		s.setSpilled(bucket, spilled[1:])
	}
}

func (s *seen) setSpilled(bucket uint64, places []uint32) {
	if len(places) == 0 {
		delete(s.spilled, bucket)
		return
	}
	s.spilled[bucket] = places
}

// resize enters all reports anew into so many buckets, a power of two.
func (s *seen) resize(buckets int) {
	s.tags = make([]uint64, buckets)
	s.places = make([]uint32, buckets*slotsPerBucket)
	s.spilled = make(map[uint64][]uint32)
	for place := range s.ring {
		s.insert(place)
	}
}

// hash hashes the request id and the numbers, absent ones as 0: that a report
// names no number where another one names 0 is told by the set of fields.
func (s *seen) hash(rec *lambdalog.Record) uint64 {
	var numbers [6]uint64
	set := func(i int, field lambdalog.Fields, v uint64) {
		if rec.Has(field) {
			numbers[i] = v
		}
	}
	set(0, lambdalog.Billed, uint64(rec.Billed))
	set(1, lambdalog.Memory, uint64(rec.MemoryMB))
	set(2, lambdalog.MaxMemory, uint64(rec.MaxMemoryMB))
	set(3, lambdalog.Init, uint64(rec.Init))
	set(4, lambdalog.Restore, uint64(rec.Restore))
	set(5, lambdalog.BilledRestore, uint64(rec.BilledRestore))
	const named = lambdalog.Duration | lambdalog.Billed | lambdalog.Memory | lambdalog.MaxMemory |
		lambdalog.Init | lambdalog.Restore | lambdalog.BilledRestore
	// The products do not wait for each other.
	return maphash.Bytes(s.seed, rec.RequestID) ^
		fold(uint64(rec.Duration)^0x2d358dccaa6c78a5, numbers[0]^0x8bb84b93962eacc9) ^
		fold(numbers[1]<<32^numbers[2]^0x4b33a62ed433d4a3, numbers[3]^0x4d5a2da51de1aa47) ^
		fold(numbers[4]^uint64(rec.Fields&named)<<48^0xa0761d6478bd642f, numbers[5]^0xe7037ed1a0b428db)
}

// fold multiplies two numbers and folds the halves of the product together, as
// wyhash does, whose constants the hash uses: they are odd, and half of their
// bits are set.
func fold(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}
