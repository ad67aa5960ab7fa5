package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Kept is a cell that is kept.
type Kept struct {
	Cell  Cell
	Path  string // of its file, absolute
	Bytes int64  // on disk
	// Events is how many events it holds, and 0 where Damaged is true: its trailer
	// is not that of such a cell. Whether the rest is whole only Read finds out.
	Events  uint64
	Damaged bool
}

// List returns what is kept, by group, selection and time. The cells of a group
// stand together.
func (a *Archive) List() ([]Kept, error) {
	root, err := os.OpenRoot(a.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the archive: %w", err)
	}
	defer root.Close()
	folders, err := cellFolders(root)
	if err != nil {
		return nil, fmt.Errorf("listing the archive %s: %w", a.dir, err)
	}
	var all []Kept
	for _, folder := range folders {
		kept, err := a.listFolder(root, folder)
		if err != nil {
			return nil, fmt.Errorf("listing the archive %s: %w", a.dir, err)
		}
		all = append(all, kept...)
	}
	slices.SortFunc(all, func(x, y Kept) int { return x.Cell.compare(y.Cell) })
	return all, nil
}

// listFolder lists the cells of one group and selection.
func (a *Archive) listFolder(root *os.Root, folder string) ([]Kept, error) {
	entries, err := readDir(root, folder)
	if err != nil {
		return nil, err
	}
	group, ok := groupOfFolder(root, folder, entries)
	if !ok {
		return nil, nil
	}
	var all []Kept
	for _, entry := range entries {
		span, ok := spanOfName(entry.Name())
		if !ok || !entry.Type().IsRegular() {
			continue
		}
		name := path.Join(folder, entry.Name())
		t, size, ok, err := trailerAt(root, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // another program has dropped it
		}
		if err != nil {
			return nil, err
		}
		k := Kept{
			Cell:  Cell{Group: group, Selection: Selection(path.Base(folder)), Start: span.Start, End: span.End},
			Path:  a.absolute(name),
			Bytes: size,
		}
		if k.Damaged = !ok || t != trailerOf(k.Cell, t.Events, t.Sum); !k.Damaged {
			k.Events = t.Events
		}
		all = append(all, k)
	}
	return all, nil
}

// trailerAt reads the trailer of the file called name; ok is false where there
// is none.
func trailerAt(root *os.Root, name string) (t trailer, size int64, ok bool, err error) {
	file, err := root.Open(name)
	if err != nil {
		return t, 0, false, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return t, 0, false, err
	}
	t, _, ok, err = readTrailer(file, info.Size())
	return t, info.Size(), ok, err
}

// cellFolders returns the folders of an archive that may hold cells: those that
// lie as deep as folderOf puts them and are called as it calls them.
func cellFolders(root *os.Root) ([]string, error) {
	isOurs := []func(string) bool{
		isPartition, isRegion, isAccount,
		isGroupFolder,
		func(s string) bool { return Selection(s).valid() },
	}
	folders := []string{"."}
	for _, ours := range isOurs {
		var next []string
		for _, folder := range folders {
			entries, err := readDir(root, folder)
			if err != nil {
				return nil, err
			}
			for _, entry := range entries {
				if entry.IsDir() && ours(entry.Name()) {
					next = append(next, path.Join(folder, entry.Name()))
				}
			}
		}
		folders = next
	}
	return folders, nil
}

// readDir lists a folder, which is empty when it has just gone.
func readDir(root *os.Root, folder string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(root.FS(), folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return entries, err
}

// splitGroupFolder takes the name of a group's folder apart.
func splitGroupFolder(name string) (escaped string, created int64, ok bool) {
	dash := strings.LastIndexByte(name, '-')
	if dash <= 0 {
		return "", 0, false
	}
	created, err := strconv.ParseInt(name[dash+1:], 10, 64)
	return name[:dash], created, err == nil && created >= 0
}

// isGroupFolder reports whether a group's folder can have this name.
func isGroupFolder(name string) bool {
	escaped, _, ok := splitGroupFolder(name)
	if !ok {
		return false
	}
	if _, ok = unescape(escaped); ok {
		return true
	}
	return len(escaped) == maxEscaped && strings.Contains(escaped, shortened)
}

// groupOfFolder returns the group whose cells are in the folder. The name of a
// group that was too long for a folder's name is read from a cell.
func groupOfFolder(root *os.Root, folder string, entries []fs.DirEntry) (Group, bool) {
	parts := strings.Split(folder, "/")
	escaped, created, _ := splitGroupFolder(parts[3]) // cellFolders has seen to it
	p := arnParts{partition: parts[0], region: parts[1], account: parts[2]}
	var ok bool
	if p.name, ok = unescape(escaped); ok {
		g := Group{ARN: p.arn(), Created: created}
		return g, isFolderOf(folder, g)
	}
	for _, entry := range entries {
		if _, isCell := spanOfName(entry.Name()); !isCell || !entry.Type().IsRegular() {
			continue
		}
		t, _, ok, err := trailerAt(root, path.Join(folder, entry.Name()))
		if g := (Group{ARN: t.Group, Created: t.Created}); ok && err == nil && isFolderOf(folder, g) {
			return g, true
		}
	}
	return Group{}, false
}

func isFolderOf(folder string, g Group) bool {
	name, err := folderOf(g, Selection(path.Base(folder)))
	return err == nil && name == folder
}
