package logfile

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/klauspost/compress/flate"

	"github.com/coldstats/coldstats/pkg/logs"
)

// maxDirectory bounds the directory of a zip archive, which is held in memory:
// 16 MiB list some 100,000 members.
const maxDirectory = 16 << 20

// encrypted is the flag of a member that needs a password.
const encrypted = 0x1

// member is a file in a zip archive. Its name, which anybody may have written,
// is only shown; no file of that name is ever opened.
type member struct {
	*zip.File
	path []string // its name, split
}

// readArchive reads the members of the zip archive that plain is, in the order
// of their names, like the files of a folder. It reports false when the consumer
// wants no more.
func (r *Reader) readArchive(f *file, plain *unpacked, yield func(*logs.Event) bool) bool {
	src, size := f.whole, f.size
	if src == nil || len(plain.layers) > 0 {
		temp, err := spool(plain)
		if err != nil {
			r.broken(f, plain, err)
			return true
		}
		defer temp.discard()
		src, size = temp.File, temp.size
	} else {
		f.src.n = uint64(size) // it is not read in order
	}
	archive, err := openArchive(src, size)
	if err != nil {
		r.gap(f.name, fmt.Sprintf("begins like a zip archive, and its directory cannot be read (%v)", err))
		return true
	}
	members := membersOf(archive)
	if len(members) == 0 && r.folder == "" && !f.member {
		r.note(f.name, "is a zip archive with no file in it")
	}
	r.leaves += len(members) - 1
	var closed closedMembers
	for _, m := range members {
		if !r.readMember(f, m, &closed, yield) {
			return false
		}
		if f.expansion.exceeded() {
			break
		}
	}
	for _, c := range closed {
		r.gap(c.first, c.reason())
	}
	return true
}

// readMember reads one member of the archive f, or adds it to closed.
func (r *Reader) readMember(f *file, m member, closed *closedMembers, yield func(*logs.Event) bool) bool {
	name := f.name + "!" + m.Name
	if m.Flags&encrypted != 0 {
		closed.add(name, "is encrypted")
		return true
	}
	content, err := m.Open()
	if err != nil {
		closed.add(name, fmt.Sprintf("cannot be unpacked (%v, method %d)", err, m.Method))
		return true
	}
	defer content.Close()
	stream := streamOfKey(strings.Join(m.path, "/"))
	if stream == "" {
		stream = f.stream
	}
	return r.read(&file{
		name:      name,
		src:       &countingReader{src: layer{content, f.expansion}},
		stream:    stream,
		member:    true,
		packings:  f.packings,
		expansion: f.expansion,
	}, yield)
}

// closedMembers are the members of one archive that cannot be opened, by the
// reason: mostly it is the same one for all.
type closedMembers []closedMember

type closedMember struct {
	first string // the first of them
	why   string
	n     int
}

func (c *closedMembers) add(name, why string) {
	same := func(m closedMember) bool { return m.why == why }
	if i := slices.IndexFunc(*c, same); i >= 0 {
		(*c)[i].n++
		return
	}
	*c = append(*c, closedMember{name, why, 1})
}

func (c closedMember) reason() string {
	switch c.n {
	case 1:
		return c.why
	case 2:
		return c.why + ", like 1 more member of the archive"
	}
	return fmt.Sprintf("%s, like %d more members of the archive", c.why, c.n-1)
}

// openArchive reads the directory of the archive of size bytes in src.
func openArchive(src io.ReaderAt, size int64) (*zip.Reader, error) {
	at := &directoryReader{src, maxDirectory}
	archive, err := zip.NewReader(at, size)
	at.left = math.MaxInt
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // no path of it is used
		return nil, err
	}
	archive.RegisterDecompressor(zip.Deflate, flate.NewReader) // the faster one
	return archive, nil
}

// directoryReader is an archive of which only so much may be read.
type directoryReader struct {
	io.ReaderAt
	left int
}

func (d *directoryReader) ReadAt(p []byte, offset int64) (int, error) {
	if d.left < len(p) {
		return 0, fmt.Errorf("it is longer than %d MiB", maxDirectory>>20)
	}
	d.left -= len(p)
	return d.ReaderAt.ReadAt(p, offset)
}

// membersOf returns the files in the archive in the order in which a folder with
// them would be read, and like there without what is hidden by a dot. __MACOSX
// holds what macOS knows of the files.
func membersOf(archive *zip.Reader) (members []member) {
	for _, f := range archive.File {
		m := member{f, strings.Split(strings.ReplaceAll(f.Name, `\`, "/"), "/")}
		folder := m.path[len(m.path)-1] == "" && f.UncompressedSize64 == 0
		if !folder && m.path[0] != "__MACOSX" && !slices.ContainsFunc(m.path, hidden) {
			members = append(members, m)
		}
	}
	slices.SortStableFunc(members, func(a, b member) int { return slices.Compare(a.path, b.path) })
	return members
}

// spooled is a zip archive in a temporary file: its directory is at its end, so
// that it cannot be read as it comes. Where the system allows it the file loses
// its name at once, to be gone with the process however that ends.
type spooled struct {
	*os.File
	size  int64
	named bool
}

func spool(src io.Reader) (*spooled, error) {
	file, err := os.CreateTemp("", "coldstats-*.zip")
	if err != nil {
		return nil, spoolError{err}
	}
	temp := &spooled{File: file, named: os.Remove(file.Name()) != nil}
	if temp.size, err = io.Copy(file, src); err != nil {
		temp.discard()
		if pathErr, ok := errors.AsType[*fs.PathError](err); ok && pathErr.Path == file.Name() {
			err = spoolError{pathErr.Err}
		}
		return nil, err
	}
	return temp, nil
}

func (s *spooled) discard() {
	_ = s.Close() // it is not needed any more
	if s.named {
		_ = os.Remove(s.Name())
	}
}

// spoolError is why the temporary file of an archive could not be written.
type spoolError struct{ error }

func (e spoolError) Error() string {
	return fmt.Sprintf("is a zip archive that has to be copied to a temporary file first: %v", e.error)
}
