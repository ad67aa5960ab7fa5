package archive

import (
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"io"
)

// format is the version of a cell's content. Who changes it changes cellTail
// too, so that programs of both versions leave each other's cells alone.
const format = 1

// trailer says whose events a cell holds and proves that it holds them all. It
// stands as JSON in the last frame of the file, which zstd skips (RFC 8878,
// section 3.1.2):
//
//	4 bytes  magic number
//	4 bytes  length of what follows
//	n bytes  the trailer
//	4 bytes  n
//	4 bytes  CRC-32C of the frame up to here
//
// All numbers are little-endian.
type trailer struct {
	Cell      int    `json:"cell"` // format
	Group     string `json:"group"`
	Created   int64  `json:"created"`
	Selection string `json:"selection"`
	Start     int64  `json:"start"`
	End       int64  `json:"end"`
	Events    uint64 `json:"events"`
	// Sum is the CRC-32C of all bytes of the file before the frame.
	Sum uint32 `json:"crc32c"`
}

// trailerOf returns the trailer of a cell.
func trailerOf(c Cell, events uint64, sum uint32) trailer {
	return trailer{format, c.Group.ARN, c.Group.Created, string(c.Selection), c.Start, c.End, events, sum}
}

const (
	trailerMagic = 0x184D2A5C
	frameHead    = 4 + 4
	frameTail    = 4 + 4
	// maxTrailer is far more than the name of a log group, which has 512
	// characters, can make of it.
	maxTrailer = 16 << 10
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// frame returns the frame of the trailer.
func (t trailer) frame() []byte {
	text, _ := json.Marshal(t) // nothing in it can fail
	b := binary.LittleEndian.AppendUint32(nil, trailerMagic)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(text)+frameTail))
	b = append(b, text...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// readTrailer reads the trailer at the end of a file of the given size, and
// returns where its frame begins. ok is false where there is none.
func readTrailer(file io.ReaderAt, size int64) (t trailer, begin int64, ok bool, err error) {
	last := make([]byte, min(size, frameHead+maxTrailer+frameTail))
	if _, err := file.ReadAt(last, size-int64(len(last))); err != nil {
		return t, 0, false, err
	}
	if len(last) < frameHead+frameTail {
		return t, 0, false, nil
	}
	length := int64(binary.LittleEndian.Uint32(last[len(last)-frameTail:]))
	if length > int64(len(last))-frameHead-frameTail {
		return t, 0, false, nil
	}
	frame := last[int64(len(last))-frameHead-length-frameTail:]
	summed := frame[:len(frame)-4]
	if binary.LittleEndian.Uint32(frame) != trailerMagic || crc32.Checksum(summed, castagnoli) != binary.LittleEndian.Uint32(frame[len(summed):]) {
		return t, 0, false, nil
	}
	text := frame[frameHead : len(frame)-frameTail]
	return t, size - int64(len(frame)), json.Unmarshal(text, &t) == nil, nil
}

// summer writes on, and sums what it has written.
type summer struct {
	to  io.Writer
	crc uint32
}

func (s *summer) Write(p []byte) (int, error) {
	n, err := s.to.Write(p)
	s.crc = crc32.Update(s.crc, castagnoli, p[:n])
	return n, err
}
