package callback

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// answers makes a case outside the queue one of the queue at an instant.
func answers(t testing.TB, p Policy, c Case, at time.Time) Case {
	t.Helper()
	four := 4
	r := Response{ID: "re-1", Score: &four, AnsweredAt: at.Add(-time.Minute)}
	d := p.Decide(r)
	e := event(t, "ev-answer", at, 0, &ResponseAdded{Response: r, CaseKind: d.Kind, Plan: &d.Plan})
	e.Device = "server"
	c, v := Apply(p, c, e)
	if v.Status != Applied || c.Outside() {
		t.Fatalf("the answer leaves it %s: %v", c.Kind, v)
	}
	return c
}

// called tells whether the board counts a call for a case of the queue.
func called(c Case) bool {
	board := BoardOf("", "", Tally(c, time.UTC), nil)
	return board.Coverage.N == 1 && board.Coverage.K == 1
}

// A call that was dialled before an answer came and reaches the server after it
// ends what it was about. It does not end what the answer asks for.
func TestALateCallIsNoneAboutTheAnswer(t *testing.T) {
	p := DefaultPolicy("main")
	answered := t0.Add(5 * time.Hour)
	for _, rule := range Dispositions() {
		for _, asked := range []bool{false, true} {
			c := answers(t, p, outside(t, p, inMadrid()), answered)
			if asked {
				c.State, c.Plan.Callback = CallbackScheduled, &Callback{At: t0.Add(50 * time.Hour), SetAt: answered}
			}
			late := complete(rule.Code)
			late.Number = inMadrid().E164
			late.StartedAt = t0.Add(2 * time.Hour)
			c, v := Apply(p, c, event(t, "ev-late", t0.Add(2*time.Hour+5*time.Minute), 1, late))
			if v.Status != Applied || len(c.Attempts) != 1 || c.Conflict != "" {
				t.Fatalf("%s: %v, %d attempts, %q", rule.Code, v, len(c.Attempts), c.Conflict)
			}
			if rule.Suppress {
				if c.State != Suppressed {
					t.Errorf("%s: it is %s", rule.Code, c.State)
				}
				continue
			}
			if !c.State.Open() || called(c) || rule.Root && c.Root == nil || len(c.Promises) != len(late.Promises) {
				t.Errorf("%s: it is %s, counted as called: %v, root %v, %d promises", rule.Code, c.State, called(c), c.Root, len(c.Promises))
			}
			if ends := rule.To == Closed; ends && asked && !rule.BadNumber && c.State != CallbackScheduled {
				t.Errorf("%s: the call that the answer asks for is gone: %s", rule.Code, c.State)
			} else if want := map[bool]State{true: Review, false: RetryWait}[rule.BadNumber]; ends && !asked && c.State != want {
				t.Errorf("%s: it is %s, not %s", rule.Code, c.State, want)
			}
			for i, pr := range c.Promises {
				c, v = Apply(p, c, event(t, fmt.Sprint("ev-pr-", i), t0.Add(20*time.Hour), c.Fence, &PromiseSettled{PromiseID: pr.ID, Status: PromiseDone}))
				if v.Status != Applied || !c.State.Open() {
					t.Errorf("%s: its promise kept, it is %s", rule.Code, c.State)
				}
			}
			own := complete(TalkedResolved)
			own.AttemptID, own.StartedAt = "at-own", t0.Add(30*time.Hour)
			if c, _ = Apply(p, c, event(t, "ev-own", t0.Add(31*time.Hour), c.Fence, own)); c.State != Closed || !called(c) {
				t.Errorf("%s: after its own call it is %s, counted as called: %v", rule.Code, c.State, called(c))
			}
		}
	}
}

// The second time that somebody would rather not talk ends a case, and so do
// its last attempt and the end of its days; but calls from before the answer are
// none of the queue's.
func TestLateAttemptsUseNothingUp(t *testing.T) {
	p := DefaultPolicy("main")
	p.Retry.PerDay, p.Retry.MinApart = 0, 0
	for _, code := range []Disposition{SoftRefusal, NoAnswer, HungUp} {
		c := outside(t, p, inMadrid())
		calls := 1
		if code == NoAnswer {
			calls = p.Retry.MaxAttempts - 1
		} else if code == HungUp {
			calls = 2
		}
		call := func(i int, at time.Time) {
			t.Helper()
			r := complete(code)
			r.AttemptID, r.StartedAt, r.Rescore = fmt.Sprint("at-", i), at, nil
			var v Verdict
			if c, v = Apply(p, c, event(t, fmt.Sprint("ev-", i+1), at.Add(time.Minute), c.Fence, r)); v.Status != Applied || !c.State.Open() {
				t.Fatalf("%s, call %d: %v, %s", code, i, v, c.State)
			}
		}
		for i := range calls {
			call(i, t0.Add(time.Duration(i+1)*time.Hour))
		}
		c = answers(t, p, c, t0.Add(40*time.Hour))
		call(calls, t0.Add(39*time.Hour))
		if c.Counted() != 0 || p.capReached(c) != "" || !p.attemptsEnd(c).IsZero() || c.State == Review {
			t.Errorf("%s: %d attempts count, %s", code, c.Counted(), c.State)
		}
		if due := p.Due(c, t0.Add(41*time.Hour)); due != nil {
			t.Errorf("%s: the clock ends it: %v", code, due)
		}
	}
}

// Somebody who settles a case without having heard of the answer settles what
// was before it; who knows of it may end the case, like any other.
func TestWhoHasNotHeardOfTheAnswerDoesNotEndIt(t *testing.T) {
	p := DefaultPolicy("main")
	before, answered, after := t0.Add(2*time.Hour), t0.Add(3*time.Hour), t0.Add(4*time.Hour)
	escalated := &CaseEscalated{Reason: "Who pays?"}
	held := &CaseHeld{Cause: HeldNumber, Reason: "The number stands on 5 cases."}
	for name, x := range map[string]struct {
		first   Payload
		firstAt time.Time
		ends    Payload
		at      time.Time
		open    bool
	}{
		"closed unknowing":             {ends: &CaseClosed{Resolution: Resolved}, at: before, open: true},
		"closed knowing":               {ends: &CaseClosed{Resolution: NotEligible}, at: after},
		"escalated and closed":         {first: escalated, firstAt: t0.Add(time.Hour), ends: &CaseClosed{Resolution: Resolved}, at: before, open: true},
		"resolved unknowing":           {first: escalated, firstAt: t0.Add(time.Hour), ends: &EscalationResolved{Words: "We do."}, at: before, open: true},
		"resolved, the older matter":   {first: escalated, firstAt: t0.Add(time.Hour), ends: &EscalationResolved{Words: "We do."}, at: after, open: true},
		"not one for us, unknowing":    {first: escalated, firstAt: t0.Add(time.Hour), ends: &EscalationResolved{Words: "Gone.", Resolution: NotEligible}, at: before, open: true},
		"not one for us, knowing":      {first: escalated, firstAt: t0.Add(time.Hour), ends: &EscalationResolved{Words: "Gone.", Resolution: NotEligible}, at: after},
		"resolved what the answer was": {first: escalated, firstAt: answered.Add(time.Minute), ends: &EscalationResolved{Words: "We do."}, at: after},
		"reviewed unknowing":           {first: held, firstAt: t0.Add(time.Hour), ends: &ReviewSettled{Resolution: NotEligible}, at: before, open: true},
		"reviewed knowing":             {first: held, firstAt: t0.Add(time.Hour), ends: &ReviewSettled{Resolution: NotEligible}, at: after},
	} {
		c := outside(t, p, inMadrid())
		at := func(payload Payload, id string, when time.Time) {
			t.Helper()
			var v Verdict
			if c, v = Apply(p, c, from(event(t, id, when, c.Fence, payload), sofia, "de-"+sofia)); v.Status != Applied {
				t.Fatalf("%s: %v", name, v)
			}
		}
		if x.first != nil && x.firstAt.Before(answered) {
			at(x.first, "ev-first", x.firstAt)
		}
		c = answers(t, p, c, answered)
		if x.first != nil && !x.firstAt.Before(answered) {
			at(x.first, "ev-first", x.firstAt)
		}
		at(x.ends, "ev-ends", x.at)
		if c.State.Open() != x.open || c.Escalation() != nil || c.Conflict != "" || c.Hold != nil {
			t.Errorf("%s: it is %s, %q", name, c.State, c.Conflict)
		}
		if r, ok := RankOf(p, c); x.open && (!ok || !r.Place(p, "boris", t0.Add(30*time.Hour)).Ready) {
			t.Errorf("%s: nobody is offered it: %s, %+v", name, c.State, r.Place(p, "boris", t0.Add(30*time.Hour)))
		}
	}
}

// Whoever keeps a promise on a case may never work when its customer may be called: once an answer makes it one of the
// queue, it is anyone's, unless a supervisor gave it to somebody. It does not wait until the promise is kept, which stays
// its maker's.
func TestAnAnsweredCaseIsAnyones(t *testing.T) {
	p := DefaultPolicy("main")
	for _, state := range []State{New, RetryWait, InProgress} {
		for _, given := range []bool{false, true} {
			c := outside(t, p, inMadrid())
			c.State, c.Plan.Owner, c.Plan.OwnerUntil, c.Plan.NotBefore = state, sofia, t0.Add(100*time.Hour), t0.Add(90*time.Hour)
			c.Promises = []Promise{{ID: "pr-1", Text: "Send the part", Owner: sofia, Due: t0.Add(90 * time.Hour), Status: PromiseOpen}}
			if given {
				c.Assigned = &Assignment{To: sofia, By: "olga", At: t0}
			}
			c = answers(t, p, c, t0.Add(5*time.Hour))
			if r, ok := RankOf(p, c); !ok || r.Place(p, "boris", t0.Add(6*time.Hour)).Ready == given {
				t.Errorf("%s, given to somebody: %v; it is of %q", state, given, c.Plan.Owner)
			}
			e := event(t, "ev-kept", t0.Add(7*time.Hour), c.Fence, &PromiseSettled{PromiseID: "pr-1", Status: PromiseDone})
			if c, _ = Apply(p, c, e); !c.State.Open() || c.openPromises() > 0 || c.Conflict != "" {
				t.Errorf("%s: the promise kept, it is %s, %q", state, c.State, c.Conflict)
			}
		}
	}
}

// Whatever arrives late, in any order: a case that an answer made one of the
// queue is not over before its customer was called since, unless a person says
// so who knew of the answer, or they are not to be called at all.
func TestTheAnswerIsOwedACall(t *testing.T) {
	p := DefaultPolicy("main")
	rapid.Check(t, func(rt *rapid.T) {
		c := outside(t, p, inMadrid())
		early := rapid.IntRange(0, 3).Draw(rt, "early")
		at := t0
		for i := range early {
			at = at.Add(time.Duration(rapid.IntRange(1, 300).Draw(rt, "minutes")) * time.Minute)
			c, _ = Apply(p, c, drawEvent(rt, t, i, at, c))
		}
		if !c.State.Open() {
			return
		}
		answered := at.Add(5 * time.Hour)
		c = answers(t, p, c, answered)
		for i := range rapid.IntRange(1, 6).Draw(rt, "late") {
			when := at.Add(time.Duration(rapid.IntRange(1, 299).Draw(rt, "of these")) * time.Minute)
			e := drawEvent(rt, t, early+i, when, c)
			if rapid.IntRange(0, 9).Draw(rt, "by hand") == 0 {
				e = event(t, e.ID, when, c.Fence, &CaseClosed{Resolution: Resolved})
			}
			was := c
			c, _ = Apply(p, c, e)
			switch {
			case c.State.Open(), c.State == Suppressed, c.Erased != nil, c.JoinedTo != "", c.AdHoc.Joined != "":
			case !called(c):
				rt.Fatalf("%s of %s ended it as %s, from %s, and nobody has called since the answer", e.Kind, e.At, c.Closing.Resolution, was.State)
			}
			if !c.State.Open() {
				return
			}
			n := len(c.Escalations)
			given := c.Assigned != nil && c.Assigned.To == c.Plan.Owner || n > 0 && c.Escalations[n-1].Outcome == OutcomeReturned
			if c.owesFirstCall() && c.State == InProgress && !given {
				rt.Fatalf("after %s of %s it waits for what %q promised, and nobody has called since the answer", e.Kind, e.At, c.Plan.Owner)
			}
		}
		if c.owesFirstCall() == called(c) {
			rt.Fatalf("the rules owe a first call: %v; the board counts one: %v", c.owesFirstCall(), called(c))
		}
	})
}
