package lambdalog

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	// date -u -d 2026-05-14T16:10:29 +%s
	const second = 1778775029000
	for _, c := range []struct {
		text string
		want int64
		rest string
	}{
		{"2026-05-14T16:10:29.574Z", second + 574, ""},
		{"2026-05-14T16:10:29.574Z REPORT", second + 574, " REPORT"},
		{"2026-05-14T16:10:29Z", second, ""},
		{"2026-05-14 16:10:29", second, ""},
		{"2026-05-14T16:10:29 message", second, " message"},
		{"2026-05-14T16:10:29\tmessage", second, "\tmessage"},
		{"2026-05-14 16:10:29.412\tmessage", second + 412, "\tmessage"},
		{"2026-05-14T16:10:29.5Z", second + 500, ""},
		{"2026-05-14T16:10:29.57Z", second + 570, ""},
		{"2026-05-14T16:10:29.574999Z", second + 574, ""},
		{"2026-05-14T16:10:29.574999999Z", second + 574, ""},
		{"2026-05-14T16:10:29.000001+00:00 x", second, " x"},
		{"2026-05-14T16:10:29.972000+00:00", second + 972, ""},
		{"2026-05-14T18:10:29.972+02:00", second + 972, ""},
		{"2026-05-14T10:40:29-05:30", second, ""},
		{"2026-05-14T10:40:29-0530", second, ""},
		{"2026-05-15T06:10:29+1400[x]", second, "[x]"},
		{"2026-05-13T20:11:29-1959", second, ""},
		{"2026-05-14T16:10:29.", second, "."},
		{"2026-05-14T16:10:29.Z", second, ".Z"},
		{"2026-05-14T16:10:29+", second, "+"},
		{"2026-05-14T16:10:29+2", second, "+2"},
		{"2026-05-14T16:10:29+02", second, "+02"},
		{"2026-05-14T16:10:29+02:", second, "+02:"},
		{"2026-05-14T16:10:29+02:0", second, "+02:0"},
		{"2026-05-14T16:10:29-group", second, "-group"},
		{"2026-05-14T16:10:29z", second, "z"},
		{"2026-05-14T16:10:29+24:00", second, "+24:00"},
		{"2026-05-14T16:10:29-05:60", second, "-05:60"},
		{"1970-01-01T00:00:00Z", 0, ""},
		{"1970-01-01T00:00:00.001Z", 1, ""},
		{"1970-01-01T01:00:00+01:00", 0, ""},
		{"1969-12-31T23:00:00-01:00", 0, ""},
		{"2000-02-29T00:00:00Z", 951782400000, ""},
		{"9999-12-31T23:59:59.999Z", 253402300799999, ""},
	} {
		millis, n, ok := ParseTime([]byte(c.text))
		if !ok || millis != c.want || c.text[n:] != c.rest {
			t.Errorf("%q: %d, rest %q, %v; want %d, rest %q", c.text, millis, c.text[n:], ok, c.want, c.rest)
		}
	}
}

func TestParseTimeRefuses(t *testing.T) {
	const valid = "2026-05-14T16:10:29"
	texts := []string{
		"x" + valid, " " + valid, "26-05-14T16:10:29Z", "2026-5-14T16:10:29Z", "2026/05/14T16:10:29Z", "2026-05-14t16:10:29Z", "2026-05-14_16:10:29Z",
		"2026-05-14T16.10.29", "20260514T161029Z", "2026-00-14T16:10:29Z", "2026-13-14T16:10:29Z", "2026-05-00T16:10:29Z", "2026-05-32T16:10:29Z",
		"2026-05-14T24:10:29Z", "2026-05-14T16:60:29Z", "2026-05-14T16:10:61Z", "2026-05-14T16:10:-1Z",
		"2026-02-29T16:10:29Z", "2024-02-30T16:10:29Z", "1900-02-29T16:10:29Z", "2100-02-29T16:10:29Z", "2026-04-31T16:10:29Z", "2026-06-31T16:10:29Z",
		"2026-09-31T16:10:29Z", "2026-11-31T16:10:29Z",
		"1969-12-31T23:59:59.999Z", "1970-01-01T00:30:00+01:00", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-00:01",
	}
	for n := range valid {
		texts = append(texts, valid[:n])
		if valid[n] != 'T' {
			texts = append(texts, valid[:n]+"x"+valid[n+1:])
		}
	}
	for _, text := range texts {
		if millis, n, ok := ParseTime([]byte(text)); ok {
			t.Errorf("%q: %d in %d bytes", text, millis, n)
		}
	}
}

// Random instants in every form that the standard library writes.
func TestParseTimeAgainstTime(t *testing.T) {
	layouts := []string{
		time.RFC3339, "2006-01-02T15:04:05.000Z07:00", "2006-01-02T15:04:05.000000Z07:00", "2006-01-02T15:04:05.000000000Z07:00",
		"2006-01-02T15:04:05.9Z0700", "2006-01-02 15:04:05.000Z0700", "2006-01-02 15:04:05.000-07:00", "2006-01-02T15:04:05-0700",
		"2006-01-02T15:04:05", "2006-01-02 15:04:05.000000",
	}
	const end = 253402300800 // the year 10000, in seconds
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 5000 {
		layout := layouts[i%len(layouts)]
		at := time.Unix(86400+rng.Int64N(end-2*86400), rng.Int64N(1e9)).UTC()
		if strings.ContainsAny(layout, "Z0-") && strings.HasSuffix(layout, "00") && rng.IntN(3) > 0 {
			at = at.In(time.FixedZone("", 60*(rng.IntN(2*23*60)-23*60)))
		}
		text := at.Format(layout)
		want, err := time.Parse(layout, text)
		if err != nil {
			t.Fatal(err)
		}
		millis, n, ok := ParseTime([]byte(text + " x"))
		if !ok || millis != want.UnixMilli() || n != len(text) {
			t.Errorf("%q: %d in %d bytes, %v; want %d in %d", text, millis, n, ok, want.UnixMilli(), len(text))
		}
	}
}

// Every day from 1970 on for 150 years, and no other.
func TestParseTimeEveryDay(t *testing.T) {
	for year := 1970; year < 2120; year++ {
		for month := 1; month <= 12; month++ {
			for day := 1; day <= 31; day++ {
				text := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC).Format("2006") + "-" + twoDigit(month) + "-" + twoDigit(day) + "T00:00:00Z"
				want, err := time.Parse(time.RFC3339, text)
				if millis, _, ok := ParseTime([]byte(text)); ok != (err == nil) || ok && millis != want.UnixMilli() {
					t.Errorf("%s: %d, %v; the standard library says %v", text, millis, ok, err)
				}
			}
		}
	}
}

func twoDigit(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
