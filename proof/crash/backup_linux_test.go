package crash

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ringback/callback"
	"ringback/client"
	"ringback/proof/rig"
	"ringback/store"
)

// archive is a server that is backed up while its desks are at work, and set back to a backup again
// and again.
type archive struct {
	t     testing.TB
	r     *rand.Rand
	y     *tally
	srv   *rig.Process
	dsn   string
	dir   string
	admin *client.Client
	cases []string
	desks []*writer
	// torn counts backups, halted restores that were killed before their end.
	taken, torn, restored, halted int
	stop                          context.CancelFunc
	busy                          sync.WaitGroup
}

// writer is a real desk in this process with an agent who never rests.
type writer struct {
	*store.Store
	syncer *client.Syncer
	saved  []string
}

func newArchive(t testing.TB, r *rand.Rand, y *tally, desks, cases int) *archive {
	t.Helper()
	dir := t.TempDir()
	a := &archive{t: t, r: r, y: y, dir: filepath.Join(dir, "backups"), dsn: rig.SQLite(dir)}
	if err := os.Mkdir(a.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	a.srv = rig.NewServer(t, a.dsn)
	a.srv.MustStart(t)
	ctx, stop := context.WithCancel(context.Background())
	a.stop = stop
	a.admin = client.New(client.Options{URL: a.srv.URL, Token: a.srv.Admin, Device: "importer", Patience: patience})
	report, err := a.admin.Intake(ctx, rig.Answers("start", cases))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range report.Results {
		a.cases = append(a.cases, row.CaseID)
	}
	for n := range desks {
		a.hire(ctx, fmt.Sprintf("agent-%d", n))
	}
	t.Cleanup(a.rest)
	return a
}

// hire puts one more desk to work.
func (a *archive) hire(ctx context.Context, id string) {
	a.t.Helper()
	made, err := a.admin.AddUser(ctx, callback.NewUser{ID: id, Name: id, Role: callback.RoleAgent, Team: "main"})
	if err != nil {
		a.t.Fatal(err)
	}
	s, err := rig.SitAs(filepath.Join(a.t.TempDir(), id), id)
	if err != nil {
		a.t.Fatal(err)
	}
	c := client.New(client.Options{URL: a.srv.URL, Token: made.Token, Device: s.Device()})
	w := &writer{Store: s, syncer: client.NewSyncer(c, s, client.SyncOptions{Held: s})}
	a.desks = append(a.desks, w)
	a.t.Cleanup(func() {
		a.rest()
		c.Close()
		if err := s.Close(); err != nil {
			a.t.Error(err)
		}
	})
	// A desk needs the cases before it can say something of them.
	if _, err := w.syncer.Once(ctx); err != nil {
		a.t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(a.r.Uint64(), 0))
	a.busy.Go(func() { w.syncer.Run(ctx) })
	a.busy.Go(func() { a.write(ctx, w, r) })
}

func (a *archive) write(ctx context.Context, w *writer, r *rand.Rand) {
	for ctx.Err() == nil {
		var what callback.Payload = &callback.NoteAdded{Text: "Note " + strings.Repeat("long ", r.IntN(50)) + "."}
		if r.IntN(4) == 0 {
			what = noAnswer()
		}
		saved, err := w.Record(callback.Fact{CaseID: a.cases[r.IntN(len(a.cases))], Payload: what})
		if err != nil {
			a.t.Errorf("record: %v", err)
			return
		}
		w.saved = append(w.saved, saved.EventID)
		w.syncer.Nudge()
		rig.Rest(time.Duration(10+r.IntN(50)) * time.Millisecond)
	}
}

// rest ends the work of the desks.
func (a *archive) rest() {
	a.stop()
	a.busy.Wait()
}

func (a *archive) pause(most time.Duration) { rig.Rest(time.Duration(a.r.Int64N(int64(most)))) }

// backUp takes a backup while the server works, or kills the program that takes it.
func (a *archive) backUp(killed bool) {
	a.t.Helper()
	path := filepath.Join(a.dir, fmt.Sprintf("%04d.db", a.y.cycles))
	cmd := a.srv.Command("backup", path, "--keep", "3", "--json", "--db", a.dsn)
	if !killed {
		if out, code, err := rig.Run(cmd); err != nil || code != 0 {
			a.y.note(&a.y.corrupt, "backup ended with %d: %s %v", code, out, err)
		}
		a.taken++
		return
	}
	if err := cmd.Start(); err != nil {
		a.t.Fatal(err)
	}
	rig.Wait(rig.Patience, func() bool {
		found, _ := filepath.Glob(path + "*")
		return len(found) > 0
	})
	a.pause(40 * time.Millisecond)
	kill(cmd)
	if cmd.Wait() != nil {
		a.torn++
	}
}

// listed gives a backup that is meant for restore.
func (a *archive) listed() string {
	a.t.Helper()
	out, code, err := rig.Run(a.srv.Command("backup", "list", "--json", "--db", a.dsn))
	var told struct{ Backups []struct{ Name string } }
	if err != nil || code != 0 || json.Unmarshal([]byte(out), &told) != nil || len(told.Backups) == 0 {
		a.t.Fatalf("backup list ended with %d: %s %v", code, out, err)
	}
	return told.Backups[a.r.IntN(len(told.Backups))].Name
}

// restore puts a backup in the place of the database. A file that a killed backup left is refused,
// and changes nothing.
func (a *archive) restore(path string, killed bool) {
	a.t.Helper()
	if killed {
		cmd := a.srv.Command("restore", path, "--db", a.dsn)
		if err := cmd.Start(); err != nil {
			a.t.Fatal(err)
		}
		a.pause(150 * time.Millisecond)
		kill(cmd)
		if cmd.Wait() != nil {
			a.halted++
		}
		if a.srv.Start() == nil {
			return // it had not begun, or was done
		}
	}
	out, code, err := rig.Run(a.srv.Command("restore", path, "--db", a.dsn))
	switch {
	case err != nil || strings.Contains(out, "panic") || strings.Contains(out, "May not come back"):
		a.y.note(&a.y.corrupt, "restore ended with %d: %s %v", code, out, err)
	case code == 0:
		a.restored++
	case a.torn == 0 || !strings.Contains(out, "is no backup") && !strings.Contains(out, "cannot be read") && !strings.Contains(out, "is damaged"):
		a.y.note(&a.y.corrupt, "restore of a listed backup ended with %d: %s", code, out)
	}
}

// cycle backs the server up under load, lets it work on, and sets it back.
func (a *archive) cycle() {
	a.t.Helper()
	a.y.cycles++
	a.pause(100 * time.Millisecond)
	a.backUp(a.y.cycles%3 == 0)
	a.pause(200 * time.Millisecond)
	a.srv.Kill()
	a.restore(a.listed(), a.y.cycles%3 == 1)
	if report, err := a.srv.Check(); err != nil || !report.OK {
		a.y.note(&a.y.corrupt, "check: %v %+v", err, report.Problems)
	}
	if !a.srv.Up() {
		if err := a.srv.Start(); err != nil {
			a.t.Fatalf("start: %v", err)
		}
	}
}

// finish lets the desks come to rest, and compares both sides.
func (a *archive) finish() {
	a.t.Helper()
	a.rest()
	for _, w := range a.desks {
		w.Flush()
		var err error
		if !rig.Wait(rig.Patience, func() bool {
			_, err = w.syncer.Once(context.Background())
			stats, wrong := w.Stats()
			return err == nil && wrong == nil && stats.Pending == 0
		}) {
			stats, _ := w.Stats()
			a.t.Fatalf("the desk does not come into step: %+v %v", stats, err)
		}
	}
	times := map[string]int{}
	for _, id := range a.cases {
		c, err := a.admin.Case(context.Background(), id)
		if err != nil {
			a.y.note(&a.y.lost, "case %s: %v", id, err)
		}
		rig.Count(c, times)
	}
	for _, w := range a.desks {
		a.y.acked += len(w.saved)
		for _, id := range w.saved {
			if n := times[id]; n == 0 {
				a.y.note(&a.y.lost, "event %s was saved and is gone", id)
			} else if n > 1 {
				a.y.note(&a.y.double, "event %s counts %d times", id, n)
			}
			delete(times, id)
		}
		if report, err := w.Check(context.Background()); err != nil || !report.OK {
			a.y.note(&a.y.corrupt, "the desk's check: %v %+v", err, report.Problems)
		}
		if stats, err := w.Stats(); err != nil || stats.Quarantined > 0 {
			a.y.note(&a.y.corrupt, "the desk: %+v %v", stats, err)
		}
	}
	if len(times) > 0 {
		a.y.note(&a.y.double, "the server has %d events that nobody recorded", len(times))
	}
	if report, err := a.srv.Check(); err != nil || !report.OK {
		a.y.note(&a.y.corrupt, "the server's check: %v %+v", err, report.Problems)
	}
}

// restores sets servers back and gives what was found.
func restores(t *testing.T, rounds *rig.Rounds, cases int) (y *tally, done string) {
	t.Helper()
	r := rig.Chance(t)
	y = &tally{}
	sum := archive{}
	for more := rounds.Next(); more; {
		more = t.Run(fmt.Sprintf("from %d", rounds.Done()), func(t *testing.T) {
			a := newArchive(t, r, y, 3, cases)
			for range generation {
				a.cycle()
				if more = rounds.Next(); !more {
					break
				}
			}
			a.finish()
			sum.taken, sum.torn, sum.restored, sum.halted = sum.taken+a.taken, sum.torn+a.torn, sum.restored+a.restored, sum.halted+a.halted
		}) && more
		t.Logf("so far: %s", y)
	}
	return y, fmt.Sprintf("%d backups under load and %d killed, %d restores and %d killed: %s", sum.taken, sum.torn, sum.restored, sum.halted, y)
}

// A server is backed up while it works and set back again and again; the programs that do it are
// killed too. Every event comes back from its desk, once, and both sides' checks are clean.
func TestBackupsUnderLoad(t *testing.T) {
	t.Parallel()
	y, done := restores(t, rig.Short(6), 100)
	y.sound(t)
	rig.Figure(t, "%s", done)
}
