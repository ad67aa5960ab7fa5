package cli

import (
	"fmt"
	"io"

	"github.com/coldstats/coldstats/pkg/logs"
	"github.com/coldstats/coldstats/pkg/render"
)

// tell says how an input was understood and what was odd about it.
func (o *measure) tell(c *counted) {
	if !o.quiet {
		kind := c.kind
		switch {
		case c.remote != nil:
			kind = c.remote.kind()
		case kind == "folder":
			kind = "folder of " + count(uint64(c.file.Files()), "file")
		}
		fmt.Fprintf(o.streams.Err, "%s: %s, %s, %s\n",
			render.Plain(c.arg), kind, count(c.coverage.Events, "event"), count(c.result.Reports, "report"))
	}
	tellCoverage(o.streams.Err, &c.input, &c.coverage)
	if n := c.result.NearMisses; n > 0 {
		miss, shows := c.result.FirstMiss, "coldstats parse shows it"
		if n > 1 {
			shows = fmt.Sprintf("the first of %d such lines; coldstats parse shows each", n)
		}
		complain(o.streams.Err, fmt.Sprintf("%s:%d: looks like a platform record and is none: %s (%s)",
			miss.Source, miss.Line, miss.Reason, shows))
	}
}

// tellCoverage says what was odd about reading an input.
func tellCoverage(w io.Writer, in *input, c *logs.Coverage) {
	if empty(in, c) {
		complain(w, in.name()+" is empty")
		return
	}
	for _, note := range c.Notes {
		complain(w, note)
	}
	for _, gap := range c.Gaps {
		complain(w, "incomplete: "+gap.Source+": "+gap.Reason)
	}
}

// empty reports whether the input is a file without a byte in it.
func empty(in *input, c *logs.Coverage) bool {
	return !in.remote() && in.kind != "folder" && c.Bytes == 0 && len(c.Gaps) == 0
}

// judge returns the exit codes that the inputs call for, and tells and returns
// which have nothing to measure: all of them in a summary, all of one side in a
// comparison.
func (o *measure) judge(counts []counted, coverage logs.Coverage) (codes []int, lacks []string) {
	if len(coverage.Gaps) > 0 {
		codes = append(codes, exitIncomplete)
	}
	side := func(c *counted) int {
		if o.compare {
			return c.result.Side()
		}
		return 0
	}
	invocations := make(map[int]uint64)
	for i := range counts {
		invocations[side(&counts[i])] += counts[i].result.Counted
	}
	for i := range counts {
		c := &counts[i]
		if invocations[side(c)] > 0 {
			continue
		}
		if why := c.nothing(); why != "" {
			complain(o.streams.Err, "nothing to measure: "+why)
		}
		lacks = append(lacks, "nothing to measure in "+c.name())
	}
	if len(lacks) > 0 || len(counts) == 0 {
		codes = append(codes, exitNothing)
	}
	return codes, lacks
}

// nothing says why an input has no invocation to count, unless that was told.
func (c *counted) nothing() string {
	name, reports := c.name(), count(c.result.Reports, "report")
	switch {
	case c.result.Untimed > 0 && c.result.Untimed == c.result.Reports-c.result.Duplicates:
		return fmt.Sprintf("%s: its %s no time, and so cannot be told to lie in the window", name,
			plural(c.result.Reports, "report carries", "reports carry"))
	case c.result.Reports > 0 && c.result.Scope.Window.Bounded():
		return fmt.Sprintf("%s: none of its %s is in the window and passes the filters", name, reports)
	case c.result.Reports > 0:
		return fmt.Sprintf("%s: none of its %s passes the filters", name, reports)
	}
	if c.remote != nil {
		return c.remote.nothing(c.arg, "report", c.coverage.Events)
	}
	return nothing(&c.input, &c.coverage, "REPORT line")
}

// nothing says why an input has none of what is wanted, and what to do, unless
// that was told.
func nothing(in *input, c *logs.Coverage, wanted string) string {
	switch {
	case empty(in, c), c.Events == 0 && len(c.Gaps) > 0:
		return ""
	case in.kind == "folder" && c.Events == 0:
		return fmt.Sprintf("%s: a folder with no log in it (a function of that name is fn:%s)", in.arg, in.base)
	}
	return fmt.Sprintf("%s: no %s among its %s", in.name(), wanted, count(c.Events, "event"))
}
