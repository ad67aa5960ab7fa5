package logfile

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// lendRow lends a row of the fields, given as name and value in turn, and
// returns the records found in it, the text lent and the lender.
func lendRow(t *testing.T, fields ...string) (found []string, text string, stream *logs.Stream, coverage logs.Coverage) {
	t.Helper()
	l := &lender{name: "file", streams: &logs.Streams{}, coverage: &coverage}
	l.own = l.streams.Unnamed()
	l.yield = func(e *logs.Event) bool {
		found = append(found, records(e)...)
		text, stream = string(e.Message), e.Stream
		return true
	}
	var r row
	for i := 0; i < len(fields); i += 2 {
		r.set([]byte(fields[i]), []byte(fields[i+1]))
	}
	if !r.lend(l, 7) {
		t.Error("the consumer wants more")
	}
	if r.message != nil || r.record.Fields != 0 || r.time.Known || r.malformed {
		t.Errorf("the row is not empty: %+v", r)
	}
	return found, text, stream, coverage
}

func same[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got\n%v\nwant\n%v", what, got, want)
	}
}

func TestRow(t *testing.T) {
	const (
		id    = "f612fbaf-65ce-4fd2-8d1b-6718fcb0b269"
		built = "REPORT RequestId: " + id + "\tDuration: 2.03 ms\tBilled Duration: 3 ms\tMemory Size: 512 MB\tMax Memory Used: 70 MB\t"
		when  = "2022-05-02T20:58:14.456Z "
		note  = "file:7: a row of a query's result without what a record is made from; query the fields @timestamp, @message, @logStream and @log"
	)
	fields := []string{"@timestamp", "2022-05-02 20:58:14.456", "@type", "REPORT", "@requestId", id,
		"@duration", "2.03", "@billedDuration", "3.0", "@memorySize", "5.12E8", "@maxMemoryUsed", "70000000"}
	with := func(more ...string) []string { return append(slices.Clone(fields), more...) }
	for _, c := range []struct {
		name   string
		fields []string
		found  string
		text   string
		note   string
	}{
		{"a message", []string{"@message", report("a"), "@timestamp", "2022-05-02 20:58:14.456"}, "7 " + when + "report a", report("a"), ""},
		{"a message and its fields", with("@message", report("a")), "7 " + when + "report a", report("a"), ""},
		{"a report's fields", with(), "7 " + when + "report " + id, built, ""},
		{"an init", with("@initDuration", "1.2345E2"), "7 " + when + "report " + id, built[:len(built)-1] + "\tInit Duration: 123.45 ms\t", ""},
		{"a trace", with("@xrayTraceId", trace), "7 " + when + "report " + id + " " + trace, built + "\nXRAY TraceId: " + trace, ""},
		{"no type", []string{"@requestId", id, "@duration", "2.03"}, "7 report " + id, "REPORT RequestId: " + id + "\tDuration: 2.03 ms\t", ""},
		{"unknown fields", with("@entity.KeyAttributes.Name", "x", "bin(1h)", "y", "", "z", "@ptr", "p"), "7 " + when + "report " + id, built, ""},
		{"empty figures are absent", []string{"@requestId", id, "@duration", "2.03", "@initDuration", "", "@memorySize", ""}, "7 report " + id, "REPORT RequestId: " + id + "\tDuration: 2.03 ms\t", ""},

		{"another type", []string{"@type", "START", "@requestId", id}, "", "", ""},
		{"another type with a duration", []string{"@type", "END", "@requestId", id, "@duration", "5"}, "", "", ""},
		{"an empty message", []string{"@message", "", "@type", "START", "@requestId", id}, "", "", ""},
		{"no duration", []string{"@type", "REPORT", "@requestId", id}, "7 near miss", "REPORT RequestId: " + id + "\t", ""},
		{"no request id", []string{"@type", "REPORT", "@duration", "5"}, "7 near miss", "REPORT Duration: 5.00 ms\t", note},
		{"no id", []string{"@type", "REPORT", "@duration", "5", "@requestId", "x\tInit Duration: 9 ms"}, "7 near miss", "REPORT Duration: 5.00 ms\t", note},
		{"no duration that is a number", with("@duration", "2,03"), "7 " + when + "near miss", "REPORT RequestId: " + id + "\tDuration: malformed", ""},
		{"no init that is a number", with("@initDuration", "NaN"), "7 " + when + "near miss", "REPORT RequestId: " + id + "\tDuration: malformed", ""},
		{"no whole megabytes", with("@memorySize", "536870912"), "7 " + when + "near miss", "REPORT RequestId: " + id + "\tDuration: malformed", ""},
		{"no number and no id", []string{"@type", "REPORT", "@duration", "x"}, "7 near miss", "REPORT\tDuration: malformed", note},
		{"too much", with("@duration", "1234567890123"), "7 " + when + "near miss", strings.Replace(built, "2.03", "1234567890123.00", 1), ""},

		{"an aggregate", []string{"bin(1h)", "2022-05-02 20:00:00.000", "avg(@duration)", "12.5"}, "", "", note},
		{"an aggregate by group", []string{"@log", "1:/aws/lambda/x", "avg(@duration)", "12.5"}, "", "", note},
		{"figures of nobody", []string{"@timestamp", "2022-05-02 20:58:14.456", "@initDuration", "5"}, "", "", note},
		{"a row of another event", []string{"@timestamp", "2022-05-02 20:58:14.456", "@ptr", "x"}, "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, text, _, coverage := lendRow(t, c.fields...)
			same(t, "found", strings.Join(found, ", "), c.found)
			same(t, "text", text, c.text)
			same(t, "events", coverage.Events, 1)
			same(t, "notes", strings.Join(coverage.Notes, "\n"), c.note)
		})
	}
}

func TestRowStream(t *testing.T) {
	for _, c := range []struct {
		log, stream string
		want        logs.Stream
	}{
		{"622370397643:/aws/lambda/cart", stream, logs.Stream{ID: 1, Account: "622370397643", Group: "/aws/lambda/cart", Name: stream,
			Function: "cart", Version: "$LATEST", Sandbox: "a13a7524e81d44ea80185a45f5511e2b"}},
		{"622370397643:/aws/lambda/cart", "", logs.Stream{ID: 1, Account: "622370397643", Group: "/aws/lambda/cart", Function: "cart"}},
		{"/aws/lambda/cart", "", logs.Stream{ID: 1, Group: "/aws/lambda/cart", Function: "cart"}},
		{"", other, logs.Stream{ID: 1, Name: other, Function: "checkout", Version: "42", Sandbox: "829a7524e81d44ea80185a45f5511e2b"}},
		{"", "", logs.Stream{}},
	} {
		_, _, got, _ := lendRow(t, "@message", report("a"), "@log", c.log, "@logStream", c.stream)
		same(t, c.log+" "+c.stream, *got, c.want)
	}
}

// The corpus has a row of a result, and a result whose first row is a report.
func TestRowsOfCorpus(t *testing.T) {
	type field struct{ Field, Value string }
	var rows [][]field
	for _, line := range corpusOf(t, "Logs Insights JSON row") {
		var one []field
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, one)
	}
	for _, line := range corpusOf(t, "Logs Insights JSON") {
		var result struct{ Results [][]field }
		if err := json.Unmarshal([]byte(line), &result); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, result.Results...)
	}
	want := []string{
		"7 2020-01-21T15:24:18.198Z report 33792b95-4e1f-4c69-a5f5-5dacea2067cd",
		"7 2022-05-02T20:58:14.456Z report f612fbaf-65ce-4fd2-8d1b-6718fcb0b269",
		"7 2022-05-02T20:58:14.452Z start f612fbaf-65ce-4fd2-8d1b-6718fcb0b269",
	}
	same(t, "rows", len(rows), len(want))
	for i, fields := range rows {
		var flat []string
		for _, f := range fields {
			flat = append(flat, f.Field, f.Value)
		}
		found, _, stream, _ := lendRow(t, flat...)
		same(t, "found", strings.Join(found, ", "), want[i])
		if i > 0 {
			same(t, "function", stream.Function, "aws-serverless-shopping-cart-s-CartDBStreamHandler-r2hrhRoaOdTT")
		}
	}
}

func TestNoteRowsOnce(t *testing.T) {
	var coverage logs.Coverage
	l := &lender{name: "file", streams: &logs.Streams{}, coverage: &coverage}
	var r row
	for line := range int64(3) {
		r.set([]byte("count(*)"), []byte("5"))
		r.lend(l, line+2)
	}
	same(t, "events", coverage.Events, 3)
	if len(coverage.Notes) != 1 || !strings.HasPrefix(coverage.Notes[0], "file:2: ") {
		t.Errorf("notes %q", coverage.Notes)
	}
}

func TestTimeOf(t *testing.T) {
	at := logs.At(1651525094456) // 2022-05-02T20:58:14.456Z
	for text, want := range map[string]logs.Time{
		"2022-05-02 20:58:14.456":       at,
		" 2022-05-02 20:58:14.456 ":     at,
		"2022-05-02T20:58:14.456Z":      at,
		"2022-05-02T22:58:14.456+02:00": at,
		"1651525094456":                 at,
		"1651525094":                    logs.At(1651525094000),
		"2022-05-02 20:58:14.456 UTC":   {},
		"02/05/2022 20:58":              {},
		"1.65153E+12":                   {},
		"16515250944567":                {},
		"":                              {},
		"yesterday":                     {},
	} {
		if got := timeOf([]byte(text)); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestDecimal(t *testing.T) {
	for _, c := range []struct {
		text  string
		shift int
		want  int64
		exact bool
	}{
		{"0", 3, 0, true},
		{"2.46", 3, 2460, true},
		{"2.4605", 3, 2461, false},
		{"2.46049999", 3, 2460, false},
		{"2.46000000000000000000000000", 3, 2460, true},
		{"0.0004", 3, 0, false},
		{"0.0005", 3, 1, false},
		{"0.29", 3, 290, true}, // 0.29 * 1000 is 289.99999999999994 in float64
		{"1.1E-3", 3, 1, false},
		{"9999999999.999", 3, 9999999999999, true},
		{"512000000", -6, 512, true},
		{"512000000.0", -6, 512, true},
		{"5.12E8", -6, 512, true},
		{"5.12e+8", -6, 512, true},
		{"1.28E8", -6, 128, true},
		{"0.1024E11", -6, 10240, true},
		{"10240000000", -6, 10240, true},
		{"536870912", -6, 537, false},
		{"1", -6, 0, false},
		{"499999", -6, 0, false},
		{"500000", -6, 1, false},
		{"5120000000E-1", -6, 512, true},
		{" 3 ", 3, 3000, true},
	} {
		got, exact, ok := decimal([]byte(c.text), c.shift)
		if !ok || got != c.want || exact != c.exact {
			t.Errorf("%q: got %d, %v, %v, want %d, %v", c.text, got, exact, ok, c.want, c.exact)
		}
	}
	for _, text := range []string{"", " ", ".", "5.", ".5", "-5", "+5", "1,234", "1 234", "NaN", "Inf", "0x10", "1_0", "E8", "1E", "1E+", "1E--2", "1E1.0", "1E31", "5 ms",
		"99999999999999999999", "1E20", "1E99999999999999999999", "１"} {
		if got, _, ok := decimal([]byte(text), 3); ok {
			t.Errorf("%q gave %d", text, got)
		}
	}
}

// FuzzDecimal compares decimal with exact fractions.
func FuzzDecimal(f *testing.F) {
	f.Add(uint64(512), uint8(3), int8(8), int8(-6))
	f.Add(uint64(24605), uint8(4), int8(0), int8(3))
	f.Fuzz(func(t *testing.T, mantissa uint64, decimals uint8, exponent, shift int8) {
		digits := fmt.Sprintf("%0*d", int(decimals)+1, mantissa)
		point := len(digits) - int(decimals)
		text := digits[:point]
		if decimals > 0 {
			text += "." + digits[point:]
		}
		text += fmt.Sprintf("E%d", exponent)
		n, exact, ok := decimal([]byte(text), int(shift))
		if !ok {
			return
		}
		value, good := new(big.Rat).SetString(fmt.Sprintf("%se%d", digits, int(exponent)-int(decimals)+int(shift)))
		if !good {
			t.Fatal(text)
		}
		diff := new(big.Rat).Sub(new(big.Rat).SetInt64(n), value)
		if exact != (diff.Sign() == 0) || diff.Cmp(big.NewRat(1, 2)) > 0 || diff.Cmp(big.NewRat(-1, 2)) <= 0 {
			t.Fatalf("%s at %d gave %d, %v", text, shift, n, exact)
		}
	})
}

// FuzzRow checks that no field of a row makes another: what is parsed from the
// text of a row is what the row says.
func FuzzRow(f *testing.F) {
	f.Add("a-b", "2.03", "512000000", trace)
	f.Add("a\tInit Duration: 5 ms", "2.03\tInit Duration: 5 ms", "1", "x\tInit Duration: 5 ms")
	f.Fuzz(func(t *testing.T, id, duration, memory, traceID string) {
		found, text, _, _ := lendRow(t, "@type", "REPORT", "@requestId", id, "@duration", duration, "@memorySize", memory, "@xrayTraceId", traceID)
		if len(found) != 1 {
			t.Fatalf("%q gave %q", text, found)
		}
		var rec lambdalog.Record
		if rest, err := lambdalog.Parse([]byte(text), &rec); err != nil || len(rest) > 0 {
			return
		}
		if string(rec.RequestID) != id || rec.Has(lambdalog.Init) || rec.Has(lambdalog.Billed) || rec.Has(lambdalog.TraceID) && string(rec.TraceID) != traceID {
			t.Fatalf("%q has other fields", text)
		}
	})
}
