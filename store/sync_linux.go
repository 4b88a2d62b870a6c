package store

import (
	"os"
	"syscall"
)

// flushData makes a file's content durable. Only the content: its times need
// not be, and skipping them saves a write on most disks.
func flushData(f *os.File) error {
	for {
		if err := syscall.Fdatasync(int(f.Fd())); err != syscall.EINTR {
			return err
		}
	}
}
