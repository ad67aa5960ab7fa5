package cli

import (
	"os"
)

// outputFile writes to standard output or to the file that -o names, which is
// created by the first write: a command that fails leaves no empty file.
type outputFile struct {
	path    string
	streams Streams
	file    *os.File
}

func (o *outputFile) Write(p []byte) (int, error) {
	if o.path == "" {
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

// Close ends the file, if one was begun.
func (o *outputFile) Close() error {
	if o.file == nil {
		return nil
	}
	return o.file.Close()
}
