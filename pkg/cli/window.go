package cli

import (
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"github.com/coldstats/coldstats/pkg/logs"
)

// windowFlags are the flags that say which time is asked for.
type windowFlags struct {
	since, start, end string
	local             bool
}

func (f *windowFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.since, "since", "", "only invocations that began in the last `TIME`, such as 90m, 1d12h or 2w (default 24h of functions and log groups, all of files)")
	flags.StringVar(&f.start, "start", "", "only invocations that began at `TIME` or later: 2026-05-14, 2026-05-14T16:10:29Z, or epoch seconds or milliseconds")
	flags.StringVar(&f.end, "end", "", "only invocations that began before `TIME`; a bare date leaves that day out")
	flags.BoolVar(&f.local, "local", false, "times without a zone, days and hours are local instead of UTC")
}

// zone is where times without one are, and where days begin.
func (f *windowFlags) zone() *time.Location {
	if f.local {
		return time.Local
	}
	return time.UTC
}

// window resolves the flags at the time now. Without flags it is open.
func (f *windowFlags) window(now time.Time) (w logs.Window, err error) {
	if f.since != "" && f.start != "" {
		return w, usagef("--since and --start both say where the window begins")
	}
	if f.start != "" {
		start, err := parseTime(f.start, f.zone())
		if err != nil {
			return w, usagef("--start %q: %w", f.start, err)
		}
		w.Start = logs.At(start.Unix() * 1000)
	}
	end := now
	if f.end != "" {
		if end, err = parseTime(f.end, f.zone()); err != nil {
			return w, usagef("--end %q: %w", f.end, err)
		}
		w.End = logs.At(end.Unix() * 1000)
	}
	if f.since != "" {
		since, err := parseSpan(f.since)
		if err != nil {
			return w, usagef("--since %q: %w", f.since, err)
		}
		w.Start = logs.At(end.Add(-since).Unix() * 1000)
	}
	switch {
	case w.Start.Known && w.Start.Millis >= now.UnixMilli():
		return w, usagef("the window begins in the future, at %s", w.Start)
	case w.Start.Known && w.End.Known && w.Start.Millis >= w.End.Millis:
		return w, usagef("the window ends at %s, no later than it begins at %s", w.End, w.Start)
	}
	return w, nil
}

// fetched is the window of what CloudWatch Logs has: open sides of the window w
// are set to 24 hours before its end, and to now.
func fetched(w logs.Window, now time.Time) logs.Window {
	if !w.End.Known {
		w.End = logs.At(now.Unix() * 1000)
	}
	if !w.Start.Known {
		w.Start = logs.At(w.End.Millis - (24 * time.Hour).Milliseconds())
	}
	return w
}

// parseTime reads a date, a date and time with or without seconds and zone, or
// a time since the Unix epoch in seconds (10 digits) or milliseconds (13).
func parseTime(s string, zone *time.Location) (time.Time, error) {
	if n, err := strconv.ParseUint(s, 10, 63); err == nil {
		switch len(s) {
		case 10:
			return time.Unix(int64(n), 0), nil
		case 13:
			return time.UnixMilli(int64(n)), nil
		}
	}
	for _, layout := range []string{
		time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05",
		"2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z07:00",
	} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("no date, time or epoch time (such as 2026-05-14, 2026-05-14T16:10:29Z or 1778775029)")
}

// parseSpan reads a length of time such as 90m, 1d12h or 2w.
func parseSpan(s string) (time.Duration, error) {
	units := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	bad := fmt.Errorf("no length of time (such as 90m, 1d12h or 2w; units are m, h, d and w)")
	var span time.Duration
	for i := 0; i < len(s); {
		digits := i
		for digits < len(s) && '0' <= s[digits] && s[digits] <= '9' {
			digits++
		}
		n, err := strconv.ParseInt(s[i:digits], 10, 32)
		if err != nil || digits == len(s) || units[s[digits]] == 0 {
			return 0, bad
		}
		part := time.Duration(n) * units[s[digits]]
		if part/units[s[digits]] != time.Duration(n) || span+part < span {
			return 0, fmt.Errorf("longer than 292 years")
		}
		span += part
		i = digits + 1
	}
	if span == 0 {
		return 0, bad
	}
	return span, nil
}
