package server

import "ringback/callback"

// reserved tells that a case waits for a supervisor, so that nobody else may
// claim it to call. Who has the customer on the line already may.
func (c claimant) reserved(e *entry) error {
	if c.who.Role.Leads() || c.purpose == callback.LeaseInCall {
		return nil
	}
	switch s := e.now; {
	case s.State == callback.Review:
		return callback.Errorf(callback.CodeConflict, "a supervisor is to look at the case %s first", e.id).WithHint("take another case")
	case s.State == callback.Escalated && s.Plan.Owner != c.who.ID:
		return callback.Errorf(callback.CodeConflict, "the case %s is with a supervisor", e.id).WithHint("take another case")
	}
	return nil
}
