package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// example is a command of the README and what it says that the command prints.
type example struct {
	line    int
	command string
	want    string
}

// examples returns the commands in the console blocks of a Markdown text: lines
// that begin with "$ ", each followed by its output. A block right under a
// comment "<!-- not run: why -->" is left out.
func examples(markdown string) (found []example, err error) {
	inside, run, above := false, true, ""
	commands := 0 // of the block
	for i, line := range strings.Split(markdown, "\n") {
		switch {
		case !inside && line == "```console":
			inside, run, commands = true, !strings.HasPrefix(above, "<!-- not run: "), 0
			if after, ok := strings.CutPrefix(above, "<!-- not run: "); ok && len(after) <= len(" -->") {
				return nil, fmt.Errorf("line %d: a block is not run and no reason is given", i+1)
			}
		case inside && line == "```":
			inside = false
		case inside && run && strings.HasPrefix(line, "$ "):
			found = append(found, example{line: i + 1, command: line[len("$ "):]})
			commands++
		case inside && run && commands == 0:
			return nil, fmt.Errorf("line %d: output before the block's first command", i+1)
		case inside && run:
			found[len(found)-1].want += line + "\n"
		}
		above = line
	}
	if inside {
		return nil, fmt.Errorf("a console block has no end")
	}
	return found, nil
}

// TestReadme runs the examples of the README, so that it cannot go stale.
func TestReadme(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skipf("the examples are for a POSIX shell: %v", err)
	}
	markdown, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	found, err := examples(string(markdown))
	if err != nil {
		t.Fatalf("README.md: %v", err)
	}
	if len(found) < 5 {
		t.Errorf("README.md has %d commands in console blocks, fewer than 5", len(found))
	}
	for _, e := range found {
		t.Run(fmt.Sprint("line ", e.line), func(t *testing.T) {
			command := strings.ReplaceAll(e.command, "go run ./cmd/coldstats", "coldstats")
			if strings.HasPrefix(command, "go test") {
				t.Fatal("a test cannot run the tests: put the command into a block of another kind")
			}
			var stdout, stderr bytes.Buffer
			cmd := exec.Command(sh, "-c", command)
			cmd.Dir = "../.."
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Run(); err != nil {
				t.Errorf("$ %s\n%v: %s", e.command, err, &stderr)
			}
			if stdout.String() != e.want {
				t.Errorf("$ %s\nprints\n%s\nand README.md says\n%s", e.command, &stdout, e.want)
			}
		})
	}
}

// TestExamples checks what TestReadme relies on: that no command is overlooked.
func TestExamples(t *testing.T) {
	fence := "```"
	found, err := examples("$ not in a block\n" +
		fence + "console\n$ a\none\n\ntwo\n$ b\n" + fence + "\n" +
		"<!-- not run: it needs AWS -->\n" + fence + "console\n$ c\nthree\n" + fence + "\n" +
		fence + "sh\n$ d\n" + fence + "\n" +
		fence + "console\n$ e\n<!-- not run: only output -->\n" + fence + "\n")
	want := []example{{3, "a", "one\n\ntwo\n"}, {7, "b", ""}, {18, "e", "<!-- not run: only output -->\n"}}
	if err != nil || fmt.Sprint(found) != fmt.Sprint(want) {
		t.Errorf("got %v, %v, want %v", found, err, want)
	}
	for _, broken := range []string{
		fence + "console\n$ a\n",
		fence + "console\n$ a\n" + fence + "\n" + fence + "console\noutput\n$ b\n" + fence,
		"<!-- not run: -->\n" + fence + "console\n$ a\n" + fence,
		"<!-- not run:  -->\n" + fence + "console\n$ a\n" + fence,
	} {
		if found, err := examples(broken); err == nil {
			t.Errorf("%q gives %v and no error", broken, found)
		}
	}
}
