package callback

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// claim gives the case to another agent on another device.
func claim(t testing.TB, p Policy, c Case, agent, device string, at time.Time) Case {
	t.Helper()
	e := event(t, "ev-claim-"+agent, at, 0, &CaseClaimed{Lease: Lease{
		ID: "le-" + agent, Agent: agent, Device: device, Purpose: LeasePreview, Since: at, Until: at.Add(10 * time.Minute),
	}})
	e.Agent, e.Device = "system", "server"
	c, v := Apply(p, c, e)
	if v.Status != Applied {
		t.Fatalf("claim was %v", v)
	}
	return c
}

func from(e Event, agent, device string) Event {
	e.Agent, e.Device = agent, device
	return e
}

func TestTwoAgentsCallTheSameCustomer(t *testing.T) {
	p := DefaultPolicy("main")
	c := opened(t, p, 2)
	seen := c.Fence
	c = claim(t, p, c, "boris", "de-2", t0.Add(time.Hour))
	c, v := Apply(p, c, from(event(t, "ev-b", t0.Add(2*time.Hour), c.Fence, complete(TalkedResolved)), "boris", "de-2"))
	if v.Status != Applied || c.State != Closed {
		t.Fatalf("boris holds the case, got %v, state %s", v, c.State)
	}
	c, v = Apply(p, c, event(t, "ev-a", t0.Add(3*time.Hour), seen, complete(TalkedListened)))
	if v != (Verdict{Shadowed, ReasonAlreadyResolved}) {
		t.Errorf("anna called offline, verdict %v", v)
	}
	if len(c.Attempts) != 2 || c.Attempts[1].Shadowed == "" || c.Attempts[0].Shadowed != "" {
		t.Errorf("both attempts stay on record, the second without effect: %+v", c.Attempts)
	}
	if c.Closing.Resolution != Resolved || len(c.Disputed()) != 1 {
		t.Errorf("boris's result stands and a person is told: %+v, %+v", c.Closing, c.Disputes)
	}
	if s := c.LastRescore(); s == nil || s.CollectedBy != "agent:boris" {
		t.Errorf("the score that counts is %+v", s)
	}
}

func TestALateResultCountsWhenNobodyElseActed(t *testing.T) {
	p := DefaultPolicy("main")
	c := opened(t, p, 2)
	c = claim(t, p, c, "anna", "de-1", t0.Add(time.Hour))
	fence := c.Fence
	late := t0.Add(48 * time.Hour)
	c, v := Apply(p, c, event(t, "ev-1", late, fence, complete(NoAnswer)))
	if v.Status != Applied {
		t.Fatalf("a late result on an expired lease must count: %v", v)
	}
	// The desk still carries the fence the server last told it.
	_, v = Apply(p, c, event(t, "ev-2", late.Add(4*time.Hour), fence, complete(TalkedResolved)))
	if v.Status != Applied {
		t.Errorf("the same desk's next result must count: %v", v)
	}
}

func TestAStaleDeskDoesNotMoveTheCase(t *testing.T) {
	p := DefaultPolicy("main")
	c := opened(t, p, 2)
	seen := c.Fence
	c = claim(t, p, c, "boris", "de-2", t0.Add(time.Hour))
	c, v := Apply(p, c, event(t, "ev-a", t0.Add(90*time.Minute), seen, complete(TalkedResolved)))
	if v != (Verdict{Shadowed, ReasonStaleFence}) || !c.State.Open() {
		t.Errorf("verdict %v, state %s", v, c.State)
	}
}

func TestDoNotCallBeatsEverything(t *testing.T) {
	p := DefaultPolicy("main")
	c := opened(t, p, 2)
	seen := c.Fence
	c = claim(t, p, c, "boris", "de-2", t0.Add(time.Hour))
	c, _ = Apply(p, c, from(event(t, "ev-b", t0.Add(2*time.Hour), c.Fence, complete(CallbackMine)), "boris", "de-2"))
	c, v := Apply(p, c, event(t, "ev-a", t0.Add(3*time.Hour), seen, complete(DoNotCall)))
	if v.Status != Applied || c.State != Suppressed || c.Plan.Callback != nil {
		t.Fatalf("verdict %v, state %s, callback %v", v, c.State, c.Plan.Callback)
	}
	for _, k := range Kinds() {
		next, _ := Apply(p, c, from(event(t, "ev-"+string(k.Kind), t0.Add(4*time.Hour), 99, k.Sample()), "boris", "de-2"))
		if next.State != Suppressed {
			t.Errorf("%s undid a do-not-call: %s", k.Kind, next.State)
		}
	}
}

func TestACallbackMadeByAnotherMayAgreeALaterOne(t *testing.T) {
	p := DefaultPolicy("main")
	c, _ := Apply(p, opened(t, p, 2), event(t, "ev-1", t0.Add(time.Hour), 1, complete(CallbackMine)))
	agreed := c.Plan.Callback.At
	c = claim(t, p, c, "boris", "de-2", agreed.Add(40*time.Minute))
	again := complete(CallbackAnyone)
	again.Callback.At = agreed.Add(48 * time.Hour)
	c, v := Apply(p, c, from(event(t, "ev-2", agreed.Add(45*time.Minute), c.Fence, again), "boris", "de-2"))
	if v.Status != Applied || !c.Plan.Callback.At.Equal(again.Callback.At) || c.Plan.Owner != "" {
		t.Errorf("%v, %+v", v, c.Plan)
	}
	// Outside a call, the earlier of two agreed times stands.
	later := &CallbackSet{Callback: CallbackWish{At: again.Callback.At.Add(time.Hour)}}
	c, v = Apply(p, c, event(t, "ev-3", agreed.Add(46*time.Minute), c.Fence, later))
	if v.Status != Shadowed || !c.Plan.Callback.At.Equal(again.Callback.At) || len(c.Disputed()) != 1 {
		t.Errorf("%v, %+v", v, c.Plan)
	}
}

func TestPromisesDecideTheCase(t *testing.T) {
	p := DefaultPolicy("main")
	c, _ := Apply(p, opened(t, p, 2), event(t, "ev-1", t0.Add(time.Hour), 1, complete(TalkedPromise)))
	if c.State != InProgress || c.Plan.Owner != "anna" {
		t.Fatalf("state %s, owner %q", c.State, c.Plan.Owner)
	}
	kept, v := Apply(p, c, event(t, "ev-2", t0.Add(2*time.Hour), 1, &PromiseSettled{PromiseID: "pr-1", Status: PromiseDone}))
	if v.Status != Applied || kept.State != Closed || kept.Closing.Resolution != PromiseKept {
		t.Errorf("kept: %v, %s", v, kept.State)
	}
	again, v := Apply(p, kept, from(event(t, "ev-3", t0.Add(3*time.Hour), 1, &PromiseSettled{PromiseID: "pr-1", Status: PromiseBroken}), "boris", "de-2"))
	if v.Status != Shadowed || len(again.Disputed()) != 1 || again.Promises[0].Status != PromiseDone {
		t.Errorf("the first settlement stands and a person is told: %v, %+v", v, again.Disputes)
	}
	broken, _ := Apply(p, c, event(t, "ev-4", t0.Add(2*time.Hour), 1, &PromiseSettled{PromiseID: "pr-1", Status: PromiseBroken}))
	if broken.State != Escalated {
		t.Errorf("broken: %s", broken.State)
	}
}

func TestSecondSoftRefusalClosesAndCapsExhaust(t *testing.T) {
	p := DefaultPolicy("main")
	c := opened(t, p, 2)
	for i, want := range []State{RetryWait, Closed} {
		c, _ = Apply(p, c, event(t, fmt.Sprint("ev-", i), t0.Add(time.Duration(i+1)*200*time.Hour), 1, complete(SoftRefusal)))
		if c.State != want {
			t.Fatalf("soft refusal %d: %s", i+1, c.State)
		}
	}
	if c.Closing.Resolution != Refused {
		t.Errorf("closed as %s", c.Closing.Resolution)
	}
	c = opened(t, p, 2)
	for i := range p.Retry.MaxAttempts {
		if !c.State.Open() {
			t.Fatalf("closed after %d attempts", i)
		}
		c, _ = Apply(p, c, event(t, fmt.Sprint("na-", i), t0.Add(time.Duration(i+1)*30*time.Hour), 1, complete(NoAnswer)))
	}
	if c.State != Closed || c.Closing.Resolution != Exhausted {
		t.Errorf("after %d attempts: %s, %+v", p.Retry.MaxAttempts, c.State, c.Closing)
	}
}

func TestReopeningBeginsANewRoundAndKeepsTheFirstClosing(t *testing.T) {
	p := DefaultPolicy("main")
	c, _ := Apply(p, opened(t, p, 2), event(t, "ev-1", t0.Add(time.Hour), 1, complete(TalkedResolved)))
	first := c.Closing.At
	c, v := Apply(p, c, event(t, "ev-2", t0.Add(30*time.Hour), c.Fence, &CaseReopened{Reason: "wrote again"}))
	if v.Status != Applied || c.State != New || c.Round != 2 || c.Counted() != 0 {
		t.Fatalf("%v, %s, round %d, counted %d", v, c.State, c.Round, c.Counted())
	}
	c, _ = Apply(p, c, event(t, "ev-3", t0.Add(40*time.Hour), c.Fence, complete(TalkedResolved)))
	if !c.Closing.FirstAt.Equal(first) || !c.Closing.At.After(first) {
		t.Errorf("closing %+v, first was %s", c.Closing, first)
	}
}

// Whatever happens in whatever order, an open case has a next step, the
// suppressed stay so, attempts are never lost, and versions count the events.
func TestAnyHistoryKeepsTheCaseWhole(t *testing.T) {
	p := DefaultPolicy("main")
	rapid.Check(t, func(rt *rapid.T) {
		c := opened(t, p, rapid.IntRange(0, 6).Draw(rt, "score"))
		at, calls, suppressed := t0, 0, false
		for i := range rapid.IntRange(1, 25).Draw(rt, "events") {
			at = at.Add(time.Duration(rapid.IntRange(1, 72*60).Draw(rt, "minutes")) * time.Minute)
			e := drawEvent(rt, t, i, at, c)
			next, v := Apply(p, c, e)
			if e.Kind == KindCallRecorded {
				calls++
			}
			if v.Status == Rejected {
				rt.Fatalf("%s was rejected: %v", e.Kind, v)
			}
			suppressed = suppressed || next.State == Suppressed
			if suppressed && next.State != Suppressed {
				rt.Fatalf("%s brought a suppressed case back to %s", e.Kind, next.State)
			}
			if next.Fence < c.Fence {
				rt.Fatalf("%s lowered the fence", e.Kind)
			}
			c = next
		}
		if len(c.Attempts) != calls {
			rt.Fatalf("%d calls, %d attempts on record", calls, len(c.Attempts))
		}
		if c.State.Open() && c.Plan.NotBefore.IsZero() && c.Plan.Owner == "" && c.State != New && c.State != Escalated && c.State != Review {
			rt.Fatalf("%s has neither owner nor time: %+v", c.State, c.Plan)
		}
		if (c.Hold != nil) != (c.State == Review) {
			rt.Fatalf("state %s, held for %+v", c.State, c.Hold)
		}
		if (c.Escalation() != nil) != (c.State == Escalated) {
			rt.Fatalf("state %s, escalations %+v", c.State, c.Escalations)
		}
		if (c.Closing != nil && c.Round == 1) == c.State.Open() {
			rt.Fatalf("state %s, closing %+v", c.State, c.Closing)
		}
	})
}

func drawEvent(rt *rapid.T, t testing.TB, i int, at time.Time, c Case) Event {
	kinds := Kinds()
	var p Payload
	if rapid.Bool().Draw(rt, "call") {
		rules := Dispositions()
		call := complete(rules[rapid.IntRange(0, len(rules)-1).Draw(rt, "disposition")].Code)
		call.AttemptID = fmt.Sprint("at-", i)
		call.StartedAt = at
		p = call
	} else {
		p = kinds[rapid.IntRange(1, len(kinds)-1).Draw(rt, "kind")].Sample()
		if p.Kind() == KindCaseReopened || p.Kind() == KindCaseClosed {
			p = &NoteAdded{Text: "x"}
		}
		if call, ok := p.(*CallRecorded); ok {
			call.AttemptID = fmt.Sprint("at-", i)
		}
	}
	e := event(t, fmt.Sprint("ev-", i+1), at, rapid.Uint64Range(0, c.Fence).Draw(rt, "fence"), p)
	return from(e, "a", rapid.SampledFrom([]string{"de-1", "de-2"}).Draw(rt, "device"))
}
