package server

import (
	"testing"
	"time"

	"ringback/callback"
)

// belongings makes what an agent may leave behind: a case on their desk, a call
// they agreed to make, a promise, a promise on a closed case.
func (w *world) belongings(user string) map[string]string {
	w.t.Helper()
	d := w.desk(user)
	due := w.now.Add(48 * time.Hour)
	promise := func(id string) []callback.NewPromise {
		return []callback.NewPromise{{ID: id, Text: "Refund", Due: due}}
	}
	ids := map[string]string{}
	for i, r := range w.intake("north", row("lease", 1, ""), row("agreed", 2, ""), row("promised", 3, ""), row("closed", 0, ""), row("free", 1, "")).Results {
		ids[[]string{"lease", "agreed", "promised", "closed", "free"}[i]] = r.CaseID
	}
	promised := ended(w, "at-p", callback.TalkedPromise)
	promised.Root, promised.Promises = &callback.RootCause{Driver: "billing"}, promise("p1")
	lost := ended(w, "at-l", callback.TalkedLost)
	lost.Root, lost.Promises = &callback.RootCause{Driver: "billing"}, promise("p2")
	for _, r := range d.push(
		d.event("b1", ids["agreed"], 1, agreed(w, "at-a", w.now.Add(3*time.Hour))),
		d.event("b2", ids["promised"], 1, promised), d.event("b3", ids["closed"], 1, lost),
	) {
		if r.Status != callback.Applied {
			w.t.Fatalf("%+v", r)
		}
	}
	w.must(w.claim(user, callback.ClaimRequest{CaseID: ids["lease"]}))
	return ids
}

// Nothing stays with somebody whose account was closed: what lay on their desk
// is free, their calls are anyone's, their promises a supervisor's; and all of
// it is on record.
func TestWhatARevokedAgentHadIsHandedOn(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		ids := w.belongings("anna")
		free := w.caseOf("north", ids["free"])
		w.must(nil, w.s.RevokeUser(t.Context(), "sue", "anna", false))
		for name, id := range ids {
			c := w.caseOf("north", id)
			if had := c.HeldBy("anna"); !had.None() {
				t.Errorf("the case %s: anna still has %+v", name, had)
			}
		}
		if cb := w.caseOf("north", ids["agreed"]).Plan.Callback; cb == nil || cb.Owner != "" || cb.SetBy != "anna" {
			t.Errorf("the agreed call: %+v", cb)
		}
		for _, name := range []string{"promised", "closed"} {
			if p := w.caseOf("north", ids[name]).Promises[0]; p.Owner != "sue" || p.MadeBy != "anna" {
				t.Errorf("the promise on %s: %+v", name, p)
			}
		}
		if c := w.caseOf("north", ids["promised"]); c.Plan.Owner != "sue" || c.State != callback.InProgress {
			t.Errorf("the promised case: %s, %+v", c.State, c.Plan)
		}
		if now := w.caseOf("north", ids["free"]); now.Version != free.Version {
			t.Error("a case of nobody's was touched")
		}
		if _, err := w.claim("boris", callback.ClaimRequest{CaseID: ids["lease"]}); err != nil {
			t.Errorf("boris claims what lay on anna's desk: %v", err)
		}
		if got := w.handovers(); len(got) != 1 || got[0].Who != "sue" || got[0].Target != "anna" || got[0].Detail != "cases=4 callbacks=1 promises=2 escalations=0" {
			t.Errorf("on record: %+v", got)
		}
		w.must(nil, w.s.RevokeUser(t.Context(), "sue", "anna", false))
		w.tick(w.now)
		if got := w.handovers(); len(got) != 1 {
			t.Errorf("handed on twice: %+v", got)
		}
		w.check()
	})
}

func (w *world) handovers() (out []callback.AuditAct) {
	w.t.Helper()
	for _, a := range w.acts("north") {
		if a.What == "user.handover" {
			out = append(out, a)
		}
	}
	return out
}

// What a desk that was told to forget everything hands in at the end goes the
// same way, and so does what somebody gives to a colleague who is not there.
func TestNothingReachesSomebodyWhoHasLeft(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "")).Results[0].CaseID
		other := w.intake("north", row("2", 1, "")).Results[0].CaseID
		anna, sue := w.desk("anna"), w.desk("sue")
		w.must(nil, w.s.RevokeUser(t.Context(), "sue", "anna", true))
		anna.push(anna.event("e1", id, 1, agreed(w, "at1", w.now.Add(3*time.Hour))))
		c := w.caseOf("north", id)
		if cb := c.Plan.Callback; c.State != callback.CallbackScheduled || cb.Owner != "" || c.Plan.Owner != "" {
			t.Errorf("an agreed call that came late: %s, %+v", c.State, c.Plan)
		}
		sue.push(sue.event("e2", other, 1, &callback.CaseAssigned{To: "anna"}))
		if c := w.caseOf("north", other); c.Plan.Owner != "" {
			t.Errorf("it was given to %s, who has left", c.Plan.Owner)
		}
		if _, err := w.claim("boris", callback.ClaimRequest{CaseID: other}); err != nil {
			t.Error(err)
		}
		w.check()
	})
}

// Whoever goes to another team leaves their cases behind, and a server that
// was stopped in between goes on where it was.
func TestAMovedAgentsCasesStay(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		ids := w.belongings("anna")
		team := "south"
		w.must(w.s.ChangeUser(t.Context(), "adam", "anna", callback.UserChange{Team: &team}))
		if cb := w.caseOf("north", ids["agreed"]).Plan.Callback; cb.Owner != "" {
			t.Errorf("%+v", cb)
		}
		if p := w.caseOf("north", ids["promised"]).Promises[0]; p.Owner != "sue" {
			t.Errorf("%+v", p)
		}
		w.check()
	})
	everywhere(t, func(t *testing.T, w *world) {
		ids := w.belongings("anna")
		// As RevokeUser does, but for what follows its commit.
		w.must(nil, w.s.write(t.Context(), scope{team: "north"}, func(u *unit) error {
			row := must(u.q.User(u.ctx, "anna"))(t)
			_ = must(u.q.RevokeUser(u.ctx, "anna", micros(u.now)))(t)
			return u.closed("sue", row)
		}))
		if had := w.caseOf("north", ids["agreed"]).HeldBy("anna"); had.None() {
			t.Fatal("the test hands on by itself")
		}
		w.tick(w.now.Add(time.Minute))
		if had := w.caseOf("north", ids["agreed"]).HeldBy("anna"); !had.None() {
			t.Errorf("%+v", had)
		}
		w.check()
	})
}

// An escalation that a supervisor took is open again when they have left.
func TestALeftSupervisorsEscalationIsOpenAgain(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "")).Results[0].CaseID
		sue := w.desk("sue")
		sue.push(
			sue.event("e1", id, 1, &callback.CaseEscalated{Reason: "Threatens to go to court."}),
			sue.event("e2", id, 2, &callback.EscalationTaken{}),
		)
		if c := w.caseOf("north", id); c.Escalation().TakenBy != "sue" {
			t.Fatalf("%+v", c.Escalations)
		}
		w.must(nil, w.s.RevokeUser(t.Context(), "adam", "sue", false))
		c := w.caseOf("north", id)
		if e := c.Escalation(); c.State != callback.Escalated || e == nil || e.TakenBy != "" || e.TakenAt != nil || c.Plan.Owner != "" {
			t.Errorf("%s, %+v", c.State, c.Escalations)
		}
		w.check()
	})
}
