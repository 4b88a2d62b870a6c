package sample

import (
	"time"

	"ringback/callback"
)

// maxAge is when a supervisor closes what would soon be too old: the server
// closes cases 30 days after their response, and a weekend or a holiday may
// lie in between.
const maxAge = 25 * 24 * time.Hour

// step takes a case's next step and gives the time of the one after it; zero
// is none.
func (p *play) step(f *file) time.Time {
	p.tick(f)
	if f.a.part.role != "" {
		return p.act(f)
	}
	if next := p.agedOut(f); !next.IsZero() || !f.c.State.Open() {
		return p.reopen(f, next)
	}
	switch f.c.State {
	case callback.InProgress:
		return p.settle(f)
	case callback.Escalated:
		return p.escalated(f)
	case callback.Review:
		if !f.looked {
			return p.review(f)
		}
	}
	return p.attempt(f)
}

// agedOut closes a case that was not settled in time, or gives the time to
// do so when the team does not work now.
func (p *play) agedOut(f *file) time.Time {
	if !f.c.State.Open() || f.at.Sub(f.a.AnsweredAt) < maxAge {
		return time.Time{}
	}
	if at := p.k.k.open(f.at); at.After(f.at) {
		return at.Add(p.d.about(20 * time.Minute))
	}
	p.record(f, p.boss, f.at, &callback.CaseClosed{Resolution: callback.AgedOut})
	return time.Time{}
}

// reopen begins another round of some closed cases: the customer wrote again.
func (p *play) reopen(f *file, wait time.Time) time.Time {
	if !wait.IsZero() || f.c.State != callback.Closed || f.turns != again {
		return wait
	}
	s := p.free(f, f.at)
	if s == nil {
		return f.at.Add(20 * time.Minute)
	}
	f.turns = 0
	p.record(f, s, f.at, &callback.CaseReopened{Reason: p.k.r.line(p.k.notes, "reopen")})
	f.mind.easy = true
	return f.at.Add(p.d.span(20*time.Minute, 5*time.Hour))
}

// again marks a case that will be reopened.
const again = -1

// attempt calls the customer if that can be done now, or gives the time when
// it can.
func (p *play) attempt(f *file) time.Time {
	if at := p.ready(f); at.After(f.at) {
		return at.Add(p.d.about(8 * time.Minute))
	}
	if p.used(f) {
		p.record(f, p.boss, f.at, &callback.CaseClosed{Resolution: callback.Exhausted})
		return time.Time{}
	}
	s := p.free(f, f.at)
	if s == nil {
		return f.at.Add(time.Duration(p.d.between(6, 15)) * time.Minute)
	}
	if len(f.c.Attempts) == 0 && f.c.State == callback.New && f.turns == 0 && f.mind.must == "" && p.d.chance(0.03) {
		f.turns++
		p.record(f, s, f.at, p.skip(p.d.chance(0.06)))
		return f.at.Add(p.d.span(40*time.Minute, 5*time.Hour))
	}
	if len(f.c.Attempts) == 0 && f.c.Plan.Owner == "" && p.d.chance(0.02) {
		p.record(f, p.boss, f.at.Add(-time.Minute), &callback.CaseAssigned{To: s.ID})
	}
	before := f.c.Fence
	r := p.dial(f, s, f.at)
	p.clash(f, s, before, r)
	return p.following(f, r)
}

// ready is when the customer may be called, from the time of the step on.
func (p *play) ready(f *file) time.Time {
	at := f.at
	if nb := f.c.Plan.NotBefore; f.c.State != callback.CallbackScheduled && nb.After(at) {
		at = nb
	}
	if cb := f.c.Plan.Callback; f.c.State == callback.CallbackScheduled && cb != nil {
		if due := cb.At.Add(-callback.CallbackLead); due.After(at) {
			at = due
		}
		if !cb.Tried.IsZero() && f.c.Plan.NotBefore.After(at) {
			at = f.c.Plan.NotBefore
		}
	}
	for range 60 {
		at = p.k.k.open(at)
		stop := p.team.Policy.MayDial(f.c, at)
		if !stop.At.After(at) {
			return at
		}
		at = stop.At
	}
	return at
}

// dial plays a call and records it when it is over.
func (p *play) dial(f *file, s *station, at time.Time) *callback.CallRecorded {
	at = at.Truncate(time.Second)
	r := p.k.call(f.c, s.worker, f.mind, at)
	end := at.Add(time.Duration(r.Ring+r.Talk+r.WrapUp) * time.Second)
	if !end.Before(p.now) {
		end = p.now.Add(-time.Second)
	}
	s.busy = end
	if p.d.chance(0.004) {
		p.record(f, s, end.Add(-time.Second), &callback.Undone{Was: callback.KindCallRecorded})
	}
	p.record(f, s, end, r)
	return r
}

// clashNote is what the second of two agents writes down.
const clashNote = "Was surprised, somebody from us had just rung."

// clash has a second agent, whose desk is offline, call a customer with whom a
// colleague has just settled. It happens a few times a year.
func (p *play) clash(f *file, first *station, fence uint64, r *callback.CallRecorded) {
	if p.clashes == Shadowed || f.c.State != callback.Closed || r.Disposition != callback.TalkedResolved ||
		p.now.Sub(f.last) < 60*24*time.Hour || !p.d.chance(0.08) {
		return
	}
	start := first.busy.Add(4 * time.Minute).Truncate(time.Second)
	if p.k.k.workable(start, f.c.Customer.Phone).After(start) {
		return
	}
	for _, s := range p.agents {
		if s == first || !p.works(s, start) || s.busy.After(start) {
			continue
		}
		second := p.k.call(f.c, s.worker, mind{root: *r.Root, lang: f.mind.lang, must: callback.TalkedListened}, start)
		second.Rescore, second.Story, second.Note = nil, nil, clashNote
		s.busy = start.Add(time.Duration(second.Ring+second.Talk+second.WrapUp) * time.Second)
		p.recordAt(f, s, s.busy, fence, second)
		if p.clashes++; p.clashes < Shadowed {
			p.settleClash(f)
		}
		return
	}
}

// keepNote is why the supervisor lets the first of two calls lead.
const keepNote = "Both were right; the first one did the work."

// settleClash has the supervisor look at two calls the next morning and keep
// the one that leads. The year's last pair is left to whoever opens the desk.
func (p *play) settleClash(f *file) {
	for _, d := range f.c.Disputed() {
		at := p.k.k.open(f.last.Add(p.d.span(14*time.Hour, 20*time.Hour)))
		p.record(f, p.boss, at, &callback.EventAmended{EventID: d.EventID, Act: callback.ActKeep, Over: d.Over, Reason: keepNote})
	}
}

// following plans the step after a call.
func (p *play) following(f *file, r *callback.CallRecorded) time.Time {
	at := f.last
	p.asides(f)
	switch f.c.State {
	case callback.CallbackScheduled:
		late := p.d.span(-4*time.Minute, 7*time.Minute)
		if p.d.chance(0.1) {
			late = p.d.span(35*time.Minute, 3*time.Hour)
		}
		if cb := f.c.Plan.Callback; cb.Tried.IsZero() {
			return cb.At.Add(late)
		}
		return f.c.Plan.NotBefore.Add(p.d.span(0, 9*time.Minute))
	case callback.InProgress:
		return p.promiseDay(f)
	case callback.Escalated, callback.Review:
		return p.k.k.open(at.Add(p.d.span(3*time.Hour, 40*time.Hour)))
	case callback.RetryWait:
		return p.k.k.workable(f.c.Plan.NotBefore, f.c.Customer.Phone).Add(p.d.about(3 * time.Hour))
	case callback.Closed:
		rule, _ := r.Disposition.Rule()
		if f.c.Round == 1 && rule.Group == callback.GroupTalked && p.d.chance(0.02) {
			f.turns = again
			return p.k.k.open(at.Add(p.d.span(4*24*time.Hour, 9*24*time.Hour)))
		}
	}
	return time.Time{}
}

// free finds an agent who can call now: the owner of an agreed callback if
// at work, else anyone, the newcomer less often.
func (p *play) free(f *file, at time.Time) *station {
	if s := p.byID(f.c.Plan.Owner); s != nil && p.works(s, at) && !s.busy.After(at) {
		return s
	}
	var list []*station
	var weights []float64
	for _, s := range p.agents {
		if p.works(s, at) && !s.busy.After(at) {
			list, weights = append(list, s), append(weights, s.share)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list[p.d.weighted(weights...)]
}

// works tells whether an agent is at work on a day. In the last fortnight
// nobody is on leave, since today's queue needs all of them.
func (p *play) works(s *station, at time.Time) bool {
	if !s.at(at, p.now) {
		return false
	}
	return p.now.Sub(at) < 16*24*time.Hour || !s.away(at.In(p.k.k.loc))
}

func (p *play) byID(id string) *station {
	for _, s := range p.agents {
		if s.ID == id {
			return s
		}
	}
	return nil
}
