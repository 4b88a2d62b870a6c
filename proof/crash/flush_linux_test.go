package crash

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ringback/callback"
	"ringback/proof/rig"
	"ringback/server"
)

// A desk whose flushes fail says that nothing is saved any more, and after a restart takes the same
// events under the same ids, once.
func TestFailingFlushesAtTheDesk(t *testing.T) {
	t.Parallel()
	r, y := rig.Chance(t), &tally{}
	disk := rig.NewDisk(t, 256)
	d := &deskRig{
		t: t, r: r, h: rig.NewHouse(t, rig.SQLite(t.TempDir()), 40), dir: filepath.Join(disk.Dir, "desk"), fault: cut(t, disk),
		least: 150 * time.Millisecond, most: 250 * time.Millisecond, said: newLedger(), fail: func() int { return 1 + r.IntN(8) },
	}
	for range 6 {
		d.cycle(y)
	}
	d.settle(y)
	y.sound(t)
	if y.again == 0 {
		t.Error("no flush failed: the rig does not work")
	}
	rig.Figure(t, "%s, %d failed and were offered again", y, y.again)
}

// flushesFail is what serverChild says when no flush works any more.
const flushesFail = "flushes fail from now on"

// serverChild is the server's program as a child of the test, whose flushes fail from the first
// SIGUSR1 on.
func serverChild(args []string) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	addr, dsn := flags.String("addr", "", ""), flags.String("db", "", "")
	flags.Bool("json", true, "")
	if len(args) < 2 {
		return errors.New("usage: PROGRAM serve …")
	}
	if err := flags.Parse(args[2:]); err != nil {
		return err
	}
	fail := make(chan os.Signal, 1)
	signal.Notify(fail, syscall.SIGUSR1)
	go func() {
		<-fail
		if err := rig.Flushes(syscall.EIO); err != nil {
			panic(err)
		}
		fmt.Fprintln(os.Stderr, flushesFail)
	}()
	ctx := context.Background()
	s, err := server.Open(ctx, server.Config{DSN: *dsn})
	if err != nil {
		return err
	}
	told := struct {
		URL   string              `json:"url"`
		Admin *callback.UserToken `json:"admin,omitempty"`
	}{}
	if teams, err := s.Teams(ctx); err != nil {
		return err
	} else if len(teams) == 0 {
		if _, err := s.AddTeam(ctx, "main", "Main"); err != nil {
			return err
		}
		admin, err := s.AddUser(ctx, "proof", callback.NewUser{ID: "admin", Name: "Admin", Role: callback.RoleAdmin, Team: "main"})
		if err != nil {
			return err
		}
		told.Admin = &admin
	}
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	told.URL = "http://" + l.Addr().String()
	if err := json.NewEncoder(os.Stdout).Encode(told); err != nil {
		return err
	}
	return s.HTTPServer().Serve(l)
}

// A server whose flushes fail acknowledges nothing: what it acknowledged before is there after the
// power has gone too, and what it refused comes again and counts once.
func TestFailingFlushesAtTheServer(t *testing.T) {
	t.Parallel()
	r, y := rig.Chance(t), &tally{}
	disk := rig.NewDisk(t, 256)
	srv := rig.NewServer(t, rig.SQLite(fresh(t, disk.Dir, "server")))
	srv.Under = func(argv ...string) *exec.Cmd { return rig.Child("server", argv...) }
	s := &serverRig{
		l: newLoad(t, srv, y, 8, r.Uint64()), y: y, quick: 20 * time.Millisecond, spread: 60 * time.Millisecond,
		wait: func(d time.Duration) time.Duration { return time.Duration(r.Int64N(int64(d))) },
	}
	s.fault = func(srv *rig.Process) {
		if err := srv.Signal(syscall.SIGUSR1); err != nil {
			t.Fatal(err)
		}
		rig.Until(t, "the flushes to fail", func() bool { return strings.Contains(srv.Said(), flushesFail) })
		// What was under way then may still be acknowledged, and heard of late on a busy machine.
		before, still := s.l.acks(), time.Now()
		if !rig.Wait(10*time.Second, func() bool {
			if now := s.l.acks(); now != before {
				before, still = now, time.Now()
			}
			return time.Since(still) > 200*time.Millisecond
		}) {
			s.l.note(&y.corrupt, "a server that cannot flush goes on acknowledging events")
		}
		disk.Cut()
		srv.Kill()
		disk.Restore()
	}
	for range 4 {
		s.cycle()
	}
	s.l.finish()
	y.sound(t)
	rig.Figure(t, "%s", y)
}
