package server

import (
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// Do-not-call reaches every team, beats what comes later, and stays.
func TestDoNotCallReachesEveryTeam(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		same := row("s1", 1, "Bad.")
		same.Person.Ref = "another-ref"
		same.Person.Email = ""
		same.Person.Phone = phoneOf("n1")
		north := w.intake("north", row("n1", 1, "Bad.")).Results[0].CaseID
		south := w.intake("south", same).Results[0].CaseID
		other := w.intake("south", row("s2", 1, "Bad.")).Results[0].CaseID

		anna := w.desk("anna")
		if r := anna.push(anna.event("e1", north, 1, ended(w, "at1", callback.DoNotCall)))[0]; r.Status != callback.Applied {
			t.Fatalf("receipt: %+v", r)
		}
		if s := w.caseOf("north", north).State; s != callback.Suppressed {
			t.Fatalf("the case is %s", s)
		}
		if s := w.caseOf("south", south).State; s != callback.Suppressed {
			t.Fatalf("the other team's case of the same number is %s", s)
		}
		if s := w.caseOf("south", other).State; s != callback.New {
			t.Fatalf("a stranger's case is %s", s)
		}
		// A later response is kept, but opens nothing, in either team.
		again := row("n2", 0, "Call me!")
		again.Person.Ref, again.Asked = "ref-n1", true
		for _, team := range []string{"north", "south"} {
			res := w.intake(team, again).Results[0]
			if res.Status != callback.IntakeAccepted || res.CaseID != "" || !strings.Contains(res.Warning, "do-not-call") {
				t.Fatalf("%s: %+v", team, res)
			}
		}
		if _, err := w.s.Claim(t.Context(), w.as("olga"), callback.ClaimRequest{CaseID: south}); callback.CodeOf(err) != callback.CodeConflict {
			t.Fatalf("claim: %v", err)
		}
		// An offline callback recorded before it is kept without effect.
		boris := w.desk("boris")
		late := boris.event("b1", north, 1, &callback.CallbackSet{Callback: callback.CallbackWish{At: w.now.Add(time.Hour)}})
		if r := boris.push(late)[0]; r.Status != callback.Shadowed {
			t.Fatalf("late callback: %+v", r)
		}
		w.check()
	})
}

// A do-not-call does not wait behind a long queue: it takes effect at once, is
// acknowledged only in its place, and is known then.
func TestDoNotCallOvertakes(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		anna := w.desk("anna")
		note := anna.event("e1", id, 1, &callback.NoteAdded{Text: "x"})
		stop := anna.event("e2", id, 1, &callback.SuppressRequested{Reason: "Asked in writing."})
		for range 2 {
			if _, err := anna.try(stop); callback.CodeOf(err) != callback.CodeGap {
				t.Fatalf("before its turn: %v", err)
			}
		}
		if s := w.caseOf("north", id).State; s != callback.Suppressed {
			t.Fatalf("the case is %s", s)
		}
		got := statuses(anna.push(note, stop))
		if got[0] != "applied" || got[1] != "duplicate" {
			t.Fatalf("in turn: %v", got)
		}
		w.check()
	})
}

// Reopening a closed case of somebody who has since asked not to be called
// ends it again at once.
func TestReopenedCaseOfSuppressedPerson(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		first := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		anna := w.desk("anna")
		anna.push(anna.event("e1", first, 1, talked(w, "at1", 9)))
		second := row("2", 1, "Bad again.")
		second.Person.Ref, second.Asked = "ref-1", true
		newer := w.intake("north", second).Results[0].CaseID
		if newer == first {
			t.Fatal("the closed case was used again")
		}
		anna.push(anna.event("e2", newer, 1, &callback.SuppressRequested{Reason: "Never again."}))
		anna.push(anna.event("e3", first, 9, &callback.CaseReopened{Reason: "A mistake."}))
		if s := w.caseOf("north", first).State; s != callback.Suppressed {
			t.Fatalf("the reopened case is %s", s)
		}
		w.check()
	})
}

// A case that one and the same push opens again, before it says that nobody is
// to call, ends with the others.
func TestDoNotCallEndsWhatItsPushReopened(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		first := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		anna := w.desk("anna")
		anna.push(anna.event("e1", first, 1, talked(w, "at1", 9)))
		second := row("2", 1, "Bad as well.")
		second.Person.Phone = phoneOf("1")
		other := w.intake("north", second).Results[0].CaseID
		anna.push(
			anna.event("e2", first, w.caseOf("north", first).Fence, &callback.CaseReopened{Reason: "They rang again."}),
			anna.event("e3", other, 1, ended(w, "at2", callback.DoNotCall)),
		)
		for _, id := range []string{first, other} {
			if s := w.caseOf("north", id).State; s != callback.Suppressed {
				t.Errorf("case %s is %s", id, s)
			}
		}
		w.check()
	})
}
