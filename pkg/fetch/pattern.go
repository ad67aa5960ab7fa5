package fetch

import "github.com/coldstats/coldstats/pkg/archive"

// Selection is what is fetched of a log group's events. Who changes a pattern
// gives the archive's selection a new number.
type Selection struct {
	// Name is what the archive calls it.
	Name archive.Selection
	// Pattern is a filter pattern of CloudWatch Logs.
	Pattern string
}

// Every term of a pattern begins and ends where a word does, so that it does not
// matter whether a server looks for words or for substrings. A ? before each
// means that one of them suffices.
// Source: CloudWatch Logs, User Guide, filter pattern syntax.
const initPhases = `?"INIT_START" ?"INIT_REPORT" ?"RESTORE_START" ?"RESTORE_REPORT"` +
	` ?"platform.initStart" ?"platform.initReport" ?"platform.restoreStart" ?"platform.restoreReport"`

var (
	// Platform selects every platform line that the kind of a start depends on,
	// in both log formats.
	Platform = Selection{archive.Platform, `?"REPORT RequestId:" ?"START RequestId:" ?"platform.report" ?"platform.start" ` + initPhases}
	// Cold selects the reports of cold starts, and what tells of init phases: a
	// hundredth of Platform where one start in a hundred is cold. Without the warm
	// reports there is no rate, and a start whose init failed cannot be told.
	Cold = Selection{archive.Cold, `?"Init Duration:" ?"Restore Duration:" ?initDurationMs ?restoreDurationMs ` + initPhases}
)
