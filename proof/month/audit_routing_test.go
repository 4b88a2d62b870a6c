package month

import (
	"slices"
	"time"

	"ringback/callback"
)

// speaks is what the team of the month is said to speak. Nobody speaks Nepali, and of the supervisor nothing is said.
var speaks = map[string][]string{
	"anna": {"en", "es"}, "boris": {"en", "ru"}, "chloe": {"en", "fr"}, "dmitri": {"ru", "en"}, "emeka": {"en", "pt"},
	"fatima": {"en", "es"}, "goran": {"en", "fr"}, "hanna": {"en", "ja"},
}

// recovers are those to whom customers go who would rather not talk.
var recovers = []string{"anna", "emeka", "dmitri"}

func skillsOf(agent string) []string {
	if slices.Contains(recovers, agent) {
		return []string{"recovery"}
	}
	return nil
}

// routed judges whether a case was the agent's to call: theirs, or in a language and after a refusal that they can deal with, or
// anyone's by now. It works the time out from the plain numbers of the policy, in steps of a minute.
func (a *auditor) routed(p *person, c callback.Case, agent string, now time.Time) {
	if agent == boss || c.Plan.Owner == agent {
		return
	}
	r := a.policy.Routing
	if l := p.where.language; !slices.Contains(speaks[agent], l) && a.somebody(func(who string) bool { return slices.Contains(speaks[who], l) }) {
		if opens := a.anyones(p, c, time.Duration(r.Language.OpenToAnyone)*time.Minute); now.Before(opens) {
			a.breach("who speaks the language", "%s called case %s at %s, which is for speakers of %s until %s", agent, c.ID, now.Format(time.DateTime), l, opens.Format(time.DateTime))
		}
		a.strangers++
	}
	n := len(c.Attempts)
	if c.State != callback.RetryWait || n == 0 || c.Attempts[n-1].Disposition != callback.SoftRefusal || slices.Contains(recovers, agent) {
		return
	}
	for _, s := range r.Skills {
		if !s.AfterRefusal {
			continue
		}
		if opens := a.anyones(p, c, time.Duration(s.OpenToAnyone)*time.Minute); now.Before(opens) {
			a.breach("skills after a refusal", "%s called case %s at %s, which is for %s until %s", agent, c.ID, now.Format(time.DateTime), s.Skill, opens.Format(time.DateTime))
		}
	}
}

// somebody tells whether a colleague who has not left is such.
func (a *auditor) somebody(is func(string) bool) bool {
	for who := range speaks {
		if _, gone := a.floor.left[who]; !gone && is(who) {
			return true
		}
	}
	return false
}

// anyones is when a case that is for some is for all: an agreed call from its time on; else so long after it could be called, and
// halfway to its deadline at the latest; at an hour to call.
func (a *auditor) anyones(p *person, c callback.Case, wait time.Duration) time.Time {
	if cb := c.Plan.Callback; c.State == callback.CallbackScheduled && cb != nil {
		return cb.At
	}
	ready := p.at
	if c.Plan.NotBefore.After(ready) {
		ready = c.Plan.NotBefore
	}
	ready = a.nextHours(p, ready)
	due := c.Plan.FirstDue
	if len(c.Attempts) > 0 {
		due = c.Plan.CloseDue
	}
	if half := due.Sub(ready) / 2; half < wait {
		wait = half
	}
	if wait <= 0 {
		return ready
	}
	// The month's moments are minutes apart; so much the desk's rounding may differ.
	return a.nextHours(p, ready.Add(wait)).Add(-time.Minute)
}

// nextHours is the first minute from an instant on in which a customer may be called.
func (a *auditor) nextHours(p *person, t time.Time) time.Time {
	loc := zone(p.where.zone)
	for range 14 * 24 * 60 {
		local := t.In(loc)
		if m := local.Hour()*60 + local.Minute(); a.inWindow(p.where.region, local) && m >= a.policy.Legal.From && m < a.policy.Legal.To {
			return t
		}
		t = t.Truncate(time.Minute).Add(time.Minute)
	}
	return t
}
