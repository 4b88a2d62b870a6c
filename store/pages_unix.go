//go:build unix

package store

import (
	"os"
	"syscall"
	"unsafe"
)

// span is the part of a mapped file that a long reading has passed through.
// Giving its pages back keeps the desk small: they stay in the system's own
// cache, and are mapped again when they are next looked at.
type span struct{ from, to uintptr }

// add takes a value that lies in the mapped file into the span.
func (s *span) add(v []byte) {
	if len(v) == 0 {
		return
	}
	p := uintptr(unsafe.Pointer(unsafe.SliceData(v)))
	if s.from == 0 || p < s.from {
		s.from = p
	}
	s.to = max(s.to, p+uintptr(len(v)))
}

// release gives the whole pages inside the span back. It must be called before
// the transaction ends, while the file is mapped.
func (s *span) release() {
	page := uintptr(os.Getpagesize())
	from, to := (s.from+page-1)&^(page-1), s.to&^(page-1)
	if s.from == 0 || to <= from {
		return
	}
	// The addresses are those of a file mapping, which the collector does not
	// move.
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, from, to-from, syscall.MADV_DONTNEED)
}
