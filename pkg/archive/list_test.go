package archive

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// longGroup has a name that is too long for a folder's.
var longGroup = Group{ARN: "arn:aws-cn:logs:cn-north-1:123456789012:log-group:/aws/lambda/" + strings.Repeat("Long", 120), Created: 7}

// TestList lists groups of all kinds among foreign files.
func TestList(t *testing.T) {
	a := newArchive(t)
	events, _ := fewEvents()
	write(t, a, testCell, events)
	hourCell := Cell{testGroup, Platform, testDay, testDay + hour}
	write(t, a, hourCell, nil)
	cold := Cell{testGroup, "cold-12", testDay, testDay + day}
	write(t, a, cold, nil)
	anew := Cell{Group{testGroup.ARN, testGroup.Created + 1}, Platform, 0, day}
	write(t, a, anew, nil)
	long := Cell{longGroup, Platform, 0, day}
	write(t, a, long, nil)
	upper := Cell{Group{strings.ToUpper(testGroup.ARN[60:]), 0}, Platform, 0, day}
	upper.Group.ARN = testGroup.ARN[:60] + upper.Group.ARN
	write(t, a, upper, nil)

	foreign := foreignFiles(t, a)
	damaged := Cell{testGroup, Platform, 0, day}
	put(t, a, testFolder+"1970-01-01.jsonl.zst", []byte("x"))

	all, err := a.List()
	if err != nil {
		t.Fatal(err)
	}
	var cells []Cell
	for _, k := range all {
		cells = append(cells, k.Cell)
		info, err := os.Stat(k.Path)
		if err != nil || info.Size() != k.Bytes {
			t.Errorf("%s has %d bytes, %v", k.Path, k.Bytes, err)
		}
		if wantEvents := map[Cell]uint64{testCell: 5}[k.Cell]; k.Events != wantEvents || k.Damaged != (k.Cell == damaged) {
			t.Errorf("%s has %d events, damaged %v", k.Path, k.Events, k.Damaged)
		}
	}
	if want := []Cell{long, upper, cold, damaged, testCell, hourCell, anew}; !slices.Equal(cells, want) {
		t.Errorf("%v, want %v", cells, want)
	}
	for _, name := range foreign {
		if _, err := os.Lstat(name); err != nil {
			t.Error(err)
		}
	}
}

// foreignFiles puts files into an archive that are not its own, and returns
// their names.
func foreignFiles(t *testing.T, a *Archive) []string {
	t.Helper()
	var names []string
	for _, name := range []string{
		"README", "aws/file", "aws/eu-west-1/file", "lost+found/x", "aws/eu-west-1/1234/x", "aws/eu-west-1/123456789012/no-group/platform-1/2026-11-23.jsonl.zst",
		"aws/eu-west-1/123456789012/A-1/platform-1/2026-11-23.jsonl.zst", "aws/eu-west-1/123456789012/a~0-1/platform-1/file",
		testFolder + "notes.txt", testFolder + "2026-11-23.jsonl.zst.damaged.txt", testFolder + "2026-11-24.jsonl.zst/x", testFolder + "../Platform/x",
	} {
		names = append(names, put(t, a, name, []byte("foreign")))
	}
	outside := newArchive(t)
	write(t, outside, testCell, nil)
	link := a.absolute("aws-link")
	if err := os.Symlink(outside.absolute("aws"), link); err == nil {
		names = append(names, link, outside.absolute(testFolder+"2026-11-23.jsonl.zst"))
	}
	return names
}

// TestForget drops one group, and then the rest.
func TestForget(t *testing.T) {
	a := newArchive(t)
	anew := Group{testGroup.ARN, testGroup.Created + 1}
	for _, c := range []Cell{testCell, {testGroup, Cold, 0, day}, {anew, Platform, 0, day}, {longGroup, Platform, 0, day}} {
		write(t, a, c, nil)
	}
	put(t, a, testFolder+"2026-11-22.jsonl.zst.damaged", []byte("12345"))
	put(t, a, testFolder+"2026-11-22.jsonl.zst.damaged-2", []byte("12345"))
	before, err := a.List()
	if err != nil || len(before) != 4 {
		t.Fatal(before, err)
	}
	size := int64(10)
	for _, k := range before {
		if k.Cell.Group == testGroup {
			size += k.Bytes
		}
	}
	live, err := a.Create(Cell{testGroup, Platform, day, 2 * day})
	if err != nil {
		t.Fatal(err)
	}
	if n, dropped, err := a.Forget(testGroup); n != 4 || dropped != size || err != nil {
		t.Errorf("%d files, %d bytes of %d, %v", n, dropped, size, err)
	}
	if err := live.Commit(); err != nil {
		t.Errorf("writing on: %v", err)
	}
	if n, _, err := a.ForgetAll(); n != 3 || err != nil {
		t.Errorf("%d files, %v", n, err)
	}
	if entries, err := os.ReadDir(a.Dir()); len(entries) > 0 || err != nil {
		t.Error(entries, err)
	}

	foreign := foreignFiles(t, a)
	write(t, a, testCell, nil)
	if n, _, err := a.ForgetAll(); n != 1 || err != nil {
		t.Errorf("%d files, %v", n, err)
	}
	for _, name := range foreign {
		if _, err := os.Lstat(name); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := a.Forget(Group{}); err == nil {
		t.Error("no group was dropped")
	}
}
