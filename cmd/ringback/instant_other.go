//go:build !linux

package main

import (
	"os"
	"strconv"
	"time"
)

// began is when the program started.
var began = time.Now()

// uptime tells the run of the program and how long it has lasted by Go's own
// counter, for want of one that is known to go on while the machine sleeps.
func uptime() (boot string, up time.Duration) {
	return "process " + strconv.Itoa(os.Getpid()) + " " + strconv.FormatInt(began.UnixNano(), 36), time.Since(began)
}
