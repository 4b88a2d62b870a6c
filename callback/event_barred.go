package callback

import "fmt"

// KindReopenBarred is the word of ReopenBarred.
const KindReopenBarred EventKind = "reopen.barred"

// ReopenBarred says of an event that it may not open its case again, because
// the customer has another one that is open. Only the server, which knows all
// of a customer's cases, records it, right before the event in question.
type ReopenBarred struct {
	// EventID names the event, CaseID the open case.
	EventID string `json:"event_id" erase:"id"`
	CaseID  string `json:"case_id" erase:"id"`
}

// ReopenBar is why a case was not opened again.
type ReopenBar struct {
	EventID string `json:"event_id"`
	CaseID  string `json:"case_id"`
}

// Kind implements Payload.
func (*ReopenBarred) Kind() EventKind { return KindReopenBarred }

// Validate implements Payload.
func (b *ReopenBarred) Validate() error {
	if b.EventID == "" || b.CaseID == "" {
		return fmt.Errorf("event_id or case_id is empty")
	}
	return nil
}

func (b *ReopenBarred) apply(f *fold) { f.c.Barred = &ReopenBar{b.EventID, b.CaseID} }

func sampleReopenBarred() Payload { return &ReopenBarred{EventID: "ev-7", CaseID: "ca-2"} }

// barred tells that the event in hand may not open the case again.
func (f *fold) barred() bool {
	return f.c.Barred != nil && f.c.Barred.EventID == f.e.ID && !f.c.State.Open()
}
