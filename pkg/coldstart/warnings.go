package coldstart

import "fmt"

// warnings says what the inputs hold that makes figures other than they seem.
func (b *Builder) warnings() []string {
	var warnings []string
	for _, in := range b.inputs {
		warnings = append(warnings, in.warnings()...)
	}
	return warnings
}

func (in *Input) warnings() []string {
	var warnings []string
	warn := func(format string, args ...any) {
		warnings = append(warnings, in.Name+": "+fmt.Sprintf(format, args...))
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
