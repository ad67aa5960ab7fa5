package render

import (
	"fmt"
	"strings"

	"github.com/coldstats/coldstats/pkg/coldstart"
	"github.com/coldstats/coldstats/pkg/logs"
)

// footnotes are the sentences under the tables: what the marks mean, and what
// the reader has to know to take the figures for what they are. What is not our
// own word in them goes through escape.
func footnotes(r *coldstart.Report, marked bool, escape func(string) string) []string {
	var notes []string
	note := func(format string, args ...any) {
		for i, arg := range args {
			if text, ok := arg.(string); ok {
				args[i] = escape(text)
			}
		}
		notes = append(notes, fmt.Sprintf(format, args...))
	}
	if marked {
		note("%s too few values to support this percentile (the median needs 2, P95 20, P99 100)", unsupportedMark)
	}
	for _, g := range noted(r.Groups) {
		notes = append(notes, groupNotes(&g, escape)...)
	}
	c := &r.Completeness
	if c.PrewarmedUndetermined > 0 {
		note("%s INIT_START line is not known", plural(c.PrewarmedUndetermined,
			"cold start may have been prewarmed: the time of its",
			"cold starts may have been prewarmed: the time of their"))
	}
	if c.Alone > 0 {
		note("%s no log stream and %s judged alone: prewarmed, failed-init and reinit starts cannot be told there",
			plural(c.Alone, "report carries", "reports carry"), was(c.Alone))
	}
	if c.Timeless > 0 {
		note("%s no time: prewarmed starts, runs, days and hours cannot be told there", plural(c.Timeless, "report carries", "reports carry"))
	}
	if c.Duplicates > 0 {
		note("%s dropped", count(c.Duplicates, "duplicate"))
	}
	if c.NearMisses > 0 {
		note("%s: coldstats parse shows each", plural(c.NearMisses,
			"line looks like a platform record and is none", "lines look like platform records and are none"))
	}
	for _, w := range r.Warnings {
		note("warning: %s", w)
	}
	for _, gap := range c.Gaps {
		note("incomplete: %s: %s", gap.Source, gap.Reason)
	}
	if r.Window.Bounded() {
		notes = append(notes, Window(r.Window))
	}
	note("%s, %s", count(c.Events, "event"), count(c.Reports, "report"))
	return notes
}

// noted returns the groups that get footnotes of their own: each, or where they
// are so many that the notes would bury the tables, one for all of them.
func noted(groups []coldstart.Group) []coldstart.Group {
	const most = 8
	if len(groups) <= most {
		return groups
	}
	all := coldstart.Group{Label: fmt.Sprintf("all %d groups", len(groups))}
	for i := range groups {
		g := &groups[i]
		all.FailedInits += g.FailedInits
		all.LostMs += g.LostMs
		all.Starts[coldstart.Reinit] += g.Starts[coldstart.Reinit]
		all.Starts[coldstart.Unknown] += g.Starts[coldstart.Unknown]
		all.InitBilledMs += g.InitBilledMs
		all.InitBilledUnsure += g.InitBilledUnsure
	}
	return []coldstart.Group{all}
}

// groupNotes says what the starts block has no column for.
func groupNotes(g *coldstart.Group, escape func(string) string) []string {
	var notes []string
	note := func(format string, args ...any) {
		notes = append(notes, escape(strings.Join(names(g), " "))+": "+fmt.Sprintf(format, args...))
	}
	if g.FailedInits > 0 {
		note("%s failed; %.2f ms of init are in no Duration", count(g.FailedInits, "init"), g.LostMs)
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
		note("the numbers of %s billed", plural(g.InitBilledUnsure,
			"report do not tell whether its init was", "reports do not tell whether their inits were"))
	}
	return notes
}

// Window words the time that a report covers.
func Window(w logs.Window) string {
	switch {
	case !w.Start.Known:
		return fmt.Sprintf("window: before %s", w.End)
	case !w.End.Known:
		return fmt.Sprintf("window: from %s on", w.Start)
	}
	return fmt.Sprintf("window: from %s on and before %s", w.Start, w.End)
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
