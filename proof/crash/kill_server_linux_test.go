package crash

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"slices"
	"testing"
	"time"

	"ringback/proof/rig"
)

// serverRig ends a real server under load again and again.
type serverRig struct {
	l *load
	y *tally
	// fault ends the server, and leaves it so that it can be started.
	fault func(*rig.Process)
	// blind tells that the disk lies: then it is enough to see a loss.
	blind bool
	// quick is the shortest time, and spread how much longer, that the server works after its first
	// acknowledgement.
	quick, spread time.Duration
	wait          func(time.Duration) time.Duration
}

// cycle lets the server work, ends it, looks at what it left, and starts it again.
func (s *serverRig) cycle() {
	s.l.t.Helper()
	s.y.cycles++
	rig.Rest(s.quick + s.wait(s.spread))
	s.fault(s.l.srv)
	if report, err := s.l.srv.Check(); err != nil || !report.OK {
		s.l.note(&s.y.corrupt, "check: %v %+v", err, report.Problems)
	}
	before, began := s.l.acks(), time.Now()
	if err := s.l.srv.Start(); err != nil {
		s.l.note(&s.y.corrupt, "start: %v", err)
		return
	}
	if s.blind {
		rig.Wait(time.Second, func() bool { return s.l.found() > 0 })
		return
	}
	rig.Until(s.l.t, "an acknowledgement after the restart; the server said: "+s.l.srv.Said(), func() bool { return s.l.acks() > before })
	s.y.back = append(s.y.back, time.Since(began))
}

// killServers kills servers under load and gives what was found.
func killServers(t *testing.T, rounds *rig.Rounds, desks int, dsn func(*testing.T) string) *tally {
	t.Helper()
	r, y := rig.Chance(t), &tally{}
	for more := rounds.Next(); more; {
		more = t.Run(fmt.Sprintf("from %d", rounds.Done()), func(t *testing.T) {
			s := &serverRig{
				l: newLoad(t, rig.NewServer(t, dsn(t)), y, desks, r.Uint64()), y: y, fault: (*rig.Process).Kill,
				quick: 5 * time.Millisecond, spread: 150 * time.Millisecond, wait: func(d time.Duration) time.Duration { return time.Duration(r.Int64N(int64(d))) },
			}
			for range generation {
				s.cycle()
				if more = rounds.Next(); !more {
					break
				}
			}
			s.l.finish()
		}) && more
		t.Logf("so far: %s", y)
	}
	return y
}

// recovery tells how long it took from the start of a process to its first acknowledgement.
func (y *tally) recovery() string {
	if len(y.back) == 0 {
		return "never back"
	}
	slices.Sort(y.back)
	at := func(percent int) time.Duration {
		return y.back[(len(y.back)-1)*percent/100].Round(time.Millisecond)
	}
	return fmt.Sprintf("back to work after p50 %s, p99 %s", at(50), at(99))
}

func sqliteFresh(t *testing.T) string { return rig.SQLite(t.TempDir()) }

func TestKilledServers(t *testing.T) {
	t.Parallel()
	y := killServers(t, rig.Short(20), 8, sqliteFresh)
	y.sound(t)
	rig.Figure(t, "SQLite: %s, %d rows taken in, %s", y, y.rows, y.recovery())
}

func TestKilledServersOnPostgreSQL(t *testing.T) {
	t.Parallel()
	needPostgreSQL(t)
	y := killServers(t, rig.Short(5), 8, pgFresh)
	y.sound(t)
	rig.Figure(t, "PostgreSQL: %s, %d rows taken in, %s", y, y.rows, y.recovery())
}

// needPostgreSQL skips a test where there is none.
func needPostgreSQL(t *testing.T) {
	t.Helper()
	if base := os.Getenv("RINGBACK_TEST_PG"); base == "" || base == "skip" {
		t.Skip("RINGBACK_TEST_PG names no PostgreSQL: run it by scripts/with-postgres.sh")
	}
}

// pgFresh makes a schema of PostgreSQL and gives its address.
func pgFresh(t *testing.T) string {
	t.Helper()
	base := os.Getenv("RINGBACK_TEST_PG")
	db, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("crash_%d", time.Now().UnixNano())
	if _, err := db.Exec("CREATE SCHEMA " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec("DROP SCHEMA " + name + " CASCADE"); err != nil {
			t.Error(err)
		}
		_ = db.Close()
	})
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}
