package logfile

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// sniffSize is how much of a file is looked at to tell what it is.
const sniffSize = 64 << 10

// maxPacking bounds how often a file may be packed into another.
const maxPacking = 4

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
	utf8BOM   = []byte{0xef, 0xbb, 0xbf}
)

// unpacked is the plain content of a file.
type unpacked struct {
	io.Reader
	format string // of the outermost packing, or "file"
	close  []func()
}

func (u *unpacked) Close() error {
	for _, f := range u.close {
		f()
	}
	return nil
}

// unpack undoes gzip and zstd, which it recognises by content, also where one
// is packed into another. The error is that of a malformed header.
func unpack(r *bufio.Reader) (*unpacked, error) {
	u := &unpacked{format: "file"}
	for range maxPacking {
		head, _ := r.Peek(len(zstdMagic)) // a short file has a short head
		var plain io.Reader
		switch {
		case bytes.HasPrefix(head, gzipMagic):
			z, err := gzip.NewReader(r)
			if err != nil {
				return nil, fmt.Errorf("begins like gzip and is not: %w", err)
			}
			u.opened("gzip", func() { z.Close() }) //nolint:errcheck // it was only read
			plain = z
		case bytes.HasPrefix(head, zstdMagic):
			// One goroutine and little memory: the lines are read as they
			// come, and the machine is shared.
			z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
			if err != nil {
				return nil, fmt.Errorf("begins like zstd and is not: %w", err)
			}
			u.opened("zstd", z.Close)
			plain = z
		default:
			if bytes.HasPrefix(head, utf8BOM) {
				_, _ = r.Discard(len(utf8BOM)) // they were peeked
			}
			u.Reader = r
			return u, nil
		}
		r = bufio.NewReaderSize(plain, sniffSize)
	}
	return nil, fmt.Errorf("is packed more than %d times", maxPacking-1)
}

func (u *unpacked) opened(format string, closer func()) {
	if len(u.close) == 0 {
		u.format = format
	}
	u.close = append(u.close, closer)
}
