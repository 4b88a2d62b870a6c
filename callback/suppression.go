package callback

import (
	"encoding/json"
	"time"
)

// NewSuppression asks that a number, or the person of a case, never be called
// again. One of Number and CaseID is given.
type NewSuppression struct {
	// Number is a phone number as somebody wrote it.
	Number string `json:"number,omitempty"`
	CaseID string `json:"case_id,omitempty"`
	// Reason is kept with the entry and on the cases that end.
	Reason string `json:"reason,omitempty"`
}

// SuppressionBatch is the body of POST /v1/suppressions.
type SuppressionBatch struct {
	// Region (ISO 3166-1 alpha-2) reads national numbers.
	Region string `json:"region,omitempty"`
	// Way is WayImport for rows of a file and WayHand for those that a person
	// gave by command; empty is another program.
	Way  SuppressionWay   `json:"way,omitempty"`
	Rows []NewSuppression `json:"rows"`
}

// SuppressionWay is how an entry came onto the list.
type SuppressionWay string

// The ways.
const (
	// WayCall: the customer said so on a call.
	WayCall SuppressionWay = "call"
	// WayDesk: an agent recorded a request that came outside a call.
	WayDesk   SuppressionWay = "desk"
	WayHand   SuppressionWay = "hand"
	WayImport SuppressionWay = "import"
	WayREST   SuppressionWay = "rest"
)

// SuppressionChange is one change of the list, on record for good.
type SuppressionChange struct {
	At   time.Time      `json:"at"`
	Team string         `json:"team"`
	Who  string         `json:"who"`
	Way  SuppressionWay `json:"way"`
	// Key and Kind name the entry as the list does; Key is empty if nothing was
	// known of the person.
	Key    string `json:"key,omitempty"`
	Kind   string `json:"kind,omitempty"`
	CaseID string `json:"case_id,omitempty"`
	// Ended counts the open cases that ended, in all teams.
	Ended int `json:"ended"`
	// Reason is empty where it stands on the case.
	Reason string `json:"reason,omitempty"`
}

// SuppressionHistory is the reply of GET /v1/suppressions/history: the latest
// changes first, and how many there are.
type SuppressionHistory struct {
	Total   int                 `json:"total"`
	Changes []SuppressionChange `json:"changes"`
}

// MaxSuppressionRows bounds a SuppressionBatch.
const MaxSuppressionRows = 500

// SuppressionStatus says what became of a row.
type SuppressionStatus string

// What may become of a row. A number that is on the list already is known:
// sending a list again changes nothing.
const (
	SuppressionAdded    SuppressionStatus = "added"
	SuppressionKnown    SuppressionStatus = "known"
	SuppressionRejected SuppressionStatus = "rejected"
)

// SuppressionResult is the server's word on one row.
type SuppressionResult struct {
	Status SuppressionStatus `json:"status"`
	// Key is the entry's name on the list, from which the number cannot be
	// read; empty if rejected.
	Key string `json:"key,omitempty"`
	// Ended counts the open cases that ended, in all teams.
	Ended int `json:"ended"`
	// Reason says why the row was rejected.
	Reason string `json:"reason,omitempty"`
}

// SuppressionReport is the reply to a SuppressionBatch: a result a row, in
// order.
type SuppressionReport struct {
	Added    int                 `json:"added"`
	Known    int                 `json:"known"`
	Rejected int                 `json:"rejected"`
	Ended    int                 `json:"ended"`
	Results  []SuppressionResult `json:"results"`
}

// Add counts a result.
func (r *SuppressionReport) Add(row SuppressionResult) {
	switch row.Status {
	case SuppressionAdded:
		r.Added++
	case SuppressionKnown:
		r.Known++
	default:
		r.Rejected++
	}
	r.Ended += row.Ended
	r.Results = append(r.Results, row)
}

// Suppression is an entry of the list of those who are never called again. The
// list holds keyed hashes instead of names and numbers.
type Suppression struct {
	Key string `json:"key"`
	// Kind is tel, mail or ref (the customer's number in the source).
	Kind string `json:"kind"`
	// At is when the entry was made. UTC.
	At time.Time `json:"at"`
	// Team and CaseID say where it came from; CaseID is empty for numbers that
	// were put on the list by hand.
	Team   string `json:"team"`
	CaseID string `json:"case_id,omitempty"`
	// Reason is in the words of whoever made the entry.
	Reason string `json:"reason,omitempty"`
}

// SuppressionList is the reply of GET /v1/suppressions: the latest entries
// first, and how many there are.
type SuppressionList struct {
	Total   int           `json:"total"`
	Entries []Suppression `json:"entries"`
}

// Suppression tells whether an event asks that somebody never be called again,
// by itself or as the end of a call. Such an event travels first, counts in
// every team and cannot come too late. number is what it names beside the
// case's own; reason is why.
func (e Event) Suppression() (number, reason string, ok bool) {
	if e.Kind != KindSuppressed && e.Kind != KindCallRecorded {
		return "", "", false
	}
	// Only these fields are of interest, and every event is asked.
	var p struct {
		Number      string      `json:"number"`
		Reason      string      `json:"reason"`
		Disposition Disposition `json:"disposition"`
	}
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return "", "", false
	}
	if e.Kind == KindSuppressed {
		return p.Number, p.Reason, true
	}
	rule, _ := p.Disposition.Rule()
	return p.Number, rule.Meaning, rule.Suppress
}

// Suppresses tells whether an event asks that somebody never be called again.
func (e Event) Suppresses() bool {
	_, _, ok := e.Suppression()
	return ok
}
