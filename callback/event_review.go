package callback

import "fmt"

// KindCaseHeld is the word of CaseHeld.
const KindCaseHeld EventKind = "case.held"

// CaseHeld puts a case before a supervisor because of its number. Only the
// server records it: it alone knows which cases share one.
type CaseHeld struct {
	Cause  HoldCause `json:"cause"`
	Reason string    `json:"reason" erase:"say"`
}

// Kind implements Payload.
func (*CaseHeld) Kind() EventKind { return KindCaseHeld }

// Validate implements Payload.
func (h *CaseHeld) Validate() error {
	if !h.Cause.OfNumber() {
		return fmt.Errorf("cause is %q; a number is held as %s or %s", string(h.Cause), HeldAbusive, HeldNumber)
	}
	return validWords("reason", h.Reason)
}

func (h *CaseHeld) apply(f *fold) {
	switch {
	case !f.c.State.Open():
		f.shadow(ReasonCaseClosed)
	case f.c.State == Review || f.c.State == Escalated:
		f.shadow(ReasonEscalated)
	default:
		f.hold(h.Cause, "", h.Reason)
	}
}

func sampleCaseHeld() Payload {
	return &CaseHeld{Cause: HeldNumber, Reason: "The number stands on 5 open cases."}
}

// KindReviewSettled is the word of ReviewSettled.
const KindReviewSettled EventKind = "review.settled"

// ReviewSettled is a supervisor's word on a case that waited for them: back to
// the queue, to somebody, or closed. What goes back sets the number free, if
// it was the number that waited.
type ReviewSettled struct {
	// To is the agent who gets it; empty means the pool.
	To string `json:"to,omitempty" erase:"id"`
	// Resolution closes the case; empty takes it back to the queue.
	Resolution Resolution `json:"resolution,omitempty"`
	Words      string     `json:"words,omitempty" erase:"say"`
}

// Kind implements Payload.
func (*ReviewSettled) Kind() EventKind { return KindReviewSettled }

// Validate implements Payload.
func (r *ReviewSettled) Validate() error {
	switch {
	case r.Resolution != "" && (!r.Resolution.Known() || r.Resolution == ResolvedSuppressed):
		return fmt.Errorf("resolution %q is not one that a supervisor may give", string(r.Resolution))
	case r.Resolution != "" && r.To != "":
		return fmt.Errorf("a case is closed or given to somebody, not both")
	case len(r.Words) > MaxText:
		return fmt.Errorf("words of %d bytes are over %d", len(r.Words), MaxText)
	}
	return nil
}

func (r *ReviewSettled) apply(f *fold) {
	c := f.c
	switch {
	case c.State != Review:
		f.shadow(ReasonNotHeld)
		return
	case f.stale():
		f.shadow(ReasonStaleFence)
		return
	}
	at := f.e.EffectiveAt()
	if r.Words != "" {
		c.Notes = append(c.Notes, Note{EventID: f.e.ID, By: f.e.Agent, At: at, Text: r.Words})
	}
	c.Conflict = ""
	if r.Resolution != "" && !c.beforeAnswer(at) {
		f.close(OnReviewSettled, r.Resolution)
		return
	}
	f.raiseFence(f.e.Device)
	c.Plan.Owner, c.Plan.Reason = r.To, firstWords(r.Words, "A supervisor has looked at it.")
	if cb := c.Plan.Callback; cb != nil && cb.At.After(at) {
		moved := *cb
		moved.Owner = r.To
		f.move(OnReviewSettled, CallbackScheduled)
		c.Plan.Callback, c.Plan.NotBefore = &moved, cb.At
		return
	}
	c.Plan.Callback = nil
	if c.Plan.NotBefore.Before(at) {
		c.Plan.NotBefore = f.atOnce()
	}
	f.move(OnReviewSettled, c.resumes())
	if r.To == "" && c.State != InProgress && !c.Customer.Phone.Known() {
		c.Hold = nil
		f.review(noNumber) // nobody would ever be served it
	}
}

// resumes is the state in which a case goes on after a person looked at it.
func (c Case) resumes() State {
	if c.openPromises() > 0 && !c.owesFirstCall() {
		return InProgress
	}
	for _, a := range c.Attempts {
		if a.Round == c.Round && a.Shadowed == "" {
			return RetryWait
		}
	}
	return New
}

func sampleReviewSettled() Payload {
	return &ReviewSettled{To: "boris", Words: "Boris speaks Portuguese."}
}
