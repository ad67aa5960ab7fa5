package cli

import (
	"bufio"
	"fmt"
	"path"
	"slices"

	"github.com/coldstats/coldstats/pkg/archive"
	"github.com/coldstats/coldstats/pkg/awsapi"
	"github.com/coldstats/coldstats/pkg/logs"
	"github.com/coldstats/coldstats/pkg/render"
)

// chosen says which of the archive's groups are meant.
type chosen struct {
	specs   []awsapi.Spec // none for all
	regions []string      // none for all
}

func (o *fetching) chosen(args []string) (c chosen, err error) {
	c.regions = o.cloud.regions
	for _, arg := range args {
		in, err := parseFetched(arg)
		if err != nil {
			return c, err
		}
		c.specs = append(c.specs, in.spec)
	}
	return c, nil
}

// has reports whether a group is meant. The archive knows no more of a function
// than the log group that Lambda makes for it; other groups go by their names.
func (c *chosen) has(g archive.Group) bool {
	if len(c.regions) > 0 && !slices.Contains(c.regions, g.Region()) {
		return false
	}
	function := logs.FunctionOfGroup(g.Name())
	return len(c.specs) == 0 || slices.ContainsFunc(c.specs, func(s awsapi.Spec) bool {
		if s.Region != "" && s.Region != g.Region() || s.Account != "" && s.Account != g.Account() {
			return false
		}
		if s.Pattern {
			ok, _ := path.Match(s.Function, function) // ParseSpec tried the pattern
			return ok && function != ""
		}
		return s.Group == g.Name() || s.Function != "" && s.Function == function
	})
}

// listKept prints what the archive keeps.
func (o *fetching) listKept(args []string) error {
	format, err := o.parseFormat()
	if err != nil {
		return err
	}
	c, err := o.chosen(args)
	if err != nil {
		return err
	}
	a, err := o.cloud.open()
	if err != nil {
		return err
	}
	cells, err := a.List()
	if err != nil {
		return failf("%w", err)
	}
	var kept []render.Kept
	for _, k := range cells {
		if c.has(k.Cell.Group) {
			kept = addKept(kept, k)
		}
	}
	if !o.quiet {
		fmt.Fprintf(o.streams.Err, "archive: %s\n", render.Plain(a.Dir()))
	}
	out := &outputFile{path: o.output, streams: o.streams}
	buffered := bufio.NewWriter(out)
	return finish(buffered, out, nil, render.KeptList(buffered, kept, format))
}

// addKept adds a cell to the row of its group and selection, which is the last
// one if it is there.
func addKept(rows []render.Kept, k archive.Kept) []render.Kept {
	g := k.Cell.Group
	row := render.Kept{
		Group: g.Name(), Region: g.Region(), Account: g.Account(), Selection: string(k.Cell.Selection),
		Created: logs.At(g.Created), From: logs.At(k.Cell.Start), To: logs.At(k.Cell.End),
	}
	if n := len(rows); n > 0 && rows[n-1].Same(&row) {
		rows[n-1].To = row.To
	} else {
		rows = append(rows, row)
	}
	last := &rows[len(rows)-1]
	last.Cells++
	last.Events += k.Events
	last.Bytes += k.Bytes
	if k.Damaged {
		last.Damaged++
	}
	return rows
}

// forgetKept drops what the archive keeps of functions, or all.
func (o *fetching) forgetKept(args []string) error {
	c, err := o.chosen(args)
	if err != nil {
		return err
	}
	a, err := o.cloud.open()
	if err != nil {
		return err
	}
	var files int
	var bytes int64
	if len(c.specs) == 0 && len(c.regions) == 0 {
		files, bytes, err = a.ForgetAll()
	} else {
		files, bytes, err = forget(a, &c)
	}
	if err != nil {
		return failf("%w", err)
	}
	if !o.quiet {
		fmt.Fprintf(o.streams.Err, "dropped %s, %d bytes, from %s\n", count(uint64(files), "file"), bytes, render.Plain(a.Dir()))
	}
	return nil
}

// forget drops the groups that are meant.
func forget(a *archive.Archive, c *chosen) (files int, bytes int64, err error) {
	cells, err := a.List()
	if err != nil {
		return 0, 0, err
	}
	seen := make(map[archive.Group]bool)
	for _, k := range cells {
		g := k.Cell.Group
		if seen[g] || !c.has(g) {
			continue
		}
		seen[g] = true
		n, size, err := a.Forget(g)
		files, bytes = files+n, bytes+size
		if err != nil {
			return files, bytes, err
		}
	}
	return files, bytes, nil
}
