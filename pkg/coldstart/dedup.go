package coldstart

import (
	"hash/maphash"
	"math"
	"math/bits"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// Dedup says how far back duplicates are looked for.
type Dedup uint8

// The reaches of duplicate detection.
const (
	// DedupWindow looks among the last DedupReports reports of an input.
	DedupWindow Dedup = iota
	// DedupAll looks among all of them and remembers each, in some 30 to 60
	// bytes.
	DedupAll
	// DedupNone takes every report for another invocation.
	DedupNone
)

// DedupReports is how many reports DedupWindow looks back.
const DedupReports = 1 << 17

// seen remembers the last reports of an input by a hash of their request id and
// numbers, in a ring and a table of places in it. Seeing two of n reports with
// one hash by accident has a chance of n²/2⁶⁵.
//
// Both grow as they are needed: an input is often short.
type seen struct {
	bounded bool
	seed    maphash.Seed
	ring    []seenReport
	next    int // place in the ring for the next report, once it is full
	// table is an open-addressing table (linear probing) of places in the ring
	// plus one; 0 is empty. It has at least twice as many slots as reports.
	table []uint32
}

type seenReport struct {
	hash   uint64
	millis int64 // noTime where there is none
}

const noTime = math.MinInt64

func newSeen(reach Dedup) *seen {
	return &seen{bounded: reach == DedupWindow, seed: maphash.MakeSeed()}
}

// duplicate remembers a report and reports whether the same was seen before:
// the same request id and numbers, at the same time or at one that is unknown.
// A request that was retried has the same id, but other numbers or another
// time.
func (s *seen) duplicate(rec *lambdalog.Record, t logs.Time) bool {
	report := seenReport{s.hash(rec), noTime}
	if t.Known {
		report.millis = t.Millis
	}
	hash := report.hash
	if 2*len(s.ring) >= len(s.table) && !(s.bounded && len(s.ring) == DedupReports) {
		s.grow()
	}
	mask := uint64(len(s.table) - 1)
	at := hash & mask
	for ; s.table[at] != 0; at = (at + 1) & mask {
		known := s.ring[s.table[at]-1]
		if known.hash == hash && (known.millis == report.millis || known.millis == noTime || !t.Known) {
			return true
		}
	}
	place := len(s.ring)
	if s.bounded && place == DedupReports {
		place = s.next
		s.next = (s.next + 1) % DedupReports
		s.forget(place)
		// Forgetting moves entries, perhaps into the slot that was found.
		for at = hash & mask; s.table[at] != 0; {
			at = (at + 1) & mask
		}
		s.ring[place] = report
	} else {
		s.ring = append(s.ring, report)
	}
	s.table[at] = uint32(place + 1)
	return false
}

func (s *seen) hash(rec *lambdalog.Record) uint64 {
	h := maphash.Bytes(s.seed, rec.RequestID)
	mix := func(field lambdalog.Fields, value int64) {
		if rec.Has(field) {
			h = (bits.RotateLeft64(h, 23) ^ uint64(value) ^ uint64(field)<<48) * 0x9e3779b97f4a7c15
		}
	}
	mix(lambdalog.Duration, int64(rec.Duration))
	mix(lambdalog.Billed, int64(rec.Billed))
	mix(lambdalog.Memory, rec.MemoryMB)
	mix(lambdalog.MaxMemory, rec.MaxMemoryMB)
	mix(lambdalog.Init, int64(rec.Init))
	mix(lambdalog.Restore, int64(rec.Restore))
	mix(lambdalog.BilledRestore, int64(rec.BilledRestore))
	return h ^ h>>32
}

// grow doubles the table.
func (s *seen) grow() {
	s.table = make([]uint32, max(64, 2*len(s.table)))
	mask := uint64(len(s.table) - 1)
	for place, r := range s.ring {
		at := r.hash & mask
		for s.table[at] != 0 {
			at = (at + 1) & mask
		}
		s.table[at] = uint32(place + 1)
	}
}

// forget takes the report at place out of the table and moves up the entries
// behind it that probing would no longer reach (Knuth, The Art of Computer
// Programming 3, 6.4, algorithm R).
func (s *seen) forget(place int) {
	mask := uint64(len(s.table) - 1)
	hole := s.ring[place].hash & mask
	for s.table[hole] != uint32(place+1) {
		hole = (hole + 1) & mask
	}
	for at := (hole + 1) & mask; s.table[at] != 0; at = (at + 1) & mask {
		home := s.ring[s.table[at]-1].hash & mask
		if (at-home)&mask >= (at-hole)&mask {
			s.table[hole] = s.table[at]
			hole = at
		}
	}
	s.table[hole] = 0
}
