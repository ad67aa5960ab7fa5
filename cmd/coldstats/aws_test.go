package main

import (
	"encoding/json"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/coldstats/coldstats/pkg/awstest"
)

// cloud is the loopback AWS of a script, which has one from its first aws
// command on.
type cloud struct {
	server *awstest.Server
}

type cloudKey struct{}

// cloudOf returns the script's own.
func cloudOf(ts *testscript.TestScript) *awstest.Server {
	c := ts.Value(cloudKey{}).(*cloud)
	if c.server == nil {
		c.server = awstest.New(awstest.Options{ScanEvents: 1000})
		ts.Check(c.server.Start())
		ts.Defer(func() {
			if err := c.server.Close(); err != nil {
				ts.Logf("closing the loopback AWS: %v", err)
			}
		})
		ts.Setenv("AWS_ENDPOINT_URL", c.server.URL())
		ts.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
		ts.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
		ts.Setenv("AWS_ACCOUNT_ID", "123456789012")
	}
	return c.server
}

// region is what a region has besides the log groups in a folder.
type region struct {
	Folder    string
	Functions []awstest.Function
	Groups    []awstest.Group
}

// aws FILE puts functions and log groups, by region, into the script's AWS and
// lets coldstats find it. A Folder is one of awstest.Region.LoadFolder.
func aws(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: aws FILE")
	}
	var regions map[string]region
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &regions))
	for name, in := range regions {
		r := cloudOf(ts).Region(name)
		for _, f := range in.Functions {
			r.Function(f)
		}
		for _, g := range in.Groups {
			r.Group(g)
		}
		if in.Folder != "" {
			ts.Check(r.LoadFolder(ts.MkAbs(in.Folder)))
		}
	}
}

// faults OPERATION JSON switches the faults of an operation (awstest.Faults).
func faults(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: faults OPERATION JSON")
	}
	var f awstest.Faults
	ts.Check(json.Unmarshal([]byte(args[1]), &f))
	cloudOf(ts).SetFaults(args[0], f)
}

// asked OPERATION [N] checks how many calls of the operation there were since
// the last asked: N, or at least one. ! asked says that there was none.
func asked(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 1 || len(args) > 2 || neg && len(args) != 1 {
		ts.Fatalf("usage: [!] asked OPERATION [N]")
	}
	got := cloudOf(ts).Counts(args[0]).Calls
	cloudOf(ts).Reset()
	switch {
	case len(args) == 2:
		want, err := strconv.Atoi(args[1])
		ts.Check(err)
		if got != want {
			ts.Fatalf("%d calls of %s, want %d", got, args[0], want)
		}
	case neg != (got == 0):
		ts.Fatalf("%d calls of %s", got, args[0])
	}
}
