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

// promiser owns the open promise that is due first; empty if none is open.
func (c Case) promiser() string {
	for _, p := range c.Promises {
		if p.Status == PromiseOpen && p.Due.Equal(c.firstOpenDue()) {
			return p.Owner
		}
	}
	return ""
}

// firstOpenDue is when the first open promise is due; zero if none is open.
func (c Case) firstOpenDue() time.Time {
	var first time.Time
	for _, p := range c.Promises {
		if p.Status == PromiseOpen && (first.IsZero() || p.Due.Before(first)) {
			first = p.Due
		}
	}
	return first
}
