package cli

import (
	"os"
)

// outputFile writes to standard output or to the file that -o names, which is
// created by the first write: a command that fails leaves no empty file, and an
// old one as it was.
type outputFile struct {
	path    string
	streams Streams
	file    *os.File
}

func (o *outputFile) Write(p []byte) (int, error) {
	if o.path == "" || o.path == "-" {
		return o.streams.Out.Write(p)
	}
	if o.file == nil {
		f, err := os.Create(o.path)
		if err != nil {
			return 0, failf("writing the output: %w", err)
		}
		o.file = f
	}
	return o.file.Write(p)
}

// overwrites reports whether the file is path, which is still to be read.
func (o *outputFile) overwrites(path string) bool {
	mine, err := os.Stat(o.path)
	if err != nil || !mine.Mode().IsRegular() {
		return false
	}
	other, err := os.Stat(path)
	return err == nil && os.SameFile(mine, other)
}

// Close ends the file, if one was begun.
func (o *outputFile) Close() error {
	if o.file == nil {
		return nil
	}
	return o.file.Close()
}
