package awsapi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/awstest"
)

// TestFindPattern goes through more functions and groups than a page of 50.
func TestFindPattern(t *testing.T) {
	server, region := cloud(t)
	for i := range 130 {
		for _, begin := range []string{"api", "job"} {
			name := fmt.Sprintf("%s-%03d", begin, i)
			region.Function(awstest.Function{Name: name, MemoryMB: 128 + i})
			region.Group(awstest.Group{Name: "/aws/lambda/" + name})
		}
	}
	a := account(t, server.URL(), "eu-west-1")
	for pattern, want := range map[string]int{"api-*": 130, "*-00?": 20, "api-1[0-2]?": 30, "api-12[!0-8]": 1, "api-12[^0-9]": 0, "*": 260, "job-0[01]5": 2, `job\-01*`: 10} {
		if want == 0 {
			_ = lost(t, a, pattern)
			continue
		}
		found := find(t, a, pattern)
		if len(found.Targets) != want || len(found.Notes) != 0 {
			t.Errorf("%s: %d targets, want %d; notes %v", pattern, len(found.Targets), want, found.Notes)
		}
		for i, target := range found.Targets {
			if i > 0 && found.Targets[i-1].Function >= target.Function {
				t.Fatalf("%s: %s after %s", pattern, target.Function, found.Targets[i-1].Function)
			}
			if target.Group.Name != "/aws/lambda/"+target.Function || target.Config == nil || target.Shared || target.Account != id {
				t.Fatalf("%s: got %+v", pattern, target)
			}
		}
	}
	server.Reset()
	find(t, a, "api-*")
	// 130 groups are three pages, none of Lambda@Edge one; 260 functions are six.
	if groups, functions := server.Counts("DescribeLogGroups").Calls, server.Counts("ListFunctions").Calls; groups != 4 || functions != 6 {
		t.Errorf("%d calls for groups and %d for functions, want 4 and 6", groups, functions)
	}
	if got := find(t, a, "api-12[7-9]").Targets[0].Config.MemoryMB; got != 255 {
		t.Errorf("memory %d, want that of api-127", got)
	}
}

// TestPatternGroups finds each kind of group that functions of one pattern can
// log to, and says which never ran.
func TestPatternGroups(t *testing.T) {
	server, region := cloud(t)
	for _, f := range []awstest.Function{
		{Name: "api-a"}, {Name: "api-b", LogGroup: "/shop"}, {Name: "api-c", LogGroup: "/shop"}, {Name: "api-d", LogGroup: "/none"}, {Name: "api-e", LogGroup: "/none"}, {Name: "api-f"}, {Name: "api-g"},
	} {
		region.Function(f)
	}
	for _, name := range []string{"/aws/lambda/api-a", "/shop", "/aws/lambda/us-east-1.api-f", "/aws/lambda/api-deleted"} {
		region.Group(awstest.Group{Name: name})
	}
	a := account(t, server.URL(), "eu-west-1")
	found := find(t, a, "api-*")
	var got []string
	for _, target := range found.Targets {
		got = append(got, fmt.Sprintf("%s %s %v", target.Function, target.Group.Name, target.Shared))
	}
	want := "api-a /aws/lambda/api-a false; api-b /shop true; api-c /shop true; api-f /aws/lambda/us-east-1.api-f false"
	if strings.Join(got, "; ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "; "), want)
	}
	noted(t, found.Notes, "left out without a log group, since they never ran: api-d, api-e, api-g")
}

// TestPatternWithoutLambda takes the functions off the names of the groups.
func TestPatternWithoutLambda(t *testing.T) {
	server, region := cloud(t)
	for _, name := range []string{"/aws/lambda/api-b", "/aws/lambda/api-a", "/aws/lambda/us-east-1.api-c", "/aws/lambda/api-a/sub", "/aws/lambda/job", "/api-x"} {
		region.Group(awstest.Group{Name: name})
	}
	server.SetFaults("ListFunctions", awstest.Faults{Denied: true})
	a := account(t, server.URL(), "eu-west-1")
	found := find(t, a, "api-*")
	var got []string
	for _, target := range found.Targets {
		got = append(got, target.Function+" "+target.Group.Name)
	}
	want := "api-a /aws/lambda/api-a; api-b /aws/lambda/api-b; api-c /aws/lambda/us-east-1.api-c"
	if strings.Join(got, "; ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "; "), want)
	}
	noted(t, found.Notes, "functions may not be listed (no lambda:ListFunctions)")
	if missing := lost(t, a, "web-*"); missing.Exists {
		t.Errorf("got %v", missing)
	}
}
