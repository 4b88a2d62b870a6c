package callback

import (
	"slices"
	"time"
)

// AgeingRules say what keeps a case from being closed for its age
// (RetryRules.MaxAgeDays), and for how long.
type AgeingRules struct {
	// Spare lists what keeps a case open beyond its age.
	Spare []Spared `json:"spare"`
	// AfterAppointment is how long after an agreed call or the due time of a
	// promise, and ForAPerson how long after a case came before a person, in
	// minutes.
	AfterAppointment int `json:"after_appointment_min"`
	ForAPerson       int `json:"for_a_person_min"`
}

// Spared is a reason for which a case outlives its age.
type Spared string

// The reasons: a call is agreed, a promise is open, the case lies before a
// person.
const (
	SpareCallback Spared = "callback"
	SparePromise  Spared = "promise"
	SparePerson   Spared = "person"
)

// DefaultAgeing gives the rules of a new team.
func DefaultAgeing() AgeingRules {
	return AgeingRules{
		Spare: []Spared{SpareCallback, SparePromise, SparePerson}, AfterAppointment: dayMinutes, ForAPerson: 7 * dayMinutes,
	}
}

// AgeingInForce gives the rules of the policy; one written before there were
// any has the defaults.
func (p Policy) AgeingInForce() AgeingRules {
	if p.Ageing.Spare == nil && p.Ageing.AfterAppointment == 0 && p.Ageing.ForAPerson == 0 {
		return DefaultAgeing()
	}
	return p.Ageing
}

// AgesAt is when an open case is too old: so many days after the latest
// response, or after it was closed the last time if it has been reopened. What
// the policy spares is not too old before its own time is over; nor is a case
// that somebody holds. The zero time is never.
func (p Policy) AgesAt(c Case) time.Time {
	if p.Retry.MaxAgeDays <= 0 || !c.State.Open() {
		return time.Time{}
	}
	from := c.Response().AnsweredAt
	if c.Closing != nil && c.Closing.At.After(from) {
		from = c.Closing.At
	}
	at := from.AddDate(0, 0, p.Retry.MaxAgeDays)
	rules := p.AgeingInForce()
	spare := func(why Spared, t time.Time, minutes int) {
		if t = t.Add(minutesOf(minutes)); slices.Contains(rules.Spare, why) && t.After(at) {
			at = t
		}
	}
	if cb := c.Plan.Callback; cb != nil {
		spare(SpareCallback, cb.At, rules.AfterAppointment)
	}
	for _, pr := range c.Promises {
		if pr.Status == PromiseOpen {
			spare(SparePromise, pr.Due, rules.AfterAppointment)
		}
	}
	if c.State == Escalated || c.State == Review {
		spare(SparePerson, c.lastMoved(), rules.ForAPerson)
	}
	if c.Lease != nil && c.Lease.Until.After(at) {
		at = c.Lease.Until
	}
	return at
}

// lastMoved is when something last happened to a case: an attempt, a promise
// that was settled, an escalation.
func (c Case) lastMoved() time.Time {
	var last time.Time
	later := func(t time.Time) {
		if t.After(last) {
			last = t
		}
	}
	for _, a := range c.Attempts {
		later(a.At)
	}
	for _, e := range c.Escalations {
		later(e.At)
	}
	for _, s := range c.Skips {
		later(s.At)
	}
	for _, p := range c.Promises {
		if p.SettledAt != nil {
			later(*p.SettledAt)
		}
	}
	return last
}

// ExhaustedAt is when an open case ends because no attempt is left, which a
// change of policy can bring about, or a supervisor who gives a case back after
// the last attempt: at once, if it only waits to be called. The zero time is
// never.
func (p Policy) ExhaustedAt(c Case) time.Time {
	waits := c.State == New || c.State == RetryWait || c.State == InProgress && c.openPromises() == 0
	if !waits || p.capReached(c) == "" {
		return time.Time{}
	}
	at := c.OpenedAt
	if c.Lease != nil && c.Lease.Until.After(at) {
		at = c.Lease.Until
	}
	return at
}

// WakesAt is when the clock alone will change a case: a promise or an agreed
// call becomes overdue, a day of an agreed call ends, an owner's time is over,
// the case is too old or used up. The zero time is never.
func (p Policy) WakesAt(c Case) time.Time {
	// A promise is owed although its case is closed.
	_, at := p.PromiseOverdue(c)
	if !c.State.Open() {
		return at
	}
	for _, t := range []time.Time{p.MissedAt(c), p.LapsesAt(c), p.FreedAt(c), p.AgesAt(c), p.ExhaustedAt(c)} {
		if !t.IsZero() && (at.IsZero() || t.Before(at)) {
			at = t
		}
	}
	return at
}

// Due gives what the clock alone has brought about in a case by an instant, for
// the server to record; nil if nothing. After it was folded in, there may be
// more.
func (p Policy) Due(c Case, now time.Time) Payload {
	due := func(t time.Time) bool { return !t.IsZero() && !now.Before(t) }
	promise, overdue := p.PromiseOverdue(c)
	switch {
	case due(p.MissedAt(c)):
		return &CallbackMissed{At: c.Plan.Callback.At}
	case due(p.LapsesAt(c)):
		return &CallbackLapsed{At: c.Plan.Callback.At}
	case due(p.FreedAt(c)):
		return &CaseFreed{Owner: c.Plan.Owner}
	case due(overdue):
		return &PromiseOverdue{PromiseID: promise}
	case due(p.AgesAt(c)):
		return &CaseClosed{Resolution: AgedOut}
	case due(p.ExhaustedAt(c)):
		return &CaseClosed{Resolution: Exhausted}
	}
	return nil
}

func (c *policyCheck) ageing(r AgeingRules) {
	seen := map[string]bool{}
	for i, s := range r.Spare {
		path := nth("ageing.spare", i)
		switch s {
		case SpareCallback, SparePromise, SparePerson:
			c.named(path, "the reason", string(s), seen)
		default:
			c.add(path, "%q keeps no case open; it is callback, promise or person", Line(string(s)))
		}
	}
	c.between("ageing.after_appointment_min", r.AfterAppointment, 0, maxPolicyMinutes)
	c.between("ageing.for_a_person_min", r.ForAPerson, 0, maxPolicyMinutes)
}
