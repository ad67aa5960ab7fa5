package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	_ "time/tzdata" // for --local, wherever the tests run
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	// With the race detector every command would sleep for a second as it ends.
	if err := os.Setenv("GORACE", "atexit_sleep_ms=0"); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){"coldstats": main})
}

// TestScript runs testdata/script, which specifies the command from outside.
func TestScript(t *testing.T) {
	testdata, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join(testdata, "script"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("TESTDATA", testdata)
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("TZ", "UTC")
			env.Setenv("GORACE", os.Getenv("GORACE"))
			// Without the command aws there is no AWS, and nothing looks for one.
			env.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			env.Setenv("AWS_REGION", "eu-west-1")
			env.Values[cloudKey{}] = new(cloud)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"unescape": unescape,
			"inflate":  inflate,
			"pack":     pack,
			"archive":  archive,
			"widen":    widen,
			"aws":      aws,
			"faults":   faults,
			"asked":    asked,
		},
		RequireUniqueNames: true,
	})
}

// exits CODE COMMAND... runs the command, which has to exit with the code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if failure := (*exec.ExitError)(nil); errors.As(ts.Exec(args[1], args[2:]...), &failure) {
		got = failure.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// unescape FILE... replaces the escapes of a Go string in the files, so that a
// script can hold bytes that a text file cannot. A backslash at the end of a
// line takes the line end away.
func unescape(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: unescape FILE...")
	}
	for _, name := range args {
		text := strings.NewReplacer("\\\n", "", `"`, `\"`, "\n", `\n`).Replace(ts.ReadFile(name))
		text, err := strconv.Unquote(`"` + text + `"`)
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o666))
	}
}

// inflate FILE puts 50 MiB of text in place of each (50 MiB).
func inflate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: inflate FILE")
	}
	parts := bytes.Split([]byte(ts.ReadFile(args[0])), []byte("(50 MiB)"))
	text := bytes.Join(parts, bytes.Repeat([]byte("text "), 10<<20))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o666))
}

// pack gzip|zstd SRC DST [LINES] packs a file. With LINES it breaks off in the
// middle of the line after so many, as a copy does when the disk is full, and
// sets SIZE to how many bytes of the packed file there are.
func pack(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 || len(args) > 4 {
		ts.Fatalf("usage: pack gzip|zstd SRC DST [LINES]")
	}
	var packed bytes.Buffer
	var packer interface {
		io.WriteCloser
		Flush() error
	}
	switch args[0] {
	case "gzip":
		packer = gzip.NewWriter(&packed)
	case "zstd":
		encoder, err := zstd.NewWriter(&packed, zstd.WithEncoderConcurrency(1))
		ts.Check(err)
		packer = encoder
	default:
		ts.Fatalf("cannot pack %s", args[0])
	}
	text, rest := ts.ReadFile(args[1]), ""
	if len(args) == 4 {
		whole, err := strconv.Atoi(args[3])
		ts.Check(err)
		lines := strings.SplitAfter(text, "\n")
		text, rest = strings.Join(lines[:whole], ""), lines[whole]
	}
	write := func(text string) {
		_, err := io.WriteString(packer, text)
		ts.Check(err)
	}
	write(text)
	if rest == "" {
		ts.Check(packer.Close())
	} else {
		write(rest[:len(rest)/2])
		ts.Check(packer.Flush())
		ts.Setenv("SIZE", strconv.Itoa(packed.Len()))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), packed.Bytes(), 0o666))
}

// archive DST MEMBER[=SRC]... makes a zip archive of files, a member without a
// source being a folder. The escapes of a Go string in the name of a member are
// replaced.
func archive(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: archive DST MEMBER[=SRC]...")
	}
	var packed bytes.Buffer
	packer := zip.NewWriter(&packed)
	for _, arg := range args[1:] {
		name, src, isFile := strings.Cut(arg, "=")
		name, err := strconv.Unquote(`"` + name + `"`)
		ts.Check(err)
		member, err := packer.Create(name)
		ts.Check(err)
		if isFile {
			_, err = io.WriteString(member, ts.ReadFile(src))
			ts.Check(err)
		}
	}
	ts.Check(packer.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), packed.Bytes(), 0o666))
}

// widen FILE encodes a file in UTF-16 with a byte order mark, as Windows
// PowerShell does.
func widen(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: widen FILE")
	}
	var wide []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + ts.ReadFile(args[0]))) {
		wide = binary.LittleEndian.AppendUint16(wide, unit)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), wide, 0o666))
}
