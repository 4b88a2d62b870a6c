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
	calls  map[*person][]*dial // in order
	unsent map[string][]*dial  // by agent
	banned map[*person]*dial   // the call in which they said never again
	lines  map[*person]*dial   // the last call
	broken map[string]int
	said   int
	// patient lets a month go on, however many violations there are.
	patient bool
	// unheard were called without knowing of a colleague's call, since one of the two was offline.
	unheard map[*person]bool
	floor   floor
	// strangers counts calls by somebody who does not speak the customer's language, when it was anyone's.
	strangers int
	again     tallied
	outside   outside
	numbers   numbers
	returns   returns
	words     words
}

// dial is one call as it happened.
type dial struct {
	caseID, agent string
	at, end       time.Time
	code          callback.Disposition
	inbound       bool
	// number is the one that was dialled, round how often the case had been opened.
	number string
	round  int
	// invited tells that the customer had agreed to the time: such a call consumes no cap (mission model §4.4).
	invited bool
	// asked tells that the server gave the right to the call: nobody else gets it before the end.
	asked bool
	// sent is since when the server has it, so that others can know of it; heard is when its agent's desk last heard of others'.
	sent, heard time.Time
}

// known tells whether an agent whose desk last heard of the others at an instant knows of a call.
func (d *dial) known(agent string, heard time.Time) bool {
	return d.agent == agent || !d.sent.IsZero() && !d.sent.After(heard)
}

type span struct{ from, until time.Time }

func newAuditor(p callback.Policy, tell func(format string, args ...any)) *auditor {
	return &auditor{
		tell: tell, policy: p, calls: map[*person][]*dial{}, unsent: map[string][]*dial{}, banned: map[*person]*dial{}, lines: map[*person]*dial{},
		broken: map[string]int{}, unheard: map[*person]bool{}, outside: outside{since: map[string]time.Time{}, scores: map[string]int{}},
		floor: floor{skipped: map[string]int{}, left: map[string]time.Time{}}, numbers: newNumbers(), returns: newReturns(), words: newWords(),
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
func (a *auditor) mayDial(p *person, c callback.Case, number, agent string, now, agreed, heard time.Time) {
	local := now.In(zone(p.where.zone))
	invited := a.invites(agreed, now)
	minute := local.Hour()*60 + local.Minute()
	switch {
	case minute < a.policy.Legal.From || minute >= a.policy.Legal.To:
		a.breach("legal hours", "%s called %s at %s", agent, p.where.zone, local.Format("Mon 15:04"))
	case !invited && !a.inWindow(p.where.region, local):
		a.breach("calling window", "%s called %s at %s", agent, p.where.zone, local.Format("Mon 2 Jan 15:04"))
	}
	if d := a.banned[p]; d != nil && !d.known(agent, heard) {
		a.unheard[p] = true
	} else if d != nil {
		a.breach("do not call", "%s called customer %d, who had said never again at %s", agent, p.n, d.end.Format(time.DateTime))
	}
	if l := a.lines[p]; l != nil && l.end.After(now) && l.agent != agent && (!l.asked || heard.Before(now)) {
		a.unheard[p] = true // one of the two could not ask
	} else if l != nil && l.end.After(now) && l.agent != agent {
		a.breach("one at a time", "%s called customer %d while %s had them on the line", agent, p.n, l.agent)
	}
	a.leads(p, c, number, agent, now, heard)
	a.caps(p, c, agent, now, heard, local, invited)
	a.colleagues(c, agent, now)
	a.routed(p, c, agent, now)
}

// invites tells that a customer waits for a call now.
func (a *auditor) invites(agreed, now time.Time) bool {
	return !agreed.IsZero() && !now.Before(agreed.Add(-15*time.Minute)) && now.Sub(agreed) < 24*time.Hour
}

// caps counts the calls so far; those a customer made, and those that never rang, are not counted.
func (a *auditor) caps(p *person, c callback.Case, agent string, now, heard, local time.Time, invited bool) {
	week, today, counted := 0, 0, 0
	var last dial
	for _, d := range a.calls[p] {
		if d.inbound {
			continue
		}
		if !d.known(agent, heard) {
			a.unheard[p] = true // one of the two is offline: nobody can know of it yet
			continue
		}
		if now.Sub(d.at) < 7*24*time.Hour {
			week++
		}
		if d.caseID != c.ID {
			continue
		}
		last = *d
		if !countedCodes[d.code] || d.invited {
			continue
		}
		if d.round == a.returns.round(c.ID) && (a.inQueue(c.ID, d.at) || !a.inQueue(c.ID, now)) {
			counted++ // what was before an answer made it one of the queue uses none of the queue's up
		}
		if d.at.In(local.Location()).YearDay() == local.YearDay() {
			today++
		}
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

// inWindow reads the policy's hours for a region at a customer's own time. Of national holidays, on which the policy calls nobody
// either, it knows nothing.
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
func (a *auditor) sent(agent string, now time.Time) {
	for _, d := range a.unsent[agent] {
		d.sent = now
	}
	delete(a.unsent, agent)
}

// called writes a call down.
func (a *auditor) called(p *person, d dial) {
	d.round = a.returns.round(d.caseID)
	a.calls[p] = append(a.calls[p], &d)
	if d.sent.IsZero() {
		a.unsent[d.agent] = append(a.unsent[d.agent], &d)
	}
	a.lines[p] = &d
	if d.code == callback.DoNotCall && a.banned[p] == nil {
		a.banned[p] = &d
	}
	a.numbers.called(&d)
	if d.code != callback.VoicemailLeft || d.inbound {
		return
	}
	left := 0
	for _, x := range a.calls[p] {
		if x.code == callback.VoicemailLeft && x.caseID == d.caseID && x.round == d.round && x.known(d.agent, d.heard) {
			left++
		}
	}
	if left > a.policy.Retry.MaxVoicemails {
		a.breach("messages on voicemail", "customer %d has %d", p.n, left)
	}
}
