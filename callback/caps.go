package callback

import (
	"fmt"
	"slices"
	"time"
)

// MaxPersonWeek is how often a person may be dialled in 7 days at most,
// whatever a policy says: the call frequency that US Regulation F presumes to
// be harassment when it is exceeded (12 CFR 1006.14(b)(2)). A policy may set a
// lower ceiling.
const MaxPersonWeek = 7

const week = 7 * 24 * time.Hour

// Cap is a limit on how often somebody is dialled.
type Cap byte

// The caps that the clock lifts again.
const (
	CapNone Cap = iota
	// CapApart: too short a while since the last attempt on the case.
	CapApart
	// CapDay: enough attempts on the case for one day of the customer's.
	CapDay
	// CapWeek: the ceiling over all cases of the person in 7 days.
	CapWeek
)

// words says a cap for a person.
func (c Cap) words(p Policy) string {
	switch c {
	case CapApart:
		return "called a short while ago"
	case CapDay:
		return fmt.Sprintf("called %d× today", p.Retry.PerDay)
	case CapWeek:
		return fmt.Sprintf("called %d× in 7 days", p.personWeek())
	}
	return ""
}

func (p Policy) personWeek() int {
	if n := p.Retry.PerPersonWeek; n > 0 && n < MaxPersonWeek {
		return n
	}
	return MaxPersonWeek
}

// rest tells from when the caps allow another dial of a case, and which cap it
// is that does not allow it before. It depends on what was dialled, not on the
// clock; the zero time says that nothing stands against a dial at any time. A
// call that the customer agreed to is held up by the ceiling only.
func (p Policy) rest(c Case, agreed bool) (until time.Time, by Cap) {
	later := func(t time.Time, cause Cap) {
		if t.After(until) {
			until, by = t, cause
		}
	}
	if !agreed {
		later(p.apart(c), CapApart)
		later(p.dayFull(c), CapDay)
	}
	later(p.weekFull(c), CapWeek)
	return until, by
}

// apart is when the pause after the last attempt is over. Dispositions whose
// own delay is shorter on purpose are excepted.
func (p Policy) apart(c Case) time.Time {
	var last time.Time
	for _, a := range c.Attempts {
		if a.counts() && !slices.Contains(p.Retry.Unspaced, a.Disposition) && a.At.After(last) {
			last = a.At
		}
	}
	if last.IsZero() || p.Retry.MinApart <= 0 {
		return time.Time{}
	}
	return last.Add(minutesOf(p.Retry.MinApart))
}

// dayFull is the midnight, on the customer's clock, that ends a day on which
// the case was attempted often enough.
func (p Policy) dayFull(c Case) time.Time {
	if p.Retry.PerDay <= 0 {
		return time.Time{}
	}
	loc := p.customerZone(c)
	days := map[string]int{}
	var full time.Time
	for _, a := range c.Attempts {
		if !a.counts() {
			continue
		}
		local := a.At.In(loc)
		days[dateOf(local)]++
		if end := nextDay(local); days[dateOf(local)] >= p.Retry.PerDay && end.After(full) {
			full = end
		}
	}
	return full
}

// weekFull is when the oldest of the dials that fill the ceiling is 7 days
// past. Every dial counts, whatever became of it: the phone may have rung.
func (p Policy) weekFull(c Case) time.Time {
	dials := slices.Clone(c.Elsewhere)
	for _, a := range c.Attempts {
		if a.Direction != Inbound {
			dials = append(dials, a.At)
		}
	}
	n := p.personWeek()
	if len(dials) < n {
		return time.Time{}
	}
	slices.SortFunc(dials, time.Time.Compare)
	return dials[len(dials)-n].Add(week)
}

// counts tells whether an attempt counts toward the caps of its case. A dial
// at a time that the customer agreed to does not, nor does a call in which the
// customer rang us.
func (a Attempt) counts() bool {
	r, ok := a.Disposition.Rule()
	return ok && r.Counts && a.Direction != Inbound && !a.Agreed
}

// usedUp is what a case waits for that may not be attempted again in this
// round.
const usedUp = "all attempts are used up"

// capReached says which cap ends the case, or "".
func (p Policy) capReached(c Case) string {
	if p.exhausts(c.Counted()) {
		return "All attempts are used up."
	}
	return ""
}

func (p Policy) exhausts(attempts int) bool {
	return p.Retry.MaxAttempts > 0 && attempts >= p.Retry.MaxAttempts
}

// Voicemails tells how many messages were left for a case in this round, and
// how many may be.
func (p Policy) Voicemails(c Case) (left, most int) {
	return c.times(VoicemailLeft), p.Retry.MaxVoicemails
}

// Stop is a rule that forbids dialling a customer, whoever asks and however
// urgent the case is. The zero value forbids nothing.
type Stop struct {
	Cause WaitCause `json:"cause,omitempty"`
	// Words say it for a person: "opens Tue 10:00 in Madrid".
	Words string `json:"words,omitempty"`
	// At is when the rule allows the call; zero if the clock alone will not.
	At time.Time `json:"at,omitzero"`
}

// Stops tells whether there is such a rule.
func (s Stop) Stops() bool { return s.Cause != "" }

// MayDial tells whether the rules let anybody dial the customer of a case at
// an instant: a number, the caps, and the hours that are allowed in every zone
// the customer may be in. A call that the customer agreed to may be made
// outside the calling hours, within the legal ones. Who holds or owns the case
// and whether it is its turn are other questions (Rank.Place); do-not-call is
// asked of the list by the server, and shows here as a suppressed case.
func (p Policy) MayDial(c Case, now time.Time) Stop {
	switch {
	case c.State == Suppressed:
		return Stop{Cause: WaitsNever, Words: "asked not to be called"}
	case !c.Customer.Phone.Known():
		return Stop{Cause: WaitsNumber, Words: "no number to dial"}
	}
	agreed := c.callbackDue(now)
	if c.State.Open() && !agreed && p.capReached(c) != "" {
		return Stop{Cause: WaitsCaps, Words: usedUp}
	}
	if until, by := p.rest(c, agreed); now.Before(until) {
		return p.capStop(c, until, by)
	}
	if agreed && p.AskedTime(c.Customer.Phone.Zones, now) {
		return Stop{}
	}
	w := closedHours(p.Window(c.Customer.Phone.Region, c.Customer.Phone.Zones, now))
	return Stop{Cause: w.cause, Words: w.words, At: w.at}
}

// capStop words a cap, with the time when calls are allowed again.
func (p Policy) capStop(c Case, until time.Time, by Cap) Stop {
	at := p.opensFrom(c.Customer.Phone, until)
	loc := p.customerZone(c)
	words := fmt.Sprintf("%s, next from %s in %s", by.words(p), at.In(loc).Format("Mon 15:04"), City(loc.String()))
	return Stop{Cause: WaitsCaps, Words: words, At: at}
}

// callbackDue tells whether the time that the customer agreed to has come. It
// is kept also while a supervisor has the case.
func (c Case) callbackDue(now time.Time) bool {
	cb := c.Plan.Callback
	return (c.State == CallbackScheduled || c.State == Escalated) && cb != nil && !now.Before(cb.At.Add(-CallbackLead))
}

// opensFrom gives the first instant, not before t, at which a customer may be
// phoned; t itself if there is none in the next fortnight.
func (p Policy) opensFrom(phone Phone, t time.Time) time.Time {
	if o := p.Window(phone.Region, phone.Zones, t); !o.At.IsZero() {
		return o.At
	}
	return t
}

func minutesOf(n int) time.Duration { return time.Duration(n) * time.Minute }
