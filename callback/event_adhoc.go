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
	since := c.AdHoc.Until
	counts := func(at time.Time) bool { return since != nil && !c.Outside() && !at.Before(*since) }
	out := c
	out.Attempts, out.Promises, out.Skips, out.Escalations, out.Scores, out.Missed = nil, nil, nil, nil, nil, nil
	for i, a := range c.Attempts {
		if i >= c.AdHoc.Calls && counts(a.At) {
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

// owesFirstCall tells of a case outside the queue that an answer made one of
// the queue, and whose customer nobody has called since.
func (c Case) owesFirstCall() bool {
	return c.AdHoc != nil && c.AdHoc.Until != nil && !c.Outside() && len(c.Attempts) <= c.AdHoc.Calls
}

// firstCall takes such a case to the queue when what was promised before the
// answer came is settled: the answer is owed a call of its own.
func (f *fold) firstCall() {
	c := f.c
	f.endEscalation(OutcomeOvertaken, "", "")
	f.move(OnFirstCall, RetryWait)
	f.raiseFence(f.e.Device)
	c.Plan.NotBefore, c.Plan.Band, c.Plan.Owner, c.Plan.OwnerUntil = f.atOnce(), "", "", time.Time{}
	c.Plan.Reason = "The promise is settled; the answer that came since is owed a call."
	f.callable()
}

// enterQueue makes a case outside the queue one of the queue, because of an
// answer: from now on it counts, and is anyone's.
func (f *fold) enterQueue(r Response) {
	c, at := f.c, f.e.EffectiveAt()
	told := *c.AdHoc
	told.Until, told.Answer, told.Calls = &at, r.ID, len(c.Attempts)
	c.AdHoc = &told
	if c.Plan.Owner == told.By && c.Plan.Callback == nil && c.openPromises() == 0 {
		c.Plan.Owner = ""
	}
}
