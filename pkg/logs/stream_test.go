package logs

import (
	"reflect"
	"testing"
)

func TestSplitStreamName(t *testing.T) {
	for _, c := range []struct {
		name                       string
		function, version, sandbox string
	}{
		{"2026/05/29/[$LATEST]a13a7524e81d44ea80185a45f5511e2b", "", "$LATEST", "a13a7524e81d44ea80185a45f5511e2b"},
		{"2023/06/02/[72]88ab219a63d343d294d0a9947e8ab36a", "", "72", "88ab219a63d343d294d0a9947e8ab36a"},
		{"2017/11/27/[Prod]1108153ced144f8cbb161aef096218d1", "", "Prod", "1108153ced144f8cbb161aef096218d1"},
		{"2026/01/20/[$LATEST.PUBLISHED]9f", "", "$LATEST.PUBLISHED", "9f"},
		// A custom log group, and the form in which the documentation prints it.
		{"2026/10/08/checkout[42]829a", "checkout", "42", "829a"},
		{"2026/10/08/check-out_2[$LATEST][829a]", "check-out_2", "$LATEST", "829a"},
		// Names of another form.
		{name: ""},
		{name: "app"},
		{name: "2026/05/29/"},
		{name: "2026/05/29/a13a7524e81d44ea80185a45f5511e2b"},
		{name: "2026/05/29/[$LATEST"},
		{name: "2026-05-29-[$LATEST]a13a7524"},
		{name: "prod/eu/01/[7]a13a7524"},
		{name: "team/checkout[7]a13a7524"},
	} {
		function, version, sandbox := SplitStreamName(c.name)
		if function != c.function || version != c.version || sandbox != c.sandbox {
			t.Errorf("%s: got %q, %q, %q", c.name, function, version, sandbox)
		}
	}
}

func TestStreamsAreInterned(t *testing.T) {
	var streams Streams
	name := []byte("2026/10/08/checkout[42]829a")
	a := streams.Named(name)
	want := Stream{ID: 0, Name: "2026/10/08/checkout[42]829a", Function: "checkout", Version: "42", Sandbox: "829a"}
	if *a != want || a.Alone() {
		t.Errorf("got %+v, want %+v", *a, want)
	}
	name[len(name)-1] = 'b' // names are borrowed
	b := streams.Named(name)
	unnamed := streams.Unnamed()
	if a.Name != want.Name || b == a || b.ID != 1 || unnamed.ID != 2 {
		t.Errorf("%+v, then %+v, then %+v", *a, *b, *unnamed)
	}
	for range 2 { // once as the last stream, once by the table
		if got := streams.Named([]byte(want.Name)); got != a {
			t.Errorf("%s is another stream the second time", want.Name)
		}
		if got := streams.Named(name); got != b {
			t.Errorf("%s is another stream the second time", name)
		}
	}
	if !unnamed.Alone() {
		t.Error("a stream without a name is alone")
	}
	if again := streams.Unnamed(); again == unnamed || again.ID != 3 {
		t.Errorf("unnamed streams are not one: %+v", *again)
	}
	var other Streams
	if got := other.Named(name); got == b || got.ID != 0 {
		t.Error("two inputs share a stream")
	}
}

func TestKnownStreamsCostNothing(t *testing.T) {
	var streams Streams
	names := [][]byte{[]byte("2026/10/08/checkout[42]829a"), []byte("2026/10/08/checkout[42]829b")}
	allocs := testing.AllocsPerRun(100, func() {
		for _, name := range names {
			streams.Named(name)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func TestCoverageAdd(t *testing.T) {
	gap := func(source string) Gap { return Gap{Source: source, Reason: "cut"} }
	c := Coverage{Events: 1, Bytes: 10, Gaps: []Gap{gap("a")}, Notes: []string{"x"}}
	c.Add(Coverage{Events: 2, Bytes: 20, Gaps: []Gap{gap("b"), gap("c")}})
	c.Add(Coverage{Events: 3, Notes: []string{"y"}})
	want := Coverage{Events: 6, Bytes: 30, Gaps: []Gap{gap("a"), gap("b"), gap("c")}, Notes: []string{"x", "y"}}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got %+v, want %+v", c, want)
	}
}

func TestFunctionOfGroup(t *testing.T) {
	for group, want := range map[string]string{
		"/aws/lambda/checkout":           "checkout",
		"/aws/Lambda/checkout":           "checkout",
		"/aws/lambda/us-east-1.checkout": "checkout",
		"/aws/lambda/":                   "",
		"/aws/lambd":                     "",
		"checkout":                       "",
		"":                               "",
	} {
		if got := FunctionOfGroup(group); got != want {
			t.Errorf("FunctionOfGroup(%q) = %q, want %q", group, got, want)
		}
	}
}

func TestStreamsOfGroups(t *testing.T) {
	var streams Streams
	name := []byte("2026/05/29/[42]a13a7524e81d44ea80185a45f5511e2b")
	a := streams.Of([]byte("123456789012"), []byte("/aws/lambda/a"), name)
	b := streams.Of([]byte("123456789012"), []byte("/aws/lambda/b"), name)
	if a == b || a.ID == b.ID {
		t.Error("streams of one name in two groups are one")
	}
	if again := streams.Of([]byte("123456789012"), []byte("/aws/lambda/a"), name); again != a {
		t.Error("the same stream is another the second time")
	}
	if a.Function != "a" || b.Function != "b" || a.Version != "42" || a.Account != "123456789012" {
		t.Errorf("got %+v and %+v", a, b)
	}
	shared := streams.Of(nil, []byte("/aws/lambda/a"), []byte("2026/05/29/c[42]a13a"))
	if shared.Function != "c" {
		t.Errorf("function %q, want that of the stream's own name, c", shared.Function)
	}
}
