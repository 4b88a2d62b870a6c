package sample

import (
	"strings"
	"time"

	"ringback/callback"
)

// cue is when a part of today's queue has its entrance; zero if it only
// stands there.
func (p *play) cue(f *file) time.Time {
	phone := f.c.Customer.Phone
	switch role := f.a.part.role; {
	case f.a.part.untouched():
		return time.Time{}
	case role == roleRetry || role == roleStop:
		return p.k.k.lastSlot(p.now, phone)
	case role == roleEscalated && f.a.part.turn%2 == 1:
		// Longer ago than a supervisor may take.
		return p.k.k.lastSlot(p.now.Add(-48*time.Hour), phone)
	case role == roleEscalated || role == roleReturned:
		return p.k.k.lastSlot(p.now.Add(-20*time.Hour), phone)
	}
	return p.k.k.workable(f.a.AnsweredAt.Add(p.d.about(8*time.Hour)), phone)
}

// retries are the ways in which the waiting cases of today's queue were not
// reached.
var retries = []callback.Disposition{
	callback.VoicemailLeft, callback.NoAnswer, callback.BadMoment, callback.ThirdParty, callback.VoicemailNone, callback.SoftRefusal,
}

// act plays a part of today's queue. A part that cannot be played in time,
// because the team did not work or nobody was free, falls out.
func (p *play) act(f *file) time.Time {
	if f.a.part.role == roleReturned && f.c.State == callback.Escalated {
		p.record(f, p.boss, f.at, &callback.EscalationReturned{Words: p.k.r.line(p.k.notes, "returned")})
		return time.Time{}
	}
	if at := p.k.k.workable(f.at, f.c.Customer.Phone); at.After(f.at) {
		return at
	}
	s := p.free(f, f.at)
	if f.a.part.role == roleMine {
		s = p.agents[f.a.part.turn%len(p.agents)]
		if s.busy.After(f.at) {
			s = nil
		}
	}
	if s == nil {
		return f.at.Add(7 * time.Minute)
	}
	m := f.mind
	switch f.a.part.role {
	case roleReview:
		return p.pass(f, s)
	case roleRetry:
		p.wait(f, s)
		return time.Time{}
	case roleMine, roleMissed:
		m.must = callback.CallbackMine
	case roleAnyone:
		m.must = callback.CallbackAnyone
	case roleToday:
		m.must = []callback.Disposition{callback.CallbackMine, callback.CallbackAnyone}[f.a.part.turn%2]
	case rolePromise, roleLate:
		m.must = callback.TalkedPromise
	case roleEscalated, roleReturned:
		m.must = callback.TalkedEscalated
	case roleStop:
		m.must = callback.DoNotCall
	}
	m.when = p.agreedFor(f)
	f.mind = m
	p.dial(f, s, f.at)
	if f.a.part.role == roleReturned {
		return f.last.Add(p.d.span(90*time.Minute, 3*time.Hour))
	}
	return time.Time{}
}

// agreedFor is the time that a part needs to be agreed: around now for what is
// due, past for what is overdue.
func (p *play) agreedFor(f *file) time.Time {
	turn := f.a.part.turn
	switch f.a.part.role {
	case roleMine, roleAnyone:
		return p.now.Add(time.Duration([]int{-6, 3, -2, 8}[turn%4]) * time.Minute)
	case roleMissed:
		return p.now.Add(-p.d.span(45*time.Minute, 55*time.Minute)).Truncate(time.Minute)
	case roleToday:
		return quarter(p.now.Add(time.Duration(50+45*turn) * time.Minute))
	case rolePromise:
		return quarter(p.now.Add(p.d.span(2*time.Hour, 30*time.Hour)))
	case roleLate:
		return quarter(p.now.Add(-p.d.span(3*time.Hour, 26*time.Hour)))
	}
	return time.Time{}
}

// skip is a reason to pass a case over. The lines begin with its code.
func (p *play) skip(abusive bool) *callback.CaseSkipped {
	if abusive {
		return &callback.CaseSkipped{Code: callback.SkipAbusive, Reason: p.k.r.line(p.k.notes, "abusive")}
	}
	code, words, _ := strings.Cut(p.k.r.line(p.k.notes, "skip"), ": ")
	return &callback.CaseSkipped{Code: callback.SkipCode(code), Reason: words}
}

// pass has three agents pass a case over, one after the other; with a number
// that is abusive one is enough.
func (p *play) pass(f *file, s *station) time.Time {
	if n := len(f.c.Skips); n > 0 && f.c.Skips[n-1].By == s.ID {
		return f.at.Add(11 * time.Minute)
	}
	p.record(f, s, f.at, p.skip(f.a.part.turn%2 == 1))
	if f.c.State == callback.Review {
		return time.Time{}
	}
	return f.at.Add(p.d.span(2*time.Hour, 20*time.Hour))
}

// wait has a call fail so that the next one lies in the future; where the
// usual wait is over by now, the customer asked to be left alone for a week.
func (p *play) wait(f *file, s *station) {
	f.mind.must = retries[f.a.part.turn%len(retries)]
	trial := p.k.call(f.c, s.worker, f.mind, f.at)
	e, err := callback.NewEvent("trial", f.c.ID, trial)
	if err != nil {
		return
	}
	e.At, e.Agent, e.Fence = f.at, s.ID, f.c.Fence
	if c, _ := callback.Apply(p.team.Policy, f.c, e); !c.Plan.NotBefore.After(p.now.Add(20 * time.Minute)) {
		f.mind.must = callback.SoftRefusal
	}
	p.dial(f, s, f.at)
}
