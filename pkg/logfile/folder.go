package logfile

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/coldstats/coldstats/pkg/logs"
)

// walk lists the files of the folder at path. What of it cannot be listed
// becomes a gap.
func (r *Reader) walk(path string) error {
	r.folder = path
	links := 0
	// The separator makes WalkDir follow a link that is the input itself.
	root := path + string(filepath.Separator)
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if name != root && hidden(filepath.Base(name)) {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		mode := fs.ModeIrregular
		if err == nil {
			mode, err = fileMode(name, entry)
		}
		switch {
		case err != nil:
			r.gap(name, pathReason(err))
		case mode.IsRegular():
			r.files = append(r.files, name)
		case mode.IsDir() && !entry.IsDir():
			links++
		}
		return nil
	})
	switch {
	case links == 1:
		r.note(path+":", "1 link to a folder is not followed")
	case links > 1:
		r.note(path+":", fmt.Sprintf("%d links to folders are not followed", links))
	}
	return err
}

// fileMode returns what entry is or, where it is a symbolic link, what it leads
// to. Links to folders are not followed: they may lead in circles.
func fileMode(name string, entry fs.DirEntry) (fs.FileMode, error) {
	if entry.Type()&fs.ModeSymlink == 0 {
		return entry.Type(), nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return 0, err
	}
	return info.Mode(), nil
}

// hidden reports whether a dot hides what has this name in its folder.
func hidden(name string) bool {
	return strings.HasPrefix(name, ".") && name != "." && name != ".."
}

// noteIdle says how many of several files, those of a folder or an archive,
// have no platform line.
func (r *Reader) noteIdle(source string) {
	switch {
	case r.idle == 1:
		r.note(source+":", fmt.Sprintf("1 of %s has no platform line", r.leafCount()))
	case r.idle > 1:
		r.note(source+":", fmt.Sprintf("%d of %s have no platform line", r.idle, r.leafCount()))
	}
}

func (r *Reader) leafCount() string {
	if r.leaves == 1 {
		return "1 file"
	}
	return fmt.Sprintf("%d files", r.leaves)
}

// streamOfPath is streamOfKey for the path of a file, which may be relative.
func streamOfPath(name string) string {
	if absolute, err := filepath.Abs(name); err == nil {
		name = absolute
	}
	return streamOfKey(name)
}

// streamOfKey returns the log stream in the key of an object that CloudWatch
// exported to S3, prefix/task/stream/000000.gz, where the slashes of the
// stream's name have become dashes, or nothing.
func streamOfKey(name string) string {
	folder := filepath.Base(filepath.Dir(name))
	if len(folder) < 11 || folder[4] != '-' || folder[7] != '-' || folder[10] != '-' || !strings.Contains(folder, "[") {
		return ""
	}
	stream := folder[:4] + "/" + folder[5:7] + "/" + folder[8:10] + "/" + folder[11:]
	if _, version, _ := logs.SplitStreamName(stream); version == "" {
		return ""
	}
	return stream
}
