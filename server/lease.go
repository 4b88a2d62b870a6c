package server

import (
	"context"
	"errors"

	"ringback/callback"
	"ringback/server/rows"
)

// Renew makes a lease last longer, from now on, for the same purpose or
// another. A lease that ran out can be renewed as long as nobody else has
// taken the case or the number.
func (s *Server) Renew(ctx context.Context, who Caller, id string, purpose callback.LeasePurpose) (callback.Lease, error) {
	var lease callback.Lease
	err := s.ownLease(ctx, who, id, func(c claimant, e *entry) error {
		ask := c.free
		if purpose != "" && purpose != c.purpose {
			// What follows a preview is a call.
			c.purpose, ask = purpose, c.open
		}
		if err := ask(e); err != nil {
			return err
		}
		now := e.now.Lease.Renewed(c.purpose, c.l.u.now.Add(c.l.policy.Leases.Lasts(c.purpose)))
		if err := c.hold(e, now); err != nil {
			return err
		}
		if _, _, err := c.l.applyOwn(e.id, who.ID, who.Device, &callback.CaseClaimed{Lease: now}); err != nil {
			return err
		}
		lease = *e.now.Lease
		return nil
	})
	return lease, err
}

// Release gives a lease back. One that is gone already is no error.
func (s *Server) Release(ctx context.Context, who Caller, id string) error {
	err := s.ownLease(ctx, who, id, func(c claimant, e *entry) error {
		_, _, err := c.l.applyOwn(e.id, who.ID, who.Device, &callback.CaseReleased{LeaseID: id})
		return err
	})
	if errors.Is(err, errNoLease) {
		return nil
	}
	return err
}

var errNoLease = callback.Errorf(callback.CodeNotFound, "there is no such lease of yours").
	WithHint("it ran out, or the case was recorded; claim the case again")

// ownLease runs do on the case that the caller's lease covers.
func (s *Server) ownLease(ctx context.Context, who Caller, id string, do func(claimant, *entry) error) error {
	if viewOf(who.Role) != viewAll {
		return notForRole("Claim a case", who.Role, caseWorkers)
	}
	if !isShortWord(id) {
		return errNoLease
	}
	return s.write(ctx, scope{team: who.Team}, func(u *unit) error {
		l, err := u.ledger(who.Team)
		if err != nil {
			return err
		}
		row, ok, err := found(u.q.Lease(u.ctx, who.Team, id))
		if err != nil {
			return err
		}
		if !ok || row.Agent != who.ID {
			return errNoLease
		}
		e, err := l.entry(row.CaseID)
		if err != nil {
			return err
		}
		if e.now.Lease == nil || e.now.Lease.ID != id {
			return errNoLease
		}
		return do(claimant{l: l, who: who, purpose: e.now.Lease.Purpose}, e)
	})
}

// flushLease keeps the lease rows as the case has them: they are how a lease
// is found by its id, and what makes a number exclusive.
func (l *ledger) flushLease(e *entry) error {
	was, is := e.base.Lease, e.now.Lease
	if is == nil {
		if was == nil {
			return nil
		}
		if err := l.u.q.DropLease(l.u.ctx, l.team, e.id); err != nil {
			return err
		}
		return l.freeNumber(e)
	}
	if was != nil && *was == *is {
		return nil
	}
	return l.u.q.PutLease(l.u.ctx, rows.PutLeaseParams{
		Team: l.team, CaseID: e.id, ID: is.ID, Agent: is.Agent, Device: is.Device, Purpose: string(is.Purpose), HeldUntil: micros(is.Until),
	})
}

// freeNumber gives back what a lease held: the number may be another one since.
func (l *ledger) freeNumber(e *entry) error {
	for _, c := range []callback.Case{e.base, e.now} {
		for _, k := range l.u.s.keys.held(c.Customer) {
			if err := l.u.q.FreeNumber(l.u.ctx, k.hash, l.team, e.id); err != nil {
				return err
			}
		}
	}
	return nil
}
