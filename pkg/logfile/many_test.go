//go:build linux

package logfile

import (
	"fmt"
	"syscall"
	"testing"
)

// Of a folder of thousands of files, packed and in an archive too, few are open
// at once.
func TestManyFiles(t *testing.T) {
	const files = 3000
	content := make(map[string]string, files+1)
	var members []string
	for i := range files {
		name := fmt.Sprintf("%02d/%04d", i%50, i)
		file, member := report(fmt.Sprint("id-", i)), report(fmt.Sprint("member-", i))
		if i%10 == 0 {
			file, member = string(gzipped(file)), string(zstded(member))
		}
		content[name] = file
		members = append(members, name, member)
	}
	content["all.zip"] = string(zipped(members...))
	folder := makeFiles(t, content)

	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &old); err != nil {
		t.Skip(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 24, Max: old.Max}); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &old); err != nil {
			t.Error(err)
		}
	})
	r := open(t, folder)
	found := make(map[string]bool)
	for e := range each(t, r) {
		found[string(e.Message)] = true
	}
	coverage := r.Coverage()
	if len(found) != 2*files || coverage.Events != 2*files || len(coverage.Gaps)+len(coverage.Notes) > 0 {
		t.Errorf("%d events, %d of them different, %v, %v", coverage.Events, len(found), coverage.Gaps, coverage.Notes)
	}
}
