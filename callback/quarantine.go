package callback

import (
	"encoding/json"
	"time"
)

// QuarantineEntry is an event that the server refused and keeps. Nothing leaves quarantine without a named
// person: it is applied when somebody has it judged again and it passes, or dismissed by a supervisor.
type QuarantineEntry struct {
	EventID string    `json:"event_id"`
	Kind    EventKind `json:"kind,omitempty"`
	CaseID  string    `json:"case_id,omitempty"`
	Agent   string    `json:"agent"`
	Device  string    `json:"device"`
	// ReceivedAt is when it came, by the server's clock. UTC.
	ReceivedAt time.Time `json:"received_at"`
	Reason     Reason    `json:"reason"`
	Detail     string    `json:"detail,omitempty"`
	// Event is what was sent, if it is JSON.
	Event json.RawMessage `json:"event,omitempty"`
	// Settled says who took it out of quarantine, or is nil while it waits.
	Settled *QuarantineEnd `json:"settled,omitempty"`
}

// QuarantineEnd is how an event left quarantine. Its row stays on record.
type QuarantineEnd struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
	// How is QuarantineApplied or QuarantineDismissed.
	How  string `json:"how"`
	Note string `json:"note,omitempty"`
}

// How events leave quarantine.
const (
	QuarantineApplied   = "applied"
	QuarantineDismissed = "dismissed"
)

// QuarantineResult is what became of an event that was judged again.
type QuarantineResult struct {
	EventID string `json:"event_id"`
	Status  Status `json:"status"`
	Reason  Reason `json:"reason,omitempty"`
	Detail  string `json:"detail,omitempty"`
}

// QuarantineOrder is the body of POST /v1/quarantine/{event}/retry and …/dismiss.
type QuarantineOrder struct {
	// Reason is why, in the supervisor's words. A dismissal needs one.
	Reason string `json:"reason,omitempty"`
}
