package callback

import "time"

// Bar is what stands against a claim of a case.
type Bar int

// The bars. Only the server's clock counts for them.
const (
	BarNone Bar = iota
	// BarClosed: no call is owed any more.
	BarClosed
	// BarHeld: somebody else holds a live lease on the case.
	BarHeld
	// BarSuppressed: the customer is on the do-not-call list.
	BarSuppressed
	// BarNumber: a live lease on another case covers the phone number.
	BarNumber
)

// NumberHold is the live or former lease on a phone number.
type NumberHold struct {
	Team, CaseID, Agent string
	Until               time.Time
}

// Covers tells whether the hold keeps the number from being called for a case.
func (h NumberHold) Covers(team, caseID string, now time.Time) bool {
	return now.Before(h.Until) && (h.Team != team || h.CaseID != caseID)
}

// BarTo tells what in the case itself stands against a claim by an agent. An
// agent's own lease does not, whichever of their desks holds it.
func (c Case) BarTo(agent string, now time.Time) Bar {
	switch l := c.Lease; {
	case !c.State.Open():
		return BarClosed
	case l != nil && now.Before(l.Until) && l.Agent != agent:
		return BarHeld
	}
	return BarNone
}

// Calling tells that a desk of an agent is on the phone with the customer: what
// the rules say of dialling was asked when the call began.
func (c Case) Calling(agent, device string, now time.Time) bool {
	l := c.Lease
	return l != nil && now.Before(l.Until) && l.Agent == agent && l.Device == device &&
		(l.Purpose == LeaseInCall || l.Purpose == LeaseInbound)
}

// Grant gives the lease that a claim gets: fresh, or the live one that the same
// desk has already, made to last at least as long.
func (c Case) Grant(fresh Lease) Lease {
	own := c.Lease
	if own == nil || own.Agent != fresh.Agent || own.Device != fresh.Device || !fresh.Since.Before(own.Until) {
		return fresh
	}
	fresh.ID, fresh.Since = own.ID, own.Since
	if own.Pack.After(fresh.Pack) {
		fresh.Pack = own.Pack
	}
	if own.Until.After(fresh.Until) {
		fresh.Until = own.Until
	}
	return fresh
}

// Renewed gives the lease made to last until a time, for a purpose. What is in
// a day pack stays in it.
func (l Lease) Renewed(purpose LeasePurpose, until time.Time) Lease {
	l.Purpose, l.Until = purpose, until
	if l.Pack.After(until) {
		l.Until = l.Pack
	}
	return l
}

// Packed tells that another desk of an agent has taken a case along in a day
// pack: it is not served to the agent elsewhere, unless they ask for it.
func (c Case) Packed(agent, device string, now time.Time) bool {
	l := c.Lease
	return l != nil && now.Before(l.Pack) && l.Agent == agent && l.Device != device
}

// PackEnd is when a day pack is to be given back: as asked, but not later than
// a policy allows.
func (r LeaseRules) PackEnd(asked, now time.Time) time.Time {
	end := now.Add(r.Lasts(LeasePack))
	if !asked.IsZero() && asked.Before(end) {
		return asked
	}
	return end
}

// Covers tells whether a desk may show a lease it was given on a case: the
// server that gave it has the history of the documents, the desk may still count
// on it, and the case's fence has not risen past it.
func (l Lease) Covers(base Case, sameHistory, live bool) bool {
	return sameHistory && live && l.Fence >= base.Fence
}
