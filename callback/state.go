package callback

// State is where a case stands.
type State string

// The states. Ready, Claimed, InCall, Wrap and CallbackDue are derived from
// the stored state, the lease, the desk's draft and the clock; the others are
// stored.
const (
	New               State = "new"
	Ready             State = "ready"
	Claimed           State = "claimed"
	InCall            State = "in_call"
	Wrap              State = "wrap"
	RetryWait         State = "retry_wait"
	CallbackScheduled State = "callback_scheduled"
	CallbackDue       State = "callback_due"
	InProgress        State = "in_progress"
	Escalated         State = "escalated"
	Review            State = "review"
	Closed            State = "closed"
	Suppressed        State = "suppressed"
)

// Stored tells whether the state is written into a case, rather than derived.
func (s State) Stored() bool {
	switch s {
	case New, RetryWait, CallbackScheduled, InProgress, Escalated, Review, Closed, Suppressed:
		return true
	}
	return false
}

// Open tells whether a case in this state still owes the customer something.
func (s State) Open() bool { return s != Closed && s != Suppressed && s != "" }

// Trigger is what moves a case from one state to another.
type Trigger string

// The triggers of the state machine.
const (
	OnOpen          Trigger = "opened"
	OnWindow        Trigger = "window_open"
	OnClaim         Trigger = "claimed"
	OnRelease       Trigger = "released"
	OnSkip          Trigger = "skipped"
	OnDial          Trigger = "dialled"
	OnHangUp        Trigger = "hung_up"
	OnDisposed      Trigger = "disposed"
	OnCrash         Trigger = "crashed"
	OnDue           Trigger = "due"
	OnMissed        Trigger = "missed"
	OnWindowEnd     Trigger = "window_end"
	OnCaps          Trigger = "caps_reached"
	OnPromiseKept   Trigger = "promise_kept"
	OnPromiseTold   Trigger = "promise_broken_told"
	OnPromiseLate   Trigger = "promise_overdue"
	OnFirstCall     Trigger = "first_call_owed"
	OnEscalate      Trigger = "escalated"
	OnEscalateEnd   Trigger = "escalation_resolved"
	OnEscalateBack  Trigger = "escalation_returned"
	OnAge           Trigger = "aged_out"
	OnClose         Trigger = "closed_by_hand"
	OnReopen        Trigger = "reopened"
	OnSuppress      Trigger = "suppressed"
	OnHold          Trigger = "held"
	OnConflict      Trigger = "conflict"
	OnReviewSettled Trigger = "review_settled"
	OnErase         Trigger = "erased"
	OnNumber        Trigger = "number_added"
)

// Transition is one row of the state machine.
type Transition struct {
	From State
	On   Trigger
	To   []State
}

// openStates stands for "any open state" in the rows below.
var openStates = []State{
	New, Ready, Claimed, InCall, Wrap, RetryWait, CallbackScheduled, CallbackDue, InProgress, Escalated, Review,
}

// afterDisposition lists where a disposition may lead; the disposition's own
// row and the caps pick one.
var afterDisposition = []State{RetryWait, CallbackScheduled, InProgress, Escalated, Review, Closed, Suppressed}

// transitions is the state machine of a case (mission model §4.3).
var transitions = func() []Transition {
	rows := []Transition{
		{"", OnOpen, []State{New}},
		{New, OnWindow, []State{Ready}},
		{RetryWait, OnWindow, []State{Ready}},
		{Ready, OnClaim, []State{Claimed}},
		{CallbackDue, OnClaim, []State{Claimed}},
		{InProgress, OnClaim, []State{Claimed}},
		{Claimed, OnRelease, []State{Ready}},
		{Claimed, OnSkip, []State{Ready, Review}},
		{Claimed, OnDial, []State{InCall}},
		{InCall, OnHangUp, []State{Wrap}},
		{Wrap, OnDisposed, afterDisposition},
		{InCall, OnDisposed, afterDisposition},
		{InCall, OnCrash, []State{Review}},
		{Wrap, OnCrash, []State{Review}},
		{CallbackScheduled, OnDue, []State{CallbackDue}},
		{CallbackDue, OnMissed, []State{CallbackDue}},
		{CallbackDue, OnWindowEnd, []State{CallbackScheduled, RetryWait}},
		{RetryWait, OnCaps, []State{Closed}},
		{InProgress, OnPromiseKept, []State{Closed, InProgress}},
		{InProgress, OnPromiseTold, []State{Closed}},
		{Escalated, OnPromiseKept, []State{Closed}},
		{Escalated, OnPromiseTold, []State{Closed}},
		{Escalated, OnEscalateEnd, []State{Closed}},
		{Escalated, OnEscalateBack, []State{InProgress, CallbackScheduled}},
		{Review, OnReviewSettled, []State{New, RetryWait, CallbackScheduled, InProgress, Closed}},
		{Review, OnNumber, []State{New, RetryWait, InProgress}},
		{Closed, OnNumber, []State{New}},
		{Closed, OnReopen, []State{New}},
		{Closed, OnSuppress, []State{Suppressed}},
	}
	for _, s := range openStates {
		rows = append(rows,
			Transition{s, OnEscalate, []State{Escalated}},
			Transition{s, OnPromiseLate, []State{Escalated}},
			Transition{s, OnAge, []State{Closed}},
			Transition{s, OnClose, []State{Closed}},
			Transition{s, OnFirstCall, []State{RetryWait, CallbackScheduled}},
			Transition{s, OnSuppress, []State{Suppressed}},
			Transition{s, OnErase, []State{Closed}},
			Transition{s, OnConflict, []State{Review}},
			Transition{s, OnHold, []State{Review}},
		)
	}
	return rows
}()

// Transitions gives the state machine's rows.
func Transitions() []Transition { return append([]Transition(nil), transitions...) }

// Allows tells whether a case may go from one state to another on a trigger.
func Allows(from State, on Trigger, to State) bool {
	for _, t := range transitions {
		if t.From != from || t.On != on {
			continue
		}
		for _, s := range t.To {
			if s == to {
				return true
			}
		}
	}
	return false
}
