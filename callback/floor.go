package callback

import "time"

// FloorRules say how long things wait for a person, and what is put before
// one.
type FloorRules struct {
	// Escalation is how long a supervisor has to answer an escalated case, and
	// PromiseGrace how long after its due time a promise that nobody settled
	// goes to a supervisor: a kept one is recorded after it was kept. Both are
	// minutes of the wall clock.
	Escalation   int `json:"escalation_min"`
	PromiseGrace int `json:"promise_grace_min"`
	// SharedNumber puts a phone number before a supervisor that stands on the
	// open cases of so many people: a switchboard, or a number that loops. 0 is
	// never.
	SharedNumber int `json:"shared_number"`
}

// DefaultFloor gives the rules of a new team (mission model §4.3: a supervisor
// answers an escalation within 24 hours).
func DefaultFloor() FloorRules {
	return FloorRules{Escalation: 24 * 60, PromiseGrace: 60, SharedNumber: 5}
}

// FloorInForce gives the rules of the policy; a policy written before there were any has
// the defaults.
func (p Policy) FloorInForce() FloorRules {
	if p.Floor == (FloorRules{}) {
		return DefaultFloor()
	}
	return p.Floor
}

func (r FloorRules) answer() time.Duration { return time.Duration(r.Escalation) * time.Minute }

// PromiseOverdue names the promise that will go on record as overdue first,
// and when; the zero time if none will.
func (p Policy) PromiseOverdue(c Case) (id string, at time.Time) {
	if c.State == Suppressed {
		return "", time.Time{}
	}
	for _, pr := range c.Promises {
		if pr.Status == PromiseOpen && pr.OverdueAt == nil && (at.IsZero() || pr.Due.Before(at)) {
			id, at = pr.ID, pr.Due
		}
	}
	if at.IsZero() {
		return "", at
	}
	return id, at.Add(time.Duration(p.FloorInForce().PromiseGrace) * time.Minute)
}

func (c *policyCheck) floor(r FloorRules) {
	c.between("floor.escalation_min", r.Escalation, 1, maxPolicyMinutes)
	c.between("floor.promise_grace_min", r.PromiseGrace, 0, maxPolicyMinutes)
	if r.SharedNumber != 0 {
		c.between("floor.shared_number", r.SharedNumber, 2, 10_000)
	}
}

// ForLeaders tells of kinds that only supervisors and administrators may
// record: their decisions about cases that were put before them.
func (k EventKind) ForLeaders() bool {
	switch k {
	case KindEscalationTaken, KindEscalationReturned, KindEscalationResolved, KindReviewSettled:
		return true
	}
	return false
}

// ForLeadersOn is ForLeaders for one case: how a case ends that is with a
// supervisor is theirs to say.
func (k EventKind) ForLeadersOn(c Case) bool {
	return k.ForLeaders() || k == KindCaseClosed && c.State == Escalated
}

// Leads tells whether a role decides about what is put before a supervisor.
func (r UserRole) Leads() bool { return r == RoleSupervisor || r == RoleAdmin }
