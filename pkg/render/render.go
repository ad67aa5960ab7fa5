// Package render prints a finished coldstart.Report: tables for people, in text
// and Markdown, CSV for spreadsheets and JSON for programs; and invocations as
// CSV or JSON Lines while they stream by.
//
// It computes nothing. Figures keep their full precision in CSV and JSON; text
// rounds them. All text that comes from logs is escaped for where it goes.
package render

import (
	"fmt"
	"io"

	"github.com/coldstats/coldstats/pkg/coldstart"
)

// Format is a form of output.
type Format uint8

// The formats.
const (
	Table Format = iota
	Markdown
	CSV
	JSON

	numFormats = int(JSON) + 1
)

// Formats are all formats.
var Formats = [numFormats]Format{Table, Markdown, CSV, JSON}

// String returns the format's name, as users write it.
func (f Format) String() string {
	return [numFormats]string{"table", "markdown", "csv", "json"}[f]
}

// ParseFormat returns the format called name.
func ParseFormat(name string) (Format, bool) {
	for _, f := range Formats {
		if f.String() == name {
			return f, true
		}
	}
	return 0, false
}

// Options say what is printed besides the report's figures.
type Options struct {
	// Compare adds each group's changes against the baseline.
	Compare bool
	// Distributions adds every metric's values and counts (JSON only).
	Distributions bool
	// ExitCodes are the exit codes that apply (JSON only).
	ExitCodes []int
}

// Report prints r to w in the format. The error is w's.
func Report(w io.Writer, r *coldstart.Report, format Format, options Options) error {
	switch format {
	case Table:
		return writeText(w, r, options)
	case Markdown:
		return writeMarkdown(w, r, options)
	case CSV:
		return writeCSV(w, r, options)
	case JSON:
		return writeJSON(w, r, options)
	}
	return fmt.Errorf("no format %d", format)
}
