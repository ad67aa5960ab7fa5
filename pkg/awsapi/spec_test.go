package awsapi

import (
	"strings"
	"testing"
)

func TestParseSpec(t *testing.T) {
	for text, want := range map[string]Spec{
		"checkout":             {Function: "checkout"},
		"Check_out-2":          {Function: "Check_out-2"},
		"checkout@42":          {Function: "checkout", Qualifier: "42"},
		"checkout@prod":        {Function: "checkout", Qualifier: "prod"},
		"checkout@$LATEST":     {Function: "checkout", Qualifier: "$LATEST"},
		"api-*":                {Function: "api-*", Pattern: true},
		"api-?[a-c]":           {Function: "api-?[a-c]", Pattern: true},
		"api-[!a-c]":           {Function: "api-[^a-c]", Pattern: true},
		"/aws/lambda/checkout": {Group: "/aws/lambda/checkout"},
		"/a.b_c#d-e":           {Group: "/a.b_c#d-e"},
		"arn:aws:lambda:eu-west-1:123456789012:function:checkout": {
			Function: "checkout", Region: "eu-west-1", Account: id, functionARN: "arn:aws:lambda:eu-west-1:123456789012:function:checkout"},
		"arn:aws-cn:lambda:cn-north-1:123456789012:function:checkout:42": {
			Function: "checkout", Qualifier: "42", Region: "cn-north-1", Account: id, functionARN: "arn:aws-cn:lambda:cn-north-1:123456789012:function:checkout"},
		"arn:aws:lambda:eu-west-1:123456789012:function:checkout:$LATEST": {
			Function: "checkout", Qualifier: "$LATEST", Region: "eu-west-1", Account: id, functionARN: "arn:aws:lambda:eu-west-1:123456789012:function:checkout"},
		"arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout":   {Group: "/aws/lambda/checkout", Region: "eu-west-1", Account: id},
		"arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout:*": {Group: "/aws/lambda/checkout", Region: "eu-west-1", Account: id},
		"arn:aws:logs:eu-west-1:123456789012:log-group:plain":                  {Group: "plain", Region: "eu-west-1", Account: id},
	} {
		got, err := ParseSpec(text)
		want.text = text
		if err != nil || got != want || got.String() != text {
			t.Errorf("%s: got %+v, %v, want %+v", text, got, err, want)
		}
	}
}

func TestBadSpec(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       "no name of a function",
		"check out":                              "no name of a function",
		"chéckout":                               "no name of a function",
		"checkout:42":                            "no name of a function",
		strings.Repeat("a", 65):                  "no name of a function",
		"checkout@":                              "no version or alias after @",
		"@42":                                    "no name of a function",
		"checkout@4.2":                           "no version, alias",
		"checkout@a@b":                           "no version, alias",
		"api-*@prod":                             "a pattern takes no @VERSION",
		"api-[":                                  "syntax error in pattern",
		"/aws/lambda/api-*":                      "a pattern names functions: 'api-*'",
		"/aws/\x1b[2J":                           "no name of a log group",
		"/" + strings.Repeat("a", 512):           "no name of a log group",
		"arn:aws:lambda":                         "not enough sections",
		"arn:aws:lambda:eu-west-1:1:layer":       "neither a function nor a log group",
		"arn:aws:s3:::bucket":                    "neither a function nor a log group",
		"arn:aws:lambda::1:function:f":           "an ARN without a region",
		"arn:aws:lambda:eu-west-1:1:function:":   "no name of a function",
		"arn:aws:lambda:eu-west-1:1:function:f*": "no name of a function",
		"arn:aws:logs:eu-west-1:1:log-group:/a:log-stream:b":    "no name of a log group",
		"arn:aws:logs:eu-west-1:1:log-group:":                   "no name of a log group",
		"arn:aws:lambda:eu-west-1:1:function:f:version:unknown": "no version, alias",
	} {
		if got, err := ParseSpec(text); err == nil || !strings.Contains(err.Error(), want) || got != (Spec{}) {
			t.Errorf("%q: got %+v, %v, want %q", text, got, err, want)
		}
	}
}

func TestGroupSpec(t *testing.T) {
	if got, err := GroupSpec("app"); err != nil || got.Group != "app" {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := GroupSpec("a b"); err == nil {
		t.Error("a name with a space is taken")
	}
}

// FuzzParseSpec checks that what is taken names one thing, in signs that AWS
// allows, and is the same when it is read again.
func FuzzParseSpec(f *testing.F) {
	for _, text := range []string{"checkout@prod", "api-*", "/aws/lambda/checkout", "arn:aws:lambda:eu-west-1:123456789012:function:f:42", "arn:aws:logs:eu-west-1:1:log-group:/a:*"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSpec(text)
		if err != nil {
			return
		}
		if (s.Function == "") == (s.Group == "") {
			t.Errorf("%q names %+v", text, s)
		}
		if s.Group != "" && !valid(s.Group, groupSigns, 512) || s.Function != "" && !s.Pattern && !valid(s.Function, "-_", 64) {
			t.Errorf("%q: %+v", text, s)
		}
		if again, err := ParseSpec(s.String()); err != nil || again != s {
			t.Errorf("%q: %+v, %v, then %+v", text, s, err, again)
		}
	})
}
