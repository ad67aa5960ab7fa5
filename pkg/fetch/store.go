package fetch

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/coldstats/coldstats/pkg/archive"
	"github.com/coldstats/coldstats/pkg/logs"
)

// store writes what the workers read, in time order and so one cell after the
// other. The cell at which the queue stops is given up.
func (f *fetcher) store() error {
	k := keeper{fetcher: f}
	defer k.abort()
	for {
		p, ok := f.queue.pop()
		if !ok {
			return nil
		}
		if err := k.keep(p); err != nil {
			return err
		}
	}
}

// keeper writes cells.
type keeper struct {
	*fetcher
	done   int             // cells
	writer *archive.Writer // of the next one; nil before it is begun
}

// keep writes a portion and commits the cells that are finished with it.
func (k *keeper) keep(p portion) error {
	for _, b := range p.blocks {
		if err := k.commit(k.cells[b.cell].ask.Start); err != nil {
			return err
		}
		if err := k.begin(); err != nil {
			return err
		}
		if err := k.writer.AddBlock(b.Block); err != nil {
			return err
		}
	}
	if p.failure != nil {
		k.gaps = append(k.gaps, gap{p.missing, p.failure.Error()})
		if err := k.divert(p.missing); err != nil {
			return err
		}
	}
	return k.commit(p.reached)
}

// begin begins the next cell, unless that was done.
func (k *keeper) begin() (err error) {
	if k.writer == nil {
		c := k.cells[k.done]
		k.writer, err = c.in.Create(c.Cell)
	}
	return err
}

// commit commits the cells that end by a time, the empty ones too.
func (k *keeper) commit(reached int64) error {
	for k.done < len(k.cells) && k.cells[k.done].ask.End <= reached {
		if err := k.begin(); err != nil {
			return err
		}
		if err := k.writer.Commit(); err != nil {
			return err
		}
		k.cells[k.done].there = true
		k.writer = nil
		k.done++
	}
	return nil
}

// divert lets the cells of which a part is missing go to the temporary archive.
func (k *keeper) divert(missing archive.Span) error {
	for i := k.done; i < len(k.cells) && k.cells[i].ask.Start < missing.End; i++ {
		c := k.cells[i]
		if c.ask.End <= missing.Start || c.in == k.temporary {
			continue
		}
		c.in = k.temporary
		if i > k.done || k.writer == nil {
			continue
		}
		moved, err := k.writer.Move(k.temporary)
		k.writer = moved
		if err != nil {
			return err
		}
	}
	return nil
}

func (k *keeper) abort() {
	if k.writer != nil {
		k.writer.Abort()
	}
}

// gap is a part of the window that was not read.
type gap struct {
	archive.Span
	reason string
}

// errNotFetched is the reason of the gaps that a fetch leaves which ends early.
var errNotFetched = errors.New("the fetch ended before")

// gapsOf returns the gaps of the source and those of the cells that are not
// there. What lies side by side and is missing for one reason is one gap.
func (s *Source) gapsOf() []logs.Gap {
	gaps := slices.Clone(s.gaps)
	for _, c := range s.cells {
		if !c.there {
			gaps = append(gaps, gap{c.ask, errNotFetched.Error()})
		}
	}
	slices.SortStableFunc(gaps, func(a, b gap) int { return cmp.Compare(a.Start, b.Start) })
	var all []logs.Gap
	for i := 0; i < len(gaps); {
		g := gaps[i]
		for i++; i < len(gaps) && gaps[i].Start <= g.End && gaps[i].reason == g.reason; i++ {
			g.End = max(g.End, gaps[i].End)
		}
		all = append(all, logs.Gap{Source: s.group.ARN, Reason: fmt.Sprintf("%s is missing: %s", g.Span, g.reason)})
	}
	return all
}

// sizeOf returns the size of a cell's file, 0 where it is not there.
func sizeOf(c *cell) uint64 {
	path, err := c.in.Path(c.Cell)
	if err != nil {
		return 0
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return uint64(info.Size())
}
