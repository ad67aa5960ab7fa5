package archive

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A cell is written to a file called
//
//	.2026-11-23.jsonl.zst.9f3b0c11-4711-5eed1e55.tmp
//
// by the process 4711 of the machine 9f3b0c11; the last number is random. The
// dot keeps it out of the way of who reads the folder as logs.
const temporaryTail = ".tmp"

// thisMachine tells machines apart that share a folder, and containers, whose
// processes have the same numbers.
var thisMachine = sync.OnceValue(func() string {
	name, _ := os.Hostname() // without one all machines look the same, as they must
	return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(name)))
})

// temporaryName returns a new name for the file in which the cell called name
// is written.
func temporaryName(name string) string {
	return fmt.Sprintf("%s/.%s.%s-%d-%08x%s", path.Dir(name), path.Base(name), thisMachine(), os.Getpid(), rand.Uint32(), temporaryTail)
}

// writerOf reads in the base of a temporary name which process writes it.
func writerOf(base string) (machine string, pid int, ok bool) {
	stem, ok := strings.CutSuffix(base, temporaryTail)
	if !ok || !strings.HasPrefix(stem, ".") {
		return "", 0, false
	}
	cell, writer, ok := strings.Cut(stem[1:], cellTail+".")
	if _, isCell := spanOfName(cell + cellTail); !ok || !isCell {
		return "", 0, false
	}
	fields := strings.Split(writer, "-")
	if len(fields) != 3 {
		return "", 0, false
	}
	pid, err := strconv.Atoi(fields[1])
	return fields[0], pid, err == nil && pid > 0
}

// tooOld is the age at which a temporary file of a process that cannot be told
// from another is given up. A writer at work writes far more often.
const tooOld = 24 * time.Hour

// abandoned reports whether nobody will finish the temporary file: its process
// is gone, or it was last written a day ago, by a machine that cannot be asked
// or by a process whose number another may have now. A file of this very process
// never is.
func abandoned(machine string, pid int, written, now time.Time) bool {
	if machine == thisMachine() {
		if pid == os.Getpid() {
			return false
		}
		if !alive(pid) {
			return true
		}
	}
	return now.Sub(written) > tooOld
}

// alive reports whether a process of this machine runs, or may run.
func alive(pid int) bool {
	process, err := os.FindProcess(pid)
	if err != nil {
		return false // as Windows has it
	}
	defer process.Release() //nolint:errcheck // nothing was done with it
	return !errors.Is(process.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

// sweep removes the abandoned temporary files in a folder of cells. What it
// cannot remove stays for the next sweep.
func sweep(root *os.Root, folder string) {
	entries, err := fs.ReadDir(root.FS(), folder)
	if err != nil {
		return
	}
	for _, entry := range entries {
		if isAbandoned(entry) {
			_ = root.Remove(path.Join(folder, entry.Name()))
		}
	}
}

// isAbandoned reports whether the file of a folder of cells is a temporary one
// that nobody will finish.
func isAbandoned(entry fs.DirEntry) bool {
	machine, pid, ok := writerOf(entry.Name())
	if !ok || !entry.Type().IsRegular() {
		return false
	}
	info, err := entry.Info()
	return err == nil && abandoned(machine, pid, info.ModTime(), time.Now())
}
