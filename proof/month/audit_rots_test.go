package month

import (
	"slices"
	"time"

	"ringback/callback"
)

// idle is for how long a case of nobody's may be callable without anybody calling, at the worst: the ten working days within
// which all attempts are to be made.
const idle = 14 * 24 * time.Hour

// nothingRots looks at every open case in the night: somebody owns it, or it has a next time that is not long past.
func (a *auditor) nothingRots(cases []callback.Case, whose map[string]*person, now time.Time) {
	for _, c := range cases {
		if !c.State.Open() {
			continue
		}
		if why := a.nobodys(c); why != "" {
			a.breach("no owner and no next time", "case %s is %s: %s", c.ID, c.State, why)
		}
		switch cb := c.Plan.Callback; c.State {
		case callback.CallbackScheduled:
			if cb != nil && now.Sub(cb.At) > 72*time.Hour {
				a.breach("callbacks rot", "case %s was to be called at %s", c.ID, cb.At.Format(time.DateTime))
			}
		case callback.New, callback.RetryWait, callback.InProgress:
			if c.Plan.Owner != "" || promised(c) {
				continue
			}
			since := a.waitsSince(c, whose[c.ID])
			a.floor.longest = max(a.floor.longest, now.Sub(since))
			if now.Sub(since) > idle {
				a.breach("nothing rots", "case %s is %s, and could have been called since %s: %q after %d calls in %v", c.ID, c.State, since.Format(time.DateTime), c.Plan.Reason, len(c.Attempts), c.Customer.Phone.Zones)
			}
		case callback.Review:
			if c.Hold != nil && now.Sub(c.Hold.At) > unanswered {
				a.breach("nothing rots", "case %s waits for a look since %s", c.ID, c.Hold.At.Format(time.DateTime))
			}
		}
	}
}

// nobodys says why a case is nobody's and has no next time, or is empty.
func (a *auditor) nobodys(c callback.Case) string {
	numberless := c.Customer.Phone.E164 == "" || c.Customer.Phone.Invalid || c.Customer.Phone.Barred
	switch c.State {
	case callback.New, callback.RetryWait, callback.InProgress:
		if numberless && c.Plan.Owner == "" && !promised(c) {
			return "it lies in the queue without a number"
		}
	case callback.CallbackScheduled:
		if c.Plan.Callback == nil {
			return "no call is agreed"
		}
	case callback.Escalated:
		if len(c.Escalations) == 0 || c.Escalations[len(c.Escalations)-1].Due.IsZero() {
			return "no answer is due"
		}
	case callback.Review:
		if c.Hold == nil {
			return "nobody is told why"
		}
	default:
		return "a case is in no such state"
	}
	return ""
}

// promised tells that something is: the promise has an owner and a time of its own.
func promised(c callback.Case) bool {
	return slices.ContainsFunc(c.Promises, func(p callback.Promise) bool { return p.Status == callback.PromiseOpen })
}

// waitsSince is from when on a case could have been called, by its own plan and the auditor's record.
func (a *auditor) waitsSince(c callback.Case, p *person) time.Time {
	since := later(c.OpenedAt, c.Plan.NotBefore)
	for _, r := range c.Responses {
		since = later(since, r.AnsweredAt)
	}
	week := 0
	for i := len(a.calls[p]) - 1; i >= 0; i-- {
		d := a.calls[p][i]
		since = later(since, d.at)
		if week++; week == a.policy.Retry.PerPersonWeek {
			return later(since, d.at.AddDate(0, 0, 7)) // the ceiling of a week holds it up
		}
	}
	return since
}
