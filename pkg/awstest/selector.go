package awstest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// condition is a JSON pattern: it judges the document that a message is.
type condition func(document any) bool

// parseDocument reads a message that is one JSON object. Numbers keep their
// digits.
func parseDocument(message string) (any, bool) {
	if !strings.HasPrefix(strings.TrimLeft(message, " \t\r\n"), "{") {
		return nil, false
	}
	decoder := json.NewDecoder(strings.NewReader(message))
	decoder.UseNumber()
	var document map[string]any
	if decoder.Decode(&document) != nil {
		return nil, false
	}
	_, err := decoder.Token()
	return document, errors.Is(err, io.EOF)
}

// selectorParser reads what stands between the braces of a JSON pattern:
//
//	or         = and { "||" and }
//	and        = unary { "&&" unary }
//	unary      = "(" or ")" | path test
//	test       = operator value | "IS" ( "NULL" | "TRUE" | "FALSE" ) | "NOT" "EXISTS"
//	path       = "$" { "." name | "." "*" | "[" number "]" | "[" "*" "]" | [ "." ] "['" name "']" }
//	value      = phrase | %regex% | word, in which a * at either end stands for anything
type selectorParser struct {
	rest      string
	regexps   int
	wildcards int
}

// maxWildcards is how many wildcard selectors a pattern may have; a path may
// have one.
const maxWildcards = 3

func parseSelector(text string) (condition, error) {
	p := selectorParser{rest: text}
	c, err := p.or()
	switch {
	case err != nil:
		return nil, err
	case strings.TrimSpace(p.rest) != "":
		return nil, fmt.Errorf("unexpected '%s'", p.rest)
	case p.regexps > maxRegexps:
		return nil, errManyRegexps
	case p.wildcards > maxWildcards:
		return nil, fmt.Errorf("more than %d wildcard selectors", maxWildcards)
	}
	return c, nil
}

// skip takes a token off the rest, after blanks, if it stands there.
func (p *selectorParser) skip(token string) bool {
	p.rest = strings.TrimLeft(p.rest, " \t\n")
	rest, ok := strings.CutPrefix(p.rest, token)
	if ok {
		p.rest = rest
	}
	return ok
}

func (p *selectorParser) or() (condition, error) {
	return p.joined("||", p.and, func(a, b condition) condition {
		return func(document any) bool { return a(document) || b(document) }
	})
}

func (p *selectorParser) and() (condition, error) {
	return p.joined("&&", p.unary, func(a, b condition) condition {
		return func(document any) bool { return a(document) && b(document) }
	})
}

func (p *selectorParser) joined(operator string, operand func() (condition, error), join func(a, b condition) condition) (condition, error) {
	left, err := operand()
	for err == nil && p.skip(operator) {
		var right condition
		if right, err = operand(); err == nil {
			left = join(left, right)
		}
	}
	return left, err
}

func (p *selectorParser) unary() (condition, error) {
	if p.skip("(") {
		c, err := p.or()
		if err == nil && !p.skip(")") {
			err = errors.New("a closing parenthesis is missing")
		}
		return c, err
	}
	if !p.skip("$") {
		return nil, errors.New("a property selector starts with '$.'")
	}
	path, err := p.path()
	if err != nil {
		return nil, err
	}
	test, err := p.test()
	if err != nil {
		return nil, err
	}
	return func(document any) bool { return path.any(document, test) }, nil
}

// test reads what is asked of the value that a path leads to.
func (p *selectorParser) test() (func(value any, exists bool) bool, error) {
	for _, operator := range []string{"!=", "<=", ">=", "=", "<", ">"} {
		if p.skip(operator) {
			return p.comparison(operator)
		}
	}
	switch first := p.word(); {
	case first == "NOT" && p.word() == "EXISTS":
		return func(_ any, exists bool) bool { return !exists }, nil
	case first == "IS":
		want, ok := map[string]any{"NULL": nil, "TRUE": true, "FALSE": false}[p.word()]
		if ok {
			return func(value any, exists bool) bool { return exists && value == want }, nil
		}
	}
	return nil, errors.New("a property selector needs an operator, IS NULL, IS TRUE, IS FALSE or NOT EXISTS")
}

// word takes the word off that comes next.
func (p *selectorParser) word() string {
	p.rest = strings.TrimLeft(p.rest, " \t\n")
	end := strings.IndexFunc(p.rest, func(c rune) bool { return !isWord(c) && !strings.ContainsRune("*.+-", c) })
	if end < 0 {
		end = len(p.rest)
	}
	word := p.rest[:end]
	p.rest = p.rest[end:]
	return word
}

// number is what the guide calls a number.
var number = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$`)

// comparison reads the value that an operator compares with. A value that is an
// array, an object, null, a boolean or absent compares with nothing, neither
// with = nor with !=; so does a number with a phrase in quotes.
func (p *selectorParser) comparison(operator string) (func(value any, exists bool) bool, error) {
	p.skip("")
	ordered := operator != "=" && operator != "!="
	negated := operator == "!="
	switch {
	case strings.HasPrefix(p.rest, "%"):
		re, after, err := parseRegexp(p.rest)
		if err != nil {
			return nil, err
		}
		if ordered {
			return nil, noNumber(operator)
		}
		p.rest = after
		p.regexps++
		return onText(func(text string) bool { return re.MatchString(text) != negated }), nil
	case strings.HasPrefix(p.rest, `"`):
		phrase, after, err := parseQuoted(p.rest)
		if err != nil {
			return nil, err
		}
		if ordered {
			return nil, noNumber(operator)
		}
		p.rest = after
		return onText(func(text string) bool { return wild(phrase, text) != negated }), nil
	}
	word := p.word()
	switch {
	case word == "":
		return nil, badTerm(p.rest)
	case number.MatchString(word):
		return onNumber(operator, word)
	case ordered:
		return nil, noNumber(operator)
	}
	return func(value any, _ bool) bool {
		switch value := value.(type) {
		case string:
			return wild(word, value) != negated
		case json.Number:
			return wild(word, value.String()) != negated
		}
		return false
	}, nil
}

func noNumber(operator string) error {
	return fmt.Errorf("the operator %s compares with a number", operator)
}

func onText(test func(text string) bool) func(value any, exists bool) bool {
	return func(value any, _ bool) bool {
		text, ok := value.(string)
		return ok && test(text)
	}
}

// onNumber compares with a number, and text with its digits.
func onNumber(operator, word string) (func(value any, exists bool) bool, error) {
	want, err := strconv.ParseFloat(word, 64)
	if err != nil {
		return nil, badTerm(word)
	}
	holds := map[string]func(a float64) bool{
		"=":  func(a float64) bool { return a == want },
		"!=": func(a float64) bool { return a != want },
		"<":  func(a float64) bool { return a < want },
		">":  func(a float64) bool { return a > want },
		"<=": func(a float64) bool { return a <= want },
		">=": func(a float64) bool { return a >= want },
	}[operator]
	return func(value any, _ bool) bool {
		switch value := value.(type) {
		case json.Number:
			a, err := value.Float64()
			return err == nil && holds(a)
		case string:
			return operator == "=" && value == word || operator == "!=" && value != word
		}
		return false
	}, nil
}

// wild reports whether text is the phrase, in which a * at either end stands
// for anything.
func wild(phrase, text string) bool {
	tail, open := strings.CutPrefix(phrase, "*")
	core, ends := strings.CutSuffix(tail, "*")
	switch {
	case open && (ends || tail == ""):
		return strings.Contains(text, core)
	case open:
		return strings.HasSuffix(text, tail)
	case ends:
		return strings.HasPrefix(text, core)
	}
	return text == phrase
}

// path is the way from a document to a value. A step is the name of a property,
// the number of an element, or a wildcard.
type path []step

type step struct {
	name     string
	element  int // -1 where the step is a name
	wildcard bool
}

// path reads what follows the $ of a property selector.
func (p *selectorParser) path() (path, error) {
	var way path
	for {
		dot := strings.HasPrefix(p.rest, ".")
		after := strings.TrimPrefix(p.rest, ".")
		s := step{element: -1}
		switch {
		case strings.HasPrefix(after, "['"):
			name, rest, ok := strings.Cut(after[2:], "']")
			if !ok {
				return nil, errors.New("a bracket of a property selector is missing")
			}
			s.name, p.rest = name, rest
		case dot && strings.HasPrefix(after, "*"):
			s.wildcard, p.rest = true, after[1:]
		case dot:
			end := strings.IndexFunc(after, func(c rune) bool { return !isWord(c) && c != '-' })
			if end < 0 {
				end = len(after)
			}
			if end == 0 {
				return nil, errors.New("a property selector has no name after '.'")
			}
			s.name, p.rest = after[:end], after[end:]
		case strings.HasPrefix(after, "["):
			inside, rest, ok := strings.Cut(after[1:], "]")
			n, err := strconv.Atoi(inside)
			s.wildcard = inside == "*"
			if !ok || !s.wildcard && (err != nil || n < 0) {
				return nil, errors.New("a property selector has no element in '[]'")
			}
			s.element, p.rest = n, rest
		default:
			if len(way) == 0 {
				return nil, errors.New("a property selector starts with '$.'")
			}
			return way, nil
		}
		if s.wildcard {
			p.wildcards++
			if slices.ContainsFunc(way, func(s step) bool { return s.wildcard }) {
				return nil, errors.New("more than one wildcard selector in a property selector")
			}
		}
		way = append(way, s)
	}
}

// any reports whether a value at the end of the path passes a test.
func (w path) any(value any, test func(value any, exists bool) bool) bool {
	if len(w) == 0 {
		return test(value, true)
	}
	s, rest := w[0], w[1:]
	switch value := value.(type) {
	case map[string]any:
		if s.wildcard && s.element < 0 {
			for _, inner := range value {
				if rest.any(inner, test) {
					return true
				}
			}
			return false
		}
		if inner, ok := value[s.name]; ok && s.element < 0 {
			return rest.any(inner, test)
		}
	case []any:
		if s.wildcard && s.element >= 0 {
			return slices.ContainsFunc(value, func(inner any) bool { return rest.any(inner, test) })
		}
		if s.element >= 0 && s.element < len(value) {
			return rest.any(value[s.element], test)
		}
	}
	return test(nil, false)
}
