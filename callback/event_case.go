package callback

import (
	"fmt"
	"strings"
	"time"
)

// KindNoteAdded is the word of NoteAdded.
const KindNoteAdded EventKind = "note.added"

// NoteAdded is a remark outside a call.
type NoteAdded struct {
	Text string `json:"text" erase:"say"`
}

// Kind implements Payload.
func (*NoteAdded) Kind() EventKind { return KindNoteAdded }

// Validate implements Payload.
func (n *NoteAdded) Validate() error {
	if strings.TrimSpace(n.Text) == "" {
		return fmt.Errorf("text is empty")
	}
	if len(n.Text) > MaxText {
		return fmt.Errorf("text of %d bytes is over %d", len(n.Text), MaxText)
	}
	return nil
}

func (n *NoteAdded) apply(f *fold) {
	f.c.Notes = append(f.c.Notes, Note{EventID: f.e.ID, By: f.e.Agent, At: f.e.EffectiveAt(), Text: n.Text})
}

func sampleNoteAdded() Payload { return &NoteAdded{Text: "Prefers to be called Nastya."} }

// KindSuppressed is the word of SuppressRequested.
const KindSuppressed EventKind = "suppress.requested"

// SuppressRequested says that a person or number must never be called again.
// It is always applied, from any stream and under any fence.
type SuppressRequested struct {
	Reason string `json:"reason" erase:"say"`
	// Number, E.164, is suppressed with the person; empty means the case's.
	Number string `json:"number,omitempty"`
}

// Kind implements Payload.
func (*SuppressRequested) Kind() EventKind { return KindSuppressed }

// Validate implements Payload.
func (s *SuppressRequested) Validate() error {
	if strings.TrimSpace(s.Reason) == "" {
		return fmt.Errorf("reason is empty")
	}
	return nil
}

func (s *SuppressRequested) apply(f *fold) { f.suppress(s.Reason) }

func sampleSuppressRequested() Payload {
	return &SuppressRequested{Reason: "Asked in writing not to be called."}
}

// KindCaseAssigned is the word of CaseAssigned.
const KindCaseAssigned EventKind = "case.assigned"

// CaseAssigned gives a case to an agent, or back to the pool.
type CaseAssigned struct {
	// To is the agent; empty means the pool.
	To string `json:"to" erase:"id"`
}

// Kind implements Payload.
func (*CaseAssigned) Kind() EventKind { return KindCaseAssigned }

// Validate implements Payload.
func (*CaseAssigned) Validate() error { return nil }

func (a *CaseAssigned) apply(f *fold) {
	if !f.c.State.Open() {
		f.shadow(ReasonCaseClosed)
		return
	}
	f.raiseFence(f.e.Device)
	f.c.Assigned = &Assignment{To: a.To, By: f.e.Agent, At: f.e.EffectiveAt(), Fence: f.c.Fence}
	f.c.Plan.Owner, f.c.Plan.OwnerUntil = a.To, time.Time{}
	if cb := f.c.Plan.Callback; cb != nil {
		moved := *cb
		moved.Owner = a.To
		f.c.Plan.Callback = &moved
	}
	if f.c.Lease != nil && f.c.Lease.Agent != a.To {
		f.c.Lease = nil
	}
}

func sampleCaseAssigned() Payload { return &CaseAssigned{To: "boris"} }

// KindCaseClosed is the word of CaseClosed.
const KindCaseClosed EventKind = "case.closed"

// CaseClosed ends a case without a call.
type CaseClosed struct {
	Resolution Resolution `json:"resolution"`
	Note       string     `json:"note,omitempty"`
}

// Kind implements Payload.
func (*CaseClosed) Kind() EventKind { return KindCaseClosed }

// Validate implements Payload.
func (k *CaseClosed) Validate() error {
	if !k.Resolution.Known() {
		return fmt.Errorf("resolution %q is not in the table", string(k.Resolution))
	}
	return nil
}

func (k *CaseClosed) apply(f *fold) {
	if !f.c.State.Open() {
		f.shadow(ReasonAlreadyResolved)
		return
	}
	if f.stale() {
		f.shadow(ReasonStaleFence)
		return
	}
	on := OnClose
	if f.c.beforeAnswer(f.e.EffectiveAt()) {
		f.endEscalation(OutcomeResolved, k.Note, "")
		f.firstCall(OnFirstCall, firstAfterWord)
		return
	}
	if k.Resolution == AgedOut {
		on = OnAge
	} else {
		f.endEscalation(OutcomeResolved, k.Note, "")
	}
	f.close(on, k.Resolution)
}

func sampleCaseClosed() Payload { return &CaseClosed{Resolution: NotEligible, Note: "A test account."} }

// KindCaseReopened is the word of CaseReopened.
const KindCaseReopened EventKind = "case.reopened"

// CaseReopened begins another round of a closed case.
type CaseReopened struct {
	Reason string `json:"reason" erase:"say"`
}

// Kind implements Payload.
func (*CaseReopened) Kind() EventKind { return KindCaseReopened }

// Validate implements Payload.
func (r *CaseReopened) Validate() error {
	if strings.TrimSpace(r.Reason) == "" {
		return fmt.Errorf("reason is empty")
	}
	return nil
}

func (r *CaseReopened) apply(f *fold) {
	c := f.c
	if c.State != Closed {
		f.shadow(ReasonNotClosed)
		return
	}
	if f.barred() {
		f.shadow(ReasonOtherOpen)
		return
	}
	f.raiseFence(f.e.Device)
	f.nextRound()
	c.Plan.NotBefore, c.Plan.Callback, c.Plan.Reason = f.e.EffectiveAt(), nil, r.Reason
	f.callable()
}

// nextRound opens a closed case again.
func (f *fold) nextRound() {
	f.move(OnReopen, New)
	f.c.Round++
	if f.c.Outside() {
		f.c.Plan.Owner, f.c.Plan.OwnerUntil = f.keeper(), time.Time{}
	}
}

func sampleCaseReopened() Payload { return &CaseReopened{Reason: "The customer wrote again."} }

// KindUndone is the word of Undone.
const KindUndone EventKind = "undone"

// Undone stands in the place of an event that its agent took back before it
// was sent, so that numbers have no holes. It changes nothing.
type Undone struct {
	Was EventKind `json:"was"`
}

// Kind implements Payload.
func (*Undone) Kind() EventKind { return KindUndone }

// Validate implements Payload.
func (*Undone) Validate() error { return nil }

func (*Undone) apply(f *fold) { f.untouched = true }

func sampleUndone() Payload { return &Undone{Was: KindCallRecorded} }
