package logfile

import (
	"bufio"
	"bytes"
	"errors"
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
	layers []io.Closer
}

func (u *unpacked) close() {
	for _, layer := range u.layers {
		_ = layer.Close() // it was only read
	}
}

// unpack undoes gzip and zstd, which it recognises by content, also where one
// is packed into another. The error says why it is not tried; data that is
// damaged at its beginning fails when it is read.
func unpack(r *bufio.Reader) (*unpacked, error) {
	u := &unpacked{format: "file"}
	for range maxPacking {
		head, err := r.Peek(len(zstdMagic))
		switch {
		case err != nil && err != io.EOF: // a short file has a short head
			u.Reader = broken{err}
			return u, nil
		case bytes.HasPrefix(head, gzipMagic):
			z, err := gzip.NewReader(r)
			if errors.Is(err, gzip.ErrHeader) {
				u.close()
				return nil, fmt.Errorf("begins like gzip and is not: %w", err)
			}
			if err != nil {
				r = u.open("gzip", broken{err})
			} else {
				r = u.open("gzip", z)
			}
		case bytes.HasPrefix(head, zstdMagic):
			// One goroutine and little memory: the lines are read as they
			// come, and the machine is shared.
			z, err := zstd.NewReader(exact{r}, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
			if err != nil {
				u.close()
				return nil, fmt.Errorf("reading zstd: %w", err)
			}
			r = u.open("zstd", z.IOReadCloser())
		default:
			if bytes.HasPrefix(head, utf8BOM) {
				_, _ = r.Discard(len(utf8BOM)) // they were peeked
			}
			u.Reader = r
			return u, nil
		}
	}
	u.close()
	return nil, fmt.Errorf("is packed more than %d times", maxPacking-1)
}

func (u *unpacked) open(format string, plain io.ReadCloser) *bufio.Reader {
	if len(u.layers) == 0 {
		u.format = format
	}
	u.layers = append(u.layers, plain)
	return bufio.NewReaderSize(plain, sniffSize)
}

// broken is a Reader of what cannot be read from its beginning on.
type broken struct{ error }

func (b broken) Read([]byte) (int, error) { return 0, b.error }

func (b broken) Close() error { return nil }

// exact is a Reader for zstd, which between two frames takes
// io.ErrUnexpectedEOF for the end of its input and not for a cut.
type exact struct{ io.Reader }

func (r exact) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("%w", err)
	}
	return n, err
}
