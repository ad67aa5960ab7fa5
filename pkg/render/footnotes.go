package render

import (
	"fmt"

	"github.com/coldstats/coldstats/pkg/coldstart"
)

// footnotes are the sentences under the tables: what the marks mean, and what
// the reader has to know to take the figures for what they are.
func footnotes(r *coldstart.Report, marked bool) []string {
	var notes []string
	note := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }

	if marked {
		note("%s too few values to support this percentile (the median needs 2, P95 20, P99 100)", unsupportedMark)
	}
	for i := range r.Groups {
		notes = append(notes, groupNotes(&r.Groups[i])...)
	}
	c := &r.Completeness
	if c.PrewarmedUndetermined > 0 {
		note("%s may have been prewarmed: the time of their INIT_START line is not known",
			count(c.PrewarmedUndetermined, "cold start"))
	}
	if c.Alone > 0 {
		note("%s no log stream and %s judged alone: prewarmed, failed-init and reinit starts cannot be told there",
			plural(c.Alone, "report carries", "reports carry"), was(c.Alone))
	}
	if c.Duplicates > 0 {
		note("%s dropped", count(c.Duplicates, "duplicate"))
	}
	if c.NearMisses > 0 {
		note("%s like a platform record and is none: coldstats parse shows each",
			plural(c.NearMisses, "line looks", "lines look"))
	}
	for _, w := range r.Warnings {
		note("warning: %s", w)
	}
	for _, gap := range c.Gaps {
		note("incomplete: %s: %s", gap.Source, gap.Reason)
	}
	note("%s, %s", count(c.Events, "event"), count(c.Reports, "report"))
	return notes
}

// groupNotes says what the starts block has no column for.
func groupNotes(g *coldstart.Group) []string {
	var notes []string
	note := func(format string, args ...any) {
		notes = append(notes, name(g)+": "+fmt.Sprintf(format, args...))
	}
	if g.FailedInits > 0 {
		note("%s failed; %.2f ms of them are in no Duration", count(g.FailedInits, "init"), g.LostMs)
	}
	if n := g.Starts[coldstart.Reinit]; n > 0 {
		note("%s after a crash or timeout, inside Duration",
			plural(n, "invocation began with a restart of the runtime", "invocations began with a restart of the runtime"))
	}
	if n := g.Starts[coldstart.Unknown]; n > 0 {
		note("of %s the start is unknown", count(n, "invocation"))
	}
	if g.InitBilledMs > 0 {
		note("%.2f ms of init were billed", g.InitBilledMs)
	}
	if g.InitBilledUnsure > 0 {
		note("of %s the numbers do not tell whether it was billed", count(g.InitBilledUnsure, "init"))
	}
	return notes
}

func name(g *coldstart.Group) string {
	s := g.Label
	for _, v := range g.By {
		s += " " + v
	}
	return s
}

func count(n uint64, noun string) string { return plural(n, noun, noun+"s") }

func plural(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func was(n uint64) string {
	if n == 1 {
		return "was"
	}
	return "were"
}
