package month

import (
	"slices"
	"time"

	"ringback/callback"
)

// moment lets an agent do the next thing, if there is one to do.
func (m *month) moment(d *desk) {
	m.t.Helper()
	now := m.h.now
	switch {
	case !d.on(now):
		if d.free.Before(now) { // the shift has ended
			m.hangUp(d)
			m.home(d)
			d.free = d.start(now)
		}
		return
	case now.Before(d.free):
		return
	}
	m.hangUp(d)
	if now.Sub(d.came) >= shiftHours*time.Hour {
		m.come(d)
	}
	if !d.away(now) {
		d.sync()
	}
	if d.agent == boss {
		m.supervise(d)
		d.free = now.Add(2 * time.Hour)
		return
	}
	if m.ringBack(d) || m.callOutside(d) || m.serve(d) {
		return
	}
	m.empty++
	d.free = now.Add(45 * time.Minute)
}

// come begins a shift: an offline agent takes a pack, everybody looks after what they promised.
func (m *month) come(d *desk) {
	m.t.Helper()
	d.came = m.h.now
	m.loseLine(d)
	d.sync()
	if d.offline && !d.cutOff(m.h.now) {
		m.take(d)
	}
	m.keepPromises(d)
}

// granted makes what a desk keeps of a reply: all clocks of the month agree.
func granted(r callback.ClaimReply) []callback.Granted {
	out := make([]callback.Granted, 0, len(r.Leases))
	for _, l := range r.Leases {
		out = append(out, callback.GrantedAt(l, r.ServerTime, callback.Instant{Wall: r.ServerTime}))
	}
	return out
}

// take takes a day pack and goes offline with it.
func (m *month) take(d *desk) {
	m.t.Helper()
	reply, err := d.client.Claim(m.t.Context(), callback.ClaimRequest{Pack: 20})
	if callback.CodeOf(err) == callback.CodeNotFound {
		return
	}
	m.h.ok(err)
	m.h.ok(d.store.SaveLeases(granted(reply)))
	d.sync()
}

// home ends a shift: what was done offline is sent, what was taken is given back.
func (m *month) home(d *desk) {
	m.t.Helper()
	d.sync()
	if d.cutOff(m.h.now) {
		return
	}
	for _, l := range d.store.Leases() {
		if err := d.client.Release(m.t.Context(), l.ID); err != nil && callback.CodeOf(err) != callback.CodeNotFound {
			m.h.ok(err)
		}
		m.h.ok(d.store.DropLeases(l.ID))
	}
}

// serve works on the first case of the queue that the agent gets.
func (m *month) serve(d *desk) bool {
	m.t.Helper()
	for range 4 {
		row, ok := m.next(d)
		if !ok {
			return false
		}
		m.served++
		lease, err := m.claim(d, row.ID)
		if err != nil {
			m.conflicts++
			d.sync()
			d.passed = append(d.passed, row.ID)
			continue
		}
		d.passed = nil
		v, err := d.store.Case(row.ID)
		m.h.ok(err)
		if chance := m.rng.Float64(); chance < skips || m.byCase[v.Case.ID].avoided && chance < 0.6 && v.Case.Plan.Callback == nil {
			m.record(d, v, lease, &callback.CaseSkipped{Code: callback.SkipKnown, Reason: "I know this customer."})
			m.skipped(d, v.Case)
			d.free = m.h.now.Add(time.Minute)
			return true
		}
		m.call(d, v, lease)
		return true
	}
	return false
}

// skipped has the auditor look at what became of a case that was passed over; what is done offline it sees when it arrives.
func (m *month) skipped(d *desk, c callback.Case) {
	m.t.Helper()
	if d.away(m.h.now) {
		return
	}
	now, err := m.h.s.Case(m.t.Context(), m.h.boss, c.ID)
	m.h.ok(err)
	m.a.skips(now)
}

// next is the first row that may be called now: for an agent without a connection, of the pack, or promised to a customer.
func (m *month) next(d *desk) (callback.QueueRow, bool) {
	m.t.Helper()
	m.h.ok(d.store.WaitOrder(m.t.Context()))
	limit := 10
	if d.away(m.h.now) {
		limit = 60 // what may be called without a connection is anywhere among the others
	}
	page, err := d.store.Queue(callback.QueueQuery{Limit: limit})
	m.h.ok(err)
	mine := map[string]bool{}
	for _, l := range d.store.Leases() {
		mine[l.CaseID] = true
	}
	for _, r := range page.Rows {
		if r.Ready && !slices.Contains(d.passed, r.ID) && (!d.away(m.h.now) || mine[r.ID] || m.promised(d, r)) {
			return r, true
		}
	}
	d.passed = nil
	return callback.QueueRow{}, false
}

func (m *month) claim(d *desk, id string) (callback.Lease, error) {
	m.t.Helper()
	if d.away(m.h.now) {
		for _, l := range d.store.Leases() {
			if l.CaseID == id {
				return l.Lease, nil
			}
		}
		return callback.Lease{}, nil // the server cannot be asked, and the customer waits
	}
	reply, err := d.client.Claim(m.t.Context(), callback.ClaimRequest{CaseID: id, Purpose: callback.LeaseInCall})
	if err != nil {
		return callback.Lease{}, err
	}
	m.h.ok(d.store.SaveLeases(granted(reply)))
	d.sync() // what was done to the case meanwhile comes with the lease
	d.talks = reply.Leases[0]
	return d.talks, nil
}

// hangUp ends the talk in hand: it goes on record, and the right to it is given back.
func (m *month) hangUp(d *desk) {
	m.t.Helper()
	if d.hangsUp != nil {
		d.hangsUp()
		d.hangsUp = nil
	}
	l := d.talks
	if d.talks = (callback.Lease{}); l.ID == "" || d.away(m.h.now) {
		return
	}
	if err := d.client.Release(m.t.Context(), l.ID); err != nil && callback.CodeOf(err) != callback.CodeNotFound {
		m.h.ok(err)
	}
	m.h.ok(d.store.DropLeases(l.ID))
}

func (m *month) record(d *desk, v callback.CaseView, l callback.Lease, what callback.Payload) {
	m.t.Helper()
	fence := v.Fence
	if l.Fence > fence {
		fence = l.Fence
	}
	_, err := d.store.Record(callback.Fact{CaseID: v.Case.ID, Fence: fence, Payload: what})
	m.h.ok(err)
	if !d.away(m.h.now) {
		d.sync()
	}
}

// call phones the customer of a case and records what came of it.
func (m *month) call(d *desk, v callback.CaseView, l callback.Lease) {
	m.t.Helper()
	p, now := m.byCase[v.Case.ID], m.h.now
	agreed := time.Time{}
	if cb := v.Case.Plan.Callback; cb != nil {
		agreed = cb.At
	}
	number := v.Case.Customer.Phone.E164
	m.a.mayDial(p, v.Case, number, d.agent, now, agreed, d.heard)
	local := now.In(zone(p.where.zone))
	code := p.answer(m.rng, number, bandAt(local), !agreed.IsZero())
	if rule, _ := code.Rule(); m.always != "" && rule.Right {
		code = m.always
	}
	if code == callback.VoicemailLeft && hasMessage(v.Case, m.a.policy.Retry.MaxVoicemails) {
		code = callback.VoicemailNone
	}
	m.talk(d, p, v, l, code, "")
	if rule, _ := code.Rule(); rule.Group == callback.GroupUnreached && m.rng.Float64() < ringsBack {
		m.ringing = append(m.ringing, ring{at: now.Add(time.Duration(1+m.rng.IntN(6)) * time.Hour), p: p})
	}
}

func hasMessage(c callback.Case, most int) bool {
	n := 0
	for _, a := range c.Attempts {
		if a.Disposition == callback.VoicemailLeft {
			n++
		}
	}
	return n >= most
}

// talk begins a call, which goes on record with everything that its outcome asks for when the agent hangs up.
func (m *month) talk(d *desk, p *person, v callback.CaseView, l callback.Lease, code callback.Disposition, way callback.Direction) {
	m.t.Helper()
	now := m.h.now
	rule, _ := code.Rule()
	number := v.Case.Customer.Phone.E164
	call := &callback.CallRecorded{
		AttemptID: m.h.id(), Number: number, Direction: way, StartedAt: now, Ring: 10 + m.rng.IntN(20), Disposition: code,
	}
	if rule.Human {
		call.Talk, call.Note = 60+m.rng.IntN(600), "As they told it."
	}
	if rule.Root {
		call.Root = &callback.RootCause{Driver: "support", Cause: "slow", Control: callback.ControlTeam}
	}
	switch code {
	case callback.CallbackMine, callback.CallbackAnyone:
		call.Callback = &callback.CallbackWish{At: m.agree(p), Zone: p.where.zone, Anyone: code == callback.CallbackAnyone}
	case callback.TalkedPromise:
		call.Promises = []callback.NewPromise{{ID: m.h.id(), Text: "Send the part", Owner: d.agent, Due: now.Add(time.Duration(24+m.rng.IntN(72)) * time.Hour)}}
	}
	if rule.Group == callback.GroupTalked {
		call.Rescore = &callback.Answer{Answer: callback.Declined, Wording: m.a.policy.Wording("en").ID}
		if said := p.rescore(m.rng); said != nil {
			call.Rescore.Answer, call.Rescore.Value = callback.Answered, said
		}
	}
	d.hangsUp = func() { m.record(d, v, l, call) }
	d.free = now.Add(time.Duration(call.Ring+call.Talk)*time.Second + 2*time.Minute)
	agreed := time.Time{}
	if cb := v.Case.Plan.Callback; cb != nil {
		agreed = cb.At
	}
	made := dial{
		caseID: v.Case.ID, agent: d.agent, at: now, end: d.free, code: code, inbound: way == callback.Inbound, number: number,
		invited: m.a.invites(agreed, now), heard: d.heard, asked: l.ID != "",
	}
	m.a.called(p, made)
}

// agree finds a time with a customer: within the next days, between nine and eight by their own clock.
func (m *month) agree(p *person) time.Time {
	local := m.h.now.In(zone(p.where.zone)).AddDate(0, 0, 1+m.rng.IntN(3))
	return time.Date(local.Year(), local.Month(), local.Day(), 9+m.rng.IntN(11), 15*m.rng.IntN(4), 0, 0, local.Location()).UTC()
}

// uncalled tells of a customer who has answered a survey since anybody called them about the case.
func uncalled(c callback.Case) bool {
	return c.AdHoc != nil && c.AdHoc.Until != nil && len(c.Attempts) <= c.AdHoc.Calls
}

// supervise answers what was escalated and what waits for a look.
func (m *month) supervise(d *desk) {
	m.t.Helper()
	var open []callback.Case
	m.h.ok(d.store.EachOpen(m.t.Context(), func(c callback.Case) {
		if c.State == callback.Escalated || c.State == callback.Review {
			open = append(open, c)
		}
	}))
	for _, c := range open {
		v, err := d.store.Case(c.ID)
		m.h.ok(err)
		looked := &callback.ReviewSettled{Words: "Looked at it."}
		if !v.Case.Customer.Phone.Known() {
			looked.Resolution = callback.UnreachData
		}
		var what callback.Payload = looked
		if c.State == callback.Escalated {
			what = &callback.EscalationResolved{Words: "Settled with the customer."}
			if m.rng.Float64() < 0.3 || uncalled(c) {
				what = &callback.EscalationReturned{Words: "Offer them a new one."}
			}
		}
		m.a.looked(c.ID)
		m.record(d, v, callback.Lease{}, what)
	}
}
