package awstest

import (
	"strings"
	"testing"
)

// document and compound are the examples of the user guide.
const (
	document = `{"eventType":"UpdateTrail","sourceIPAddress":"111.111.111.111","arrayKey":["value","another value"],` +
		`"objectList":[{"name":"a","id":1},{"name":"b","id":2}],"SomeObject":null,"cluster.name":"c","ThisFlag":true}`
	compound = `{"user":{"id":1,"email":"John.Stiles@example.com"},"users":[{"id":2,"email":"John.Doe@example.com"},` +
		`{"id":3,"email":"Jane.Doe@example.com"}],"actions":["GET","PUT","DELETE"],"coordinates":[[0,1,2],[4,5,6],[7,8,9]]}`
	cold       = "REPORT RequestId: 1-a\tDuration: 2.46 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 70 MB\tInit Duration: 354.51 ms\t\n"
	warm       = "REPORT RequestId: 1-b\tDuration: 2.46 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 70 MB\t\n"
	jsonReport = `{"time":"2026-01-01T00:00:00.000Z","type":"platform.report","record":{"requestId":"1-c","metrics":{"durationMs":2.463,` +
		`"billedDurationMs":3,"memorySizeMB":128,"maxMemoryUsedMB":70,"initDurationMs":354.512},"status":"success"}}`
)

func TestPattern(t *testing.T) {
	for _, tt := range []struct {
		pattern, message string
		want             bool
	}{
		// Everything.
		{"", "anything", true},
		{" ", "", true},
		{`" "`, "anything", true},
		// Terms: the guide's examples.
		{"ERROR", "[ERROR 400] BAD REQUEST", true},
		{"ERROR", "Exiting with ERRORCODE: -1", true},
		{"ERROR", "[error] lower case", false},
		{"ERROR ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", true},
		{"ERROR ARGUMENTS", "[ERROR 400] BAD REQUEST", false},
		{`"INTERNAL SERVER ERROR"`, "[ERROR 500] INTERNAL SERVER ERROR", true},
		{`"INTERNAL SERVER ERROR"`, "SERVER INTERNAL ERROR", false},
		{`"say \"hi\" \\"`, `say "hi" \`, true},
		{"?ERROR ?ARGUMENTS", "[ERROR 400] BAD REQUEST", true},
		{"?ERROR ?ARGUMENTS", "MISSING ARGUMENTS", true},
		{"?ERROR ?ARGUMENTS", "[INFO] REQUEST FAILED", false},
		{"?ERROR ?ARGUMENTS REQUEST", "[INFO] REQUEST FAILED", true},
		{"?ERROR ?ARGUMENTS REQUEST", "[ERROR] ARGUMENTS", false},
		{"?ERROR -WARN", "nothing of both", true},
		{"ERROR -ARGUMENTS", "[ERROR 400] BAD REQUEST", true},
		{"ERROR -ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", false},
		{`ERROR -"BAD REQUEST"`, "[ERROR 400] BAD REQUEST", false},
		{"-ERROR", "fine", true},
		{"-ERROR", "an ERROR", false},
		// Regular expressions.
		{"%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", true},
		{"%^[hc]at%", "hat", true},
		{"%^[hc]at%", "a hat", false},
		{"%[hc]at$%", "a hat", true},
		{"%colou?r%", "color", true},
		{"%^a{3,5}$%", "aaaa", true},
		{"%^a{3,5}$%", "aa", false},
		{"%^a{,2}$%", "aa", true},
		{"%^a{,2}$%", "aaa", false},
		{"%^starting|^initializing|^shutting down%", "shutting down now", true},
		{"%^starting|^initializing|^shutting down%", "skipping initializing ...", false},
		{`%\[.\]%`, "[7]", true},
		{`%10\.10\.0\.1%`, "10010,051", false},
		{`%\d\D\s\S\w\W%`, "1a b_-", true},
		{`%\x3A%`, "a:b", true},
		{`%\x28%`, "a:b", false},
		{"%a% %b%", "ab", true},
		{"%a% word", "a word", true},
		{"%a% word", "a", false},
		// What a tool for Lambda asks for.
		{`"REPORT RequestId:"`, cold, true},
		{`"REPORT RequestId:"`, jsonReport, false},
		{`"REPORT RequestId:" "Init Duration:"`, cold, true},
		{`"REPORT RequestId:" "Init Duration:"`, warm, false},
		{`?"REPORT RequestId:" ?"platform.report"`, warm, true},
		{`?"REPORT RequestId:" ?"platform.report"`, jsonReport, true},
		{`%^REPORT RequestId: |\x22platform\.report\x22%`, jsonReport, true},
		{`%^REPORT RequestId: |\x22platform\.report\x22%`, " " + cold, false},
		{`?"Init Duration:" ?initDurationMs`, jsonReport, true},
		{`{ $.type = "platform.report" && $.record.metrics.initDurationMs > 0 }`, jsonReport, true},
		{`{ $.type = "platform.report" && $.record.metrics.initDurationMs > 355 }`, jsonReport, false},
		{`{ $.type = "platform.report" }`, cold, false},
	} {
		checkPattern(t, tt.pattern, tt.message, tt.want)
	}
}

func TestSelector(t *testing.T) {
	for _, tt := range []struct {
		pattern, message string
		want             bool
	}{
		// The guide's examples.
		{`{ $.eventType = "UpdateTrail" }`, document, true},
		{`{ $.sourceIPAddress != 123.123.* }`, document, true},
		{`{ $.sourceIPAddress = 111.111.* }`, document, true},
		{`{ $.arrayKey[0] = "value" }`, document, true},
		{`{ $.arrayKey[1] = "value" }`, document, false},
		{`{ $.arrayKey[2] = "value" }`, document, false},
		{`{ $.eventType = %Trail% }`, document, true},
		{`{ $.eventType != %Trail% }`, document, false},
		{`{ $.arrayKey[*] = %val.{2}% }`, document, true},
		{`{ $.* = %111\.111\.111\.1[0-9]{1,2}% }`, document, true},
		{`{ $.['cluster.name'] = "c" }`, document, true},
		{`{ $['cluster.name'] = "c" }`, document, true},
		{`{ $.objectList[1].id = 2 }`, document, true},
		{`{ $.SomeObject IS NULL }`, document, true},
		{`{ $.eventType IS NULL }`, document, false},
		{`{ $.SomeOtherObject IS NULL }`, document, false},
		{`{ $.SomeOtherObject NOT EXISTS }`, document, true},
		{`{ $.SomeObject NOT EXISTS }`, document, false},
		{`{ $.ThisFlag IS TRUE }`, document, true},
		{`{ $.ThisFlag IS FALSE }`, document, false},
		{`{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }`, compound, true},
		{`{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }`, compound, true},
		{`{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") && $.actions[2] = "nonmatch" }`, compound, false},
		{`{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }`, compound, false},
		{`{ $.foo = bar || $.foo = baz }`, `{"foo":"baz"}`, true},
		// A path to an array or an object never compares, nor does an absent value.
		{`{ $.users = 1 }`, `{"users":[1,2,3]}`, false},
		{`{ $.users != 1 }`, `{"users":[1,2,3]}`, false},
		{`{ $.users != 1 }`, `{}`, false},
		{`{ $.a.b != 1 }`, `{"a":1}`, false},
		// Numbers.
		{`{ $.latency >= 500 }`, `{"latency":500}`, true},
		{`{ $.latency > 500 }`, `{"latency":500}`, false},
		{`{ $.latency < 10e3 }`, `{"latency":9999.5}`, true},
		{`{ $.latency < 10e-3 }`, `{"latency":1}`, false},
		{`{ $.latency <= 55.5 }`, `{"latency":55.5}`, true},
		{`{ $.latency > +1000 }`, `{"latency":1001}`, true},
		{`{ $.latency > -1 }`, `{"latency":"high"}`, false},
		{`{ $.errorCode = 400 }`, `{"errorCode":"400"}`, true},
		{`{ $.errorCode != 400 }`, `{"errorCode":"400"}`, false},
		{`{ $.errorCode = "400" }`, `{"errorCode":400}`, false},
		{`{ $.errorCode = 4* }`, `{"errorCode":404}`, true},
		{`{ $.latency = * }`, `{"latency":42}`, true},
		{`{ $.latency = * }`, `{"other":42}`, false},
		// Wildcards at either end.
		{`{ $.e = *Event }`, `{"e":"PutEvent"}`, true},
		{`{ $.e = Event* }`, `{"e":"EventId"}`, true},
		{`{ $.e = Event* }`, `{"e":"PutEvent"}`, false},
		{`{ $.e = "*ut*" }`, `{"e":"PutEvent"}`, true},
		{`{ $.e = Ev*ent }`, `{"e":"Event"}`, false},
		{`{ $.e = Ev*ent }`, `{"e":"Ev*ent"}`, true},
		// What is no JSON object.
		{`{ $.a NOT EXISTS }`, `text`, false},
		{`{ $.a NOT EXISTS }`, `[]`, false},
		{`{ $.a NOT EXISTS }`, `{"b":1`, false},
		{`{ $.a NOT EXISTS }`, `{} {}`, false},
		{`{ $.a NOT EXISTS }`, " {}\n", true},
		{`{$.a=1}`, `{"a":1}`, true},
		{`{ $.a-b_c = 1 }`, `{"a-b_c":1}`, true},
	} {
		checkPattern(t, tt.pattern, tt.message, tt.want)
	}
}

func checkPattern(t *testing.T, text, message string, want bool) {
	t.Helper()
	p, err := parsePattern(text)
	if err != nil {
		t.Errorf("%s: %v", text, err)
		return
	}
	got := p.match(message)
	if p.all() && !got {
		t.Errorf("%s matches everything, but not %q", text, message)
	}
	if got != want {
		t.Errorf("%s on %q: got %v, want %v", text, message, got, want)
	}
}

func TestPatternInvalid(t *testing.T) {
	for _, tt := range []struct{ pattern, want string }{
		{"a-b", "Invalid character(s) in term 'a-b'"},
		{"platform.report", "Invalid character(s) in term 'platform.report'"},
		{`""`, `Invalid character(s) in term '""'`},
		{`"open`, "quotation mark is missing"},
		{"-", "Invalid character(s) in term ''"},
		{"? a", "Invalid character(s) in term ''"},
		{"é", "Invalid character(s) in term 'é'"},
		{"[w1, w2]", "space-delimited"},
		{"%something!%", "Invalid character(s) in term 'something!'"},
		{"%(a|b)%", "Invalid character(s)"},
		{`%\(a\)%`, "Invalid character(s)"},
		{`%"a"%`, "Invalid character(s)"},
		{`%é%`, "Invalid character(s)"},
		{`%\p%`, "Invalid character(s)"},
		{`%\x2%`, "Invalid character(s)"},
		{`%a`, "Invalid character(s)"},
		{`%%`, "Invalid character(s)"},
		{`%[a%`, "invalid regular expression '[a'"},
		{`%a% %b% %c%`, "more than 2 regular expressions"},
		{`?%a%`, "neither optional nor excluded"},
		{`{ $.a = 1`, "must end with '}'"},
		{`{ }`, "starts with '$.'"},
		{`{ a = 1 }`, "starts with '$.'"},
		{`{ $ = 1 }`, "starts with '$.'"},
		{`{ $. = 1 }`, "no name after '.'"},
		{`{ $.a[x] = 1 }`, "no element in '[]'"},
		{`{ $.a[0 = 1 }`, "no element in '[]'"},
		{`{ $.['a = 1 }`, "bracket"},
		{`{ $.a }`, "needs an operator"},
		{`{ $.a IS NOT NULL }`, "needs an operator"},
		{`{ $.a EXISTS }`, "needs an operator"},
		{`{ $.a = }`, "Invalid character(s)"},
		{`{ $.a = "x }`, "quotation mark is missing"},
		{`{ $.a = %x }`, "Invalid character(s)"},
		{`{ $.a > x }`, "the operator > compares with a number"},
		{`{ $.a > "1" }`, "the operator > compares with a number"},
		{`{ $.a > %1% }`, "the operator > compares with a number"},
		{`{ $.a = 1 && }`, "starts with '$.'"},
		{`{ ($.a = 1 }`, "closing parenthesis"},
		{`{ $.a = 1 ) }`, "unexpected ')"},
		{`{ $.a = 1 $.b = 1 }`, "unexpected '$"},
		{`{ $.a = 1 b }`, "unexpected"},
		{`{ $.*.* = 1 }`, "more than one wildcard selector"},
		{`{ $.*=1 || $.*=1 || $.*=1 || $.*=1 }`, "more than 3 wildcard selectors"},
		{`{ $.a=%a% || $.a=%b% || $.a=%c% }`, "more than 2 regular expressions"},
	} {
		_, err := parsePattern(tt.pattern)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.pattern, err, tt.want)
		}
	}
}

// FuzzPattern checks that quoted phrases are found where they were put, with
// each of their three signs, and that no pattern breaks the parser.
func FuzzPattern(f *testing.F) {
	for _, seed := range []string{cold, jsonReport, `{ $.a[0] = %x% && ($.b IS NULL || $.c NOT EXISTS) }`, `%^a{,2}\x41$% ?b -"c"`, `"\\"`, "[a, b]"} {
		f.Add(seed, "text")
	}
	f.Fuzz(func(t *testing.T, text, message string) {
		if p, err := parsePattern(text); err == nil {
			p.match(message)
		}
		if strings.TrimSpace(text) == "" {
			return
		}
		quoted := `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(text) + `"`
		for sign, want := range map[string]bool{"": true, "?": true, "-": false} {
			checkPattern(t, sign+quoted, message+text+message, want)
			checkPattern(t, sign+quoted, message, strings.Contains(message, text) == want)
		}
	})
}
