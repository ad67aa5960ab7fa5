package main

import (
	"encoding/hex"
	"math"
	"math/rand/v2"
	"time"
)

func newRandom(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// lognormal is a distribution of times, with a tail of slow ones.
type lognormal struct {
	median time.Duration
	sigma  float64
	slow   float64 // share of the times that take two to six times as long
}

// draw gives a time in whole multiples of step, the smallest that the log can print.
func (l lognormal) draw(random *rand.Rand, step time.Duration) time.Duration {
	drawn := float64(l.median) * math.Exp(l.sigma*random.NormFloat64())
	if l.slow > 0 && random.Float64() < l.slow {
		drawn *= 2 + 4*random.Float64()
	}
	return max(time.Duration(drawn).Round(step), step)
}

// appendUUID appends a random UUID of version 4.
func appendUUID(b []byte, random *rand.Rand) []byte {
	var digits [32]byte
	appendHexUUID(digits[:0], random)
	for i, digit := range digits {
		if i == 8 || i == 12 || i == 16 || i == 20 {
			b = append(b, '-')
		}
		b = append(b, digit)
	}
	return b
}

// appendHexUUID appends a random UUID of version 4 without its hyphens, the end of a stream's name.
func appendHexUUID(b []byte, random *rand.Rand) []byte {
	var id [16]byte
	high, low := random.Uint64(), random.Uint64()
	for i := range 8 {
		id[i], id[8+i] = byte(high>>(8*i)), byte(low>>(8*i))
	}
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return hex.AppendEncode(b, id[:])
}

// appendStream appends the name of a new sandbox's log stream; function is empty in a function's own log group.
func appendStream(b []byte, day time.Time, function string, random *rand.Rand) []byte {
	b = day.AppendFormat(b, "2006/01/02/")
	b = append(b, function...)
	b = append(b, "[$LATEST]"...)
	return appendHexUUID(b, random)
}
