package crash

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"ringback/callback"
	"ringback/client"
	"ringback/proof/rig"
	"ringback/store"
)

// fill takes all space of a disk, and gives back a way to free it.
func fill(t testing.TB, dir string) (free func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for size := 64 << 10; size >= 512; {
		if _, err := f.Write(make([]byte, size)); errors.Is(err, syscall.ENOSPC) {
			size /= 2
		} else if err != nil {
			t.Fatal(err)
		}
	}
	_ = f.Sync() // a file system that allocates late does it now
	if err := f.Close(); err != nil && !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// rooms are the small disks on which the disk-full proofs run.
func rooms(t *testing.T, test func(t *testing.T, dir string)) {
	t.Run("in memory", func(t *testing.T) {
		t.Parallel()
		test(t, rig.NewRoom(t, "6m"))
	})
	t.Run("ext4", func(t *testing.T) {
		t.Parallel()
		test(t, rig.NewDisk(t, 8).Dir)
	})
}

// A desk whose disk fills up saves the call in hand, says so, and goes on when there is room again.
func TestFullDiskAtTheDesk(t *testing.T) {
	t.Parallel()
	rooms(t, func(t *testing.T, dir string) {
		h := rig.NewHouse(t, rig.SQLite(t.TempDir()), 40)
		s, err := rig.Sit(filepath.Join(dir, "desk"))
		if err != nil {
			t.Fatal(err)
		}
		h.Sync(t, s)
		saved, refused := map[string]int{}, map[string]string{}
		record := func(id, caseID string) error {
			_, err := s.Record(callback.Fact{EventID: id, CaseID: caseID, Payload: &callback.NoteAdded{Text: strings.Repeat("said much ", 350)}})
			if err == nil {
				saved[id]++
			}
			return err
		}
		if err := record(rig.NewID(), h.Cases[0]); err != nil {
			t.Fatal(err)
		}
		free := fill(t, dir)
		inHand := rig.NewID()
		if err := s.SaveDraft(callback.Draft{EventID: inHand, CaseID: h.Cases[1], Texts: map[string]string{"note": strings.Repeat("x", 3000)}}); err != nil {
			t.Fatalf("the draft of the call in hand: %v", err)
		}
		if err := record(inHand, h.Cases[1]); err != nil {
			t.Fatalf("the call in hand: %v", err)
		}
		stats, err := s.Stats()
		if err != nil || !stats.NoRoom {
			t.Errorf("the desk does not say that its disk is full: %+v %v", stats, err)
		}
		// It goes on into the ballast's place until that is full too.
		for n := 0; len(refused) < 3 && n < 5_000; n++ {
			id, caseID := rig.NewID(), h.Cases[n%len(h.Cases)]
			if err := record(id, caseID); err != nil {
				refused[id] = caseID
				if code := callback.CodeOf(err); code != callback.CodeFull || !strings.Contains(err.Error(), "is full") || !strings.Contains(err.Error(), "make room") {
					t.Errorf("a full disk is told as %s: %v", code, err)
				}
			}
		}
		if len(refused) < 3 {
			t.Fatal("the disk never was full")
		}
		syncFull(t, h, s)
		free()
		rig.Until(t, "the desk to see that there is room", func() bool {
			stats, err := s.Stats()
			return err == nil && !stats.NoRoom
		})
		for id, caseID := range refused {
			if err := record(id, caseID); err != nil {
				t.Errorf("with room again, under the same id: %v", err)
			}
		}
		h.Sync(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if s, err = rig.Sit(filepath.Join(dir, "desk")); err != nil {
			t.Fatal(err)
		}
		defer s.Close() //nolint:errcheck // what was to be seen has been seen
		y := &tally{acked: len(saved)}
		l := newLedger()
		for id := range saved {
			l.acked[id] = true
		}
		l.desk(s, y)
		l.server(s, h.Counted(t), y)
		h.Clean(t)
		y.sound(t)
		rig.Figure(t, "%d facts saved, %d refused on a full disk and saved later, %d lost, %d double", len(saved), len(refused), y.lost, y.double)
	})
}

// syncFull syncs a desk on a full disk: whatever comes of it, it is said that the disk is full, or
// it works.
func syncFull(t testing.TB, h *rig.House, s *store.Store) {
	t.Helper()
	c := h.Client(s)
	defer c.Close()
	s.Flush()
	_, err := client.NewSyncer(c, s, client.SyncOptions{}).Once(context.Background())
	if code := callback.CodeOf(err); err != nil && code != callback.CodeFull {
		t.Errorf("a sync on a full disk is told as %s: %v", code, err)
	}
}

// A pull that finds the disk full leaves the desk as it was, and is made up later.
func TestFullDiskWhilePulling(t *testing.T) {
	t.Parallel()
	rooms(t, func(t *testing.T, dir string) {
		h := rig.NewHouse(t, rig.SQLite(t.TempDir()), 10)
		s, err := rig.Sit(filepath.Join(dir, "desk"))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close() //nolint:errcheck // what was to be seen has been seen
		h.Sync(t, s)
		free := fill(t, dir)
		if _, err := h.Server.Intake(context.Background(), "main", rig.Answers("more", 1_200)); err != nil {
			t.Fatal(err)
		}
		c := h.Client(s)
		defer c.Close()
		syncer := client.NewSyncer(c, s, client.SyncOptions{PageDocs: 200})
		if _, err := syncer.Once(context.Background()); callback.CodeOf(err) != callback.CodeFull {
			t.Fatalf("1,200 cases fit on a full disk: %v", err)
		}
		if st := syncer.Status(); !strings.Contains(st.Problem, "is full") || st.State == callback.LinkOffline {
			t.Errorf("the screen says %+v", st)
		}
		page, err := s.Queue(callback.QueueQuery{})
		if err != nil || page.Open < 10 {
			t.Errorf("the queue of before: %d cases, %v", page.Open, err)
		}
		r, err := s.Check(context.Background())
		if err != nil || !r.OK {
			t.Errorf("check: %+v %v", r.Problems, err)
		}
		free()
		if _, err := syncer.Once(context.Background()); err != nil && callback.CodeOf(err) != callback.CodeFull {
			t.Fatalf("with room again: %v", err)
		}
		if r, err = s.Check(context.Background()); err != nil || !r.OK {
			t.Errorf("check: %+v %v", r.Problems, err)
		}
		rig.Figure(t, "%d cases before, %d after", page.Open, r.Cases)
	})
}

// The real programs on disks that are full or read-only: a sentence and an exit code, and nothing
// that was saved is lost.
func TestProgramsOnBadDisks(t *testing.T) {
	t.Parallel()
	disk := rig.NewDisk(t, 16)
	s := newSeat(t, rig.NewHouse(t, rig.SQLite(t.TempDir()), 10), disk.Dir)
	s.must("sync")
	saved := map[string]bool{recordedIn(s.must("record", s.h.Cases[0], "--disposition", "NA", "--json")): true}

	free := fill(t, disk.Dir)
	// The ballast lets this one through, and there is none for the next ones.
	saved[recordedIn(s.must("record", s.h.Cases[1], "--disposition", "NA", "--json"))] = true
	full := false
	for n := 0; n < 40 && !full; n++ {
		refill(disk.Dir)
		out, code := s.run("record", s.h.Cases[2], "--disposition", "NA", "--json")
		switch full = code == 7; {
		case code == 0:
			saved[recordedIn(out)] = true
		case !full || !strings.Contains(out, "is full") || !strings.Contains(out, "make room"):
			t.Errorf("record on a full disk ended with %d: %s", code, out)
		}
	}
	if !full {
		t.Error("the disk never was full")
	}
	if out, code := s.run("queue"); code != 0 {
		t.Errorf("queue on a full disk ended with %d: %s", code, out)
	}
	if out, _ := s.run("status", "--json"); !strings.Contains(out, `"no_room":true`) {
		t.Errorf("status on a full disk: %s", out)
	}
	free()

	disk.ReadOnly(true)
	for _, args := range [][]string{{"record", s.h.Cases[3], "--disposition", "NA"}, {"queue"}, {"sync"}} {
		out, code := s.run(args...)
		if code == 0 || !strings.Contains(out, "cannot be written") || strings.Contains(out, "panic") {
			t.Errorf("%s on a read-only disk ended with %d: %s", args[0], code, out)
		}
	}
	disk.ReadOnly(false)
	if out, _ := s.run("status", "--json"); strings.Contains(out, "no_room") {
		t.Errorf("status with room again: %s", out)
	}
	y := &tally{}
	s.settle(saved, y)
	y.sound(t)
}

// refill takes what became free.
func refill(dir string) {
	f, err := os.OpenFile(filepath.Join(dir, "filler"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return
	}
	defer f.Close() //nolint:errcheck // it was only read
	for {
		if _, err := f.Write(make([]byte, 512)); err != nil {
			break
		}
	}
	_ = f.Sync()
}

// A server whose disk fills up says so, keeps what it acknowledged, answers questions, and goes on
// when there is room again.
func TestFullDiskAtTheServer(t *testing.T) {
	t.Parallel()
	rooms := map[string]func(t *testing.T) string{
		"in memory": func(t *testing.T) string { return rig.NewRoom(t, "12m") },
		"ext4":      func(t *testing.T) string { return rig.NewDisk(t, 24).Dir },
	}
	for name, room := range rooms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, y := room(t), &tally{cycles: 1}
			l := newLoad(t, rig.NewServer(t, rig.SQLite(dir)), y, 4, 1)
			rig.Until(t, "the first acknowledgements", func() bool { return l.acks() > 20 })
			free := fill(t, dir)
			// What fits into the pages that the database has already is taken until they are full too.
			var err error
			rig.Until(t, "the importer to be told that the disk is full", func() bool {
				_, err = l.admin.Intake(context.Background(), rig.Answers(rig.NewID(), 20))
				return err != nil
			})
			if code := callback.CodeOf(err); code != callback.CodeFull || !strings.Contains(err.Error(), "full") {
				t.Errorf("the importer is told %s: %v", code, err)
			}
			if _, err := l.admin.Case(context.Background(), l.cases[0]); err != nil {
				t.Errorf("a server on a full disk answers no questions: %v", err)
			}
			if _, err := l.admin.Board(context.Background(), "month"); err != nil {
				t.Errorf("a server on a full disk shows no board: %v", err)
			}
			stuck := l.acks()
			free()
			rig.Until(t, "acknowledgements with room again; the server says: "+l.srv.Said(), func() bool { return l.acks() > stuck })
			l.finish()
			l.srv.Stop()
			if report, err := l.srv.Check(); err != nil || !report.OK {
				t.Errorf("check: %+v %v", report.Problems, err)
			}
			y.sound(t)
			rig.Figure(t, "%s; full after %d", y, stuck)
		})
	}
}
