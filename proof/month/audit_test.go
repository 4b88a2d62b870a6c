package month

import (
	"fmt"
	"slices"
	"time"

	"ringback/callback"
)

// auditor looks over every shoulder. It keeps a record of its own and reads the policy's plain numbers, but uses none
// of the rules' code: an error there must not hide itself here.
type auditor struct {
	tell   func(format string, args ...any)
	policy callback.Policy
	calls  map[string][]dial // by phone number, in order
	banned map[string]time.Time
	lines  map[string]span // numbers on a call
	broken map[string]int
	said   int
	// unheard are numbers that were called without knowing of a colleague's call, since one of the two was offline.
	unheard map[string]bool
	floor   floor
	// strangers counts calls by somebody who does not speak the customer's language, when it was anyone's.
	strangers int
	again     tallied
	outside   outside
}

// dial is one call as it happened.
type dial struct {
	caseID, agent string
	at, end       time.Time
	code          callback.Disposition
	inbound       bool
	// invited tells that the customer had agreed to the time: such a call consumes no cap (mission model §4.4).
	invited bool
	// sent tells that the server has it, so that others can know of it.
	sent bool
}

type span struct {
	agent       string
	from, until time.Time
}

func newAuditor(p callback.Policy, tell func(format string, args ...any)) *auditor {
	return &auditor{
		tell: tell, policy: p, calls: map[string][]dial{}, banned: map[string]time.Time{}, lines: map[string]span{}, broken: map[string]int{},
		unheard: map[string]bool{}, outside: outside{since: map[string]time.Time{}}, floor: floor{skipped: map[string]int{}, left: map[string]time.Time{}},
	}
}

// shown bounds how many violations are told one by one.
const shown = 12

func (a *auditor) breach(rule, format string, args ...any) {
	a.broken[rule]++
	if a.said++; a.said <= shown {
		a.tell("%s: %s", rule, fmt.Sprintf(format, args...))
	}
}

// mayDial judges a call at the moment of dialling. agreed is the time the customer agreed to, or zero; heard is when
// the agent's desk last heard of the others, before now for one that is offline.
func (a *auditor) mayDial(p *person, c callback.Case, agent string, now, agreed, heard time.Time) {
	local := now.In(zone(p.where.zone))
	invited := a.invites(agreed, now)
	minute := local.Hour()*60 + local.Minute()
	switch {
	case minute < a.policy.Legal.From || minute >= a.policy.Legal.To:
		a.breach("legal hours", "%s called %s at %s", agent, p.where.zone, local.Format("Mon 15:04"))
	case !invited && !a.inWindow(p.where.region, local):
		a.breach("calling window", "%s called %s at %s", agent, p.where.zone, local.Format("Mon 2 Jan 15:04"))
	}
	if at, ok := a.banned[p.number]; ok && at.After(heard) {
		a.unheard[p.number] = true
	} else if ok {
		a.breach("do not call", "%s called customer %d, who had said never again at %s", agent, p.n, at.Format(time.DateTime))
	}
	if l, ok := a.lines[p.number]; ok && l.until.After(now) && l.from.After(heard) {
		a.unheard[p.number] = true
	} else if ok && l.until.After(now) && l.agent != agent {
		a.breach("one at a time", "%s called customer %d while %s had them on the line", agent, p.n, l.agent)
	}
	a.caps(p, c, agent, now, local, invited)
	a.colleagues(c, agent, now)
	a.routed(p, c, agent, now)
}

// invites tells that a customer waits for a call now.
func (a *auditor) invites(agreed, now time.Time) bool {
	return !agreed.IsZero() && !now.Before(agreed.Add(-15*time.Minute)) && now.Sub(agreed) < 24*time.Hour
}

// caps counts the calls so far; those a customer made, and those that never rang, are not counted.
func (a *auditor) caps(p *person, c callback.Case, agent string, now, local time.Time, invited bool) {
	week, today, counted := 0, 0, 0
	var last dial
	for _, d := range a.calls[p.number] {
		if d.inbound {
			continue
		}
		if !d.sent && d.agent != agent {
			a.unheard[p.number] = true // a colleague who is offline called: nobody can know of it yet
			continue
		}
		if now.Sub(d.at) < 7*24*time.Hour {
			week++
		}
		if !countedCodes[d.code] || d.caseID != c.ID || d.invited {
			last = d
			continue
		}
		counted++
		if d.at.In(local.Location()).YearDay() == local.YearDay() {
			today++
		}
		last = d
	}
	r := a.policy.Retry
	if week >= r.PerPersonWeek {
		a.breach("calls to a person in a week", "customer %d was called %d times before", p.n, week)
	}
	if invited {
		return // what was agreed consumes no cap
	}
	if counted >= r.MaxAttempts {
		a.breach("attempts of a case", "case %s of customer %d had %d", c.ID, p.n, counted)
	}
	if today >= r.PerDay {
		a.breach("attempts of a day", "customer %d had %d on %s", p.n, today, local.Format(time.DateOnly))
	}
	if countedCodes[last.code] && now.Sub(last.at) < 3*time.Hour && !slices.Contains(soonAgain, last.code) {
		a.breach("three hours apart", "customer %d was called %s after %s", p.n, now.Sub(last.at).Round(time.Minute), last.code)
	}
}

// countedCodes count toward the caps, soonAgain may be tried again within three hours (mission model §4.2, §4.4).
var (
	countedCodes = map[callback.Disposition]bool{
		callback.NoAnswer: true, callback.Busy: true, callback.VoicemailLeft: true, callback.VoicemailNone: true, callback.HungUp: true,
		callback.ThirdParty: true, callback.LanguageBarrier: true, callback.BadMoment: true, callback.SoftRefusal: true,
	}
	soonAgain = []callback.Disposition{callback.Busy, callback.TechnicalFailure, callback.PartialTalk, callback.LanguageBarrier}
)

func zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

// inWindow reads the policy's hours for a region at a customer's own time. The month has no holidays in the places'
// calendars but those given as dates.
func (a *auditor) inWindow(region string, local time.Time) bool {
	var hours *callback.Window
	for i, w := range a.policy.Windows {
		if w.Region == region || w.Region == "" && hours == nil {
			hours = &a.policy.Windows[i]
		}
	}
	if hours == nil {
		return false
	}
	if slices.Contains(hours.Holidays, local.Format(time.DateOnly)) {
		return false
	}
	minute := local.Hour()*60 + local.Minute()
	return slices.ContainsFunc(hours.Hours[local.Weekday()], func(s callback.Span) bool { return minute >= s.From && minute < s.To })
}

// sent tells that an agent's calls have reached the server.
func (a *auditor) sent(agent string) {
	for _, list := range a.calls {
		for i := range list {
			list[i].sent = list[i].sent || list[i].agent == agent
		}
	}
}

// called writes a call down.
func (a *auditor) called(p *person, d dial) {
	a.calls[p.number] = append(a.calls[p.number], d)
	a.lines[p.number] = span{d.agent, d.at, d.end}
	if d.code == callback.DoNotCall {
		a.banned[p.number] = d.end
	}
	if d.code != callback.VoicemailLeft || d.inbound {
		return
	}
	left := 0
	for _, x := range a.calls[p.number] {
		if x.code == callback.VoicemailLeft && x.caseID == d.caseID {
			left++
		}
	}
	if left > a.policy.Retry.MaxVoicemails {
		a.breach("messages on voicemail", "customer %d has %d", p.n, left)
	}
}

// nothingRots looks at every open case in the night: somebody owns it, or it has a next time that is not long past.
func (a *auditor) nothingRots(cases []callback.Case, now time.Time) {
	for _, c := range cases {
		if !c.State.Open() {
			continue
		}
		rank, ok := callback.RankOf(a.policy, c)
		place := rank.Place(a.policy, c.Plan.Owner, now)
		// Whoever owns a case that may not be called any more has to say what became of its promise.
		owes := c.Plan.Owner != "" && slices.ContainsFunc(c.Promises, func(p callback.Promise) bool { return p.Status == callback.PromiseOpen })
		if !ok || !place.Ready && place.At.IsZero() && !owes && c.State != callback.Review && c.State != callback.Escalated {
			a.breach("no owner and no next time", "case %s is %s: %q", c.ID, c.State, place.Wait)
		}
		if cb := c.Plan.Callback; cb != nil && c.State == callback.CallbackScheduled && now.Sub(cb.At) > 72*time.Hour {
			a.breach("callbacks rot", "case %s was to be called at %s", c.ID, cb.At.Format(time.DateTime))
		}
	}
}
