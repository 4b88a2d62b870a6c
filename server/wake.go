package server

import (
	"time"

	"ringback/callback"
)

// promiseGrace is how long after its due time a promise counts as broken: a
// kept promise is recorded after it was kept.
const promiseGrace = time.Hour

// afterAppointment is how long an agreed call or an open promise keeps a case
// from ageing out.
const afterAppointment = 24 * time.Hour

// wakes tells when the clock alone will change a case, or the zero time.
func wakes(p callback.Policy, c callback.Case) time.Time {
	if !c.State.Open() {
		return time.Time{}
	}
	at := ages(p, c)
	for _, t := range []time.Time{missedAt(p, c), overdueAt(c)} {
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

// overdueAt is when the first open promise counts as broken.
func overdueAt(c callback.Case) time.Time {
	if c.State != callback.InProgress {
		return time.Time{}
	}
	var first time.Time
	for _, pr := range c.Promises {
		if pr.Status == callback.PromiseOpen && (first.IsZero() || pr.Due.Before(first)) {
			first = pr.Due
		}
	}
	if first.IsZero() {
		return first
	}
	return first.Add(promiseGrace)
}

// ages is when a case is too old: so many days after the latest response, or
// after it was closed the last time if it has been reopened; never while a
// call is agreed, a promise is open or somebody holds the case.
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
	return at
}
