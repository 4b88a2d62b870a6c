package callback

import "time"

// Floor is what waits for people rather than for the clock, as one desk sees
// it.
type Floor struct {
	// Escalated are the cases that are with a supervisor, the first due first.
	Escalated []FloorCase `json:"escalated"`
	// Returned are those that a supervisor gave back to whoever asks, and on
	// which they have not called since, the latest first.
	Returned []FloorCase `json:"returned"`
	// Review are the cases that nobody is served until a supervisor has looked,
	// those that wait longest first.
	Review []FloorCase `json:"review"`
	AsOf   time.Time   `json:"as_of"`
}

// FloorCase is one case of a Floor.
type FloorCase struct {
	QueueRow
	// Escalation is the one that is open, or with which the case came back.
	Escalation *Escalation `json:"escalation,omitempty"`
	Hold       *Hold       `json:"hold,omitempty"`
}

// Overdue counts the escalations whose answer is late.
func (f Floor) Overdue() int {
	n := 0
	for _, c := range f.Escalated {
		if c.Escalation.Overdue(f.AsOf) {
			n++
		}
	}
	return n
}

// Owed is a promise that is not settled, with the case it was made on.
type Owed struct {
	Promise
	CaseID   string `json:"case_id"`
	Customer string `json:"customer"`
	// Zone is the customer's IANA zone, or empty.
	Zone string `json:"zone,omitempty"`
}

// Late tells whether the promise's time has passed.
func (o Owed) Late(now time.Time) bool { return now.After(o.Due) }
