package callback

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// step is something that happens to a case, some hours after it was opened.
type step struct {
	by    string
	hours int
	what  Payload
	// want is the verdict's reason; empty is applied.
	want Reason
}

// sofia is the supervisor of these tests.
const sofia = "sofia"

func walk(t *testing.T, p Policy, c Case, steps ...step) Case {
	t.Helper()
	for i, s := range steps {
		e := from(event(t, fmt.Sprint("ev-", len(c.Attempts), "-", c.Version, "-", i), t0.Add(time.Duration(s.hours)*time.Hour), c.Fence, s.what), s.by, "de-"+s.by)
		next, v := Apply(p, c, e)
		if v.Reason != s.want || (v.Status == Applied) != (s.want == "") {
			t.Fatalf("step %d, %s: %v, want %q", i+1, s.what.Kind(), v, s.want)
		}
		c = next
	}
	return c
}

func TestEscalationGoesToASupervisorAndComesBack(t *testing.T) {
	p := DefaultPolicy("main")
	hand := &CaseEscalated{Reason: "Threatens to go to court."}
	for _, tc := range []struct {
		name    string
		steps   []step
		state   State
		owner   string
		reason  string
		outcome EscalationOutcome
		ends    Resolution
	}{
		{
			"on a call",
			[]step{{"anna", 2, complete(TalkedEscalated), ""}},
			Escalated, "", "a note", "", "",
		},
		{
			"by hand",
			[]step{{"anna", 2, hand, ""}},
			Escalated, "", hand.Reason, "", "",
		},
		{
			"twice",
			[]step{{"anna", 2, hand, ""}, {"boris", 3, &CaseEscalated{Reason: "Me too."}, ReasonEscalated}},
			Escalated, "", hand.Reason, "", "",
		},
		{
			"taken",
			[]step{{"anna", 2, hand, ""}, {sofia, 3, &EscalationTaken{}, ""}},
			Escalated, sofia, hand.Reason, "", "",
		},
		{
			"returned to who asked",
			[]step{{"anna", 2, hand, ""}, {sofia, 3, &EscalationReturned{Words: "Offer a refund."}, ""}},
			InProgress, "anna", "Offer a refund.", OutcomeReturned, "",
		},
		{
			"returned to another",
			[]step{{"anna", 2, hand, ""}, {sofia, 3, &EscalationTaken{}, ""}, {sofia, 4, &EscalationReturned{To: "boris", Words: "Yours, Boris."}, ""}},
			InProgress, "boris", "Yours, Boris.", OutcomeReturned, "",
		},
		{
			"resolved",
			[]step{{"anna", 2, hand, ""}, {sofia, 3, &EscalationResolved{Words: "Settled by letter."}, ""}},
			Closed, "", "", OutcomeResolved, EscalatedClosed,
		},
		{
			"resolved as lost",
			[]step{{"anna", 2, hand, ""}, {sofia, 3, &EscalationResolved{Resolution: Lost, Words: "They left."}, ""}},
			Closed, "", "", OutcomeResolved, Lost,
		},
		{
			"answered twice",
			[]step{
				{"anna", 2, hand, ""}, {sofia, 3, &EscalationResolved{Words: "Settled."}, ""}, {"boss", 4, &EscalationReturned{Words: "Call."}, ReasonNotEscalated},
			},
			Closed, "", "", OutcomeResolved, EscalatedClosed,
		},
		{
			"overtaken by a call",
			[]step{{"anna", 2, hand, ""}, {"boris", 3, complete(TalkedResolved), ""}},
			Closed, "", "", OutcomeOvertaken, Resolved,
		},
		{
			"the supervisor reaches nobody",
			[]step{{"anna", 2, hand, ""}, {sofia, 3, &EscalationTaken{}, ""}, {sofia, 4, complete(NoAnswer), ""}},
			Escalated, sofia, "No answer; try again.", "", "",
		},
		{
			"do-not-call",
			[]step{{"anna", 2, hand, ""}, {"boris", 3, complete(DoNotCall), ""}},
			Suppressed, "", "", OutcomeOvertaken, ResolvedSuppressed,
		},
		{
			"of a closed case",
			[]step{{"anna", 2, complete(TalkedResolved), ""}, {"anna", 3, hand, ReasonCaseClosed}},
			Closed, "", "", "", Resolved,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := walk(t, p, opened(t, p, 2), tc.steps...)
			var outcome EscalationOutcome
			if n := len(c.Escalations); n > 0 {
				outcome = c.Escalations[n-1].Outcome
			}
			var ends Resolution
			if c.Closing != nil {
				ends = c.Closing.Resolution
			}
			reason := c.Plan.Reason
			if !c.State.Open() {
				reason = tc.reason
			}
			got := []any{c.State, c.Plan.Owner, reason, outcome, ends}
			want := []any{tc.state, tc.owner, tc.reason, tc.outcome, tc.ends}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if (c.Escalation() != nil) != (c.State == Escalated) {
				t.Errorf("state %s, escalations %+v", c.State, c.Escalations)
			}
		})
	}
}

// A supervisor has as long as the policy says, by the wall clock; late is late
// whether the answer has come or not.
func TestEscalationHasItsOwnDeadline(t *testing.T) {
	p := DefaultPolicy("main")
	p.Floor.Escalation = 90
	c := walk(t, p, opened(t, p, 2), step{"anna", 2, &CaseEscalated{Reason: "Help."}, ""})
	e := c.Escalation()
	if want := t0.Add(2*time.Hour + 90*time.Minute); !e.Due.Equal(want) || e.Overdue(want) || !e.Overdue(want.Add(time.Second)) {
		t.Fatalf("due %s, want %s", e.Due, want)
	}
	if row := RowOf(c, Place{}, false); !row.Due.Equal(e.Due) {
		t.Errorf("the row says %s", row.Due)
	}
	c = walk(t, p, c, step{sofia, 9, &EscalationResolved{Words: "Settled."}, ""})
	if !c.Escalations[0].Overdue(t0.Add(4 * time.Hour)) {
		t.Error("an answer after its time is late for ever")
	}
	old := p
	old.Floor = FloorRules{}
	if old.FloorInForce() != DefaultFloor() {
		t.Error("a policy from before has no deadline for escalations")
	}
}

func TestWhoMayCallAnEscalatedCase(t *testing.T) {
	p := DefaultPolicy("main")
	at := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	c := walk(t, p, opened(t, p, 2), step{"anna", 2, &CaseEscalated{Reason: "Help."}, ""})
	place := func(agent string) Place {
		r, ok := RankOf(p, c)
		if !ok {
			t.Fatal("it is in no queue")
		}
		return r.Place(p, agent, at)
	}
	for _, agent := range []string{"anna", sofia} {
		if got := place(agent); got.Ready || got.Cause != WaitsSupervisor {
			t.Errorf("nobody has taken it, and %s gets %+v", agent, got)
		}
	}
	c = walk(t, p, c, step{sofia, 3, &EscalationTaken{}, ""})
	if got := place(sofia); !got.Ready {
		t.Errorf("sofia took it: %+v", got)
	}
	if got := place("anna"); got.Ready || got.Cause != WaitsSupervisor || got.Of != sofia {
		t.Errorf("anna: %+v", got)
	}
	c = walk(t, p, c, step{sofia, 4, &EscalationReturned{Words: "Call them."}, ""})
	if got := place("anna"); !got.Ready || c.Returned() == nil {
		t.Errorf("it is anna's again: %+v", got)
	}
	later := complete(NoAnswer)
	later.StartedAt = t0.Add(7 * time.Hour)
	c = walk(t, p, c, step{"anna", 7, later, ""})
	if c.Returned() != nil {
		t.Error("anna has called, so the words have been read")
	}
}

// An agreed callback outlives an escalation.
func TestEscalationKeepsAnAgreedCallback(t *testing.T) {
	p := DefaultPolicy("main")
	c := walk(t, p, opened(t, p, 2), step{"anna", 2, complete(CallbackMine), ""}, step{"anna", 3, &CaseEscalated{Reason: "Who pays?"}, ""})
	agreed := c.Plan.Callback
	if agreed == nil {
		t.Fatal("the callback is forgotten")
	}
	c = walk(t, p, c, step{sofia, 5, &EscalationReturned{To: "boris", Words: "We do."}, ""})
	if c.State != CallbackScheduled || !c.Plan.NotBefore.Equal(agreed.At) || c.Plan.Callback.Owner != "boris" {
		t.Errorf("%s, %+v", c.State, c.Plan)
	}
}

// Two supervisors who do not know of each other: who took the case leads.
func TestAStaleAnswerDoesNotLead(t *testing.T) {
	p := DefaultPolicy("main")
	c := walk(t, p, opened(t, p, 2), step{"anna", 2, &CaseEscalated{Reason: "Help."}, ""})
	seen := c.Fence
	c = walk(t, p, c, step{sofia, 3, &EscalationTaken{}, ""})
	late := from(event(t, "ev-late", t0.Add(4*time.Hour), seen, &EscalationResolved{Words: "Done."}), "boss", "de-boss")
	c, v := Apply(p, c, late)
	if v != (Verdict{Shadowed, ReasonStaleFence}) || c.State != Escalated {
		t.Errorf("%v, %s", v, c.State)
	}
}

func TestOverduePromiseGoesToASupervisor(t *testing.T) {
	p := DefaultPolicy("main")
	promised := walk(t, p, opened(t, p, 2), step{"anna", 2, complete(TalkedPromise), ""})
	id, at := p.PromiseOverdue(promised)
	if want := promised.Promises[0].Due.Add(time.Hour); id != "pr-1" || !at.Equal(want) {
		t.Fatalf("%s at %s, want %s", id, at, want)
	}
	late := walk(t, p, promised, step{"", 50, &PromiseOverdue{PromiseID: "pr-1"}, ""})
	e := late.Escalation()
	if late.State != Escalated || e == nil || e.Cause != EscalatedOverdue || e.By != "" || late.Promises[0].Status != PromiseOpen {
		t.Fatalf("%s, %+v", late.State, late.Escalations)
	}
	if id, _ := p.PromiseOverdue(late); id != "" {
		t.Error("it goes on record twice")
	}
	walk(t, p, late, step{"", 51, &PromiseOverdue{PromiseID: "pr-1"}, ReasonUnknownPromise})
	for _, tc := range []struct {
		name  string
		what  Payload
		state State
		ends  Resolution
	}{
		{"kept after all", &PromiseSettled{PromiseID: "pr-1", Status: PromiseDone}, Closed, PromiseKept},
		{"broken", &PromiseSettled{PromiseID: "pr-1", Status: PromiseBroken}, Escalated, ""},
		{"broken, and they know", &PromiseSettled{PromiseID: "pr-1", Status: PromiseBroken, Told: true}, Closed, PromiseBrokenClosed},
		{"cancelled", &PromiseSettled{PromiseID: "pr-1", Status: PromiseCancelled}, Escalated, ""},
		{"returned", &EscalationReturned{Words: "Do it now."}, InProgress, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := walk(t, p, late, step{sofia, 52, tc.what, ""})
			if c.State != tc.state || tc.ends != "" && c.Closing.Resolution != tc.ends {
				t.Errorf("%s, %+v", c.State, c.Closing)
			}
		})
	}
}

// What is agreed or under a supervisor's eyes is not moved by the clock.
func TestOverduePromiseOfACaseThatIsNotAnAgents(t *testing.T) {
	p := DefaultPolicy("main")
	made := &PromiseMade{Promise: NewPromise{ID: "pr-9", Text: "Send it", Due: t0.Add(20 * time.Hour)}}
	for name, tc := range map[string]struct {
		before Payload
		state  State
	}{
		"callback agreed": {complete(CallbackMine), CallbackScheduled},
		"escalated":       {complete(TalkedEscalated), Escalated},
		"closed":          {complete(TalkedLost), Closed},
		"tried":           {complete(NoAnswer), Escalated},
	} {
		t.Run(name, func(t *testing.T) {
			c := walk(t, p, opened(t, p, 2), step{"anna", 2, made, ""}, step{"anna", 3, tc.before, ""}, step{"", 22, &PromiseOverdue{PromiseID: "pr-9"}, ""})
			if c.State != tc.state || c.Promises[0].OverdueAt == nil {
				t.Errorf("%s, %+v", c.State, c.Promises)
			}
		})
	}
}

// A talk that ends well does not end a case on which something is still owed;
// the call on which all promises are settled does, as they were settled.
func TestTheFollowUpCallClosesThePromise(t *testing.T) {
	p := DefaultPolicy("main")
	settled := func(d Disposition, s PromiseStatus) *CallRecorded {
		call := complete(d)
		call.AttemptID = "at-follow-up"
		if s != "" {
			call.Settled = []PromiseOutcome{{"pr-1", s}}
		}
		return call
	}
	for name, tc := range map[string]struct {
		call  *CallRecorded
		state State
		ends  Resolution
	}{
		"kept":                {settled(TalkedResolved, PromiseDone), Closed, PromiseKept},
		"broken":              {settled(TalkedListened, PromiseBroken), Closed, PromiseBrokenClosed},
		"cancelled":           {settled(TalkedResolved, PromiseCancelled), Closed, Resolved},
		"not said":            {settled(TalkedResolved, ""), InProgress, ""},
		"lost all the same":   {settled(TalkedLost, PromiseDone), Closed, Lost},
		"nobody there, later": {settled(NoAnswer, ""), RetryWait, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := walk(t, p, opened(t, p, 2), step{"anna", 2, complete(TalkedPromise), ""}, step{"anna", 40, tc.call, ""})
			if c.State != tc.state || tc.ends != "" && c.Closing.Resolution != tc.ends {
				t.Errorf("%s, %+v", c.State, c.Closing)
			}
			if c.State == InProgress && !c.Plan.NotBefore.Equal(c.Promises[0].Due) {
				t.Errorf("it sleeps until %s", c.Plan.NotBefore)
			}
		})
	}
	bad := settled(TalkedResolved, "postponed")
	if err := bad.Validate(); err == nil {
		t.Error("a promise settled in a fourth way is not refused")
	}
}

func TestOnlyLeadersAnswerEscalations(t *testing.T) {
	for _, k := range Kinds() {
		decides := k.Kind == KindEscalationTaken || k.Kind == KindEscalationReturned || k.Kind == KindEscalationResolved
		if decides && !k.Kind.ForLeaders() {
			t.Errorf("anybody may record %s", k.Kind)
		}
	}
	if RoleAgent.Leads() || RoleTrainer.Leads() || !RoleSupervisor.Leads() || !RoleAdmin.Leads() {
		t.Error("who leads?")
	}
}
