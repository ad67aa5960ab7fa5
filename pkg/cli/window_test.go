package cli

import (
	"errors"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // zones are the same wherever the tests run
)

func TestParseSpan(t *testing.T) {
	const day = 24 * time.Hour
	for _, tt := range []struct {
		in   string
		want time.Duration
	}{
		{"1m", time.Minute},
		{"90m", 90 * time.Minute},
		{"24h", day},
		{"1d12h", 36 * time.Hour},
		{"2w", 14 * day},
		{"1w1d1h1m", 8*day + time.Hour + time.Minute},
		{"30m1h", 90 * time.Minute},
		{"0d1h", time.Hour},
		{"007m", 7 * time.Minute},
		{"15250w", 15250 * 7 * day}, // 292 years are 15250.28 weeks
	} {
		if got, err := parseSpan(tt.in); err != nil || got != tt.want {
			t.Errorf("parseSpan(%q) = %v, %v, want %v", tt.in, got, err, tt.want)
		}
	}
	for _, in := range []string{
		"", "m", "1", "60", "1s", "1y", "1M", "1.5h", "-1h", "+1h", "1h ", " 1h", "1h 30m", "1hm", "0m", "0d0h",
		"1h30", "١h", "1e3m", "0x1h", "99999999999999999999m", "15251w", "2147483647w", "15250w15250w", "one hour",
	} {
		if got, err := parseSpan(in); err == nil {
			t.Errorf("parseSpan(%q) = %v, want an error", in, got)
		}
	}
}

func TestParseTime(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ in, utc, local string }{
		{"2026-05-14", "2026-05-14T00:00:00Z", "2026-05-13T22:00:00Z"},
		{"2026-05-14T16:10", "2026-05-14T16:10:00Z", "2026-05-14T14:10:00Z"},
		{"2026-05-14 16:10", "2026-05-14T16:10:00Z", "2026-05-14T14:10:00Z"},
		{"2026-05-14T16:10:29", "2026-05-14T16:10:29Z", "2026-05-14T14:10:29Z"},
		{"2026-05-14 16:10:29", "2026-05-14T16:10:29Z", "2026-05-14T14:10:29Z"},
		{"2026-01-14T16:10:29", "2026-01-14T16:10:29Z", "2026-01-14T15:10:29Z"}, // no summer time
		// A zone is a zone, also with --local.
		{"2026-05-14T16:10Z", "2026-05-14T16:10:00Z", "2026-05-14T16:10:00Z"},
		{"2026-05-14T16:10:29Z", "2026-05-14T16:10:29Z", "2026-05-14T16:10:29Z"},
		{"2026-05-14T16:10:29-07:00", "2026-05-14T23:10:29Z", "2026-05-14T23:10:29Z"},
		{"2026-05-14T16:10:29.574Z", "2026-05-14T16:10:29.574Z", "2026-05-14T16:10:29.574Z"},
		{"1778775029", "2026-05-14T16:10:29Z", "2026-05-14T16:10:29Z"},
		{"1778775029574", "2026-05-14T16:10:29.574Z", "2026-05-14T16:10:29.574Z"},
	} {
		for zone, want := range map[*time.Location]string{time.UTC: tt.utc, berlin: tt.local} {
			got, err := parseTime(tt.in, zone)
			if err != nil || got.UTC().Format(time.RFC3339Nano) != want {
				t.Errorf("parseTime(%q, %s) = %v, %v, want %s", tt.in, zone, got.UTC(), err, want)
			}
		}
	}
	for _, in := range []string{
		"", "now", "yesterday", "2026", "2026-05", "20260514", "2026-5-14", "2026-02-30", "2026-13-01", "14.05.2026", "05/14/2026",
		"2026-05-14T", "2026-05-14T16", "2026-05-14T24:00", "2026-05-14T16:60", "2026-05-14T16:10:29 Z", "16:10",
		"177877502", "17787750290", "17787750295740", "-177877502", "+177877502", "1778775029s",
	} {
		if got, err := parseTime(in, time.UTC); err == nil {
			t.Errorf("parseTime(%q) = %v, want an error", in, got)
		}
	}
}

func TestWindow(t *testing.T) {
	now := time.Date(2026, 5, 14, 16, 10, 29, 574_000_000, time.UTC)
	for _, tt := range []struct {
		flags      windowFlags
		start, end string
	}{
		{windowFlags{}, "", ""},
		{windowFlags{start: "2026-05-14"}, "2026-05-14T00:00:00.000Z", ""},
		{windowFlags{end: "2026-05-14"}, "", "2026-05-14T00:00:00.000Z"},
		{windowFlags{start: "2026-05-13", end: "2026-05-14"}, "2026-05-13T00:00:00.000Z", "2026-05-14T00:00:00.000Z"},
		// What is to come is no matter at the end.
		{windowFlags{start: "2026-05-14", end: "2026-05-15"}, "2026-05-14T00:00:00.000Z", "2026-05-15T00:00:00.000Z"},
		{windowFlags{end: "2027-01-01"}, "", "2027-01-01T00:00:00.000Z"},
		// From now or from the end, in whole seconds.
		{windowFlags{since: "1h"}, "2026-05-14T15:10:29.000Z", ""},
		{windowFlags{since: "1d12h"}, "2026-05-13T04:10:29.000Z", ""},
		{windowFlags{since: "1h", end: "2026-05-14T12:00"}, "2026-05-14T11:00:00.000Z", "2026-05-14T12:00:00.000Z"},
		{windowFlags{start: "1778774999999", end: "1778775000999"}, "2026-05-14T16:09:59.000Z", "2026-05-14T16:10:00.000Z"},
		{windowFlags{start: "2026-05-14T16:10:29"}, "2026-05-14T16:10:29.000Z", ""},
	} {
		got, err := tt.flags.window(now)
		if err != nil || got.Start.String() != tt.start || got.End.String() != tt.end {
			t.Errorf("%+v: [%s, %s), %v, want [%s, %s)", tt.flags, got.Start, got.End, err, tt.start, tt.end)
		}
	}
	for _, tt := range []struct {
		flags windowFlags
		want  string
	}{
		{windowFlags{since: "1h", start: "2026-05-14"}, "--since and --start both say"},
		{windowFlags{start: "2026-05-14T16:10:30"}, "the window begins in the future, at 2026-05-14T16:10:30.000Z"},
		{windowFlags{since: "1h", end: "2026-05-15"}, "the window begins in the future, at 2026-05-14T23:00:00.000Z"},
		{windowFlags{start: "2026-05-14", end: "2026-05-13"}, "no later than it begins"},
		{windowFlags{start: "2026-05-14", end: "2026-05-14"}, "no later than it begins"},
		{windowFlags{start: "1778774999000", end: "1778774999999"}, "no later than it begins"}, // within one second
		{windowFlags{start: "x"}, `--start "x": no date`},
		{windowFlags{end: "x"}, `--end "x": no date`},
		{windowFlags{since: "x"}, `--since "x": no length of time`},
		{windowFlags{since: "15251w"}, "longer than 292 years"},
	} {
		_, err := tt.flags.window(now)
		failure, ok := errors.AsType[*exitError](err)
		if !ok || failure.code != exitUsage || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: error %v, want a usage error with %q", tt.flags, err, tt.want)
		}
	}
}

func TestFetchedWindow(t *testing.T) {
	now := time.Date(2026, 5, 14, 16, 10, 29, 574_000_000, time.UTC)
	for _, tt := range []struct {
		flags      windowFlags
		start, end string
	}{
		{windowFlags{}, "2026-05-13T16:10:29.000Z", "2026-05-14T16:10:29.000Z"},
		{windowFlags{since: "1h"}, "2026-05-14T15:10:29.000Z", "2026-05-14T16:10:29.000Z"},
		{windowFlags{start: "2026-05-01"}, "2026-05-01T00:00:00.000Z", "2026-05-14T16:10:29.000Z"},
		{windowFlags{end: "2026-05-10"}, "2026-05-09T00:00:00.000Z", "2026-05-10T00:00:00.000Z"},
		{windowFlags{start: "2026-05-01", end: "2026-05-02"}, "2026-05-01T00:00:00.000Z", "2026-05-02T00:00:00.000Z"},
	} {
		w, err := tt.flags.window(now)
		if err != nil {
			t.Fatal(err)
		}
		if w = fetched(w, now); w.Start.String() != tt.start || w.End.String() != tt.end {
			t.Errorf("%+v: [%s, %s), want [%s, %s)", tt.flags, w.Start, w.End, tt.start, tt.end)
		}
	}
}
