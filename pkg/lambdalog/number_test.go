package lambdalog

import (
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// refusedNumbers are no numbers of a log line, wherever they stand.
var refusedNumbers = []string{
	"", " ", "x", "-", "-5", "+5", "--5", "NaN", "nan", "Inf", "-Inf", "Infinity", "null",
	"0x1p3", "0x10", "1e3", "1E3", "1.5e3", "1e-3", "1,234", "1,234.5", "1_000", "1'000",
	".5", "5.", ".", "1..5", "1.2.3", "٣", "½",
	"1234567890123", "1234567890123.5", "00000000000001", "99999999999999999999", "999999999999.9995",
	strings.Repeat("9", 400), "1." + strings.Repeat("0", 400) + "x",
}

func TestRefusedNumbers(t *testing.T) {
	for _, number := range refusedNumbers {
		for _, message := range []string{
			"REPORT RequestId: x\tDuration: " + number + " ms",
			"REPORT RequestId: x Duration: " + number + " ms Billed Duration: 5 ms",
			"REPORT RequestId: x\tDuration: 1 ms\tInit Duration: " + number + " ms\t\n",
			"REPORT RequestId: x\tDuration: 1 ms\tMemory Size: " + number + " MB\n",
			strings.Replace(warmReport, "2.46", number, 1) + "\t\n",
			strings.Replace(warmReport, ": 3 ", ": "+number+" ", 1) + "\t\n",
			strings.Replace(warmReport, "128", number, 1) + "\t\n",
			strings.Replace(warmReport, "75", number, 1) + "\t\n",
			"INIT_REPORT Init Duration: " + number + " ms\tStatus: timeout",
			"RESTORE_REPORT Restore Duration: " + number + " ms\tStatus: timeout",
		} {
			if got := parseAll(t, message); got != near(ErrBadNumber) {
				t.Errorf("%q gave %s", message, got)
			}
		}
		if strings.TrimSpace(number) == "" || number == "null" {
			continue // null in JSON is absent, see TestParseJSON
		}
		message := `{"type":"platform.report","record":{"requestId":"x","metrics":{"durationMs":` + number + `}}}`
		if got := parseAll(t, message); got != near(ErrBadJSON) && got != near(ErrCutJSON) {
			t.Errorf("%q gave %s", message, got)
		}
	}
}

// A line that was cut inside a number has lost its unit, one that was cut before
// it the number.
func TestCutNumbers(t *testing.T) {
	const line = warmReport + "\tInit Duration: 354.51 ms"
	for i := strings.Index(line, "2.46"); i < len(line); i++ {
		cut := line[:i]
		want := near(ErrBadNumber)
		switch {
		case afterUnit(cut):
			continue // see TestCutBetweenFields
		case strings.HasSuffix(strings.TrimRight(cut, " "), ":"):
			want = near(ErrCut)
		}
		if got := parseAll(t, cut); got != want {
			t.Errorf("%q gave %s, want %s", cut, got, want)
		}
	}
}

// afterUnit reports whether a line was not cut between a colon and the end of
// a unit.
func afterUnit(cut string) bool {
	value := cut[strings.LastIndexByte(cut, ':')+1:]
	return strings.Contains(value, "ms") || strings.Contains(value, "MB")
}

// A line that was cut between two fields has what is before; one that was cut
// inside a label shows that it has lost something.
func TestCutBetweenFields(t *testing.T) {
	want := "report id=" + id
	rest := warmReport[len("REPORT RequestId: "+id):]
	for _, c := range []struct{ field, gives string }{
		{"\tDuration: 2.46 ms", " duration=2460"},
		{"\tBilled Duration: 3 ms", " billed=3000"},
		{"\tMemory Size: 128 MB", " memory=128"},
		{"\tMax Memory Used: 75 MB", " max=75"},
		{"\tInit Duration:", ""}, // only its label is looked at
	} {
		if want != "report id="+id {
			for n := range strings.IndexByte(c.field, ':') {
				line := warmReport[:len(warmReport)-len(rest)] + c.field[:n+1]
				want := want
				if n > 0 {
					want = near(ErrCut)
				}
				for _, line := range []string{line, spaces(line), line + " \t\r\n"} {
					if got := parseAll(t, line); got != want {
						t.Errorf("%q gave %s, want %s", line, got, want)
					}
				}
			}
		}
		want += c.gives
		rest = strings.TrimPrefix(rest, c.field)
	}
}

// Numbers are microseconds, rounded half up at the fourth decimal: compared
// with exact rationals.
func TestMillis(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	numbers := []string{
		"0", "0.0", "00.00", "1", "007", "2.46", "8389.00", "3923.569", "0.001", "0.0004", "0.0005", "0.00049999999",
		"0.0009", "0.9994", "0.9995", "0.9999999", "1.0005", "1.00050", "123.4565", "999999999999", "999999999999.999",
		"999999999999.9994999", "000000000001.5", "1." + strings.Repeat("0", 300), "1." + strings.Repeat("9", 300),
	}
	for range 5000 {
		number := strconv.FormatUint(rng.Uint64N([]uint64{10, 1e3, 1e6, 1e12}[rng.IntN(4)]), 10)
		if decimals := rng.IntN(8); decimals > 0 {
			number += "."
			for range decimals {
				number += string(rune('0' + rng.IntN(10)))
			}
		}
		numbers = append(numbers, number)
	}
	half := big.NewRat(1, 2)
	for _, number := range numbers {
		exact, ok := new(big.Rat).SetString(number)
		if !ok {
			t.Fatalf("%q is no number", number)
		}
		exact.Add(exact.Mul(exact, big.NewRat(1000, 1)), half)
		want := new(big.Int).Quo(exact.Num(), exact.Denom()).Int64()
		if want > maxMicros {
			continue // in refusedNumbers
		}
		for _, after := range []string{"", " ms", "x", ".."} {
			if strings.Contains(number, ".") || after != ".." {
				v, n, ok := millis([]byte("ab"+number+after), 2)
				if !ok || int64(v) != want || n != 2+len(number) {
					t.Errorf("millis(%q) = %d, %d, %v, want %d", number+after, v, n, ok, want)
				}
			}
		}
	}
}

// A whole number may have decimals if they are zero to the last.
func TestWhole(t *testing.T) {
	for _, c := range []struct {
		number string
		want   int64
	}{
		{"0", 0}, {"128", 128}, {"128.0", 128}, {"128.000000000", 128}, {"10240", 10240}, {"0128", 128}, {"999999999999", 999999999999},
	} {
		if v, n, ok := whole([]byte(c.number), 0); !ok || v != c.want || n != len(c.number) {
			t.Errorf("whole(%q) = %d, %d, %v", c.number, v, n, ok)
		}
	}
	for _, number := range []string{"128.5", "128.001", "128.0004", "128.0000000001", "127.9996", "127.9999999", "128."} {
		if v, _, ok := whole([]byte(number), 0); ok {
			t.Errorf("whole(%q) = %d", number, v)
		}
	}
}
