package callback

import "time"

// Kind says why a case was opened.
type Kind string

// The kinds of cases. A response that is low and asks for a call is a request:
// the customer is waiting for the phone to ring.
const (
	KindRequest   Kind = "request"
	KindDetractor Kind = "detractor"
	KindPassive   Kind = "passive"
	KindPromoter  Kind = "promoter"
	// KindAdHoc is a call outside the queue; it does not count in its figures.
	KindAdHoc Kind = "adhoc"
)

// Case is why we owe a customer a call. It is the fold of its events.
type Case struct {
	Schema int    `json:"schema"`
	ID     string `json:"id"`
	Team   string `json:"team"`
	Kind   Kind   `json:"kind"`
	// State is the stored state; StateAt derives the present one.
	State State `json:"state"`
	// Round counts from 1; reopening begins the next.
	Round int `json:"round"`
	// Version counts the events folded into the case.
	Version uint64 `json:"version"`
	// Fence rises when the right to act passes on; see Apply. FenceBy is the
	// device that raised it last.
	Fence     uint64     `json:"fence"`
	FenceBy   string     `json:"fence_by,omitempty"`
	OpenedAt  time.Time  `json:"opened_at"`
	Customer  Customer   `json:"customer"`
	Responses []Response `json:"responses"`
	Plan      Plan       `json:"plan"`
	Lease     *Lease     `json:"lease,omitempty"`
	Attempts  []Attempt  `json:"attempts,omitempty"`
	Scores    []Score    `json:"scores,omitempty"`
	Promises  []Promise  `json:"promises,omitempty"`
	Notes     []Note     `json:"notes,omitempty"`
	Skips     []Skip     `json:"skips,omitempty"`
	// Renumbered is what became of the customer's numbers since the case was
	// opened.
	Renumbered []NumberChange `json:"renumbered,omitempty"`
	// Hold is why the case waits for a supervisor; nil unless it is in review.
	Hold *Hold `json:"hold,omitempty"`
	// Escalations are those of all rounds, the last of which may be open.
	Escalations []Escalation `json:"escalations,omitempty"`
	Root        *RootCause   `json:"root_cause,omitempty"`
	Story       *Story       `json:"story,omitempty"`
	Closing     *Closing     `json:"closing,omitempty"`
	// Assigned is the last time that the case was given to somebody.
	Assigned *Assignment `json:"assigned,omitempty"`
	// Missed are the agreed calls that were not made in time.
	Missed []MissedCallback `json:"missed,omitempty"`
	// Heard is the language that the customer was heard to speak on a call, a
	// BCP 47 tag; empty if none was noted.
	Heard string `json:"language_heard,omitempty"`
	// Elsewhere are the dials of the last 7 days to the person, or the number,
	// for other cases, as far as the server has told. UTC.
	Elsewhere []time.Time `json:"dials_elsewhere,omitempty"`
	// AdHoc tells how a case came about that no answer to a survey opened; nil
	// for those that one did.
	AdHoc *AdHoc `json:"adhoc,omitempty"`
	// Disputes are facts that do not lead, with what people said about them.
	Disputes []Dispute `json:"disputes,omitempty"`
	// Cooled are the responses that opened no case of their own.
	Cooled []CooledOff `json:"cooled_off,omitempty"`
	// JoinedTo is the case that this one goes on in, since both are of one
	// customer.
	JoinedTo string `json:"joined_to,omitempty"`
	// Barred is the last time that the case was not opened again because of
	// another one.
	Barred *ReopenBar `json:"barred,omitempty"`
	// Erased is when the customer's data was erased; what is left of the case is
	// what the board counts. Nil for the others.
	Erased *time.Time `json:"erased,omitempty"`
	// Conflict says what the rules could not decide about the case, or is
	// empty.
	Conflict string `json:"conflict,omitempty"`
}

// Plan is what is to happen next with an open case, and by when.
type Plan struct {
	// FirstDue is when the first attempt is due on the business calendar,
	// CloseDue when the case must be closed, WallDue the first attempt's
	// deadline on the wall clock. All UTC.
	FirstDue time.Time `json:"first_due"`
	CloseDue time.Time `json:"close_due"`
	WallDue  time.Time `json:"wall_due"`
	// NotBefore is the earliest time of the next attempt; zero means now.
	NotBefore time.Time `json:"not_before,omitzero"`
	// Band is the part of the customer's day to try next; empty means any.
	Band     string    `json:"band,omitempty"`
	Callback *Callback `json:"callback,omitempty"`
	// Owner is the agent whose case it is; empty means anyone.
	Owner string `json:"owner,omitempty" erase:"id"`
	// OwnerUntil is when the case goes back to all; zero leaves it with Owner.
	OwnerUntil time.Time `json:"owner_until,omitzero"`
	// Reason says in a few words why the next step is what it is.
	Reason string `json:"reason,omitempty"`
}

// Closing is how and when a case ended.
type Closing struct {
	Resolution Resolution `json:"resolution"`
	At         time.Time  `json:"at"`
	By         string     `json:"by"`
	// FirstAt is the first closing, kept when a case is reopened.
	FirstAt time.Time `json:"first_at"`
	// EventID is the event that closed the case.
	EventID string `json:"event_id,omitempty"`
}

// Assignment is a case given to an agent, or back to the pool.
type Assignment struct {
	// To is the agent; empty means the pool.
	To string    `json:"to"`
	By string    `json:"by"`
	At time.Time `json:"at"`
	// Fence is the case's fence after it.
	Fence uint64 `json:"fence"`
}

// Response gives the latest response, from which the case is judged. Without
// one, its clocks start when the case was opened.
func (c Case) Response() Response {
	if len(c.Responses) == 0 {
		return Response{AnsweredAt: c.OpenedAt}
	}
	return c.Responses[len(c.Responses)-1]
}

// Opening gives the response that opened the case; conversion is measured from
// its score.
func (c Case) Opening() Response {
	if len(c.Responses) == 0 {
		return Response{AnsweredAt: c.OpenedAt}
	}
	for _, r := range c.Responses {
		if c.AdHoc != nil && r.ID == c.AdHoc.Answer {
			return r
		}
	}
	return c.Responses[0]
}

// LastRescore gives the latest effective score that was asked on a call, or
// nil.
func (c Case) LastRescore() *Score { return c.lastScore(Rescore) }

// LastResurvey gives the latest score that the customer gave independently
// after the case was opened, or nil.
func (c Case) LastResurvey() *Score { return c.lastScore(Resurvey) }

func (c Case) lastScore(role ScoreRole) *Score {
	for i := len(c.Scores) - 1; i >= 0; i-- {
		s := c.Scores[i]
		if s.Role == role && s.Shadowed == "" {
			return &c.Scores[i]
		}
	}
	return nil
}

// Counted gives the number of attempts of the present round that count toward
// the caps. Shadowed attempts count: the customer's phone rang all the same.
// Calls in which the customer rang us, or at a time that they agreed to, do
// not.
func (c Case) Counted() int {
	n := 0
	for i, a := range c.Attempts {
		if a.counts() && a.Round == c.Round && (c.Outside() || c.ofQueue(i)) {
			n++
		}
	}
	return n
}

// Dialled gives the number of calls made in the present round, whether they
// count toward the caps or not.
func (c Case) Dialled() int {
	n := 0
	for _, a := range c.Attempts {
		if a.Direction != Inbound && a.Round == c.Round {
			n++
		}
	}
	return n
}

// Contacted tells whether the right person was reached at least once.
func (c Case) Contacted() bool {
	for _, a := range c.Attempts {
		if r, ok := a.Disposition.Rule(); ok && r.Right {
			return true
		}
	}
	return false
}

// StateAt derives the present state: whether a waiting case has become ready,
// a callback due, or a lease holds it.
func (c Case) StateAt(now time.Time) State {
	if !c.State.Open() {
		return c.State
	}
	if c.Lease != nil && now.Before(c.Lease.Until) {
		return Claimed
	}
	switch c.State {
	case CallbackScheduled:
		if cb := c.Plan.Callback; cb != nil && !now.Before(cb.At.Add(-CallbackLead)) {
			return CallbackDue
		}
	case New, RetryWait:
		if !now.Before(c.Plan.NotBefore) {
			return Ready
		}
	}
	return c.State
}

// CallbackLead is how long before the agreed time a callback counts as due.
const CallbackLead = 15 * time.Minute
