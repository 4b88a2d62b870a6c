package callback

import (
	"fmt"
	"strings"
	"time"
)

// KindAgreementCarried is the word of AgreementCarried.
const KindAgreementCarried EventKind = "agreement.carried"

// Agreed is what a customer may count on after a call: a time to be called at,
// promises, a supervisor who looks at it.
type Agreed struct {
	Callback *CallbackWish `json:"callback,omitempty"`
	Promises []NewPromise  `json:"promises,omitempty"`
	// Escalated is why a supervisor is to look at it; empty if none is.
	Escalated string `json:"escalated,omitempty" erase:"say"`
}

// None tells that nothing was agreed.
func (a Agreed) None() bool { return a.Callback == nil && len(a.Promises) == 0 && a.Escalated == "" }

// AgreedIn gives what an event says was agreed with the customer.
func AgreedIn(e Event) Agreed {
	p, err := e.Decode()
	if err != nil {
		return Agreed{}
	}
	switch p := p.(type) {
	case *CallbackSet:
		return Agreed{Callback: &p.Callback}
	case *CallRecorded:
		return p.agreed()
	}
	return Agreed{}
}

// agreed gives what was agreed on a call.
func (r *CallRecorded) agreed() Agreed {
	rule, _ := r.Disposition.Rule()
	if rule.Suppress {
		return Agreed{}
	}
	out := Agreed{Promises: r.Promises}
	switch rule.To {
	case CallbackScheduled:
		out.Callback = r.Callback
	case Escalated:
		out.Escalated = firstWords(r.Note, rule.Meaning)
	}
	return out
}

// AgreementCarried puts on a customer's open case what was agreed with them on
// another one that had ended by then, as on a call outside the queue by a desk
// that could not know of this case. The call itself stays on record there. Only
// the server records it, in the name of who agreed it.
type AgreementCarried struct {
	// From is the other case, Event the event that says so.
	From  string `json:"from" erase:"id"`
	Event string `json:"event" erase:"id"`
	Agreed
}

// Kind implements Payload.
func (*AgreementCarried) Kind() EventKind { return KindAgreementCarried }

// Validate implements Payload.
func (a *AgreementCarried) Validate() error {
	switch {
	case a.From == "" || a.Event == "":
		return fmt.Errorf("from or event is empty")
	case a.Callback != nil && a.Callback.At.IsZero():
		return fmt.Errorf("callback.at is empty")
	}
	for _, p := range a.Promises {
		if p.ID == "" || p.Due.IsZero() {
			return fmt.Errorf("a promise needs an id and a due time")
		}
	}
	return nil
}

func (a *AgreementCarried) apply(f *fold) {
	c := f.c
	if !c.State.Open() {
		f.shadow(ReasonCaseClosed)
		return
	}
	c.Notes = append(c.Notes, Note{EventID: f.e.ID, By: f.e.Agent, At: f.e.EffectiveAt(), Text: a.words()})
	for _, p := range a.Promises {
		f.promise(p)
	}
	if a.Escalated != "" && c.State != Escalated {
		f.escalate(OnEscalate, EscalatedOnCall, f.e.Agent, a.Escalated)
	}
	if a.Callback != nil {
		f.keepAgreed(*a.Callback)
	}
}

// words say what was agreed, so that it is read even where the plan goes on
// otherwise.
func (a *AgreementCarried) words() string {
	out := "Agreed with the customer on case " + Line(a.From).String() + ", which goes on here:"
	if a.Callback != nil {
		out += " to call them " + a.Callback.At.UTC().Format("Mon 2 Jan 2006 15:04") + " UTC;"
	}
	out += promisedWords(a.Promises)
	if a.Escalated != "" {
		out += " a supervisor looks at it;"
	}
	return strings.TrimSuffix(out, ";") + "."
}

// promisedWords lists promises, each with a semicolon after it.
func promisedWords(list []NewPromise) string {
	out := ""
	for _, p := range list {
		out += " " + Line(p.Text).String() + ", by " + p.Due.UTC().Format("Mon 2 Jan 2006 15:04") + " UTC;"
	}
	return out
}

// keepAgreed plans a call that was agreed elsewhere. With a supervisor the case
// stays; they are to make it. Of two agreed by different people the earlier
// one stands, and a person is told of the other.
func (f *fold) keepAgreed(w CallbackWish) {
	c := f.c
	if c.State == Escalated {
		if old := c.Plan.Callback; old == nil || w.At.Before(old.At) {
			c.Plan.Callback = &Callback{At: w.At, Zone: w.Zone, SetBy: f.e.Agent, SetAt: f.e.EffectiveAt(), EventID: f.e.ID}
		}
		return
	}
	if !f.schedule(w) {
		return
	}
	if c.Lease != nil {
		c.Plan.Callback.Fence = 0 // whoever holds the case has not heard of it
		return
	}
	f.raiseFence(f.e.Device)
	c.Plan.Callback.Fence = c.Fence
}

func sampleAgreementCarried() Payload {
	return &AgreementCarried{From: "ca-7", Event: "ev-7", Agreed: Agreed{
		Callback: &CallbackWish{At: time.Date(2026, 3, 3, 15, 30, 0, 0, time.UTC), Zone: "America/New_York"},
		Promises: []NewPromise{{ID: "pr-3", Text: "Send the manual", Due: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)}},
	}}
}
