package crash

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"ringback/proof/rig"
)

// cut takes the power from a child and its disk.
func cut(t testing.TB, disk *rig.Disk) func(*exec.Cmd) {
	return func(cmd *exec.Cmd) {
		rig.Freeze(t, cmd.Process.Pid)
		disk.Cut()
		kill(cmd)
		_ = cmd.Wait()
		disk.Restore()
	}
}

// cutDesks takes the power from desks at work, and from some while they open, and gives what was found. With lie the disk says done to
// flushes that it does not carry out.
func cutDesks(t *testing.T, rounds *rig.Rounds, lie bool) *tally {
	t.Helper()
	r, y := rig.Chance(t), &tally{}
	disk := rig.NewDisk(t, 256)
	for more := rounds.Next(); more; {
		more = t.Run(fmt.Sprintf("from %d", rounds.Done()), func(t *testing.T) {
			d := &deskRig{
				t: t, r: r, h: rig.NewHouse(t, rig.SQLite(t.TempDir()), 40), dir: filepath.Join(fresh(t, disk.Dir, "desk"), "desk"),
				fault: cut(t, disk), facts: 16, least: 0, most: 150 * time.Millisecond, said: newLedger(), lie: lie,
			}
			for range generation {
				d.cycle(y)
				if more = rounds.Next(); !more || lie && y.lost+y.corrupt > 0 {
					break
				}
			}
			if !lie {
				d.settle(y)
			}
		}) && more && !(lie && y.lost+y.corrupt > 0)
		t.Logf("so far: %s", y)
	}
	return y
}

func TestDesksWithoutPower(t *testing.T) {
	t.Parallel()
	y := cutDesks(t, rig.Short(8), false)
	y.sound(t)
	rig.Figure(t, "%s", y)
}

// The same rig must find a loss where flushes are not carried out; else it would be blind.
func TestDesksWithoutPowerOnALyingDisk(t *testing.T) {
	t.Parallel()
	y := cutDesks(t, rig.Short(8), true)
	if y.lost+y.corrupt == 0 {
		t.Errorf("THE POWER CUTS ARE BLIND: nothing is lost on a disk that does not flush (%s)", y)
	}
	rig.Figure(t, "as it must be: %s", y)
}

// cutServers takes the power from servers under load.
func cutServers(t *testing.T, rounds *rig.Rounds, lie bool) *tally {
	t.Helper()
	r, y := rig.Chance(t), &tally{}
	disk := rig.NewDisk(t, 256)
	fault := func(srv *rig.Process) {
		rig.Freeze(t, srv.PID())
		disk.Cut()
		srv.Kill()
		disk.Restore()
	}
	for more := rounds.Next(); more; {
		more = t.Run(fmt.Sprintf("from %d", rounds.Done()), func(t *testing.T) {
			srv := rig.NewServer(t, rig.SQLite(fresh(t, disk.Dir, "server")))
			s := &serverRig{
				l: newLoad(t, srv, y, 8, r.Uint64()), y: y, fault: fault, blind: lie,
				quick: 20 * time.Millisecond, spread: 150 * time.Millisecond, wait: func(d time.Duration) time.Duration { return time.Duration(r.Int64N(int64(d))) },
			}
			if lie { // what is there so far is honestly there
				srv.Stop()
				srv.Under = rig.Lying
				srv.MustStart(t)
			}
			for range generation {
				s.cycle()
				if more = rounds.Next(); !more || lie {
					break
				}
			}
			if lie {
				s.l.end()
				s.l.compare()
			} else {
				s.l.finish()
			}
		}) && more && !(lie && y.lost+y.corrupt > 0)
		t.Logf("so far: %s", y)
	}
	return y
}

func TestServersWithoutPower(t *testing.T) {
	t.Parallel()
	y := cutServers(t, rig.Short(8), false)
	y.sound(t)
	rig.Figure(t, "SQLite: %s, %d rows taken in, %s", y, y.rows, y.recovery())
}

func TestServersWithoutPowerOnALyingDisk(t *testing.T) {
	t.Parallel()
	y := cutServers(t, rig.Short(8), true)
	if y.lost+y.corrupt == 0 {
		t.Errorf("THE POWER CUTS ARE BLIND: nothing is lost on a disk that does not flush (%s)", y)
	}
	rig.Figure(t, "as it must be: %s", y)
}

// cutPrograms takes the power right after the real program has said that a call is saved: on the
// first day of a desk, when all its files are new, its key among them.
func cutPrograms(t *testing.T, rounds *rig.Rounds) *tally {
	t.Helper()
	r, y := rig.Chance(t), &tally{}
	disk := rig.NewDisk(t, 256)
	for rounds.Next() && !t.Failed() {
		y.cycles++
		s := newSeat(t, rig.NewHouse(t, rig.SQLite(t.TempDir()), 3), fresh(t, disk.Dir, "seat"))
		saved := map[string]bool{}
		for _, id := range s.h.Cases[:1+r.IntN(2)] {
			s.must("sync")
			saved[recordedIn(s.must("record", id, "--disposition", "NA", "--json"))] = true
		}
		disk.Cut()
		disk.Restore()
		out, code := s.run("sync", "--json")
		if code != 0 {
			y.note(&y.lost, "after the cut ringback sync ended with %d: %s", code, out)
			continue
		}
		s.settle(saved, y)
	}
	return y
}

func TestNewDesksWithoutPower(t *testing.T) {
	t.Parallel()
	y := cutPrograms(t, rig.Short(3))
	y.sound(t)
	rig.Figure(t, "ringback record on a desk's first day: %s", y)
}
