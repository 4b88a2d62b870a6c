package month

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"ringback/callback"
)

// The model of people who ring.
const (
	ringsBack     = 0.02 // of those who missed a call, in the hours after it
	rings         = 0.10 // of the customers, some day, whatever became of their case
	ringsUnknown  = 0.05 // callers without a survey, for each customer
	ringsWithheld = 0.03 // callers who do not show their number, for each customer
	saysNumber    = 0.50 // of those say it when they are asked
	opensAgain    = 0.40 // of the closed cases whose customer rings, by the agent
	onTheClosed   = 0.30 // of those, the call is put on record there; of the others outside the queue
)

// callers draws who will ring in: customers, from a number that nobody knows too, and people of whom nobody knows.
func (m *month) callers(rng *rand.Rand, last int) []ring {
	var out []ring
	day := func(from time.Time) time.Time {
		return from.Add(time.Duration(1+rng.IntN(last)) * 24 * time.Hour).Truncate(24 * time.Hour).Add(time.Duration(rng.IntN(24*60)) * time.Minute)
	}
	for _, p := range m.people {
		if !p.dead && !p.stranger && rng.Float64() < rings {
			out = append(out, ring{at: day(p.at), p: p})
		}
		if rng.Float64() < ringsUnknown {
			out = append(out, ring{at: day(start), p: m.outsider()})
		}
		if rng.Float64() < ringsWithheld {
			m.withheld++
			out = append(out, ring{at: day(start), p: &person{n: 200_000 + m.withheld, where: unsaid(places[m.withheld%len(places)]), score: 5}})
		}
	}
	for _, x := range m.second {
		if x.number == "" || rng.Float64() >= ringsFirst {
			continue
		}
		from := x.p.at.Add(time.Hour)
		seemed := &person{n: x.p.n, is: x.p, number: x.number, other: x.p.number, where: unsaid(x.p.where), score: 5}
		m.seemed[x.p] = seemed
		out = append(out, ring{at: from.Add(time.Duration(rng.Int64N(int64(x.comes.Sub(from))))), p: seemed})
	}
	return out
}

// unsaid is a place of which nobody said what is spoken there.
func unsaid(w place) place {
	w.language = ""
	return w
}

// ringBack takes the call of a customer who rings, if one does now.
func (m *month) ringBack(d *desk) bool {
	m.t.Helper()
	if d.away(m.h.now) {
		return false
	}
	for i, r := range m.ringing {
		if r.at.After(m.h.now) {
			continue
		}
		m.ringing = slices.Delete(m.ringing, i, i+1)
		if r.p.is != nil && m.seemed[r.p.is] != r.p {
			r.p = r.p.is // who they are has come out
		}
		if _, banned := m.a.banned[r.p]; banned {
			return false
		}
		m.answer(d, r.p)
		return true
	}
	return false
}

// answer takes a call: on the open case of whoever rings, on their closed one, or outside the queue.
func (m *month) answer(d *desk, p *person) {
	m.t.Helper()
	id := m.latest(p)
	if id == "" {
		m.ringsIn(d, p)
		return
	}
	v, err := d.store.Case(id)
	m.h.ok(err)
	switch chance := m.rng.Float64(); {
	case v.Case.State.Open():
		m.takesCall(d, p, v, pick(m.rng, talks))
	case chance < opensAgain:
		m.reopens(d, p, v)
	case chance < opensAgain+onTheClosed:
		was, code := m.held(id), pick(m.rng, talks)
		m.talk(d, p, v, callback.Lease{}, code, callback.Inbound)
		m.hangUp(d)
		m.a.rang(was, m.held(id), code)
	default:
		m.ringsIn(d, p)
	}
}

// held gives a case as the server holds it.
func (m *month) held(id string) callback.Case {
	m.t.Helper()
	c, err := m.h.s.Case(m.t.Context(), m.h.boss, id)
	m.h.ok(err)
	return c
}

// reopens lets an agent open a closed case again because its customer rings, and takes their call.
func (m *month) reopens(d *desk, p *person, v callback.CaseView) {
	m.t.Helper()
	was, before := m.held(v.Case.ID), m.casesOf(p)
	m.record(d, v, callback.Lease{}, &callback.CaseReopened{Reason: "The customer rang again."})
	m.a.reopens(p, before, was, m.held(was.ID))
	v, err := d.store.Case(was.ID)
	m.h.ok(err)
	if !v.Case.State.Open() {
		m.ringsIn(d, p)
		return
	}
	m.takesCall(d, p, v, pick(m.rng, talks))
}

// takesCall talks to whoever rings about an open case; nobody else calls them meanwhile.
func (m *month) takesCall(d *desk, p *person, v callback.CaseView, code callback.Disposition) {
	m.t.Helper()
	lease, _ := m.takes(d, v.Case.ID, callback.LeaseInbound)
	m.talk(d, p, v, lease, code, callback.Inbound)
}

// ringsIn takes the call of somebody who has no open case.
func (m *month) ringsIn(d *desk, p *person) {
	m.t.Helper()
	v := m.begin(d, p, true)
	m.a.outside.rang++
	if p.number == "" {
		m.a.numbers.withheld++
		m.a.nobodysNumber(p, m.held(v.Case.ID))
		if m.rng.Float64() < saysNumber {
			v = m.asksNumber(d, p, v)
		}
	}
	m.takesCall(d, p, v, pick(m.rng, talks))
}

// asksNumber puts the number on a case that a caller says.
func (m *month) asksNumber(d *desk, p *person, v callback.CaseView) callback.CaseView {
	m.t.Helper()
	n := p.n - 200_000
	p.number = fmt.Sprintf(p.where.number, 750+n/len(places))
	phone, _, err := callback.ReadNumber(p.number, "")
	m.h.ok(err)
	m.record(d, v, callback.Lease{}, &callback.NumberAdded{Phone: phone, Next: true})
	v, err = d.store.Case(v.Case.ID)
	m.h.ok(err)
	return v
}

// latest is the case that a caller rings about: their open one, else the last.
func (m *month) latest(p *person) string {
	m.t.Helper()
	id := ""
	for _, c := range m.casesOf(p) {
		if id = c.ID; c.State.Open() {
			break
		}
	}
	return id
}
