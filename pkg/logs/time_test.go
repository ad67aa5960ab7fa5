package logs

import (
	"math"
	"testing"
)

func TestTimeAddRoundsDown(t *testing.T) {
	for _, c := range []struct {
		millis, micros, want int64
	}{
		{1000, 0, 1000},
		{1000, 1, 1000},
		{1000, 999, 1000},
		{1000, 1000, 1001},
		{1000, 1999, 1001},
		{1000, -1, 999}, // 999.999
		{1000, -999, 999},
		{1000, -1000, 999},
		{1000, -1001, 998}, // 998.999
		{1000, -30500, 969},
		{0, -1, -1},
		{-5, -1500, -7}, // −6.5
		{-5, 1500, -4},  // −3.5
		{0, math.MinInt64, math.MinInt64/1000 - 1},
	} {
		if got := At(c.millis).Add(c.micros); got != At(c.want) {
			t.Errorf("%d ms and %d µs: got %v, want %d", c.millis, c.micros, got, c.want)
		}
	}
	if got := (Time{}).Add(5000); got.Known {
		t.Errorf("an absent time became %v", got)
	}
}

func TestTimeString(t *testing.T) {
	for _, c := range []struct {
		t    Time
		want string
	}{
		{Time{}, ""},
		{Time{}.Add(-5000), ""},
		{At(0), "1970-01-01T00:00:00.000Z"},
		{At(1685705245060), "2023-06-02T11:27:25.060Z"},
		{At(-1), "1969-12-31T23:59:59.999Z"},
	} {
		if got := c.t.String(); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.t, got, c.want)
		}
	}
}

func TestWindow(t *testing.T) {
	for _, c := range []struct {
		name    string
		window  Window
		bounded bool
		at      map[Time]bool
	}{
		{"open", Window{}, false, map[Time]bool{
			{}: true, At(0): true, At(math.MinInt64): true, At(math.MaxInt64): true}},
		{"from", Window{Start: At(10)}, true, map[Time]bool{
			{}: false, At(9): false, At(10): true, At(math.MaxInt64): true}},
		{"until", Window{End: At(20)}, true, map[Time]bool{
			{}: false, At(math.MinInt64): true, At(19): true, At(20): false}},
		{"between", Window{Start: At(10), End: At(20)}, true, map[Time]bool{
			{}: false, At(9): false, At(10): true, At(19): true, At(20): false}},
		{"empty", Window{Start: At(10), End: At(10)}, true, map[Time]bool{
			{}: false, At(9): false, At(10): false, At(11): false}},
		{"the epoch is a time", Window{Start: At(0), End: At(1)}, true, map[Time]bool{
			{}: false, At(-1): false, At(0): true, At(1): false}},
	} {
		if got := c.window.Bounded(); got != c.bounded {
			t.Errorf("%s: bounded %v", c.name, got)
		}
		for at, want := range c.at {
			if got := c.window.Contains(at); got != want {
				t.Errorf("%s: contains %v: %v, want %v", c.name, at, got, want)
			}
		}
	}
}
