package awstest

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// pattern is a filter pattern of CloudWatch Logs, as "Filter pattern syntax for
// metric filters, subscription filters, filter log events, and Live Tail" in
// the user guide has it. What the guide leaves open is refused, so that no
// caller comes to rely on it. Space-delimited patterns are not implemented.
type pattern struct {
	text string
	// required and excluded are the terms that a message has to have and must
	// not have. optional are those of which it has to have one, if there are no
	// others.
	required, optional, excluded []term
	// selector is set for a JSON pattern, which has no terms.
	selector condition
}

// term is a word or phrase, or a regular expression.
type term struct {
	text   string
	regexp *regexp.Regexp
}

func (t term) in(message string) bool {
	if t.regexp != nil {
		return t.regexp.MatchString(message)
	}
	return strings.Contains(message, t.text)
}

// maxRegexps is how many regular expressions a pattern may have.
const maxRegexps = 2

var (
	errSpaceDelimited = errors.New("awstest does not implement space-delimited patterns: use terms, %regex% or a JSON pattern")
	errManyRegexps    = fmt.Errorf("more than %d regular expressions", maxRegexps)
)

// parsePattern reads a filter pattern. The empty pattern and a phrase of blanks
// match everything.
func parsePattern(text string) (*pattern, error) {
	p := &pattern{text: text}
	rest := strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(rest, "{"):
		if !strings.HasSuffix(rest, "}") {
			return nil, errors.New("If a filter pattern starts with '{' it must end with '}'") //nolint:staticcheck // the words of AWS
		}
		var err error
		p.selector, err = parseSelector(rest[1 : len(rest)-1])
		return p, err
	case strings.HasPrefix(rest, "["):
		return nil, errSpaceDelimited
	}
	regexps := 0
	for rest != "" {
		group := &p.required
		switch rest[0] {
		case '?':
			group, rest = &p.optional, rest[1:]
		case '-':
			group, rest = &p.excluded, rest[1:]
		}
		t, after, err := parseTerm(rest)
		if err != nil {
			return nil, err
		}
		if t.regexp != nil {
			if group != &p.required {
				return nil, errors.New("a regular expression can be neither optional nor excluded")
			}
			if regexps++; regexps > maxRegexps {
				return nil, errManyRegexps
			}
		}
		if t.regexp != nil || strings.TrimSpace(t.text) != "" {
			*group = append(*group, t)
		}
		rest = strings.TrimLeft(after, " \t\n")
	}
	return p, nil
}

// parseTerm reads the term that s begins with and returns what follows it.
func parseTerm(s string) (term, string, error) {
	switch {
	case strings.HasPrefix(s, `"`):
		phrase, after, err := parseQuoted(s)
		if err == nil && phrase == "" {
			err = badTerm(`""`)
		}
		return term{text: phrase}, after, err
	case strings.HasPrefix(s, "%"):
		re, after, err := parseRegexp(s)
		return term{regexp: re}, after, err
	}
	end := strings.IndexAny(s, " \t\n")
	if end < 0 {
		end = len(s)
	}
	for _, c := range s[:end] {
		if !isWord(c) {
			return term{}, "", badTerm(s[:end])
		}
	}
	if end == 0 {
		return term{}, "", badTerm("")
	}
	return term{text: s[:end]}, s[end:], nil
}

func badTerm(t string) error { return fmt.Errorf("Invalid character(s) in term '%s'", t) } //nolint:staticcheck // the words of AWS

// isWord reports whether a term may have c without quotes.
func isWord(c rune) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// parseQuoted reads the phrase in quotes that s begins with. A backslash takes
// its meaning from a quote or another backslash.
func parseQuoted(s string) (phrase, after string, err error) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:], nil
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", errors.New("a quotation mark is missing")
}

const (
	// regexpSymbols and regexpOperators are the characters that a regular
	// expression may have besides letters and digits; a blank is in one of the
	// guide's examples.
	regexpSymbols   = ":_#=@/;,- "
	regexpOperators = `^$?[]{}|\*+.`
	regexpClasses   = "dDsSwW"
)

// parseRegexp reads the %regular expression% that s begins with.
func parseRegexp(s string) (*regexp.Regexp, string, error) {
	expression, after, ok := strings.Cut(s[1:], "%")
	if !ok || expression == "" {
		return nil, "", badTerm(s)
	}
	for i := 0; i < len(expression); i++ {
		c := expression[i]
		switch {
		case c >= utf8.RuneSelf || !isWord(rune(c)) && !strings.ContainsRune(regexpSymbols+regexpOperators, rune(c)):
			return nil, "", badTerm(expression)
		case c == '\\':
			n := escape(expression[i+1:])
			if n == 0 {
				return nil, "", badTerm(expression)
			}
			i += n
		}
	}
	// Go takes {,n} for text.
	re, err := regexp.Compile(strings.ReplaceAll(expression, "{,", "{0,"))
	if err != nil {
		return nil, "", fmt.Errorf("invalid regular expression '%s'", expression)
	}
	return re, after, nil
}

// escape returns how much of s belongs to the backslash before it, and 0 where
// that stands before nothing that it may stand before.
func escape(s string) int {
	switch {
	case s == "":
		return 0
	case strings.IndexByte(regexpClasses+regexpSymbols+regexpOperators, s[0]) >= 0:
		return 1
	case len(s) >= 3 && s[0] == 'x' && isHex(s[1]) && isHex(s[2]):
		return 3
	}
	return 0
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'F' || c >= 'a' && c <= 'f'
}

// all reports whether the pattern matches everything.
func (p *pattern) all() bool {
	return p.selector == nil && len(p.required)+len(p.optional)+len(p.excluded) == 0
}

// match reports whether a message is matched.
func (p *pattern) match(message string) bool {
	if p.selector != nil {
		document, ok := parseDocument(message)
		return ok && p.selector(document)
	}
	for _, t := range p.required {
		if !t.in(message) {
			return false
		}
	}
	for _, t := range p.excluded {
		if t.in(message) {
			return false
		}
	}
	if len(p.required)+len(p.excluded) > 0 || len(p.optional) == 0 {
		return true // optional terms beside others have no effect
	}
	for _, t := range p.optional {
		if t.in(message) {
			return true
		}
	}
	return false
}
