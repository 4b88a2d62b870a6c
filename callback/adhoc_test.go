package callback

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// outside begins a case of anna's that no answer to a survey opened.
func outside(t *testing.T, p Policy, phone Phone) Case {
	t.Helper()
	open := &AdHocOpened{Customer: Customer{ID: "cu-9", Name: "Iris Moreno", Value: -1, Phone: phone}, Reason: "Invoice"}
	c, v := Apply(p, Case{}, event(t, "ev-0", t0, 0, open))
	if v.Status != Applied {
		t.Fatalf("not opened: %v", v)
	}
	return c
}

func inMadrid() Phone {
	return Phone{E164: "+34600000042", Region: "ES", Zones: []string{"Europe/Madrid"}}
}

func TestAdHocIsTheAgentsOwn(t *testing.T) {
	p := DefaultPolicy("main")
	c := outside(t, p, inMadrid())
	if c.Kind != KindAdHoc || c.Plan.Owner != "anna" || c.AdHoc == nil || c.AdHoc.Reason != "Invoice" {
		t.Fatalf("%s of %s: %+v", c.Kind, c.Plan.Owner, c.AdHoc)
	}
	c, _ = Apply(p, c, event(t, "ev-1", t0.Add(time.Hour), c.Fence, complete(NoAnswer)))
	if c.State != RetryWait || c.Plan.Owner != "anna" {
		t.Errorf("after no answer it is %s of %q", c.State, c.Plan.Owner)
	}
	r, ok := RankOf(p, c)
	if !ok {
		t.Fatal("it has no rank")
	}
	if place := r.Place(p, "boris", c.Plan.NotBefore); place.Cause != WaitsOwner {
		t.Errorf("boris is offered it: %+v", place)
	}
	if place := r.Place(p, "anna", c.Plan.NotBefore); !place.Ready {
		t.Errorf("anna is not offered it: %+v", place)
	}
	if again, v := Apply(p, c, event(t, "ev-2", t0.Add(2*time.Hour), 0, sampleAdHocOpened())); v.Reason != ReasonAlreadyOpen || again.Customer.Name != "Iris Moreno" {
		t.Errorf("opened twice: %v", v)
	}
}

// A person who has another open case is not worked twice: the talk outside the
// queue ends, and what was agreed on it is put before a person.
func TestAdHocJoinsTheOpenCase(t *testing.T) {
	p := DefaultPolicy("main")
	c := outside(t, p, inMadrid())
	joined := event(t, "ev-1", t0.Add(time.Minute), c.Fence, &AdHocJoined{Into: "ca-7"})
	joined.Device = "server"
	c, _ = Apply(p, c, joined)
	if c.State != Closed || c.Closing.Resolution != Duplicate || c.AdHoc.Joined != "ca-7" {
		t.Fatalf("%s, %+v", c.State, c.AdHoc)
	}
	c, v := Apply(p, c, event(t, "ev-2", t0.Add(time.Hour), 0, complete(CallbackMine)))
	if v.Status != Shadowed || len(c.Attempts) != 1 || len(c.Disputed()) != 1 {
		t.Errorf("%v: %d attempts, %d disputes", v, len(c.Attempts), len(c.Disputed()))
	}
}

// Whatever becomes of a case outside the queue, it adds to no figure but its
// own; once an answer makes it one of the queue, it counts from then on.
func TestAdHocEntersNoDenominator(t *testing.T) {
	p := DefaultPolicy("main")
	rapid.Check(t, func(rt *rapid.T) {
		c := outside(t, p, inMadrid())
		at := t0
		var calls int
		for i := range rapid.IntRange(1, 15).Draw(rt, "events") {
			at = at.Add(time.Duration(rapid.IntRange(1, 72*60).Draw(rt, "minutes")) * time.Minute)
			c, _ = Apply(p, c, drawEvent(rt, t, i, at, c))
			calls = len(c.Attempts)
			if !c.Outside() {
				rt.Fatalf("it is %s", c.Kind)
			}
			onlyAdHoc(rt, Tally(c, time.UTC), calls)
		}
		if !c.State.Open() {
			return
		}
		before := Tally(c, time.UTC)
		low := 2
		r := Response{ID: "re-1", Source: "web", ExternalID: "1", Score: &low, AnsweredAt: at}
		d := p.Decide(r)
		if !d.Urgent(c) {
			rt.Fatal("the answer opens nothing")
		}
		e := event(t, "ev-answer", at.Add(time.Minute), c.Fence, &ResponseAdded{Response: r, Plan: &d.Plan, CaseKind: d.Kind})
		e.Device = "server"
		c, _ = Apply(p, c, e)
		sum := sumOf(Tally(c, time.UTC))
		if want := sumOf(before).AdHoc; sum.AdHoc != want || sum.Attempts != 0 || sum.Attempted != 0 {
			rt.Fatalf("the %d calls before count: %+v", want, sum)
		}
		if sum.Eligible != 1 || sum.Moves[Detractor.index()][Unscored.index()] != 1 {
			rt.Fatalf("as a detractor's it does not count: %+v", sum)
		}
	})
}

func sumOf(days []Day) (sum Counts) {
	for _, d := range days {
		sum.Add(d.Counts, 1)
	}
	return sum
}

func onlyAdHoc(rt *rapid.T, days []Day, calls int) {
	if diff := cmp.Diff(Counts{AdHoc: calls}, sumOf(days)); diff != "" {
		rt.Fatalf("the queue's figures are touched: %s", diff)
	}
}

// Calls outside the queue and calls of the queue to one person are counted
// together: the week's ceiling holds over both, whichever came first.
func TestCapsHoldAcrossAdHocAndQueue(t *testing.T) {
	p := DefaultPolicy("main")
	rapid.Check(t, func(rt *rapid.T) {
		p := p
		p.Retry.PerPersonWeek = rapid.IntRange(1, MaxPersonWeek).Draw(rt, "ceiling")
		low := 1
		who := Customer{ID: "cu-9", Value: -1, Phone: inMadrid()}
		queue, _ := Apply(p, Case{}, event(t, "ev-q", t0, 0, &CaseOpened{CaseKind: KindDetractor, Customer: who, Response: Response{ID: "re-1", Score: &low, AnsweredAt: t0}}))
		cases := []Case{outside(t, p, inMadrid()), queue}
		var dials []time.Time
		now := t0
		for i := range 60 {
			now = now.Add(time.Duration(rapid.IntRange(10, 24*60).Draw(rt, "minutes")) * time.Minute)
			at := rapid.IntRange(0, 1).Draw(rt, "which")
			told, _ := cases[at].WithDials(dialsOf(cases[1-at], now))
			if !told.State.Open() || p.MayDial(told, now).Stops() {
				continue
			}
			call := complete(NoAnswer)
			call.AttemptID, call.StartedAt = fmt.Sprint("at-", i), now
			cases[at], _ = Apply(p, told, event(t, fmt.Sprint("ev-", i+1), now, told.Fence, call))
			dials = append(dials, now)
		}
		for i, first := range dials {
			n := 0
			for _, d := range dials[i:] {
				if d.Sub(first) < 7*24*time.Hour {
					n++
				}
			}
			if n > p.Retry.PerPersonWeek {
				rt.Fatalf("%d dials of %d in the 7 days from %s", n, p.Retry.PerPersonWeek, first)
			}
		}
	})
}

func dialsOf(c Case, now time.Time) (out []time.Time) {
	for _, a := range c.Attempts {
		if now.Sub(a.At) < 7*24*time.Hour {
			out = append(out, a.At)
		}
	}
	return out
}

// A customer who rings after their case was closed: what is only heard goes on
// the record, what is agreed opens the case again; a late call that knew of no
// closing is put before a person, as ever.
func TestACallerWhoseCaseIsClosed(t *testing.T) {
	p := DefaultPolicy("main")
	for _, tc := range []struct {
		code  Disposition
		state State
		round int
	}{
		{TalkedListened, Closed, 1},
		{TalkedResolved, Closed, 1},
		{BadMoment, Closed, 1},
		{CallbackMine, CallbackScheduled, 2},
		{TalkedPromise, InProgress, 2},
		{TalkedEscalated, Escalated, 2},
		{DoNotCall, Suppressed, 1},
	} {
		c := walk(t, p, opened(t, p, 2), step{"anna", 2, complete(TalkedResolved), ""})
		first := *c.Closing
		rang := complete(tc.code)
		rang.AttemptID, rang.Direction = "at-rang", Inbound
		known, v := Apply(p, c, from(event(t, "ev-rang", t0.Add(50*time.Hour), c.Fence, rang), "boris", "de-boris"))
		if v.Status != Applied || known.State != tc.state || known.Round != tc.round || len(known.Disputes) > 0 {
			t.Errorf("%s: %v, %s in round %d, %d disputes", tc.code, v, known.State, known.Round, len(known.Disputes))
		}
		if tc.state == Closed && *known.Closing != first {
			t.Errorf("%s changed how the case ended: %+v", tc.code, known.Closing)
		}
		if tc.code == DoNotCall {
			continue
		}
		late, v := Apply(p, c, from(event(t, "ev-rang", t0.Add(50*time.Hour), c.Fence-1, rang), "boris", "de-boris"))
		if v.Status != Shadowed || late.State != Closed {
			t.Errorf("%s by a desk that did not know: %v, %s", tc.code, v, late.State)
		}
	}
}

// The hour agreed with a customer outlives an escalation, also when it has
// begun before the case comes back: a Sunday stays a Sunday.
func TestAReturnedCaseKeepsTheAgreedHour(t *testing.T) {
	p := DefaultPolicy("main")
	loc, err := Zone("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	sunday := time.Date(2026, 3, 8, 15, 30, 0, 0, loc)
	agreed := func() Case {
		c := outside(t, p, inMadrid())
		low := 2
		c, _ = Apply(p, Case{}, event(t, "ev-q", t0, 0, &CaseOpened{
			CaseKind: KindDetractor, Customer: c.Customer, Response: Response{ID: "re-1", Score: &low, AnsweredAt: t0},
		}))
		return walk(t, p, c,
			step{"anna", 1, &CallbackSet{Callback: CallbackWish{At: sunday}}, ""}, step{"anna", 2, &CaseEscalated{Reason: "Who pays?"}, ""},
			step{sofia, 3, &EscalationTaken{}, ""})
	}
	c := agreed()
	if stop := p.MayDial(c, sunday.Add(time.Minute)); stop.Stops() {
		t.Errorf("the supervisor may not keep the agreed hour: %s", stop.Words)
	}
	if r, _ := RankOf(p, c); !r.Place(p, sofia, sunday.Add(time.Minute)).Ready {
		t.Errorf("the supervisor is not offered it: %+v", r.Place(p, sofia, sunday))
	}
	back := func(at time.Time) Case {
		c, v := Apply(p, agreed(), from(event(t, "ev-back", at, 99, &EscalationReturned{To: "boris", Words: "We do."}), sofia, "de-"+sofia))
		if v.Status != Applied {
			t.Fatalf("%v", v)
		}
		return c
	}
	c = back(sunday.Add(10 * time.Minute))
	r, _ := RankOf(p, c)
	if c.State != CallbackScheduled || !r.Place(p, "boris", sunday.Add(11*time.Minute)).Ready {
		t.Errorf("begun, the hour is lost: %s, %+v", c.State, r.Place(p, "boris", sunday.Add(11*time.Minute)))
	}
	c = back(sunday.Add(30 * time.Hour))
	if c.State != CallbackScheduled || !c.Plan.Callback.At.After(sunday.Add(30*time.Hour)) || len(c.Missed) != 1 {
		t.Errorf("the day after: %s, %+v, %d missed", c.State, c.Plan, len(c.Missed))
	}
	if local := c.Plan.Callback.At.In(loc); local.Hour() != 15 || local.Minute() != 30 {
		t.Errorf("moved to %s", local)
	}
}

// An answer that made a case one of the queue is owed a call: what was promised before it does not end the case.
func TestASettledPromiseDoesNotSpareTheCall(t *testing.T) {
	for name, x := range map[string]struct {
		overdue bool
		status  PromiseStatus
		told    bool
	}{
		"kept": {status: PromiseDone}, "broken, and they know": {status: PromiseBroken, told: true}, "kept late": {status: PromiseDone, overdue: true},
	} {
		p := DefaultPolicy("main")
		c := outside(t, p, inMadrid())
		talk := complete(TalkedPromise)
		talk.Promises = []NewPromise{{ID: "pr-1", Text: "Send the part", Due: t0.Add(24 * time.Hour)}}
		c, _ = Apply(p, c, event(t, "ev-1", t0.Add(time.Hour), c.Fence, talk))
		four := 4
		r := Response{ID: "re-1", Score: &four, AnsweredAt: t0.Add(2 * time.Hour)}
		answer := event(t, "ev-2", t0.Add(3*time.Hour), 0, &ResponseAdded{Response: r, CaseKind: KindDetractor})
		answer.Device = "server"
		c, _ = Apply(p, c, answer)
		settled := t0.Add(20 * time.Hour)
		if x.overdue {
			late := event(t, "ev-3", t0.Add(26*time.Hour), 0, &PromiseOverdue{PromiseID: "pr-1"})
			late.Device = "server"
			if c, _ = Apply(p, c, late); c.State != Escalated {
				t.Fatalf("%s: an overdue promise leaves it %s", name, c.State)
			}
			settled = t0.Add(30 * time.Hour)
		}
		c, v := Apply(p, c, event(t, "ev-4", settled, c.Fence, &PromiseSettled{PromiseID: "pr-1", Status: x.status, Told: x.told}))
		if v.Status != Applied || c.State != RetryWait || c.Plan.Owner != "" || c.Plan.NotBefore.After(settled) || c.Escalation() != nil || c.Conflict != "" {
			t.Errorf("%s: it is %s of %q from %s: %v %s", name, c.State, c.Plan.Owner, c.Plan.NotBefore, v, c.Conflict)
		}
		call := complete(TalkedResolved)
		call.StartedAt = settled.Add(23 * time.Hour)
		c, _ = Apply(p, c, event(t, "ev-5", settled.Add(24*time.Hour), c.Fence, call))
		if days := Tally(c, time.UTC); c.State != Closed || BoardOf("", "", days, nil).Coverage.K != 1 {
			t.Errorf("%s: after the call it is %s", name, c.State)
		}
	}
}
