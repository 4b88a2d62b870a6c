package server

import (
	"context"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// Claim gives the caller the right to phone a customer for a while: of a case
// they name, of the next one in serving order, or of a pack to take offline.
// One live lease covers a case, and one a phone number, over all teams. A
// refused claim is CodeConflict and names who holds it and until when. Only
// the server's clock counts.
func (s *Server) Claim(ctx context.Context, who Caller, req callback.ClaimRequest) (callback.ClaimReply, error) {
	purpose, err := checkClaim(who, req)
	if err != nil {
		return callback.ClaimReply{}, err
	}
	reply := callback.ClaimReply{Leases: []callback.Lease{}}
	var refusal error
	err = s.write(ctx, scope{team: who.Team}, func(u *unit) error {
		reply.ServerTime, reply.Leases = u.now, []callback.Lease{}
		l, err := u.ledger(who.Team)
		if err != nil {
			return err
		}
		refused := false
		c := claimant{l: l, who: who, purpose: purpose, refused: &refused}
		if purpose == callback.LeasePack {
			if c.pack = l.policy.Leases.PackEnd(req.Until, u.now); !u.now.Before(c.pack) {
				return callback.Errorf(callback.CodeInvalid, "a pack until %s is over already", callback.Line(req.Until.UTC().Format(time.RFC3339)).String())
			}
		}
		switch {
		case req.CaseID != "":
			err = c.one(req.CaseID, &reply)
		case req.Next:
			err = c.some(1, 0, &reply)
		default:
			err = c.some(min(req.Pack, l.policy.Leases.PackSize), c.pack.Sub(u.now), &reply)
		}
		if refused && req.CaseID != "" && callback.CodeOf(err) == callback.CodeConflict {
			refusal, err = err, nil // what the case learnt is kept
		}
		if err != nil {
			return err
		}
		return u.flush()
	})
	if err == nil {
		err = refusal
	}
	return reply, err
}

func checkClaim(who Caller, req callback.ClaimRequest) (callback.LeasePurpose, error) {
	if viewOf(who.Role) != viewAll {
		return "", notForRole("Claim a case", who.Role, caseWorkers)
	}
	if err := validWord("device", who.Device); err != nil {
		return "", err
	}
	asked := 0
	for _, yes := range []bool{req.CaseID != "", req.Next, req.Pack > 0} {
		if yes {
			asked++
		}
	}
	if asked != 1 || req.Pack < 0 {
		return "", callback.Errorf(callback.CodeInvalid, "a claim names a case, or asks for the next one, or for a pack; it is exactly one of them").
			WithHint("give one of case_id, next and pack")
	}
	switch req.Purpose {
	case "":
		if req.Pack > 0 {
			return callback.LeasePack, nil
		}
		return callback.LeasePreview, nil
	case callback.LeasePreview, callback.LeaseInCall, callback.LeasePack, callback.LeaseInbound:
		return req.Purpose, nil
	}
	return "", callback.Errorf(callback.CodeInvalid, "purpose %q is not known", callback.Line(string(req.Purpose)).String()).
		WithHint("it is preview, in_call, inbound or day_pack")
}

// claimant is one claim on its way through a ledger.
type claimant struct {
	l       *ledger
	who     Caller
	purpose callback.LeasePurpose
	// pack is the end of the day pack that is being taken; zero if none is.
	pack time.Time
	// refused, if not nil, is told that the rules of dialling forbid the claim:
	// what the case has learnt by that is kept all the same.
	refused *bool
}

// one claims the case that was named.
func (c claimant) one(id string, reply *callback.ClaimReply) error {
	if !isShortWord(id) {
		return callback.Errorf(callback.CodeNotFound, "there is no case %q", callback.Line(id).String())
	}
	e, err := c.l.entry(id)
	if err != nil {
		return err
	}
	if e.now.Version == 0 {
		return callback.Errorf(callback.CodeNotFound, "there is no case %q", id)
	}
	if err := c.open(e); err != nil {
		return err
	}
	if c.purpose == callback.LeasePreview {
		if err := c.letGo(id); err != nil {
			return err
		}
	}
	lease, err := c.grant(e)
	if err != nil {
		return err
	}
	reply.Leases = append(reply.Leases, lease)
	return nil
}

// some claims up to n cases in serving order: those that may be called now, or
// within ahead for a pack. An empty reply says that there is none.
func (c claimant) some(n int, ahead time.Duration, reply *callback.ClaimReply) error {
	ids, err := c.serve(ahead)
	if err != nil {
		return err
	}
	if ahead == 0 {
		if err := c.letGo(""); err != nil {
			return err
		}
	}
	for _, id := range ids {
		if len(reply.Leases) == n {
			break
		}
		e, err := c.l.entry(id)
		if err != nil {
			return err
		}
		if e.now.Packed(c.who.ID, c.who.Device, c.l.u.now) {
			continue
		}
		if err := c.open(e); err != nil {
			if callback.CodeOf(err) == callback.CodeConflict {
				continue
			}
			return err
		}
		lease, err := c.grant(e)
		if callback.CodeOf(err) == callback.CodeConflict {
			continue
		}
		if err != nil {
			return err
		}
		reply.Leases = append(reply.Leases, lease)
	}
	return nil
}

// open tells what stands against a claim: what free says, and the rules of
// dialling, which are asked here once more whatever the desk believes. Nothing
// overrides them.
func (c claimant) open(e *entry) error {
	if err := c.free(e); err != nil {
		return err
	}
	now := c.l.u.now
	if c.purpose == callback.LeaseInbound || e.now.Calling(c.who.ID, c.who.Device, now) {
		return nil
	}
	if err := c.l.learn(e); err != nil {
		return err
	}
	stop := c.l.policy.MayDial(e.now, c.dials(e.now))
	switch {
	case !stop.Stops(), stop.Cause == callback.WaitsNumber:
		return nil // without a number nothing is dialled, but the case may be worked on
	case c.purpose == callback.LeasePack && !stop.At.IsZero() && stop.At.Before(c.packEnds()):
		return nil // the pack is for later
	}
	if c.refused != nil {
		*c.refused = true
	}
	err := callback.Errorf(callback.CodeConflict, "the customer of case %s may not be called now: %s", e.id, stop.Words).
		WithHint("take another case")
	err.Opens = stop.At
	return err
}

// dials is when a claimed case is called: now, or at the time that its customer
// agreed to, if that lies in the pack. A time that they chose overrides the
// policy's hours.
func (c claimant) dials(k callback.Case) time.Time {
	now, cb := c.l.u.now, k.Plan.Callback
	if c.purpose == callback.LeasePack && k.State == callback.CallbackScheduled && cb != nil && cb.At.After(now) && cb.At.Before(c.packEnds()) {
		return cb.At
	}
	return now
}

// packEnds is until when a lease of a day pack lasts.
func (c claimant) packEnds() time.Time {
	if c.pack.IsZero() {
		return c.l.u.now.Add(c.l.policy.Leases.Lasts(callback.LeasePack))
	}
	return c.pack
}

// free tells what stands against a claim: a closed or suppressed case, a
// number on the do-not-call list, or somebody else's live lease.
func (c claimant) free(e *entry) error {
	now := c.l.u.now
	switch e.now.BarTo(c.who.ID, now) {
	case callback.BarClosed:
		return callback.Errorf(callback.CodeConflict, "the case %s is %s", e.id, e.now.State)
	case callback.BarHeld:
		return held("the case "+e.id, e.now.Lease.Agent, e.now.Lease.Until)
	}
	if err := c.reserved(e); err != nil {
		return err
	}
	keys := c.l.u.s.keys.person(e.now.Customer)
	never, err := suppressed(c.l.u.ctx, c.l.u.q, keys)
	if err != nil {
		return err
	}
	if never {
		return callback.Errorf(callback.CodeConflict, "the customer of case %s is on the do-not-call list", e.id)
	}
	for _, k := range c.l.u.s.keys.held(e.now.Customer) {
		if err := c.holds(e, k); err != nil {
			return err
		}
	}
	return nil
}

// holds tells whether a live lease on another case covers the person or the
// number.
func (c claimant) holds(e *entry, k personKey) error {
	other, ok, err := found(c.l.u.q.HeldNumber(c.l.u.ctx, k.hash))
	if err != nil || !ok {
		return err
	}
	hold := callback.NumberHold{Team: other.Team, CaseID: other.CaseID, Agent: other.Agent, Until: fromMicros(other.HeldUntil)}
	if !hold.Covers(c.l.team, e.id, c.l.u.now) {
		return nil
	}
	what := "the " + k.kind + " of case " + e.id
	if hold.Team != c.l.team {
		// Who works elsewhere is not this team's to know.
		return callback.Errorf(callback.CodeConflict, "%s is held in another team until %s", what, hold.Until.UTC().Format(time.RFC3339)).
			WithHint("take another case")
	}
	return held(what, hold.Agent, hold.Until)
}

func held(what, agent string, until time.Time) error {
	return callback.Errorf(callback.CodeConflict, "%s is held by %s until %s", what, agent, until.UTC().Format(time.RFC3339)).
		WithHint("take another case, or ask %s", agent)
}

// grant records the lease. The caller's own lease on the case goes on under a
// new one only if it is another device's.
func (c claimant) grant(e *entry) (callback.Lease, error) {
	now := c.l.u.now
	fresh := callback.Lease{
		ID: c.l.u.s.cfg.NewID(), CaseID: e.id, Agent: c.who.ID, Device: c.who.Device, Purpose: c.purpose,
		Since: now, Until: now.Add(c.l.policy.Leases.Lasts(c.purpose)), Fence: c.l.u.s.fenceFloor(),
	}
	if !c.pack.IsZero() {
		fresh.Until, fresh.Pack = c.pack, c.pack
	}
	lease := e.now.Grant(fresh)
	// The number first: if another team is quicker, the case stays as it was.
	if err := c.hold(e, lease); err != nil {
		return lease, err
	}
	if _, _, err := c.l.applyOwn(e.id, c.who.ID, c.who.Device, &callback.CaseClaimed{Lease: lease}); err != nil {
		return lease, err
	}
	if e.now.Lease == nil {
		return lease, callback.Errorf(callback.CodeInternal, "the lease on case %s did not take", e.id)
	}
	return *e.now.Lease, nil
}

// hold takes the case's phone number. It is one statement, so that of two
// teams that try at once one fails.
func (c claimant) hold(e *entry, lease callback.Lease) error {
	for _, k := range c.l.u.s.keys.held(e.now.Customer) {
		n, err := c.l.u.q.HoldNumber(c.l.u.ctx, rows.HoldNumberParams{
			Key: k.hash, Team: c.l.team, CaseID: e.id, Lease: lease.ID, Agent: lease.Agent,
			HeldUntil: micros(lease.Until), Now: micros(c.l.u.now),
		})
		if err != nil {
			return err
		}
		if n == 0 {
			return callback.Errorf(callback.CodeConflict, "the %s of case %s is held by somebody else", k.kind, e.id).WithHint("take another case")
		}
	}
	return nil
}

// letGo gives back the caller's other previews: asking for another case
// returns the one that was not called.
func (c claimant) letGo(keep string) error {
	list, err := c.l.u.q.LeasesOf(c.l.u.ctx, c.l.team, c.who.ID)
	if err != nil {
		return err
	}
	for _, row := range list {
		if row.CaseID == keep || row.Device != c.who.Device || row.Purpose != string(callback.LeasePreview) {
			continue
		}
		e, err := c.l.entry(row.CaseID)
		if err != nil {
			return err
		}
		if e.now.Lease != nil && c.l.u.now.Before(e.now.Lease.Pack) {
			continue // a case of a day pack that was looked at stays in the pack
		}
		if _, _, err := c.l.applyOwn(row.CaseID, c.who.ID, c.who.Device, &callback.CaseReleased{LeaseID: row.ID}); err != nil {
			return err
		}
	}
	return nil
}
