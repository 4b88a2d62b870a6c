package server

import (
	"testing"
	"time"

	"ringback/callback"
)

func (w *world) tick(now time.Time) {
	w.t.Helper()
	w.now = now
	if err := w.s.Tick(w.t.Context(), now); err != nil {
		w.t.Fatal(err)
	}
}

// An agreed call that nobody made is put on record half an hour late, once,
// and opened to anyone.
func TestMissedCallback(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		at := w.now.Add(2 * time.Hour)
		call := ended(w, "at1", callback.CallbackMine)
		call.Callback = &callback.CallbackWish{At: at, Zone: "America/New_York"}
		anna := w.desk("anna")
		anna.push(anna.event("e1", id, 1, call))
		w.tick(at.Add(29 * time.Minute))
		if cb := w.caseOf("north", id).Plan.Callback; cb.Missed || cb.Owner != "anna" {
			t.Fatalf("too early: %+v", cb)
		}
		w.tick(at.Add(30 * time.Minute))
		cb := w.caseOf("north", id).Plan.Callback
		if !cb.Missed || cb.Owner != "" {
			t.Fatalf("half an hour late: %+v", cb)
		}
		_, cursor, _ := w.feed(w.as("anna"), "", 0)
		w.tick(at.Add(50 * time.Minute))
		if docs, _, _ := w.feed(w.as("anna"), cursor, 0); len(docs) != 0 {
			t.Fatalf("the clock wrote %d documents again", len(docs))
		}
		if lease := must(w.claim("boris", callback.ClaimRequest{Next: true}))(t); len(lease) != 1 {
			t.Fatal("nobody else may take it")
		}
		w.check()
	})
}

// An overdue promise goes to a supervisor; a case that is too old is closed,
// but not while a promise or an agreed call is open.
func TestOverduePromiseAndAge(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		res := w.intake("north", row("1", 1, "Bad."), row("2", 1, "Bad.")).Results
		promised, untouched := res[0].CaseID, res[1].CaseID
		due := w.now.AddDate(0, 0, 33)
		call := ended(w, "at1", callback.TalkedPromise)
		call.Root = &callback.RootCause{Driver: "billing"}
		call.Promises = []callback.NewPromise{{ID: "p1", Text: "Refund", Due: due}}
		anna := w.desk("anna")
		anna.push(anna.event("e1", promised, 1, call))

		w.tick(w.now.AddDate(0, 0, 31))
		if c := w.caseOf("north", untouched); c.State != callback.Closed || c.Closing.Resolution != callback.AgedOut {
			t.Fatalf("after a month: %s, %+v", c.State, c.Closing)
		}
		if c := w.caseOf("north", promised); c.State != callback.InProgress {
			t.Fatalf("the promised case is %s", c.State)
		}
		w.tick(due.Add(time.Hour))
		c := w.caseOf("north", promised)
		if c.State != callback.Escalated || c.Promises[0].Status != callback.PromiseOpen || c.Promises[0].OverdueAt == nil {
			t.Fatalf("overdue: %s, %+v", c.State, c.Promises)
		}
		w.tick(due.Add(2 * time.Hour))
		if again := w.caseOf("north", promised); again.Version != c.Version {
			t.Fatal("the clock put it on record twice")
		}
		w.check()
	})
}

// What administrators do is on record.
func TestAdministrationIsOnRecord(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		p := must(w.s.Policy(t.Context(), "north"))(t)
		w.must(w.s.SetPolicy(t.Context(), "sue", "north", p))
		if err := w.s.RevokeUser(t.Context(), "adam", "anna", false); err != nil {
			t.Fatal(err)
		}
		seen := map[string]string{}
		for _, a := range w.acts("north") {
			seen[a.What+" "+a.Target] = a.Who
		}
		for what, who := range map[string]string{"team.add north": "server", "user.add anna": "test", "policy.set 2": "sue", "user.revoke anna": "adam"} {
			if seen[what] != who {
				t.Errorf("%s by %q, want %q", what, seen[what], who)
			}
		}
	})
}
