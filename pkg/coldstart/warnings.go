package coldstart

import (
	"fmt"

	"github.com/coldstats/coldstats/pkg/logs"
)

// warnings says what the inputs hold that makes figures other than they seem.
func (b *Builder) warnings() []string {
	var warnings []string
	common := b.window()
	for _, in := range b.inputs {
		if w := in.Scope.Window; w != common {
			warnings = append(warnings, fmt.Sprintf("%s: only the time from %s to %s", in.Name, orOpen(w.Start), orOpen(w.End)))
		}
		warnings = append(warnings, in.warnings()...)
	}
	return warnings
}

func (in *Input) warnings() []string {
	var warnings []string
	warn := func(format string, args ...any) {
		warnings = append(warnings, in.Name+": "+fmt.Sprintf(format, args...))
	}
	if in.Scope.ColdOnly {
		warn("only the reports of cold starts were fetched: there is no rate, and failed-init, reinit and warm starts are missing")
	}
	if in.json.reports > 0 && in.json.succeeded == 0 {
		warn("none of its %d JSON reports succeeded; a system log level of WARN hides the successes, and every rate would be wrong",
			in.json.reports)
	}
	if in.unordered > 0 {
		warn("log streams whose lines are not in time order: %d; prewarmed, failed-init and reinit starts may be wrong there",
			in.unordered)
	}
	if in.emulated > 0 {
		warn("reports of an emulator (Init before Duration): %d; their init and memory measure nothing and are left out",
			in.emulated)
	}
	if in.Untimed > 0 {
		warn("reports without a time, left out of the window: %d", in.Untimed)
	}
	return warnings
}

func orOpen(t logs.Time) string {
	if !t.Known {
		return "…"
	}
	return t.String()
}
