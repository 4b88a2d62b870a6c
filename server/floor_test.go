package server

import (
	"strings"
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

// sharing gives answers of different people under one number.
func sharing(number string, ids ...string) []callback.Intake {
	var out []callback.Intake
	for _, id := range ids {
		r := row(id, 2, "Bad.")
		r.Person.Phone = number
		out = append(out, r)
	}
	return out
}

// A number that stands on the open cases of too many people waits for a
// supervisor with all of them, and is set free once and for all.
func TestANumberOfManyPeopleWaits(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		const number = "+1 201 555 0150"
		first := w.intake("north", sharing(number, "1", "2", "3", "4")...).Results
		held := must(w.claim("boris", callback.ClaimRequest{CaseID: first[0].CaseID}))(t)[0]
		if len(must(w.claim("anna", callback.ClaimRequest{CaseID: w.intake("north", row("9", 1, "x")).Results[0].CaseID}))(t)) != 1 {
			t.Fatal("another number waits")
		}
		fifth := w.intake("north", sharing(number, "5")...).Results[0].CaseID
		for i, r := range first {
			c := w.caseOf("north", r.CaseID)
			if waits := c.State == callback.Review; waits != (i > 0) {
				t.Errorf("case %d is %s; one that boris holds is left to him", i+1, c.State)
			}
		}
		if c := w.caseOf("north", fifth); c.Hold == nil || c.Hold.Cause != callback.HeldNumber || !strings.Contains(c.Hold.Reason, "5 open cases") {
			t.Fatalf("the fifth: %+v", c.Hold)
		}
		if c := w.caseOf("north", first[0].CaseID); c.Fence != held.Fence {
			t.Error("boris would be told that somebody else has taken his case")
		}
		if _, err := w.claim("anna", callback.ClaimRequest{CaseID: fifth}); callback.CodeOf(err) != callback.CodeConflict {
			t.Errorf("anna claims it: %v", err)
		}

		sue := w.desk("sue")
		sue.push(sue.event("s1", fifth, w.caseOf("north", fifth).Fence, &callback.ReviewSettled{Words: "The switchboard of a hotel."}))
		sixth := w.intake("north", sharing(number, "6")...).Results[0].CaseID
		for _, id := range []string{first[1].CaseID, first[3].CaseID, fifth, sixth} {
			if c := w.caseOf("north", id); c.State != callback.New || c.Hold != nil {
				t.Errorf("%s is %s after the release", id, c.State)
			}
		}
		w.check()
	})
}

// Who is said to be abusive is called by nobody until a supervisor has looked,
// now and later; closing one case sets nobody free.
func TestAnAbusiveNumberWaits(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		const number = "+1 201 555 0151"
		res := w.intake("north", sharing(number, "1", "2")...).Results
		one, two := res[0].CaseID, res[1].CaseID
		anna, sue := w.desk("anna"), w.desk("sue")
		anna.push(anna.event("e1", one, 1, &callback.CaseSkipped{Code: callback.SkipAbusive, Reason: "Threatened Boris."}))
		later := w.intake("north", sharing(number, "3")...).Results[0].CaseID
		for _, id := range []string{one, two, later} {
			says := "What was said of the caller stands on case " + one + "."
			if id == one {
				says = "Threatened Boris."
			}
			if c := w.caseOf("north", id); c.Hold == nil || c.Hold.Cause != callback.HeldAbusive || c.Hold.Reason != says {
				t.Fatalf("%s: %s, %+v", id, c.State, c.Hold)
			}
		}
		if got := statuses(anna.push(anna.event("e2", one, 9, &callback.ReviewSettled{}))); got[0] != "rejected forbidden" {
			t.Fatalf("anna sets it free: %v", got)
		}
		sue.push(sue.event("s1", one, w.caseOf("north", one).Fence, &callback.ReviewSettled{Resolution: callback.Refused, Words: "We do not call them."}))
		if c := w.caseOf("north", one); c.State != callback.Closed || c.Closing.Resolution != callback.Refused {
			t.Fatalf("closed: %s, %+v", c.State, c.Closing)
		}
		if c := w.caseOf("north", two); c.State != callback.Review {
			t.Fatalf("closing one case set the other free: %s", c.State)
		}
		sue.push(sue.event("s2", two, w.caseOf("north", two).Fence, &callback.ReviewSettled{To: "boris", Words: "They have said sorry."}))
		if c := w.caseOf("north", later); c.State != callback.New || c.Plan.Owner != "" {
			t.Fatalf("%s, %+v", c.State, c.Plan)
		}
		if c := w.caseOf("north", two); c.Plan.Owner != "boris" {
			t.Fatalf("%+v", c.Plan)
		}
		w.check()
	})
}
