package callback

import (
	"fmt"
	"regexp"
	"time"
)

// KindNumberAdded is the word of NumberAdded.
const KindNumberAdded EventKind = "number.added"

// NumberAdded puts a number on a case that nobody knew before, or says more of
// one that is known: an agent has heard it, or a later response brought it. No
// number is ever taken away by it.
type NumberAdded struct {
	Phone Phone `json:"phone"`
	// Next tells that it is the one to dial next.
	Next bool `json:"next,omitempty"`
	// Replaces, E.164, is the number in whose place it was entered: that one
	// is not dialled any more. Empty if it stands beside the others.
	Replaces string `json:"replaces,omitempty" erase:"number"`
	// Response is the id of the response that brought it; empty if a person
	// entered it. Only a person brings a number back that led nowhere: files
	// repeat what was wrong before.
	Response string `json:"response,omitempty" erase:"id"`
}

// Kind implements Payload.
func (*NumberAdded) Kind() EventKind { return KindNumberAdded }

// numberForm is a number in ITU-T E.164 form, at most 15 digits, or the name
// that an erasure put in its place.
var numberForm = regexp.MustCompile(`^(\+[1-9][0-9]{0,14}|x[0-9A-Za-z]{1,32})?$`)

// Validate implements Payload. A number may be missing: it may have been
// erased.
func (a *NumberAdded) Validate() error {
	switch {
	case !numberForm.MatchString(a.Phone.E164):
		return fmt.Errorf("phone.e164 is not a number in E.164 form")
	case !numberForm.MatchString(a.Replaces):
		return fmt.Errorf("replaces is not a number in E.164 form")
	case !a.Phone.Kind.Known():
		return fmt.Errorf("phone.kind is %q; it is one of %v, or empty", string(a.Phone.Kind), PhoneKinds())
	case len(a.Phone.Raw) > maxNumberText || len(a.Phone.Ext) > maxNumberText:
		return fmt.Errorf("phone.raw and phone.ext may have %d bytes", maxNumberText)
	case len(a.Phone.Zones) > maxNumberZones:
		return fmt.Errorf("phone.zones are %d, more than %d", len(a.Phone.Zones), maxNumberZones)
	}
	return nil
}

// Bounds of what is kept with a number. A toll-free number of North America
// has 42 zones, the most there are.
const (
	maxNumberText  = 250
	maxNumberZones = 64
)

func (a *NumberAdded) apply(f *fold) {
	c := f.c
	switch {
	case a.Phone.E164 == "":
		f.shadow(ReasonInvalid)
		return
	case c.State == Suppressed:
		f.shadow(ReasonSuppressed)
		return
	}
	was := c.Customer.Phone
	c.Customer.know(a.Phone, a.Response == "")
	f.renumber(NumberEntered, a.Phone.E164, a.Response)
	if a.Replaces != "" && a.Replaces != a.Phone.E164 && c.Customer.retire(a.Replaces) {
		f.renumber(NumberReplaced, a.Replaces, a.Response)
	}
	if a.Next || !c.Customer.Phone.Known() {
		c.Customer.turnTo(a.Phone.E164)
	}
	f.dialsNow(was)
}

func sampleNumberAdded() Payload {
	return &NumberAdded{
		Phone: Phone{E164: "+12015550147", Raw: "201 555 0147", Region: "US", Kind: PhoneMobile, Zones: []string{"America/New_York"}, ZoneFrom: "number"},
		Next:  true, Replaces: "+12015550123",
	}
}

// KindNumberBarred is the word of NumberBarred.
const KindNumberBarred EventKind = "number.barred"

// NumberBarred says that a number which came to an open case is on the
// do-not-call list, while its person is not: it is kept, and never dialled.
// Only the server records it.
type NumberBarred struct {
	// Number is in E.164 form.
	Number string `json:"number" erase:"number"`
}

// Kind implements Payload.
func (*NumberBarred) Kind() EventKind { return KindNumberBarred }

// Validate implements Payload.
func (b *NumberBarred) Validate() error {
	if !numberForm.MatchString(b.Number) {
		return fmt.Errorf("number is not in E.164 form")
	}
	return nil
}

func (b *NumberBarred) apply(f *fold) {
	c := f.c
	p := c.Customer.find(b.Number)
	if p == nil || p.Barred {
		f.shadow(ReasonInvalid)
		return
	}
	was := c.Customer.Phone
	p.Barred = true
	f.renumber(NumberOnList, b.Number, "")
	f.p.rotateNumber(c)
	f.dialsNow(was)
}

func sampleNumberBarred() Payload { return &NumberBarred{Number: "+12015550123"} }

// NumberChange is one thing that became of a customer's number.
type NumberChange struct {
	EventID string    `json:"event_id"`
	At      time.Time `json:"at"`
	// By is the agent; empty if the server did it.
	By     string     `json:"by,omitempty"`
	Number string     `json:"number,omitempty"`
	What   NumberFate `json:"what"`
	// Response is the response that brought it, if one did.
	Response string `json:"response,omitempty"`
}

// NumberFate says what became of a number.
type NumberFate string

// The fates of numbers.
const (
	// NumberEntered: it came to the case, or came back.
	NumberEntered NumberFate = "entered"
	// NumberReplaced: another one was entered in its place.
	NumberReplaced NumberFate = "replaced"
	// NumberRetired: a call found that it leads nowhere.
	NumberRetired NumberFate = "retired"
	// NumberOnList: it is on the do-not-call list.
	NumberOnList NumberFate = "barred"
)

// Words says a fate for a person, after the number.
func (n NumberFate) Words() string {
	switch n {
	case NumberEntered:
		return "added"
	case NumberReplaced:
		return "replaced by another"
	case NumberRetired:
		return "leads nowhere"
	case NumberOnList:
		return "is on the do-not-call list"
	}
	return string(n)
}

// renumber puts on record what became of a number.
func (f *fold) renumber(what NumberFate, number, response string) {
	by := f.e.Agent
	if response != "" {
		by = ""
	}
	f.c.Renumbered = append(f.c.Renumbered, NumberChange{
		EventID: f.e.ID, At: f.e.EffectiveAt(), By: by, Number: number, What: what, Response: response,
	})
}
