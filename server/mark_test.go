package server

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"ringback/callback"
)

// What a desk was told, and a database that was set back without a word no
// longer holds, is noticed even if somebody else has brought the desk's event
// back meanwhile: the event is there, and may have another verdict.
func TestReceiptsThatWereLost(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		made func(w *world, d *desk, id string) callback.Event
		pull bool
	}{
		{"push", func(w *world, d *desk, id string) callback.Event { return d.event("e1", id, 1, talked(w, "a1", 9)) }, false},
		{"pull", func(w *world, d *desk, id string) callback.Event { return d.event("e1", id, 1, talked(w, "a1", 9)) }, true},
		{"an event that changed no document", func(_ *world, d *desk, _ string) callback.Event {
			return d.event("e1", "c-unknown", 1, &callback.NoteAdded{Text: "Hm."})
		}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w, path := fileWorld(t)
			id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
			w.s.noted = callback.Stood{} // nobody looks beside the database
			old := filepath.Join(t.TempDir(), "old.db")
			must(w.s.Backup(t.Context(), old))(t)
			anna := w.desk("anna")
			push := callback.Push{Epoch: w.s.Epoch(), Stream: anna.stream, Events: []callback.Event{tt.made(w, anna, id)}}
			told := must(w.s.Record(t.Context(), anna.who, push))(t)
			w.close()
			put(t, old, path)
			must(0, os.Remove(path+sideStood))(t)
			silent(t, path)
			must(w.reopen("sqlite:"+path, HistoryStop))(t)
			epoch := w.s.Epoch()
			must(w.s.Record(t.Context(), anna.who, push))(t) // by the copy of the desk, or a network that kept it
			claim := callback.StreamClaim{Stream: anna.stream, Acked: callback.Acked{Seq: 1, EventID: "e1"}, Mark: told.Mark}
			if tt.pull {
				must(0, w.s.Acknowledged(t.Context(), anna.who, claim))(t)
			} else {
				_, err := w.s.Record(t.Context(), anna.who, callback.Push{Epoch: epoch, Stream: anna.stream, Ack: claim.Acked, Mark: told.Mark})
				if callback.CodeOf(err) != callback.CodeEpoch {
					t.Fatalf("the push was taken: %v", err)
				}
			}
			now := w.s.Epoch()
			if callback.EpochOrd(now) <= callback.EpochOrd(epoch) {
				t.Fatalf("epoch %s follows %s", now, epoch)
			}
			must(0, w.s.Acknowledged(t.Context(), anna.who, claim))(t)
			if w.s.Epoch() != now {
				t.Fatal("one restore began two epochs")
			}
			w.check()
		})
	}
}

// A mark that nobody can look up any more makes the desk ask anew, and raises
// no doubt.
func TestMarksThatCannotBeLookedUp(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		anna, epoch := w.desk("anna"), w.s.Epoch()
		reply := must(anna.try(anna.event("e1", id, 1, &callback.NoteAdded{Text: "Hm."})))(t)
		again := must(anna.try())(t)
		if reply.Mark == "" || again.Mark != reply.Mark {
			t.Fatalf("a push of nothing moves the mark from %q to %q", reply.Mark, again.Mark)
		}
		stands := func(mark string) error {
			return w.s.Acknowledged(t.Context(), anna.who, callback.StreamClaim{Mark: mark})
		}
		must(0, stands(reply.Mark))(t)
		for name, mark := range map[string]string{
			"noise":        "no mark at all",
			"another key":  callback.Cursor{Epoch: epoch, Team: "north"}.Marked(99, 99).Sealed([]byte("another")),
			"another team": callback.Cursor{Epoch: epoch, Team: "south"}.Marked(99, 99).Sealed(w.s.key),
		} {
			if err := stands(mark); callback.CodeOf(err) != callback.CodeAckUnknown {
				t.Errorf("%s: %v", name, err)
			}
		}
		for range 2 {
			w.now = w.now.Add(60 * 24 * time.Hour)
			w.intake("north", row("later"+w.now.Format(time.DateOnly), 1, "Bad."))
			w.tick(w.now)
		}
		if err := stands(reply.Mark); callback.CodeOf(err) != callback.CodeAckUnknown {
			t.Errorf("below the floor: %v", err)
		}
		_, err := w.s.Record(t.Context(), anna.who, callback.Push{Epoch: epoch, Stream: anna.stream, Mark: reply.Mark})
		if callback.CodeOf(err) != callback.CodeAckUnknown {
			t.Errorf("below the floor, pushed: %v", err)
		}
		if w.s.Epoch() != epoch {
			t.Fatal("a new epoch began")
		}
		w.check()
	})
}
