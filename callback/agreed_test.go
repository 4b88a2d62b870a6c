package callback

import (
	"fmt"
	"testing"
	"time"
)

// agreedCase is a case with a call agreed for a time of the customer's.
func agreedCase(t *testing.T, p Policy, zones []string, at time.Time, anyone bool) Case {
	t.Helper()
	c := opened(t, p, 2)
	c.Customer.Phone.Zones = zones
	c, v := Apply(p, c, event(t, "ev-agree", at.Add(-3*time.Hour), c.Fence, &CallbackSet{Callback: CallbackWish{At: at, Anyone: anyone}}))
	if v.Status != Applied || c.State != CallbackScheduled || !c.Plan.Callback.At.Equal(at) {
		t.Fatalf("%v: %s, %+v", v, c.State, c.Plan.Callback)
	}
	return c
}

// clockTo lets the server's clock do its work up to an instant.
func clockTo(t *testing.T, p Policy, c Case, end time.Time) Case {
	t.Helper()
	for i := range 50 {
		at := p.WakesAt(c)
		if at.IsZero() || at.After(end) {
			return c
		}
		due := p.Due(c, at)
		if due == nil {
			t.Fatalf("nothing is due at %s", at)
		}
		e := event(t, fmt.Sprint("ev-clock-", i, at.Unix()), at, c.Fence, due)
		e.Agent, e.Device = "", "server"
		var v Verdict
		if c, v = Apply(p, c, e); v.Status != Applied {
			t.Fatalf("%s: %v", due.Kind(), v)
		}
	}
	t.Fatal("the clock goes round")
	return c
}

func in(t *testing.T, zone, at string) time.Time {
	t.Helper()
	loc, err := Zone(zone)
	if err != nil {
		t.Fatal(err)
	}
	out, err := time.ParseInLocation("2006-01-02 15:04", at, loc)
	if err != nil {
		t.Fatal(err)
	}
	return out.UTC()
}

// A call that nobody makes goes on record as missed and to anyone; the same
// time is tried on the next allowed days, over the weekend and the change of
// clocks, twice; then it is an ordinary attempt.
func TestAMissedCallbackIsTriedOnOtherDays(t *testing.T) {
	p := DefaultPolicy("main")
	madrid := "Europe/Madrid"
	first := in(t, madrid, "2026-03-27 19:15") // a Friday; clocks change on Sunday
	c := agreedCase(t, p, []string{madrid}, first, false)
	c.Customer.Phone.Region = "ES" // no calls at weekends
	c = clockTo(t, p, c, first.Add(29*time.Minute))
	if c.Plan.Callback.Missed || c.Plan.Owner != "anna" || len(c.Missed) != 0 {
		t.Fatalf("too early: %+v", c.Plan)
	}
	c = clockTo(t, p, c, first.Add(30*time.Minute))
	if !c.Plan.Callback.Missed || c.Plan.Owner != "" || len(c.Missed) != 1 || c.Missed[0].Owner != "anna" {
		t.Fatalf("missed: %+v %+v", c.Plan, c.Missed)
	}
	for i, want := range []string{"2026-03-30 19:15", "2026-03-31 19:15"} {
		c = clockTo(t, p, c, c.Plan.Callback.At.Add(12*time.Hour))
		if at := in(t, madrid, want); c.State != CallbackScheduled || !c.Plan.Callback.At.Equal(at) || c.Plan.Callback.Moves != i+1 || c.Plan.Owner != "" {
			t.Fatalf("move %d: %s %+v, want %s", i+1, c.State, c.Plan.Callback, want)
		}
	}
	c = clockTo(t, p, c, c.Plan.Callback.At.Add(12*time.Hour))
	if c.State != RetryWait || c.Plan.Callback != nil || !allowed(p, "ES", []string{madrid}, c.Plan.NotBefore) {
		t.Fatalf("in the end: %s %+v", c.State, c.Plan)
	}
	if len(c.Missed) != 3 {
		t.Errorf("%d misses on record: %+v", len(c.Missed), c.Missed)
	}
	days := 0
	for _, d := range Tally(c, time.UTC) {
		days += d.Missed
	}
	if days != 3 {
		t.Errorf("the board counts %d", days)
	}
}

// An agreed call that reaches nobody is tried again soon, as often as a day
// allows, and then at the same time on another day; it does not use up the
// attempts of the case.
func TestAnAgreedCallThatReachesNobody(t *testing.T) {
	p := DefaultPolicy("main")
	zone := "America/New_York"
	at := in(t, zone, "2026-03-06 15:30") // a Friday; clocks change on Sunday
	c := agreedCase(t, p, []string{zone}, at, false)
	dial := func(id string, when time.Time, d Disposition) {
		t.Helper()
		call := complete(d)
		call.AttemptID, call.StartedAt = id, when
		var v Verdict
		if c, v = Apply(p, c, event(t, "ev-"+id, when, c.Fence, call)); v.Status != Applied {
			t.Fatal(v)
		}
	}
	dial("1", at.Add(5*time.Minute), NoAnswer)
	if c.State != CallbackScheduled || !c.Plan.NotBefore.Equal(at.Add(35*time.Minute)) || !c.Plan.Callback.At.Equal(at) {
		t.Fatalf("after the first: %s %+v", c.State, c.Plan)
	}
	r, _ := RankOf(p, c)
	if place := r.Place(p, "anna", at.Add(10*time.Minute)); place.Ready || !place.At.Equal(at.Add(35*time.Minute)) {
		t.Errorf("it waits for %+v", place)
	}
	if place := r.Place(p, "boris", at.Add(10*time.Minute)); place.Ready || !place.At.Equal(at.Add(35*time.Minute)) {
		t.Errorf("a colleague is told %+v", place)
	}
	if place := r.Place(p, "boris", at.Add(35*time.Minute)); !place.Ready {
		t.Errorf("late enough for anyone, but %+v", place)
	}
	if c = clockTo(t, p, c, at.Add(2*time.Hour)); len(c.Missed) != 0 {
		t.Error("a call that was made is said to be missed")
	}
	dial("2", at.Add(40*time.Minute), Busy)
	want := in(t, zone, "2026-03-07 15:30") // Saturday has hours until 17:00
	if c.State != CallbackScheduled || !c.Plan.Callback.At.Equal(want) || c.Plan.Callback.Owner != "anna" || !c.Plan.Callback.Tried.IsZero() {
		t.Fatalf("after the second: %s %+v", c.State, c.Plan.Callback)
	}
	dial("3", want, VoicemailNone)
	dial("4", want.Add(31*time.Minute), NoAnswer)
	if want = in(t, zone, "2026-03-09 15:30"); !c.Plan.Callback.At.Equal(want) {
		t.Fatalf("after the weekend: %+v", c.Plan.Callback)
	}
	if c.Counted() != 0 {
		t.Errorf("%d attempts of the case are used up", c.Counted())
	}
	dial("5", want, BadMoment)
	if c.State != RetryWait || c.Plan.Callback != nil {
		t.Errorf("somebody answered, so it is like any other call: %s %+v", c.State, c.Plan)
	}
}

// The same time of day may be legal on one day and not on the next, when two
// zones change their clocks on different days.
func TestACallbackMovesOnlyToLegalTimes(t *testing.T) {
	p := DefaultPolicy("main")
	zones := []string{"America/New_York", "Europe/Madrid"} // five hours apart until 29 March, then six
	at := in(t, zones[0], "2026-03-27 15:40")              // 20:40 in Madrid, after the calling hours
	c := agreedCase(t, p, zones, at, true)
	c = clockTo(t, p, c, at.Add(24*time.Hour))
	if want := in(t, zones[0], "2026-03-28 15:40"); c.State != CallbackScheduled || !c.Plan.Callback.At.Equal(want) {
		t.Fatalf("on Saturday: %s %+v", c.State, c.Plan.Callback)
	}
	c = clockTo(t, p, c, at.Add(48*time.Hour))
	if c.State != RetryWait || !allowed(p, "", zones, c.Plan.NotBefore) {
		t.Fatalf("from Monday on it is 21:40 in Madrid, but: %s %+v", c.State, c.Plan)
	}
}

// A case left to one agent after a call that was cut off goes back to all.
func TestAnOwnersTimeEnds(t *testing.T) {
	p := DefaultPolicy("main")
	c := calls(t, p, opened(t, p, 2), PartialTalk)
	if c.Plan.Owner != "anna" {
		t.Fatalf("it belongs to %q", c.Plan.Owner)
	}
	late := c.Plan.NotBefore.Add(30 * time.Minute)
	if c = clockTo(t, p, c, late.Add(-time.Second)); c.Plan.Owner != "anna" {
		t.Fatal("freed too early")
	}
	if freed := clockTo(t, p, c, late); freed.Plan.Owner != "" || freed.Fence != c.Fence {
		t.Fatalf("it still belongs to %q", freed.Plan.Owner)
	}
	c, _ = Apply(p, c, event(t, "ev-give", late.Add(-time.Minute), c.Fence, &CaseAssigned{To: "anna"}))
	if c = clockTo(t, p, c, late.Add(24*time.Hour)); c.Plan.Owner != "anna" {
		t.Fatal("a case that a supervisor gave away was freed")
	}
}

// An agent to whom a supervisor gave a case back may never work in its customer's hours: it is theirs for as long as a
// first call may take, and goes back to all unless they have called by then. What they promised stays theirs.
func TestAReturnedCaseGoesBackToAll(t *testing.T) {
	p := DefaultPolicy("main")
	promised := complete(TalkedPromise)
	promised.Promises[0].Due = t0.Add(600 * time.Hour)
	for _, first := range []*CallRecorded{complete(TalkedEscalated), promised} {
		c := walk(t, p, opened(t, p, 2), step{"anna", 2, first, ""})
		if c.State != Escalated {
			c = walk(t, p, c, step{"anna", 3, &CaseEscalated{Reason: "Who pays?"}, ""})
		}
		c = walk(t, p, c, step{sofia, 4, &EscalationReturned{Words: "We do."}, ""})
		given := t0.Add(4 * time.Hour)
		until := p.Business.AddBusiness(given, p.Deadlines[KindDetractor].First, p.Location())
		if c = clockTo(t, p, c, until.Add(-time.Second)); c.Plan.Owner != "anna" || !until.After(given) {
			t.Fatalf("it is of %q before its agent's time is over", c.Plan.Owner)
		}
		open := c.openPromises()
		freed := clockTo(t, p, c, until)
		if r, _ := RankOf(p, freed); freed.Plan.Owner != "" || !r.Place(p, "boris", until.Add(30*time.Hour)).Ready || freed.openPromises() != open {
			t.Errorf("it is %s of %q, promises %+v: %+v", freed.State, freed.Plan.Owner, freed.Promises, r.Place(p, "boris", until.Add(30*time.Hour)))
		}
		held := claim(t, p, c, "anna", "de-1", until.Add(-time.Minute))
		if held = clockTo(t, p, held, until); held.Plan.Owner != "anna" {
			t.Error("taken from its agent, who holds it")
		}
		tried := complete(NoAnswer)
		tried.AttemptID, tried.StartedAt, tried.Rescore = "at-2", given.Add(time.Hour), nil
		if called := clockTo(t, p, walk(t, p, c, step{"anna", 6, tried, ""}), until); called.State != RetryWait {
			t.Errorf("they have called, and it is %s", called.State)
		}
	}
}

// A case that is anyone's and waits for what was promised is its promiser's once nobody may call any more, as after a change
// of policy: a pool can do nothing with it.
func TestWhatNobodyMayCallIsItsPromisers(t *testing.T) {
	p := DefaultPolicy("main")
	c := walk(t, p, opened(t, p, 2), step{"anna", 2, complete(TalkedPromise), ""})
	c.Plan.Owner = ""
	c.Attempts = append(c.Attempts, Attempt{ID: "at-9", Agent: "boris", Round: 1, At: t0.Add(3 * time.Hour), Disposition: NoAnswer})
	for _, most := range []int{1, 6} {
		p.Retry.MaxAttempts = most
		if r, _ := RankOf(p, c); (r.Owner == "anna") != (most == 1) {
			t.Errorf("of %d attempts one is made, and it is of %q", most, r.Owner)
		}
	}
}

// A time that the customer names in the survey is kept like one agreed with
// them, though it lies outside the calling hours; not outside the legal ones.
func TestATimeAskedForInTheSurvey(t *testing.T) {
	p := DefaultPolicy("main")
	zone := "America/New_York"
	for asked, want := range map[string]string{
		"2026-03-04 20:45": "2026-03-04 20:45", // the window closes at 20:30
		"2026-03-08 12:00": "2026-03-08 12:00", // a Sunday
		"2026-03-04 22:00": "2026-03-05 09:00",
	} {
		at, wish := in(t, zone, want), in(t, zone, asked)
		o := sampleCaseOpened().(*CaseOpened)
		o.Response.Asked, o.Response.AskedFor, o.Response.AnsweredAt = true, &wish, t0
		d := p.Decide(o.Response)
		o.CaseKind, o.Plan = d.Kind, d.Plan
		c, _ := Apply(p, Case{}, event(t, "ev-0", t0, 0, o))
		r, _ := RankOf(p, c)
		if c.State != CallbackScheduled || !c.Plan.Callback.At.Equal(at) || c.Plan.Owner != "" {
			t.Fatalf("%s: %s %+v", asked, c.State, c.Plan.Callback)
		}
		if place := r.Place(p, "anna", at); !place.Ready || place.Tier != TierCallback {
			t.Errorf("%s: %+v", asked, place)
		}
		if stop := p.MayDial(c, at); stop.Stops() {
			t.Errorf("%s: %+v", asked, stop)
		}
	}
}

func TestWhatMayBeAgreed(t *testing.T) {
	p := DefaultPolicy("main")
	c := opened(t, p, 2) // in New York
	now := in(t, "America/New_York", "2026-03-04 10:00")
	for at, cause := range map[string]WaitCause{
		"2026-03-04 10:00": WaitsAsked,
		"2026-03-04 10:01": "",
		"2026-03-08 20:59": "", // a Sunday evening
		"2026-03-08 21:00": WaitsHours,
		"2026-03-08 07:59": WaitsHours,
		"2026-05-03 09:59": "",
		"2026-05-03 10:01": WaitsAsked, // 60 days ahead
	} {
		if stop := p.MayAgree(c, in(t, "America/New_York", at), now); stop.Cause != cause {
			t.Errorf("%s: %+v, want %q", at, stop, cause)
		}
	}
	for i := range MaxPersonWeek {
		c.Attempts = append(c.Attempts, Attempt{ID: fmt.Sprint(i), At: now.Add(-time.Duration(i) * time.Hour), Disposition: NoAnswer})
	}
	if stop := p.MayAgree(c, now.Add(24*time.Hour), now); stop.Cause != WaitsCaps || stop.At.Before(now.Add(6*24*time.Hour)) {
		t.Errorf("the eighth in 7 days: %+v", stop)
	}
}

// What keeps a case from being closed for its age, and what the policy may say
// about it.
func TestAgeing(t *testing.T) {
	p := DefaultPolicy("main")
	month := t0.AddDate(0, 0, 30)
	plain := opened(t, p, 2)
	if at := p.AgesAt(plain); !at.Equal(month) {
		t.Errorf("ages at %s", at)
	}
	far := month.AddDate(0, 0, 10)
	agreed := agreedCase(t, p, []string{"America/New_York"}, in(t, "America/New_York", far.Format("2006-01-02")+" 12:00"), true)
	promised := plain.clone()
	promised.State, promised.Promises = InProgress, []Promise{{ID: "p", Due: far, Status: PromiseOpen}}
	person := plain.clone()
	person.State, person.Attempts = Escalated, []Attempt{{At: month.Add(-time.Hour), Disposition: TalkedEscalated}}
	for why, c := range map[Spared]Case{SpareCallback: agreed, SparePromise: promised, SparePerson: person} {
		if at := p.AgesAt(c); !at.After(month.AddDate(0, 0, 6)) {
			t.Errorf("%s: ages at %s", why, at)
		}
		bare := p
		bare.Ageing = AgeingRules{Spare: []Spared{}, AfterAppointment: 60}
		if at := bare.AgesAt(c); !at.Equal(month) {
			t.Errorf("%s is not spared, but ages at %s", why, at)
		}
	}
	p.Retry.MaxAgeDays = 0
	if at := p.AgesAt(plain); !at.IsZero() {
		t.Errorf("without a limit it ages at %s", at)
	}
}

// A callback moves to a day that has calling hours: at its time of day if it was
// within them, and at any legal time if the customer had asked for that.
func TestTheDayACallbackMovesTo(t *testing.T) {
	p := DefaultPolicy("main")
	zone := "America/New_York"
	for agreed, want := range map[string]string{
		"2026-03-13 19:15": "2026-03-16 19:15", // Saturday closes at 17:00, Sunday is closed
		"2026-03-13 15:15": "2026-03-14 15:15",
		"2026-03-14 20:45": "2026-03-16 20:45", // asked for outside the hours
		"2026-11-25 15:15": "2026-11-27 15:15", // over Thanksgiving
	} {
		at := in(t, zone, agreed)
		c := agreedCase(t, p, []string{zone}, at, true)
		c.Responses[0].AnsweredAt = at.Add(-24 * time.Hour) // young enough
		c.Customer.Phone.Region = "US"
		c = clockTo(t, p, c, at.Add(13*time.Hour))
		if cb := c.Plan.Callback; cb == nil || !cb.At.Equal(in(t, zone, want)) {
			t.Errorf("%s moves to %+v, want %s", agreed, cb, want)
		}
	}
}
