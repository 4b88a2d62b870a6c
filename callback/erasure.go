package callback

import "time"

// EraseRequest is the body of POST /v1/erasures: exactly one of CaseID and
// CustomerID is given.
type EraseRequest struct {
	// CaseID names the person by one of their cases, CustomerID by the id that
	// ringback gave them.
	CaseID     string `json:"case_id,omitempty"`
	CustomerID string `json:"customer_id,omitempty"`
	// Team is the team of the customer; empty means the caller's own. The
	// person is erased in every team.
	Team string `json:"team,omitempty"`
	// Reason is why, without a name: it stays on record.
	Reason string `json:"reason"`
	// DryRun only counts what would be erased.
	DryRun bool `json:"dry_run,omitempty"`
}

// ErasureReport says what an erasure reached.
type ErasureReport struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
	// Customers counts the entries of the person, one a team; Cases names their
	// cases, Responses and Events count what lost its texts.
	Customers int      `json:"customers"`
	Cases     []string `json:"cases"`
	Responses int      `json:"responses"`
	Events    int      `json:"events"`
	// Left says what the operator still has to do, so that no byte of it stays
	// on the server's disks; empty if nothing.
	Left string `json:"left,omitempty"`
}

// ErasureEntry is one erasure on record.
type ErasureEntry struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Reason string    `json:"reason"`
	Cases  int       `json:"cases"`
}

// ErasureStatus is the reply of GET /v1/erasures.
type ErasureStatus struct {
	Erasures []ErasureEntry `json:"erasures"`
	// Desks are those that may still hold what was erased in their team.
	Desks []DeskShred `json:"desks"`
}

// DeskShred says how far a desk has destroyed what was erased.
type DeskShred struct {
	Device string `json:"device"`
	// Name is what the desk calls itself; User and UserName say whose it is.
	Name     string    `json:"name,omitempty"`
	User     string    `json:"user"`
	UserName string    `json:"user_name"`
	Team     string    `json:"team"`
	SeenAt   time.Time `json:"seen_at"`
	// Revoked tells that the desk may not come back.
	Revoked bool `json:"revoked,omitempty"`
	// Waiting counts the erased cases that the desk has not confirmed.
	Waiting int `json:"waiting"`
}

// HeldCases is the body of POST /v1/erasures/held: what a desk holds of cases
// that it no longer sees.
type HeldCases struct {
	Held []string `json:"held"`
}

// MaxHeldCases bounds one question about held cases.
const MaxHeldCases = 2000

// ErasedCases is the reply: those among them that were erased.
type ErasedCases struct {
	Erased []string `json:"erased"`
}
