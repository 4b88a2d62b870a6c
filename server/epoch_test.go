package server

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringback/callback"
)

// file is a SQLite world whose database a test may lay hands on.
func fileWorld(t *testing.T) (w *world, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "server.db")
	return newWorld(t, "sqlite:"+path), path
}

// reopen opens a database after its server was closed.
func (w *world) reopen(dsn string, rule HistoryRule) (*Server, error) {
	s, err := Open(w.t.Context(), Config{DSN: dsn, Side: w.side, Key: testKey, History: rule, Now: w.s.cfg.Now, NewID: w.s.cfg.NewID})
	if err == nil {
		w.s = s
		w.t.Cleanup(func() { _ = s.Close() })
	}
	return s, err
}

func (w *world) close() {
	w.t.Helper()
	if err := w.s.Close(); err != nil {
		w.t.Fatal(err)
	}
}

// A restart keeps the epoch and what the desks know of their place.
func TestRestartKeepsTheHistory(t *testing.T) {
	t.Parallel()
	w, path := fileWorld(t)
	w.intake("north", row("1", 1, "Bad."))
	_, cursor, _ := w.feed(w.as("anna"), "", 0)
	epoch := w.s.Epoch()
	w.close()
	if _, err := w.reopen("sqlite:"+path, HistoryStop); err != nil {
		t.Fatal(err)
	}
	page := must(w.s.Feed(t.Context(), w.as("anna"), callback.Position{Cursor: cursor}, 0))(t)
	if w.s.Epoch() != epoch || page.Snapshot || len(page.Docs) != 0 {
		t.Fatalf("epoch %s became %s; page %+v", epoch, w.s.Epoch(), page.PageHead)
	}
}

// A file that was put in the place of the database, or taken to another place
// without what lies beside it, is noticed before anything is served.
func TestAFilePutBackByHandIsNoticed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		do   func(t *testing.T, path, old string)
		want string
	}{
		{"an older copy", func(t *testing.T, path, old string) { put(t, old, path) }, "of team north, but"},
		{"another database", func(t *testing.T, path, _ string) {
			other := newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "other.db"))
			other.close()
			put(t, other.s.db.engine.(sqliteEngine).path, path)
		}, "holds the history"},
		{"no database", func(t *testing.T, path, _ string) { must(0, os.Remove(path))(t) }, "of nothing yet"},
		{"what lies beside it is gone", func(t *testing.T, path, _ string) { must(0, os.Remove(path+sideStood))(t) }, "lacks the file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w, path := fileWorld(t)
			w.intake("north", row("1", 1, "Bad."))
			old := path + ".old"
			must(w.s.Backup(t.Context(), old))(t)
			w.intake("north", row("2", 1, "Bad."))
			epoch := w.s.Epoch()
			w.close()
			tt.do(t, path, old)
			_, err := w.reopen("sqlite:"+path, HistoryStop)
			if callback.CodeOf(err) != callback.CodeDamaged || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("it was taken: %v", err)
			}
			if _, err := w.reopen("sqlite:"+path, HistoryStop); err == nil {
				t.Fatal("the second try was taken")
			}
			s := must(w.reopen("sqlite:"+path, HistoryNewIfOther))(t)
			if callback.EpochOrd(s.Epoch()) <= callback.EpochOrd(epoch) {
				t.Fatalf("epoch %s follows %s", s.Epoch(), epoch)
			}
			now := s.Epoch()
			w.check()
			w.close()
			if s = must(w.reopen("sqlite:"+path, HistoryNewIfOther))(t); s.Epoch() != now {
				t.Fatal("another epoch began without need")
			}
			w.close()
			if s = must(w.reopen("sqlite:"+path, HistoryNew))(t); s.Epoch() == now {
				t.Fatal("no epoch began when it was told to")
			}
		})
	}
}

func put(t *testing.T, from, to string) {
	t.Helper()
	must(0, removeDatabase(to))(t)
	must(0, copyFile(from, to))(t)
}

// A restored server does not honour what was lost: leases of before are void,
// and their fences are below every one that is given now.
func TestNewEpochVoidsLeases(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		anna := w.desk("anna")
		held := must(w.s.Claim(t.Context(), anna.who, callback.ClaimRequest{CaseID: id}))(t).Leases[0]
		dsn := w.s.cfg.DSN
		w.close()
		must(w.reopen(dsn, HistoryNew))(t)
		if c := w.caseOf("north", id); c.Lease != nil || w.s.voided != 1 {
			t.Fatalf("the lease goes on: %+v, %d ended", c.Lease, w.s.voided)
		}
		boris := w.desk("boris")
		now := must(w.s.Claim(t.Context(), boris.who, callback.ClaimRequest{CaseID: id}))(t).Leases[0]
		if now.Fence <= held.Fence+1000 {
			t.Fatalf("fence %d after %d", now.Fence, held.Fence)
		}
		// Anna's desk had counted on, in what was lost.
		late := anna.push(anna.event("e1", id, held.Fence+5, talked(w, "a1", 9)))
		if late[0].Status != callback.Shadowed || late[0].Reason != callback.ReasonStaleFence {
			t.Fatalf("a fence of before was honoured: %+v", late[0])
		}
		if r := boris.push(boris.event("e2", id, now.Fence, talked(w, "b1", 8))); r[0].Status != callback.Applied {
			t.Fatalf("the lease of now does not count: %+v", r[0])
		}
		w.check()
	})
}

// A database that was set back without a word is noticed by what the server
// itself told a desk: in a pull and in a push.
func TestASilentRestoreBeginsAnEpoch(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"pull", "push", "pull, when the head has passed the place again"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			w, path := fileWorld(t)
			id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
			w.s.noted = callback.Stood{} // nobody looks beside the database
			old := filepath.Join(t.TempDir(), "old.db")
			must(w.s.Backup(t.Context(), old))(t)
			w.intake("north", row("2", 1, "Bad."))
			anna := w.desk("anna")
			_, cursor, heads := w.feed(anna.who, "", 0)
			w.close()
			put(t, old, path)
			must(0, os.Remove(path+sideStood))(t)
			silent(t, path)
			must(w.reopen("sqlite:"+path, HistoryStop))(t)
			if strings.HasPrefix(how, "pull, when") {
				w.intake("north", row("3", 1, "Bad."), row("4", 2, "Bad."))
			}
			epoch := w.s.Epoch()
			if how == "push" {
				_, err := w.s.Record(t.Context(), anna.who, callback.Push{
					Epoch: epoch, Stream: anna.stream, Cursor: cursor, Events: []callback.Event{anna.event("e1", id, 1, talked(w, "a1", 9))},
				})
				if callback.CodeOf(err) != callback.CodeEpoch {
					t.Fatalf("the push was taken: %v", err)
				}
			} else {
				page := must(w.s.Feed(t.Context(), anna.who, callback.Position{Cursor: cursor, High: heads[len(heads)-1].High}, 0))(t)
				if !page.Snapshot || page.Epoch == epoch || page.Epoch != w.s.Epoch() {
					t.Fatalf("page %+v", page.PageHead)
				}
			}
			if callback.EpochOrd(w.s.Epoch()) <= callback.EpochOrd(epoch) {
				t.Fatalf("epoch %s follows %s", w.s.Epoch(), epoch)
			}
			now := w.s.Epoch()
			// The same claim again is of an older epoch: no second alarm.
			must(w.s.Feed(t.Context(), anna.who, callback.Position{Cursor: cursor}, 0))(t)
			if w.s.Epoch() != now {
				t.Fatal("one restore began two epochs")
			}
			w.check()
		})
	}
}

// silent takes from a database what tells that files lie beside it, as if it
// had never had any: so that only desks can notice a restore.
func silent(t *testing.T, path string) {
	t.Helper()
	db := must(openDatabase(t.Context(), "sqlite:"+path))(t)
	_, err := db.write.Exec("DELETE FROM meta WHERE name = 'side'")
	must(0, errors.Join(err, db.close()))(t)
}

// PostgreSQL tells when the tables were made anew, as pg_restore does.
func TestPostgresPlaceIsCompared(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		if w.s.db.engine.name() != "postgres" {
			t.Skip("SQLite has no identity of its own")
		}
		dsn := w.s.cfg.DSN
		for _, statement := range []string{
			"CREATE TABLE other (LIKE meta INCLUDING ALL)", "INSERT INTO other SELECT * FROM meta",
			"DROP TABLE meta", "ALTER TABLE other RENAME TO meta",
		} {
			if _, err := w.s.db.write.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		w.close()
		if _, err := w.reopen(dsn, HistoryStop); callback.CodeOf(err) != callback.CodeDamaged {
			t.Fatalf("it was taken: %v", err)
		}
		report := must(Restore(t.Context(), Config{DSN: dsn, Side: w.side, Key: testKey}, "", RestoreOptions{}))(t)
		if report.Epoch == "" || report.Epoch == report.Was {
			t.Fatalf("%+v", report)
		}
		if s := must(w.reopen(dsn, HistoryStop))(t); s.Epoch() != report.Epoch {
			t.Fatalf("epoch %s, not %s", s.Epoch(), report.Epoch)
		}
	})
}
