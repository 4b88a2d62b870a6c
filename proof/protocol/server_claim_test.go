package protocol

import (
	"slices"
	"time"

	"ringback/callback"
)

// claim gives the right to phone the customer of a case for a while, as server.Claim does.
func (s *server) claim(who *user, device, id string, purpose callback.LeasePurpose) (callback.Lease, callback.Code) {
	w := s.w
	if viewOf(who) != "all" {
		return callback.Lease{}, callback.CodeForbidden
	}
	u := s.begin()
	e := u.entry(who.team, id)
	if e.now.Version == 0 {
		return callback.Lease{}, callback.CodeNotFound
	}
	if !s.free(who, e) {
		return callback.Lease{}, callback.CodeConflict
	}
	if purpose == callback.LeasePreview {
		s.letGo(u, who, device, id)
	}
	before := e.now.Lease
	fresh := callback.Lease{
		ID: w.id("l"), CaseID: id, Agent: who.id, Device: device, Purpose: purpose,
		Since: w.now, Until: w.now.Add(w.policy[who.team].Leases.Lasts(purpose)), Fence: s.floor,
	}
	if purpose == callback.LeasePack {
		fresh.Pack = w.policy[who.team].Leases.PackEnd(fresh.Until, w.now)
	}
	lease := w.rules.grant(e.now, fresh)
	u.applyOwn(who.team, id, who.id, device, &callback.CaseClaimed{Lease: lease})
	w.granted(before, lease)
	return s.hold(u, who, e)
}

// free tells whether nothing stands against a claim.
func (s *server) free(who *user, e *entry) bool {
	r, now := s.w.rules, s.w.now
	if r.barTo(e.now, who.id, now) != callback.BarNone || s.banned(e.now.Customer) {
		return false
	}
	for _, n := range s.numbers {
		if n.tel == e.now.Customer.Phone.E164 && r.holdCovers(n.hold, teamNames[who.team], e.id, now) {
			return false
		}
	}
	return true
}

// hold takes the case's number for its lease and ends the unit.
func (s *server) hold(u *unit, who *user, e *entry) (callback.Lease, callback.Code) {
	lease := *e.now.Lease
	tel := e.now.Customer.Phone.E164
	s.numbers = slices.DeleteFunc(s.numbers, func(n numberRow) bool { return n.tel == tel })
	s.numbers = append(s.numbers, numberRow{tel, callback.NumberHold{Team: teamNames[who.team], CaseID: e.id, Agent: who.id, Until: lease.Until}})
	u.flush()
	s.w.leasesChecked()
	return lease, ""
}

// letGo gives back the desk's other previews.
func (s *server) letGo(u *unit, who *user, device, keep string) {
	for _, p := range s.teams[who.team].docs {
		if p.file == nil || p.ID == keep || p.file.Lease == nil {
			continue
		}
		if l := p.file.Lease; l.Agent == who.id && l.Device == device && l.Purpose == callback.LeasePreview {
			u.applyOwn(who.team, p.ID, who.id, device, &callback.CaseReleased{LeaseID: l.ID})
		}
	}
}

// own finds the case that a user's lease covers.
func (s *server) own(u *unit, who *user, lease string) *entry {
	for _, p := range s.teams[who.team].docs {
		if p.file != nil && p.file.Lease != nil && p.file.Lease.ID == lease && p.file.Lease.Agent == who.id {
			return u.entry(who.team, p.ID)
		}
	}
	return nil
}

// renew makes a lease last longer, as server.Renew does.
func (s *server) renew(who *user, device, id string) (callback.Lease, callback.Code) {
	u := s.begin()
	e := s.own(u, who, id)
	switch {
	case e == nil:
		return callback.Lease{}, callback.CodeNotFound
	case !s.free(who, e):
		return callback.Lease{}, callback.CodeConflict
	}
	was := *e.now.Lease
	lease := s.w.rules.renewed(was, callback.LeaseInCall, s.w.now.Add(s.w.policy[who.team].Leases.Lasts(callback.LeaseInCall)))
	if lease.Until.Before(was.Pack) {
		s.w.fail("I5: the renewed lease of %s ends before the pack that it is in", e.id)
	}
	u.applyOwn(who.team, e.id, who.id, device, &callback.CaseClaimed{Lease: lease})
	return s.hold(u, who, e)
}

// release gives a lease back.
func (s *server) release(who *user, device, id string) {
	u := s.begin()
	if e := s.own(u, who, id); e != nil {
		u.applyOwn(who.team, e.id, who.id, device, &callback.CaseReleased{LeaseID: id})
		u.flush()
	}
}

// tick does the clock's work: agreed calls that nobody made are open to anyone.
func (s *server) tick() {
	for t := range s.teams {
		u := s.begin()
		for _, p := range s.teams[t].docs {
			if p.file == nil || p.file.State != callback.CallbackScheduled || p.file.Plan.Callback == nil || p.file.Plan.Callback.Missed {
				continue
			}
			at := p.file.Plan.Callback.At
			if !s.w.now.Before(at.Add(time.Duration(s.w.policy[t].Callbacks.OpenToAnyone) * time.Minute)) {
				u.applyOwn(t, p.ID, "", serverDevice, &callback.CallbackMissed{At: at})
			}
		}
		u.flush()
		s.teams[t].compact(s.w.now)
	}
}
