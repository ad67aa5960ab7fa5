package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/coldstats/coldstats/pkg/logs"
)

// Block is a run of a cell's events, packed apart from the cell, so that several
// goroutines can pack what one Writer writes. It takes as much memory as on disk.
type Block struct {
	cell        Cell
	packed      []byte
	events      uint64
	first, last int64
}

// Size returns the bytes that the block takes.
func (b *Block) Size() int { return len(b.packed) }

// Events returns how many events are in the block.
func (b *Block) Events() uint64 { return b.events }

// Packer makes one block of a cell.
type Packer struct {
	cell  Cell
	owner []byte
	lines []byte // not packed yet
	block Block
}

// frameSize is how many bytes of lines are packed at once, so that the lines of a
// page of events are never in memory together. Larger frames are hardly smaller.
const frameSize = 256 << 10

// Packer returns a packer of a block of the cell.
func (c Cell) Packer() (*Packer, error) {
	parts, err := c.Group.split()
	if err != nil {
		return nil, fmt.Errorf("packing events of an archive cell: %w", err)
	}
	return &Packer{cell: c, owner: ownerOf(parts), block: Block{cell: c}}, nil
}

// Add adds an event to the block. The Writer checks the order of times.
func (p *Packer) Add(millis int64, stream string, message []byte) error {
	b := &p.block
	if millis < p.cell.Start || p.cell.End <= millis || b.events > 0 && millis < b.last {
		return fmt.Errorf("packing events of an archive cell: an event at %s lies outside it or comes after a later one", logs.At(millis))
	}
	if b.events == 0 {
		b.first = millis
	}
	b.last = millis
	b.events++
	p.lines = appendLine(p.lines, millis, p.owner, stream, message)
	if len(p.lines) < frameSize {
		return nil
	}
	return p.pack()
}

// Pack returns the events that were added as a block, or nil without any. Then
// the packer is done with.
func (p *Packer) Pack() (*Block, error) {
	if p.block.events == 0 {
		return nil, nil
	}
	if err := p.pack(); err != nil {
		return nil, err
	}
	p.block.packed = bytes.Clone(p.block.packed) // without room to grow
	return &p.block, nil
}

// pack packs the lines as a frame.
func (p *Packer) pack() error {
	encoder, err := packer()
	if err != nil {
		return fmt.Errorf("packing events of an archive cell: %w", err)
	}
	p.block.packed = encoder.EncodeAll(p.lines, p.block.packed)
	p.lines = p.lines[:0]
	return nil
}

// packer packs all blocks, a processor each at once.
var packer = sync.OnceValues(func() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil,
		zstd.WithEncoderConcurrency(runtime.GOMAXPROCS(0)),
		zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithWindowSize(windowSize),
		zstd.WithLowerEncoderMem(true))
})

// AddBlock adds a block of the cell. Its frames stand in the file as they are.
func (w *Writer) AddBlock(b *Block) error {
	if w.err != nil {
		return w.err
	}
	switch {
	case b.cell != w.cell:
		return w.fail(errors.New("a block is of another cell"))
	case b.first < w.last:
		return w.fail(fmt.Errorf("a block that begins at %s comes after an event at %s", logs.At(b.first), logs.At(w.last)))
	}
	if err := w.endFrame(); err != nil {
		return err
	}
	w.last = b.last
	w.events += b.events
	_, err := w.out.Write(b.packed)
	return w.fail(err)
}

// endFrame writes what was added one by one so far, as a frame that ends here.
func (w *Writer) endFrame() error {
	if len(w.lines) == 0 && !w.framed {
		return w.err
	}
	if err := w.flush(); err != nil {
		return err
	}
	w.framed = false
	if err := w.fail(w.zip.Close()); err != nil {
		return err
	}
	w.zip.Reset(&w.out)
	return nil
}

// Move gives the cell up, and goes on with it in another archive: what it holds
// then is not whole, and must not be kept where it would be taken for that.
func (w *Writer) Move(to *Archive) (*Writer, error) {
	defer w.Abort()
	if err := w.endFrame(); err != nil {
		return nil, err
	}
	moved, err := to.Create(w.cell)
	if err != nil {
		return nil, err
	}
	moved.last, moved.events = w.last, w.events
	if err := w.copyTo(moved); err != nil {
		moved.Abort()
		return nil, err
	}
	return moved, nil
}

func (w *Writer) copyTo(moved *Writer) error {
	written, err := w.root.Open(w.temporary)
	if err != nil {
		return w.fail(err)
	}
	defer written.Close()
	_, err = io.Copy(&moved.out, written)
	return moved.fail(err)
}
