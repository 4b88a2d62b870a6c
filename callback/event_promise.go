package callback

import (
	"fmt"
	"strings"
	"time"
)

// KindPromiseMade is the word of PromiseMade.
const KindPromiseMade EventKind = "promise.made"

// PromiseMade is a promise made outside a recorded call, in a mail say.
type PromiseMade struct {
	Promise NewPromise `json:"promise"`
}

// Kind implements Payload.
func (*PromiseMade) Kind() EventKind { return KindPromiseMade }

// Validate implements Payload.
func (m *PromiseMade) Validate() error {
	if m.Promise.ID == "" || strings.TrimSpace(m.Promise.Text) == "" || m.Promise.Due.IsZero() {
		return fmt.Errorf("a promise needs an id, a text and a due time")
	}
	return nil
}

func (m *PromiseMade) apply(f *fold) { f.promise(m.Promise) }

func samplePromiseMade() Payload {
	return &PromiseMade{Promise: NewPromise{ID: "pr-2", Text: "Send the manual", Due: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)}}
}

// KindPromiseSettled is the word of PromiseSettled.
const KindPromiseSettled EventKind = "promise.settled"

// PromiseSettled says what became of a promise. The customer has been told:
// when no promise is left open, a kept one closes the case.
type PromiseSettled struct {
	PromiseID string        `json:"promise_id"`
	Status    PromiseStatus `json:"status"`
	Note      string        `json:"note,omitempty"`
}

// Kind implements Payload.
func (*PromiseSettled) Kind() EventKind { return KindPromiseSettled }

// Validate implements Payload.
func (s *PromiseSettled) Validate() error {
	if s.PromiseID == "" {
		return fmt.Errorf("promise_id is empty")
	}
	switch s.Status {
	case PromiseDone, PromiseBroken, PromiseCancelled:
		return nil
	}
	return fmt.Errorf("status is %q; it is kept, broken or cancelled", s.Status)
}

func (s *PromiseSettled) apply(f *fold) {
	c := f.c
	at := f.e.EffectiveAt()
	found := false
	for i := range c.Promises {
		p := &c.Promises[i]
		if p.ID != s.PromiseID {
			continue
		}
		found = true
		if p.Status != PromiseOpen {
			f.shadow(ReasonAlreadyResolved)
			if p.Status != s.Status {
				f.dispute(ReasonAlreadyResolved, "")
			}
			return
		}
		p.Status, p.SettledAt, p.SettledBy = s.Status, &at, f.e.Agent
	}
	if !found {
		f.shadow(ReasonUnknownPromise)
		return
	}
	if s.Note != "" {
		c.Notes = append(c.Notes, Note{EventID: f.e.ID, By: f.e.Agent, At: at, Text: s.Note})
	}
	if c.State != InProgress || c.openPromises() > 0 {
		return
	}
	switch s.Status {
	case PromiseDone:
		f.close(OnPromiseKept, PromiseKept)
	case PromiseBroken:
		f.move(OnPromiseLate, Escalated)
		c.Plan.Reason = "A promise was broken."
	}
}

// openPromises counts the promises that are not settled yet.
func (c Case) openPromises() int {
	n := 0
	for _, p := range c.Promises {
		if p.Status == PromiseOpen {
			n++
		}
	}
	return n
}

func samplePromiseSettled() Payload {
	return &PromiseSettled{PromiseID: "pr-1", Status: PromiseDone}
}
