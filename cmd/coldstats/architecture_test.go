package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/coldstats/coldstats/"

// directions says which packages of ours a package may import. The leaves logs
// and lambdalog are open to all that handle events and records; a package that
// is not listed may import none, and cli and the programs may import all.
var directions = map[string][]string{
	"pkg/logs":      {},
	"pkg/lambdalog": {},
	"pkg/stats":     {},
	"pkg/pricing":   {},
	"pkg/chart":     {"pkg/stats"},
	"pkg/logfile":   {"pkg/logs", "pkg/lambdalog"},
	"pkg/archive":   {"pkg/logs"},
	"pkg/awsapi":    {"pkg/logs"},
	"pkg/fetch":     {"pkg/awsapi", "pkg/archive", "pkg/logs"},
	"pkg/insights":  {"pkg/awsapi", "pkg/stats", "pkg/lambdalog", "pkg/coldstart"},
	"pkg/coldstart": {"pkg/logs", "pkg/lambdalog", "pkg/stats"},
	"pkg/render":    {"pkg/coldstart", "pkg/stats", "pkg/chart", "pkg/pricing", "pkg/logs", "pkg/lambdalog"},
	"pkg/bench":     {"pkg/awsapi", "pkg/runtimeapi", "pkg/lambdalog", "pkg/logs"},
}

// doors says which packages of ours may import an outside module: one, and for
// compression both that read compressed files.
var doors = map[string][]string{
	"github.com/spf13/cobra":            {"pkg/cli"},
	"github.com/spf13/pflag":            {"pkg/cli"}, // cobra's flags
	"github.com/vbauerster/mpb/v8":      {"pkg/cli"},
	"gonum.org/v1/gonum":                {"pkg/stats"},
	"github.com/olekukonko/tablewriter": {"pkg/render"},
	"github.com/klauspost/compress":     {"pkg/logfile", "pkg/archive"},
	"golang.org/x/text":                 {"pkg/logfile"},
	"go.yaml.in/yaml/v3":                {"pkg/logfile"},
	"github.com/aws/aws-sdk-go-v2":      {"pkg/awsapi"},
	"github.com/aws/smithy-go":          {"pkg/awsapi"},
	"golang.org/x/time":                 {"pkg/fetch"},
	"golang.org/x/sync":                 {"pkg/awsapi", "pkg/fetch"},
}

// listed is what go list says of a package.
type listed struct {
	ImportPath string
	Standard   bool
	Module     *struct{ Path string }
	Imports    []string
}

// list returns the packages of this module and all that they are built from.
func list(t *testing.T) map[string]listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Standard,Module,Imports", "./...")
	cmd.Dir = "../.."
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := make(map[string]listed)
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		if err != nil {
			t.Fatal(err)
		}
		packages[p.ImportPath] = p
	}
}

// TestArchitecture checks the directions of import among our packages, and that
// every outside module enters through one of them.
func TestArchitecture(t *testing.T) {
	all := list(t)
	ours := 0
	for path, p := range all {
		name, ok := strings.CutPrefix(path, module)
		if !ok {
			continue
		}
		ours++
		for _, imported := range p.Imports {
			if wrong := forbidden(all, name, imported); wrong != "" {
				t.Errorf("%s imports %s: %s", name, imported, wrong)
			}
		}
	}
	if ours < 8 {
		t.Errorf("go list knows %d packages of ours, fewer than 8", ours)
	}
}

// forbidden returns why a package of ours may not import another package, or
// nothing when it may.
func forbidden(all map[string]listed, name, imported string) string {
	if other, ok := strings.CutPrefix(imported, module); ok {
		switch {
		case strings.HasPrefix(other, "cmd/"):
			return "a program is no library"
		case strings.HasPrefix(name, "cmd/"), name == "pkg/cli", slices.Contains(directions[name], other):
			return ""
		}
		return "not in this direction"
	}
	p := all[imported]
	if p.Standard || name == "cmd/reference-lambda" {
		return ""
	}
	if p.Module == nil {
		return "of no known module"
	}
	for prefix, door := range doors {
		if p.Module.Path == prefix || strings.HasPrefix(p.Module.Path, prefix+"/") {
			if slices.Contains(door, name) {
				return ""
			}
			return "its door is " + strings.Join(door, " or ")
		}
	}
	return "an outside module without a door"
}

// TestForbidden checks the judge of TestArchitecture, which has to find a wrong
// import where there is none.
func TestForbidden(t *testing.T) {
	all := map[string]listed{
		"fmt":                         {Standard: true},
		"gonum.org/v1/gonum/stat":     {Module: &struct{ Path string }{"gonum.org/v1/gonum"}},
		"github.com/other/module/pkg": {Module: &struct{ Path string }{"github.com/other/module"}},
	}
	for _, tt := range []struct {
		name, imported string
		allowed        bool
	}{
		{"pkg/lambdalog", "fmt", true},
		{"pkg/lambdalog", module + "pkg/logs", false},
		{"pkg/lambdalog", "gonum.org/v1/gonum/stat", false},
		{"pkg/coldstart", module + "pkg/logs", true},
		{"pkg/logs", module + "pkg/coldstart", false},
		{"pkg/cli", module + "pkg/coldstart", true},
		{"pkg/cli", module + "cmd/coldstats", false},
		{"pkg/cli", "gonum.org/v1/gonum/stat", false},
		{"pkg/stats", "gonum.org/v1/gonum/stat", true},
		{"pkg/stats", "github.com/other/module/pkg", false},
		{"pkg/new", module + "pkg/logs", false},
		{"cmd/coldstats", module + "pkg/cli", true},
		{"cmd/coldstats", "github.com/other/module/pkg", false},
		{"cmd/reference-lambda", "github.com/other/module/pkg", true},
	} {
		if wrong := forbidden(all, tt.name, tt.imported); (wrong == "") != tt.allowed {
			t.Errorf("%s imports %s: %q, allowed should be %v", tt.name, tt.imported, wrong, tt.allowed)
		}
	}
}
