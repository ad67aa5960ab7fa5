package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/pflag"

	"github.com/coldstats/coldstats/pkg/logfile"
	"github.com/coldstats/coldstats/pkg/logs"
)

// input is one INPUT argument, understood.
type input struct {
	arg   string // as it was given
	label string // the group that it names, or empty
	path  string // a file, a folder or logfile.Stdin
	base  string // the group of events that name no function
	kind  string // file, folder or standard input
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
	return input{}, unreadable(arg, "no such file or folder, and this version reads no function or log group from CloudWatch "+
		"(save its log to a file first: aws logs tail /aws/lambda/NAME --since 1d > NAME.log)")
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

// name is what the input is called in a sentence.
func (in *input) name() string {
	if in.path == logfile.Stdin {
		return in.kind
	}
	return in.arg
}

// source is an input, opened.
type source struct {
	input
	*logfile.Reader
}

// inputFlags say how inputs are read.
type inputFlags struct {
	maxExpansion uint
}

func (i *inputFlags) register(f *pflag.FlagSet) {
	f.UintVar(&i.maxExpansion, "max-expansion", logfile.DefaultMaxExpansion,
		"stop reading a packed file that unpacks to more than `N` times its size and 64 MiB (0: never)")
}

// open understands one INPUT argument and opens it.
func (i *inputFlags) open(arg string, streams Streams) (source, error) {
	in, err := parseInput(arg)
	if err != nil {
		return source{}, err
	}
	if in.path == logfile.Stdin {
		return i.limit(source{in, logfile.FromStdin(streams.In)}), nil
	}
	r, err := logfile.Open(in.path)
	if err != nil {
		return source{}, unreadable(in.path, strings.TrimPrefix(err.Error(), in.path+": "))
	}
	return i.limit(source{in, r}), nil
}

func (i *inputFlags) limit(src source) source {
	src.MaxExpansion = i.maxExpansion
	return src
}

// gapError is why an input cannot be read at all.
type gapError logs.Gap

func (e *gapError) Error() string { return e.Source + ": " + e.Reason }

func unreadable(path, reason string) error {
	return &exitError{exitFailed, &gapError{path, reason}}
}
