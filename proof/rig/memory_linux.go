package rig

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// shared is where Linux keeps files in memory, enough the bytes that are to be free there.
const (
	shared = "/dev/shm"
	enough = 1 << 30
)

// Memory gives a directory whose files lie in memory where there is room for them, else on disk: a proof of rules has no use
// for a disk's flushes, and waits for them for most of its time.
func Memory(t testing.TB) string {
	t.Helper()
	var room unix.Statfs_t
	if err := unix.Statfs(shared, &room); err != nil || room.Bavail*uint64(room.Bsize) < enough {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(shared, "ringback-proof-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("remove what lay in memory: %v", err)
		}
	})
	return dir
}
