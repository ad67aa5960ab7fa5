//go:build unix

package logfile

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A named pipe, or what a shell makes of <(command), can be opened only once.
func TestNamedPipe(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Skip(err)
	}
	written := make(chan error, 1)
	go func() {
		pipe, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err == nil {
			_, err = pipe.WriteString(start("a") + "\n" + report("a"))
			_ = pipe.Close()
		}
		written <- err
	}()
	found, _ := read(t, open(t, name))
	equal(t, "records", found, []string{"1 start a", "2 report a"})
	if err := <-written; err != nil {
		t.Error(err)
	}
}
