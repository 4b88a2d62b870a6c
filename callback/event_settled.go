package callback

import "fmt"

// PromiseOutcome is what became of a promise.
type PromiseOutcome struct {
	PromiseID string        `json:"promise_id" erase:"id"`
	Status    PromiseStatus `json:"status"`
}

// Validate checks that a promise is named and settled in one of three ways.
func (o PromiseOutcome) Validate() error {
	if o.PromiseID == "" {
		return fmt.Errorf("promise_id is empty")
	}
	switch o.Status {
	case PromiseDone, PromiseBroken, PromiseCancelled:
		return nil
	}
	return fmt.Errorf("status is %q; it is kept, broken or cancelled", o.Status)
}

// KindPromiseSettled is the word of PromiseSettled.
const KindPromiseSettled EventKind = "promise.settled"

// PromiseSettled says outside a recorded call what became of a promise. When
// no promise is left open, a kept one closes the case; a broken one closes it
// if the customer was told so, and goes to a supervisor otherwise. A case that
// an answer made one of the queue stays open until its customer was called.
type PromiseSettled struct {
	PromiseID string        `json:"promise_id" erase:"id"`
	Status    PromiseStatus `json:"status"`
	// Told tells of a broken promise that the customer knows and that nothing
	// more is owed.
	Told bool   `json:"told,omitempty"`
	Note string `json:"note,omitempty"`
}

// Kind implements Payload.
func (*PromiseSettled) Kind() EventKind { return KindPromiseSettled }

// Validate implements Payload.
func (s *PromiseSettled) Validate() error {
	if s.Told && s.Status != PromiseBroken {
		return fmt.Errorf("told is for broken promises; this one is %s", s.Status)
	}
	return PromiseOutcome{s.PromiseID, s.Status}.Validate()
}

func (s *PromiseSettled) apply(f *fold) {
	c := f.c
	if why := f.settlePromise(PromiseOutcome{s.PromiseID, s.Status}); why != "" {
		f.shadow(why)
		if why == ReasonAlreadyResolved && c.promiseIs(s.PromiseID) != s.Status {
			f.dispute(why, "")
		}
		return
	}
	if s.Note != "" {
		c.Notes = append(c.Notes, Note{EventID: f.e.ID, By: f.e.Agent, At: f.e.EffectiveAt(), Text: s.Note})
	}
	if c.openPromises() > 0 {
		if c.State == InProgress {
			c.Plan.NotBefore = c.firstOpenDue()
		}
		return
	}
	if c.owesFirstCall() && (s.Status == PromiseDone && (c.State == InProgress || f.onlyOverdue()) || s.Told && (c.State == InProgress || c.State == Escalated)) {
		f.firstCall(OnFirstCall, firstAfterPromise)
		return
	}
	switch {
	case s.Status == PromiseDone && (c.State == InProgress || f.onlyOverdue()):
		f.close(OnPromiseKept, PromiseKept)
	case s.Told && (c.State == InProgress || c.State == Escalated):
		f.close(OnPromiseTold, PromiseBrokenClosed)
	case s.Status == PromiseBroken && c.State == InProgress:
		f.escalate(OnPromiseLate, EscalatedBroken, f.e.Agent, firstWords(s.Note, "A promise was broken."))
	}
}

// onlyOverdue tells that a supervisor has the case for no other reason than
// that a promise was not settled in time.
func (f *fold) onlyOverdue() bool {
	open := f.c.Escalation()
	return f.c.State == Escalated && open != nil && open.Cause == EscalatedOverdue && f.c.brokenPromises() == 0
}

// settleWith lets a resolution that speaks of promises say so of those that
// are still open.
func (f *fold) settleWith(r Resolution) {
	var status PromiseStatus
	switch r {
	case PromiseKept:
		status = PromiseDone
	case PromiseBrokenClosed:
		status = PromiseBroken
	default:
		return
	}
	at := f.e.EffectiveAt()
	for i := range f.c.Promises {
		if p := &f.c.Promises[i]; p.Status == PromiseOpen {
			p.Status, p.SettledAt, p.SettledBy = status, &at, f.e.Agent
		}
	}
}

// promiseIs gives what became of a promise so far.
func (c Case) promiseIs(id string) PromiseStatus {
	for _, p := range c.Promises {
		if p.ID == id {
			return p.Status
		}
	}
	return ""
}

// settlePromise notes what became of a promise, or tells why it cannot: the
// first settlement stands.
func (f *fold) settlePromise(o PromiseOutcome) Reason {
	at := f.e.EffectiveAt()
	for i := range f.c.Promises {
		p := &f.c.Promises[i]
		if p.ID != o.PromiseID {
			continue
		}
		if p.Status != PromiseOpen {
			return ReasonAlreadyResolved
		}
		p.Status, p.SettledAt, p.SettledBy = o.Status, &at, f.e.Agent
		return ""
	}
	return ReasonUnknownPromise
}

func samplePromiseSettled() Payload {
	return &PromiseSettled{PromiseID: "pr-1", Status: PromiseDone}
}
