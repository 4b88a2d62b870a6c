package server

import (
	"testing"
	"time"

	"ringback/callback"

	"github.com/google/go-cmp/cmp"
)

// An agent asks for help, a supervisor takes the case and gives it back with
// words, and the agent calls. Nobody else may claim it meanwhile, and no agent
// may answer in the supervisor's place.
func TestEscalationAndBack(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		anna, sue := w.desk("anna"), w.desk("sue")
		fence := func() uint64 { return w.caseOf("north", id).Fence }
		got := anna.push(
			anna.event("e1", id, fence(), &callback.CaseEscalated{Reason: "Threatens to go to court."}),
			anna.event("e2", id, fence(), &callback.EscalationTaken{}),
			anna.event("e3", id, fence(), &callback.EscalationReturned{Words: "To myself."}),
			anna.event("e4", id, fence(), &callback.EscalationResolved{Words: "By myself."}),
		)
		if diff := cmp.Diff([]string{"applied", "rejected forbidden", "rejected forbidden", "rejected forbidden"}, statuses(got)); diff != "" {
			t.Fatal(diff)
		}
		c := w.caseOf("north", id)
		if c.State != callback.Escalated || !c.Escalation().Due.Equal(w.now.Add(24*time.Hour)) {
			t.Fatalf("%s, %+v", c.State, c.Escalations)
		}
		if _, err := w.claim("boris", callback.ClaimRequest{CaseID: id}); callback.CodeOf(err) != callback.CodeConflict {
			t.Fatalf("boris claims it: %v", err)
		}
		if lease := must(w.claim("sue", callback.ClaimRequest{Next: true}))(t); len(lease) != 0 {
			t.Fatalf("nobody has taken it, but it is served: %+v", lease)
		}
		sue.push(sue.event("s1", id, fence(), &callback.EscalationTaken{}))
		if lease := must(w.claim("sue", callback.ClaimRequest{Next: true}))(t); len(lease) != 1 {
			t.Fatal("sue took it, and is not served it")
		}
		if s := sue.push(sue.event("s2", id, fence(), &callback.EscalationReturned{Words: "Offer a refund."}))[0]; s.Status != callback.Applied {
			t.Fatalf("returned: %+v", s)
		}
		if lease := must(w.claim("boris", callback.ClaimRequest{Next: true}))(t); len(lease) != 0 {
			t.Fatal("it is anna's, but served to boris")
		}
		if lease := must(w.claim("anna", callback.ClaimRequest{Next: true}))(t); len(lease) != 1 {
			t.Fatal("anna is not served what came back")
		}
		if c := w.caseOf("north", id); c.Returned() == nil || c.Plan.Reason != "Offer a refund." {
			t.Fatalf("%+v", c.Plan)
		}
		w.check()
	})
}

// A promise on a closed case is owed all the same: it goes on record as
// overdue, once, and the case stays closed.
func TestOverduePromiseOfAClosedCase(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		due := w.now.Add(48 * time.Hour)
		call := ended(w, "at1", callback.TalkedLost)
		call.Root = &callback.RootCause{Driver: "billing"}
		call.Promises = []callback.NewPromise{{ID: "p1", Text: "Refund", Due: due}}
		anna := w.desk("anna")
		anna.push(anna.event("e1", id, 1, call))
		w.tick(due.Add(59 * time.Minute))
		if p := w.caseOf("north", id).Promises[0]; p.OverdueAt != nil {
			t.Fatalf("too early: %+v", p)
		}
		w.tick(due.Add(61 * time.Minute))
		c := w.caseOf("north", id)
		if c.State != callback.Closed || c.Promises[0].OverdueAt == nil {
			t.Fatalf("%s, %+v", c.State, c.Promises)
		}
		w.tick(due.Add(24 * time.Hour))
		if again := w.caseOf("north", id); again.Version != c.Version {
			t.Fatal("the clock put it on record twice")
		}
		w.check()
	})
}
