package archive

import (
	"slices"
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/logs"
)

// pack packs events of a cell as one block.
func pack(t *testing.T, cell Cell, events []logs.Event) *Block {
	t.Helper()
	p, err := cell.Packer()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if err := p.Add(e.Time.Millis, e.Stream.Name, e.Message); err != nil {
			t.Fatal(err)
		}
	}
	b, err := p.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Blocks and single events may follow each other in any way.
func TestBlocks(t *testing.T) {
	events, want := fewEvents()
	for cut := range len(events) {
		a := newArchive(t)
		w, err := a.Create(testCell)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events[:cut] {
			if err := w.Add(&e); err != nil {
				t.Fatal(err)
			}
		}
		b := pack(t, testCell, events[cut:])
		if b.Events() != uint64(len(events)-cut) || b.Size() == 0 {
			t.Errorf("%d events in %d bytes", b.Events(), b.Size())
		}
		if err := w.AddBlock(b); err != nil {
			t.Fatal(err)
		}
		if err := w.Add(&events[len(events)-1]); err != nil {
			t.Fatal(err)
		}
		if err := w.Commit(); err != nil {
			t.Fatal(err)
		}
		found, err := read(a, testCell)
		if whole := append(slices.Clone(want), want[len(want)-1]); err != nil || !slices.Equal(found, whole) {
			t.Errorf("got %v, %v, want %v", found, err, whole)
		}
		if kept, err := a.List(); err != nil || len(kept) != 1 || kept[0].Events != uint64(len(want)+1) {
			t.Errorf("kept %+v, %v", kept, err)
		}
	}
}

func TestNoBlock(t *testing.T) {
	if b := pack(t, testCell, nil); b != nil {
		t.Errorf("no events are a block of %d bytes", b.Size())
	}
}

func TestPackerRefuses(t *testing.T) {
	if _, err := (Cell{Group: Group{ARN: "none"}}).Packer(); err == nil {
		t.Error("a packer of no group")
	}
	p, err := testCell.Packer()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Add(testDay+5, "s", nil); err != nil {
		t.Fatal(err)
	}
	for _, millis := range []int64{testDay - 1, testDay + day, testDay + 4} {
		if err := p.Add(millis, "s", nil); err == nil {
			t.Errorf("takes an event at %d", millis)
		}
	}
}

func TestAddBlockRefuses(t *testing.T) {
	events, _ := fewEvents()
	other := testCell
	other.Selection = Cold
	for why, blocks := range map[string][]*Block{
		"another cell":   {pack(t, other, events)},
		"comes after an": {pack(t, testCell, events[2:]), pack(t, testCell, events[:2])},
	} {
		w, err := newArchive(t).Create(testCell)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range blocks {
			err = w.AddBlock(b)
		}
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("got %v, want what says %q", err, why)
		}
		if w.Commit() == nil {
			t.Errorf("%s: a commit after it", why)
		}
	}
}

// What was begun in one archive goes on in another, and the first has nothing.
func TestMove(t *testing.T) {
	events, want := fewEvents()
	for cut := range len(events) {
		from, to := newArchive(t), newArchive(t)
		w, err := from.Create(testCell)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events[:cut] {
			if err := w.Add(&e); err != nil {
				t.Fatal(err)
			}
		}
		if w, err = w.Move(to); err != nil {
			t.Fatal(err)
		}
		if err := w.AddBlock(pack(t, testCell, events[cut:])); err != nil {
			t.Fatal(err)
		}
		if err := w.Commit(); err != nil {
			t.Fatal(err)
		}
		if found, err := read(to, testCell); err != nil || !slices.Equal(found, want) {
			t.Errorf("got %v, %v, want %v", found, err, want)
		}
		if left := files(t, from); len(left) > 0 {
			t.Errorf("the first archive holds %q", left)
		}
	}
}
