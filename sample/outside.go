package sample

import (
	"slices"
	"time"

	"ringback/callback"
)

// outsideEvery is how many answers that opened no case go by until an agent
// calls one of those people all the same.
const outsideEvery = 40

// outside has agents call people to whom no case is open: to thank somebody, or
// because of something else. Those calls count in no figure of the queue.
func (p *play) outside(rest []*answer) {
	taken := map[string][]time.Time{}
	for _, m := range p.made {
		taken[m.event.Agent] = append(taken[m.event.Agent], m.at)
	}
	free := func(agent string, at time.Time) bool {
		for _, t := range taken[agent] {
			if t.Sub(at).Abs() < 30*time.Minute {
				return false
			}
		}
		return true
	}
	rest = slices.DeleteFunc(rest, func(a *answer) bool { return p.team.Policy.Decide(a.response()).Open })
	for i, a := range rest {
		if i%outsideEvery != 0 || a.customer.phone.E164 == "" || len(p.agents) == 0 {
			continue
		}
		s := p.agents[(i/outsideEvery)%len(p.agents)]
		at := p.k.k.workable(a.AnsweredAt.Add(p.d.span(24*time.Hour, 72*time.Hour)), a.customer.phone)
		if !p.works(s, at) || !free(s.ID, at) {
			continue
		}
		f := &file{last: at.Add(-time.Second)}
		f.c.ID = p.d.uuid(at)
		p.record(f, s, at, &callback.AdHocOpened{
			Customer: callback.Customer{ID: a.Person.Ref, Name: a.Person.Name, Value: -1, Phone: a.customer.phone}, Reason: p.k.r.line(p.k.notes, "extra"),
		})
		if i/outsideEvery%4 == 1 {
			mobile := a.customer.phone
			mobile.Kind = callback.PhoneMobile
			p.record(f, s, at.Add(2*time.Minute), &callback.NumberAdded{Phone: mobile})
		}
		talk := 60 + i%180
		p.record(f, s, at.Add(5*time.Minute), &callback.CallRecorded{
			AttemptID: p.d.uuid(at), Number: a.customer.phone.E164, StartedAt: at.Add(20 * time.Second), Ring: 8, Talk: talk, Disposition: callback.Thanked,
		})
		taken[s.ID] = append(taken[s.ID], at)
	}
}
