package fetch

import (
	"time"

	"github.com/coldstats/coldstats/pkg/archive"
	"github.com/coldstats/coldstats/pkg/logs"
)

const hour = int64(time.Hour / time.Millisecond)

// early is how much older than its log group an event may be: Lambda makes the
// group when it has the first events to put there.
const early = 24 * hour

// plan cuts the window into cells, and notes what it leaves out and adds.
func (s *Source) plan() error {
	now := s.options.Now().UnixMilli()
	margin, settle := s.options.Margin.Milliseconds(), s.options.Settle.Milliseconds()
	s.span = archive.Span{Start: max(0, s.window.Start.Millis-margin), End: min(s.window.End.Millis+margin, now+1)}
	s.cells = nil
	s.note("%s before the window were read too, for sandboxes that were starting then, and after it, for invocations still running", s.options.Margin)
	oldest := s.target.Group.OldestMillis(now)
	if s.window.Start.Millis < oldest {
		s.noteOldest(oldest)
	}
	if oldest == s.target.Group.CreatedMillis {
		oldest -= early
	}
	// What CloudWatch Logs has forgotten may still be in the archive.
	if past := (archive.Span{Start: s.span.Start, End: min(oldest, s.span.End)}); !past.Empty() && s.options.Archive != nil {
		cells, err := s.options.Archive.Cells(s.group, s.options.Selection.Name, past)
		if err != nil {
			return err
		}
		for _, c := range cells {
			s.cells = append(s.cells, &cell{Cell: c, ask: archive.Span{Start: c.Start, End: c.End}, in: s.options.Archive, there: true})
			oldest = max(oldest, c.End)
		}
	}
	present := archive.Span{Start: max(oldest, s.span.Start), End: s.span.End}
	if present.Empty() {
		return nil
	}
	if late := now - settle; present.End > late {
		s.note("events of the last %s before %s may still arrive, and are not kept", s.options.Settle, logs.At(now))
	}
	return s.planPresent(present, now-settle)
}

func (s *Source) noteOldest(oldest int64) {
	g := s.target.Group
	why := "it was created then"
	if g.RetentionDays > 0 && oldest > g.CreatedMillis {
		why = "it keeps them for that long"
	}
	s.note("log group %s has no events before %s (%s); what the archive holds of them is used", g.Name, logs.At(oldest), why)
}

// planPresent plans the time of which the log group still has the events.
func (s *Source) planPresent(present archive.Span, settled int64) error {
	temporary, err := s.scratch()
	if err != nil {
		return err
	}
	in := s.options.Archive
	if in == nil {
		in = temporary
	}
	plan, err := in.Plan(s.group, s.options.Selection.Name, present, settled)
	if err != nil {
		return err
	}
	missing := make(map[archive.Cell]bool)
	for _, c := range plan.Missing {
		missing[c] = true
	}
	for _, c := range plan.Cells {
		planned := &cell{Cell: c, ask: archive.Span{Start: c.Start, End: c.End}, in: in, there: !missing[c]}
		if !planned.there && c.Start < present.Start && present.Start > s.span.Start && s.target.Group.RetentionDays > 0 {
			planned.in = temporary // its beginning may be forgotten already
		}
		s.cells = append(s.cells, planned)
	}
	for t := plan.Open.Start; t < plan.Open.End; {
		begin := t - t%hour
		c := archive.Cell{Group: s.group, Selection: s.options.Selection.Name, Start: begin, End: begin + hour}
		ask := archive.Span{Start: t, End: min(c.End, plan.Open.End)}
		s.cells = append(s.cells, &cell{Cell: c, ask: ask, in: temporary})
		t = c.End
	}
	return nil
}
