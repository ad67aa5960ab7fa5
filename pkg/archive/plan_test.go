package archive

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// at reads a time such as 2026-11-23T14:20.
func at(t *testing.T, s string) int64 {
	t.Helper()
	parsed, err := time.Parse("2006-01-02T15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.UnixMilli()
}

// TestPlan plans windows that end at 14:20 of the 24th, settled up to 14:05.
func TestPlan(t *testing.T) {
	hours := func(date string, from, to int) (names []string) {
		for h := from; h <= to; h++ {
			names = append(names, fmt.Sprintf("%sT%02d", date, h))
		}
		return names
	}
	for _, tt := range []struct {
		what       string
		kept       []string
		start, end string
		cells      []string
		missing    []string // of cells; the same where it is nil
		open       string
	}{
		{
			what:  "nothing kept",
			start: "2026-11-22T21:30", end: "2026-11-24T14:20",
			cells: slices.Concat(hours("2026-11-22", 21, 23), []string{"2026-11-23"}, hours("2026-11-24", 0, 13)),
			open:  "2026-11-24T14:00",
		},
		{
			what:  "days and hours kept",
			kept:  slices.Concat([]string{"2026-11-22", "2026-11-22T23", "2026-11-23"}, hours("2026-11-24", 0, 12)),
			start: "2026-11-22T21:30", end: "2026-11-24T14:20",
			cells:   slices.Concat([]string{"2026-11-22", "2026-11-23"}, hours("2026-11-24", 0, 13)),
			missing: []string{"2026-11-24T13"},
			open:    "2026-11-24T14:00",
		},
		{
			what:  "hours of a closed day kept",
			kept:  hours("2026-11-23", 0, 20),
			start: "2026-11-23T00:00", end: "2026-11-24T00:00",
			cells:   hours("2026-11-23", 0, 23),
			missing: hours("2026-11-23", 21, 23),
		},
		{
			what:  "half an hour around midnight",
			start: "2026-11-23T23:45", end: "2026-11-24T00:15",
			cells: []string{"2026-11-23T23", "2026-11-24T00"},
		},
		{
			what:  "a cell that is not settled",
			kept:  []string{"2026-11-24", "2026-11-24T14", "2026-11-24T13"},
			start: "2026-11-24T13:10", end: "2026-11-24T14:20",
			cells:   []string{"2026-11-24T13"},
			missing: []string{},
			open:    "2026-11-24T14:00",
		},
		{
			what:  "all of it open",
			start: "2026-11-24T14:10", end: "2026-11-24T14:20",
			open: "2026-11-24T14:10",
		},
		{what: "nothing", start: "2026-11-23T10:10", end: "2026-11-23T10:10"},
	} {
		t.Run(tt.what, func(t *testing.T) {
			a := newArchive(t)
			for _, name := range tt.kept {
				put(t, a, testFolder+name+".jsonl.zst", nil)
			}
			window := Span{at(t, tt.start), at(t, tt.end)}
			p, err := a.Plan(testGroup, Platform, window, at(t, "2026-11-24T14:05"))
			if err != nil {
				t.Fatal(err)
			}
			if tt.missing == nil {
				tt.missing = tt.cells
			}
			if got := stems(p.Cells); !slices.Equal(got, tt.cells) {
				t.Errorf("cells %q, want %q", got, tt.cells)
			}
			if got := stems(p.Missing); !slices.Equal(got, tt.missing) {
				t.Errorf("missing %q, want %q", got, tt.missing)
			}
			if tt.open == "" && !p.Open.Empty() || tt.open != "" && p.Open != (Span{at(t, tt.open), window.End}) {
				t.Errorf("open %s, want %s", p.Open, tt.open)
			}
		})
	}
}

// stems returns the names of cells without their tails.
func stems(cells []Cell) (names []string) {
	for _, c := range cells {
		names = append(names, strings.TrimSuffix(nameOfSpan(Span{c.Start, c.End}), cellTail))
	}
	return names
}

func TestPlanRefuses(t *testing.T) {
	a := newArchive(t)
	for _, window := range []Span{{-1, 5}, {0, lastDay + day + 1}} {
		if _, err := a.Plan(testGroup, Platform, window, testDay); err == nil {
			t.Errorf("%s is planned", window)
		}
	}
}

// TestPlanPartitions checks with random archives and windows that cells and the
// open rest lie side by side and hold the window, that no cell is unsettled, and
// that nothing more is missing when what was missing is kept.
func TestPlanPartitions(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 60 {
		a := newArchive(t)
		kept := make(map[Cell]bool)
		for range rng.IntN(40) {
			s := hourOf(testDay + rng.Int64N(4*day))
			if rng.IntN(10) == 0 {
				s = dayOf(s.Start)
			}
			kept[Cell{testGroup, Platform, s.Start, s.End}] = true
			put(t, a, testFolder+nameOfSpan(s), nil)
		}
		window := Span{Start: testDay + rng.Int64N(4*day)}
		window.End = window.Start + rng.Int64N(4*day)
		settled := testDay + rng.Int64N(5*day)

		p, err := a.Plan(testGroup, Platform, window, settled)
		if err != nil {
			t.Fatal(err)
		}
		reached := window.Start
		for i, c := range p.Cells {
			if inside := i > 0; inside && c.Start != reached || !inside && c.Start > reached {
				t.Fatalf("cell %d of %v does not begin at %d", i, stems(p.Cells), reached)
			}
			if !(Span{c.Start, c.End}).whole() || c.End > settled || kept[c] == slices.Contains(p.Missing, c) {
				t.Fatalf("%v is no cell to use", c)
			}
			reached = c.End
		}
		if p.Open.Empty() {
			p.Open = Span{reached, reached}
		}
		if p.Open.Start != reached || max(p.Open.End, reached) < window.End || p.Open.End > max(reached, window.End) || len(p.Cells) > 0 && p.Cells[len(p.Cells)-1].Start >= window.End {
			t.Fatalf("%s is not held by %v and %s", window, stems(p.Cells), p.Open)
		}
		for _, c := range p.Missing {
			put(t, a, testFolder+nameOfSpan(Span{c.Start, c.End}), nil)
		}
		again, err := a.Plan(testGroup, Platform, window, settled)
		if err != nil || len(again.Missing) > 0 || !slices.Equal(again.Cells, p.Cells) {
			t.Fatalf("again %v are missing, %v", stems(again.Missing), err)
		}
	}
}
