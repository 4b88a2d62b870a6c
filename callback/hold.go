package callback

import "time"

// Hold is why a case waits for a supervisor to look at it.
type Hold struct {
	// EventID names the event that brought it about.
	EventID string    `json:"event_id"`
	Cause   HoldCause `json:"cause"`
	At      time.Time `json:"at"`
	// By is the agent; empty when the server did it.
	By     string `json:"by,omitempty"`
	Reason string `json:"reason"`
}

// HoldCause says what put a case before a supervisor without anybody asking.
type HoldCause string

// The causes.
const (
	// HeldSkips: it was passed over too often.
	HeldSkips HoldCause = "skips"
	// HeldAbusive and HeldNumber are of the number, not of the case: they hold
	// every open case that has it.
	HeldAbusive HoldCause = "abusive"
	HeldNumber  HoldCause = "number"
	// HeldNoNumber: there is nothing to dial; entering a number ends it.
	HeldNoNumber HoldCause = "no_number"
	// HeldRules: the rules have no answer.
	HeldRules HoldCause = "rules"
)

// OfNumber tells that it is the number that waits, with all its cases.
func (h HoldCause) OfNumber() bool { return h == HeldAbusive || h == HeldNumber }

// Words says a cause for a person.
func (h HoldCause) Words() string {
	switch h {
	case HeldSkips:
		return "skipped too often"
	case HeldAbusive:
		return "abusive caller"
	case HeldNumber:
		return "number of many people"
	case HeldNoNumber:
		return "no number to call"
	}
	return "the rules have no answer"
}

// hold puts the case before a supervisor.
func (f *fold) hold(cause HoldCause, by, reason string) {
	f.move(OnHold, Review)
	f.c.Lease = nil
	f.raiseFence(f.e.Device)
	f.c.Plan.Reason = reason
	f.c.Hold = &Hold{EventID: f.e.ID, Cause: cause, At: f.e.EffectiveAt(), By: by, Reason: reason}
}

// squareHold holds the record to the state, whatever an event did.
func (f *fold) squareHold() {
	switch c := f.c; {
	case c.State != Review:
		c.Hold = nil
	case c.Hold == nil:
		cause := HeldRules
		if c.Plan.Reason == noNumber {
			cause = HeldNoNumber
		}
		c.Hold = &Hold{
			EventID: f.e.ID, Cause: cause, At: f.e.EffectiveAt(), By: f.e.Agent, Reason: firstWords(c.Conflict, c.Plan.Reason, "A person is to look at it."),
		}
	}
}
