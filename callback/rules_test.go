package callback

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// life is the history of one case: agents who dial whenever no rule forbids it,
// with all that may happen in between.
type life struct {
	rt  *rapid.T
	p   Policy
	c   Case
	now time.Time
	n   int
	// agreed are the attempts that were made at a time the customer agreed to.
	agreed map[string]bool
}

// lifeZones change their clocks on different days, some by half an hour, some
// not at all.
var lifeZones = []string{
	"America/New_York", "America/Los_Angeles", "America/Sao_Paulo", "Europe/Madrid", "Europe/London", "Asia/Tokyo",
	"Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu", "Africa/Casablanca",
}

func drawPhone(rt *rapid.T, number string) Phone {
	region := rapid.SampledFrom([]string{"US", "ES", "FR", "AU", "GB", ""}).Draw(rt, "region")
	zones := rapid.SliceOfNDistinct(rapid.SampledFrom(lifeZones), 1, 2, rapid.ID).Draw(rt, "zones")
	return Phone{E164: number, Region: region, Zones: zones}
}

func newLife(rt *rapid.T) *life {
	p := DefaultPolicy("main")
	p.Retry.MaxAttempts = rapid.IntRange(1, 12).Draw(rt, "max attempts")
	p.Retry.PerDay = rapid.IntRange(1, 4).Draw(rt, "per day")
	p.Retry.PerNumber = rapid.IntRange(0, 3).Draw(rt, "per number")
	p.Retry.PerPersonWeek = rapid.IntRange(1, MaxPersonWeek).Draw(rt, "per week")
	p.Retry.MinApart = rapid.IntRange(0, 300).Draw(rt, "apart")
	p.Retry.WithinDays = rapid.IntRange(0, 12).Draw(rt, "within days")
	start := t0.Add(time.Duration(rapid.IntRange(0, 2*365*24*60).Draw(rt, "start")) * time.Minute)
	l := &life{rt: rt, p: p, now: start, agreed: map[string]bool{}}
	score := rapid.IntRange(0, 6).Draw(rt, "score")
	r := Response{ID: "re-1", Source: "web", ExternalID: "1", Score: &score, AnsweredAt: start, AskedFor: l.maybeLater(rt)}
	r.Asked = r.AskedFor != nil
	who := Customer{ID: "cu-1", Value: -1, Phone: drawPhone(rt, "+1")}
	for i := range rapid.IntRange(0, 2).Draw(rt, "more numbers") {
		who.Others = append(who.Others, drawPhone(rt, fmt.Sprint("+", i+2)))
	}
	d := p.Decide(r)
	l.happens("server", &CaseOpened{CaseKind: d.Kind, Customer: who, Response: r, Plan: d.Plan})
	return l
}

// happens folds a fact that its agent states with full knowledge of the case.
func (l *life) happens(device string, p Payload) Verdict {
	l.n++
	e, err := NewEvent(fmt.Sprint("ev-", l.n), "ca-1", p)
	if err != nil {
		l.rt.Fatal(err)
	}
	e.Team, e.Agent, e.Device, e.Stream, e.Seq, e.At, e.Fence = "main", "anna", device, "st-1", 1, l.now, l.c.Fence
	var v Verdict
	l.c, v = Apply(l.p, l.c, e)
	if v.Status == Rejected {
		l.rt.Fatalf("%s was %v", p.Kind(), v)
	}
	return v
}

func (l *life) wait(rt *rapid.T) {
	l.until(l.now.Add(time.Duration(rapid.IntRange(1, 3000).Draw(rt, "minutes")) * time.Minute))
}

// until lets time go by; the server's clock does its work when it is due.
func (l *life) until(end time.Time) {
	for range 100 {
		at := l.p.WakesAt(l.c)
		if at.IsZero() || at.After(end) {
			l.now = end
			return
		}
		if at.After(l.now) {
			l.now = at
		}
		due := l.p.Due(l.c, l.now)
		if due == nil {
			l.rt.Fatalf("the clock was to change the case at %s, and changes nothing: %+v", at, l.c.Plan)
		}
		if v := l.happens("server", due); v.Status != Applied {
			l.rt.Fatalf("%s at %s was %v", due.Kind(), l.now, v)
		}
	}
	l.rt.Fatal("the clock never stops changing the case")
}

// serve waits until the queue offers the case, if it ever does.
func (l *life) serve(rt *rapid.T) {
	r, ok := RankOf(l.p, l.c)
	for range 20 {
		if !ok {
			return
		}
		place := r.Place(l.p, "anna", l.now)
		if place.Ready {
			l.dial(rt)
			return
		}
		if place.At.IsZero() {
			return
		}
		if !place.At.After(l.now) {
			rt.Fatalf("waits for %s, which is past at %s: %+v", place.At, l.now, place)
		}
		l.until(place.At)
		if r, ok = RankOf(l.p, l.c); l.c.State == InProgress || l.c.State == Escalated {
			return
		}
	}
	rt.Fatal("the queue promises and promises")
}

// dial calls if no rule forbids it, and notes what an onlooker would see.
func (l *life) dial(rt *rapid.T) {
	if !l.c.State.Open() {
		return
	}
	if stop := l.p.MayDial(l.c, l.now); stop.Stops() {
		if !stop.At.IsZero() && !stop.At.After(l.now) {
			rt.Fatalf("stopped until %s, which is past at %s: %s", stop.At, l.now, stop.Words)
		}
		return
	}
	phone := l.c.Customer.Phone
	cb := l.c.Plan.Callback
	agreed := (l.c.State == CallbackScheduled || l.c.State == Escalated) && cb != nil && !l.now.Before(cb.At.Add(-15*time.Minute))
	if !allowed(l.p, phone.Region, phone.Zones, l.now) && !(agreed && legal(l.p, phone.Zones, l.now)) {
		rt.Fatalf("a call at %s is not allowed in %v", l.now, phone.Zones)
	}
	rule := rapid.SampledFrom(Dispositions()).Draw(rt, "disposition")
	if rule.Suppress || rule.Final && rapid.IntRange(0, 3).Draw(rt, "goes on") > 0 {
		rule, _ = NoAnswer.Rule()
	}
	l.n++
	call := l.call(rt, rule)
	l.agreed[call.AttemptID] = agreed
	l.happens("de-1", call)
}

func (l *life) call(rt *rapid.T, rule DispositionRule) *CallRecorded {
	later := l.now.Add(time.Duration(rapid.IntRange(5, 6000).Draw(rt, "later")) * time.Minute)
	call := &CallRecorded{
		AttemptID: fmt.Sprint("at-", l.n), Number: l.c.Customer.Phone.E164, StartedAt: l.now, Disposition: rule.Code,
		Note: "noted", Root: &RootCause{Driver: "billing"},
	}
	if rule.To == CallbackScheduled || rule.Code == ThirdParty && rapid.Bool().Draw(rt, "a time") {
		call.Callback = &CallbackWish{At: later, Anyone: rule.Code == CallbackAnyone}
	}
	if rule.Code == TalkedPromise {
		call.Promises = []NewPromise{{ID: fmt.Sprint("pr-", l.n), Text: "refund", Due: later}}
	}
	return call
}

func (l *life) rings(rt *rapid.T) {
	l.n++
	rule := rapid.SampledFrom(Dispositions()).Draw(rt, "said")
	if rule.Suppress || rule.Final || rule.Group == GroupUnreached {
		rule, _ = PartialTalk.Rule()
	}
	call := l.call(rt, rule)
	call.Direction, call.Number = Inbound, ""
	l.happens("de-1", call)
}

func (l *life) answers(rt *rapid.T) {
	score := rapid.IntRange(0, 10).Draw(rt, "score")
	l.n++
	r := Response{
		ID: fmt.Sprint("re-", l.n), Source: "web", ExternalID: fmt.Sprint(l.n), Score: &score, AnsweredAt: l.now,
		Asked: rapid.Bool().Draw(rt, "asks"), AskedFor: l.maybeLater(rt),
	}
	added := &ResponseAdded{Response: r}
	if d := l.p.Decide(r); d.Urgent(l.c) {
		added.Plan, added.CaseKind = &d.Plan, d.Kind
	}
	l.happens("server", added)
}

// maybeLater is a time that a customer asks for, or none.
func (l *life) maybeLater(rt *rapid.T) *time.Time {
	if rapid.IntRange(0, 2).Draw(rt, "names a time") > 0 {
		return nil
	}
	at := l.now.Add(time.Duration(rapid.IntRange(-300, 6000).Draw(rt, "asked for")) * time.Minute)
	return &at
}

func (l *life) agree(rt *rapid.T) {
	at := l.now.Add(time.Duration(rapid.IntRange(5, 6000).Draw(rt, "agreed")) * time.Minute)
	l.happens("de-1", &CallbackSet{Callback: CallbackWish{At: at, Anyone: rapid.Bool().Draw(rt, "anyone")}})
}

func (l *life) reopen(*rapid.T) {
	if l.c.State == Closed {
		l.happens("de-1", &CaseReopened{Reason: "rang again"})
	}
}

// legal is the law written the slow way.
func legal(p Policy, zones []string, at time.Time) bool {
	for _, name := range zones {
		loc, err := Zone(name)
		if err != nil {
			return false
		}
		if m := at.In(loc).Hour()*60 + at.In(loc).Minute(); m < p.Legal.From || m >= p.Legal.To {
			return false
		}
	}
	return true
}

func (l *life) run(more map[string]func(*rapid.T)) {
	do := map[string]func(*rapid.T){
		"serve": l.serve, "serve again": l.serve, "dial": l.dial, "wait": l.wait, "rings": l.rings,
		"answers": l.answers, "agree": l.agree, "reopen": l.reopen,
	}
	for name, f := range more {
		do[name] = f
	}
	l.rt.Repeat(do)
}

// Whatever happens to a case, nobody is dialled more often than the caps allow,
// nor at an hour that is not allowed, as an onlooker with a list of the calls
// would count.
func TestCapsAreNeverExceeded(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := newLife(rt)
		l.run(map[string]func(*rapid.T){"": func(rt *rapid.T) { l.countCalls(rt) }})
	})
}

// countCalls counts the calls on record against the caps.
func (l *life) countCalls(rt *rapid.T) {
	var dials []time.Time
	counted, days := map[int]int{}, map[string]int{}
	for i, a := range l.c.Attempts {
		if a.Direction == Inbound {
			continue
		}
		dials = append(dials, a.At)
		rule, _ := a.Disposition.Rule()
		if !rule.Counts || l.agreed[a.ID] {
			continue
		}
		counted[a.Round]++
		loc, err := Zone(zoneOfNumber(l.c.Customer, a.Number))
		if err != nil {
			rt.Fatal(err)
		}
		days[a.At.In(loc).Format(time.DateOnly)+a.Number]++
		for _, b := range l.c.Attempts[:i] {
			ruleB, _ := b.Disposition.Rule()
			short := b.Disposition == Busy || b.Disposition == TechnicalFailure || b.Disposition == PartialTalk
			if b.Direction == Inbound || !ruleB.Counts || l.agreed[b.ID] || short {
				continue
			}
			if gap := a.At.Sub(b.At); gap < time.Duration(l.p.Retry.MinApart)*time.Minute {
				rt.Fatalf("%s after %s with %s", a.At, b.At, b.Disposition)
			}
		}
	}
	for round, n := range counted {
		if n > l.p.Retry.MaxAttempts {
			rt.Fatalf("round %d has %d attempts of %d", round, n, l.p.Retry.MaxAttempts)
		}
	}
	for day, n := range days {
		if n > l.p.Retry.PerDay {
			rt.Fatalf("%d attempts of %d on %s", n, l.p.Retry.PerDay, day)
		}
	}
	slices.SortFunc(dials, time.Time.Compare)
	for i, first := range dials {
		n := 0
		for _, at := range dials[i:] {
			if at.Sub(first) < 7*24*time.Hour {
				n++
			}
		}
		if n > l.p.Retry.PerPersonWeek {
			rt.Fatalf("%d dials of %d in the 7 days from %s: %v", n, l.p.Retry.PerPersonWeek, first, dials)
		}
	}
}

func zoneOfNumber(c Customer, number string) string {
	for _, p := range append([]Phone{c.Phone}, c.Others...) {
		if p.E164 == number {
			return p.Zones[0]
		}
	}
	return "UTC"
}

// inDays tells whether an instant lies within so many business days after the
// first attempt of the present round that counts, counted day by day.
func (l *life) inDays(at time.Time) bool {
	var first time.Time
	for _, a := range l.c.Attempts {
		if rule, _ := a.Disposition.Rule(); rule.Counts && a.Direction != Inbound && !l.agreed[a.ID] && a.Round == l.c.Round && (first.IsZero() || a.At.Before(first)) {
			first = a.At
		}
	}
	if first.IsZero() || l.p.Retry.WithinDays == 0 {
		return true
	}
	days := 0
	day := time.Date(first.UTC().Year(), first.UTC().Month(), first.UTC().Day(), 12, 0, 0, 0, time.UTC)
	for day.Format(time.DateOnly) < at.UTC().Format(time.DateOnly) {
		if day = day.AddDate(0, 0, 1); day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
			days++
		}
	}
	// A weekend after the last of the days is after it.
	return days < l.p.Retry.WithinDays || days == l.p.Retry.WithinDays && day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
}

// Every plan for another attempt lies at an hour that is allowed in every zone
// of the number, across changes of clocks and holidays, and within the days that
// the policy gives to the attempts of a round.
func TestPlansAreLegalInEveryZone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := newLife(rt)
		l.run(map[string]func(*rapid.T){"": func(rt *rapid.T) {
			phone, next := l.c.Customer.Phone, l.c.Plan.NotBefore
			if l.c.State == RetryWait && !next.IsZero() && !allowed(l.p, phone.Region, phone.Zones, next) {
				rt.Fatalf("after %s the next attempt is at %s in %v", l.c.Attempts[len(l.c.Attempts)-1].Disposition, next, phone.Zones)
			}
			if n := len(l.c.Attempts); l.c.State == RetryWait && n > 0 && l.c.Plan.Reason != "A time was suggested." &&
				l.c.Attempts[n-1].Disposition != SoftRefusal && l.c.Attempts[n-1].Disposition != HungUp && l.c.Attempts[n-1].Direction != Inbound && !l.inDays(next) {
				rt.Fatalf("after %s the next attempt is at %s, later than %d business days: %+v", l.c.Attempts[n-1].Disposition, next, l.p.Retry.WithinDays, l.c.Attempts)
			}
			if l.c.State == CallbackScheduled && !legal(l.p, phone.Zones, l.c.Plan.Callback.At) {
				rt.Fatalf("a callback at %s in %v", l.c.Plan.Callback.At, phone.Zones)
			}
		}})
	})
}

// No open case is ever without somebody who has it or a time when it goes on:
// seen by a colleague who owns nothing, it can be called, has an owner, lies
// before a supervisor, or names the instant at which that changes; and the
// clock ends every case some day.
func TestNoCaseIsForgotten(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := newLife(rt)
		l.run(map[string]func(*rapid.T){
			"loses numbers": func(*rapid.T) {
				if l.c.State.Open() && l.p.MayDial(l.c, l.now).Cause == "" {
					l.n++
					l.happens("de-1", &CallRecorded{AttemptID: fmt.Sprint("at-", l.n), Number: l.c.Customer.Phone.E164, StartedAt: l.now, Disposition: Disconnected})
				}
			},
			"cut off": func(*rapid.T) {
				if l.c.State.Open() && l.p.MayDial(l.c, l.now).Cause == "" {
					l.n++
					l.happens("de-1", &CallRecorded{AttemptID: fmt.Sprint("at-", l.n), Number: l.c.Customer.Phone.E164, StartedAt: l.now, Disposition: PartialTalk})
				}
			},
			// The team allows fewer attempts, or more, from now on.
			"another policy": func(rt *rapid.T) { l.p.Retry.MaxAttempts = rapid.IntRange(1, 6).Draw(rt, "max attempts from now on") },
			"skips":          func(*rapid.T) { l.happens("de-1", &CaseSkipped{Reason: "busy"}) },
			"asks help":      func(*rapid.T) { l.happens("de-1", &CaseEscalated{Reason: "help"}) },
			"is helped":      func(*rapid.T) { l.happens("de-2", &EscalationReturned{Words: "Offer them a new one."}) },
			"is taken":       func(*rapid.T) { l.happens("de-2", &EscalationTaken{}) },
			// Their promises go to a supervisor; a team without one has nobody for them.
			"leaves": func(rt *rapid.T) {
				l.happens("server", &AgentLeft{Agent: "anna", To: "olga"})
				if had := l.c.HeldBy("anna"); !had.None() {
					rt.Fatalf("anna has left, and still has %+v", had)
				}
			},
			"": func(rt *rapid.T) {
				r, ok := RankOf(l.p, l.c)
				if ok != l.c.State.Open() {
					rt.Fatalf("%s has a rank: %v", l.c.State, ok)
				}
				if !ok {
					return
				}
				wakes := l.p.WakesAt(l.c)
				if wakes.IsZero() {
					rt.Fatalf("the clock never ends this case: %s %+v", l.c.State, l.c.Plan)
				}
				if due := l.p.Due(l.c, l.now); due != nil && wakes.After(l.now) {
					rt.Fatalf("%s is due at %s, and the clock looks again at %s", due.Kind(), l.now, wakes)
				}
				place := r.Place(l.p, "nobody", l.now)
				kept := l.p.Due(l.c, l.now) != nil || place.Ready || place.At.After(l.now) || r.Owner != "" && l.c.State != New && l.c.State != RetryWait || place.Cause == WaitsOwner ||
					l.c.State == Review || l.c.State == Escalated || l.p.LapsesAt(l.c).After(l.now)
				if !kept {
					rt.Fatalf("%s waits for %q and nobody: %+v", l.c.State, place.Wait, l.c.Plan)
				}
			},
		})
	})
}
