package callback

import (
	"fmt"
	"time"
)

// KindCaseClaimed is the word of CaseClaimed.
const KindCaseClaimed EventKind = "case.claimed"

// CaseClaimed gives an agent the right to phone the customer for a while. It
// is the server's answer to a claim; a desk can only ask.
type CaseClaimed struct {
	// Lease is what was given. Its Fence is the least that the case's fence is
	// to be from now on; see FenceFloor.
	Lease Lease `json:"lease"`
}

// Kind implements Payload.
func (*CaseClaimed) Kind() EventKind { return KindCaseClaimed }

// Validate implements Payload.
func (k *CaseClaimed) Validate() error {
	if k.Lease.Agent == "" || k.Lease.Until.IsZero() {
		return fmt.Errorf("lease lacks its agent or its end")
	}
	return nil
}

func (k *CaseClaimed) apply(f *fold) {
	l := k.Lease
	renewed := f.c.Lease != nil && f.c.Lease.ID == l.ID
	if !renewed {
		f.raiseFence(l.Device)
		f.c.Fence = max(f.c.Fence, l.Fence)
	}
	l.Fence = f.c.Fence
	f.c.Lease = &l
}

func sampleCaseClaimed() Payload {
	return &CaseClaimed{Lease: Lease{
		ID: "le-1", Agent: "anna", Device: "de-1", Purpose: LeasePreview,
		Since: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC), Until: time.Date(2026, 3, 2, 10, 10, 0, 0, time.UTC),
	}}
}

// KindCaseReleased is the word of CaseReleased.
const KindCaseReleased EventKind = "case.released"

// CaseReleased gives a lease back before its end.
type CaseReleased struct {
	LeaseID string `json:"lease_id" erase:"id"`
}

// Kind implements Payload.
func (*CaseReleased) Kind() EventKind { return KindCaseReleased }

// Validate implements Payload.
func (r *CaseReleased) Validate() error {
	if r.LeaseID == "" {
		return fmt.Errorf("lease_id is empty")
	}
	return nil
}

func (r *CaseReleased) apply(f *fold) {
	if f.c.Lease != nil && f.c.Lease.ID == r.LeaseID {
		f.c.Lease = nil
	}
}

func sampleCaseReleased() Payload { return &CaseReleased{LeaseID: "le-1"} }
