package render

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPlain(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"posts-native.log", "posts-native.log"},
		{"Grüße, 世界 ✓", "Grüße, 世界 ✓"},
		{"a\tb\r\nc", `a\tb\r\nc`},
		{"\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`},
		{"\x00\x07\x7f", `\x00\a\x7f`},
		{"\u009b1m", `\u009b1m`},             // the one-character form of ESC [
		{"a\u202eb", `a\u202eb`},             // right-to-left override
		{"a\u200bb\ufeff", `a\u200bb\ufeff`}, // of no width
		{"a\u00a0b", `a\u00a0b`},
		{"\U000e0041", `\U000e0041`}, // a tag character
		{"caf\xe9", `caf\xe9`},
		{"\xff\xfe", `\xff\xfe`},
		{"\ufffd", "\ufffd"}, // which stands there itself
		{`\x1b`, `\x1b`},
	} {
		if got := Plain(tt.in); got != tt.want {
			t.Errorf("Plain(%q) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestSheetCell(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"checkout", "checkout"},
		{"=1+1", "'=1+1"},
		{"=cmd|'/c calc'!A0", "'=cmd|'/c calc'!A0"},
		{"+1", "'+1"},
		{"-1", "'-1"},
		{"@SUM(1)", "'@SUM(1)"},
		{"\t=1", `'\t=1`},
		{"\r=1", `'\r=1`},
		{"a=1", "a=1"},
		{"1-1", "1-1"},
		{"a\nb", `a\nb`},
	} {
		if got := sheetCell(tt.in); got != tt.want {
			t.Errorf("sheetCell(%q) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestMarkdownCell(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"posts-native.log", "posts-native.log"},
		{"a|b", `a\|b`},
		{"$LATEST", `\$LATEST`},
		{"my_function_name", `my\_function\_name`},
		{"<img src=x>", `&lt;img src=x&gt;`},
		{"&lt;", `&amp;lt;`},
		{"[a](http://b)", `\[a\]\(http://b\)`},
		{"![a]", `\!\[a\]`},
		{"`a`", "\\`a\\`"},
		{"**a** ~~b~~", `\*\*a\*\* \~\~b\~\~`},
		{"@team #1", `\@team \#1`},
		{`a\`, `a\\`},
		{"a\nb", `a\\nb`},
		{"\x1b", `\\x1b`},
	} {
		if got := markdownCell(tt.in); got != tt.want {
			t.Errorf("markdownCell(%q) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

// FuzzEscape checks what the escapes promise of any text.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "checkout", "=1", "\t=1", "a|b`c`<d>", "\x1b[2J\u202e\u009b", "\xff\ufffd", `a\|b`, "\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		plain := Plain(s)
		if !utf8.ValidString(plain) || strings.ContainsFunc(plain, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("Plain(%q) = %q", s, plain)
		}
		if again := Plain(plain); again != plain {
			t.Errorf("Plain(%q) = %q, and of that %q", s, plain, again)
		}
		if cell := sheetCell(s); cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) || strings.TrimPrefix(cell, "'") != strings.TrimPrefix(plain, "'") {
			t.Errorf("sheetCell(%q) = %q", s, cell)
		}
		cell := markdownCell(s)
		for i := 0; i < len(cell); i++ {
			if cell[i] == '\\' {
				i++ // what is escaped
				if i == len(cell) {
					t.Errorf("markdownCell(%q) = %q ends in an escape", s, cell)
				}
			} else if strings.IndexByte("`*_{}[]()#+!|~$@<>", cell[i]) >= 0 {
				t.Errorf("markdownCell(%q) = %q has a bare %q", s, cell, cell[i])
			}
		}
	})
}

// FuzzPrintableJSON checks that JSON stays the same JSON, and has nothing left
// in it that a terminal would obey.
func FuzzPrintableJSON(f *testing.F) {
	for _, s := range []string{
		`{}`, `"a"`, "\"\u202e\u009b\x7f\"", "{\"\u202e\": [1, 2.5e300, null, true, \"\U000e0041 \\u202e \\\\\"]}",
		"\"\xff\"", "\"\\ud800\u00a0\"", "[\n\t\"世界\"\r\n]",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if !json.Valid(in) {
			t.Skip("only what an encoder makes is given to it")
		}
		before := bytes.Clone(in)
		out := printableJSON(in)
		if !bytes.Equal(in, before) {
			t.Fatalf("%q was changed to %q", before, in)
		}
		if !json.Valid(out) {
			t.Fatalf("%q became %q, which is no JSON", in, out)
		}
		if want, got := decoded(t, in), decoded(t, out); !reflect.DeepEqual(got, want) {
			t.Errorf("%q became %q: %q, want %q", in, out, got, want)
		}
		for _, r := range string(out) {
			if r > '~' && !unicode.IsPrint(r) {
				t.Errorf("%q became %q, which has %q", in, out, r)
			}
		}
	})
}

func decoded(t *testing.T, text []byte) (v any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return v
}
