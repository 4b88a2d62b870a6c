package month

import (
	"slices"
	"strings"
	"time"

	"ringback/callback"
)

// This file looks after what waits for a person: agreed calls, promises, escalations, cases that were passed over, and what
// somebody had who left. Like the rest of the auditor it uses none of the rules' code.

// tickSlack is how late the server's clock may be: it ticks every ten minutes of the month.
const tickSlack = 20 * time.Minute

// unanswered is how long an escalation may lie open in the month: the supervisor works from Monday to Saturday, eight hours a day.
const unanswered = 72 * time.Hour

// floor is what the auditor knows of people's own cases.
type floor struct {
	// skipped counts how often a case was passed over since anybody looked at it.
	skipped map[string]int
	// left is when somebody left the team.
	left map[string]time.Time
	// Counted for the report.
	missed, late, returned, resolved, reviews, overdue, handed int
	// longest is for how long a case waited at the worst that could have been called.
	longest time.Duration
}

// skips notes that a case was passed over, and holds the server to its word after the third time.
func (a *auditor) skips(now callback.Case) {
	a.floor.skipped[now.ID]++
	n, limit := a.floor.skipped[now.ID], a.policy.Retry.SkipsToReview
	// One who is offline may pass it over, too: the server counts those when they arrive.
	due := n >= limit && len(now.Skips)%limit == 0 || n >= 2*limit
	switch held := now.State == callback.Review; {
	case due && !held:
		a.breach("review after three skips", "case %s was passed over %d times, and is %s", now.ID, n, now.State)
	case held && now.Hold == nil:
		a.breach("review after three skips", "case %s is in review, and nobody is told why", now.ID)
	case held:
		a.floor.reviews++
	}
}

// looked notes that a supervisor has looked at a case.
func (a *auditor) looked(id string) { a.floor.skipped[id] = 0 }

// colleagues judges a call of an agreed time that a colleague had promised.
func (a *auditor) colleagues(c callback.Case, agent string, now time.Time) {
	cb := c.Plan.Callback
	if cb == nil || c.State != callback.CallbackScheduled || cb.Owner == "" || cb.Owner == agent {
		return
	}
	if opens := cb.At.Add(time.Duration(a.policy.Callbacks.OpenToAnyone) * time.Minute); now.Before(opens) {
		a.breach("a colleague's callback", "%s called case %s of %s at %s, agreed for %s", agent, c.ID, cb.Owner, now.Format(time.DateTime), cb.At.Format(time.DateTime))
	}
}

// looksAtAll looks at all cases at the end of a day.
func (a *auditor) looksAtAll(cases []callback.Case, whose map[string]*person, now time.Time) {
	a.nothingRots(cases, whose, now)
	a.nightly(cases, whose, now)
	for _, c := range cases {
		if whose[c.ID] != nil {
			a.bands(c, whose[c.ID])
		}
	}
	a.oneEach(cases, whose)
	a.rounds(cases)
}

// nightly looks at everybody's own cases.
func (a *auditor) nightly(cases []callback.Case, whose map[string]*person, now time.Time) {
	for _, c := range cases {
		a.agreed(c, whose[c.ID], now)
		a.promised(c, now)
		a.kept(c, now)
		a.escalated(c, now)
		a.owned(c, now)
		a.inDays(c, now)
	}
}

// agreed: nobody called within half an hour of the time, so it is on record and anyone's.
func (a *auditor) agreed(c callback.Case, p *person, now time.Time) {
	cb := c.Plan.Callback
	if c.State != callback.CallbackScheduled || cb == nil || now.Sub(cb.At) < time.Duration(a.policy.Callbacks.OpenToAnyone)*time.Minute+tickSlack {
		return
	}
	for _, d := range a.calls[p] {
		if d.caseID == c.ID && !d.inbound && !d.at.Before(cb.At.Add(-15*time.Minute)) {
			return
		}
	}
	noted := false
	for _, m := range c.Missed {
		noted = noted || m.At.Equal(cb.At)
	}
	if !cb.Missed || cb.Owner != "" || c.Plan.Owner != "" || !noted {
		a.breach("missed callbacks", "case %s was to be called at %s: missed %v, owner %q, on record %v", c.ID, cb.At.Format(time.DateTime), cb.Missed, cb.Owner, noted)
	}
}

// promised: what nobody settled in time is on record, and before a supervisor unless a call is agreed or the case has ended.
func (a *auditor) promised(c callback.Case, now time.Time) {
	grace := time.Duration(a.policy.Floor.PromiseGrace) * time.Minute
	for _, p := range c.Promises {
		if p.Status != callback.PromiseOpen || now.Sub(p.Due) < grace+tickSlack || c.State == callback.Suppressed {
			continue
		}
		if p.OverdueAt == nil {
			a.breach("overdue promises", "the promise on case %s was due at %s", c.ID, p.Due.Format(time.DateTime))
			continue
		}
		if c.State != callback.InProgress && c.State != callback.RetryWait {
			continue
		}
		told := false
		for _, e := range c.Escalations {
			told = told || !e.At.Before(p.Due)
		}
		for _, x := range c.Attempts {
			told = told || x.At.After(p.Due) // whoever called since has spoken of it
		}
		if !told {
			a.breach("overdue promises", "case %s is %s, and no supervisor was told of its promise", c.ID, c.State)
		}
	}
}

// escalated: an escalation has its own deadline, its answer is one of two or was overtaken, and no open one is forgotten.
func (a *auditor) escalated(c callback.Case, now time.Time) {
	for i, e := range c.Escalations {
		last := i == len(c.Escalations)-1
		switch {
		case !e.Due.Equal(e.At.Add(time.Duration(a.policy.Floor.Escalation) * time.Minute)):
			a.breach("escalation's deadline", "case %s was escalated at %s, due at %s", c.ID, e.At.Format(time.DateTime), e.Due.Format(time.DateTime))
		case e.Outcome == "" && (!last || c.State != callback.Escalated):
			a.breach("open escalations", "case %s is %s with an open escalation", c.ID, c.State)
		case e.Outcome == "" && now.Sub(e.At) > unanswered:
			a.breach("open escalations", "case %s waits for an answer since %s", c.ID, e.At.Format(time.DateTime))
		case e.Outcome == callback.OutcomeReturned && (e.To == "" || e.Words == "" || e.EndedAt == nil):
			a.breach("returned escalations", "case %s came back to %q with %q", c.ID, e.To, e.Words)
		case e.Outcome == callback.OutcomeResolved && last && c.State.Open() && c.Round == 1 && a.inQueue(c.ID, e.At):
			a.breach("resolved escalations", "case %s is %s", c.ID, c.State)
		}
	}
	if c.State == callback.Escalated && (len(c.Escalations) == 0 || c.Escalations[len(c.Escalations)-1].Outcome != "") {
		a.breach("open escalations", "case %s is escalated, and no escalation is open", c.ID)
	}
}

// owned: nobody who has left has anything.
func (a *auditor) owned(c callback.Case, now time.Time) {
	for agent, at := range a.floor.left {
		if now.Before(at) {
			continue
		}
		has := ""
		for _, p := range c.Promises {
			if p.Status == callback.PromiseOpen && p.Owner == agent {
				has = "a promise"
			}
		}
		switch cb := c.Plan.Callback; {
		case !c.State.Open():
		case c.Plan.Owner == agent:
			has = "the case"
		case c.Lease != nil && c.Lease.Agent == agent:
			has = "a lease"
		case cb != nil && cb.Owner == agent:
			has = "a callback"
		}
		if has != "" {
			a.breach("cases of whoever left", "%s left at %s, and has %s of case %s", agent, at.Format(time.DateTime), has, c.ID)
		}
	}
}

// retried tells that a plan is what follows from a call, by its own words.
func retried(reason string) bool {
	return slices.ContainsFunc([]string{"try again.", "another number is tried.", "tried like any other."}, func(words string) bool {
		return strings.HasSuffix(reason, words)
	})
}

// leading is the last call of a case that has changed it: one that came late may stand after it.
func leading(c callback.Case) *callback.Attempt {
	for i := len(c.Attempts) - 1; i >= 0; i-- {
		if c.Attempts[i].Shadowed == "" {
			return &c.Attempts[i]
		}
	}
	return nil
}

// inDays: no attempt is planned for later than so many working days after the first, from Monday to Friday. The policy's working
// days have no holidays. The days of a case that an answer made one of the queue begin with its first attempt since.
func (a *auditor) inDays(c callback.Case, now time.Time) {
	last := leading(c)
	if c.State != callback.RetryWait || last == nil || !retried(c.Plan.Reason) {
		return // a person has named the time, or put it back
	}
	if last.Disposition == callback.SoftRefusal || last.Disposition == callback.HungUp || last.Direction == callback.Inbound {
		return
	}
	var first time.Time
	for i, x := range c.Attempts {
		own := a.inQueue(c.ID, x.At) || !a.inQueue(c.ID, now)
		if own && countedCodes[x.Disposition] && x.Direction != callback.Inbound && !x.Agreed && x.Round == c.Round && (first.IsZero() || x.At.Before(first)) {
			first = x.At
		}
		if &c.Attempts[i] == last {
			break // those that came after the plan was made are unknown to it
		}
	}
	if first.IsZero() {
		return
	}
	days := 0
	for day := first.UTC().Truncate(24 * time.Hour); day.Before(c.Plan.NotBefore.UTC().Truncate(24 * time.Hour)); {
		if day = day.Add(24 * time.Hour); day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
			days++
		}
	}
	if days > a.policy.Retry.WithinDays {
		a.breach("attempts within ten working days", "case %s was first called at %s and is to be called at %s", c.ID, first.Format(time.DateTime), c.Plan.NotBefore.Format(time.DateTime))
	}
}

// handedIn: what lay on the desk of somebody who has left has reached the server.
func (a *auditor) handedIn(agent string, pending int, now time.Time) {
	if pending > 0 {
		a.breach("what lay with whoever left", "%d records of %s have not reached the server", pending, agent)
	}
	a.floor.handed += len(a.unsent[agent])
	a.sent(agent, now)
}

// tally counts for the report what was missed, late and answered.
func (a *auditor) tally(cases []callback.Case) {
	f := &a.floor
	for _, c := range cases {
		f.missed += len(c.Missed)
		for _, p := range c.Promises {
			if p.OverdueAt != nil {
				f.overdue++
			}
		}
		for _, e := range c.Escalations {
			switch e.Outcome {
			case callback.OutcomeReturned:
				f.returned++
			case callback.OutcomeResolved:
				f.resolved++
			}
			if e.EndedAt != nil && e.EndedAt.After(e.Due) {
				f.late++
			}
		}
	}
}
