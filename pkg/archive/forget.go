package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
)

// Forget drops all that is kept of a group, in all selections, and what was
// moved aside as damaged. It returns how many files and bytes it removed. Files
// that are not the archive's stay, and so do those that another program is
// writing.
func (a *Archive) Forget(group Group) (files int, bytes int64, err error) {
	folder, err := folderOf(group, Platform)
	if err != nil {
		return 0, 0, err
	}
	prefix := path.Dir(folder) + "/"
	return a.forget(func(folder string) bool { return strings.HasPrefix(folder, prefix) })
}

// ForgetAll drops all that is kept; see Forget.
func (a *Archive) ForgetAll() (files int, bytes int64, err error) {
	return a.forget(func(string) bool { return true })
}

// forget empties the folders of cells that are chosen.
func (a *Archive) forget(chosen func(folder string) bool) (files int, bytes int64, err error) {
	root, err := os.OpenRoot(a.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, fmt.Errorf("dropping from the archive: %w", err)
	}
	defer root.Close()
	folders, err := cellFolders(root)
	if err != nil {
		return 0, 0, fmt.Errorf("dropping from the archive %s: %w", a.dir, err)
	}
	for _, folder := range folders {
		if !chosen(folder) {
			continue
		}
		n, size, err := empty(root, folder)
		files, bytes = files+n, bytes+size
		if err != nil {
			return files, bytes, fmt.Errorf("dropping from the archive %s: %w", a.dir, err)
		}
		// Folders go as far up as nothing else is in them.
		for ; folder != "." && root.Remove(folder) == nil; folder = path.Dir(folder) {
		}
	}
	return files, bytes, nil
}

// empty removes the archive's files from a folder of cells.
func empty(root *os.Root, folder string) (files int, bytes int64, err error) {
	entries, err := readDir(root, folder)
	if err != nil {
		return 0, 0, err
	}
	for _, entry := range entries {
		if !entry.Type().IsRegular() || !isKept(entry.Name()) && !isAbandoned(entry) {
			continue
		}
		info, err := entry.Info()
		if err == nil {
			err = root.Remove(path.Join(folder, entry.Name()))
		}
		switch {
		case errors.Is(err, fs.ErrNotExist): // another program was quicker
		case err != nil:
			return files, bytes, err
		default:
			files++
			bytes += info.Size()
		}
	}
	return files, bytes, nil
}

// isKept reports whether a cell, or one that was moved aside, has this name.
func isKept(name string) bool {
	cell, number, aside := strings.Cut(name, damagedTail)
	if aside && number != "" && !asideNumber.MatchString(number) {
		return false
	}
	_, ok := spanOfName(cell)
	return ok
}

// asideNumber is what reserve puts behind a name that is taken.
var asideNumber = regexp.MustCompile(`^-[0-9]+$`)
