package callback

import (
	"fmt"
	"time"
)

// This file keeps agreed callbacks: what may be agreed, when one was missed,
// and what follows when the day ends without it.

// MissedCallback puts on record that an agreed call was not made in time. It is
// held against nobody until a person has looked at it.
type MissedCallback struct {
	// At is the agreed time, Owner who was to call; empty means anyone.
	At    time.Time `json:"at"`
	Owner string    `json:"owner,omitempty"`
	// SeenAt is when the server noticed.
	SeenAt time.Time `json:"seen_at"`
}

// MayAgree tells what speaks against agreeing to call at a time: it has passed,
// lies outside the legal hours of a zone the customer may be in or too far
// ahead, or the ceiling of dials to the person is not lifted by then. The
// calling hours do not matter: it is what the customer wants.
func (p Policy) MayAgree(c Case, at, now time.Time) Stop {
	switch {
	case !at.After(now):
		return Stop{Cause: WaitsAsked, Words: "that time has passed"}
	case !p.AskedTime(c.Customer.Phone.Zones, at):
		return Stop{Cause: WaitsHours, Words: fmt.Sprintf("outside the hours the law allows: %s there", p.Legal)}
	case p.Callbacks.MaxAhead > 0 && at.After(now.In(p.customerZone(c)).AddDate(0, 0, p.Callbacks.MaxAhead)):
		return Stop{Cause: WaitsAsked, Words: fmt.Sprintf("more than %d days ahead", p.Callbacks.MaxAhead)}
	}
	if until, by := p.rest(c, true); at.Before(until) {
		return p.capStop(c, until, by)
	}
	return Stop{}
}

// String writes a part of a day as people do: 08:00–21:00.
func (s Span) String() string {
	return fmt.Sprintf("%02d:%02d–%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60)
}

// MissedAt is when an agreed call that nobody has made goes on record as
// missed, and to anyone. The zero time is never.
func (p Policy) MissedAt(c Case) time.Time {
	cb := c.Plan.Callback
	if c.State != CallbackScheduled || cb == nil || cb.Missed || !cb.Tried.IsZero() {
		return time.Time{}
	}
	return cb.At.Add(minutesOf(p.Callbacks.OpenToAnyone))
}

// LapsesAt is when the day of an agreed call ends without the customer having
// been reached: with the calling hours of that day, or with the legal ones if
// the customer asked for a later time. A call that is being made is waited
// for. The zero time is never.
func (p Policy) LapsesAt(c Case) time.Time {
	if c.State != CallbackScheduled || c.Plan.Callback == nil {
		return time.Time{}
	}
	at := p.dayEnds(c, c.Plan.Callback.At)
	if c.Lease != nil && c.Lease.Until.After(at) {
		at = c.Lease.Until
	}
	return at
}

// dayEnds is the end of the hours on the day of an agreed time, and later than
// it by at least as long as an agent has to keep it.
func (p Policy) dayEnds(c Case, agreed time.Time) time.Time {
	local := agreed.In(p.customerZone(c))
	soonest := agreed.Add(minutesOf(p.Callbacks.OpenToAnyone))
	for _, s := range p.windowFor(c.Customer.Phone.Region).Hours[local.Weekday()] {
		if end := atMinute(local, s.within(p.Legal).To); !end.Before(soonest) {
			return end.UTC()
		}
	}
	if end := atMinute(local, p.Legal.To); p.Legal.To > 0 && end.After(agreed) {
		return end.UTC()
	}
	return nextDay(local).UTC()
}

// FreedAt is when a case that was left to one agent for a while goes back to
// all. One that a supervisor gave back is its agent's for as long as a first
// call may take: they may never work in the customer's hours. The zero time is
// never.
func (p Policy) FreedAt(c Case) time.Time {
	switch back := c.Returned(); {
	case c.Plan.Owner == "":
	case c.State == RetryWait:
		return c.Plan.OwnerUntil
	case c.State == InProgress && back != nil && back.To == c.Plan.Owner && p.capReached(c) == "":
		at := p.deadlines(c.Kind, Response{AnsweredAt: *back.EndedAt}).FirstDue
		if c.Lease != nil && c.Lease.Until.After(at) {
			at = c.Lease.Until
		}
		return at
	}
	return time.Time{}
}

// notReached keeps an agreed call that was made, but reached nobody: it is
// tried again on the same day while there is time, as often as a day allows.
func (f *fold) notReached(d Disposition) {
	c := f.c
	at := f.e.EffectiveAt()
	cb := *c.Plan.Callback
	cb.Tried = at
	c.Plan.Callback = &cb
	wait := minutesOf(f.p.Callbacks.Again)
	if delay := minutesOf(f.p.Retry.Delays[d]); delay > 0 && delay < wait {
		wait = delay
	}
	next := wholeSecond(at.Add(wait))
	if rest, _ := f.p.rest(*c, true); rest.After(next) {
		next = wholeSecond(rest)
	}
	full := f.p.Retry.PerDay > 0 && c.dialsOn(cb.At, f.p.customerZone(*c)) >= f.p.Retry.PerDay
	if full || !next.Before(f.p.dayEnds(*c, cb.At)) || !f.p.AskedTime(c.Customer.Phone.Zones, next) {
		f.lapse()
		return
	}
	c.Plan.NotBefore, c.Plan.Band, c.Plan.Reason = next, "", "The agreed call reached nobody; it is tried again."
}

// dialsOn counts the dials of a case on a date.
func (c Case) dialsOn(day time.Time, loc *time.Location) int {
	n, date := 0, dateOf(day.In(loc))
	for _, a := range c.Attempts {
		if a.Direction != Inbound && dateOf(a.At.In(loc)) == date {
			n++
		}
	}
	return n
}

// lapse ends the day of an agreed call that did not reach the customer: the
// same time is tried on the next day that allows it, so often; then it is an
// ordinary attempt.
func (f *fold) lapse() {
	c := f.c
	cb := *c.Plan.Callback
	if cb.Tried.IsZero() && !cb.Missed {
		f.missed()
		cb = *c.Plan.Callback
	}
	c.State = CallbackDue
	if cb.Moves < f.p.Callbacks.MaxMoves {
		if at, ok := f.p.sameTime(*c, cb.At, f.e.EffectiveAt()); ok {
			f.move(OnWindowEnd, CallbackScheduled)
			cb.At, cb.Moves, cb.Missed, cb.Tried = at, cb.Moves+1, false, time.Time{}
			c.Plan.Callback, c.Plan.NotBefore, c.Plan.Band = &cb, at, ""
			c.Plan.Reason = "The agreed call reached nobody; the same time is tried again."
			return
		}
	}
	f.move(OnWindowEnd, RetryWait)
	f.onward(NoAnswer, "The agreed call never reached anybody; tried like any other.")
	f.inTime(NoAnswer)
}

// missed puts it on record that nobody made an agreed call, which is anyone's
// from then on.
func (f *fold) missed() {
	cb := *f.c.Plan.Callback
	f.c.Missed = append(f.c.Missed, MissedCallback{At: cb.At, Owner: cb.Owner, SeenAt: f.e.EffectiveAt()})
	cb.Missed, cb.Owner = true, ""
	f.c.Plan.Callback, f.c.Plan.Owner = &cb, ""
	f.c.Plan.Reason = "The agreed call was missed; anyone may take it."
}

// sameTime finds the next day on which the customer may be called at the time
// of day that was agreed, on their own clock. If it lay outside the calling
// hours, it may again, but on a day that has some. Days that went by unnoticed
// do not count.
func (p Policy) sameTime(c Case, agreed, now time.Time) (time.Time, bool) {
	phone := c.Customer.Phone
	local := agreed.In(p.customerZone(c))
	inHours := p.Window(phone.Region, phone.Zones, agreed).Open
	rest, _ := p.rest(c, true)
	first := 1
	if late := int(now.Sub(agreed) / (24 * time.Hour)); late > first {
		first = late
	}
	for day := first; day <= first+searchDays; day++ {
		at := time.Date(local.Year(), local.Month(), local.Day()+day, local.Hour(), local.Minute(), 0, 0, local.Location())
		midnight := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
		opens := p.Window(phone.Region, phone.Zones, midnight).At
		switch {
		case at.Before(rest), !at.After(now), opens.IsZero(), !opens.Before(nextDay(midnight)), !p.AskedTime(phone.Zones, at):
		case !inHours, p.Window(phone.Region, phone.Zones, at).Open:
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

// wholeSecond rounds a time up to seconds, as ranks have them.
func wholeSecond(t time.Time) time.Time {
	if cut := t.Truncate(time.Second); cut.Before(t) {
		return cut.Add(time.Second)
	}
	return t
}
