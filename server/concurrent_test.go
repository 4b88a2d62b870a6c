package server

import (
	"fmt"
	"sync"
	"testing"

	"ringback/callback"
)

// Many desks and imports write at once, in two teams; a reader that follows
// its cursor all the while ends with exactly what the whole feed says.
func TestReaderFollowsManyWriters(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("0", 1, "Bad.")).Results[0].CaseID
		south := w.intake("south", row("s", 1, "Bad.")).Results[0].CaseID
		follower := &reader{w: w, who: w.as("anna"), docs: map[string]callback.Doc{}}
		stop := make(chan struct{})
		var reading, writing sync.WaitGroup
		reading.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					follower.step()
				}
			}
		})
		write := func(user, caseID string) {
			d := w.desk(user)
			for i := range 12 {
				e := d.event(fmt.Sprintf("%s-%d", user, i), caseID, 1, &callback.NoteAdded{Text: "note"})
				if _, err := d.try(e); err != nil {
					t.Error(err)
					return
				}
				d.ack = callback.Acked{Seq: e.Seq, EventID: e.ID}
			}
		}
		for user, caseID := range map[string]string{"anna": id, "boris": id, "sue": id, "olga": south} {
			writing.Go(func() { write(user, caseID) })
		}
		writing.Go(func() {
			for i := range 12 {
				if _, err := w.s.Intake(t.Context(), "north", callback.IntakeBatch{Rows: []callback.Intake{row(fmt.Sprintf("w%d", i), 3, "words")}}); err != nil {
					t.Error(err)
				}
			}
		})
		writing.Go(func() {
			stops := w.desk("adam")
			e := stops.event("stop", id, 1, &callback.SuppressRequested{Reason: "Never again."})
			if _, err := stops.try(e); err != nil {
				t.Error(err)
			}
		})
		writing.Wait()
		close(stop)
		reading.Wait()
		follower.step()

		whole, _, heads := w.feed(w.as("anna"), "", 0)
		if len(whole) != len(follower.docs) {
			t.Fatalf("the reader has %d documents, the feed %d", len(follower.docs), len(whole))
		}
		for _, d := range whole {
			if mine := follower.docs[string(d.Type)+"/"+d.ID]; mine.Pos != d.Pos || string(mine.Body) != string(d.Body) {
				t.Errorf("%s %s: the reader has position %d, the feed %d", d.Type, d.ID, mine.Pos, d.Pos)
			}
		}
		if c := w.caseOf("north", id); len(c.Notes) != 36 || c.State != callback.Suppressed {
			t.Fatalf("%d notes, %s", len(c.Notes), c.State)
		}
		if last := heads[len(heads)-1]; last.High != whole[len(whole)-1].Pos {
			t.Fatalf("the head is %d, the last document stands at %d", last.High, whole[len(whole)-1].Pos)
		}
		w.check()
	})
}

// reader follows the feed by its cursor, as a desk does.
type reader struct {
	w    *world
	who  Caller
	at   callback.Position
	docs map[string]callback.Doc
}

func (r *reader) step() {
	for {
		page, err := r.w.s.Feed(r.w.t.Context(), r.who, r.at, 3)
		if err != nil {
			r.w.t.Error(err)
			return
		}
		last := uint64(0)
		for _, d := range page.Docs {
			if d.Pos <= last || d.Pos > page.High {
				r.w.t.Errorf("position %d after %d, head %d", d.Pos, last, page.High)
			}
			last = d.Pos
			r.docs[string(d.Type)+"/"+d.ID] = d
		}
		r.at = callback.Position{Cursor: page.Next, High: page.High}
		if !page.More {
			return
		}
	}
}
