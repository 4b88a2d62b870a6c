package month

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// turned are the ends of calls after which another part of the customer's day is tried (mission model §4.2).
var turned = []callback.Disposition{
	callback.NoAnswer, callback.VoicemailLeft, callback.VoicemailNone, callback.HungUp, callback.BadMoment, callback.SoftRefusal,
}

// bands judges the time of a case's next attempt: in no part of the customer's day that was tried more often than another one of a
// working day. All of them come round within a week. Of a number that may be in several zones nobody
// knows the customer's day.
func (a *auditor) bands(c callback.Case, p *person) {
	last := leading(c)
	if c.State != callback.RetryWait || last == nil || len(c.Renumbered) > 0 || len(c.Customer.Phone.Zones) != 1 || !strings.HasSuffix(c.Plan.Reason, "try again.") {
		return
	}
	if last.Direction == callback.Inbound || !slices.Contains(turned, last.Disposition) || c.Plan.NotBefore.IsZero() {
		return
	}
	loc, tries := zone(p.where.zone), map[string]int{}
	for i, x := range c.Attempts {
		if x.Direction != callback.Inbound {
			tries[a.band(x.At.In(loc))]++
		}
		if &c.Attempts[i] == last {
			break // those that came after the plan was made are unknown to it
		}
	}
	planned := a.band(c.Plan.NotBefore.In(loc))
	for _, other := range []string{"morning", "afternoon", "evening"} {
		if other == a.band(last.At.In(loc)) && last.Disposition == callback.BadMoment {
			continue
		}
		if tries[planned] > tries[other] {
			a.breach("part of the day", "case %s is to be called in the %s, tried %d times, and not in the %s, tried %d times", c.ID, planned, tries[planned], other, tries[other])
			return
		}
	}
}

// band reads the policy's parts of a day at a customer's own time; an hour may lie in none.
func (a *auditor) band(local time.Time) string {
	minute := local.Hour()*60 + local.Minute()
	for _, b := range a.policy.Bands {
		if slices.Contains(b.Days, local.Weekday()) && minute >= b.From && minute < b.To {
			return b.Name
		}
	}
	return ""
}

// What the server would never do is shown to the auditor as it would look.
func TestTheAuditorSeesWhichPartOfTheDayComesNext(t *testing.T) {
	day := time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)
	p := &person{n: 7, where: places[4]} // London
	at := func(hour int) time.Time { return day.Add(time.Duration(hour) * time.Hour) }
	london := callback.Customer{Phone: callback.Phone{Zones: []string{"Europe/London"}}}
	c := callback.Case{ID: "ca-1", State: callback.RetryWait, Customer: london, Attempts: []callback.Attempt{{At: at(10), Disposition: callback.NoAnswer}}}
	for hour, rule := range map[int]string{24 + 11: "part of the day", 14: "", 18: ""} {
		a := newAuditor(callback.DefaultPolicy("main"), func(string, ...any) {})
		c.Plan = callback.Plan{NotBefore: at(hour), Reason: "No answer; try again."}
		a.bands(c, p)
		if want := min(1, len(rule)); len(a.broken) != want || want > 0 && a.broken[rule] == 0 {
			t.Errorf("at %s: the auditor sees %v, want %q", at(hour), a.broken, rule)
		}
	}
}
