package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coldstats/coldstats/pkg/awstest"
)

// monday is 2026-01-05T00:00:00Z.
const monday = 1767571200000

// slowCloud is a loopback AWS with a report each minute of three days, which
// calls before with the number of each call for events, from 1.
func slowCloud(t *testing.T, before func(ctx context.Context, s *awstest.Server, call int64)) *awstest.Server {
	t.Helper()
	var calls atomic.Int64
	var s *awstest.Server
	s = awstest.NewServer(t, awstest.Options{ScanEvents: 100, Sleep: func(ctx context.Context, _ time.Duration) error {
		before(ctx, s, calls.Add(1))
		return ctx.Err()
	}})
	s.SetFaults("FilterLogEvents", awstest.Faults{LatencyMin: time.Hour})
	r := s.Region("eu-west-1")
	r.Function(awstest.Function{Name: "checkout"})
	group := r.Group(awstest.Group{Name: "/aws/lambda/checkout", CreatedMillis: monday})
	for i := range int64(3 * 24 * 60) {
		group.Put(awstest.Event{
			TimestampMillis: monday + 30_000 + i*60_000, Stream: fmt.Sprintf("2026/01/05/[7]%032x", i%9),
			Message: fmt.Sprintf("REPORT RequestId: r-%d\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 70 MB\t\n", i),
		})
	}
	return s
}

// fetchCommand returns a fetch of the three days, at home in the folder.
func fetchCommand(s *awstest.Server, home string, args ...string) (cmd *exec.Cmd, stdout, stderr *bytes.Buffer) {
	args = append([]string{"fetch", "--max-tps", "1000", "--start", "2026-01-05", "--end", "2026-01-08", "--function", "checkout"}, args...)
	cmd = exec.Command("coldstats", args...)
	cmd.Env = append(os.Environ(),
		"HOME="+home, "XDG_CACHE_HOME="+home, "TMPDIR="+home, "COLDSTATS_ARCHIVE=", "AWS_PROFILE=", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"AWS_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_ENDPOINT_URL="+s.URL())
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	return cmd, stdout, stderr
}

// exitCode returns that of a command which has ended.
func exitCode(t *testing.T, err error) int {
	t.Helper()
	var failure *exec.ExitError
	if err != nil && !errors.As(err, &failure) {
		t.Fatal(err)
	}
	if failure == nil {
		return 0
	}
	return failure.ExitCode()
}

// TestInterrupt ends a fetch in its middle, as Ctrl-C does, with calls under way
// that would take an hour, and then runs it again.
func TestInterrupt(t *testing.T) {
	for _, test := range []struct {
		name, want string
		args       []string
	}{
		{"archive", "(the same command goes on from there)", nil},
		{"no archive", "interrupted; with --no-archive nothing is kept", []string{"--no-archive"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			waiting, first := make(chan struct{}), atomic.Bool{}
			first.Store(true)
			s := slowCloud(t, func(ctx context.Context, _ *awstest.Server, call int64) {
				if call == 30 {
					close(waiting)
				}
				if call >= 30 && first.Load() {
					<-ctx.Done()
				}
			})
			home := t.TempDir()
			cmd, stdout, stderr := fetchCommand(s, home, test.args...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			<-waiting
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Skipf("no interrupts here: %v", err)
			}
			if code := exitCode(t, cmd.Wait()); code != 130 {
				t.Errorf("exit code %d, want 130", code)
			}
			if stdout.Len() > 0 || !strings.Contains(stderr.String(), test.want) {
				t.Errorf("stdout %q, stderr %q", stdout, stderr)
			}
			if left, err := filepath.Glob(filepath.Join(home, "coldstats-*")); err != nil || len(left) > 0 {
				t.Errorf("temporary folders are left: %q, %v", left, err)
			}
			first.Store(false)
			cmd, stdout, stderr = fetchCommand(s, home, append(test.args, "-f", "csv", "--metrics", "duration")...)
			if code := exitCode(t, cmd.Run()); code != 0 || !strings.Contains(stdout.String(), "\ncheckout,duration,ms,4320,1,1,1,") {
				t.Errorf("run again: exit code %d, stdout %q, stderr %q", code, stdout, stderr)
			}
		})
	}
}

// TestGap has a right taken away in the middle of a fetch: what was read by then
// is summarised, and said not to be all.
func TestGap(t *testing.T) {
	s := slowCloud(t, func(_ context.Context, s *awstest.Server, call int64) {
		if call == 20 {
			s.SetFaults("FilterLogEvents", awstest.Faults{Denied: true})
		}
	})
	cmd, stdout, stderr := fetchCommand(s, t.TempDir(), "-f", "json")
	if code := exitCode(t, cmd.Run()); code != 5 {
		t.Errorf("exit code %d, want 5", code)
	}
	if !strings.Contains(stdout.String(), `"complete": false`) || !strings.Contains(stdout.String(), `"label": "checkout"`) {
		t.Errorf("stdout %s", stdout)
	}
	if want := "coldstats: incomplete: arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout: "; !strings.Contains(stderr.String(), want) {
		t.Errorf("stderr %s", stderr)
	}
}
