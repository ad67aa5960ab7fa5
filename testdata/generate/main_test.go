package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const logs = "../logs"

func TestCommittedPostsAreWhatTheGeneratorMakes(t *testing.T) {
	folder := t.TempDir()
	if err := writePosts(folder, defaultSeed); err != nil {
		t.Fatal(err)
	}
	for _, b := range builds {
		if !bytes.Equal(read(t, filepath.Join(logs, b.file)), read(t, filepath.Join(folder, b.file))) {
			t.Errorf("%s differs from what the generator makes", b.file)
		}
	}
}

func TestPostsAreNearTheArticle(t *testing.T) {
	article := map[string]struct{ init, maxMemory, warmFrom, warmTo float64 }{
		"posts-native.log": {354.51, 81, 6, 9},
		"posts-jit.log":    {1015.76, 98, 9, 13},
	}
	for file, want := range article {
		var init, warm, maxMemory []float64
		for _, r := range reports(t, file) {
			maxMemory = append(maxMemory, float64(r.maxMemoryMB))
			if r.init > 0 {
				init = append(init, float64(r.init)/100)
			} else {
				warm = append(warm, float64(r.duration)/100)
			}
		}
		if n := len(init) + len(warm); n != runs*(forcedColds+paced) {
			t.Errorf("%s: %d reports", file, n)
		}
		if got := median(init); got < 0.97*want.init || got > 1.03*want.init {
			t.Errorf("%s: median init %.2f ms, in the article %.2f ms", file, got, want.init)
		}
		if got := median(maxMemory); got != want.maxMemory {
			t.Errorf("%s: median of the most memory used %.0f MB, in the article %.0f MB", file, got, want.maxMemory)
		}
		if got := median(warm); got < want.warmFrom || got > want.warmTo {
			t.Errorf("%s: median warm duration %.2f ms, not within %.0f to %.0f ms", file, got, want.warmFrom, want.warmTo)
		}
	}
}

func TestEveryReportFollowsFromItsSandbox(t *testing.T) {
	for _, b := range builds {
		maxMemoryMB := map[string]int{}
		for _, r := range reports(t, b.file) {
			if want := (r.duration + r.init + 99) / 100; r.billedMS != want {
				t.Errorf("%s: billed %d ms, not %d: %s", b.file, r.billedMS, want, r.line)
			}
			before, seen := maxMemoryMB[r.stream]
			if first := !seen; first != (r.init > 0) {
				t.Errorf("%s: an init that is not in the first report of its sandbox, or lacks there: %s", b.file, r.line)
			}
			if r.maxMemoryMB < before {
				t.Errorf("%s: the most memory used fell from %d MB: %s", b.file, before, r.line)
			}
			maxMemoryMB[r.stream] = r.maxMemoryMB
		}
	}
}

func TestPostsAreInOrderOfTime(t *testing.T) {
	for _, b := range builds {
		lines := strings.Split(strings.TrimSuffix(string(read(t, filepath.Join(logs, b.file))), "\n"), "\n")
		if !slices.IsSortedFunc(lines, func(a, b string) int { return strings.Compare(a[:len(tailTime)], b[:len(tailTime)]) }) {
			t.Errorf("%s is not in order of time", b.file)
		}
	}
}

// parsedReport has its durations in hundredths of a millisecond, as printed.
type parsedReport struct {
	line, stream          string
	duration, init        int // init is 0 where the line has none
	billedMS, maxMemoryMB int
}

var reportLineForm = regexp.MustCompile(`^\S+ (2026/05/29/\[\$LATEST\][0-9a-f]{32}) ` +
	`REPORT RequestId: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\t` +
	`Duration: (\d+)\.(\d\d) ms\tBilled Duration: (\d+) ms\tMemory Size: 512 MB\tMax Memory Used: (\d+) MB\t` +
	`(?:Init Duration: (\d+)\.(\d\d) ms\t)?$`)

func reports(t *testing.T, file string) []parsedReport {
	t.Helper()
	var parsed []parsedReport
	for line := range strings.Lines(string(read(t, filepath.Join(logs, file)))) {
		if !strings.Contains(line, "REPORT") {
			continue
		}
		m := reportLineForm.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			t.Fatalf("%s: not in Lambda's form: %s", file, line)
		}
		parsed = append(parsed, parsedReport{
			line: line, stream: m[1], duration: number(m[2] + m[3]), billedMS: number(m[4]), maxMemoryMB: number(m[5]), init: number(m[6] + m[7]),
		})
	}
	return parsed
}

// number reads digits that the line's form has proved; no digits are 0.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

func median(values []float64) float64 {
	slices.Sort(values)
	middle := len(values) / 2
	return (values[(len(values)-1)/2] + values[middle]) / 2
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestCommittedSavedLogsAreWhatTheGeneratorMakes(t *testing.T) {
	folder := t.TempDir()
	if err := writeSaved(folder, defaultSeed); err != nil {
		t.Fatal(err)
	}
	made, committed := files(t, folder), files(t, "../saved")
	if len(made) < 10 || !slices.Equal(made, committed) {
		t.Fatalf("the generator makes %q, committed are %q", made, committed)
	}
	for _, name := range made {
		if !bytes.Equal(read(t, filepath.Join("../saved", name)), read(t, filepath.Join(folder, name))) {
			t.Errorf("%s differs from what the generator makes", name)
		}
	}
}

// files returns the paths of all files in a folder.
func files(t *testing.T, folder string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(name string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			name, err = filepath.Rel(folder, name)
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
