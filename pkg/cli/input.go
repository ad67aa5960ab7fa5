package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/coldstats/coldstats/pkg/awsapi"
	"github.com/coldstats/coldstats/pkg/logfile"
	"github.com/coldstats/coldstats/pkg/logs"
)

// input is one INPUT argument, understood.
type input struct {
	arg   string // as it was given
	label string // the group that it names, or empty
	path  string // a file, a folder or logfile.Stdin; empty for what AWS has
	base  string // the group of events that name no function
	kind  string // file, folder or standard input, or what AWS has
	// spec is what is read from CloudWatch Logs where there is no path.
	spec awsapi.Spec
	// guessed says that only the absence of a file made it a function.
	guessed bool
}

var labelled = regexp.MustCompile(`^([A-Za-z0-9_.-]+)=(.*)$`)

// parseInput understands one [LABEL=]SPEC. An argument that is an existing path
// is that path, never split.
func parseInput(arg string) (input, error) {
	if exists(arg) {
		return pathInput(arg, "", arg)
	}
	label, spec := "", arg
	if m := labelled.FindStringSubmatch(arg); m != nil {
		label, spec = m[1], m[2]
	}
	switch {
	case spec == "":
		return input{}, usagef("%q names no input", arg)
	case spec == logfile.Stdin:
		return input{arg: arg, label: label, path: logfile.Stdin, base: "stdin", kind: "standard input"}, nil
	case strings.HasPrefix(spec, "file:"):
		return pathInput(arg, label, strings.TrimPrefix(spec, "file:"))
	case exists(spec), looksLikePath(spec):
		return pathInput(arg, label, spec)
	}
	if label == "" && strings.Contains(spec, "=") {
		return input{}, unreadable(arg, "no such file or folder; before = it has no label, which is of letters, digits, _, . and -")
	}
	in, err := remoteInput(arg, label, spec)
	switch {
	case err != nil && in.guessed:
		return in, unreadable(arg, fmt.Sprintf("no such file or folder, and no name of what CloudWatch Logs has: %v", err))
	case err != nil:
		return in, usagef("%w", err)
	}
	return in, nil
}

// remoteInput understands what is not a path: a function or a log group, whose
// kind fn: and group: force.
func remoteInput(arg, label, spec string) (in input, err error) {
	in = input{arg: arg, label: label}
	name, isFunction := strings.CutPrefix(spec, "fn:")
	name, isGroup := strings.CutPrefix(name, "group:")
	if isGroup {
		in.spec, err = awsapi.GroupSpec(name)
	} else {
		in.spec, err = awsapi.ParseSpec(name)
	}
	in.base = name
	in.guessed = !isFunction && !isGroup && in.spec.Region == "" && in.spec.Qualifier == ""
	return in, err
}

func pathInput(arg, label, path string) (input, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return input{}, unreadable(path, "no such file or folder")
	}
	in := input{arg: arg, label: label, path: path, base: baseName(path), kind: "file"}
	if err == nil && info.IsDir() {
		in.kind = "folder"
	}
	return in, nil
}

// baseName is the last element of a path, also of "." and "..".
func baseName(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	return filepath.Base(path)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil || !errors.Is(err, fs.ErrNotExist)
}

// looksLikePath reports whether spec, which does not exist, was meant as a path
// rather than as a function or log group.
func looksLikePath(spec string) bool {
	if strings.HasPrefix(spec, "fn:") || strings.HasPrefix(spec, "group:") || strings.HasPrefix(spec, "arn:") {
		return false
	}
	switch filepath.Ext(spec) {
	case ".log", ".txt", ".json", ".jsonl", ".ndjson", ".csv", ".gz", ".zst", ".zip":
		return true
	}
	if strings.HasPrefix(spec, "/") {
		// A log group begins with a slash too: it is a path where its folder is.
		return filepath.Dir(spec) != "/" && exists(filepath.Dir(spec))
	}
	return strings.ContainsAny(spec, `/\`)
}

// remote reports whether the input is read from CloudWatch Logs.
func (in *input) remote() bool { return in.path == "" }

// name is what the input is called in a sentence.
func (in *input) name() string {
	if in.path == logfile.Stdin {
		return in.kind
	}
	return in.arg
}

// gapError is why an input cannot be read at all.
type gapError logs.Gap

func (e *gapError) Error() string { return e.Source + ": " + e.Reason }

func unreadable(path, reason string) error {
	return &exitError{exitFailed, &gapError{path, reason}}
}
