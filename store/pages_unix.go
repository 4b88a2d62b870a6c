//go:build unix

package store

import (
	"os"
	"syscall"

	"go.etcd.io/bbolt"
)

// release gives the pages of a mapped file back that were looked at. They stay
// in the system's own cache, and are mapped again when they are next needed;
// the system maps sixteen around each, so a desk that reads here and there
// would soon hold the whole file. A transaction keeps the mapping in place.
func release(tx *bbolt.Tx) {
	page := int64(os.Getpagesize())
	size := (tx.Size() + page - 1) &^ (page - 1)
	// The address is that of a file mapping, which the collector does not move.
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, tx.DB().Info().Data, uintptr(size), syscall.MADV_DONTNEED)
}
