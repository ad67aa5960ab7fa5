package archive

import (
	"strings"
	"testing"
)

func TestEscape(t *testing.T) {
	for name, want := range map[string]string{
		"/aws/lambda/checkout":     "+aws+lambda+checkout",
		"/aws/lambda/us-east-1.Ab": "+aws+lambda+us-east-1%2e!ab",
		"..":                       "%2e%2e",
		"a#b+c!d%e~f":              "a%23b%2bc%21d%25e%7ef",
		"ü":                        "%c3%bc",
		strings.Repeat("a", 180):   strings.Repeat("a", 180),
		// The hash is sha256 of 512 times A, from sha256sum.
		strings.Repeat("A", 512): strings.Repeat("!a", 73) + "!~32beecb58a128af8248504600bd203dc",
	} {
		if got := escape(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// FuzzEscape checks that names are safe and tell groups apart, also where upper
// and lower case are the same.
func FuzzEscape(f *testing.F) {
	f.Add("/aws/lambda/checkout", "/aws/lambda/Checkout")
	f.Add(strings.Repeat("/Long.Name", 60)+"a", strings.Repeat("/Long.Name", 60)+"A")
	f.Add("!a", "A")
	f.Add("con", "%63on")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := escape(a), escape(b)
		if a != b && strings.EqualFold(x, y) {
			t.Errorf("%q and %q are both %q", a, b, x)
		}
		if len(x)+len("-9223372036854775807") > 255 || strings.Trim(x, "abcdefghijklmnopqrstuvwxyz0123456789-_+!%~") != "" {
			t.Errorf("%q gives %q", a, x)
		}
		back, ok := unescape(x)
		if whole := !strings.Contains(x, shortened); ok != whole || ok && back != a {
			t.Errorf("%q gives %q gives %q, %v", a, x, back, ok)
		}
		// What reads as a name is one.
		if name, ok := unescape(b); ok && escape(name) != b {
			t.Errorf("%q reads as %q", b, name)
		}
	})
}

func TestSpanOfName(t *testing.T) {
	for _, s := range []Span{{testDay, testDay + day}, {testDay + 14*hour, testDay + 15*hour}, {0, day}, {lastDay, lastDay + day}} {
		if got, ok := spanOfName(nameOfSpan(s)); got != s || !ok {
			t.Errorf("%s: %s, %v", s, got, ok)
		}
	}
	if name := nameOfSpan(Span{testDay + 14*hour, testDay + 15*hour}); name != "2026-11-23T14.jsonl.zst" {
		t.Error(name)
	}
	for _, name := range []string{
		"", "2026-11-23", "2026-11-23.jsonl", "2026-11-23.jsonl.zst.damaged", "2026-11-23T24.jsonl.zst", "2026-11-23T4.jsonl.zst",
		"2026-11-31.jsonl.zst", "1969-12-31.jsonl.zst", "x2026-11-23.jsonl.zst", "2026-11-23t14.jsonl.zst", "2026-11-23T14:00.jsonl.zst",
		".2026-11-23.jsonl.zst.9f3b0c11-4711-5eed1e55.tmp",
	} {
		if s, ok := spanOfName(name); ok {
			t.Errorf("%q is %s", name, s)
		}
	}
}
