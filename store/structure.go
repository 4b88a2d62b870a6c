package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"os"

	"go.etcd.io/bbolt"
)

// bbolt believes what it reads: a wrong bit in its list of free pages makes the
// next write overwrite a page in use. Its own check runs in a goroutine that
// nobody can guard, and may never end on a damaged file. So the structure is
// checked here, from the file's bytes alone: the layout is that of bbolt's
// internal/common, format version 2, in the machine's byte order.

// The kinds of pages, and the mark of an entry that holds a bucket.
const (
	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10
	bucketEntry  = 0x01
)

const (
	pageHead    = 16
	entrySize   = 16
	bucketHead  = 16
	metaSize    = 64
	metaSummed  = 56
	boltMagic   = 0xED0CDAED
	boltVersion = 2
	noFreelist  = ^uint64(0)
	// longCount in a free list's head says that the real count comes first.
	longCount = 0xFFFF
)

// structure checks the pages of a database file.
type structure struct {
	file io.ReaderAt
	page uint64 // bytes
	end  uint64 // the first page that was never used
	used map[uint64]bool
}

// checkStructure tells what is wrong with the pages of a database that is open
// from path, and that nobody writes to meanwhile: every page is in use once or
// free, every entry lies in its page, keys rise. The error is errDamaged, or
// that of opening.
func checkStructure(path string, db *bbolt.DB) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	return checkPages(f, uint64(db.Info().PageSize))
}

func checkPages(file io.ReaderAt, pageSize uint64) error {
	s := structure{file: file, page: pageSize, used: map[uint64]bool{0: true, 1: true}}
	root, free, err := s.meta()
	if err != nil {
		return err
	}
	if err := s.walk(root, nil, nil); err != nil {
		return err
	}
	return s.free(free)
}

func torn(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{errDamaged}, args...)...)
}

// meta reads the younger of the two marks that are whole.
func (s *structure) meta() (root, free uint64, err error) {
	var youngest uint64
	found := false
	for n := range uint64(2) {
		b, err := s.read(n*s.page+pageHead, metaSize)
		if err != nil {
			return 0, 0, err
		}
		o := binary.NativeEndian
		sum := fnv.New64a()
		_, _ = sum.Write(b[:metaSummed])
		if o.Uint32(b) != boltMagic || o.Uint32(b[4:]) != boltVersion || o.Uint64(b[metaSummed:]) != sum.Sum64() {
			continue
		}
		if at := o.Uint64(b[48:]); !found || at > youngest {
			found, youngest = true, at
			root, free, s.end = o.Uint64(b[16:]), o.Uint64(b[32:]), o.Uint64(b[40:])
		}
	}
	if !found {
		return 0, 0, torn("both marks of its last change are broken")
	}
	return root, free, nil
}

func (s *structure) read(at, n uint64) ([]byte, error) {
	b := make([]byte, n)
	if _, err := s.file.ReadAt(b, int64(at)); err != nil {
		return nil, torn("it ends before byte %d: %v", at+n, err)
	}
	return b, nil
}

// take reads a page with what it runs over into, and notes both as used.
func (s *structure) take(id uint64) (kind, count uint16, body []byte, err error) {
	head, err := s.head(id)
	if err != nil {
		return 0, 0, nil, err
	}
	o := binary.NativeEndian
	over := uint64(o.Uint32(head[12:]))
	if o.Uint64(head) != id {
		return 0, 0, nil, torn("page %d says that it is page %d", id, o.Uint64(head))
	}
	if id+over >= s.end {
		return 0, 0, nil, torn("page %d runs over the end", id)
	}
	for n := id; n <= id+over; n++ {
		if s.used[n] {
			return 0, 0, nil, torn("page %d is used twice", n)
		}
		s.used[n] = true
	}
	body, err = s.read(id*s.page, (over+1)*s.page)
	return o.Uint16(head[8:]), o.Uint16(head[10:]), body, err
}

func (s *structure) head(id uint64) ([]byte, error) {
	if id < 2 || id >= s.end {
		return nil, torn("page %d is none of the %d pages", id, s.end)
	}
	return s.read(id*s.page, pageHead)
}

// walk checks the tree under a page, whose keys are from min up to but without
// max. nil is no bound.
func (s *structure) walk(id uint64, from, to []byte) error {
	kind, count, body, err := s.take(id)
	if err != nil {
		return err
	}
	switch kind {
	case leafPage:
		return s.leaf(id, body, count, from, to)
	case branchPage:
		return s.branch(id, body, count, from, to)
	}
	return torn("page %d is of no kind that a tree has (%#x)", id, kind)
}

func (s *structure) branch(id uint64, body []byte, count uint16, from, to []byte) error {
	if count == 0 {
		return torn("page %d leads nowhere", id)
	}
	keys, children := make([][]byte, count), make([]uint64, count)
	o := binary.NativeEndian
	for n := range keys {
		at := pageHead + n*entrySize
		if at+entrySize > len(body) {
			return torn("page %d has more entries than room", id)
		}
		var err error
		if keys[n], err = cut(body, at, o.Uint32(body[at:]), 0, o.Uint32(body[at+4:])); err != nil {
			return torn("entry %d of page %d: %w", n, id, err)
		}
		children[n] = o.Uint64(body[at+8:])
	}
	if err := rising(id, keys, from, to); err != nil {
		return err
	}
	for n, child := range children {
		until := to
		if n+1 < len(keys) {
			until = keys[n+1]
		}
		if err := s.walk(child, keys[n], until); err != nil {
			return err
		}
	}
	return nil
}

func (s *structure) leaf(id uint64, body []byte, count uint16, from, to []byte) error {
	keys := make([][]byte, count)
	o := binary.NativeEndian
	for n := range keys {
		at := pageHead + n*entrySize
		if at+entrySize > len(body) {
			return torn("page %d has more entries than room", id)
		}
		flags, pos, size, length := o.Uint32(body[at:]), o.Uint32(body[at+4:]), o.Uint32(body[at+8:]), o.Uint32(body[at+12:])
		key, err := cut(body, at, pos, 0, size)
		if err != nil {
			return torn("entry %d of page %d: %w", n, id, err)
		}
		value, err := cut(body, at, pos, size, length)
		if err != nil {
			return torn("entry %d of page %d: %w", n, id, err)
		}
		if flags > bucketEntry {
			return torn("entry %d of page %d is of no kind that there is (%#x)", n, id, flags)
		}
		if flags == bucketEntry {
			if err := s.bucket(id, value); err != nil {
				return err
			}
		}
		keys[n] = key
	}
	return rising(id, keys, from, to)
}

// bucket checks a bucket: it has pages of its own, or stands whole in its entry.
func (s *structure) bucket(id uint64, value []byte) error {
	if len(value) < bucketHead {
		return torn("a bucket on page %d is too short", id)
	}
	o := binary.NativeEndian
	if root := o.Uint64(value); root != 0 {
		return s.walk(root, nil, nil)
	}
	inline := value[bucketHead:]
	if len(inline) < pageHead || o.Uint16(inline[8:]) != leafPage {
		return torn("a bucket on page %d holds no page", id)
	}
	return s.leaf(id, inline, o.Uint16(inline[10:]), nil, nil)
}

// cut gives size bytes that begin skip after pos, counted from an entry.
func cut(body []byte, entry int, pos, skip, size uint32) ([]byte, error) {
	from := uint64(entry) + uint64(pos) + uint64(skip)
	if pos < entrySize || from+uint64(size) > uint64(len(body)) {
		return nil, errOutside
	}
	return body[from : from+uint64(size)], nil
}

var errOutside = fmt.Errorf("it lies outside the page")

func rising(id uint64, keys [][]byte, from, to []byte) error {
	for n, k := range keys {
		if n > 0 && bytes.Compare(keys[n-1], k) >= 0 || from != nil && bytes.Compare(k, from) < 0 || to != nil && bytes.Compare(k, to) >= 0 {
			return torn("the keys of page %d do not rise", id)
		}
	}
	return nil
}

// free checks the list of free pages, after all trees: together they are all
// pages, and none is both.
func (s *structure) free(id uint64) error {
	if id == noFreelist {
		return nil
	}
	kind, short, body, err := s.take(id)
	if err != nil {
		return err
	}
	if kind != freelistPage {
		return torn("page %d is not the list of free pages", id)
	}
	o := binary.NativeEndian
	list, count := body[pageHead:], uint64(short)
	if short == longCount {
		count, list = o.Uint64(list), list[8:]
	}
	if count > uint64(len(list))/8 {
		return torn("the list of free pages is longer than its page")
	}
	for ; count > 0; count, list = count-1, list[8:] {
		n := o.Uint64(list)
		if n < 2 || n >= s.end || s.used[n] {
			return torn("page %d is on the list of free pages, but is not free", n)
		}
		s.used[n] = true
	}
	for n := range s.end {
		if !s.used[n] {
			return torn("page %d is neither used nor free", n)
		}
	}
	return nil
}
