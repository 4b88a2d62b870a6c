package server

import (
	"time"

	"ringback/callback"
)

// afterAppointment is how long an agreed call or an open promise keeps a case
// from ageing out.
const afterAppointment = 24 * time.Hour

// forAPerson is how long a case that waits for a person's decision is kept
// from ageing out after the last thing that happened to it.
const forAPerson = 7 * 24 * time.Hour

// wakes tells when the clock alone will change a case, or the zero time.
func wakes(p callback.Policy, c callback.Case) time.Time {
	// A promise is owed although its case is closed.
	_, at := p.PromiseOverdue(c)
	if !c.State.Open() {
		return at
	}
	for _, t := range []time.Time{missedAt(p, c), ages(p, c)} {
		if !t.IsZero() && (at.IsZero() || t.Before(at)) {
			at = t
		}
	}
	return at
}

// missedAt is when an agreed call that nobody made is open to anyone.
func missedAt(p callback.Policy, c callback.Case) time.Time {
	cb := c.Plan.Callback
	if c.State != callback.CallbackScheduled || cb == nil || cb.Missed {
		return time.Time{}
	}
	return cb.At.Add(time.Duration(p.Callbacks.OpenToAnyone) * time.Minute)
}

// ages is when a case is too old: so many days after the latest response, or
// after it was closed the last time if it has been reopened; never while a
// call is agreed, a promise is open, somebody holds the case, or it has only
// just been put before a person.
func ages(p callback.Policy, c callback.Case) time.Time {
	if p.Retry.MaxAgeDays <= 0 {
		return time.Time{}
	}
	from := c.Response().AnsweredAt
	if c.Closing != nil && c.Closing.At.After(from) {
		from = c.Closing.At
	}
	at := from.AddDate(0, 0, p.Retry.MaxAgeDays)
	later := func(t time.Time) {
		if t.After(at) {
			at = t
		}
	}
	if cb := c.Plan.Callback; cb != nil {
		later(cb.At.Add(afterAppointment))
	}
	for _, pr := range c.Promises {
		if pr.Status == callback.PromiseOpen {
			later(pr.Due.Add(afterAppointment))
		}
	}
	if c.Lease != nil {
		later(c.Lease.Until)
	}
	if c.State == callback.Escalated || c.State == callback.Review {
		later(lastMoved(c).Add(forAPerson))
	}
	return at
}

// lastMoved is when something last happened to a case: an attempt, a promise
// that was settled, an escalation.
func lastMoved(c callback.Case) time.Time {
	var last time.Time
	for _, a := range c.Attempts {
		if a.At.After(last) {
			last = a.At
		}
	}
	for _, e := range c.Escalations {
		if e.At.After(last) {
			last = e.At
		}
	}
	for _, p := range c.Promises {
		if p.SettledAt != nil && p.SettledAt.After(last) {
			last = *p.SettledAt
		}
	}
	return last
}
