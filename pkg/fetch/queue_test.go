package fetch

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/coldstats/coldstats/pkg/archive"
)

// spansOf returns what the slices of a queue have still to read.
func spansOf(q *queue) (spans []archive.Span) {
	for s := q.head; s != nil; s = s.next {
		spans = append(spans, s.Span)
	}
	return spans
}

func takeNow(t *testing.T, q *queue) *slice {
	t.Helper()
	s, ok := q.take()
	if !ok {
		t.Fatal("nothing to take")
	}
	return s
}

func TestFirstPageIsReadAlone(t *testing.T) {
	q := newQueue([]archive.Span{{Start: 0, End: 1000}, {Start: 2000, End: 3000}})
	first := takeNow(t, q)
	if s := q.idle(); s != nil {
		t.Errorf("%v is given out before anything is known", s.Span)
	}
	q.put(first, read{events: true, reached: 10}) // 10 ms a page
	want := []archive.Span{{Start: 10, End: 50}, {Start: 50, End: 1000}, {Start: 2000, End: 3000}}
	if got := spansOf(q); !slices.Equal(got, want) {
		t.Errorf("cut into %v, want %v", got, want)
	}
	takeNow(t, q)
	takeNow(t, q)
	want = []archive.Span{{Start: 10, End: 50}, {Start: 50, End: 90}, {Start: 90, End: 1000}, {Start: 2000, End: 3000}}
	if got := spansOf(q); !slices.Equal(got, want) {
		t.Errorf("cut into %v, want %v", got, want)
	}
}

func TestEmptyPagesCutByTime(t *testing.T) {
	q := newQueue([]archive.Span{{Start: 0, End: 40_000}})
	q.wanted = 4
	s := takeNow(t, q)
	s.token = "next"
	q.put(s, read{reached: 0})
	if got := spansOf(q); len(got) != 1 || s.token == "" {
		t.Errorf("cut into %v after one empty page", got)
	}
	s = takeNow(t, q)
	q.put(s, read{reached: 0})
	want := []archive.Span{{Start: 0, End: 10_000}, {Start: 10_000, End: 20_000}, {Start: 20_000, End: 30_000}, {Start: 30_000, End: 40_000}}
	if got := spansOf(q); !slices.Equal(got, want) || s.token != "" {
		t.Errorf("cut into %v, want %v", got, want)
	}
}

func TestEstimate(t *testing.T) {
	q := newQueue(nil)
	for _, c := range []struct {
		millis int64
		pages  int
		want   float64
	}{
		{100, 1, 100},  // at least 100
		{50, 1, 100},   // at least 50
		{50, 2, 50},    // from 25 to 50
		{400, 2, 200},  // from 200 to 400
		{1000, 5, 200}, // from 200 to 250
	} {
		if q.bound(c.millis, c.pages); q.perPage != c.want {
			t.Errorf("%d ms in %d pages: %v a page, want %v", c.millis, c.pages, q.perPage, c.want)
		}
	}
}

func TestThreeFailuresEndEverything(t *testing.T) {
	q := newQueue([]archive.Span{{Start: 0, End: 10}, {Start: 10, End: 20}, {Start: 20, End: 30}, {Start: 30, End: 40}, {Start: 40, End: 50}})
	q.put(takeNow(t, q), read{reached: 10, last: true})
	broken := errors.New("broken")
	for range 3 {
		if !q.fail(takeNow(t, q), broken) {
			t.Error("nothing was read")
		}
	}
	var missing []archive.Span
	for {
		p, ok := q.pop()
		if !ok {
			break
		}
		if p.failure != nil {
			missing = append(missing, p.missing)
		}
	}
	want := []archive.Span{{Start: 10, End: 20}, {Start: 20, End: 30}, {Start: 30, End: 40}, {Start: 40, End: 50}}
	if !slices.Equal(missing, want) {
		t.Errorf("missing %v, want %v", missing, want)
	}
}

// blockOf returns a block of incompressible bytes.
func blockOf(t *testing.T, size int) block {
	t.Helper()
	group := archive.Group{ARN: "arn:aws:logs:eu-west-1:123456789012:log-group:g"}
	packer, err := archive.Cell{Group: group, Selection: archive.Platform, End: hour}.Packer()
	if err != nil {
		t.Fatal(err)
	}
	message := make([]byte, size)
	random := rand.New(rand.NewPCG(1, 1))
	for i := range message {
		message[i] = 'a' + byte(random.IntN(26))
	}
	if err := packer.Add(0, "stream", message); err != nil {
		t.Fatal(err)
	}
	packed, err := packer.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return block{Block: packed}
}

// While the first slice is stuck, the others go on only until 8 MiB wait.
func TestLittleWaitsForItsTurn(t *testing.T) {
	big := blockOf(t, 2<<20)
	q := newQueue([]archive.Span{{Start: 0, End: 1_000_000_000}})
	s := takeNow(t, q)
	q.put(s, read{events: true, reached: 10})
	stuck := takeNow(t, q)
	pages := 0
	for q.idle() != nil {
		s := takeNow(t, q)
		if s == stuck {
			t.Fatal("a slice is read twice at once")
		}
		q.put(s, read{blocks: []block{big}, events: true, reached: s.End - 1, last: true})
		pages++
	}
	if most := maxWait/big.Size() + 1; pages != most {
		t.Errorf("%d pages wait, want %d", pages, most)
	}
	// The first slice makes room, whoever takes it.
	q.release(stuck)
	if s := takeNow(t, q); s != stuck {
		t.Errorf("took %v and not the first", s.Span)
	}
	q.put(stuck, read{reached: stuck.End - 1, last: true})
	for range pages + 1 {
		if _, ok := q.pop(); !ok {
			t.Fatal("nothing to pop")
		}
	}
	if q.waiting != 0 || q.idle() == nil {
		t.Errorf("%d bytes wait, idle %v", q.waiting, q.idle())
	}
}

// Whatever the workers do, what is popped holds the whole time once, in order.
func TestPoppedInOrder(t *testing.T) {
	for seed := range uint64(50) {
		q := newQueue([]archive.Span{{Start: 0, End: 1_000_000}, {Start: 2_000_000, End: 2_500_000}})
		var workers sync.WaitGroup
		for worker := range uint64(4) {
			workers.Go(func() {
				random := rand.New(rand.NewPCG(seed, worker))
				for {
					s, ok := q.take()
					if !ok {
						return
					}
					switch step := random.Int64N(60_000); {
					case random.IntN(5) == 0:
						q.put(s, read{reached: s.Start})
					case s.Start+step >= s.End:
						q.put(s, read{reached: s.Start, last: true})
					default:
						s.token = "next"
						q.put(s, read{events: true, reached: s.Start + step})
					}
				}
			})
		}
		reached := int64(0)
		for {
			p, ok := q.pop()
			if !ok {
				break
			}
			if p.reached < reached {
				t.Errorf("seed %d: %d comes after %d", seed, p.reached, reached)
			}
			reached = p.reached
		}
		workers.Wait()
		if reached != 2_500_000 || q.covered != 1_500_000 {
			t.Errorf("seed %d: reached %d, %d ms covered", seed, reached, q.covered)
		}
	}
}

func TestAsManyAsTheLimiterNeeds(t *testing.T) {
	q := newQueue([]archive.Span{{Start: 0, End: 1_000_000}})
	q.put(takeNow(t, q), read{events: true, reached: 10})
	for range 100 {
		q.pace(400*time.Millisecond, 20) // 8 at once
	}
	taken := 0
	for ; q.idle() != nil; taken++ {
		takeNow(t, q)
	}
	if taken != 14 {
		t.Errorf("%d at once, want 12 and 2", taken)
	}
	if q.pace(time.Minute, math.Inf(1)); q.wanted != maxWorkers {
		t.Errorf("%d at once without a limit", q.wanted)
	}
}
