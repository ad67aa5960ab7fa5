package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/coldstats/coldstats/pkg/cli"
)

// TestClosedPipe closes the reading end of the output before all is written, as
// head does: that is no error of the command.
func TestClosedPipe(t *testing.T) {
	log := "../../testdata/logs/posts-native.log"
	for name, args := range map[string][]string{
		"table":   {"summary", log},
		"json":    {"compare", "--format", "json", "--distributions", log, "x=" + log},
		"records": {"summary", "--records", log},
		"jsonl":   {"summary", "--records", "--format", "json", log},
		"parse":   {"parse", log},
		"help":    {"help", "summary"},
		"version": {"version"},
	} {
		t.Run(name, func(t *testing.T) {
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			var stderr bytes.Buffer
			cmd := exec.Command("coldstats", args...)
			cmd.Stdout, cmd.Stderr = w, &stderr
			if err := cmd.Run(); err != nil {
				t.Errorf("%v: %s", err, &stderr)
			}
			if bytes.Contains(stderr.Bytes(), []byte("coldstats:")) {
				t.Errorf("stderr: %s", &stderr)
			}
		})
	}
}

// TestFullDisk writes to a device that takes nothing, which is told in one line.
func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skipf("no device that is always full: %v", err)
	}
	defer full.Close()
	log := "../../testdata/logs/posts-native.log"
	for name, args := range map[string][]string{
		"table":   {"summary", "-q", log},
		"records": {"summary", "-q", "--records", log},
		"jsonl":   {"summary", "-q", "--records", "--format", "json", log},
		"parse":   {"parse", log},
		"version": {"version"},
	} {
		t.Run(name, func(t *testing.T) {
			var stderr bytes.Buffer
			code := cli.Run(args, cli.Streams{Out: full, Err: &stderr})
			want := "coldstats: writing the output: write /dev/full: no space left on device\n"
			if code != 1 || stderr.String() != want {
				t.Errorf("exit code %d, stderr %q, want 1 and %q", code, stderr.String(), want)
			}
		})
	}
}

// TestHostileName reads a log whose name would clear a terminal, and one that
// does not exist.
func TestHostileName(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	name := "\x1b[2J\u202e.log"
	line := "REPORT RequestId: r-1\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 512 MB\tMax Memory Used: 80 MB\nREPORT\n"
	if err := os.WriteFile(filepath.Join(folder, name), []byte(line), 0o666); err != nil {
		t.Skipf("no such name can be given here: %v", err)
	}
	for _, args := range [][]string{
		{"summary", name}, {"summary", "-f", "markdown", name}, {"summary", "-f", "csv", name}, {"summary", "-f", "json", name},
		{"summary", "--records", name}, {"summary", "--records", "-f", "json", name}, {"parse", name},
		{"summary", "x" + name}, {"summary", "--by", name, name}, {name}, {"summary", "--" + name},
	} {
		var out bytes.Buffer
		cli.Run(args, cli.Streams{Out: &out, Err: &out})
		if out.Len() == 0 || bytes.ContainsAny(out.Bytes(), "\x1b\u202e") {
			t.Errorf("%q printed %q", args, out.String())
		}
	}
}
