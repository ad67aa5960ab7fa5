package lambdalog

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// FuzzParse checks the laws of Parse on any message.
func FuzzParse(f *testing.F) {
	for _, line := range readCorpus(f) {
		f.Add([]byte(line.Raw))
	}
	for _, cases := range [][]parseCase{textCases, emulatorCases, startCases, jsonCases} {
		for _, c := range cases {
			f.Add([]byte(c.message))
		}
	}
	f.Add([]byte(`{"a":[{"b":"c` + "\n" + warmReport + "\n" + warmReport + "\tXRAY TraceId: x\n"))
	f.Fuzz(func(t *testing.T, message []byte) { checkLaws(t, message) })
}

// TestParseLaws checks them on messages out of the pieces of real ones, which
// random bytes seldom come to.
func TestParseLaws(t *testing.T) {
	pieces := []string{
		" ", "\t", "\n", "\r\n", "  ", `\t`, `\n`, ",", ".", "|", "x", ":", `"`, "REPORT ", "REPORT", "INIT_REPORT ", "RESTORE_REPORT ", "INIT_START ", "RESTORE_START ",
		"START ", "END ", "- ", "RequestId: ", "RequestId: " + id, "Duration: ", "Billed Duration: ", "Init Duration: ", "Restore Duration: ", "Billed Restore Duration: ",
		"Runtime Duration: ", "Memory Size: ", "Max Memory Used: ", "Status: ", "Error Type: ", "Phase: init", "Initialization Type: ", "Version: ", "Runtime Version: ",
		"XRAY TraceId: ", "1 ms", "0.5 ms", "2.46 ms", "12345.6789 ms", "128 MB", "75 MB", "999999999999.9999 ms", "NaN", "timeout", "Runtime.ExitError", "$LATEST", trace,
		"\x1b[32m", "\x1b[", "Init Dur", "Billed", "St", `{"type":"platform.start","record":{"requestId":"x"}}`, `{"time":`,
	}
	members := []string{
		"{", "}", "[", "]", ",", ":", `"`, "\n", " ", `\`, "null", "1", "0.25", "128.0", "1e3", `"type":"platform.report"`, `"type":"platform.initReport"`,
		`"type":"platform.restoreReport"`, `"type":"platform.start"`, `"time":"2026-10-08T06:53:49.235Z"`, `,"record":{`, `"record":"`, `"requestId":"x"`, `,"metrics":{`,
		`"durationMs":`, `"billedDurationMs":2`, `"initDurationMs":3`, `"memorySizeMB":128`, `,"status":"error"`, `,"errorType":"x.Y"`, `,"phase":"init"`, `"version":"3"`, `,"functionName":"f"`, `,"functionArn":"arn:aws:lambda:r:1:function:f:7"`,
		`,"tracing":{"value":"Root=` + trace + `;Sampled=1"}`, "}}", "}}}", "RequestId: x", `\tDuration: 1 ms`, `\tInit Duration: 2 ms`, `\tMemory Size: 3 MB`,
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		text := randomText(rng, rng.IntN(20), pieces)
		object := `{"type":"platform.report"` + randomText(rng, rng.IntN(12), members)
		for _, message := range []string{
			text, "REPORT RequestId: " + id + text, "START RequestId: " + id + " Version: " + text, warmReport + text, text + warmReport, object, object + text, text + "\n" + object, "{" + randomText(rng, rng.IntN(12), members),
		} {
			checkLaws(t, []byte(message))
		}
	}
}

func checkLaws(t *testing.T, message []byte) {
	t.Helper()
	before := bytes.Clone(message)
	for rest := message; ; {
		var rec Record
		next, err := Parse(rest, &rec)
		checkFastPath(t, rest)
		checkBegins(t, rest)
		if errors.Is(err, ErrNone) {
			if len(next) > 0 {
				t.Fatalf("no record, and %q follows", next)
			}
			break
		}
		if len(next) >= len(rest) || !bytes.HasSuffix(rest, next) {
			t.Fatalf("no progress from %q to %q", rest, next)
		}
		var miss NearMiss
		switch {
		case err == nil:
			checkRecord(t, rest, &rec)
			roundTrip(t, &rec)
			checkUsed(t, rest, &rec)
		case !errors.As(err, &miss) || miss == "":
			t.Fatalf("%q: %v", rest, err)
		}
		rest = next
	}
	if !bytes.Equal(message, before) {
		t.Error("Parse changed the message")
	}
}

// checkRecord checks that numbers are in their bounds and words in the message.
func checkRecord(t *testing.T, message []byte, rec *Record) {
	t.Helper()
	if rec.Kind < Report || rec.Kind > Start {
		t.Errorf("kind %d", rec.Kind)
	}
	for _, n := range []struct {
		field Fields
		value int64
		most  int64
	}{
		{Duration, int64(rec.Duration), maxMicros},
		{Billed, int64(rec.Billed), maxMicros},
		{Init, int64(rec.Init), maxMicros},
		{Restore, int64(rec.Restore), maxMicros},
		{BilledRestore, int64(rec.BilledRestore), maxMicros},
		{Memory, rec.MemoryMB, maxMicros / 1000},
		{MaxMemory, rec.MaxMemoryMB, maxMicros / 1000},
		{Time, rec.TimeMillis, endOfTime - 1},
	} {
		if rec.Has(n.field) && (n.value < 0 || n.value > n.most) {
			t.Errorf("field %#x is %d", n.field, n.value)
		}
	}
	for _, w := range []struct {
		field Fields
		value []byte
	}{
		{RequestID, rec.RequestID},
		{Status, rec.Status},
		{ErrorType, rec.ErrorType},
		{TraceID, rec.TraceID},
		{Phase, rec.Phase},
		{InitType, rec.InitType},
		{Version, rec.Version},
		{Runtime, rec.Runtime},
		{Function, rec.Function},
	} {
		if !rec.Has(w.field) {
			continue
		}
		if len(w.value) == 0 || bytes.ContainsAny(w.value, " \t\r\n\"\x00\x1b\x7f") {
			t.Errorf("field %#x is %q", w.field, w.value)
		}
		// Two slices of one array have the end of their capacity in common.
		at := cap(message) - cap(w.value)
		if at < 0 || at+len(w.value) > len(message) || &message[at] != &w.value[0] {
			t.Errorf("field %#x, %q, is not in the message", w.field, w.value)
		}
	}
}

// checkUsed checks that what a Record held before makes no difference.
func checkUsed(t *testing.T, message []byte, rec *Record) {
	t.Helper()
	word := []byte("used")
	used := Record{
		Kind: 99, JSON: !rec.JSON, InitFirst: !rec.InitFirst, Fields: ^rec.Fields,
		Duration: -1, Billed: -1, Init: -1, Restore: -1, BilledRestore: -1, MemoryMB: -1, MaxMemoryMB: -1, TimeMillis: -1,
		RequestID: word, Status: word, ErrorType: word, TraceID: word, Phase: word, InitType: word, Version: word, Runtime: word, Function: word,
	}
	if _, err := Parse(message, &used); err != nil || describe(&used) != describe(rec) {
		t.Errorf("%q\ninto a used record is %s (%v)\n into a new one it was %s", message, describe(&used), err, describe(rec))
	}
}

// checkFastPath checks that parseCanonical and parseStart, where they accept,
// give what the general path gives.
func checkFastPath(t *testing.T, message []byte) {
	t.Helper()
	for _, fast := range []func([]byte, *Record) (int, bool){parseCanonical, parseStart} {
		var quick, general Record
		n, ok := fast(message, &quick)
		if !ok {
			continue
		}
		kind, length := keyword(message)
		m, err := parseText(message, length, kind, &general)
		if err != nil || describe(&quick) != describe(&general) {
			t.Errorf("%q\nfast    %s\ngeneral %s (%v)", message, describe(&quick), describe(&general), err)
		}
		if !bytes.Equal(bytes.TrimSpace(message[n:]), bytes.TrimSpace(message[m:])) {
			t.Errorf("%q\nfast    leaves %q\ngeneral leaves %q", message, message[n:], message[m:])
		}
	}
}

// checkBegins checks that Begins is true where something is found at once.
func checkBegins(t *testing.T, message []byte) {
	t.Helper()
	var rec Record
	if _, err := parseHere(message[skipBlank(message, 0):], &rec); !errors.Is(err, ErrNone) && !Begins(message) {
		t.Errorf("%q has no look of a record and gave %v", message, err)
	}
}

// FuzzParseJoined checks that neither what stands before a whole report nor what
// follows on the next line changes it.
func FuzzParseJoined(f *testing.F) {
	f.Add("", "")
	f.Add("Traceback (most recent call last):", "END RequestId: x\n")
	f.Add("16:36:11\t", warmReport)
	f.Add("a\n\n| 17 | ", "Duration of it: 7 ms")
	f.Add("\x1b[32m\xff ", "XRAY message\n")
	f.Fuzz(func(t *testing.T, before, after string) {
		// A keyword or an object before the report may claim or quote it, and
		// a field after it belongs to it.
		if strings.ContainsAny(before, "P{") || strings.Contains(before, "START") || after != "" && !isWord(after[0]) || Continues([]byte(after)) {
			t.Skip("the text around may claim the report or its fields")
		}
		if n := len(before); n > 0 && (isWord(before[n-1]) || strings.ContainsRune("\"'`\\", rune(before[n-1]))) {
			t.Skip("the report is attached or quoted")
		}
		for _, whole := range []struct{ text, want string }{
			{warmReport, warmFields},
			{warmReport + "\tInit Duration: 5.00 ms\t", warmFields + " init=5000"},
			{warmReport + "\tStatus: timeout\nXRAY TraceId: " + trace, warmFields + " status=timeout trace=" + trace},
			{spaces(warmReport), warmFields},
		} {
			message := before + whole.text + "\n" + after
			var rec Record
			rest, err := Parse([]byte(message), &rec)
			if err != nil || describe(&rec) != whole.want {
				t.Errorf("%q\ngave %s (%v)", message, describe(&rec), err)
			}
			if strings.TrimSpace(string(rest)) != strings.TrimSpace(after) {
				t.Errorf("%q\nleft %q", message, rest)
			}
		}
	})
}

// FuzzParseTime checks that the standard library agrees, and that what is
// formatted is read back.
func FuzzParseTime(f *testing.F) {
	for _, text := range []string{
		"2026-05-14T16:10:29.574Z", "2026-05-29T16:16:03.972000+00:00 x", "2024-06-13T20:11:07", "2021-12-20 14:41:10.412\t", "2016-12-31T23:59:60Z",
		"2024-02-29T00:00:00-0530", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999+23:59", "2020-05-02 20:28:50,023]",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		millis, n, ok := ParseTime(b)
		if !ok {
			return
		}
		if n < len("2006-01-02T15:04:05") || n > len(b) || millis < 0 || millis >= endOfTime {
			t.Fatalf("%q: %d in %d bytes", b, millis, n)
		}
		text := time.UnixMilli(millis).UTC().Format("2006-01-02T15:04:05.000Z")
		if again, m, ok := ParseTime([]byte(text)); !ok || again != millis || m != len(text) {
			t.Errorf("%q is %d, but %s is %d", b, millis, text, again)
		}
		text = strings.Replace(string(b[:n]), " ", "T", 1)
		text, leap := strings.CutSuffix(text[:19], ":60")
		if leap {
			text += ":59"
			millis -= 1000
		}
		text += string(b[19:n])
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05"} {
			if at, err := time.Parse(layout, text); err == nil {
				if at.UnixMilli() != millis {
					t.Errorf("%q is %d, the standard library says %d", text, millis, at.UnixMilli())
				}
				return
			}
		}
		t.Errorf("%q is %d, the standard library says that it is no time", text, millis)
	})
}
