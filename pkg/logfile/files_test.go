package logfile

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/logs"
)

// makeFiles writes files, by their slashed names, under a new folder.
func makeFiles(t *testing.T, files map[string]string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func open(t *testing.T, path string) *Reader {
	t.Helper()
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// sources returns the file, within the folder, of each event.
func sources(t *testing.T, r *Reader, folder string) (names []string) {
	t.Helper()
	for e := range each(t, r) {
		name, err := filepath.Rel(folder, e.Source)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, filepath.ToSlash(name))
	}
	return names
}

// gaps checks that the coverage has gaps in these files of the folder alone, in
// this order, and says of each what wants has for it.
func gaps(t *testing.T, coverage logs.Coverage, folder string, wants ...[2]string) {
	t.Helper()
	if len(coverage.Gaps) != len(wants) {
		t.Fatalf("gaps %v, want %v", coverage.Gaps, wants)
	}
	for i, want := range wants {
		gap := coverage.Gaps[i]
		if gap.Source != filepath.Join(folder, want[0]) || !strings.Contains(gap.Reason, want[1]) {
			t.Errorf("gap %v, want %v", gap, want)
		}
	}
}

func TestFile(t *testing.T) {
	text := start("a") + "\n" + report("a") + "\n"
	folder := makeFiles(t, map[string]string{"x.log": text, "empty.log": ""})
	r := open(t, filepath.Join(folder, "x.log"))
	found, coverage := read(t, r)
	equal(t, "records", found, []string{"1 start a", "2 report a"})
	gaps(t, coverage, folder)
	if r.Files() != 1 || coverage.Events != 2 || coverage.Bytes != uint64(len(text)) || len(coverage.Notes) > 0 {
		t.Errorf("%d files, %+v", r.Files(), coverage)
	}

	empty := filepath.Join(folder, "empty.log")
	found, coverage = read(t, open(t, empty))
	gaps(t, coverage, folder)
	equal(t, "records", found, nil)
	equal(t, "notes", coverage.Notes, []string{empty + " is empty"})

	missing := filepath.Join(folder, "missing.log")
	if _, err := Open(missing); err == nil || err.Error() != missing+": no such file or folder" {
		t.Errorf("a missing file: %v", err)
	}
}

func TestFolder(t *testing.T) {
	folder := makeFiles(t, map[string]string{
		"b.log": report("b"), "a/z.log": report("z"), "a/y/x.txt": report("x"), "a.log": report("a"), "c/empty": "", "B": report("B"),
		".hidden": report("h"), "a/.DS_Store": "\x00", ".git/x.log": report("g"), "a/.git/y/x.log": report("g"),
	})
	want := []string{"B", "a/y/x.txt", "a/z.log", "a.log", "b.log"}
	r := open(t, folder)
	if r.Files() != 6 {
		t.Errorf("%d files", r.Files())
	}
	equal(t, "files", sources(t, r, folder), want)
	coverage := r.Coverage()
	if coverage.Events != 5 || len(coverage.Gaps) > 0 {
		t.Errorf("%+v", coverage)
	}
	equal(t, "notes", coverage.Notes, []string{folder + ": 1 of 6 files has no platform line"})

	// What is asked for is read, whatever its name.
	for _, hidden := range []string{".git", "a/.git"} {
		hidden = filepath.Join(folder, filepath.FromSlash(hidden))
		if found, _ := read(t, open(t, hidden)); len(found) != 1 {
			t.Errorf("%s: %v", hidden, found)
		}
	}
	t.Chdir(folder)
	equal(t, "files", sources(t, open(t, "."), "."), want)
	equal(t, "files", sources(t, open(t, ".hidden"), "."), []string{".hidden"})

	r = open(t, t.TempDir())
	if found, coverage := read(t, r); r.Files() != 0 || len(found) > 0 || coverage.Events+coverage.Bytes != 0 || len(coverage.Gaps)+len(coverage.Notes) > 0 {
		t.Errorf("an empty folder: %d files, %v, %+v", r.Files(), found, coverage)
	}
}

// A folder of other things is told of in one note, its damaged files one by one.
func TestFolderNotes(t *testing.T) {
	folder := makeFiles(t, map[string]string{
		"a.log": report("a"), "empty": "", "binary": "\x7fELF\x00", "text": "hello\n", "cut.gz": string(gzipped("hello")[:20]), "more/text": "hello\n",
	})
	found, coverage := read(t, open(t, folder))
	equal(t, "records", found, []string{"1 report a"})
	equal(t, "notes", coverage.Notes, []string{folder + ": 4 of 6 files have no platform line"})
	gaps(t, coverage, folder, [2]string{"cut.gz", "gzip data ends"})

	for name, note := range map[string]string{"empty": " is empty", "binary": " has no platform line and looks like a binary file"} {
		_, coverage := read(t, open(t, filepath.Join(folder, name)))
		equal(t, "notes", coverage.Notes, []string{filepath.Join(folder, name) + note})
	}
	_, coverage = read(t, open(t, filepath.Join(folder, "text")))
	equal(t, "notes", coverage.Notes, nil)
}

// A consumer that has enough ends the reading.
func TestStop(t *testing.T) {
	folder := makeFiles(t, map[string]string{"a": report("a") + "\n" + report("b"), "b": report("c")})
	r := open(t, folder)
	events := 0
	for range each(t, r) {
		events++
		break
	}
	if coverage := r.Coverage(); events != 1 || coverage.Events != 1 {
		t.Errorf("%d events, %+v", events, coverage)
	}
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Skip(err) // Windows asks for a privilege
	}
}

func TestLinks(t *testing.T) {
	outside := makeFiles(t, map[string]string{"o.log": report("o"), "in/i.log": report("i")})
	folder := makeFiles(t, map[string]string{"a.log": report("a"), "sub/b.log": report("b")})
	link(t, filepath.Join(outside, "o.log"), filepath.Join(folder, "file"))
	link(t, filepath.Join(outside, "in"), filepath.Join(folder, "folder"))
	link(t, "..", filepath.Join(folder, "sub", "up"))
	link(t, "self", filepath.Join(folder, "self"))
	link(t, "nowhere", filepath.Join(folder, "sub", "broken"))
	r := open(t, folder)
	equal(t, "files", sources(t, r, folder), []string{"a.log", "file", "sub/b.log"})
	gaps(t, r.Coverage(), folder, [2]string{"self", "too many"}, [2]string{filepath.Join("sub", "broken"), "no such file"})
	equal(t, "notes", r.Coverage().Notes, []string{folder + ": 2 links to folders are not followed"})

	// The input itself may be a link.
	for target, want := range map[string][]string{"in": {"i.log"}, "o.log": {"."}} {
		name := filepath.Join(t.TempDir(), "link")
		link(t, filepath.Join(outside, target), name)
		equal(t, "files behind a link", sources(t, open(t, name), name), want)
	}
}

// What cannot be opened any more, or may not be, is a gap, and the others are
// read.
func TestUnreadable(t *testing.T) {
	files := map[string]string{"a": report("a"), "b": report("b"), "c": report("c"), "d/e": report("e"), "f": report("f")}
	folder := makeFiles(t, files)
	r := open(t, folder)
	if err := os.Remove(filepath.Join(folder, "b")); err != nil {
		t.Fatal(err)
	}
	equal(t, "files", sources(t, r, folder), []string{"a", "c", "d/e", "f"})
	gaps(t, r.Coverage(), folder, [2]string{"b", "no such file"})

	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("everything may be read")
	}
	folder = makeFiles(t, files)
	for _, name := range []string{"b", "d"} {
		if err := os.Chmod(filepath.Join(folder, name), 0); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(folder, "d"), 0o755) })
	r = open(t, folder)
	equal(t, "files", sources(t, r, folder), []string{"a", "c", "f"})
	gaps(t, r.Coverage(), folder, [2]string{"d", "permission"}, [2]string{"b", "permission"})
	if _, err := Open(filepath.Join(folder, "b")); err == nil || !strings.HasSuffix(err.Error(), filepath.Join(folder, "b")+": permission denied") {
		t.Errorf("a file that may not be read: %v", err)
	}
}

// An export to S3 has the stream in the object's key, with dashes for slashes.
func TestS3Export(t *testing.T) {
	const (
		a = "2026-05-14-[$LATEST]a13a7524e81d44ea80185a45f5511e2b"
		b = "2026-05-15-check-out[42]829a7524e81d44ea80185a45f5511e2b"
	)
	file := s3Prefix + start("x") + "\n" + s3Prefix + "hello\n  more\n" + s3Prefix
	folder := makeFiles(t, map[string]string{
		"prefix/task/" + a + "/000000.gz":                     string(gzipped(file + report("1") + "\n" + xray + "\n")),
		"prefix/task/" + a + "/000001.gz":                     string(gzipped(file + report("2"))),
		"prefix/task/" + b + "/000000.gz":                     string(gzipped(file + report("3"))),
		"prefix/task/2026-05-14-$LATEST/000000.gz":            string(gzipped(file + report("4"))),
		"prefix/aws-logs-write-test":                          "Permission Check Successful",
		"prefix/task/2026-05-14-[7]x/" + "named-elsewhere.gz": string(gzipped(tailPrefix + report("5"))),
	})
	const (
		streamA = "2026/05/14/[$LATEST]a13a7524e81d44ea80185a45f5511e2b"
		streamB = "2026/05/15/check-out[42]829a7524e81d44ea80185a45f5511e2b"
	)
	r := open(t, folder)
	found, coverage := read(t, r)
	gaps(t, coverage, folder)
	equal(t, "records", found, []string{
		"1 " + s3Time + "start x", "4 " + s3Time + "report 4",
		"1 " + s3Time + streamA + " start x", "4 " + s3Time + streamA + " report 1 " + trace,
		"1 " + s3Time + streamA + " start x", "4 " + s3Time + streamA + " report 2",
		"1 " + tailTime + "report 5",
		"1 " + s3Time + streamB + " start x", "4 " + s3Time + streamB + " report 3",
	})
	if coverage.Events != 4*3+1+1 {
		t.Errorf("%d events", coverage.Events)
	}
	// The folder of the stream counts also where the path does not name it.
	t.Chdir(filepath.Join(folder, "prefix", "task", a))
	want := []string{"1 " + s3Time + streamA + " start x", "4 " + s3Time + streamA + " report 2"}
	for _, path := range []string{"000001.gz", filepath.Join(".", "000001.gz"), filepath.Join("..", a, "000001.gz")} {
		found, _ := read(t, open(t, path))
		equal(t, path, found, want)
	}
	found, _ = read(t, open(t, "."))
	equal(t, "the folder", found[2:], want)
	found, _ = readAll(t, strings.NewReader(report("x")))
	equal(t, "standard input", found, []string{"1 report x"})

	streams := map[*logs.Stream]bool{}
	for e := range each(t, open(t, folder)) {
		streams[e.Stream] = true
		if e.Stream.Name == streamB && (e.Stream.Function != "check-out" || e.Stream.Version != "42" || e.Stream.Sandbox != "829a7524e81d44ea80185a45f5511e2b") {
			t.Errorf("%+v", e.Stream)
		}
	}
	if len(streams) != 4 {
		t.Errorf("%d streams", len(streams))
	}
}
