package callback

import (
	"strings"
	"time"
)

// Escalation is a case put before a supervisor: why, by when, and what the
// supervisor decided. A case keeps all of them; the last may be open.
type Escalation struct {
	// EventID names the event that put the case before the supervisor.
	EventID string    `json:"event_id"`
	At      time.Time `json:"at"`
	// By is the agent who asked; empty when the server did.
	By     string          `json:"by,omitempty"`
	Cause  EscalationCause `json:"cause"`
	Reason string          `json:"reason"`
	// Due is when the supervisor must have answered, by the wall clock. UTC.
	Due time.Time `json:"due"`
	// TakenBy is the supervisor who works on it.
	TakenBy string     `json:"taken_by,omitempty"`
	TakenAt *time.Time `json:"taken_at,omitempty"`
	// Outcome is empty while it is open.
	Outcome EscalationOutcome `json:"outcome,omitempty"`
	EndedAt *time.Time        `json:"ended_at,omitempty"`
	EndedBy string            `json:"ended_by,omitempty"`
	// Words are the supervisor's, for the agent to whom the case went back.
	Words string `json:"words,omitempty"`
	To    string `json:"to,omitempty"`
}

// EscalationCause says what put a case before a supervisor.
type EscalationCause string

// The causes.
const (
	// EscalatedOnCall: the customer was told on a call that a supervisor will
	// look at it.
	EscalatedOnCall EscalationCause = "call"
	// EscalatedByHand: an agent asked for help outside a call.
	EscalatedByHand EscalationCause = "hand"
	// EscalatedBroken and EscalatedOverdue: a promise was not kept, or nobody
	// said in time what became of it.
	EscalatedBroken  EscalationCause = "promise_broken"
	EscalatedOverdue EscalationCause = "promise_overdue"
)

// EscalationOutcome is how an escalation ended.
type EscalationOutcome string

// The outcomes. An escalation is overtaken when something else moved the case
// on: a call, a promise that was kept after all, a do-not-call.
const (
	OutcomeReturned  EscalationOutcome = "returned"
	OutcomeResolved  EscalationOutcome = "resolved"
	OutcomeOvertaken EscalationOutcome = "overtaken"
)

// Open tells whether a supervisor has still to answer.
func (e Escalation) Open() bool { return e.Outcome == "" }

// Overdue tells whether the answer is late: it has not come in time, or came
// after its time.
func (e Escalation) Overdue(now time.Time) bool {
	if e.EndedAt != nil {
		return e.EndedAt.After(e.Due)
	}
	return now.After(e.Due)
}

// Escalation gives the open escalation of a case, or nil.
func (c Case) Escalation() *Escalation {
	if n := len(c.Escalations); n > 0 && c.Escalations[n-1].Open() {
		return &c.Escalations[n-1]
	}
	return nil
}

// Returned gives the escalation with which a supervisor gave the case back, as
// long as nobody has called since; nil if there is none.
func (c Case) Returned() *Escalation {
	n := len(c.Escalations)
	if n == 0 || !c.State.Open() || c.Escalations[n-1].Outcome != OutcomeReturned {
		return nil
	}
	e := &c.Escalations[n-1]
	for _, a := range c.Attempts {
		if a.Shadowed == "" && a.At.After(*e.EndedAt) {
			return nil
		}
	}
	return e
}

// escalate puts the case before a supervisor. A callback that was agreed
// stays in the plan: it is owed all the same.
func (f *fold) escalate(on Trigger, cause EscalationCause, by, reason string) {
	c := f.c
	f.move(on, Escalated)
	c.Lease = nil
	f.raiseFence(f.e.Device)
	c.Plan.NotBefore, c.Plan.Owner, c.Plan.Band, c.Plan.Reason = time.Time{}, "", "", reason
	f.putEscalation(cause, by, reason)
}

func (f *fold) putEscalation(cause EscalationCause, by, reason string) {
	at := f.e.EffectiveAt()
	f.c.Escalations = append(f.c.Escalations, Escalation{
		EventID: f.e.ID, At: at, By: by, Cause: cause, Reason: reason, Due: at.Add(f.p.FloorInForce().answer()),
	})
}

// endEscalation notes how the open escalation ended, once the case is with a
// supervisor no more.
func (f *fold) endEscalation(o EscalationOutcome, words, to string) {
	open := f.c.Escalation()
	if open == nil {
		return
	}
	at := f.e.EffectiveAt()
	open.Outcome, open.EndedAt, open.EndedBy, open.Words, open.To = o, &at, f.e.Agent, words, to
}

// squareEscalations holds the record to the state, whatever an event did: a
// case that is with a supervisor no more was overtaken, and one that is again,
// because a person set the leading fact right, has its escalation back.
func (f *fold) squareEscalations() {
	if f.c.State != Escalated {
		f.endEscalation(OutcomeOvertaken, "", "")
		return
	}
	if f.c.Escalation() != nil {
		return
	}
	if n := len(f.c.Escalations); n > 0 && f.c.Escalations[n-1].Outcome == OutcomeOvertaken {
		last := &f.c.Escalations[n-1]
		last.Outcome, last.EndedAt, last.EndedBy = "", nil, ""
		return
	}
	f.putEscalation(EscalatedByHand, f.e.Agent, firstWords(f.c.Plan.Reason, "Escalated."))
}

// atOnce is a next time that has come already: ranks keep whole seconds and
// round them up.
func (f *fold) atOnce() time.Time { return f.e.EffectiveAt().Truncate(time.Second) }

// unescalated tells why a supervisor's answer cannot lead, or "".
func (f *fold) unescalated() Reason {
	switch {
	case f.c.State != Escalated || f.c.Escalation() == nil:
		return ReasonNotEscalated
	case f.stale():
		return ReasonStaleFence
	}
	return ""
}

// firstWords gives the first of some texts that says anything.
func firstWords(texts ...string) string {
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			return t
		}
	}
	return ""
}
