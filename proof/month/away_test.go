package month

import (
	"hash/fnv"
	"slices"
	"time"

	"ringback/callback"
)

// losesLine is in how many of their shifts an agent's line goes down for a day, two hours after it began.
const losesLine = 0.03

// loseLine draws whether it does in the shift that begins.
func (m *month) loseLine(d *desk) {
	if d.agent == boss || d.cutOff(m.h.now) || m.rng.Float64() >= losesLine {
		return
	}
	from := m.h.now.Add(2 * time.Hour)
	d.cut = span{from: from, until: from.Add(24 * time.Hour)}
	m.cuts++
}

// cutOff tells that the line is down.
func (d *desk) cutOff(now time.Time) bool { return !now.Before(d.cut.from) && now.Before(d.cut.until) }

// away tells that the agent works without a connection: always, or since the line is down.
func (d *desk) away(now time.Time) bool { return d.offline || d.cutOff(now) }

// promised tells of a call that the agent has agreed with the customer: it is made, though the server cannot be asked.
func (m *month) promised(d *desk, r callback.QueueRow) bool {
	m.t.Helper()
	if !d.cutOff(m.h.now) || r.State != callback.CallbackScheduled {
		return false
	}
	v, err := d.store.Case(r.ID)
	m.h.ok(err)
	return v.Case.Plan.Owner == d.agent
}

// arriving prepares the look at what the server makes of cases that a desk has begun outside the queue.
func (m *month) arriving(d *desk) func() {
	m.t.Helper()
	list, before := d.begun, map[string][]callback.Case{}
	d.begun = nil
	for _, b := range list {
		before[b.id] = m.casesOf(m.byCase[b.id])
	}
	return func() {
		for _, b := range list {
			p, late := m.byCase[b.id], b.at.Before(m.h.now)
			p.cases = append(p.cases, b.id)
			c := m.held(b.id)
			m.a.began(p, before[b.id], c, late)
			if late && c.AdHoc != nil && c.AdHoc.Joined != "" {
				m.a.astray(p, c, m.held(c.AdHoc.Joined))
			}
		}
	}
}

// keepPromises settles what the agent owes by the end of the next day.
func (m *month) keepPromises(d *desk) {
	m.t.Helper()
	owed, err := d.store.Promises(m.t.Context())
	m.h.ok(err)
	for _, o := range owed {
		if o.Owner != d.agent || o.Due.Sub(m.h.now) > 36*time.Hour || m.forgetful {
			continue
		}
		grace := time.Duration(m.a.policy.Floor.PromiseGrace)*time.Minute + time.Hour
		switch share := share(o.ID); {
		case share < forgotten:
			continue
		case share < forgotten+keptLate && m.h.now.Sub(o.Due) < grace:
			continue
		}
		v, err := d.store.Case(o.CaseID)
		m.h.ok(err)
		settled := &callback.PromiseSettled{PromiseID: o.ID, Status: callback.PromiseDone}
		if m.rng.Float64() >= promiseKept {
			settled.Status, settled.Told, settled.Note = callback.PromiseBroken, m.rng.Float64() < 0.5, "The part is not to be had."
		}
		m.a.says(o.ID, d.agent, settled.Status, o.Due, m.h.now)
		m.record(d, v, callback.Lease{}, settled)
	}
}

// share is where an id lies between 0 and 1: what is drawn by it stays as it is.
func share(id string) float64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	return float64(h.Sum32()%1000) / 1000
}

// leaver and taker leave the team in the middle of the month: the one at the end of a day's work, the other with a pack of
// cases and calls that nobody has heard of, on a desk that is to forget everything.
const (
	leaver = "goran"
	taker  = "hanna"
)

// leave closes the accounts of those who do not come back, when it is time.
func (m *month) leave() {
	m.t.Helper()
	middle := start.AddDate(0, 0, m.days/2)
	for who, at := range map[string]time.Time{leaver: middle.Add(15 * time.Hour), taker: middle.AddDate(0, 0, 2).Add(23 * time.Hour)} {
		i := slices.IndexFunc(m.h.desks, func(d *desk) bool { return d.agent == who })
		if i < 0 || !m.h.now.Equal(at) {
			continue
		}
		d := m.h.desks[i]
		d.cut = span{}
		m.hangUp(d)
		if who == leaver {
			d.sync()
		}
		m.h.ok(m.h.s.RevokeUser(m.t.Context(), boss, who, who == taker))
		m.a.floor.left[who] = m.h.now
		if who == taker {
			m.handIn(d)
		}
		m.h.desks = slices.Delete(m.h.desks, i, i+1)
	}
}

// handIn lets a desk that is to forget everything send what it has recorded first.
func (m *month) handIn(d *desk) {
	m.t.Helper()
	arrive := m.arriving(d)
	if _, err := d.syncer.Once(m.t.Context()); callback.CodeOf(err) != callback.CodeWipe {
		m.t.Fatalf("the desk of %s, which is to forget everything, hears: %v", d.agent, err)
	}
	stats, err := d.store.Stats()
	m.h.ok(err)
	m.a.handedIn(d.agent, stats.Pending, m.h.now)
	arrive()
}
