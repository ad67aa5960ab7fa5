package logs

// Window is the half-open time [Start, End). An absent side is open.
type Window struct {
	Start, End Time
}

// Bounded reports whether the window leaves anything out.
func (w Window) Bounded() bool { return w.Start.Known || w.End.Known }

// Contains reports whether t lies in the window. An absent t lies only in a
// window that is open on both sides.
func (w Window) Contains(t Time) bool {
	if !t.Known {
		return !w.Bounded()
	}
	if w.Start.Known && t.Millis < w.Start.Millis {
		return false
	}
	return !w.End.Known || t.Millis < w.End.Millis
}
