package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringback/callback"

	"github.com/google/go-cmp/cmp"
)

func (w *world) restore(path, backup string, opt RestoreOptions) (RestoreReport, error) {
	return Restore(w.t.Context(), Config{DSN: "sqlite:" + path, Now: w.s.cfg.Now, NewID: w.s.cfg.NewID}, backup, opt)
}

// What desks recorded after the backup comes back from them, once; what was
// never at a desk is named.
func TestRestoreBringsBackWhatDesksHold(t *testing.T) {
	t.Parallel()
	w, path := fileWorld(t)
	id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
	anna := w.desk("anna")
	var journal []callback.Event
	note := func(n int) callback.Event {
		e := anna.event(fmt.Sprintf("e%d", n), id, 1, &callback.NoteAdded{Text: fmt.Sprint(n)})
		journal = append(journal, e)
		return e
	}
	anna.push(note(1), note(2))
	banned := w.intake("north", row("banned", 1, "Never again.")).Results[0].CaseID
	backup := filepath.Join(t.TempDir(), "backup.db")
	b := must(w.s.Backup(t.Context(), backup))(t)
	if b.Bytes == 0 || b.Epoch != w.s.Epoch() || b.Positions["north"] == 0 {
		t.Fatalf("%+v", b)
	}
	for i := 3; i < 100; i += 5 {
		anna.push(note(i), note(i+1), note(i+2), note(i+3), note(i+4))
	}
	w.intake("north", row("2", 2, "Slow."), row("3", 2, "Slow."))
	w.must(w.s.AddUser(t.Context(), "test", callback.NewUser{ID: "new", Role: callback.RoleAgent, Team: "south"}))
	sue := Caller{ID: "sue", Team: "north", Role: callback.RoleSupervisor}
	w.must(w.s.Suppress(t.Context(), sue, callback.SuppressionBatch{Rows: []callback.NewSuppression{{Number: phoneOf("banned"), Reason: "Asked by mail."}}}))
	before, epoch := w.caseOf("north", id), w.s.Epoch()

	if _, err := w.restore(path, backup, RestoreOptions{}); callback.CodeOf(err) != callback.CodeLocked {
		t.Fatalf("the server runs, and the restore said %v", err)
	}
	w.check()
	w.close()
	report := must(w.restore(path, backup, RestoreOptions{}))(t)
	if report.Was != epoch || callback.EpochOrd(report.Epoch) <= callback.EpochOrd(epoch) || len(report.Lost) != 0 || report.Unknown {
		t.Fatalf("%+v", report)
	}
	want := []Missing{{What: "users", N: 1, IDs: []string{"new"}}, {Team: "north", What: "responses", N: 2}}
	if diff := cmp.Diff(want, report.Again); diff != "" {
		t.Fatal(diff)
	}
	if _, err := os.Stat(report.Aside); err != nil {
		t.Fatalf("the database of before is gone: %v", err)
	}
	must(w.reopen("sqlite:"+path, HistoryStop))(t)
	if w.s.Epoch() != report.Epoch {
		t.Fatalf("epoch %s, not %s", w.s.Epoch(), report.Epoch)
	}
	w.check()
	if c := w.caseOf("north", banned); report.Banned != 1 || c.State != callback.Suppressed {
		t.Fatalf("%d do-not-call entries were brought, and the case is %s", report.Banned, c.State)
	}
	if n := len(w.caseOf("north", id).Notes); n != 2 {
		t.Fatalf("%d notes in the backup", n)
	}

	// The desk begins a new stream with everything that it has kept.
	anna = w.desk("anna")
	anna.stream = "second"
	for i := range journal {
		journal[i].Stream, journal[i].Seq = "second", uint64(i+1)
	}
	for len(journal) > 0 {
		n := min(len(journal), callback.MaxPushEvents)
		for i, r := range anna.push(journal[:n]...) {
			if r.Final().Status != callback.Applied {
				t.Fatalf("event %d: %+v", i, r)
			}
		}
		journal = journal[n:]
	}
	if diff := cmp.Diff(before.Notes, w.caseOf("north", id).Notes); diff != "" {
		t.Fatal(diff)
	}
	w.check()
}

// A backup that lacks what desks were told to be safe is refused; told to take
// it all the same, the restore lists what may not come back.
func TestRestoreRefusesLoss(t *testing.T) {
	t.Parallel()
	w, path := fileWorld(t)
	dir := t.TempDir()
	id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
	must(w.s.Backup(t.Context(), filepath.Join(dir, "1.db")))(t)
	old := filepath.Join(t.TempDir(), "put away.db")
	put(t, filepath.Join(dir, "1.db"), old)
	w.now = w.now.Add(time.Hour)
	anna := w.desk("anna")
	anna.push(anna.event("e1", id, 1, &callback.NoteAdded{Text: "1"}), anna.event("e2", id, 1, &callback.NoteAdded{Text: "2"}))
	must(w.s.Backup(t.Context(), filepath.Join(dir, "2.db")))(t)
	anna.push(anna.event("e3", id, 1, &callback.NoteAdded{Text: "3"}))

	// The first backup is still meant for restore, so desks keep all that it lacks.
	stableAt := func() uint64 { return must(anna.try())(t).StablePos }
	if got, want := stableAt(), must(w.s.Backups(t.Context()))(t)[1].Positions["north"]; got != want || got == 0 {
		t.Fatalf("stable at %d, the oldest backup at %d", got, want)
	}
	first := stableAt()
	gone := must(w.s.KeepBackups(t.Context(), dir, 1))(t)
	if diff := cmp.Diff([]string{filepath.Join(dir, "1.db")}, gone); diff != "" {
		t.Fatal(diff)
	}
	if stableAt() <= first {
		t.Fatalf("stable stays at %d", first)
	}
	if _, err := os.Stat(gone[0]); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("the file of a forgotten backup: %v", err)
	}
	w.must(w.s.AddTeam(t.Context(), "west", ""))
	w.must(w.s.AddUser(t.Context(), "test", callback.NewUser{ID: "will", Role: callback.RoleAgent, Team: "west"}))
	if got := must(w.desk("will").try())(t).StablePos; got != 0 {
		t.Fatalf("a team that is in no backup is stable at %d", got)
	}
	w.close()
	_, err := w.restore(path, old, RestoreOptions{})
	if callback.CodeOf(err) != callback.CodeConflict || !strings.Contains(err.Error(), "team north") {
		t.Fatalf("it was taken: %v", err)
	}
	if _, err := w.reopen("sqlite:"+path, HistoryStop); err != nil {
		t.Fatalf("a refused restore left its mark: %v", err)
	}
	w.check()
	w.close()
	report := must(w.restore(path, old, RestoreOptions{AcceptLoss: true}))(t)
	lost := []LostEvents{{Team: "north", Stream: anna.stream, Agent: "anna", Device: anna.who.Device, First: 1, Last: 2, Events: 2}}
	if diff := cmp.Diff(lost, report.Lost); diff != "" {
		t.Fatal(diff)
	}
	must(w.reopen("sqlite:"+path, HistoryStop))(t)
	w.check()
}

// Only a backup is restored, and one that is whole.
func TestRestoreRefusesWhatIsNoBackup(t *testing.T) {
	t.Parallel()
	w, path := fileWorld(t)
	w.intake("north", row("1", 1, "Bad."))
	dir := t.TempDir()
	backup := filepath.Join(dir, "backup.db")
	must(w.s.Backup(t.Context(), backup))(t)
	if _, err := w.s.Backup(t.Context(), backup); callback.CodeOf(err) != callback.CodeInvalid {
		t.Fatalf("a backup was overwritten: %v", err)
	}
	w.close()
	raw := must(os.ReadFile(backup))(t)
	for name, change := range map[string]func([]byte) []byte{
		"words":     func([]byte) []byte { return []byte("not a database") },
		"empty":     func([]byte) []byte { return nil },
		"truncated": func(b []byte) []byte { return b[:len(b)/2] },
		"garbage": func(b []byte) []byte {
			b = append([]byte(nil), b...)
			for i := 3 * 4096; i < 4*4096; i++ {
				b[i] = byte(i)
			}
			return b
		},
	} {
		bad := filepath.Join(dir, name)
		must(0, os.WriteFile(bad, change(raw), 0o600))(t)
		if _, err := w.restore(path, bad, RestoreOptions{}); callback.CodeOf(err) != callback.CodeDamaged {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.restore(path, filepath.Join(dir, "missing"), RestoreOptions{}); callback.CodeOf(err) != callback.CodeNotFound {
		t.Errorf("missing: %v", err)
	}
	must(w.reopen("sqlite:"+path, HistoryStop))(t)
	w.check()

	// A database that is broken itself is moved aside; the backup takes its place.
	w.close()
	must(0, os.WriteFile(path, []byte("broken"), 0o600))(t)
	report := must(w.restore(path, backup, RestoreOptions{}))(t)
	if !report.Unknown || report.Aside == "" {
		t.Fatalf("%+v", report)
	}
	must(w.reopen("sqlite:"+path, HistoryStop))(t)
	w.check()
}

// A backup lists itself: a server that is set back to it behind its back knows that this may happen again, and tells no
// desk that what came later is safe.
func TestABackupListsItself(t *testing.T) {
	t.Parallel()
	w, _ := fileWorld(t)
	w.intake("north", row("1", 1, "Bad."))
	path := filepath.Join(t.TempDir(), "backup.db")
	b := must(w.s.Backup(t.Context(), path))(t)
	copied := must(Open(t.Context(), Config{DSN: "sqlite:" + path, Now: w.s.cfg.Now, History: HistoryLook}))(t)
	list := must(copied.Backups(t.Context()))(t)
	w.must(nil, copied.Close())
	if len(list) != 1 || list[0].Name != path || list[0].Positions["north"] != b.Positions["north"] {
		t.Errorf("the copy lists %+v", list)
	}
	if _, err := w.s.Backup(t.Context(), path); callback.CodeOf(err) != callback.CodeInvalid {
		t.Errorf("over a file that is there: %v", err)
	}
	if list := must(w.s.Backups(t.Context()))(t); len(list) != 1 {
		t.Errorf("%d on the list", len(list))
	}
}

// A backup that was cut short leaves nothing under its name and nothing on the list; the next one into the folder clears
// away what it left, and leaves alone what may be being written.
func TestWhatABackupLeftIsClearedAway(t *testing.T) {
	t.Parallel()
	w, _ := fileWorld(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "backup.db")
	old, young, other := path+unfinished+"1", path+unfinished+"2", filepath.Join(dir, "notes.txt")
	for _, name := range []string{old, young, other} {
		w.must(nil, os.WriteFile(name, []byte("SQLite"), 0o600))
	}
	long := time.Now().Add(-2 * abandonedAfter)
	w.must(nil, os.Chtimes(old, long, long))
	w.must(nil, os.Chtimes(other, long, long))
	must(w.s.Backup(t.Context(), path))(t)
	for name, there := range map[string]bool{path: true, old: false, young: true, other: true} {
		if _, err := os.Stat(name); (err == nil) != there {
			t.Errorf("%s: %v", filepath.Base(name), err)
		}
	}
	if list := must(w.s.Backups(t.Context()))(t); len(list) != 1 || list[0].Name != path {
		t.Errorf("on the list: %+v", list)
	}
	// What fails leaves nothing at all.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	second := filepath.Join(t.TempDir(), "second.db")
	if _, err := w.s.Backup(ctx, second); err == nil {
		t.Error("a backup whose time was over was made")
	}
	if left := must(os.ReadDir(filepath.Dir(second)))(t); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
	if list := must(w.s.Backups(t.Context()))(t); len(list) != 1 {
		t.Errorf("on the list: %+v", list)
	}
}
