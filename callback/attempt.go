package callback

import "time"

// Attempt is one dial. It is immutable once its disposition is recorded.
type Attempt struct {
	ID      string `json:"id"`
	EventID string `json:"event_id"`
	Agent   string `json:"agent"`
	// Round is the round of the case that the attempt belongs to.
	Round int `json:"round"`
	// Number is what was dialled, E.164.
	Number string `json:"number,omitempty"`
	// At is when the agent dialled (or began the call), UTC by the desk's
	// corrected clock.
	At time.Time `json:"at"`
	// Ring, Talk and WrapUp are durations in seconds.
	Ring   int `json:"ring_s,omitempty"`
	Talk   int `json:"talk_s,omitempty"`
	WrapUp int `json:"wrap_s,omitempty"`
	// Direction is Outbound unless the customer rang.
	Direction   Direction   `json:"direction,omitempty"`
	Disposition Disposition `json:"disposition"`
	// Custom is the team's own code for the disposition, if it has one.
	Custom string `json:"custom,omitempty"`
	// Agreed tells that the customer had agreed to be called at this time;
	// such an attempt does not count toward the caps of the case.
	Agreed bool   `json:"agreed,omitempty"`
	Note   string `json:"note,omitempty"`
	// Shadowed tells why the attempt is on record but without effect.
	Shadowed Reason `json:"shadowed,omitempty"`
	// Guide and GuideVersion name the guide that was used.
	Guide        string `json:"guide,omitempty"`
	GuideVersion int    `json:"guide_version,omitempty"`
	// Answers are what the customer said to the guide's questions.
	Answers []GuideAnswer `json:"answers,omitempty"`
}

// Direction says who rang whom.
type Direction string

// The directions; empty is Outbound.
const (
	Outbound Direction = ""
	Inbound  Direction = "inbound"
)

// Score is a 0–10 said at a moment. Scores are only ever added.
type Score struct {
	ID string `json:"id"`
	// Value is 0–10, or nil when the answer is Declined or NotAsked.
	Value *int `json:"value"`
	// Answer says what became of the question.
	Answer ScoreAnswer `json:"answer"`
	Role   ScoreRole   `json:"role"`
	// CollectedBy is "self", "system", or "agent:" and the agent's id. A score
	// that an agent collected is biased upwards, so it is never mixed with the
	// customer's own (mission research, finding 2).
	CollectedBy string `json:"collected_by"`
	// Mode is how it was collected: web, email, sms, ivr, phone.
	Mode string    `json:"mode"`
	At   time.Time `json:"at"`
	// Wording is the id of the words in which the score was asked.
	Wording   string `json:"wording,omitempty"`
	AttemptID string `json:"attempt_id,omitempty"`
	Comment   string `json:"comment,omitempty"`
	// Shadowed is set when another score of the same attempt counts instead.
	Shadowed Reason `json:"shadowed,omitempty"`
}

// ScoreRole says which question of the measurement a score answers.
type ScoreRole string

// The roles of scores.
const (
	Baseline ScoreRole = "baseline"
	Rescore  ScoreRole = "rescore"
	Resurvey ScoreRole = "resurvey"
)

// ScoreAnswer is what became of the question for a score.
type ScoreAnswer string

// The answers. Declined and NotAsked are answers too: leaving them out would
// flatter the rates.
const (
	Answered ScoreAnswer = "answered"
	Declined ScoreAnswer = "declined"
	NotAsked ScoreAnswer = "not_asked"
)

// Promise is something we said we would do for the customer.
type Promise struct {
	ID    string `json:"id"`
	Text  string `json:"text"`
	Owner string `json:"owner"`
	// Due is when it must be done, UTC.
	Due    time.Time     `json:"due"`
	MadeAt time.Time     `json:"made_at"`
	MadeBy string        `json:"made_by"`
	Status PromiseStatus `json:"status"`
	// OverdueAt is when it went on record that nobody had settled it in time.
	OverdueAt *time.Time `json:"overdue_at,omitempty"`
	SettledAt *time.Time `json:"settled_at,omitempty"`
	SettledBy string     `json:"settled_by,omitempty"`
}

// PromiseStatus is what became of a promise.
type PromiseStatus string

// The states of a promise.
const (
	PromiseOpen      PromiseStatus = "open"
	PromiseDone      PromiseStatus = "kept"
	PromiseBroken    PromiseStatus = "broken"
	PromiseCancelled PromiseStatus = "cancelled"
)

// Callback is a call agreed with the customer for a certain time.
type Callback struct {
	// At is the agreed time, UTC.
	At time.Time `json:"at"`
	// Zone is the IANA zone in which it was agreed.
	Zone string `json:"zone,omitempty" erase:"zone"`
	// Owner is the agent who promised it; empty means anyone.
	Owner string `json:"owner,omitempty" erase:"id"`
	SetBy string `json:"set_by" erase:"id"`
	// SetAt is when, EventID by which event, and Fence the case's fence
	// then.
	SetAt   time.Time `json:"set_at,omitzero"`
	EventID string    `json:"event_id,omitempty" erase:"id"`
	Fence   uint64    `json:"fence,omitempty"`
	// Missed is set when a personal callback was overdue and went to anyone.
	Missed bool `json:"missed,omitempty"`
	// Tried is when the call was made but reached nobody, UTC; Moves counts how
	// often it was put off to another day for that.
	Tried time.Time `json:"tried,omitzero"`
	Moves int       `json:"moves,omitempty"`
}

// RootCause is why the customer was unhappy, in two levels.
type RootCause struct {
	Driver string `json:"driver" erase:"word"`
	Cause  string `json:"cause,omitempty" erase:"word"`
	// Control says who can change it.
	Control Control `json:"control,omitempty"`
	Text    string  `json:"text,omitempty"`
}

// Control is who can change a root cause.
type Control string

// Who can change a root cause.
const (
	ControlAgent    Control = "agent"
	ControlTeam     Control = "team"
	ControlCompany  Control = "company"
	ControlExternal Control = "external"
)

// Story is a call worth telling: what was wrong, what we did, and what the
// customer said after.
type Story struct {
	Wrong  string `json:"wrong,omitempty"`
	Did    string `json:"did,omitempty"`
	Said   string `json:"said,omitempty"`
	Author string `json:"author,omitempty"`
	// Consent tells that the customer agreed to the story being told.
	Consent bool `json:"consent,omitempty"`
}

// Note is a remark on a case outside a call.
type Note struct {
	EventID string    `json:"event_id"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Text    string    `json:"text"`
}

// Skip is a case passed over by an agent, with the reason.
type Skip struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Code   SkipCode  `json:"code,omitempty"`
	Reason string    `json:"reason"`
}

// softRefusals counts how often the customer would rather not talk in this
// round: soft refusals, and each time they hung up but for the first.
func (c Case) softRefusals() int {
	return c.times(SoftRefusal) + max(0, c.times(HungUp)-1)
}

// times counts the attempts of this round that ended with d, the present one
// included.
func (c Case) times(d Disposition) int {
	n := 0
	for _, a := range c.Attempts {
		if a.Disposition == d && a.Round == c.Round {
			n++
		}
	}
	return n
}

// lastRun counts how many attempts in a row, up to the last one, ended with d.
func (c Case) lastRun(d Disposition) int {
	n := 0
	for i := len(c.Attempts) - 1; i >= 0 && c.Attempts[i].Disposition == d; i-- {
		n++
	}
	return n
}
