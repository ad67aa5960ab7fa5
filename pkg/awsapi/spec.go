package awsapi

import (
	"fmt"
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

// Spec names functions or a log group, as a person types it. Exactly one of
// Function and Group is set.
type Spec struct {
	// Function is a function's name or, with Pattern, a pattern of path.Match
	// that names are held against.
	Function string
	Pattern  bool
	// Qualifier is a version's number, $LATEST or an alias; empty for all.
	Qualifier string
	// Group is a log group's name.
	Group string
	// Region and Account are those of an ARN, else empty.
	Region, Account string

	text        string
	functionARN string // without qualifier
}

// String returns the spec as it was typed.
func (s Spec) String() string { return s.text }

// ParseSpec reads
//
//	checkout, checkout@42, checkout@prod   a function, one version, an alias
//	'api-*'                                every function of such a name
//	/aws/lambda/checkout                   a log group
//	arn:aws:lambda:…:function:NAME[:QUALIFIER]
//	arn:aws:logs:…:log-group:NAME[:*]
func ParseSpec(text string) (Spec, error) {
	spec, err := parseSpec(text)
	if err != nil {
		return Spec{}, fmt.Errorf("%q: %w", text, err)
	}
	spec.text = text
	return spec, nil
}

// GroupSpec is the spec of a log group whose name need not begin with a slash.
func GroupSpec(name string) (Spec, error) {
	if !valid(name, groupSigns, 512) {
		return Spec{}, fmt.Errorf("%q is no name of a log group (letters, digits and _-/.#; a pattern names functions: 'api-*')", name)
	}
	return Spec{Group: name, text: name}, nil
}

func parseSpec(text string) (Spec, error) {
	switch {
	case strings.HasPrefix(text, "arn:"):
		return parseARN(text)
	case strings.HasPrefix(text, "/"):
		return GroupSpec(text)
	}
	name, qualifier, qualified := strings.Cut(text, "@")
	if qualified && qualifier == "" {
		return Spec{}, fmt.Errorf("no version or alias after @")
	}
	if strings.ContainsAny(name, meta) {
		if qualified {
			return Spec{}, fmt.Errorf("a pattern takes no @VERSION or @ALIAS: name the function")
		}
		name = strings.ReplaceAll(name, "[!", "[^") // as shells write it; no name has a "!"
		if _, err := path.Match(name, ""); err != nil {
			return Spec{}, fmt.Errorf("%w: * stands for anything, ? for one sign, [a-z] for one of these", err)
		}
		return Spec{Function: name, Pattern: true}, nil
	}
	return functionSpec(name, qualifier)
}

func functionSpec(name, qualifier string) (Spec, error) {
	if !valid(name, "-_", 64) {
		return Spec{}, fmt.Errorf("no name of a function (letters, digits, - and _)")
	}
	if qualifier != "" && qualifier != latest && !valid(qualifier, "-_", 128) {
		return Spec{}, fmt.Errorf("%q is no version, alias or %s", qualifier, latest)
	}
	return Spec{Function: name, Qualifier: qualifier}, nil
}

// parseARN reads the ARN of a function or of a log group.
func parseARN(text string) (spec Spec, err error) {
	a, err := arn.Parse(text)
	if err != nil {
		return Spec{}, err
	}
	kind, rest, _ := strings.Cut(a.Resource, ":")
	switch {
	case a.Service == "lambda" && kind == "function":
		name, qualifier, _ := strings.Cut(rest, ":")
		spec, err = functionSpec(name, qualifier)
		a.Resource = "function:" + name
		spec.functionARN = a.String()
	case a.Service == "logs" && kind == "log-group":
		spec, err = GroupSpec(strings.TrimSuffix(rest, ":*"))
	default:
		err = fmt.Errorf("an ARN of neither a function nor a log group")
	}
	if err == nil && a.Region == "" {
		err = fmt.Errorf("an ARN without a region")
	}
	spec.Region, spec.Account = a.Region, a.AccountID
	return spec, err
}

const (
	latest     = "$LATEST"
	groupSigns = "_-/.#"
	meta       = `*?[\` // what is not itself in a pattern of path.Match
)

// valid reports whether s has 1 to longest bytes, each a letter, a digit or one
// of the signs.
func valid(s, signs string, longest int) bool {
	for _, c := range []byte(s) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (c < '0' || '9' < c) && strings.IndexByte(signs, c) < 0 {
			return false
		}
	}
	return 0 < len(s) && len(s) <= longest
}
