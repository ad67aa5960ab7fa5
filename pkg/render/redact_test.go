package render

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestRedact(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{
			"report",
			"REPORT RequestId: 8d5958b5-559f-43f3-b278-b71dd7dd0e01\tDuration: 12.34 ms\tBilled Duration: 263 ms\tMemory Size: 512 MB\tMax Memory Used: 80 MB\tInit Duration: 250.50 ms\t\n" +
				"XRAY TraceId: 1-6a05f0c0-0123456789abcdef01234567\tSegmentId: 7e44b09386b9ab35\tSampled: true\t",
			"REPORT RequestId: 0x0000x0-000x-00x0-x000-x00xx0xx0x00\tDuration: 12.34 ms\tBilled Duration: 263 ms\tMemory Size: 512 MB\tMax Memory Used: 80 MB\tInit Duration: 250.50 ms\t\n" +
				"XRAY TraceId: 0-0x00x0x0-0000000000xxxxxx00000000\tSegmentId: 0x00x00000x0xx00\tSampled: true\t",
		},
		{
			"restore",
			"RESTORE_REPORT Restore Duration: 300.25 ms\tBilled Restore Duration: 9 ms\tStatus: error\tError Type: Runtime.ExitError",
			"RESTORE_REPORT Restore Duration: 300.25 ms\tBilled Restore Duration: 9 ms\tStatus: error\tError Type: Runtime.ExitError",
		},
		{"error of the user", "INIT_REPORT Status: failure\tError Type: Function.OopsError", "INIT_REPORT Status: failure\tError Type: Xxxxxxxx.XxxxXxxxx"},
		{"other status", "REPORT Status: exploded", "REPORT Status: xxxxxxxx"},
		{
			"init start",
			"INIT_START Runtime Version: nodejs:22.v30\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:0eb6",
			"INIT_START Runtime Version: xxxxxx:00.x00\tRuntime Version ARN: xxx:xxx:xxxxxx:xx-xxxx-0::xxxxxxx:0xx0",
		},
		{"latest", "START RequestId: r-1 Version: $LATEST", "START RequestId: x-0 Version: $LATEST"},
		{"phase", "Initialization Type: provisioned-concurrency Phase: snap-start", "Initialization Type: provisioned-concurrency Phase: snap-start"},
		{
			"json",
			`{"time":"2026-05-14T16:00:00.123Z","type":"platform.report","record":{"requestId":"r-1","metrics":{"durationMs":1.5,"billedDurationMs": 2,"memorySizeMB" : 128,"maxMemoryUsedMB":"64","tenant":7}}}`,
			`{"time":"0000-00-00T00:00:00.000Z","type":"platform.report","record":{"requestId":"x-0","metrics":{"durationMs":1.5,"billedDurationMs": 2,"memorySizeMB" : 128,"maxMemoryUsedMB":"64","xxxxxx":0}}}`,
		},
		{"json in json", `"{\"type\":\"platform.newKind\",\"initDurationMs\":12.5,\"user\":\"bob\"}"`, `"{\"type\":\"platform.newKind\",\"initDurationMs\":12.5,\"xxxx\":\"xxx\"}"`},
		{"a type in prose", "platform.report of platform.acme", "xxxxxxxx.xxxxxx xx xxxxxxxx.xxxx"},
		{"a type that says more", `"platform.acme-7"`, `"xxxxxxxx.xxxx-0"`},
		{"spelled tabs", `REPORT RequestId: r-1\tDuration: 3.00 ms\tC:\temp\new`, `REPORT RequestId: x-0\tDuration: 3.00 ms\tX:\txxx\nxx`},

		{"malformed figures", "Duration: 1e3 ms Duration: -5.00 ms Duration: 12,34 ms Duration: 1,234.5 ms Duration: 5.", "Duration: 1e3 ms Duration: -5.00 ms Duration: 12,34 ms Duration: 1,234.5 ms Duration: 5."},
		{"glued unit", "Duration:5.00ms|Memory Size=128MB", "Duration:5.00ms|Memory Size=128MB"},
		{"a glued word", "Duration: 5x Duration: 5_7 Duration: 5ms-7", "Duration: 0x Duration: 0_0 Duration: 0xx-0"},
		{"an address", "Duration: 10.11.12.13", "Duration: 00.00.00.00"},
		{"a date", "Duration: 2026-05-14", "Duration: 0000-00-00"},
		{"no label of a figure", "Size: 77 Used: 88 MB TransferDuration: 9 ms Duration 5 ms 123456789012", "Size: 00 Used: 00 MB XxxxxxxxXxxxxxxx: 0 ms Duration 0 ms 000000000000"},
		{"a figure on the next line", "Duration:\n42", "Duration:\n00"},
		{"Max is a name", "Max Muster, Max Memory, Max Memory Used: 5 MB", "Xxx Xxxxxx, Xxx Memory, Max Memory Used: 5 MB"},

		{"user text", "order 4711 of Ann <ann.lee@example.com> at https://shop.example.com/cart?id=7", "xxxxx 0000 xx Xxx <xxx.xxx@xxxxxxx.xxx> xx xxxxx://xxxx.xxxxxxx.xxx/xxxx?id=0"},
		{"known words in names", "error@time.io /aws/lambda/REPORT my_message", "xxxxx@xxxx.xx /xxx/xxxxxx/XXXXXX xx_xxxxxxx"},
		{"known words at the end of a sentence", "success. error, (timeout)", "success. error, (timeout)"},
		{"times", "2026-05-14 16:00:00,5+02:00 2026-05-14T16:00Z 16:00 20260514T160000Z", "0000-00-00 00:00:00,0+00:00 0000-00-00T00:00Z 00:00 00000000X000000X"},
		{"other scripts", "Größe ÄÖ 世界 e\u0301 ٣½ Ⅷ", "Xxxxx XX xx xx 00 0"},
		{"symbols", "„x“ — € ✓ 🇩🇪 │…", "„x“ — ¤ ¤ ¤¤ │…"},

		{"controls", "a\x00b\x07\r\vc\x7f\n\td", `x\x00x\x07\r\x0bx\x7f` + "\n\tx"},
		{"colours", "\x1b[31mREPORT\x1b[0m \x1b]0;owned\x07", `\x1b[00mREPORT\x1b[0m \x1b]0;xxxxx\x07`},
		{"spelled colours", `\u001b[32mREPORT\u001B[0m`, `\u001b[00mREPORT\u001B[0m`},
		{"invisible", "a\u202eb\u200b\ufeff\u00a0\u009b\u2028\U000e0041\ue000", `x\u202ex\u200b\ufeff\u00a0\u009b\u2028\ufffd\ufffd`},
		{"no UTF-8", "caf\xe9 \xff\ufffd", `xxx\xff \xff\ufffd`},
		{"spelled text", `\u0041\u00e9\x41\xe9\x37 \u0022time\u0022:\ud83d \x2D`, `\u0058\u0078\x58\xff\x30 \u0022time\u0022:\ufffd \x2d`},
		{"no escapes", `\x4 \u12 \\x41 \a12 \`, `\x0 \x00 \\x58 \x00 \`},
		{"backticks", "`a` ~~~b", "`x` ~~~x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Redact(tt.in); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
			checkRedacted(t, tt.in)
		})
	}
}

// The parts of redacted text that may hold other letters than x and X, and other
// digits than 0.
var (
	shownEscape = regexp.MustCompile(`^\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[tnr])`)
	shownColour = regexp.MustCompile(`(\\x1[bB]|\\u001[bB])\[[0;]*[A-Za-z]`)
	shownTime   = regexp.MustCompile(`0000-00-00[T ]00:00(:00([.,]0+)?)?Z?`)
	shownType   = regexp.MustCompile(`["']platform\.[A-Za-z]+`)
	shownFigure = regexp.MustCompile(`(Duration|Memory Size|Memory Used|[dD]urationMs|memorySizeMB|maxMemoryUsedMB)` +
		`(\\*["']?[ \t]*[:=][ \t]*\\*["']?)[+-]?[0-9.,]+([eE][+-]?[0-9]+)?`)
	letters = regexp.MustCompile(`\pL[\pL_.-]*`)
)

// checkRedacted checks the laws of Redact: it shows nothing but the shape, keeps
// that, and has nothing to do on what it made.
func checkRedacted(t *testing.T, in string) {
	t.Helper()
	out := Redact(in)
	if again := Redact(out); again != out {
		t.Fatalf("%q\n  gives %q\nthat gives %q", in, out, again)
	}
	checkShape(t, in, out)

	rest := shownColour.ReplaceAllString(out, "|")
	var b strings.Builder
	for i := 0; i < len(rest); i++ {
		if n := len(shownEscape.FindString(rest[i:])); n > 0 {
			if rest[i+1] == 't' {
				b.WriteByte('\t') // it may stand before a figure
			} else {
				b.WriteByte('|')
			}
			i += n - 1
			continue
		}
		b.WriteByte(rest[i])
	}
	rest = shownTime.ReplaceAllString(b.String(), "|")
	rest = shownFigure.ReplaceAllString(rest, "$1$2|")
	rest = strings.ReplaceAll(rest, "Max Memory Used:", "Memory Used:")
	rest = shownType.ReplaceAllString(rest, "")
	if at := strings.IndexFunc(rest, func(c rune) bool { return unicode.Is(unicode.N, c) && c != '0' }); at >= 0 {
		t.Fatalf("%q\ngives %q\na digit survives: %q", in, out, rest[at:])
	}
	for _, run := range letters.FindAllString(rest, -1) {
		if run = strings.Trim(run, joiners); (!vocabulary[run] || run == "Max") && strings.Trim(run, "xX_.-") != "" {
			t.Fatalf("%q\ngives %q\na word survives: %q", in, out, run)
		}
	}
	for _, c := range out {
		if unprintable(c) && c != '\t' && c != '\n' {
			t.Fatalf("%q\ngives %q\nwith %q", in, out, c)
		}
	}
}

// checkShape checks that out has the characters of in, each of its class, but
// for escapes.
func checkShape(t *testing.T, in, out string) {
	t.Helper()
	shown := out
	for in != "" {
		c, size := utf8.DecodeRuneInString(in)
		if n := len(spelled.FindString(in)); n > 0 {
			if shownEscape.FindString(shown) == "" || n > len(shown) {
				t.Fatalf("%q is shown as %q", in, shown)
			}
			in, shown = in[n:], shown[n:]
			continue
		}
		in = in[size:]
		if unprintable(c) && c != '\t' && c != '\n' {
			n := len(shownEscape.FindString(shown))
			if n == 0 {
				t.Fatalf("%q is shown as %q", c, shown)
			}
			shown = shown[n:]
			continue
		}
		to, size := utf8.DecodeRuneInString(shown)
		shown = shown[size:]
		same := to == c
		switch {
		case unicode.IsUpper(c):
			same = same || to == 'X'
		case unicode.IsLetter(c), unicode.IsMark(c):
			same = same || to == 'x'
		case unicode.IsNumber(c):
			same = same || to == '0'
		case c >= utf8.RuneSelf:
			same = same || to == '¤'
		}
		if !same || size == 0 {
			t.Fatalf("%q becomes %q in %q", c, to, out)
		}
	}
	if shown != "" {
		t.Fatalf("%q is shown and stands nowhere", shown)
	}
}

func FuzzRedact(f *testing.F) {
	for _, piece := range pieces {
		f.Add(piece)
	}
	f.Add("REPORT RequestId: 8d5958b5\tDuration: 1e3 ms\tMax Memory Used: 80 MB \x1b[32mx\x1b[0m caf\xe9 \\u00e9 2026-05-14T16:00:00Z")
	f.Fuzz(func(t *testing.T, in string) { checkRedacted(t, in) })
}

// pieces are what Redact takes for something.
var pieces = []string{
	"REPORT", "Duration", "Duration:", "Max", "Max ", "Memory", " Memory Used", "Memory Size", ":", "=", " ", "\t", "\n", `\t`, `\`, `\\`, `"`, "'", `\"`, "12", "5.00", ",5",
	"e3", "-", "+", ".", "_", "/", "@", "$", "%", "ms", "s", "MB", "x", "X", "0", "a", "ab", "Z", "T", "é", "É", "世", "٣", "½", "\u0301", "ǅ", "\x1b", "[", "31m", `\x1b`, `\u001b`, `\x1B`,
	`\u00`, `\u`, `\x`, "41", `\u0041`, "\x00", "\r", "\xff", "\xc3", "\u202e", "\ufffd", "\U000e0041", "€", "🇩", "“", "│", "platform.", `"platform.report"`, "durationMs", `"initDurationMs":`,
	"2026-05-14", "T16:00:00", "2026-05-14T16:00:00.123Z", "+02:00", "`", "~~~",
}

// TestRedactLaws checks the laws on what is made of these pieces, which random
// bytes seldom come to.
func TestRedactLaws(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50_000 {
		var b strings.Builder
		for range rng.IntN(12) {
			b.WriteString(pieces[rng.IntN(len(pieces))])
		}
		checkRedacted(t, b.String())
	}
}
