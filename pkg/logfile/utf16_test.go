package logfile

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

// encoded is text in UTF-16.
func encoded(order binary.AppendByteOrder, text string) (out []byte) {
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return out
}

func TestUTF16(t *testing.T) {
	const bom = "\ufeff"
	text := tailPrefix + start("a") + "\r\n" + strings.Repeat("höllo 世界 🎉\r\n", 5000) + tailPrefix + report("a") + "\r\n" + xray + "\r\n" + report("b")
	want := []string{"1 " + tailTime + "start a", "5002 " + tailTime + "report a " + trace, "5004 report b"}
	for _, c := range []struct {
		name string
		file []byte
	}{
		{"little endian", encoded(binary.LittleEndian, bom+text)},
		{"big endian", encoded(binary.BigEndian, bom+text)},
		{"little endian, no mark", encoded(binary.LittleEndian, text)},
		{"big endian, no mark", encoded(binary.BigEndian, text)},
		{"gzip", gzipped(string(encoded(binary.LittleEndian, bom+text)))},
		{"zstd, no mark", zstded(string(encoded(binary.BigEndian, text)))},
	} {
		found, coverage := readAll(t, bytes.NewReader(c.file))
		equal(t, c.name, found, want)
		if len(coverage.Gaps)+len(coverage.Notes) > 0 || coverage.Bytes != uint64(len(c.file)) {
			t.Errorf("%s: %+v", c.name, coverage)
		}
		found, _ = readAll(t, iotest.OneByteReader(bytes.NewReader(c.file)))
		equal(t, c.name+", byte by byte", found, want)
	}
	found, _ := readZip(t, zipped("m", string(encoded(binary.LittleEndian, bom+report("a")))))
	equal(t, "in a zip archive", found, []string{"!m 1 report a"})
}

// Text in UTF-16 that is cut or malformed costs nothing but what is wrong.
func TestBrokenUTF16(t *testing.T) {
	file := encoded(binary.LittleEndian, "\ufeff"+start("a")+"\n"+report("b")+"\n")
	for n := range file {
		found, coverage := readAll(t, bytes.NewReader(file[:n]))
		if n >= 2*len(start("a")+"\n")+2 && (len(found) == 0 || found[0] != "1 start a") || len(coverage.Gaps) > 0 {
			t.Errorf("cut at %d: %v, %+v", n, found, coverage)
		}
	}
	lone := append(encoded(binary.LittleEndian, "\ufeffx"), 0x00, 0xd8, '\n', 0)
	found, _ := readAll(t, bytes.NewReader(append(lone, encoded(binary.LittleEndian, report("a"))...)))
	equal(t, "behind half a pair", found, []string{"2 report a"})
}

// What only has NUL bytes in it is read as it stands, and as soon as it is there.
func TestNotUTF16(t *testing.T) {
	for name, text := range map[string]string{
		"NUL at the beginning": "\x00\n" + report("a"),
		"some pairs":           "x\x00y\x00z\n" + report("a"),
		"NUL everywhere":       "\x00\x00\x00\x00\n" + report("a"),
	} {
		found, _ := readAll(t, strings.NewReader(text))
		if len(found) != 1 || !strings.HasSuffix(found[0], " report a") {
			t.Errorf("%s: %v", name, found)
		}
	}
}
