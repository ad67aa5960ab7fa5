package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/pflag"

	"github.com/coldstats/coldstats/pkg/archive"
	"github.com/coldstats/coldstats/pkg/awsapi"
	"github.com/coldstats/coldstats/pkg/fetch"
	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
)

// cloudFlags say how CloudWatch Logs is read.
type cloudFlags struct {
	profile   string
	regions   []string
	endpoint  string
	archive   string
	noArchive bool
	maxTPS    float64
	settle    string
	coldOnly  bool
	force     bool
}

func (c *cloudFlags) register(f *pflag.FlagSet) {
	f.StringVar(&c.profile, "profile", "", "AWS `PROFILE` with the credentials (functions and log groups)")
	f.StringSliceVar(&c.regions, "region", nil, "AWS `REGION`s to read (default that of environment or profile)")
	f.StringVar(&c.endpoint, "endpoint-url", "", "call `URL` instead of AWS")
	f.StringVar(&c.archive, "archive", "", "keep what is fetched in the folder `DIR` (default COLDSTATS_ARCHIVE or the user's cache folder)")
	f.BoolVar(&c.noArchive, "no-archive", false, "keep nothing of what is fetched, and use nothing that is kept")
	f.Float64Var(&c.maxTPS, "max-tps", 0, "make at most `N` calls a second in each region (default 80% of its quota)")
	f.StringVar(&c.settle, "settle", "15m", "events may arrive `TIME` late: younger ones are fetched again each time")
	f.BoolVar(&c.coldOnly, "cold-only", false, "fetch the reports of cold starts only: far fewer, and no rate")
	f.BoolVar(&c.force, "force", false, "read functions with a system log level of WARN too, which hides the invocations that succeeded")
}

// check checks the flags before anything is called.
func (c *cloudFlags) check() (settle time.Duration, err error) {
	switch {
	case c.maxTPS < 0:
		return 0, usagef("--max-tps %v: no number of calls a second", c.maxTPS)
	case c.noArchive && c.archive != "":
		return 0, usagef("--archive and --no-archive exclude each other")
	}
	if settle, err = parseSpan(c.settle); err != nil {
		return 0, usagef("--settle %q: %w", c.settle, err)
	}
	return settle, nil
}

// open returns the archive that the flags name.
func (c *cloudFlags) open() (*archive.Archive, error) {
	dir := c.archive
	if dir == "" {
		var err error
		if dir, err = archive.DefaultDir(); err != nil {
			return nil, failf("%w", err)
		}
	}
	a, err := archive.Open(dir)
	if err != nil {
		return nil, failf("%w", err)
	}
	return a, nil
}

// cloud is what the inputs share that are read from CloudWatch Logs. It is made
// when the first of them is met.
type cloud struct {
	flags    *cloudFlags
	scope    logs.Scope
	options  fetch.Options
	account  *awsapi.Account
	limiters map[string]*fetch.Limiter // by region
	progress *progress
	sources  []*fetch.Source
	// temporary is the folder of an archive that is not kept, or empty.
	temporary string
}

// dial finds credentials and archive. It is closed in any case.
func (c *cloud) dial(ctx context.Context) (err error) {
	settle, err := c.flags.check()
	if err != nil {
		return err
	}
	if c.account, err = awsapi.Load(ctx, awsapi.Options{
		Profile: c.flags.profile, Regions: c.flags.regions, EndpointURL: c.flags.endpoint,
	}); err != nil {
		return err
	}
	c.limiters = make(map[string]*fetch.Limiter)
	c.options = fetch.Options{Selection: fetch.Platform, Keep: mayHold, Settle: settle, Progress: c.progress.update}
	if c.flags.coldOnly {
		c.options.Selection, c.options.Keep = fetch.Cold, mayTellCold
	}
	if !c.flags.noArchive {
		c.options.Archive, err = c.flags.open()
		return err
	}
	// Inputs that are of one log group share what was fetched all the same.
	if c.temporary, err = os.MkdirTemp("", "coldstats-"); err != nil {
		return failf("making a temporary archive: %w (TMPDIR names another folder)", err)
	}
	c.options.Archive, err = archive.Open(c.temporary)
	return err
}

// close removes what is not kept.
func (c *cloud) close() error {
	var all []error
	for _, s := range c.sources {
		all = append(all, s.Close())
	}
	if c.temporary != "" {
		all = append(all, os.RemoveAll(c.temporary))
	}
	return errors.Join(all...)
}

// find returns an input's log groups, of which nothing is read yet, and what is
// to be said of them.
func (c *cloud) find(ctx context.Context, in *input) (*remote, []string, error) {
	found, err := c.account.Find(ctx, in.spec)
	if err != nil {
		return nil, nil, err
	}
	r := &remote{scope: c.scope}
	for _, t := range found.Targets {
		if err := c.fit(t); err != nil {
			return nil, found.Notes, err
		}
		options := c.options
		options.Limiter = c.limiter(t.Region)
		s, err := fetch.New(c.account.Region(t.Region), t, c.scope.Window, options)
		if err != nil {
			return nil, found.Notes, err
		}
		c.sources = append(c.sources, s)
		r.targets = append(r.targets, &target{Target: t, Source: s})
	}
	return r, found.Notes, nil
}

// fit returns why a log group cannot be read, or must not be.
func (c *cloud) fit(t *awsapi.Target) error {
	if err := t.Group.Readable(); err != nil {
		return err
	}
	if hidesSuccesses(t.Config) && !c.flags.force {
		return fmt.Errorf("the system log level of function %s in %s is WARN, which hides the report of every invocation that succeeded: "+
			"all rates and percentiles would be those of failures (set it to INFO: aws lambda update-function-configuration "+
			"--function-name %s --logging-config LogFormat=JSON,SystemLogLevel=INFO; --force reads what there is)",
			nameOf(t), t.Region, nameOf(t))
	}
	return nil
}

// hidesSuccesses reports whether a function logs only its failures.
func hidesSuccesses(c *awsapi.Config) bool {
	return c != nil && c.LogFormat == "JSON" && c.SystemLogLevel == "WARN"
}

// nameOf returns the function of a target, also of one that was found by its
// log group.
func nameOf(t *awsapi.Target) string {
	if t.Function != "" {
		return t.Function
	}
	return logs.FunctionOfGroup(t.Group.Name)
}

// limiter returns the limiter of a region, which all inputs share.
func (c *cloud) limiter(region string) *fetch.Limiter {
	l := c.limiters[region]
	if l == nil {
		tps := c.flags.maxTPS
		if tps == 0 {
			tps = fetch.DefaultRate(awsapi.FilterLogEventsTPS(region))
		}
		l = fetch.NewLimiter(tps)
		c.limiters[region] = l
	}
	return l
}

// mayHold reports whether a message may hold a platform record. Servers differ
// in how they read a filter pattern, and may return what it does not select.
func mayHold(message []byte) bool {
	return lambdalog.Begins(message) || lambdalog.IndexReport(message) >= 0 || bytes.Contains(message, []byte(`"platform.`))
}

// coldSigns are what a line has that tells of a cold start.
var coldSigns = [][]byte{
	[]byte("Init Duration:"), []byte("Restore Duration:"), []byte("initDurationMs"), []byte("restoreDurationMs"),
	[]byte("INIT_"), []byte("RESTORE_"), []byte("platform.init"), []byte("platform.restore"),
}

// mayTellCold is mayHold for the reports of cold starts and what tells of init
// phases.
func mayTellCold(message []byte) bool {
	if !mayHold(message) {
		return false
	}
	for _, sign := range coldSigns {
		if bytes.Contains(message, sign) {
			return true
		}
	}
	return false
}
