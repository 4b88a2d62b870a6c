package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// maxFaultLog bounds the file of faults; a longer one is begun anew.
const maxFaultLog = 1 << 20

// noteFault writes a fault of the program itself to a file beside the desk's,
// for a report to its makers. It holds no personal data.
func (a *app) noteFault(fault error) {
	path := filepath.Join(a.settings.Data, "faults.log")
	flags := os.O_WRONLY | os.O_CREATE | os.O_APPEND
	if info, err := os.Stat(path); err == nil && info.Size() > maxFaultLog {
		flags = os.O_WRONLY | os.O_TRUNC
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return
	}
	_, _ = fmt.Fprintf(f, "%s %s %v\n", a.now().UTC().Format(time.RFC3339), version, fault)
	_ = f.Close()
}
