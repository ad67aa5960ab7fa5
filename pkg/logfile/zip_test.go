package logfile

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/logs"
)

// zipped is an archive of members, given as name and content in turns.
func zipped(members ...string) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(members); i += 2 {
		m, err := w.Create(members[i])
		if err == nil {
			_, err = m.Write([]byte(members[i+1]))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// readZip returns "source record" for each record of the archive, read from a
// file called x.zip, and checks that a stream gives the same.
func readZip(t *testing.T, file []byte) (found []string, coverage logs.Coverage) {
	t.Helper()
	path := filepath.Join(makeFiles(t, map[string]string{"x.zip": string(file)}), "x.zip")
	t.Setenv("TMPDIR", t.TempDir())
	from := func(r *Reader, name string) (found []string, coverage logs.Coverage) {
		for e := range each(t, r) {
			for _, record := range records(e) {
				found = append(found, strings.TrimPrefix(e.Source, name)+" "+record)
			}
		}
		coverage = r.Coverage()
		for i := range coverage.Gaps {
			coverage.Gaps[i].Source = strings.TrimPrefix(coverage.Gaps[i].Source, name)
		}
		for i := range coverage.Notes {
			coverage.Notes[i] = strings.TrimPrefix(coverage.Notes[i], name)
		}
		return found, coverage
	}
	found, coverage = from(open(t, path), path)
	streamed, streamedCoverage := from(FromStdin(bytes.NewReader(file)), Stdin)
	equal(t, "records of a stream", streamed, found)
	if fmt.Sprint(streamedCoverage) != fmt.Sprint(coverage) || coverage.Bytes != uint64(len(file)) {
		t.Errorf("of %d bytes: from a file %+v, from a stream %+v", len(file), coverage, streamedCoverage)
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
	return found, coverage
}

func TestZip(t *testing.T) {
	file := zipped(
		"z.log", report("z"),
		"a/b.log", start("b")+"\nhello\n"+report("b"),
		"a.log", report("a"),
		"a/", "",
		"empty/", "",
		"a/c.gz", string(gzipped(report("c"))),
		"inner.zip", string(zipped("2.zst", string(zstded(report("2"))), "1.log", "hello\n"+report("1"))),
		"readme.txt", "hello\n", "void", "",
		"__MACOSX/a/._b.log", report("m"), ".hidden", report("h"), "a/.git/x.log", report("g"),
	)
	want := []string{
		"!a/b.log 1 start b", "!a/b.log 3 report b", "!a/c.gz 1 report c", "!a.log 1 report a",
		"!inner.zip!1.log 2 report 1", "!inner.zip!2.zst 1 report 2", "!z.log 1 report z",
	}
	found, coverage := readZip(t, file)
	equal(t, "records", found, want)
	equal(t, "notes", coverage.Notes, []string{": 2 of 8 files have no platform line"})
	if coverage.Events != 3+1+1+2+1+1+1 || len(coverage.Gaps) > 0 {
		t.Errorf("%+v", coverage)
	}
	for _, packed := range [][]byte{gzipped(string(file)), zstded(string(file))} {
		found, coverage := readZip(t, packed)
		equal(t, "records", found, slices.Delete(slices.Clone(want), 5, 6))
		if len(coverage.Gaps) != 1 || coverage.Gaps[0] != (logs.Gap{Source: "!inner.zip!2.zst", Reason: "is packed more than 3 times"}) {
			t.Errorf("%+v", coverage)
		}
	}

	// In a folder the members count as its files.
	folder := makeFiles(t, map[string]string{"x.zip": string(file), "y.log": report("y"), "y.txt": "hello", "none.zip": string(zipped())})
	r := open(t, folder)
	equal(t, "sources", slices.Compact(sources(t, r, folder)), []string{
		"x.zip!a/b.log", "x.zip!a/c.gz", "x.zip!a.log", "x.zip!inner.zip!1.log", "x.zip!inner.zip!2.zst", "x.zip!z.log", "y.log",
	})
	equal(t, "notes", r.Coverage().Notes, []string{folder + ": 3 of 10 files have no platform line"})
}

func TestZipOfNothing(t *testing.T) {
	for name, file := range map[string][]byte{"nothing": zipped(), "folders": zipped("a/", ""), "hidden files": zipped("__MACOSX/x", "x", ".DS_Store", "x")} {
		found, coverage := readZip(t, file)
		equal(t, "records of "+name, found, nil)
		equal(t, "notes of "+name, coverage.Notes, []string{" is a zip archive with no file in it"})
		if len(coverage.Gaps) > 0 {
			t.Errorf("%s: %+v", name, coverage)
		}
	}
}

// A member that cannot be read is a gap, and the others are read.
func TestZipMembers(t *testing.T) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	text := []byte(start("x") + "\n" + report("x"))
	raw := func(name string, header zip.FileHeader) {
		header.Name = name
		header.CompressedSize64, header.UncompressedSize64 = uint64(len(text)), uint64(len(text))
		m, err := w.CreateRaw(&header)
		if err == nil {
			_, err = m.Write(text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	raw("1-secret", zip.FileHeader{Flags: encrypted})
	raw("2-deflate64", zip.FileHeader{Method: 9})
	raw("3-checksum", zip.FileHeader{CRC32: 42})
	raw("4-noise", zip.FileHeader{Method: zip.Deflate})
	raw("5-secret", zip.FileHeader{Flags: encrypted})
	raw("6-secret", zip.FileHeader{Flags: encrypted})
	m, err := w.Create("8.log")
	if err == nil {
		_, err = m.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	found, coverage := readZip(t, out.Bytes())
	equal(t, "records", found, []string{"!3-checksum 1 start x", "!8.log 1 start x", "!8.log 2 report x"})
	want := []logs.Gap{
		{Source: "!3-checksum", Reason: fmt.Sprintf("zip data ends or is damaged near byte %d (zip: checksum error); what came before it is counted", len(text))},
		{Source: "!4-noise", Reason: "zip data ends or is damaged near byte "},
		{Source: "!1-secret", Reason: "is encrypted, like 2 more members of the archive"},
		{Source: "!2-deflate64", Reason: "cannot be unpacked (zip: unsupported compression algorithm, method 9)"},
	}
	if len(coverage.Gaps) != len(want) {
		t.Fatalf("gaps %v", coverage.Gaps)
	}
	for i, gap := range coverage.Gaps {
		if gap.Source != want[i].Source || !strings.HasPrefix(gap.Reason, want[i].Reason) {
			t.Errorf("gap %v, want %v", gap, want[i])
		}
	}
}

// An archive of an export to S3 has the stream in the names of its members.
func TestZipOfExport(t *testing.T) {
	const a, b = "2026-05-14-[$LATEST]a13a7524", "2026-05-15-check-out[42]829a7524"
	file := zipped(
		"task/"+a+"/000000.gz", string(gzipped(report("1"))),
		b+"/000000.gz", string(gzipped(report("2"))),
		`task\`+b+`\000001.gz`, string(gzipped(report("3"))),
		"other.log", report("4"),
		"aws-logs-write-test", "Permission Check Successful",
	)
	found, coverage := readZip(t, file)
	equal(t, "records", found, []string{
		"!" + b + "/000000.gz 1 2026/05/15/check-out[42]829a7524 report 2",
		"!other.log 1 report 4",
		"!task/" + a + "/000000.gz 1 2026/05/14/[$LATEST]a13a7524 report 1",
		`!task\` + b + `\000001.gz 1 2026/05/15/check-out[42]829a7524 report 3`,
	})
	equal(t, "notes", coverage.Notes, []string{": 1 of 5 files has no platform line"})
	if len(coverage.Gaps) > 0 {
		t.Errorf("%+v", coverage)
	}

	// The stream of the archive's own folder is that of the files at its top.
	folder := makeFiles(t, map[string]string{a + "/x.zip": string(zipped("000000", report("1"), "deep/er", report("2")))})
	records, _ := read(t, open(t, folder))
	equal(t, "records", records, []string{"1 2026/05/14/[$LATEST]a13a7524 report 1", "1 2026/05/14/[$LATEST]a13a7524 report 2"})
}

// Whatever a member is called, it is read, and nothing but it.
func TestHostileMemberNames(t *testing.T) {
	t.Chdir(makeFiles(t, map[string]string{"here/keep": "", "secret.log": report("secret")}))
	t.Chdir("here")
	names := []string{"", "../secret.log", "..\\secret.log", "/etc/passwd", "C:\\x", "\x1b[2J\x00\n", "\xff", "a//b", "./c", "same", "same"}
	var members []string
	for _, name := range names {
		members = append(members, name, report("m"))
	}
	found, coverage := readZip(t, zipped(members...))
	if len(found) != len(names) || len(coverage.Gaps) > 0 {
		t.Errorf("%q, %+v", found, coverage)
	}
	for _, name := range names {
		if !slices.Contains(found, "!"+name+" 1 report m") {
			t.Errorf("%q is not in %q", name, found)
		}
	}
	if left, err := os.ReadDir("."); len(left) != 1 || err != nil {
		t.Errorf("%v, %v", left, err)
	}
}

// An archive that was cut has lost its directory.
func TestTruncatedZip(t *testing.T) {
	whole := zipped("a.log", sampleLog(3), "b.log", sampleLog(3))
	for n := len(zipMagic); n < len(whole); n++ {
		found, coverage := readAll(t, bytes.NewReader(whole[:n]))
		if len(found) > 0 || len(coverage.Gaps) != 1 || coverage.Gaps[0].Source != Stdin || coverage.Bytes != uint64(n) ||
			!strings.HasPrefix(coverage.Gaps[0].Reason, "begins like a zip archive, and its directory cannot be read (") {
			t.Fatalf("cut at %d: %v, %+v", n, found, coverage)
		}
	}
	if _, coverage := readZip(t, whole[:len(whole)/2]); len(coverage.Gaps) != 1 {
		t.Errorf("%+v", coverage)
	}
	packed := gzipped(string(whole))
	_, coverage := readZip(t, packed[:len(packed)/2])
	if len(coverage.Gaps) != 1 || !strings.HasPrefix(coverage.Gaps[0].Reason, "gzip data ends or is damaged near byte ") {
		t.Errorf("%+v", coverage)
	}
}

// A damaged archive gives a gap or what it gave before, and never a panic.
func TestDamagedZip(t *testing.T) {
	whole := zipped("a.log", sampleLog(3), "b.log", sampleLog(3))
	all, _ := readAll(t, bytes.NewReader(whole))
	for at := range whole {
		damaged := bytes.Clone(whole)
		damaged[at] ^= 0x55
		found, coverage := readAll(t, bytes.NewReader(damaged))
		if len(coverage.Gaps) == 0 && len(coverage.Notes) == 0 && !slices.Equal(found, all) && at >= len(zipMagic) {
			t.Errorf("damaged at %d: %v, %+v", at, found, coverage)
		}
	}
}

// A directory that would fill the memory is not read.
func TestZipDirectoryTooLong(t *testing.T) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := range maxDirectory/65_000 + 1 {
		if _, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprint(i), Comment: strings.Repeat("x", 65_000)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	_, coverage := readZip(t, out.Bytes())
	if len(coverage.Gaps) != 1 || !strings.HasSuffix(coverage.Gaps[0].Reason, "(it is longer than 16 MiB)") {
		t.Errorf("%+v", coverage)
	}
}

func TestZipTooDeep(t *testing.T) {
	file := []byte(report("a"))
	for depth := 1; depth <= maxPacking+1; depth++ {
		file = zipped("m", string(file))
		found, coverage := readZip(t, file)
		if deep := depth > maxPacking; deep != (len(found) == 0) || deep != (len(coverage.Gaps) == 1) {
			t.Errorf("%d deep: %v, %+v", depth, found, coverage)
		}
	}
}

// Without a place for the temporary file an archive from a stream is a gap, and
// one in a file is read.
func TestNoTemporaryFile(t *testing.T) {
	file := zipped("a", report("a"))
	path := filepath.Join(makeFiles(t, map[string]string{"x.zip": string(file)}), "x.zip")
	for _, name := range []string{"TMPDIR", "TMP", "TEMP", "USERPROFILE"} {
		t.Setenv(name, filepath.Join(t.TempDir(), "missing"))
	}
	if found, _ := read(t, open(t, path)); len(found) != 1 {
		t.Error(found)
	}
	_, coverage := readAll(t, bytes.NewReader(file))
	if len(coverage.Gaps) != 1 || !strings.HasPrefix(coverage.Gaps[0].Reason, "is a zip archive that has to be copied to a temporary file first: ") {
		t.Errorf("%+v", coverage)
	}
}

// A consumer that has enough leaves no file behind.
func TestStopInZip(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	r := FromStdin(bytes.NewReader(gzipped(string(zipped("a", report("a"), "b", report("b"))))))
	for range each(t, r) {
		break
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
