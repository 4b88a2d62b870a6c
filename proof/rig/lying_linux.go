package rig

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// flushes are the calls by which a program makes sure that what it wrote is on the disk.
var flushes = []uint32{unix.SYS_FSYNC, unix.SYS_FDATASYNC, unix.SYS_SYNC_FILE_RANGE, unix.SYS_MSYNC, unix.SYS_SYNC, unix.SYS_SYNCFS}

// Seccomp's words (linux/seccomp.h).
const (
	seccompSetFilter = 1
	seccompAllTasks  = 1
	seccompErrno     = 0x00050000
	seccompAllow     = 0x7fff0000
)

// Flushes makes the kernel answer every flush of this process, and of those that it becomes, with
// an error number instead of flushing. With 0 the disk lies: it says done and has done nothing,
// which is what a program without flushes would see. There is no way back.
func Flushes(answer syscall.Errno) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("give up privileges: %w", err)
	}
	filter := []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS}} // the call's number
	for i, call := range flushes {
		filter = append(filter, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: call, Jt: uint8(len(flushes) - i)})
	}
	filter = append(filter,
		unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: seccompAllow},
		unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: seccompErrno | uint32(answer)})
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if _, _, no := unix.Syscall(unix.SYS_SECCOMP, seccompSetFilter, seccompAllTasks, uintptr(unsafe.Pointer(&program))); no != 0 {
		return fmt.Errorf("filter the flushes: %w", no)
	}
	return nil
}

// LyingChild is the name of the child that Lying starts; Main must know it.
const LyingChild = "lying"

// Lying gives a command that runs a program on a disk that lies about flushes.
func Lying(argv ...string) *exec.Cmd { return Child(LyingChild, argv...) }

// RunLying is the child of Lying: it makes the disk lie and becomes the program.
func RunLying(argv []string) error {
	if len(argv) == 0 {
		return errors.New("there is nothing to run")
	}
	runtime.LockOSThread() // the filter of this thread is what the program inherits
	if err := Flushes(0); err != nil {
		return err
	}
	return unix.Exec(argv[0], argv, environ())
}

// environ is the environment without what makes a test binary a child.
func environ() []string {
	var out []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, childKey+"=") {
			out = append(out, kv)
		}
	}
	return out
}
