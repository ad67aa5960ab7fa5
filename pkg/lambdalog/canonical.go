package lambdalog

import (
	"encoding/binary"
	"math/bits"
)

// parseCanonical reads a REPORT in the very bytes that Lambda prints, which
// nearly every report in the world has. It walks the labels in their order with
// comparisons of fixed length and leaves what follows Max Memory Used to
// parseFields. ok is false for anything else, also for what is refused.
func parseCanonical(b []byte, rec *Record) (n int, ok bool) {
	const head = len("REPORT RequestId: ")
	i := head + uuidLen
	if len(b) <= i || !atReport(b) || !atDuration(b[i:]) || !isUUID(b[head:i]) {
		return 0, false
	}
	rec.reset(Report)
	rec.RequestID = b[head:i]
	if rec.Duration, i, ok = canonicalMillis(b, i+len("\tDuration: ")); !ok || !atBilled(b[i:]) {
		return 0, false
	}
	if rec.Billed, i, ok = canonicalMillis(b, i+len("\tBilled Duration: ")); !ok {
		return 0, false
	}
	if i < len(b) && b[i] == ' ' { // as Lambda printed it until 2019
		i++
	}
	if !atMemory(b[i:]) {
		return 0, false
	}
	if rec.MemoryMB, i, ok = canonicalMB(b, i+len("\tMemory Size: ")); !ok || !atMaxMemory(b[i:]) {
		return 0, false
	}
	if rec.MaxMemoryMB, i, ok = canonicalMB(b, i+len("\tMax Memory Used: ")); !ok {
		return 0, false
	}
	rec.Fields = RequestID | Duration | Billed | Memory | MaxMemory
	if i < len(b) && b[i] == '\t' {
		i++
	}
	if i == len(b) || b[i] == '\n' && i+1 == len(b) {
		return len(b), true
	}
	i, err := parseFields(b, i, rec)
	return i, err == nil
}

// parseStart is parseCanonical for START lines, which are as many.
func parseStart(b []byte, rec *Record) (n int, ok bool) {
	const head, version, latest = len("START RequestId: "), " Version: ", "$LATEST"
	end := head + uuidLen
	if len(b) < end || !atStart(b) || !hasPrefix(b[end:], version) || !isUUID(b[head:end]) {
		return 0, false
	}
	i := end + len(version)
	word := b[i:min(len(b), i+len(latest))]
	if string(word) == latest {
		i += len(latest)
	} else {
		word, i = token(b, i)
	}
	if i < len(b) && b[i] == '\n' {
		i++
	}
	if i < len(b) || len(word) == 0 {
		return 0, false
	}
	rec.reset(Start)
	rec.RequestID, rec.Version = b[head:end], word
	rec.Fields = RequestID | Version
	return i, true
}

// The labels stand in functions of their own, and the longer ones in two parts,
// because the compiler compares with a constant of up to sixteen bytes, and with
// nothing else, without a call.

func atReport(b []byte) bool {
	return len(b) >= 18 && string(b[:7]) == "REPORT " && string(b[7:18]) == "RequestId: "
}

func atStart(b []byte) bool {
	return len(b) >= 17 && string(b[:6]) == "START " && string(b[6:17]) == "RequestId: "
}

func atDuration(b []byte) bool {
	return len(b) >= 11 && string(b[:11]) == "\tDuration: "
}

func atBilled(b []byte) bool {
	return len(b) >= 18 && string(b[:8]) == "\tBilled " && string(b[8:18]) == "Duration: "
}

func atMemory(b []byte) bool {
	return len(b) >= 14 && string(b[:14]) == "\tMemory Size: "
}

func atMaxMemory(b []byte) bool {
	return len(b) >= 18 && string(b[:12]) == "\tMax Memory " && string(b[12:18]) == "Used: "
}

func atMS(b []byte) bool { return len(b) >= 3 && string(b[:3]) == " ms" }

func atMB(b []byte) bool { return len(b) >= 3 && string(b[:3]) == " MB" }

// canonicalMillis reads a number of milliseconds at b[i:] and its unit.
func canonicalMillis(b []byte, i int) (v Micros, next int, ok bool) {
	const unit = len(" ms")
	n, at := fewDigits(b, i)
	// Two decimals, as in a duration, or none, as in a billed one.
	if at > i && atMS(b[at:]) {
		return Micros(n) * 1000, at + unit, true
	}
	if at > i && len(b) >= at+3 && b[at] == '.' && isDigit(b[at+1]) && isDigit(b[at+2]) && atMS(b[at+3:]) {
		hundredths := n*100 + int64(b[at+1]-'0')*10 + int64(b[at+2]-'0')
		return Micros(hundredths) * 10, at + 3 + unit, true
	}
	v, i, ok = millis(b, i)
	if !ok || !atMS(b[i:]) {
		return 0, i, false
	}
	return v, i + unit, true
}

// canonicalMB reads a whole number of megabytes at b[i:] and its unit.
func canonicalMB(b []byte, i int) (v int64, next int, ok bool) {
	const unit = len(" MB")
	v, at := fewDigits(b, i)
	if at > i && atMB(b[at:]) {
		return v, at + unit, true
	}
	v, i, ok = whole(b, i)
	if !ok || !atMB(b[i:]) {
		return 0, i, false
	}
	return v, i + unit, true
}

// fewDigits reads the digits at b[i:], up to nine. That numbers have more or
// fewer of them is what a processor cannot foresee in a log, so that, where
// there is room, eight bytes are read at once and no branch depends on them.
func fewDigits(b []byte, i int) (v int64, next int) {
	if len(b) >= i+8 {
		x := binary.LittleEndian.Uint64(b[i:]) ^ '0'*eachByte
		// The high bit of the first byte over 9; those behind it do not matter.
		if above := (x | (x + 0x76*eachByte)) & highBits; above != 0 {
			n := bits.TrailingZeros64(above) / 8
			return eightDigits(x << (64 - 8*n)), i + n
		}
	}
	for _, c := range b[i:min(len(b), i+9)] {
		if !isDigit(c) {
			break
		}
		v = v*10 + int64(c-'0')
		i++
	}
	return v, i
}

// eightDigits returns the number whose decimal digits are the bytes of x, the
// first in the lowest byte: pairs of digits are joined, then pairs of pairs.
func eightDigits(x uint64) int64 {
	x = x*10 + x>>8
	const pairs = 0x000000ff000000ff
	x = x&pairs*(1_000_000<<32+100) + x>>16&pairs*(10_000<<32+1)
	return int64(x >> 32)
}

// uuidLen is the length of a request id, which is a UUID in all but tests.
const uuidLen = 36

// isUUID reports whether all of the uuidLen bytes of id are letters, digits or
// dashes. It looks at eight of them at once.
func isUUID(id []byte) bool {
	_ = id[uuidLen-1]
	return lettersDigitsDashes(binary.LittleEndian.Uint64(id))&
		lettersDigitsDashes(binary.LittleEndian.Uint64(id[8:]))&
		lettersDigitsDashes(binary.LittleEndian.Uint64(id[16:]))&
		lettersDigitsDashes(binary.LittleEndian.Uint64(id[24:]))&
		lettersDigitsDashes(binary.LittleEndian.Uint64(id[uuidLen-8:])) == highBits
}

const (
	eachByte = 0x0101010101010101
	highBits = 0x80 * eachByte
)

// lettersDigitsDashes returns the high bit of each byte of x that is an ASCII
// letter, a digit or a dash.
func lettersDigitsDashes(x uint64) uint64 {
	low := x &^ highBits
	letters := between(low|0x20*eachByte, 'a', 'z')
	digits := between(low, '0', '9')
	dashes := between(low, '-', '-')
	return (letters | digits | dashes) &^ x & highBits
}

// between returns the high bit of each byte of x that is from first to last.
// The bytes of x are below 0x80, so that none carries into the next one.
func between(x, first, last uint64) uint64 {
	return (x + (0x80-first)*eachByte) &^ (x + (0x7f-last)*eachByte)
}
