package callback

import (
	"fmt"
	"time"
)

// KindCallbackSet is the word of CallbackSet.
const KindCallbackSet EventKind = "callback.set"

// CallbackSet agrees or moves a callback outside a recorded call.
type CallbackSet struct {
	Callback CallbackWish `json:"callback"`
}

// Kind implements Payload.
func (*CallbackSet) Kind() EventKind { return KindCallbackSet }

// Validate implements Payload.
func (s *CallbackSet) Validate() error {
	if s.Callback.At.IsZero() {
		return fmt.Errorf("callback.at is empty")
	}
	return nil
}

func (s *CallbackSet) apply(f *fold) {
	if !f.c.State.Open() {
		why := ReasonCaseClosed
		if f.barred() {
			f.shadow(ReasonOtherOpen) // it is kept there
			return
		}
		if f.c.State == Suppressed {
			why = ReasonSuppressed
		}
		f.shadow(why)
		f.dispute(why, f.leading())
		return
	}
	if !f.schedule(s.Callback) {
		return
	}
	if f.c.Lease != nil && f.c.Lease.Device != f.e.Device {
		// The fence rose with the lease of whoever holds the case: nobody may take
		// that rise for this agreement's.
		f.c.Plan.Callback.Fence = 0
		return
	}
	// A desk that has not heard of the agreed time must not plan over it.
	f.raiseFence(f.e.Device)
	f.c.Plan.Callback.Fence = f.c.Fence
}

func sampleCallbackSet() Payload {
	return &CallbackSet{Callback: CallbackWish{At: time.Date(2026, 3, 3, 15, 30, 0, 0, time.UTC), Zone: "America/New_York"}}
}

// KindCallbackMissed is the word of CallbackMissed.
const KindCallbackMissed EventKind = "callback.missed"

// CallbackMissed puts on record that a callback was not made in time, and
// opens it to anyone. Only the server records it.
type CallbackMissed struct {
	// At is the agreed time that was missed.
	At time.Time `json:"at"`
}

// Kind implements Payload.
func (*CallbackMissed) Kind() EventKind { return KindCallbackMissed }

// Validate implements Payload.
func (m *CallbackMissed) Validate() error {
	if m.At.IsZero() {
		return fmt.Errorf("at is empty")
	}
	return nil
}

func (m *CallbackMissed) apply(f *fold) {
	cb := f.c.Plan.Callback
	if f.c.State != CallbackScheduled || cb == nil || !cb.At.Equal(m.At) {
		f.shadow(ReasonStaleFence)
		return
	}
	f.missed()
}

func sampleCallbackMissed() Payload {
	return &CallbackMissed{At: time.Date(2026, 3, 3, 15, 30, 0, 0, time.UTC)}
}
