package logs

import "testing"

func TestWithin(t *testing.T) {
	window := func(start, end int64) (w Window) {
		if start > 0 {
			w.Start = At(start)
		}
		if end > 0 {
			w.End = At(end)
		}
		return w
	}
	for _, c := range []struct{ a, b, want Window }{
		{window(0, 0), window(0, 0), window(0, 0)},
		{window(0, 0), window(1, 5), window(1, 5)},
		{window(2, 0), window(1, 5), window(2, 5)},
		{window(0, 3), window(1, 5), window(1, 3)},
		{window(2, 9), window(1, 5), window(2, 5)},
		{window(6, 9), window(1, 5), window(6, 5)},
	} {
		if got := c.a.Within(c.b); got != c.want {
			t.Errorf("%v within %v is %v, want %v", c.a, c.b, got, c.want)
		}
		if got := c.b.Within(c.a); got != c.want {
			t.Errorf("%v within %v is %v, want %v", c.b, c.a, got, c.want)
		}
	}
	if w := window(6, 9).Within(window(1, 5)); w.Contains(At(5)) || w.Contains(At(6)) {
		t.Errorf("%v, of two windows that do not touch, contains a time", w)
	}
}
