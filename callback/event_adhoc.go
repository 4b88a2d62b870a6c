package callback

import (
	"fmt"
	"strings"
	"time"
)

// AdHoc is why a case was opened outside the queue: an agent called somebody
// to whom no case was open, or an unknown caller rang.
type AdHoc struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason,omitempty"`
	// Inbound tells that the customer rang.
	Inbound bool `json:"inbound,omitempty"`
	// Until is when an answer to a survey made it a case of the queue; what came
	// before counts in none of the queue's figures. Nil while it is none.
	Until *time.Time `json:"until,omitempty"`
	// Calls is how many were on record by then, whatever their clocks say.
	Calls int `json:"calls,omitempty"`
	// Answer is the id of that answer.
	Answer string `json:"answer,omitempty"`
	// Joined is the customer's other case, which was open already; this one
	// ended for its sake. Empty if there was none.
	Joined string `json:"joined,omitempty"`
}

// KindAdHocOpened is the word of AdHocOpened.
const KindAdHocOpened EventKind = "adhoc.opened"

// AdHocOpened begins a case outside the queue, which belongs to the agent who
// records it. It counts in no figure of the queue but its own; do-not-call,
// hours and caps hold for it like for any other. The desk mints the case's id,
// so that the call can be worked without a connection.
type AdHocOpened struct {
	// Customer is the person as the desk knows them. The server puts what it
	// knows of the number in its place before it folds the event.
	Customer Customer `json:"customer"`
	Reason   string   `json:"reason,omitempty"`
	Inbound  bool     `json:"inbound,omitempty"`
	// Dials are those of the last 7 days to the person for other cases.
	Dials []time.Time `json:"dials_elsewhere,omitempty"`
}

// Kind implements Payload.
func (*AdHocOpened) Kind() EventKind { return KindAdHocOpened }

// Validate implements Payload. Name and number may be missing: they may have
// been erased; Lacks tells what a person has to give.
func (o *AdHocOpened) Validate() error {
	p := o.Customer.Phone
	switch {
	case o.Customer.ID == "":
		return fmt.Errorf("customer.id is empty")
	case !numberForm.MatchString(p.E164):
		return fmt.Errorf("customer.phone.e164 is not a number in E.164 form")
	case len(p.Raw) > maxNumberText || len(p.Ext) > maxNumberText || len(p.Zones) > maxNumberZones:
		return fmt.Errorf("customer.phone is too long")
	case len(o.Reason) > MaxText || len(o.Customer.Name) > MaxText:
		return fmt.Errorf("customer.name and reason may have %d bytes each", MaxText)
	case len(o.Dials) > maxDialsNoted:
		return fmt.Errorf("dials_elsewhere are %d, more than %d", len(o.Dials), maxDialsNoted)
	}
	return nil
}

// Lacks says what is missing before such a case may be opened, or is empty. A
// caller may withhold their number; nobody is called without one.
func (o *AdHocOpened) Lacks() string {
	switch known := o.Customer.Phone.E164 != ""; {
	case !known && !o.Inbound:
		return "a number to call"
	case !known && strings.TrimSpace(o.Customer.Name) == "":
		return "a name or a number"
	}
	return ""
}

// maxDialsNoted bounds the dials that a new case is told of.
const maxDialsNoted = 64

func (o *AdHocOpened) apply(f *fold) {
	c, at := f.c, f.e.EffectiveAt()
	if c.Version > 0 {
		f.shadow(ReasonAlreadyOpen)
		return
	}
	*c = Case{
		Schema: SchemaVersion, ID: f.e.CaseID, Team: f.e.Team, Kind: KindAdHoc, Round: 1,
		Fence: 1, FenceBy: f.e.Device, OpenedAt: at, Customer: o.Customer, Elsewhere: o.Dials,
		Plan:  f.p.deadlines(KindAdHoc, Response{AnsweredAt: at}),
		AdHoc: &AdHoc{By: f.e.Agent, At: at, Reason: o.Reason, Inbound: o.Inbound},
	}
	c.Plan.Owner = f.e.Agent
	f.move(OnOpen, New)
	f.callable()
}

func sampleAdHocOpened() Payload {
	return &AdHocOpened{
		Customer: Customer{ID: "cu-2", Name: "Iris Moreno", Value: -1, Phone: Phone{E164: "+34600000042", Raw: "600 000 042", Region: "ES", Zones: []string{"Europe/Madrid"}, ZoneFrom: "number"}},
		Reason:   "Wants the invoice in two parts.",
	}
}

// KindAdHocJoined is the word of AdHocJoined.
const KindAdHocJoined EventKind = "adhoc.joined"

// AdHocJoined ends a case outside the queue because the customer has another
// open one: the talk belongs there. What was recorded before the desk knew
// stays on record, and a person is told if it was more than an attempt. Only
// the server records it.
type AdHocJoined struct {
	// Into is the customer's other case.
	Into string `json:"into" erase:"id"`
}

// Kind implements Payload.
func (*AdHocJoined) Kind() EventKind { return KindAdHocJoined }

// Validate implements Payload.
func (j *AdHocJoined) Validate() error {
	if j.Into == "" {
		return fmt.Errorf("into is empty")
	}
	return nil
}

func (j *AdHocJoined) apply(f *fold) {
	c := f.c
	if c.AdHoc == nil || !c.State.Open() {
		f.shadow(ReasonCaseClosed)
		return
	}
	told := *c.AdHoc
	told.Joined = j.Into
	c.AdHoc = &told
	f.close(OnClose, Duplicate)
	c.Plan.Reason = "The customer has an open case already."
}

func sampleAdHocJoined() Payload { return &AdHocJoined{Into: "ca-1"} }

// opens tells of the kinds that begin a case.
func (k EventKind) opens() bool { return k == KindCaseOpened || k == KindAdHocOpened }

// Outside tells that a case stands outside the queue's figures.
func (c Case) Outside() bool { return c.Kind == KindAdHoc }

// keeper gives whose a case is from now on that is tried again: one outside the
// queue is its caller's, all others are anyone's.
func (f *fold) keeper() string {
	if f.c.Outside() {
		return f.e.Agent
	}
	return ""
}

// inQueue gives a case as far as it is one of the queue: what happened before
// it became one is left out, all of it if it is none. each gets the calls that
// were made outside.
func (c Case) inQueue(each func(Attempt)) Case {
	if c.AdHoc == nil {
		return c
	}
	counts := c.sinceAnswer
	out := c
	out.Attempts, out.Promises, out.Skips, out.Escalations, out.Scores, out.Missed = nil, nil, nil, nil, nil, nil
	for i, a := range c.Attempts {
		if c.ofQueue(i) {
			out.Attempts = append(out.Attempts, a)
		} else {
			each(a)
		}
	}
	for _, p := range c.Promises {
		if counts(p.MadeAt) {
			out.Promises = append(out.Promises, p)
		}
	}
	for _, s := range c.Skips {
		if counts(s.At) {
			out.Skips = append(out.Skips, s)
		}
	}
	for _, e := range c.Escalations {
		if counts(e.At) {
			out.Escalations = append(out.Escalations, e)
		}
	}
	for _, s := range c.Scores {
		if s.Role != Rescore || counts(s.At) {
			out.Scores = append(out.Scores, s)
		}
	}
	for _, m := range c.Missed {
		if counts(m.SeenAt) {
			out.Missed = append(out.Missed, m)
		}
	}
	return out
}

// sinceAnswer tells of something that happened at an instant whether the case
// was one of the queue by then. A case that began in the queue always was.
func (c Case) sinceAnswer(at time.Time) bool {
	if c.AdHoc == nil {
		return true
	}
	return c.AdHoc.Until != nil && !c.Outside() && !at.Before(*c.AdHoc.Until)
}

// ofQueue tells whether the attempt with an index is one of the queue: it is not
// if it was on record before the answer came, or was dialled before and came to
// the server afterwards.
func (c Case) ofQueue(i int) bool {
	return c.AdHoc == nil || i >= c.AdHoc.Calls && c.sinceAnswer(c.Attempts[i].At)
}

// owesFirstCall tells of a case outside the queue that an answer made one of
// the queue, and whose customer nobody has called since. A call that was dialled
// before the answer came is none about it, whenever the server heard of it.
func (c Case) owesFirstCall() bool {
	if c.AdHoc == nil || c.AdHoc.Until == nil || c.Outside() || !c.State.Open() {
		return false
	}
	for i := range c.Attempts {
		if c.ofQueue(i) {
			return false
		}
	}
	return true
}

// beforeAnswer tells that such a call is owed, and that what happened at an
// instant cannot have been about the answer.
func (c Case) beforeAnswer(at time.Time) bool { return c.owesFirstCall() && !c.sinceAnswer(at) }

// Why a case goes on whose matter from before the answer has ended.
const (
	firstAfterPromise = "The promise is settled; the answer that came since is owed a call."
	firstAfterTalk    = "That call was made before the answer came, which is owed one of its own."
	firstAfterWord    = "What was before the answer is settled; the answer is owed a call."
)

// firstCall takes such a case to the queue when what came before the answer has
// ended: the answer is owed a call of its own, at once or at the time that is
// agreed. A call has been the one agreed before it.
func (f *fold) firstCall(on Trigger, why string) {
	c, cb := f.c, f.c.Plan.Callback
	f.endEscalation(OutcomeOvertaken, "", "")
	f.raiseFence(f.e.Device)
	c.Lease, c.Plan.Band, c.Plan.OwnerUntil, c.Plan.Reason = nil, "", time.Time{}, why
	if cb != nil && cb.At.After(f.e.EffectiveAt()) && (on != OnDisposed || c.sinceAnswer(cb.SetAt)) {
		f.move(on, CallbackScheduled)
		c.Plan.NotBefore, c.Plan.Owner = cb.At, cb.Owner
	} else {
		f.move(on, RetryWait)
		c.Plan.Callback, c.Plan.NotBefore, c.Plan.Owner = nil, f.atOnce(), ""
	}
	f.callable()
}

// enterQueue makes a case outside the queue one of the queue, because of an
// answer: from now on it counts, and is anyone's, unless a supervisor gave it to
// somebody or a time was agreed. It does not wait for a promise from before.
func (f *fold) enterQueue(r Response) {
	c, at := f.c, f.e.EffectiveAt()
	told := *c.AdHoc
	told.Until, told.Answer, told.Calls = &at, r.ID, len(c.Attempts)
	c.AdHoc = &told
	if c.State == InProgress {
		f.move(OnFirstCall, RetryWait)
		c.Plan.NotBefore = f.atOnce()
	}
	given := c.Assigned != nil && c.Assigned.To != "" && c.Assigned.To == c.Plan.Owner
	if tried := c.State == New || c.State == RetryWait; tried && c.Plan.Callback == nil && !given {
		c.Plan.Owner, c.Plan.OwnerUntil = "", time.Time{}
	}
}
