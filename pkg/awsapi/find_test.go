package awsapi

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/awstest"
)

const id = "123456789012"

// find finds what has to be there.
func find(t *testing.T, a *Account, text string) Found {
	t.Helper()
	found, err := a.Find(t.Context(), spec(t, text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return found
}

// only finds exactly one target.
func only(t *testing.T, a *Account, text string) (Target, []string) {
	t.Helper()
	found := find(t, a, text)
	if len(found.Targets) != 1 {
		t.Fatalf("%s: %d targets", text, len(found.Targets))
	}
	return *found.Targets[0], found.Notes
}

// lost expects a *NotFoundError.
func lost(t *testing.T, a *Account, text string) *NotFoundError {
	t.Helper()
	found, err := a.Find(t.Context(), spec(t, text))
	var missing *NotFoundError
	if !errors.As(err, &missing) || len(found.Targets) != 0 {
		t.Fatalf("%s: %d targets, %v", text, len(found.Targets), err)
	}
	return missing
}

func noted(t *testing.T, notes []string, want string) {
	t.Helper()
	if want == "" && len(notes) == 0 {
		return
	}
	if len(notes) != 1 || want == "" || !strings.Contains(notes[0], want) {
		t.Errorf("notes %q, want one with %q", notes, want)
	}
}

func TestFindFunction(t *testing.T) {
	server, region := cloud(t)
	region.Function(awstest.Function{
		Name: "checkout", Runtime: "provided.al2023", Architectures: []string{"arm64"}, MemoryMB: 512, LogFormat: "JSON", SystemLogLevel: "WARN",
		Versions: []awstest.Version{{Number: "41", MemoryMB: 256}, {Number: "42"}},
		Aliases:  []awstest.Alias{{Name: "prod", Version: "42", Weights: map[string]float64{"41": 0.25}}, {Name: "test", Version: "41"}},
	})
	region.Group(awstest.Group{Name: "/aws/lambda/checkout", RetentionDays: 30, CreatedMillis: 1767225600000})
	a := account(t, server.URL(), "eu-west-1")

	want := Target{
		Region: "eu-west-1", Account: id, Function: "checkout",
		Group: Group{
			Name: "/aws/lambda/checkout", ARN: "arn:aws:logs:eu-west-1:" + id + ":log-group:/aws/lambda/checkout",
			Class: "STANDARD", RetentionDays: 30, CreatedMillis: 1767225600000,
		},
		Config: &Config{Runtime: "provided.al2023", Arch: "arm64", MemoryMB: 512, LogFormat: "JSON", SystemLogLevel: "WARN"},
	}
	older := *want.Config
	older.MemoryMB = 256
	for text, c := range map[string]struct {
		versions []WeightedVersion
		config   *Config
	}{
		"checkout":         {nil, want.Config},
		"checkout@42":      {[]WeightedVersion{{"42", 1}}, want.Config},
		"checkout@41":      {[]WeightedVersion{{"41", 1}}, &older},
		"checkout@$LATEST": {[]WeightedVersion{{"$LATEST", 1}}, want.Config},
		"checkout@prod":    {[]WeightedVersion{{"42", 0.75}, {"41", 0.25}}, want.Config},
		"checkout@test":    {[]WeightedVersion{{"41", 1}}, &older},
		"arn:aws:lambda:eu-west-1:" + id + ":function:checkout":      {nil, want.Config},
		"arn:aws:lambda:eu-west-1:" + id + ":function:checkout:prod": {[]WeightedVersion{{"42", 0.75}, {"41", 0.25}}, want.Config},
		"arn:aws:lambda:eu-west-1:" + id + ":function:checkout:41":   {[]WeightedVersion{{"41", 1}}, &older},
	} {
		got, notes := only(t, a, text)
		want.Versions, want.Config = c.versions, c.config
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %+v %+v\nwant %+v %+v", text, got, got.Config, want, want.Config)
		}
		noted(t, notes, "")
	}
}

// TestDeletedVersion takes the group that the function logs to today, and says so.
func TestDeletedVersion(t *testing.T) {
	server, region := cloud(t)
	region.Function(awstest.Function{Name: "checkout", LogGroup: "/shop"})
	region.Group(awstest.Group{Name: "/shop"})
	got, notes := only(t, account(t, server.URL(), "eu-west-1"), "checkout@7")
	if got.Group.Name != "/shop" || got.Config != nil || len(got.Versions) != 1 || got.Versions[0].Version != "7" {
		t.Errorf("got %+v", got)
	}
	noted(t, notes, "eu-west-1: version 7 of function checkout is gone")
}

func TestAliasOfNoFunction(t *testing.T) {
	server, region := cloud(t)
	region.Function(awstest.Function{Name: "checkout"})
	region.Group(awstest.Group{Name: "/aws/lambda/checkout"})
	a := account(t, server.URL(), "eu-west-1")
	if missing := lost(t, a, "checkout@prod"); !strings.HasPrefix(missing.Error(), "no alias prod of function checkout in eu-west-1") {
		t.Errorf("got %v", missing)
	}
	server.SetFaults("GetAlias", awstest.Faults{Denied: true})
	_, err := a.Find(t.Context(), spec(t, "checkout@prod"))
	var denied *DeniedError
	if !errors.As(err, &denied) || denied.Action != "lambda:GetAlias" {
		t.Errorf("got %v", err)
	}
}

// TestVersionsInTwoGroups plays an alias over two versions that log to different
// groups, which awstest has not.
func TestVersionsInTwoGroups(t *testing.T) {
	server, region := cloud(t)
	region.Group(awstest.Group{Name: "/old"})
	region.Group(awstest.Group{Name: "/new"})
	a := account(t, server.URL(), "eu-west-1")
	r := a.Region("eu-west-1")
	versions := []WeightedVersion{{"3", 0.8}, {"1", 0.1}, {"2", 0.1}}
	groups := map[string]string{"1": "/old", "2": "/old", "3": "/new"}
	f := finder{Region: r, spec: spec(t, "checkout@prod")}
	read := func(_ context.Context, version string) (*function, error) {
		return &function{name: "checkout", group: groups[version], config: &Config{}}, nil
	}
	if err := f.findVersions(t.Context(), versions, read); err != nil {
		t.Fatal(err)
	}
	if len(f.targets) != 2 || f.targets[0].Group.Name != "/new" || f.targets[1].Group.Name != "/old" ||
		!reflect.DeepEqual(f.targets[1].Versions, []WeightedVersion{{"1", 0.1}, {"2", 0.1}}) {
		t.Errorf("got %+v and more", *f.targets[0])
	}
	// One of several without a group is a note, not a loss.
	groups["3"] = "/gone"
	f = finder{Region: r, spec: f.spec}
	if err := f.findVersions(t.Context(), versions, read); err != nil || len(f.targets) != 1 {
		t.Errorf("%d targets, %v", len(f.targets), err)
	}
	noted(t, f.notes, "function checkout has no log group in eu-west-1 (asked for /gone)")
}

// TestWithoutLambda reads the group that Lambda makes where Lambda may not be asked.
func TestWithoutLambda(t *testing.T) {
	server, region := cloud(t)
	region.Function(awstest.Function{Name: "checkout"})
	region.Group(awstest.Group{Name: "/aws/lambda/checkout"})
	server.SetFaults("GetFunctionConfiguration", awstest.Faults{Denied: true})
	a := account(t, server.URL(), "eu-west-1")
	for _, text := range []string{"checkout", "checkout@7"} {
		got, notes := only(t, a, text)
		if got.Group.Name != "/aws/lambda/checkout" || got.Config != nil || got.Shared {
			t.Errorf("got %+v", got)
		}
		noted(t, notes, "Lambda may not be asked about function checkout (no lambda:GetFunctionConfiguration)")
	}
}

// TestDeletedFunction reads the log that a function left.
func TestDeletedFunction(t *testing.T) {
	server, region := cloud(t)
	region.Group(awstest.Group{Name: "/aws/lambda/checkout"})
	got, notes := only(t, account(t, server.URL(), "eu-west-1"), "checkout")
	if got.Function != "checkout" || got.Config != nil {
		t.Errorf("got %+v", got)
	}
	noted(t, notes, "eu-west-1: function checkout is gone, but its log group /aws/lambda/checkout is there")
}

func TestEdgeGroup(t *testing.T) {
	server, region := cloud(t)
	region.Group(awstest.Group{Name: "/aws/lambda/us-east-1.rewrite"})
	server.Region("us-east-1").Function(awstest.Function{Name: "rewrite"})
	server.Region("us-east-1").Group(awstest.Group{Name: "/aws/lambda/rewrite"})
	a := account(t, server.URL(), "eu-west-1", "us-east-1")
	found := find(t, a, "rewrite")
	if len(found.Targets) != 2 {
		t.Fatalf("%d targets", len(found.Targets))
	}
	edge, home := found.Targets[0], found.Targets[1]
	if edge.Group.Name != "/aws/lambda/us-east-1.rewrite" || edge.Function != "rewrite" || edge.Shared || edge.Region != "eu-west-1" {
		t.Errorf("got %+v", edge)
	}
	if home.Group.Name != "/aws/lambda/rewrite" || home.Region != "us-east-1" {
		t.Errorf("got %+v", home)
	}
	noted(t, found.Notes, "eu-west-1: function rewrite has the log group of Lambda@Edge here")

	// Two versions of an alias are one group and one target there too.
	region.Function(awstest.Function{Name: "rewrite", Versions: []awstest.Version{{Number: "1"}, {Number: "2"}},
		Aliases: []awstest.Alias{{Name: "prod", Version: "2", Weights: map[string]float64{"1": 0.5}}}})
	found = find(t, account(t, server.URL(), "eu-west-1"), "rewrite@prod")
	if len(found.Targets) != 1 || len(found.Targets[0].Versions) != 2 {
		t.Errorf("got %+v", found.Targets)
	}
	noted(t, found.Notes, "Lambda@Edge")
}

func TestSharedGroup(t *testing.T) {
	server, region := cloud(t)
	region.Group(awstest.Group{Name: "/shop"})
	region.Function(awstest.Function{Name: "checkout", LogGroup: "/shop"})
	a := account(t, server.URL(), "eu-west-1")
	got, notes := only(t, a, "checkout")
	if !got.Shared || got.Group.Name != "/shop" || got.Function != "checkout" {
		t.Errorf("got %+v", got)
	}
	noted(t, notes, "")
	// Asked for by name, the group is read whole.
	got, _ = only(t, a, "/shop")
	if !got.Shared || got.Function != "" || got.Config != nil {
		t.Errorf("got %+v", got)
	}
}

// TestFindGroup asks for groups by name and ARN; that of a function brings along
// how the function logs.
func TestFindGroup(t *testing.T) {
	server, region := cloud(t)
	region.Function(awstest.Function{Name: "checkout", LogFormat: "JSON", SystemLogLevel: "WARN"})
	region.Function(awstest.Function{Name: "moved", LogGroup: "/shop"})
	for _, name := range []string{"/aws/lambda/checkout", "/aws/lambda/moved", "/aws/lambda/gone", "/aws/lambda/us-east-1.checkout", "plain.name"} {
		region.Group(awstest.Group{Name: name})
	}
	a := account(t, server.URL(), "eu-west-1")
	for text, c := range map[string]struct {
		config bool
		note   string
	}{
		"/aws/lambda/checkout": {config: true},
		"arn:aws:logs:eu-west-1:" + id + ":log-group:/aws/lambda/checkout":   {config: true},
		"arn:aws:logs:eu-west-1:" + id + ":log-group:/aws/lambda/checkout:*": {config: true},
		"/aws/lambda/moved":              {note: "function moved logs to /shop today, no longer to /aws/lambda/moved"},
		"/aws/lambda/gone":               {},
		"/aws/lambda/us-east-1.checkout": {},
		"arn:aws:logs:eu-west-1:" + id + ":log-group:plain.name": {},
	} {
		got, notes := only(t, a, text)
		if !strings.Contains(text, got.Group.Name) || got.Function != "" || (got.Config != nil) != c.config {
			t.Errorf("%s: got %+v", text, got)
		}
		if c.config && got.Config.SystemLogLevel != "WARN" {
			t.Errorf("%s: got %+v", text, got.Config)
		}
		noted(t, notes, c.note)
	}
}

// TestExactGroup finds a group among many that begin with its name, and none
// that merely begins so.
func TestExactGroup(t *testing.T) {
	server, region := cloud(t)
	for i := range 120 {
		region.Group(awstest.Group{Name: fmt.Sprintf("/aws/lambda/api-%03d", i)})
	}
	a := account(t, server.URL(), "eu-west-1")
	missing := lost(t, a, "/aws/lambda/api")
	if got := server.Counts("DescribeLogGroups").Calls; got != 4 { // three pages of 50, and one for names that are near
		t.Errorf("%d calls, want 4", got)
	}
	if want := "/aws/lambda/api-000"; len(missing.Near) != 3 || missing.Near[0] != want {
		t.Errorf("near %v, want %s first", missing.Near, want)
	}
	region.Group(awstest.Group{Name: "/aws/lambda/api"})
	if got, _ := only(t, a, "api"); got.Group.Name != "/aws/lambda/api" {
		t.Errorf("got %+v", got.Group)
	}
}

// TestNotFound checks what is told of a function that is not there.
func TestNotFound(t *testing.T) {
	server, region := cloud(t)
	for _, name := range []string{"/aws/lambda/checkout-v2", "/aws/lambda/checks", "/aws/lambda/check-in", "/aws/lambda/cherries", "/aws/lambda/orders"} {
		region.Group(awstest.Group{Name: name})
	}
	region.Function(awstest.Function{Name: "unused"})
	a := account(t, server.URL(), "eu-west-1", "eu-west-2")
	const edge = ", /aws/lambda/us-east-1."
	for text, want := range map[string]string{
		"checkout": "no function checkout in eu-west-1, eu-west-2 of account 123456789012 (asked for /aws/lambda/checkout" + edge + "checkout): did you mean checkout-v2, checks, check-in?",
		"billing":  "no function billing in eu-west-1, eu-west-2 of account 123456789012 (asked for /aws/lambda/billing" + edge + "billing): is the region right (--region)?",
		"unused":   "function unused has no log group in eu-west-1, eu-west-2 of account 123456789012 (asked for /aws/lambda/unused" + edge + "unused): it has not run yet, or its role may not write logs",
		"/shop":    "no log group /shop in eu-west-1, eu-west-2 of account 123456789012 (asked for /shop): is the region right (--region)?",
		"api-*":    "no function named api-* in eu-west-1, eu-west-2 of account 123456789012: is the region right (--region)?",
		"un*":      "function named un* has no log group in eu-west-1, eu-west-2 of account 123456789012: it has not run yet, or its role may not write logs",
	} {
		if got := lost(t, a, text).Error(); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

// TestOtherFailures of one region are those of all.
func TestOtherFailures(t *testing.T) {
	server, region := cloud(t)
	region.Group(awstest.Group{Name: "/aws/lambda/checkout"})
	a := account(t, server.URL(), "eu-west-1", "eu-west-2")
	server.SetFaults("DescribeLogGroups", awstest.Faults{Denied: true})
	for _, text := range []string{"checkout", "/aws/lambda/checkout", "check*"} {
		_, err := a.Find(t.Context(), spec(t, text))
		var denied *DeniedError
		if !errors.As(err, &denied) || denied.Action != "logs:DescribeLogGroups" {
			t.Errorf("%s: %v", text, err)
		}
	}
	server.SetFaults("", awstest.Faults{Expired: true})
	server.SetFaults("DescribeLogGroups", awstest.Faults{Expired: true})
	var expired *CredentialsError
	for _, text := range []string{"checkout", "checkout@prod", "/aws/lambda/checkout", "check*"} {
		if _, err := a.Find(t.Context(), spec(t, text)); !errors.As(err, &expired) {
			t.Errorf("%s: %v", text, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Find(ctx, spec(t, "checkout")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestRegionsOfASpec finds a name in several regions, and an ARN in its own.
func TestRegionsOfASpec(t *testing.T) {
	server, _ := cloud(t)
	for _, name := range []string{"eu-west-1", "us-east-1"} {
		server.Region(name).Function(awstest.Function{Name: "checkout"})
		server.Region(name).Group(awstest.Group{Name: "/aws/lambda/checkout"})
	}
	a := account(t, server.URL(), "us-east-1", "eu-central-1", "eu-west-1")
	found := find(t, a, "checkout")
	if len(found.Targets) != 2 || found.Targets[0].Region != "us-east-1" || found.Targets[1].Region != "eu-west-1" {
		t.Errorf("got %v", found.Targets)
	}
	noted(t, found.Notes, "no function checkout in eu-central-1")
	const arn = "arn:aws:lambda:eu-west-1:" + id + ":function:checkout"
	if got, _ := only(t, a, arn); got.Region != "eu-west-1" {
		t.Errorf("got %+v", got)
	}
	_, err := account(t, server.URL(), "us-east-1").Find(t.Context(), spec(t, arn))
	if err == nil || err.Error() != arn+" is in eu-west-1, which --region leaves out" {
		t.Errorf("got %v", err)
	}
}

// TestOtherAccount never takes this account's group for the one of an ARN.
func TestOtherAccount(t *testing.T) {
	server, region := cloud(t)
	region.Group(awstest.Group{Name: "/aws/lambda/checkout"})
	region.Function(awstest.Function{Name: "checkout"})
	a := account(t, server.URL(), "eu-west-1")
	const other, group = "210987654321", "arn:aws:logs:eu-west-1:210987654321:log-group:/aws/lambda/checkout"
	function := "arn:aws:lambda:eu-west-1:" + other + ":function:checkout"
	for _, text := range []string{group, function} {
		if missing := lost(t, a, text); missing.Account != other {
			t.Errorf("%s: %v", text, missing)
		}
	}
	linked := region.Group(awstest.Group{Name: "/aws/lambda/checkout", Account: other})
	linked.Put(awstest.Event{TimestampMillis: 1, Stream: "s", Message: "theirs"})
	for _, text := range []string{group, function} {
		got, _ := only(t, a, text)
		if got.Account != other || !got.Group.Linked || got.Group.Identifier() != group || got.Config != nil {
			t.Errorf("%s: got %+v", text, got)
		}
		page, err := a.Region("eu-west-1").FilterPage(t.Context(), FilterRequest{Group: got.Group.Identifier(), End: 10}, Pace{})
		if err != nil || len(page.Events) != 1 || page.Events[0].Message != "theirs" {
			t.Errorf("%s: %+v, %v", text, page, err)
		}
	}
}
