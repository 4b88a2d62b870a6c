package callback

import "time"

// Status is the server's word on one event.
type Status string

// The five statuses of a receipt. None of them ever deletes an event at the
// desk.
const (
	// Applied: the fact took effect.
	Applied Status = "applied"
	// Shadowed: the fact is kept, but another one leads.
	Shadowed Status = "shadowed"
	// DuplicateEvent: the event was here before; the first verdict stands.
	DuplicateEvent Status = "duplicate"
	// Rejected: the event cannot be judged; it is kept in quarantine.
	Rejected Status = "rejected"
	// Retry: the event was not looked at; send it again later.
	Retry Status = "retry"
)

// Reason says why an event was shadowed or rejected.
type Reason string

// The reasons.
const (
	ReasonStaleFence      Reason = "stale_fence"
	ReasonAlreadyResolved Reason = "already_resolved"
	ReasonCaseClosed      Reason = "case_closed"
	ReasonReassigned      Reason = "case_reassigned"
	ReasonSuppressed      Reason = "suppressed"
	ReasonErased          Reason = "case_erased"
	ReasonAlreadyOpen     Reason = "already_open"
	ReasonNotClosed       Reason = "not_closed"
	ReasonUnknownPromise  Reason = "unknown_promise"
	ReasonUnknownEvent    Reason = "unknown_event"
	ReasonEarlierCallback Reason = "earlier_callback"
	ReasonAlreadyScored   Reason = "already_scored"
	ReasonAmended         Reason = "amended"
	ReasonInvalid         Reason = "invalid"
	ReasonUnknownKind     Reason = "unknown_kind"
	ReasonUnknownCase     Reason = "unknown_case"
	ReasonIDReused        Reason = "id_reused"
	ReasonForbidden       Reason = "forbidden"
	ReasonTooLarge        Reason = "too_large"
	ReasonEscalated       Reason = "already_escalated"
	ReasonNotEscalated    Reason = "not_escalated"
	ReasonNotHeld         Reason = "not_in_review"
	ReasonOtherOpen       Reason = "other_case_open"
)

// Words gives a reason in plain words for a person.
func (r Reason) Words() string {
	if w, ok := reasonWords[r]; ok {
		return w
	}
	return string(r)
}

var reasonWords = map[Reason]string{
	ReasonStaleFence:      "someone else had taken the case by then",
	ReasonAlreadyResolved: "it had already been settled",
	ReasonCaseClosed:      "the case was already closed",
	ReasonReassigned:      "the case had been given to someone else",
	ReasonSuppressed:      "the customer had asked not to be called",
	ReasonErased:          "the customer's data had been erased",
	ReasonAlreadyOpen:     "the case was already open",
	ReasonNotClosed:       "the case was not closed",
	ReasonUnknownPromise:  "no such promise is on the case",
	ReasonUnknownEvent:    "nothing on the case is disputed there",
	ReasonEarlierCallback: "an earlier time had been agreed with the customer",
	ReasonAlreadyScored:   "the same call already has a score",
	ReasonAmended:         "a supervisor let another result lead",
	ReasonInvalid:         "its content is not valid",
	ReasonUnknownKind:     "the server does not know this kind of event yet",
	ReasonUnknownCase:     "no such case",
	ReasonIDReused:        "its id belongs to another event",
	ReasonForbidden:       "not allowed for this person",
	ReasonTooLarge:        "it is too large",
	ReasonEscalated:       "the case was with a supervisor already",
	ReasonNotHeld:         "nobody was to look at the case any more",
	ReasonOtherOpen:       "the customer has another open case, and it goes on there",
	ReasonNotEscalated:    "the case was not with a supervisor any more",
}

// Verdict is what Apply decided about an event.
type Verdict struct {
	Status Status `json:"status"`
	Reason Reason `json:"reason,omitempty"`
}

// Apply folds an event into a case and says what became of it. It is the only
// place where an event changes a case; server and desk both call it. A case
// that does not exist yet is the zero Case.
//
// Facts are always recorded. Whether they take effect depends on the fence: an
// event that had seen an older fence than the case's, when another device
// raised it since, is stale. A shadowed event leaves its attempt or score on
// record, marked, and changes nothing else.
//
// The case given is not modified.
func Apply(p Policy, c Case, e Event) (Case, Verdict) {
	payload, err := e.Decode()
	if err != nil {
		reason := ReasonInvalid
		if _, known := e.Kind.Spec(); !known {
			reason = ReasonUnknownKind
		}
		return c, Verdict{Rejected, reason}
	}
	if c.Version == 0 && !e.Kind.opens() {
		if e.Kind == KindUndone {
			return c, Verdict{Status: Applied}
		}
		return c, Verdict{Rejected, ReasonUnknownCase}
	}
	next := c.clone()
	f := &fold{p: p, c: &next, e: e, verdict: Verdict{Status: Applied}}
	if next.Erased != nil {
		f.stub(payload)
	} else {
		payload.apply(f)
	}
	if f.untouched {
		return c, f.verdict
	}
	f.squareEscalations()
	f.squareHold()
	next.Version++
	return next, f.verdict
}

// fold is one application of an event to a case.
type fold struct {
	p         Policy
	c         *Case
	e         Event
	verdict   Verdict
	untouched bool
}

func (f *fold) shadow(r Reason) { f.verdict = Verdict{Shadowed, r} }

// stale tells whether the right to act on the case has passed to another
// device since the event's desk last looked.
func (f *fold) stale() bool {
	return f.e.Fence < f.c.Fence && f.c.FenceBy != f.e.Device
}

// onlySince tells that the fence has risen only once since the event's desk
// last looked, and that it rose to at.
func (f *fold) onlySince(at uint64) bool {
	return at != 0 && f.c.Fence == at && f.e.Fence+1 == at
}

func (f *fold) raiseFence(by string) {
	f.c.Fence++
	f.c.FenceBy = by
}

// move changes the stored state. A row missing from the state machine is a
// mistake in the rules, not in the event, so the case goes to a person.
func (f *fold) move(on Trigger, to State) {
	if !Allows(f.c.State, on, to) {
		f.c.Conflict = "The rules have no way from " + string(f.c.State) + " to " + string(to) + "."
		to = Review
	}
	f.c.State = to
}

func (f *fold) close(on Trigger, r Resolution) {
	f.move(on, Closed)
	f.settle(r)
}

// settle writes down how the case ended and drops what was planned.
func (f *fold) settle(r Resolution) {
	at := f.e.EffectiveAt()
	closing := Closing{Resolution: r, At: at, By: f.e.Agent, FirstAt: at, EventID: f.e.ID}
	if f.c.Closing != nil {
		closing.FirstAt = f.c.Closing.FirstAt
	}
	f.c.Closing = &closing
	f.settleWith(r)
	f.c.Lease = nil
	f.c.Plan.NotBefore, f.c.Plan.Callback, f.c.Plan.Band, f.c.Plan.Reason = time.Time{}, nil, "", ""
	f.raiseFence(f.e.Device)
}

// suppress ends the case for good: do-not-call beats everything.
func (f *fold) suppress(reason string) {
	if f.c.State == Suppressed {
		return
	}
	f.move(OnSuppress, Suppressed)
	f.settle(ResolvedSuppressed)
	f.c.Plan.Reason = reason
}

// promise puts a promise on the case, once.
func (f *fold) promise(np NewPromise) {
	for _, p := range f.c.Promises {
		if p.ID == np.ID {
			return
		}
	}
	owner := np.Owner
	if owner == "" {
		owner = f.e.Agent
	}
	f.c.Promises = append(f.c.Promises, Promise{
		ID: np.ID, Text: np.Text, Owner: owner, Due: np.Due, MadeAt: f.e.EffectiveAt(), MadeBy: f.e.Agent, Status: PromiseOpen,
	})
}

// schedule plans an agreed callback and tells whether it is the one that
// stands. Of two agreed by different people the earlier one stands, and a
// person is told of the other.
func (f *fold) schedule(w CallbackWish) bool {
	c := f.c
	reason := "Agreed with the customer."
	if !c.Customer.Phone.Known() {
		f.review(noNumber)
		return false
	}
	if !f.p.AskedTime(c.Customer.Phone.Zones, w.At) {
		o := f.p.Window(c.Customer.Phone.Region, c.Customer.Phone.Zones, w.At)
		if o.At.IsZero() {
			f.review(noHour)
			return false
		}
		w.At, reason = o.At, "The time agreed is outside the legal hours; these are the next."
	}
	if old := c.Plan.Callback; c.State == CallbackScheduled && old != nil && old.SetBy != f.e.Agent && !old.At.Equal(w.At) {
		if old.At.Before(w.At) {
			f.shadow(ReasonEarlierCallback)
			f.dispute(ReasonEarlierCallback, old.EventID)
			return false
		}
		f.displaced(*old)
	}
	cb := Callback{At: w.At, Zone: w.Zone, SetBy: f.e.Agent, SetAt: f.e.EffectiveAt(), EventID: f.e.ID, Fence: c.Fence}
	if !w.Anyone {
		cb.Owner = f.e.Agent
	}
	c.State = CallbackScheduled
	c.Plan.Callback, c.Plan.Owner, c.Plan.NotBefore = &cb, cb.Owner, w.At
	c.Plan.Reason = reason
	return true
}

// clone copies the parts of a case that folding writes to.
func (c Case) clone() Case {
	c.Customer.Others = append([]Phone(nil), c.Customer.Others...)
	c.Responses = append([]Response(nil), c.Responses...)
	c.Attempts = append([]Attempt(nil), c.Attempts...)
	c.Scores = append([]Score(nil), c.Scores...)
	c.Promises = append([]Promise(nil), c.Promises...)
	c.Notes = append([]Note(nil), c.Notes...)
	c.Skips = append([]Skip(nil), c.Skips...)
	c.Renumbered = append([]NumberChange(nil), c.Renumbered...)
	c.Cooled = append([]CooledOff(nil), c.Cooled...)
	c.Missed = append([]MissedCallback(nil), c.Missed...)
	c.Disputes = append([]Dispute(nil), c.Disputes...)
	for i := range c.Disputes {
		c.Disputes[i].Acts = append([]Amendment(nil), c.Disputes[i].Acts...)
	}
	c.Escalations = append([]Escalation(nil), c.Escalations...)
	return c
}
