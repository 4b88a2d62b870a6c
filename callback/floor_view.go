package callback

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

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

// NewFloor begins an empty floor as of an instant.
func NewFloor(now time.Time) Floor {
	return Floor{Escalated: []FloorCase{}, Returned: []FloorCase{}, Review: []FloorCase{}, AsOf: now.UTC()}
}

// Add puts a case where it belongs on the floor of an agent, if it does. A
// document of an older server may lack what is known of its state.
func (f *Floor) Add(c Case, row QueueRow, agent string) {
	switch back := c.Returned(); {
	case c.State == Escalated:
		open := cmp.Or(c.Escalation(), &Escalation{Reason: c.Plan.Reason, Due: c.Plan.CloseDue})
		f.Escalated = append(f.Escalated, FloorCase{QueueRow: row, Escalation: open})
	case c.State == Review:
		held := cmp.Or(c.Hold, &Hold{Cause: HeldRules, Reason: c.Plan.Reason})
		f.Review = append(f.Review, FloorCase{QueueRow: row, Hold: held})
	case back != nil && c.Plan.Owner == agent:
		f.Returned = append(f.Returned, FloorCase{QueueRow: row, Escalation: back})
	}
}

// Order puts the lists in the order in which people work on them.
func (f *Floor) Order() {
	by := func(list []FloorCase, compare func(a, b FloorCase) int) {
		slices.SortFunc(list, func(a, b FloorCase) int {
			return cmp.Or(compare(a, b), strings.Compare(a.ID, b.ID))
		})
	}
	by(f.Escalated, func(a, b FloorCase) int { return a.Escalation.Due.Compare(b.Escalation.Due) })
	by(f.Returned, func(a, b FloorCase) int { return b.Escalation.EndedAt.Compare(*a.Escalation.EndedAt) })
	by(f.Review, func(a, b FloorCase) int { return a.Hold.At.Compare(b.Hold.At) })
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
