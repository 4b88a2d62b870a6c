//go:build !unix

package phone

import "os/exec"

// detach has nothing to do where programs have no controlling terminal.
func detach(*exec.Cmd) {}
