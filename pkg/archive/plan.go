package archive

import "fmt"

// Plan is how a window of a log group is answered: by cells, and by what has to
// be fetched each time. The cells and Open lie side by side and hold the whole
// window. The first and the last cell may reach beyond it.
type Plan struct {
	// Cells hold the part of the window that is settled, in time order.
	Cells []Cell
	// Missing are those of Cells that are not kept.
	Missing []Cell
	// Open is the end of the window in which events may still arrive, so that
	// none of it is kept. It may be empty.
	Open Span
}

// Plan plans how to answer a window of a log group. Everything before settled,
// which is now less the time that late events may take, is final, and only cells
// that end by then are used.
//
// A missing day is one cell where the window holds it whole and nothing of it is
// kept; else its missing hours that touch the window are, so that little is
// fetched that nobody asked for. The caller cuts the window to the time of which
// the group can hold events: the cells of an empty year are 365 empty files.
func (a *Archive) Plan(group Group, selection Selection, window Span, settled int64) (Plan, error) {
	if window.Start < 0 || window.End > lastDay+day {
		return Plan{}, fmt.Errorf("planning the archive of %s: the window %s is outside the years 1970 to 9999", group.ARN, window)
	}
	kept, err := a.kept(group, selection)
	if err != nil {
		return Plan{}, err
	}
	var p Plan
	// No cell reaches behind the last settled hour's end.
	closed := max(0, settled-settled%hour)
	for t := window.Start; t < min(closed, window.End); {
		span, ok := choose(kept, t, window, closed)
		cell := Cell{Group: group, Selection: selection, Start: span.Start, End: span.End}
		p.Cells = append(p.Cells, cell)
		if !ok {
			p.Missing = append(p.Missing, cell)
		}
		t = span.End
	}
	if open := (Span{max(window.Start, closed), window.End}); !open.Empty() {
		p.Open = open
	}
	return p, nil
}

// choose returns the span of the cell that answers for time t, and whether it is
// kept.
func choose(kept map[Span]bool, t int64, window Span, closed int64) (s Span, ok bool) {
	if d := dayOf(t); d.End <= closed {
		if kept[d] {
			return d, true
		}
		if t == d.Start && d.End <= window.End && !anyHour(kept, d) {
			return d, false
		}
	}
	s = hourOf(t)
	return s, kept[s]
}

// anyHour reports whether an hour of day d is kept.
func anyHour(kept map[Span]bool, d Span) bool {
	for t := d.Start; t < d.End; t += hour {
		if kept[hourOf(t)] {
			return true
		}
	}
	return false
}
