package callback

import (
	"fmt"
	"time"
)

// KindCallbackLapsed is the word of CallbackLapsed.
const KindCallbackLapsed EventKind = "callback.lapsed"

// CallbackLapsed ends the day of an agreed call that did not reach the
// customer (mission model §4.3: the same time on the next allowed day, twice at
// most). Only the server records it; a desk that tried in vain at the end of
// the day comes to the same by itself.
type CallbackLapsed struct {
	// At is the agreed time.
	At time.Time `json:"at"`
}

// Kind implements Payload.
func (*CallbackLapsed) Kind() EventKind { return KindCallbackLapsed }

// Validate implements Payload.
func (l *CallbackLapsed) Validate() error {
	if l.At.IsZero() {
		return fmt.Errorf("at is empty")
	}
	return nil
}

func (l *CallbackLapsed) apply(f *fold) {
	cb := f.c.Plan.Callback
	if f.c.State != CallbackScheduled || cb == nil || !cb.At.Equal(l.At) {
		f.shadow(ReasonStaleFence)
		return
	}
	f.lapse()
}

func sampleCallbackLapsed() Payload {
	return &CallbackLapsed{At: time.Date(2026, 3, 3, 15, 30, 0, 0, time.UTC)}
}

// KindCaseFreed is the word of CaseFreed.
const KindCaseFreed EventKind = "case.freed"

// CaseFreed gives a case back to all that was left to one agent for a while,
// such as after a call that was cut off, or by a supervisor. Only the server records it.
type CaseFreed struct {
	// Owner is the agent whose time is over.
	Owner string `json:"owner" erase:"id"`
}

// Kind implements Payload.
func (*CaseFreed) Kind() EventKind { return KindCaseFreed }

// Validate implements Payload.
func (k *CaseFreed) Validate() error {
	if k.Owner == "" {
		return fmt.Errorf("owner is empty")
	}
	return nil
}

func (k *CaseFreed) apply(f *fold) {
	if f.p.FreedAt(*f.c).IsZero() || f.c.Plan.Owner != k.Owner {
		f.shadow(ReasonStaleFence)
		return
	}
	f.c.Plan.Owner, f.c.Plan.OwnerUntil = "", time.Time{}
	f.callable()
}

func sampleCaseFreed() Payload { return &CaseFreed{Owner: "anna"} }
