package logfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const (
	// sniffSize is how much of a file is looked at to tell what it is.
	sniffSize = 64 << 10
	// maxPacking bounds how often a file may be packed into another.
	maxPacking = 3
	// maxZstdWindow bounds the memory that zstd data may ask for, which is what
	// the zstd tool allows too if it is not told otherwise.
	maxZstdWindow = 128 << 20
)

var (
	gzipMagic     = []byte{0x1f, 0x8b}
	zstdMagic     = []byte{0x28, 0xb5, 0x2f, 0xfd}
	zstdSkipMagic = []byte{0x2a, 0x4d, 0x18} // behind a byte from 0x50 to 0x5f: a frame to skip
	zipMagic      = []byte{'P', 'K', 3, 4}
	zipEmptyMagic = []byte{'P', 'K', 5, 6} // an archive with nothing in it
	utf8BOM       = []byte{0xef, 0xbb, 0xbf}
)

// packingOf returns how data that begins with head is packed, or nothing.
func packingOf(head []byte) string {
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		return "gzip"
	case bytes.HasPrefix(head, zstdMagic), len(head) == 4 && head[0]&0xf0 == 0x50 && bytes.Equal(head[1:], zstdSkipMagic):
		return "zstd"
	case bytes.Equal(head, zipMagic), bytes.Equal(head, zipEmptyMagic):
		return "zip"
	}
	return ""
}

// file is one file on its way to its events: one of the input, or a member of a
// zip archive.
type file struct {
	name      string // what its events have as their Source
	src       *countingReader
	whole     *os.File // the file itself where it can be read from anywhere, or nil
	size      int64    // of whole
	stream    string   // the log stream that its path names, or empty
	member    bool
	packings  int // how often it was packed, as far as is known yet
	expansion *expansion
}

// unpacked is the content of a file: text or, if archive is true, a zip archive.
type unpacked struct {
	io.Reader
	archive bool
	format  string // of the outermost packing, or "file"
	layers  []io.Closer
	sniffed []*bufio.Reader
}

func (u *unpacked) close() {
	for _, layer := range u.layers {
		_ = layer.Close() // it was only read
	}
	for _, r := range u.sniffed {
		r.Reset(nil)
		sniffers.Put(r)
	}
}

// sniff returns r with its beginning to look at.
func (u *unpacked) sniff(r io.Reader) *bufio.Reader {
	sniffed := sniffers.Get().(*bufio.Reader)
	sniffed.Reset(r)
	u.sniffed = append(u.sniffed, sniffed)
	return sniffed
}

// sniffers are kept for the next file: there may be thousands of small ones.
var sniffers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, sniffSize) }}

// unpack undoes gzip and zstd, which it recognises by content, also where one
// is packed into another, down to text in UTF-8 or a zip archive. The error says
// why it is not tried; data that is damaged at its beginning fails when it is
// read.
func unpack(f *file) (*unpacked, error) {
	u := &unpacked{format: "file"}
	if f.member {
		u.format = "zip"
	}
	r := u.sniff(f.src)
	for {
		head, err := r.Peek(len(zstdMagic))
		if err != nil && !errors.Is(err, io.EOF) { // a short file has a short head
			u.Reader = failing{err}
			return u, nil
		}
		packing := packingOf(head)
		if packing == "" {
			u.Reader = plainText(r)
			return u, nil
		}
		if f.packings == maxPacking {
			u.close()
			return nil, fmt.Errorf("is packed more than %d times", maxPacking)
		}
		f.packings++
		if packing == "zip" {
			u.Reader, u.archive = r, true
			return u, nil
		}
		plain, err := unpackLayer(packing, r)
		if err != nil {
			u.close()
			return nil, err
		}
		if len(u.layers) == 0 {
			u.format = packing
		}
		u.layers = append(u.layers, plain)
		r = u.sniff(layer{plain, f.expansion})
	}
}

// unpackLayer returns what r, which is packed with gzip or zstd, holds.
func unpackLayer(packing string, r io.Reader) (io.ReadCloser, error) {
	if packing == "gzip" {
		z, err := gzip.NewReader(r)
		switch {
		case errors.Is(err, gzip.ErrHeader):
			return nil, fmt.Errorf("begins like gzip and is not: %w", err)
		case err != nil:
			return failing{err}, nil
		}
		return z, nil
	}
	// One goroutine and little memory: the lines are read as they come, and the
	// machine is shared.
	z, err := zstd.NewReader(exact{r}, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow))
	if err != nil {
		return nil, fmt.Errorf("reading zstd: %w", err)
	}
	return z.IOReadCloser(), nil
}

// plainText returns the text in r, without its byte order mark, as UTF-8.
func plainText(r *bufio.Reader) io.Reader {
	if order, ok := utf16Order(r); ok {
		return transform.NewReader(r, unicode.UTF16(order, unicode.UseBOM).NewDecoder())
	}
	if head, _ := r.Peek(len(utf8BOM)); bytes.Equal(head, utf8BOM) {
		_, _ = r.Discard(len(utf8BOM)) // they were peeked
	}
	return r
}

// failing is a Reader of what cannot be read from its beginning on.
type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

func (f failing) Close() error { return nil }

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
