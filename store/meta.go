package store

import (
	"encoding/binary"
	"hash/fnv"
	"os"
)

// A bbolt file begins with two pages that name its last two changes (bbolt,
// internal/common/meta.go): behind the page's head of 16 bytes stand 56 bytes
// and their FNV-1a sum. When one is damaged, bbolt goes on from the other
// without a word, which may be one change older.
const (
	metaMagic = 0xED0CDAED
	metaHead  = 16
	metaBody  = 56
)

// oneMark tells whether just one of the two marks of a file is sound.
func oneMark(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // it was only read
	first, size := mark(f, 0)
	if !first {
		size = int64(os.Getpagesize())
	}
	second, _ := mark(f, size)
	return first != second
}

// mark tells whether the mark at an offset is sound, and the pages' size.
func mark(f *os.File, at int64) (sound bool, page int64) {
	b := make([]byte, metaBody+8)
	if _, err := f.ReadAt(b, at+metaHead); err != nil || binary.NativeEndian.Uint32(b) != metaMagic {
		return false, 0
	}
	sum := fnv.New64a()
	_, _ = sum.Write(b[:metaBody])
	return sum.Sum64() == binary.NativeEndian.Uint64(b[metaBody:]), int64(binary.NativeEndian.Uint32(b[8:]))
}
