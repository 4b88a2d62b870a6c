//go:build unix

package phone

import (
	"os/exec"
	"syscall"
)

// detach gives a program a session of its own: it can neither write over the
// desk's screen nor be cut off, in the middle of a call, by the terminal's end.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
