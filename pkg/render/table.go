package render

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"github.com/coldstats/coldstats/pkg/coldstart"
	"github.com/coldstats/coldstats/pkg/stats"
)

// unsupportedMark follows a figure that the sample is too small for.
const unsupportedMark = "¹"

// block is one table: names in the first columns, figures in the others.
type block struct {
	title  string
	header []string
	names  int // columns of names
	rows   [][]string
}

// blocks lays the report out: how the invocations started, then the metrics.
func blocks(r *coldstart.Report, options Options) []block {
	all := []block{startsBlock(r)}
	if len(r.Groups) == 0 {
		return all
	}
	for i := range r.Groups[0].Metrics {
		all = append(all, metricBlock(r, i, options))
	}
	return all
}

func startsBlock(r *coldstart.Report) block {
	b := newBlock(r, "starts", "Invocations", "Cold", "Restored", "Prewarmed", "Failed init", "Rate", "Errors", "Timeouts")
	for i := range r.Groups {
		g := &r.Groups[i]
		rate := "-"
		if v, ok := g.ColdRate(); ok {
			rate = strconv.FormatFloat(v*100, 'f', 2, 64) + "%"
		}
		b.rows = append(b.rows, append(names(g),
			whole(g.Invocations),
			whole(g.Starts[coldstart.Cold]),
			whole(g.Starts[coldstart.Restored]),
			whole(g.Starts[coldstart.Prewarmed]),
			whole(g.Starts[coldstart.FailedInit]),
			rate,
			whole(g.Errors),
			whole(g.Timeouts),
		))
	}
	return b
}

func metricBlock(r *coldstart.Report, metric int, options Options) block {
	name := r.Groups[0].Metrics[metric].Name
	columns := []string{"Count", "Min", "Avg", "Max", "Median", "P95", "P99", "Stddev"}
	if options.Compare {
		columns = append(columns, "Δ Median", "Δ P95", "Δ P99")
	}
	b := newBlock(r, name.String()+", "+name.Unit(), columns...)
	decimals := 2
	if name == coldstart.MemoryMetric {
		decimals = 1
	}
	for i := range r.Groups {
		g := &r.Groups[i]
		s := &g.Metrics[metric].Summary
		row := append(names(g), whole(s.Count))
		for _, f := range []stats.Figure{s.Min, s.Mean, s.Max, s.Median, s.P95, s.P99, s.StdDev} {
			row = append(row, figure(f, decimals, ""))
		}
		if options.Compare {
			row = append(row, changes(r, i, metric)...)
		}
		b.rows = append(b.rows, row)
	}
	b.alignMarks()
	return b
}

// changes returns the cells of a group's changes, empty for the baseline.
func changes(r *coldstart.Report, group, metric int) []string {
	c := r.Change(group, metric)
	if c == nil {
		return []string{"", "", ""}
	}
	return []string{delta(c.Median), delta(c.P95), delta(c.P99)}
}

func newBlock(r *coldstart.Report, title string, columns ...string) block {
	b := block{title: title, header: []string{""}}
	for _, d := range r.By {
		b.header = append(b.header, d.String())
	}
	b.names = len(b.header)
	b.header = append(b.header, columns...)
	return b
}

func names(g *coldstart.Group) []string {
	cells := []string{g.Label}
	for _, v := range g.By {
		if v == "" {
			v = "-"
		}
		cells = append(cells, v)
	}
	return cells
}

func whole(n uint64) string { return strconv.FormatUint(n, 10) }

// figure formats a figure with its mark, or as a dash where it is absent.
func figure(f stats.Figure, decimals int, unit string) string {
	if !f.Present() {
		return "-"
	}
	cell := strconv.FormatFloat(f.Value, 'f', decimals, 64) + unit
	if f.Support == stats.Unsupported {
		cell += unsupportedMark
	}
	return cell
}

func delta(f stats.Figure) string {
	cell := figure(f, 1, "%")
	if f.Present() && f.Value >= 0 {
		cell = "+" + cell
	}
	return cell
}

// alignMarks gives the figures without a mark a blank in its place, in each
// column that has marks, so that the digits stand under one another.
func (b *block) alignMarks() {
	for column := b.names; column < len(b.header); column++ {
		marked := false
		for _, row := range b.rows {
			marked = marked || strings.HasSuffix(row[column], unsupportedMark)
		}
		for _, row := range b.rows {
			if marked && !strings.HasSuffix(row[column], unsupportedMark) {
				row[column] += " "
			}
		}
	}
}

func (b *block) marked() bool {
	for _, row := range b.rows {
		for _, cell := range row[b.names:] {
			if strings.HasSuffix(cell, unsupportedMark) {
				return true
			}
		}
	}
	return false
}

func writeText(w io.Writer, r *coldstart.Report, options Options) error {
	var out bytes.Buffer
	marked := false
	for i, b := range blocks(r, options) {
		if i > 0 {
			out.WriteByte('\n')
		}
		b.header[0] = b.title
		if err := writePlain(&out, &b); err != nil {
			return err
		}
		marked = marked || b.marked()
	}
	notes := footnotes(r, marked, Plain)
	if len(notes) > 0 {
		out.WriteByte('\n')
	}
	for _, note := range notes {
		fmt.Fprintln(&out, note)
	}
	_, err := w.Write(out.Bytes())
	return err
}

// writePlain writes one table as text, without blanks at the ends of its lines.
func writePlain(out *bytes.Buffer, b *block) error {
	var table bytes.Buffer
	if err := writeBlock(&table, b, Plain, tw.Padding{Right: "  ", Overwrite: true}, plainLook()); err != nil {
		return err
	}
	for line := range bytes.Lines(table.Bytes()) {
		out.Write(bytes.TrimRight(line, " \n"))
		out.WriteByte('\n')
	}
	return nil
}

func writeMarkdown(w io.Writer, r *coldstart.Report, options Options) error {
	var out bytes.Buffer
	marked := false
	for i, b := range blocks(r, options) {
		if i > 0 {
			out.WriteByte('\n')
		}
		b.header[0] = b.title
		if err := writeBlock(&out, &b, markdownCell, tw.PaddingDefault, tablewriter.WithRenderer(renderer.NewMarkdown())); err != nil {
			return err
		}
		marked = marked || b.marked()
	}
	for _, note := range footnotes(r, marked, markdownCell) {
		fmt.Fprintf(&out, "\n%s\n", note)
	}
	_, err := w.Write(out.Bytes())
	return err
}

// plainLook is a table without lines but one under the header: it is as narrow
// as can be, and pastes anywhere.
func plainLook() tablewriter.Option {
	return tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
		Borders: tw.BorderNone,
		Symbols: tw.NewSymbols(tw.StyleLight),
		Settings: tw.Settings{
			Separators: tw.Separators{BetweenColumns: tw.Off, BetweenRows: tw.Off},
			Lines:      tw.Lines{ShowTop: tw.Off, ShowBottom: tw.Off, ShowHeaderLine: tw.On, ShowFooterLine: tw.Off},
		},
	}))
}

// writeBlock writes one table, with the names, which come from logs, passed
// through escape.
func writeBlock(w io.Writer, b *block, escape func(string) string, padding tw.Padding, look tablewriter.Option) error {
	alignment := make([]tw.Align, len(b.header))
	for i := range alignment {
		alignment[i] = tw.AlignRight
		if i < b.names {
			alignment[i] = tw.AlignLeft
		}
	}
	table := tablewriter.NewTable(w, look,
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithPadding(padding),
		tablewriter.WithHeaderAlignmentConfig(tw.CellAlignment{PerColumn: alignment}),
		tablewriter.WithRowAlignmentConfig(tw.CellAlignment{PerColumn: alignment}),
	)
	table.Header(b.header)
	for _, row := range b.rows {
		cells := slices.Clone(row)
		for i, name := range cells[:b.names] {
			cells[i] = escape(name)
		}
		if err := table.Append(cells); err != nil {
			return err
		}
	}
	return table.Render()
}
