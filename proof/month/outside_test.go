package month

import (
	"fmt"
	"math/rand/v2"
	"time"

	"ringback/callback"
)

// The model of calls outside the queue.
const (
	callsOutside = 0.012 // of an agent's moments with a connection
	unknown      = 0.35  // of those calls go to somebody without a survey
	knownOutside = 0.5   // of those who were called so before
	rings        = 0.10  // of the customers, some day, whatever became of their case
	ringsUnknown = 0.05  // callers without a survey, for each customer
)

// outsider makes somebody who was asked for no survey.
func (m *month) outsider() *person {
	n := len(m.outsiders)
	p := &person{n: 100_000 + n, where: places[n%len(places)], score: 5}
	p.number = fmt.Sprintf(p.where.number, 500+n/len(places)) // no customer's
	p.where.language = ""                                     // nobody said
	m.outsiders = append(m.outsiders, p)
	return p
}

// callers draws who will ring in: customers, and people of whom nobody knows.
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
	}
	return out
}

// callOutside has an agent call somebody whose turn it is not.
func (m *month) callOutside(d *desk) bool {
	m.t.Helper()
	if d.offline || m.rng.Float64() >= callsOutside {
		return false
	}
	var p *person
	switch {
	case m.rng.Float64() >= unknown:
		if p = m.people[m.rng.IntN(len(m.people))]; len(p.cases) == 0 { // they have not answered yet
			return false
		}
	case len(m.outsiders) > 0 && m.rng.Float64() < knownOutside:
		p = m.outsiders[m.rng.IntN(len(m.outsiders))]
	default:
		p = m.outsider()
	}
	v := m.begin(d, p, false)
	d.free = m.h.now.Add(2 * time.Minute)
	if v.Case.AdHoc.Joined != "" {
		return true
	}
	if m.a.policy.MayDial(v.Case, m.h.now).Stops() {
		m.a.outside.stopped++
		return true
	}
	m.call(d, v, callback.Lease{})
	return true
}

// ringsIn takes the call of somebody who has no open case.
func (m *month) ringsIn(d *desk, p *person) {
	m.t.Helper()
	v := m.begin(d, p, true)
	m.a.outside.rang++
	m.talk(d, p, v, callback.Lease{}, pick(m.rng, talks), callback.Inbound)
}

// begin opens a case outside the queue, as a desk does, and gives it as the server has it.
func (m *month) begin(d *desk, p *person, inbound bool) callback.CaseView {
	m.t.Helper()
	phone, _, err := callback.ReadNumber(p.number, "")
	m.h.ok(err)
	id := m.h.id()
	_, err = d.store.Record(callback.Fact{CaseID: id, Payload: &callback.AdHocOpened{
		Customer: callback.Customer{ID: m.h.id(), Name: fmt.Sprint("Customer ", p.n), Value: -1, Phone: phone},
		Reason:   "About the invoice.", Inbound: inbound,
	}})
	m.h.ok(err)
	before := m.casesOf(p)
	m.byCase[id], p.cases = p, append(p.cases, id)
	d.sync()
	v, err := d.store.Case(id)
	m.h.ok(err)
	m.a.began(p, before, v.Case)
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
