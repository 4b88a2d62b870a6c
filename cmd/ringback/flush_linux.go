package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// forgetTyped throws away what was typed into a terminal before there was
// anything to type into.
func forgetTyped(f *os.File) {
	_ = unix.IoctlSetInt(int(f.Fd()), unix.TCFLSH, unix.TCIFLUSH) // a terminal that cannot keeps it
}
