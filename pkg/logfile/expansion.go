package logfile

import (
	"fmt"
	"io"
)

// DefaultMaxExpansion is how many times its stored size a file may unpack to if
// nothing else is said. REPORT lines alone, whose ids are random, pack 5 times;
// what a talkative function prints 40 to 60 times; a hundred equal lines an
// invocation, without times, 150 times with gzip and just under 500 with zstd.
// Data that is made to waste the reader's time or disk begins at 1000.
const DefaultMaxExpansion = 500

// freeExpansion is how many bytes any file may unpack to: a small one that says
// one line over and over is no danger.
const freeExpansion = 64 << 20

// expansion is how far one file of the input has been unpacked: all its layers
// and, in an archive, all its members taken together, so that no nesting and no
// member that is listed twice gets around the limit.
type expansion struct {
	name     string
	src      *countingReader // of the file as it is stored
	size     uint64          // of that file, 0 where it is not known beforehand
	times    uint            // the most, 0 for no limit
	unpacked uint64
}

func (e *expansion) stored() uint64 { return max(e.size, e.src.n) }

func (e *expansion) exceeded() bool {
	return e.times > 0 && e.unpacked > freeExpansion && e.unpacked/uint64(e.times) > e.stored()
}

// expansionError ends the reading of data that unpacks too far.
type expansionError struct{ *expansion }

func (e expansionError) Error() string {
	what := "stored"
	if e.size == 0 {
		what = "read"
	}
	return fmt.Sprintf("unpacks to more than %d times its size (%d bytes %s); reading stopped at byte %d (--max-expansion raises the limit)",
		e.times, e.stored(), what, e.unpacked)
}

// layer is what one packing holds, up to the limit.
type layer struct {
	io.ReadCloser
	expansion *expansion
}

func (l layer) Read(p []byte) (int, error) {
	n, err := l.ReadCloser.Read(p)
	l.expansion.unpacked += uint64(n)
	if l.expansion.exceeded() {
		err = expansionError{l.expansion}
	}
	return n, err
}

type countingReader struct {
	src io.Reader
	n   uint64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.src.Read(p)
	c.n += uint64(n)
	return n, err
}
