package server

import (
	"fmt"
	"testing"
	"time"

	"ringback/callback"

	"github.com/google/go-cmp/cmp"
)

// A desk that slept past the compaction begins anew and holds what the others
// hold; one that was there goes on from its cursor.
func TestCompactionPastASleepingDesk(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		for i := range 5 {
			w.intake("north", row(fmt.Sprint(i), i, "words"))
		}
		_, asleep, _ := w.feed(w.as("anna"), "", 0)
		half := must(w.s.Feed(t.Context(), w.as("boris"), callback.Position{}, 2))(t)
		tombstones := w.bury("north", 3)
		_, awake, _ := w.feed(w.as("sue"), asleep, 0)
		w.now = w.now.Add(44 * 24 * time.Hour)
		w.tick(w.now)
		if page := w.after("anna", asleep); page.Snapshot {
			t.Fatalf("after 44 days: %+v", page.PageHead)
		}
		w.intake("north", row("late", 2, "words"))
		_, awake, _ = w.feed(w.as("sue"), awake, 0)
		w.now = w.now.Add(3 * 24 * time.Hour)
		w.tick(w.now)
		for name, cursor := range map[string]string{"asleep": asleep, "in the middle of a snapshot": half.Next} {
			if page := w.after("anna", cursor); !page.Snapshot || page.Cause != callback.CauseExpired {
				t.Errorf("%s: %+v", name, page.PageHead)
			}
		}
		if page := w.after("sue", awake); page.Snapshot {
			t.Fatalf("a desk that was there: %+v", page.PageHead)
		}
		whole, _, _ := w.feed(w.as("anna"), "", 2)
		for _, d := range whole {
			if d.Body == nil {
				t.Errorf("%s %s is a tombstone in a snapshot", d.Type, d.ID)
			}
			delete(tombstones, d.ID)
		}
		rows := must(w.s.db.ask.CountDocs(t.Context(), "north"))(t)
		if len(tombstones) != 3 || int(rows.N) != len(whole) {
			t.Fatalf("%d documents are stored, %d are given; %d of 3 are gone", rows.N, len(whole), len(tombstones))
		}
		w.check()
		epoch := w.s.Epoch()
		w.tick(w.now.Add(time.Minute))
		if diff := cmp.Diff(epoch, w.s.Epoch()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// bury makes tombstones of some comments of a team.
func (w *world) bury(team string, n int) map[string]bool {
	w.t.Helper()
	gone := map[string]bool{}
	err := w.s.write(w.t.Context(), scope{team: team}, func(u *unit) error {
		l, err := u.ledger(team)
		if err != nil {
			return err
		}
		list, err := u.q.DocsOf(u.ctx, team, string(callback.DocComment))
		for _, d := range list[:n] {
			gone[d.ID] = true
			if err := l.put(callback.DocComment, d.ID, nil); err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return gone
}

// after asks for the page after a cursor.
func (w *world) after(user, cursor string) callback.Page {
	w.t.Helper()
	return must(w.s.Feed(w.t.Context(), w.as(user), callback.Position{Cursor: cursor}, 0))(w.t)
}

// A user who comes to another team, or to another role, holds what that one
// may see and nothing else.
func TestAnotherScopeBeginsTheFeedAnew(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		w.intake("north", row("1", 1, "Bad."))
		w.intake("south", row("2", 2, "Slow."))
		anna := w.as("anna")
		_, cursor, _ := w.feed(anna, "", 0)
		for name, now := range map[string]Caller{
			"another team": {ID: "anna", Role: callback.RoleAgent, Team: "south", Device: anna.Device},
			"another role": {ID: "anna", Role: callback.RoleTrainer, Team: "north", Device: anna.Device},
		} {
			page := must(w.s.Feed(t.Context(), now, callback.Position{Cursor: cursor}, 0))(t)
			if !page.Snapshot || page.Cause != callback.CauseExpired {
				t.Errorf("%s: %+v", name, page.PageHead)
			}
			for _, d := range page.Docs {
				if d.Type == callback.DocCase && (now.Role == callback.RoleTrainer || w.caseOf("south", d.ID).Team != "south") {
					t.Errorf("%s: sees case %s", name, d.ID)
				}
			}
		}
	})
}
