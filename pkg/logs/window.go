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

// Within returns the part of w that lies in other. Where the two do not touch
// it contains no time.
func (w Window) Within(other Window) Window {
	if !w.Start.Known || other.Start.Known && other.Start.Millis > w.Start.Millis {
		w.Start = other.Start
	}
	if !w.End.Known || other.End.Known && other.End.Millis < w.End.Millis {
		w.End = other.End
	}
	return w
}

// Scope is what a source was asked for, as far as it says so.
type Scope struct {
	// Window is the time in which the invocations begin that were asked for. The
	// source may hold events from before and after it, which tell more of them.
	Window Window
	// ColdOnly says that the reports of other than cold starts were left out.
	ColdOnly bool
}
