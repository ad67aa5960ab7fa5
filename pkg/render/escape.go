package render

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Plain returns s with everything that a terminal would obey, or that could
// make it show other than what stands there (control characters, bidirectional
// marks, invalid UTF-8), spelled out as escapes. Text from logs and file names
// is written by strangers.
func Plain(s string) string {
	if !strings.ContainsFunc(s, unprintable) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x` + strconv.FormatUint(uint64(s[0]), 16))
		case unprintable(r):
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteString(s[:size])
		}
		s = s[size:]
	}
	return b.String()
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }

// sheetCell returns s as it may stand in a cell of a spreadsheet: one that
// begins like a formula is defused by an apostrophe (OWASP, CSV Injection).
func sheetCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		s = "'" + s
	}
	return Plain(s)
}

// markdownCell returns s as it may stand in a cell of a Markdown table.
func markdownCell(s string) string {
	return markdownEscapes.Replace(Plain(s))
}

var markdownEscapes = func() *strings.Replacer {
	pairs := []string{"<", "&lt;", ">", "&gt;", "&", "&amp;"}
	for _, c := range "\\`*_{}[]()#+!|~$@" {
		pairs = append(pairs, string(c), `\`+string(c))
	}
	return strings.NewReplacer(pairs...)
}()

// printableJSON escapes what encoding/json leaves alone and a terminal would
// obey. It stands inside strings only, so that the JSON stays the same.
func printableJSON(b []byte) []byte {
	if !bytes.ContainsFunc(b, obeyed) {
		return b
	}
	out := make([]byte, 0, len(b)+16)
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		switch {
		case !obeyed(r):
			out = append(out, b[:size]...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = appendEscape(appendEscape(out, high), low)
		default:
			out = appendEscape(out, r)
		}
		b = b[size:]
	}
	return out
}

func obeyed(r rune) bool { return r > '~' && !unicode.IsPrint(r) }

func appendEscape(b []byte, r rune) []byte {
	digits := strconv.FormatInt(int64(r), 16)
	b = append(b, `\u`...)
	b = append(b, "0000"[:4-len(digits)]...)
	return append(b, digits...)
}
