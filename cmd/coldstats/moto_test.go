package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// startMoto starts moto_server, which others wrote: an AWS that does not share
// our own mistakes. It returns where it listens.
func startMoto(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("moto_server")
	if err != nil {
		t.Skip("NOTICE: moto_server is not installed, so coldstats fetch is not tried against it (pip install 'moto[server]')")
	}
	cmd := exec.Command(path, "-H", "127.0.0.1", "-p", "0")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skipf("NOTICE: moto_server does not start: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		if failure := (*exec.ExitError)(nil); !errors.As(cmd.Wait(), &failure) {
			t.Error("moto_server ended by itself")
		}
	})
	running := regexp.MustCompile(`Running on (http://\S+)`)
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if m := running.FindStringSubmatch(lines.Text()); m != nil {
			go func() { // its log must not fill the pipe
				for lines.Scan() {
				}
			}()
			return m[1]
		}
	}
	t.Skip("NOTICE: moto_server is installed and does not run")
	return ""
}

// motoCall calls an operation of CloudWatch Logs.
func motoCall(t *testing.T, url, operation string, input any) {
	t.Helper()
	body, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "Logs_20140328."+operation)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/eu-west-1/logs/aws4_request, SignedHeaders=host, Signature=0")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", operation, answer.Status)
	}
}

// TestMoto fetches from moto_server, where it is installed. It reads no filter
// pattern as AWS does, and gives one stream after the other: what is counted has
// to be right all the same.
func TestMoto(t *testing.T) {
	url := startMoto(t)
	type object map[string]any
	const group = "/aws/lambda/checkout"
	motoCall(t, url, "CreateLogGroup", object{"logGroupName": group})
	for i, stream := range []string{"2026/01/05/[7]aa", "2026/01/05/[7]bb"} {
		motoCall(t, url, "CreateLogStream", object{"logGroupName": group, "logStreamName": stream})
		begin := time.Now().UnixMilli()
		var events []object
		for j, message := range []string{
			fmt.Sprintf("START RequestId: r-%d Version: 7\n", i),
			"REPORT of the day: Init Duration is none of ours\n",
			fmt.Sprintf("REPORT RequestId: r-%d\tDuration: %d.00 ms\tBilled Duration: 9 ms\tMemory Size: 512 MB\tMax Memory Used: 80 MB\tInit Duration: 300.00 ms\t\n", i, i+1),
		} {
			events = append(events, object{"timestamp": begin + int64(j), "message": message})
		}
		motoCall(t, url, "PutLogEvents", object{"logGroupName": group, "logStreamName": stream, "logEvents": events})
	}
	cmd := exec.Command("coldstats", "fetch", "-f", "csv", "--metrics", "init,duration", "--region", "eu-west-1", "--endpoint-url", url, "--no-archive",
		"--end", time.Now().Add(time.Hour).UTC().Format(time.RFC3339), "--function", "checkout")
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "AWS_PROFILE=", "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE="+os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull, "AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret")
	cmd.Stderr = new(strings.Builder)
	stdout, err := cmd.Output()
	if err != nil || !strings.Contains(string(stdout), "\ncheckout,init,ms,2,300,") || !strings.Contains(string(stdout), "\ncheckout,duration,ms,2,1,1.5,2,") {
		t.Errorf("%v\n%s%s", err, stdout, cmd.Stderr)
	}
}
