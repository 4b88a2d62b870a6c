package month

import (
	"fmt"
	"slices"
	"time"

	"ringback/callback"
)

// The model of calls outside the queue.
const (
	callsOutside = 0.012 // of an agent's moments with a connection
	unknown      = 0.35  // of those calls go to somebody without a survey
	knownOutside = 0.5   // of those who were called so before
	looks        = 0.70  // of the agents without a connection look first whether somebody has a case
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

// callOutside has an agent call somebody whose turn it is not.
func (m *month) callOutside(d *desk) bool {
	m.t.Helper()
	if m.rng.Float64() >= m.outgoing {
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
	if m.begins(d, p) || !m.reckless && m.warned(d, p) {
		return false
	}
	v := m.begin(d, p, false)
	d.free = m.h.now.Add(2 * time.Minute)
	if v.Case.AdHoc.Joined != "" {
		return true
	}
	lease, free := m.takes(d, v.Case.ID, callback.LeaseInCall)
	if !m.reckless && (!free || m.a.policy.MayDial(v.Case, m.h.now).Stops()) {
		m.a.outside.stopped++
		return true
	}
	m.call(d, v, lease)
	return true
}

// begins tells whether a desk has begun a case of somebody that the server has not heard of.
func (m *month) begins(d *desk, p *person) bool {
	return slices.ContainsFunc(d.begun, func(b begun) bool { return m.byCase[b.id] == p })
}

// warned looks at what the desk knows of a number, as the program does before anybody is called: who asked never to be is not,
// and without a connection most agents go on with an open case instead.
func (m *month) warned(d *desk, p *person) bool {
	m.t.Helper()
	if p.number == "" {
		return true
	}
	rows, err := d.store.Find(m.t.Context(), p.number, 20)
	m.h.ok(err)
	reads := d.away(m.h.now) && m.rng.Float64() < looks
	return slices.ContainsFunc(rows, func(r callback.QueueRow) bool { return r.State == callback.Suppressed || reads && r.State.Open() })
}

// takes asks for the right to talk, which covers the person and all their numbers until the agent is done; free is false if
// somebody else has it, or the rules forbid the call. Without a connection nobody can be asked.
func (m *month) takes(d *desk, id string, why callback.LeasePurpose) (l callback.Lease, free bool) {
	m.t.Helper()
	if d.away(m.h.now) {
		return callback.Lease{}, true
	}
	reply, err := d.client.Claim(m.t.Context(), callback.ClaimRequest{CaseID: id, Purpose: why})
	if callback.CodeOf(err) == callback.CodeConflict {
		return callback.Lease{}, false
	}
	m.h.ok(err)
	m.h.ok(d.store.SaveLeases(granted(reply)))
	d.talks = reply.Leases[0]
	return d.talks, true
}

// begin opens a case outside the queue, as a desk does, and gives it as the desk has it then.
func (m *month) begin(d *desk, p *person, inbound bool) callback.CaseView {
	m.t.Helper()
	began := &callback.AdHocOpened{
		Customer: callback.Customer{ID: m.h.id(), Name: fmt.Sprint("Customer ", p.n), Value: -1}, Reason: "About the invoice.", Inbound: inbound,
	}
	if p.number != "" {
		phone, _, err := callback.ReadNumber(p.number, "")
		m.h.ok(err)
		began.Customer.Phone = phone
		m.a.entered(p.number)
	}
	id := m.h.id()
	_, err := d.store.Record(callback.Fact{CaseID: id, Payload: began})
	m.h.ok(err)
	m.byCase[id] = p
	d.begun = append(d.begun, begun{id, m.h.now})
	if !d.away(m.h.now) {
		d.sync()
	} else {
		m.a.outside.since[id] = time.Time{}
	}
	v, err := d.store.Case(id)
	m.h.ok(err)
	return v
}
