package callback

import "time"

// Lease is the right to phone a customer for a while. There is one live lease
// per case and per phone number; only the server's clock ends it.
type Lease struct {
	ID      string       `json:"id" erase:"id"`
	CaseID  string       `json:"case_id,omitempty" erase:"id"`
	Agent   string       `json:"agent" erase:"id"`
	Device  string       `json:"device" erase:"id"`
	Purpose LeasePurpose `json:"purpose"`
	// Fence is the case's fence under this lease.
	Fence uint64    `json:"fence"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
	// Pack is the end of the day pack that the case is in; zero if it is in
	// none. Whatever else the lease is used for meanwhile, it lasts until
	// then.
	Pack time.Time `json:"pack,omitzero"`
}

// LeasePurpose says what a lease was taken for, which sets how long it lasts.
type LeasePurpose string

// The purposes of leases.
const (
	LeasePreview LeasePurpose = "preview"
	LeaseInCall  LeasePurpose = "in_call"
	LeasePack    LeasePurpose = "day_pack"
	// LeaseInbound is for a customer who rang: nothing is dialled, so the
	// rules of dialling do not apply.
	LeaseInbound LeasePurpose = "inbound"
)

// Lasts gives how long a lease of a purpose runs.
func (r LeaseRules) Lasts(p LeasePurpose) time.Duration {
	minutes := r.Preview
	switch p {
	case LeaseInCall, LeaseInbound:
		minutes = r.InCall
	case LeasePack:
		minutes = r.PackFor
	}
	return time.Duration(minutes) * time.Minute
}

// ClaimRequest is the body of POST /v1/claims. Exactly one of CaseID, Next and
// Pack is given.
type ClaimRequest struct {
	CaseID string `json:"case_id,omitempty"`
	// Next asks for the next case in serving order.
	Next bool `json:"next,omitempty"`
	// Pack asks for up to so many cases to take offline, until a time by the
	// server's clock; the policy bounds both, and a zero time means as long as
	// it allows.
	Pack    int          `json:"pack,omitempty"`
	Until   time.Time    `json:"until,omitzero"`
	Purpose LeasePurpose `json:"purpose,omitempty"`
	Device  string       `json:"device"`
}

// ClaimReply carries the leases that were given. A refused claim is an error
// of CodeConflict that names the holder.
type ClaimReply struct {
	Leases     []Lease   `json:"leases"`
	ServerTime time.Time `json:"server_time"`
}
