package callback

import (
	"fmt"
	"time"
)

// KindEscalationTaken is the word of EscalationTaken.
const KindEscalationTaken EventKind = "escalation.taken"

// EscalationTaken says which supervisor works on an escalated case: it is
// theirs to call, and nobody else's.
type EscalationTaken struct{}

// Kind implements Payload.
func (*EscalationTaken) Kind() EventKind { return KindEscalationTaken }

// Validate implements Payload.
func (*EscalationTaken) Validate() error { return nil }

func (*EscalationTaken) apply(f *fold) {
	if why := f.unescalated(); why != "" {
		f.shadow(why)
		return
	}
	open, at := f.c.Escalation(), f.e.EffectiveAt()
	open.TakenBy, open.TakenAt = f.e.Agent, &at
	f.c.Plan.Owner, f.c.Lease = f.e.Agent, nil
	f.raiseFence(f.e.Device)
}

func sampleEscalationTaken() Payload { return &EscalationTaken{} }

// KindEscalationReturned is the word of EscalationReturned.
const KindEscalationReturned EventKind = "escalation.returned"

// EscalationReturned gives an escalated case back with the supervisor's words:
// to an agent, or without one to whoever asked for help.
type EscalationReturned struct {
	To    string `json:"to,omitempty" erase:"id"`
	Words string `json:"words" erase:"say"`
}

// Kind implements Payload.
func (*EscalationReturned) Kind() EventKind { return KindEscalationReturned }

// Validate implements Payload.
func (r *EscalationReturned) Validate() error { return validWords("words", r.Words) }

func (r *EscalationReturned) apply(f *fold) {
	if why := f.unescalated(); why != "" {
		f.shadow(why)
		return
	}
	c := f.c
	to := firstWords(r.To, c.Escalation().By, c.lastAgent())
	f.endEscalation(OutcomeReturned, r.Words, to)
	f.raiseFence(f.e.Device)
	c.Lease = nil
	c.Plan.Owner, c.Plan.Reason = to, r.Words
	if f.agreedAgain(to) {
		return
	}
	f.move(OnEscalateBack, InProgress)
	c.Plan.Callback, c.Plan.NotBefore = nil, f.atOnce()
}

// agreedAgain keeps what was agreed with the customer when their case comes
// back from a supervisor: the hour itself while its day lasts, begun or not,
// else the same hour of the next day that allows it. It tells whether there is
// one.
func (f *fold) agreedAgain(to string) bool {
	c, now := f.c, f.e.EffectiveAt()
	if c.Plan.Callback == nil {
		return false
	}
	cb := *c.Plan.Callback
	cb.Owner = to
	if !now.Before(f.p.dayEnds(*c, cb.At)) {
		at, ok := f.p.sameTime(*c, cb.At, now)
		if !ok || cb.Moves >= f.p.Callbacks.MaxMoves {
			return false
		}
		if !cb.Missed && cb.Tried.IsZero() {
			c.Missed = append(c.Missed, MissedCallback{At: cb.At, Owner: c.Plan.Callback.Owner, SeenAt: now})
		}
		cb.At, cb.Moves, cb.Missed, cb.Tried = at, cb.Moves+1, false, time.Time{}
	}
	f.move(OnEscalateBack, CallbackScheduled)
	c.Plan.Callback, c.Plan.NotBefore = &cb, cb.At
	if cb.Tried.After(cb.At) {
		c.Plan.NotBefore = f.atOnce()
	}
	return true
}

func sampleEscalationReturned() Payload {
	return &EscalationReturned{To: "anna", Words: "Offer them the new wheel; it is paid for."}
}

// lastAgent gives who called last with effect; empty if nobody did.
func (c Case) lastAgent() string {
	for i := len(c.Attempts) - 1; i >= 0; i-- {
		if c.Attempts[i].Shadowed == "" {
			return c.Attempts[i].Agent
		}
	}
	return ""
}

// KindEscalationResolved is the word of EscalationResolved.
const KindEscalationResolved EventKind = "escalation.resolved"

// EscalationResolved ends an escalated case: the supervisor has settled it.
type EscalationResolved struct {
	// Resolution is how the case ended; empty is ESCALATED_CLOSED.
	Resolution Resolution `json:"resolution,omitempty"`
	Words      string     `json:"words" erase:"say"`
}

// Kind implements Payload.
func (*EscalationResolved) Kind() EventKind { return KindEscalationResolved }

// Validate implements Payload.
func (r *EscalationResolved) Validate() error {
	if r.Resolution != "" && !r.Resolution.Known() || r.Resolution == ResolvedSuppressed {
		return fmt.Errorf("resolution %q is not one that a supervisor may give", string(r.Resolution))
	}
	return validWords("words", r.Words)
}

func (r *EscalationResolved) apply(f *fold) {
	if why := f.unescalated(); why != "" {
		f.shadow(why)
		return
	}
	// What was put before the supervisor before the answer came is settled; the
	// answer is not, unless they say so, knowing it.
	asked, now := f.c.Escalation().At, f.e.EffectiveAt()
	still := f.c.beforeAnswer(asked) && (r.Resolution != NotEligible || f.c.beforeAnswer(now))
	f.endEscalation(OutcomeResolved, r.Words, "")
	if still {
		f.firstCall(OnFirstCall, firstAfterWord)
		return
	}
	how := r.Resolution
	if how == "" {
		how = EscalatedClosed
	}
	f.close(OnEscalateEnd, how)
}

func sampleEscalationResolved() Payload {
	return &EscalationResolved{Words: "The refund went out today; the customer was told."}
}
