// Package archive keeps the log events that were fetched from CloudWatch Logs,
// so that they are fetched once. It knows nothing of how they are fetched
// (fetch) or what they say (lambdalog).
//
// An archive is a folder of cells. A Cell holds every event that one Selection
// finds in one log Group in one whole UTC day or hour, and its path says so:
//
//	aws/eu-west-1/123456789012/+aws+lambda+checkout-1511808906799/platform-1/2026-11-23.jsonl.zst
//	aws/eu-west-1/123456789012/+aws+lambda+checkout-1511808906799/platform-1/2026-11-24T14.jsonl.zst
//
// so that the names are the whole index. A cell exists whole or not at all, and
// does not change: it is written under a temporary name, flushed to the disk and
// renamed. Any number of programs may use an archive at once. Files that are
// not its own it leaves alone, and a symbolic link does not lead out of it.
//
// A cell is zstd over JSON Lines, which zstdcat shows and coldstats reads as any
// other log, with one fixed order of keys:
//
//	{"timestamp":1795392000123,"owner":"123456789012","logGroup":"/aws/lambda/checkout","logStream":"2026/…","message":"REPORT …\t\n"}
//
// A trailer, in a frame that zstd skips, says whose events these are and how
// many, and sums the file, so that damage is found before the first event is
// lent.
package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Archive is a folder of cells. It is safe for use by several goroutines.
type Archive struct {
	dir string
}

// DefaultDir returns where the archive is unless the user says otherwise: the
// folder in COLDSTATS_ARCHIVE, or coldstats/archive in the user's cache folder.
func DefaultDir() (string, error) {
	if dir := os.Getenv("COLDSTATS_ARCHIVE"); dir != "" {
		return dir, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding a folder for the archive: %w (set COLDSTATS_ARCHIVE)", err)
	}
	return filepath.Join(cache, "coldstats", "archive"), nil
}

// Open returns the archive in the folder dir, which is made when the first cell
// is.
func Open(dir string) (*Archive, error) {
	if dir == "" {
		return nil, errors.New("opening the archive: no folder is named")
	}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the archive %s: %w", dir, err)
	}
	info, err := os.Stat(absolute)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("opening the archive: %w", err)
	case !info.IsDir():
		return nil, fmt.Errorf("opening the archive: %s is not a folder", absolute)
	}
	return &Archive{dir: absolute}, nil
}

// Dir returns the archive's folder, as an absolute path.
func (a *Archive) Dir() string { return a.dir }

// Path returns the absolute path that the cell has or would have.
func (a *Archive) Path(cell Cell) (string, error) {
	name, err := cell.path()
	if err != nil {
		return "", err
	}
	return a.absolute(name), nil
}

// absolute returns the path of what is called name in the archive.
func (a *Archive) absolute(name string) string {
	return filepath.Join(a.dir, filepath.FromSlash(name))
}

// Cells returns the cells that are kept of a group and selection and overlap the
// window, in time order. A day's hours are left out where the whole day is kept.
// Only a cell of the very same selection is one: from a wider one the caller
// would have to filter again.
func (a *Archive) Cells(group Group, selection Selection, window Span) ([]Cell, error) {
	kept, err := a.kept(group, selection)
	if err != nil {
		return nil, err
	}
	var cells []Cell
	for span := range kept {
		if span.End <= window.Start || window.End <= span.Start {
			continue
		}
		if day := dayOf(span.Start); span != day && kept[day] {
			continue
		}
		cells = append(cells, Cell{Group: group, Selection: selection, Start: span.Start, End: span.End})
	}
	slices.SortFunc(cells, Cell.compare)
	return cells, nil
}

// kept returns the days and hours of which there are cells.
func (a *Archive) kept(group Group, selection Selection) (map[Span]bool, error) {
	folder, err := folderOf(group, selection)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(a.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the archive: %w", err)
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the archive %s: %w", a.dir, err)
	}
	kept := make(map[Span]bool)
	for _, entry := range entries {
		if span, ok := spanOfName(entry.Name()); ok && entry.Type().IsRegular() {
			kept[span] = true
		}
	}
	return kept, nil
}

// Quarantine moves a damaged cell aside, to its own name with .damaged behind
// it, and returns the new path. What was moved aside before is not overwritten.
// A cell that is not there is an error that wraps fs.ErrNotExist: another
// program may have moved it.
func (a *Archive) Quarantine(cell Cell) (string, error) {
	name, err := cell.path()
	if err != nil {
		return "", err
	}
	root, err := os.OpenRoot(a.dir)
	if err != nil {
		return "", fmt.Errorf("moving a damaged cell aside: %w", err)
	}
	defer root.Close()
	aside, err := reserve(root, name+damagedTail)
	if err != nil {
		return "", fmt.Errorf("moving the damaged cell %s aside: %w", a.absolute(name), err)
	}
	if err := root.Rename(name, aside); err != nil {
		_ = root.Remove(aside) // it is empty
		return "", fmt.Errorf("moving the damaged cell %s aside: %w", a.absolute(name), err)
	}
	return a.absolute(aside), nil
}

// reserve makes an empty file called name, or name with a number behind it
// where there is one already.
func reserve(root *os.Root, name string) (string, error) {
	numbered := name
	for n := 2; ; n++ {
		file, err := root.OpenFile(numbered, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
		if err == nil {
			return numbered, file.Close()
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		numbered = fmt.Sprintf("%s-%d", name, n)
	}
}

// DamagedError is the error of a cell that cannot be trusted.
type DamagedError struct {
	Path   string // of the cell's file
	Reason string // what is wrong with it
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("the archive cell %s is damaged: %s", e.Path, e.Reason)
}

// syncFolder makes the names in a folder durable. What does not come of it is
// no loss: a cell that a power cut takes away is fetched again. Not every system
// can do it.
func syncFolder(root *os.Root, name string) {
	folder, err := root.Open(name)
	if err != nil {
		return
	}
	_ = folder.Sync()
	_ = folder.Close()
}
