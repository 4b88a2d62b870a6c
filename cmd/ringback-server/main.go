// Command ringback-server is the central endpoint of a call-back team: it
// takes survey responses in, opens cases, and serves desks over REST, on an
// embedded SQLite file or on PostgreSQL.
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
		out: os.Stdout, err: os.Stderr, getenv: os.Getenv, now: time.Now,
		newID: func() string { return uuid.Must(uuid.NewV7()).String() },
	}
	code := a.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
