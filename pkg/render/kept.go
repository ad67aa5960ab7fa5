package render

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"github.com/coldstats/coldstats/pkg/logs"
)

// Kept is what the archive keeps of a log group under one selection. From and To
// bound it; there may be gaps between.
type Kept struct {
	Group, Region, Account string
	Selection              string
	Created                logs.Time // of the group
	From, To               logs.Time
	Cells, Damaged         int
	Events                 uint64
	Bytes                  int64
}

// Same reports whether k and other are of one group and selection.
func (k *Kept) Same(other *Kept) bool {
	return k.Group == other.Group && k.Region == other.Region && k.Account == other.Account &&
		k.Selection == other.Selection && k.Created == other.Created
}

// keptColumns is the contract of the list's CSV columns and JSON keys.
var keptColumns = []string{"group", "region", "account", "selection", "created", "from", "to", "cells", "damaged", "events", "bytes"}

func (k *Kept) row() []string {
	return []string{
		k.Group, k.Region, k.Account, k.Selection, k.Created.String(), k.From.String(), k.To.String(),
		strconv.Itoa(k.Cells), strconv.Itoa(k.Damaged), whole(k.Events), strconv.FormatInt(k.Bytes, 10),
	}
}

// KeptList prints what is kept to w in the format. The error is w's.
func KeptList(w io.Writer, all []Kept, format Format) error {
	switch format {
	case CSV:
		out := csv.NewWriter(w)
		if err := out.Write(keptColumns); err != nil {
			return err
		}
		for i := range all {
			row := all[i].row()
			row[0] = sheetCell(row[0])
			if err := out.Write(row); err != nil {
				return err
			}
		}
		out.Flush()
		return out.Error()
	case JSON:
		return keptJSON(w, all)
	case Markdown:
		return writeBlock(w, keptBlock(all), markdownCell, tw.PaddingDefault, tablewriter.WithRenderer(renderer.NewMarkdown()))
	}
	var out bytes.Buffer
	if err := writePlain(&out, keptBlock(all)); err != nil {
		return err
	}
	_, err := w.Write(out.Bytes())
	return err
}

// keptJSON writes a JSON Lines object for each row.
func keptJSON(w io.Writer, all []Kept) error {
	out := NewJSONLines(w)
	for i := range all {
		k := &all[i]
		object := members{
			{"group", k.Group}, {"region", k.Region}, {"account", k.Account}, {"selection", k.Selection},
			{"created", k.Created.String()}, {"from", k.From.String()}, {"to", k.To.String()},
			{"cells", k.Cells}, {"damaged", k.Damaged}, {"events", k.Events}, {"bytes", k.Bytes},
		}
		if err := out.Write(json.Marshaler(object)); err != nil {
			return err
		}
	}
	return nil
}

// keptBlock lays the list out.
func keptBlock(all []Kept) *block {
	b := &block{header: []string{"log group", "region", "account", "selection", "from", "to", "cells", "events", "bytes"}, names: 6}
	for i := range all {
		row := all[i].row()
		cells := append(row[:4:4], row[5:8]...)
		if all[i].Damaged > 0 {
			cells[6] += " (" + row[8] + " damaged)"
		}
		b.rows = append(b.rows, append(cells, row[9:]...))
	}
	return b
}
