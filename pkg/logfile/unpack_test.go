package logfile

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func packed(w io.WriteCloser, out *bytes.Buffer, text string) []byte {
	_, err := io.WriteString(w, text)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err)
	}
	return out.Bytes()
}

func gzipped(text string) []byte {
	var out bytes.Buffer
	return packed(gzip.NewWriter(&out), &out, text)
}

func zstded(text string) []byte {
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1))
	if err != nil {
		panic(err)
	}
	return packed(w, &out, text)
}

// skipFrame is a zstd frame that is to be skipped.
var skipFrame = []byte{0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'x', 'y', 'z'}

// sampleLog is n invocations.
func sampleLog(n int) string {
	var text strings.Builder
	for i := range n {
		id := fmt.Sprint("id-", i)
		fmt.Fprintf(&text, "%s\nhello %d\nEND RequestId: %s\n%s\n", start(id), i*i, id, report(id))
	}
	return text.String()
}

func TestUnpack(t *testing.T) {
	a, b := sampleLog(2), s3Prefix+sampleLog(3)
	want, wantCoverage := readAll(t, strings.NewReader(a+b))
	join := func(parts ...[]byte) string { return string(bytes.Join(parts, nil)) }
	for _, c := range []struct{ name, file string }{
		{"plain", a + b},
		{"byte order mark", "\ufeff" + a + b},
		{"gzip", join(gzipped(a + b))},
		{"gzip of several members", join(gzipped(a), gzipped(""), gzipped(b[:10]), gzipped(b[10:]))},
		{"gzip in gzip", join(gzipped(join(gzipped(a + b))))},
		{"gzip of several members, each of gzip", join(gzipped(join(gzipped(a))), gzipped(join(gzipped(b))))},
		{"gzip of a byte order mark", join(gzipped("\ufeff" + a + b))},
		{"zstd", join(zstded(a + b))},
		{"zstd of several frames", join(zstded(a), zstded(b[:10]), zstded(b[10:]))},
		{"zstd with a frame to skip", join(zstded(a), skipFrame, zstded(b))},
		{"zstd as pzstd writes it", join(skipFrame, zstded(a), skipFrame, zstded(b))},
		{"zstd of several frames, each of gzip", join(zstded(join(gzipped(a))), zstded(join(gzipped(b))))},
		{"zstd frames in gzip members", join(gzipped(join(skipFrame, zstded(a))), gzipped(join(zstded(b))))},
		{"zstd in gzip", join(gzipped(join(zstded(a + b))))},
		{"gzip in zstd in gzip", join(gzipped(join(zstded(join(gzipped(a + b))))))},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, src := range []io.Reader{strings.NewReader(c.file), iotest.OneByteReader(strings.NewReader(c.file)), iotest.DataErrReader(strings.NewReader(c.file))} {
				found, coverage := readAll(t, src)
				equal(t, "records", found, want)
				if coverage.Events != wantCoverage.Events || coverage.Bytes != uint64(len(c.file)) || len(coverage.Gaps)+len(coverage.Notes) > 0 {
					t.Errorf("%+v", coverage)
				}
			}
			// Its name says nothing.
			folder := makeFiles(t, map[string]string{"x.txt": c.file, "y.gz": c.file, "z.zst": c.file})
			found, coverage := read(t, open(t, folder))
			equal(t, "records of three files", found, slices.Repeat(want, 3))
			if coverage.Events != 3*wantCoverage.Events || len(coverage.Gaps)+len(coverage.Notes) > 0 {
				t.Errorf("%+v", coverage)
			}
		})
	}
}

func TestUnpackNothing(t *testing.T) {
	for name, file := range map[string][]byte{"gzip": gzipped(""), "zstd": zstded(""), "gzip in gzip": gzipped(string(gzipped("")))} {
		found, coverage := readAll(t, bytes.NewReader(file))
		if len(found) > 0 || coverage.Events > 0 || len(coverage.Gaps)+len(coverage.Notes) > 0 {
			t.Errorf("%s of nothing: %v, %+v", name, found, coverage)
		}
	}
}

func TestUnpackTooDeep(t *testing.T) {
	file := report("a")
	for range maxPacking + 1 {
		file = string(gzipped(file))
	}
	found, coverage := readAll(t, strings.NewReader(file))
	if len(found) > 0 || len(coverage.Gaps) != 1 || !strings.Contains(coverage.Gaps[0].Reason, "packed more than") {
		t.Errorf("%v, %+v", found, coverage)
	}
}

// readBomb returns the records and the gaps of a file that may unpack to so many
// times its size, read from a file and, as the second, from a stream.
func readBomb(t *testing.T, file []byte, times uint) (found [2][]string, gaps [2][]string) {
	t.Helper()
	name := filepath.Join(makeFiles(t, map[string]string{"bomb": string(file)}), "bomb")
	for i, r := range []*Reader{open(t, name), FromStdin(bytes.NewReader(file))} {
		if r.MaxExpansion != DefaultMaxExpansion {
			t.Errorf("%d times by default", r.MaxExpansion)
		}
		r.MaxExpansion = times
		records, coverage := read(t, r)
		found[i] = records
		for _, gap := range coverage.Gaps {
			gaps[i] = append(gaps[i], filepath.Base(gap.Source)+": "+gap.Reason)
		}
	}
	return found, gaps
}

// Data that unpacks too far is read up to the limit, however it is nested; the
// first 64 MiB are free.
func TestExpansion(t *testing.T) {
	const free = freeExpansion
	line := strings.Repeat("hello ", 1000) + "\n"
	text := report("a") + "\n" + strings.Repeat(line, free/len(line)+200) + report("z")
	bomb := gzipped(text)
	for _, c := range []struct {
		name  string
		file  []byte
		times uint
		whole bool
	}{
		{"gzip", bomb, 20, false},
		{"zstd", zstded(text), 100, false},
		{"gzip in gzip", gzipped(string(bomb)), 1000, false},
		{"gzip in zstd in gzip", gzipped(string(zstded(string(bomb)))), 1000, false},
		{"gzip in zip", zipped("a", string(bomb)), 1000, false},
		{"zip in zip", zipped("a", string(zipped("b", text))), 1000, false},
		{"two members", zipped("a", report("a")+text[:free/2], "b", text[:free/2], "c", text), 200, false},
		{"empty gzip members in gzip", gzipped(string(gzipped(report("a")+"\n")) + strings.Repeat(string(gzipped("")), free/len(gzipped(""))+10_000)), 100, false},
		{"within the limit", bomb, 1000, true},
		{"no limit", gzipped(string(bomb)), 0, true},
		{"within what is free", gzipped(string(gzipped(text[:free-1<<20] + "\n" + report("z")))), 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, gaps := readBomb(t, c.file, c.times)
			for i, from := range []string{"file", "stream"} {
				if c.whole {
					if len(gaps[i]) > 0 || len(found[i]) != 2 {
						t.Errorf("%s: %v, %v", from, found[i], gaps[i])
					}
					continue
				}
				name, size := "bomb", fmt.Sprintf("(%d bytes stored)", len(c.file))
				if i == 1 {
					name, size = Stdin, " bytes read)"
				}
				if len(gaps[i]) != 1 || !strings.HasPrefix(gaps[i][0], fmt.Sprintf("%s: unpacks to more than %d times its size (", name, c.times)) ||
					!strings.Contains(gaps[i][0], size+"; reading stopped at byte 6") || !strings.HasSuffix(gaps[i][0], "(--max-expansion raises the limit)") {
					t.Errorf("%s: gaps %v", from, gaps[i])
				}
				if len(found[i]) == 0 || found[i][0] != "1 report a" || slices.Contains(found[i], "report z") {
					t.Errorf("%s: %v", from, found[i])
				}
			}
		})
	}
}

// A window that would take too much memory is not made.
func TestWindowTooLarge(t *testing.T) {
	for name, head := range map[string][]byte{
		"window of 3.75 TB":         {0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xff, 0x01, 0, 0},
		"one segment of 1 TB":       {0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 1, 0, 0, 0x01, 0, 0},
		"behind a frame to be read": append(zstded(report("a")+"\n"), 0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xff, 0x01, 0, 0),
	} {
		found, coverage := readAll(t, bytes.NewReader(head))
		if len(coverage.Gaps) != 1 || !strings.Contains(coverage.Gaps[0].Reason, "needs more than 128 MiB of memory") {
			t.Errorf("%s: %v", name, coverage.Gaps)
		}
		if strings.HasPrefix(name, "behind") {
			equal(t, name, found, []string{"1 report a"})
		}
	}
}

// A file that was cut anywhere gives the lines that are whole, one gap that says
// where, and no panic. A cut between two members or frames shows nothing.
func TestTruncated(t *testing.T) {
	const lines = 12
	text := sampleLog(lines / 4)
	first, second := text[:len(text)/2], text[len(text)/2:]
	for _, c := range []struct {
		name string
		file []byte
		// wholes are the lengths at which the file is whole.
		wholes []int
	}{
		{"gzip", gzipped(text), nil},
		{"gzip of two members", append(gzipped(first), gzipped(second)...), []int{len(gzipped(first))}},
		{"gzip in gzip", gzipped(string(gzipped(text))), nil},
		{"zstd", zstded(text), nil},
		{"zstd of two frames", append(zstded(first), zstded(second)...), []int{len(zstded(first))}},
		{"zstd in gzip", gzipped(string(zstded(text))), nil},
		{"gzip in zstd", zstded(string(gzipped(text))), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			whole := map[int]bool{len(c.file): true}
			for _, n := range c.wholes {
				whole[n] = true
			}
			partial := 0
			for n := len(zstdMagic); n <= len(c.file); n++ {
				found, coverage := readAll(t, bytes.NewReader(c.file[:n]))
				if coverage.Bytes != uint64(n) {
					t.Errorf("cut at %d: %d bytes", n, coverage.Bytes)
				}
				if whole[n] {
					if len(coverage.Gaps) > 0 {
						t.Errorf("cut at %d: %v", n, coverage.Gaps)
					}
				} else if len(coverage.Gaps) != 1 || !strings.Contains(coverage.Gaps[0].Reason, fmt.Sprintf("byte %d", n)) || coverage.Gaps[0].Source != Stdin {
					t.Errorf("cut at %d: gaps %v", n, coverage.Gaps)
				}
				if whole[n] {
					continue
				}
				// The events are the first lines, all of them whole.
				read := strings.SplitAfterN(text, "\n", int(coverage.Events)+1)[:coverage.Events]
				want, _ := readAll(t, strings.NewReader(strings.Join(read, "")))
				equal(t, fmt.Sprint("records of a file cut at ", n), found, want)
				if coverage.Events > 0 && coverage.Events < lines {
					partial++
				}
			}
			found, coverage := readAll(t, bytes.NewReader(c.file))
			if coverage.Events != lines || len(found) != lines/2 {
				t.Errorf("%d events, %v", coverage.Events, found)
			}
			if partial == 0 && strings.HasPrefix(c.name, "gzip of") {
				t.Error("no cut leaves some of the lines")
			}
		})
	}
}

// In a file with a damaged byte what comes before it is read. What comes behind
// it may be read too, as something else: then the checksum tells.
func TestDamaged(t *testing.T) {
	text := sampleLog(5000)
	all, _ := readAll(t, strings.NewReader(text))
	for name, file := range map[string][]byte{"gzip": gzipped(text), "zstd": zstded(text)} {
		rng := rand.New(rand.NewPCG(1, 2))
		for range 20 {
			damaged := bytes.Clone(file)
			at := len(file)/4 + rng.IntN(len(file)/2)
			damaged[at] ^= byte(1 + rng.IntN(255))
			found, coverage := readAll(t, bytes.NewReader(damaged))
			if len(coverage.Gaps) != 1 || !strings.Contains(coverage.Gaps[0].Reason, "byte ") {
				t.Errorf("%s damaged at %d: %v", name, at, coverage.Gaps)
			}
			if n := len(all) / 10; len(found) < n || !slices.Equal(found[:n], all[:n]) {
				t.Errorf("%s damaged at %d: %d records of %d", name, at, len(found), len(all))
			}
		}
	}
}

// What follows the compressed data, and is none, is said to be unread.
func TestTrailingGarbage(t *testing.T) {
	for name, file := range map[string][]byte{"gzip": gzipped(sampleLog(1)), "zstd": zstded(sampleLog(1))} {
		found, coverage := readAll(t, bytes.NewReader(append(file, "\n"+report("x")...)))
		equal(t, name, found, []string{"1 start id-0", "4 report id-0"})
		if len(coverage.Gaps) != 1 {
			t.Errorf("%s: %v", name, coverage.Gaps)
		}
	}
}

// A source that fails gives what came before, without the line it cut.
func TestFailingSource(t *testing.T) {
	text := sampleLog(1)
	for n := range len(text) {
		src := io.MultiReader(strings.NewReader(text[:n]), iotest.ErrReader(io.ErrClosedPipe))
		found, coverage := readAll(t, src)
		want, wantCoverage := readAll(t, strings.NewReader(text[:strings.LastIndexByte(text[:n], '\n')+1]))
		equal(t, fmt.Sprint("records before byte ", n), found, want)
		if coverage.Events != wantCoverage.Events || len(coverage.Gaps) != 1 || !strings.Contains(coverage.Gaps[0].Reason, fmt.Sprintf("byte %d", n)) {
			t.Errorf("failing at %d: %+v", n, coverage)
		}
	}
}

func TestBinary(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 300_000)
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	const note = "- has no platform line and looks like a binary file"
	for _, c := range []struct {
		name, file string
		found      []string
		notes      []string
	}{
		{"noise", "\x7fELF" + string(noise), nil, []string{note}},
		{"a NUL further on", strings.Repeat("text\n", 5000) + "\x00", nil, []string{note}},
		{"a log with a NUL", "\x00\n" + report("a") + "\n\x00", []string{"2 report a"}, nil},
		{"text", strings.Repeat("text\n", 5000), nil, nil},
	} {
		for _, src := range []io.Reader{strings.NewReader(c.file), iotest.OneByteReader(strings.NewReader(c.file)), iotest.HalfReader(strings.NewReader(c.file))} {
			found, coverage := readAll(t, src)
			equal(t, c.name, found, c.found)
			equal(t, c.name, coverage.Notes, c.notes)
			if len(coverage.Gaps) > 0 {
				t.Errorf("%s: %v", c.name, coverage.Gaps)
			}
		}
	}
}

// FuzzPacked packs text up to three times, each time in a way that one digit of
// how says, and reads what the plain text gives.
func FuzzPacked(f *testing.F) {
	for _, how := range []string{"", "0", "1", "2", "3", "01", "12", "20", "31", "210", "002", "322"} {
		f.Add(how, sampleLog(2))
		f.Add(how, tailPrefix+report("a")+"\n"+xray+"\n"+jsonReport("b"))
	}
	f.Fuzz(func(t *testing.T, how, text string) {
		if len(how) > maxPacking {
			t.Skip("packed too often")
		}
		head := []byte(text)[:min(len(text), 4)]
		if _, encoded := utf16Order(bufio.NewReader(strings.NewReader(text))); encoded || packingOf(head) != "" {
			t.Skip("the text looks packed or encoded itself")
		}
		want, wantCoverage := readAll(t, strings.NewReader(text))
		file := []byte(text)
		for i, way := range how {
			switch way {
			case '0':
				file = gzipped(string(file))
			case '1':
				file = zstded(string(file))
			case '2':
				file = zipped("m", string(file))
			case '3':
				if i > 0 || !utf8.ValidString(text) || strings.HasPrefix(text, "\ufeff") {
					t.Skip("no text that UTF-16 can hold")
				}
				file = encoded(binary.LittleEndian, "\ufeff"+text)
			default:
				t.Skip("no such packing")
			}
		}
		found, coverage := readAll(t, bytes.NewReader(file))
		equal(t, "records", found, want)
		if coverage.Events != wantCoverage.Events || len(coverage.Gaps) != len(wantCoverage.Gaps) || coverage.Bytes != uint64(len(file)) {
			t.Errorf("%+v, plain %+v", coverage, wantCoverage)
		}
	})
}

// FuzzUnpack reads anything behind each magic number.
func FuzzUnpack(f *testing.F) {
	for _, seed := range [][]byte{gzipped(report("a")), zstded(report("a")), zipped("a", report("a"), "b/c", ""), skipFrame, encoded(binary.BigEndian, "\ufeff"+report("a"))} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, magic := range [][]byte{nil, gzipMagic, zstdMagic, zipMagic, zipEmptyMagic} {
			file := append(bytes.Clone(magic), data...)
			_, coverage := readAll(t, bytes.NewReader(file))
			if coverage.Bytes > uint64(len(file)) {
				t.Errorf("%d bytes of %d", coverage.Bytes, len(file))
			}
		}
	})
}
