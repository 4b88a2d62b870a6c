package callback

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fact is an event of a pair that met at the server: who stated it, having seen which fence.
type fact struct {
	by, device string
	fence      uint64
	at         time.Time
	payload    Payload
	// blind tells that the desk did not know its clock's error.
	blind bool
}

// pair is a row of the table of conflicts: what the server has, what comes later, and what is to become of it.
type pair struct {
	name    string
	earlier []fact
	later   fact
	want    Verdict
	check   func(t *testing.T, before, after Case)
}

func (x fact) event(t *testing.T, id string) Event {
	t.Helper()
	at := x.at
	if at.IsZero() {
		at = t0.Add(4 * time.Hour)
	}
	e := from(event(t, id, at, x.fence, x.payload), x.by, x.device)
	if zero := int64(0); !x.blind {
		e.SkewMS = &zero
	}
	return e
}

func anna(fence uint64, p Payload) fact {
	return fact{by: "anna", device: "de-1", fence: fence, payload: p}
}

func boris(fence uint64, p Payload) fact {
	return fact{by: "boris", device: "de-2", fence: fence, payload: p}
}

func sue(fence uint64, p Payload) fact {
	return fact{by: "sue", device: "de-3", fence: fence, payload: p}
}

func (x fact) when(at time.Time) fact { x.at = at; return x }

func callAt(d Disposition, attempt string, at time.Time) *CallRecorded {
	c := complete(d)
	c.AttemptID, c.StartedAt = attempt, at
	return c
}

func leaseFor(agent, device string) fact {
	return fact{by: agent, device: device, payload: &CaseClaimed{Lease: Lease{
		ID: "le-" + agent, Agent: agent, Device: device, Purpose: LeaseInCall, Since: t0, Until: t0.Add(30 * time.Minute),
	}}}
}

func callbackAt(hours int) *CallbackSet {
	return &CallbackSet{Callback: CallbackWish{At: t0.Add(time.Duration(hours) * time.Hour)}}
}

func agreedAt(d Disposition, attempt string, hours int) *CallRecorded {
	c := callAt(d, attempt, t0.Add(2*time.Hour))
	c.Callback.At = t0.Add(time.Duration(hours) * time.Hour)
	return c
}

func attemptOf(t *testing.T, c Case, eventID string) Attempt {
	t.Helper()
	for _, a := range c.Attempts {
		if a.EventID == eventID {
			return a
		}
	}
	t.Fatalf("the attempt of %s is not on record: %+v", eventID, c.Attempts)
	return Attempt{}
}

// The rulings on concurrent facts (reliability model §2.8), a row each. The case is opened at fence 1; earlier
// events are e1, e2 …, the later one is late.
var pairs = []pair{
	{
		"two results, the first under a lease",
		[]fact{leaseFor("boris", "de-2"), boris(2, callAt(TalkedPromise, "a", t0))},
		anna(1, callAt(TalkedListened, "b", t0)),
		Verdict{Shadowed, ReasonStaleFence},
		func(t *testing.T, before, after Case) {
			if after.Counted() != before.Counted() || len(after.Attempts) != 2 || after.LastRescore().AttemptID != "a" {
				t.Errorf("both attempts stay, one conversion: %+v", after.Attempts)
			}
			if d := after.Disputed(); len(d) != 1 || d[0].Over != "e2" || d[0].By != "anna" {
				t.Errorf("a person is to settle it: %+v", d)
			}
		},
	},
	{
		"two results, nobody holds a lease",
		[]fact{boris(1, callAt(TalkedResolved, "a", t0))},
		anna(1, callAt(TalkedListened, "b", t0)),
		Verdict{Shadowed, ReasonAlreadyResolved},
		func(t *testing.T, _, after Case) {
			if after.Closing.By != "boris" || len(after.Disputed()) != 1 || after.Disputed()[0].Over != "e1" {
				t.Errorf("boris's result stands: %+v %+v", after.Closing, after.Disputes)
			}
		},
	},
	{
		"nobody reached, then a talk",
		[]fact{boris(1, callAt(NoAnswer, "a", t0))},
		anna(1, callAt(TalkedResolved, "b", t0)),
		Verdict{Status: Applied},
		func(t *testing.T, _, after Case) {
			if after.State != Closed || len(after.Disputes) != 0 {
				t.Errorf("a call that reached nobody silences none that did: %s %+v", after.State, after.Disputes)
			}
		},
	},
	{
		"a talk, then nobody reached",
		[]fact{boris(1, callAt(TalkedResolved, "a", t0))},
		anna(1, callAt(NoAnswer, "b", t0)),
		Verdict{Shadowed, ReasonCaseClosed},
		func(t *testing.T, _, after Case) {
			if len(after.Disputes) != 0 || after.Counted() != 1 {
				t.Errorf("the ringing counts, and there is nothing to settle: %+v", after.Disputes)
			}
		},
	},
	{
		"do not call, then a call made before it",
		[]fact{boris(1, &SuppressRequested{Reason: "by letter"}).when(t0.Add(3 * time.Hour))},
		anna(1, callAt(TalkedPromise, "b", t0.Add(time.Hour))),
		Verdict{Status: Applied},
		func(t *testing.T, _, after Case) {
			if after.State != Suppressed || after.Plan.Callback != nil || after.LastRescore() == nil || len(after.Promises) != 1 {
				t.Errorf("it counts, and nothing follows from it: %+v", after)
			}
		},
	},
	{
		"do not call, then a call made after it",
		[]fact{boris(1, &SuppressRequested{Reason: "by letter"}).when(t0.Add(3 * time.Hour))},
		anna(1, callAt(TalkedPromise, "b", t0.Add(4*time.Hour))),
		Verdict{Shadowed, ReasonSuppressed},
		func(t *testing.T, _, after Case) {
			if after.State != Suppressed || len(after.Disputed()) != 1 || after.LastRescore() != nil {
				t.Errorf("it is on record, and somebody is to look into it: %+v", after.Disputes)
			}
		},
	},
	{
		"do not call, then a call of a desk that does not know its clock",
		[]fact{boris(1, &SuppressRequested{Reason: "x"}).when(t0.Add(3 * time.Hour))},
		fact{by: "anna", device: "de-1", fence: 1, payload: callAt(TalkedResolved, "b", t0), blind: true},
		Verdict{Shadowed, ReasonSuppressed},
		nil,
	},
	{
		"do not call, then a callback",
		[]fact{boris(1, &SuppressRequested{Reason: "x"})},
		anna(1, callbackAt(30)),
		Verdict{Shadowed, ReasonSuppressed},
		func(t *testing.T, _, after Case) {
			if after.Plan.Callback != nil || len(after.Disputed()) != 1 {
				t.Errorf("it is void, and its agent is told: %+v", after.Plan)
			}
		},
	},
	{
		"anything, then do not call",
		[]fact{leaseFor("boris", "de-2"), boris(2, agreedAt(CallbackMine, "a", 30))},
		anna(0, &SuppressRequested{Reason: "said so"}),
		Verdict{Status: Applied},
		func(t *testing.T, _, after Case) {
			if after.State != Suppressed || after.Plan.Callback != nil {
				t.Errorf("%s %+v", after.State, after.Plan)
			}
		},
	},
	{
		"given to another who has done nothing yet, then the old owner's result",
		[]fact{sue(1, &CaseAssigned{To: "boris"})},
		anna(1, callAt(TalkedResolved, "b", t0)),
		Verdict{Status: Applied},
		func(t *testing.T, _, after Case) {
			d := after.Disputed()
			if after.State != Closed || len(d) != 1 || !d[0].Counted || d[0].Reason != ReasonReassigned {
				t.Errorf("it counts, and the new owner is told: %s %+v", after.State, d)
			}
		},
	},
	{
		"given to another who has the case, then the old owner's result",
		[]fact{sue(1, &CaseAssigned{To: "boris"}), leaseFor("boris", "de-2")},
		anna(1, callAt(TalkedResolved, "b", t0)),
		Verdict{Shadowed, ReasonReassigned},
		func(t *testing.T, _, after Case) {
			if !after.State.Open() || len(after.Disputed()) != 1 || attemptOf(t, after, "late").Shadowed != ReasonReassigned {
				t.Errorf("%s %+v", after.State, after.Disputes)
			}
		},
	},
	{
		"closed by hand, then a talk",
		[]fact{sue(1, &CaseClosed{Resolution: NotEligible})},
		anna(1, callAt(TalkedPromise, "b", t0)),
		Verdict{Shadowed, ReasonCaseClosed},
		func(t *testing.T, _, after Case) {
			if after.State != Closed || len(after.Disputed()) != 1 || after.Disputed()[0].Over != "e1" {
				t.Errorf("%s %+v", after.State, after.Disputes)
			}
		},
	},
	{
		"closed because nobody could be reached, then a complaint that is not resolved",
		[]fact{sue(1, &CaseClosed{Resolution: AgedOut})},
		anna(1, callAt(TalkedEscalated, "b", t0)),
		Verdict{Status: Applied},
		func(t *testing.T, _, after Case) {
			if after.State != Escalated || after.Closing != nil || len(after.Disputes) != 0 {
				t.Errorf("it reopens: %s %+v", after.State, after.Closing)
			}
		},
	},
	{
		"closed because nobody could be reached, then a talk that resolved it",
		[]fact{sue(1, &CaseClosed{Resolution: Exhausted})},
		anna(1, callAt(TalkedResolved, "b", t0)),
		Verdict{Status: Applied},
		func(t *testing.T, _, after Case) {
			if after.State != Closed || after.Closing.Resolution != Resolved || after.Closing.By != "anna" {
				t.Errorf("the better news leads: %+v", after.Closing)
			}
		},
	},
	{
		"a score, then another of the same call",
		[]fact{anna(1, callAt(TalkedPromise, "a", t0))},
		boris(2, &ScoreRecorded{Role: Rescore, Answer: Answer{Answer: Answered, Value: new(10), Wording: "w"}, CollectedBy: "agent:boris", Mode: "phone", AttemptID: "a"}),
		Verdict{Shadowed, ReasonAlreadyScored},
		func(t *testing.T, _, after Case) {
			if *after.LastRescore().Value != 8 || len(after.Disputed()) != 1 || len(after.Scores) != 3 {
				t.Errorf("both are kept, the first counts: %+v", after.Scores)
			}
		},
	},
	{
		"a score, then one in another role",
		[]fact{anna(1, callAt(TalkedPromise, "a", t0))},
		boris(2, &ScoreRecorded{Role: Resurvey, Answer: Answer{Answer: Answered, Value: new(2), Wording: "w"}, CollectedBy: "self", Mode: "email", AttemptID: "a"}),
		Verdict{Status: Applied},
		func(t *testing.T, _, after Case) {
			if *after.LastRescore().Value != 8 || *after.LastResurvey().Value != 2 {
				t.Errorf("neither overwrites the other: %+v", after.Scores)
			}
		},
	},
	{
		"a callback agreed on a call, then a result that ends the case",
		[]fact{boris(1, agreedAt(CallbackMine, "a", 30))},
		anna(1, callAt(TalkedResolved, "b", t0)),
		Verdict{Status: Applied},
		func(t *testing.T, _, after Case) {
			if after.State != Closed || after.Plan.Callback != nil {
				t.Errorf("the callback is cancelled: %s %+v", after.State, after.Plan)
			}
		},
	},
	{
		"a callback agreed by mail, then a result that ends the case",
		[]fact{boris(1, callbackAt(30))},
		anna(1, callAt(TalkedResolved, "b", t0)),
		Verdict{Status: Applied},
		nil,
	},
	{
		"a callback agreed while somebody else holds the case, who gives it back, then a result of before",
		[]fact{leaseFor("sue", "de-3"), boris(1, callbackAt(30)), sue(2, &CaseReleased{LeaseID: "le-sue"})},
		anna(1, callAt(TalkedResolved, "b", t0)),
		Verdict{Shadowed, ReasonStaleFence},
		nil,
	},
	{
		"a callback, then a call that reached nobody",
		[]fact{boris(1, callbackAt(30))},
		anna(1, callAt(NoAnswer, "b", t0)),
		Verdict{Shadowed, ReasonStaleFence},
		func(t *testing.T, before, after Case) {
			if after.Plan.Callback == nil || !after.Plan.Callback.At.Equal(before.Plan.Callback.At) {
				t.Errorf("an agreed call does not go under: %+v", after.Plan)
			}
		},
	},
	{
		"a result that ends the case, then a callback",
		[]fact{boris(1, callAt(TalkedResolved, "a", t0))},
		anna(1, callbackAt(30)),
		Verdict{Shadowed, ReasonCaseClosed},
		func(t *testing.T, _, after Case) {
			if after.Plan.Callback != nil || len(after.Disputed()) != 1 || after.Disputed()[0].Over != "e1" {
				t.Errorf("its agent is told, since a promise was made: %+v", after.Disputes)
			}
		},
	},
	{
		"a callback, then a later one of the same agent",
		[]fact{anna(1, callbackAt(30))},
		anna(1, callbackAt(40)),
		Verdict{Status: Applied},
		func(t *testing.T, _, after Case) {
			if !after.Plan.Callback.At.Equal(t0.Add(40*time.Hour)) || len(after.Disputes) != 0 {
				t.Errorf("%+v %+v", after.Plan.Callback, after.Disputes)
			}
		},
	},
	{
		"a callback, then a later one of another",
		[]fact{boris(1, callbackAt(30))},
		anna(1, callbackAt(40)),
		Verdict{Shadowed, ReasonEarlierCallback},
		func(t *testing.T, _, after Case) {
			if !after.Plan.Callback.At.Equal(t0.Add(30*time.Hour)) || len(after.Disputed()) != 1 || after.Disputed()[0].EventID != "late" {
				t.Errorf("%+v %+v", after.Plan.Callback, after.Disputes)
			}
		},
	},
	{
		"a callback, then an earlier one of another",
		[]fact{boris(1, callbackAt(40))},
		anna(1, callbackAt(30)),
		Verdict{Status: Applied},
		func(t *testing.T, _, after Case) {
			d := after.Disputed()
			if !after.Plan.Callback.At.Equal(t0.Add(30*time.Hour)) || len(d) != 1 || d[0].EventID != "e1" || d[0].By != "boris" || d[0].Over != "late" {
				t.Errorf("the earlier stands, and who agreed the other is told: %+v %+v", after.Plan.Callback, d)
			}
		},
	},
	{
		"a callback agreed on a call, then an earlier one on another's call",
		[]fact{boris(1, agreedAt(CallbackMine, "a", 40))},
		anna(1, agreedAt(CallbackAnyone, "b", 30)),
		Verdict{Status: Applied},
		func(t *testing.T, _, after Case) {
			if d := after.Disputed(); !after.Plan.Callback.At.Equal(t0.Add(30*time.Hour)) || len(d) != 1 || d[0].By != "boris" {
				t.Errorf("%+v %+v", after.Plan.Callback, d)
			}
		},
	},
	{
		"a callback agreed on a call, then a later one on another's call",
		[]fact{boris(1, agreedAt(CallbackMine, "a", 30))},
		anna(1, agreedAt(CallbackAnyone, "b", 40)),
		Verdict{Shadowed, ReasonEarlierCallback},
		nil,
	},
	{
		"a promise settled, then settled otherwise",
		[]fact{
			anna(1, callAt(TalkedPromise, "a", t0)), boris(2, &PromiseSettled{PromiseID: "pr-1", Status: PromiseDone}),
		},
		anna(2, &PromiseSettled{PromiseID: "pr-1", Status: PromiseBroken}),
		Verdict{Shadowed, ReasonAlreadyResolved},
		func(t *testing.T, _, after Case) {
			if after.Promises[0].Status != PromiseDone || len(after.Disputed()) != 1 {
				t.Errorf("the first stands: %+v", after.Promises)
			}
		},
	},
	{
		"a promise settled, then settled alike",
		[]fact{
			anna(1, callAt(TalkedPromise, "a", t0)), boris(2, &PromiseSettled{PromiseID: "pr-1", Status: PromiseDone}),
		},
		anna(2, &PromiseSettled{PromiseID: "pr-1", Status: PromiseDone}),
		Verdict{Shadowed, ReasonAlreadyResolved},
		func(t *testing.T, _, after Case) {
			if len(after.Disputes) != 0 {
				t.Errorf("there is nothing to settle: %+v", after.Disputes)
			}
		},
	},
}

func play(t *testing.T, facts []fact) Case {
	t.Helper()
	c := opened(t, DefaultPolicy("main"), 2)
	for i, x := range facts {
		var v Verdict
		if c, v = Apply(DefaultPolicy("main"), c, x.event(t, "e"+string(rune('1'+i)))); v.Status != Applied {
			t.Fatalf("%T of %s: %v", x.payload, x.by, v)
		}
	}
	return c
}

func TestConcurrentFacts(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			before := play(t, p.earlier)
			after, v := Apply(DefaultPolicy("main"), before, p.later.event(t, "late"))
			if v != p.want {
				t.Fatalf("verdict %v, want %v", v, p.want)
			}
			if call, ok := p.later.payload.(*CallRecorded); ok {
				if a := attemptOf(t, after, "late"); a.Disposition != call.Disposition || a.Shadowed != v.Reason {
					t.Errorf("the attempt is on record as %+v", a)
				}
			}
			if p.check != nil {
				p.check(t, before, after)
			}
			raw, err := json.Marshal(after)
			if err != nil {
				t.Fatal(err)
			}
			var back Case
			if err := json.Unmarshal(raw, &back); err != nil {
				t.Fatal(err)
			}
			if again, err := json.Marshal(back); err != nil || string(again) != string(raw) {
				t.Errorf("the case changes on its way through JSON: %v\n%s\n%s", err, raw, again)
			}
		})
	}
}

// disputed gives a case on which boris resolved and anna's promise does not lead, and the fence that everybody
// has seen.
func disputed(t *testing.T) (Case, uint64) {
	t.Helper()
	c := play(t, []fact{boris(1, callAt(TalkedResolved, "a", t0))})
	later := callAt(TalkedPromise, "b", t0.Add(time.Hour))
	c, _ = Apply(DefaultPolicy("main"), c, anna(1, later).event(t, "late"))
	return c, c.Fence
}

func amend(act Act) *EventAmended {
	return &EventAmended{EventID: "late", Act: act, Over: "e1", Reason: "Anna spoke to her."}
}

func TestKeepingWhatLeadsSettlesADispute(t *testing.T) {
	c, fence := disputed(t)
	after, v := Apply(DefaultPolicy("main"), c, sue(fence, amend(ActKeep)).event(t, "k"))
	if v.Status != Applied || len(after.Disputed()) != 0 || after.State != Closed || after.Fence != fence {
		t.Fatalf("%v, %+v, fence %d", v, after.Disputes, after.Fence)
	}
	if s := after.Disputes[0].Settled(); s == nil || s.By != "sue" || s.Act != ActKeep || s.EventID != "k" {
		t.Errorf("who settled it: %+v", s)
	}
	after, v = Apply(DefaultPolicy("main"), after, anna(fence, amend(ActAsk)).event(t, "a"))
	if d := after.Disputed(); v.Status != Applied || len(d) != 1 || d[0].Asked().By != "anna" {
		t.Errorf("an agent with reasons opens it again: %v %+v", v, after.Disputes)
	}
}

func TestASupervisorLetsTheOtherResultLead(t *testing.T) {
	p := DefaultPolicy("main")
	c, fence := disputed(t)
	after, v := Apply(p, c, sue(fence, amend(ActLead)).event(t, "l"))
	if v.Status != Applied || after.State != InProgress || after.Closing != nil || after.Fence <= fence {
		t.Fatalf("%v, %s, %+v, fence %d", v, after.State, after.Closing, after.Fence)
	}
	if attemptOf(t, after, "late").Shadowed != "" || attemptOf(t, after, "e1").Shadowed != ReasonAmended {
		t.Errorf("attempts: %+v", after.Attempts)
	}
	if s := after.LastRescore(); s.ID != "late" {
		t.Errorf("the score that counts is %+v", s)
	}
	if len(after.Promises) != 1 || after.Promises[0].MadeBy != "anna" || after.Plan.Owner != "anna" {
		t.Errorf("anna's promise is owed by her: %+v %+v", after.Promises, after.Plan)
	}
	if len(after.Disputed()) != 0 || !after.Disputes[0].Leads() {
		t.Errorf("settled: %+v", after.Disputes)
	}
	// Boris's desk has not heard of it: what it says now is late.
	_, v = Apply(p, after, boris(fence, callAt(NoAnswer, "c", t0)).event(t, "n"))
	if v.Status == Rejected {
		t.Errorf("a late fact is recorded: %v", v)
	}
	// Taken back by somebody who has seen it.
	back, v := Apply(p, after, sue(after.Fence, amend(ActKeep)).event(t, "k"))
	if v.Status != Applied || back.State != Closed || back.Closing.By != "boris" || attemptOf(t, back, "e1").Shadowed != "" {
		t.Errorf("%v, %s, %+v", v, back.State, back.Closing)
	}
}

// Of two supervisors who settle the same at once, the server's last word holds, and both stay on record.
func TestTheLastAmendmentHolds(t *testing.T) {
	p := DefaultPolicy("main")
	c, fence := disputed(t)
	second := fact{by: "tom", device: "de-4", fence: fence}
	closing := callAt(TalkedListened, "b", t0.Add(time.Hour))
	c2 := play(t, []fact{boris(1, callAt(TalkedPromise, "a", t0))})
	c2, _ = Apply(p, c2, anna(1, closing).event(t, "late"))
	one, _ := Apply(p, c2, sue(c2.Fence, amend(ActLead)).event(t, "s"))
	second.fence, second.payload = c2.Fence, amend(ActKeep)
	if two, v := Apply(p, one, second.event(t, "t")); v.Status != Applied || two.State != InProgress {
		t.Errorf("a swap that closed the case, taken back: %v %s", v, two.State)
	}
	second.fence = fence
	for _, acts := range [][2]Act{{ActLead, ActKeep}, {ActKeep, ActLead}, {ActLead, ActLead}, {ActKeep, ActKeep}} {
		one, _ := Apply(p, c, sue(fence, amend(acts[0])).event(t, "s"))
		second.payload = amend(acts[1])
		two, v := Apply(p, one, second.event(t, "t"))
		if v.Status != Applied || len(two.Disputes[0].Acts) != 2 || two.Disputes[0].Settled().EventID != "t" {
			t.Errorf("%v: %v %+v", acts, v, two.Disputes)
		}
		if leads := attemptOf(t, two, "late").Shadowed == ""; leads != (acts[1] == ActLead) {
			t.Errorf("%v: %+v", acts, two.Attempts)
		}
	}
}

// A swap is void when the case has moved on since it was looked at, but stays on record.
func TestAnAmendmentThatComesTooLate(t *testing.T) {
	p := DefaultPolicy("main")
	c, fence := disputed(t)
	c, _ = Apply(p, c, boris(fence, &CaseReopened{Reason: "wrote again"}).event(t, "r"))
	after, v := Apply(p, c, sue(fence, amend(ActLead)).event(t, "l"))
	if v != (Verdict{Shadowed, ReasonStaleFence}) || len(after.Disputed()) != 1 || len(after.Disputes[0].Acts) != 1 {
		t.Errorf("%v, %+v", v, after.Disputes)
	}
	if _, v = Apply(p, c, sue(fence, &EventAmended{EventID: "nowhere", Act: ActKeep}).event(t, "x")); v != (Verdict{Shadowed, ReasonUnknownEvent}) {
		t.Errorf("an event that nobody disputes: %v", v)
	}
	c, _ = Apply(p, c, boris(c.Fence, &SuppressRequested{Reason: "x"}).event(t, "d"))
	after, v = Apply(p, c, sue(c.Fence, amend(ActLead)).event(t, "l"))
	if v.Status != Shadowed || after.State != Suppressed {
		t.Errorf("nothing undoes a do-not-call: %v, %s", v, after.State)
	}
}

func TestOtherFactsCanBeLetLead(t *testing.T) {
	p := DefaultPolicy("main")
	for _, c := range []struct {
		pair string
		done func(Case) bool
	}{
		{"a callback, then a later one of another", func(c Case) bool {
			return c.Plan.Callback.At.Equal(t0.Add(40*time.Hour)) && c.Plan.Callback.SetBy == "anna"
		}},
		{"a callback, then an earlier one of another", func(c Case) bool {
			return c.Plan.Callback.At.Equal(t0.Add(40*time.Hour)) && c.Plan.Callback.SetBy == "boris"
		}},
		{"a result that ends the case, then a callback", func(c Case) bool { return c.State == CallbackScheduled && c.Closing == nil }},
		{"a promise settled, then settled otherwise", func(c Case) bool { return c.Promises[0].Status == PromiseBroken && c.State == Escalated }},
		{"a score, then another of the same call", func(c Case) bool { return *c.LastRescore().Value == 10 && c.Scores[1].Shadowed == ReasonAmended }},
	} {
		i := slices.IndexFunc(pairs, func(p pair) bool { return p.name == c.pair })
		before, _ := Apply(p, play(t, pairs[i].earlier), pairs[i].later.event(t, "late"))
		d := before.Disputed()[0]
		after, v := Apply(p, before, sue(before.Fence, &EventAmended{EventID: d.EventID, Act: ActLead, Over: d.Over, Reason: "r"}).event(t, "l"))
		if v.Status != Applied || !c.done(after) || len(after.Disputed()) != 0 {
			t.Errorf("%s: %v, %s, %s", c.pair, v, after.State, cmp.Diff(before, after))
		}
	}
}
