// Command ringback is the desk of a call-back team: a terminal program that
// syncs the queue of detractors and call requests, guides the agent through
// the call, and records outcomes and re-scores.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata"

	"github.com/google/uuid"
)

// version is set by the linker.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	a := &app{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, environ: os.Environ(),
		now: time.Now, newID: newID,
	}
	code := a.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// newID mints a UUIDv7 (RFC 9562): sortable by time, unique without a server.
func newID() string { return uuid.Must(uuid.NewV7()).String() }
