package callback

import "time"

// Phase is where in a call an agent is.
type Phase string

// The phases of a call.
const (
	PhasePrepare Phase = "prepare"
	PhaseDial    Phase = "dial"
	PhaseTalk    Phase = "talk"
	PhaseWrap    Phase = "wrap"
)

// Draft is a call in progress, saved as it is typed, so that a crash loses
// nothing. It owns the id of the event that it will become from its first
// keystroke.
type Draft struct {
	EventID   string `json:"event_id"`
	AttemptID string `json:"attempt_id"`
	CaseID    string `json:"case_id"`
	Fence     uint64 `json:"fence"`
	Phase     Phase  `json:"phase"`
	// Step is the number of the guide's step in view.
	Step         int    `json:"step"`
	Guide        string `json:"guide,omitempty"`
	GuideVersion int    `json:"guide_version,omitempty"`
	// Field is the name of the field in focus.
	Field string `json:"field,omitempty"`
	// Times are by the desk's clock, UTC.
	StartedAt  time.Time `json:"started_at,omitzero"`
	DialledAt  time.Time `json:"dialled_at,omitzero"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
	HungUpAt   time.Time `json:"hung_up_at,omitzero"`
	SavedAt    time.Time `json:"saved_at,omitzero"`
	// Texts holds what was typed into each field, as typed.
	Texts map[string]string `json:"texts,omitempty"`
	// Rescore is the answer, or nil while the question is open.
	Rescore *Answer `json:"rescore,omitempty"`
	// Root is the root cause chosen so far.
	Root        *RootCause  `json:"root_cause,omitempty"`
	Disposition Disposition `json:"disposition,omitempty"`
	Number      string      `json:"number,omitempty"`
}

// Seconds of ringing, talking and wrapping up until an instant.
func (d Draft) Seconds(now time.Time) (ring, talk, wrap int) {
	part := func(from, to time.Time) int {
		if from.IsZero() {
			return 0
		}
		if to.IsZero() || to.Before(from) {
			to = now
		}
		return max(0, int(to.Sub(from)/time.Second))
	}
	ringEnd := d.AnsweredAt
	if ringEnd.IsZero() {
		ringEnd = d.HungUpAt
	}
	ring = part(d.DialledAt, ringEnd)
	talk = part(d.AnsweredAt, d.HungUpAt)
	if !d.HungUpAt.IsZero() {
		wrap = part(d.HungUpAt, now)
	}
	return ring, talk, wrap
}
