package callback

import (
	"slices"
	"time"
)

// Dial is one dial as it counts toward the ceiling over all cases of a person
// and of a number.
type Dial struct {
	CaseID string
	// Person and Ref are the customer's ids here and in the source.
	Person, Ref string
	// Number is the one that was dialled, in E.164 form.
	Number string
	// At is when, by the server's clock as far as the desk knew it. UTC.
	At time.Time
}

// DialOf reads the dial of an event on a case of a customer. ok is false for
// events that are none, and for calls in which the customer rang.
func DialOf(e Event, who Customer) (d Dial, ok bool) {
	if e.Kind != KindCallRecorded {
		return d, false
	}
	payload, err := e.Decode()
	if err != nil {
		return d, false
	}
	call := payload.(*CallRecorded)
	if call.Direction == Inbound {
		return d, false
	}
	d = Dial{CaseID: e.CaseID, Person: who.ID, Ref: who.Ref, Number: call.Number, At: call.startedAt(e)}
	if d.Number == "" {
		d.Number = who.Phone.E164
	}
	return d, true
}

// Reaches tells whether the dial counts for a case besides its own: it went to
// the same person, or to one of their numbers.
func (d Dial) Reaches(c Case) bool {
	who := c.Customer
	switch {
	case d.CaseID == c.ID:
		return false
	case d.Person != "" && d.Person == who.ID, d.Ref != "" && d.Ref == who.Ref:
		return true
	}
	return d.Number != "" && slices.Contains(who.KnownBy(), d.Number)
}

// Knowing gives a case that is told of dials besides those that it knows of.
// A dial that it knows of already, by its time, is not counted twice.
func (c Case) Knowing(list []Dial) Case {
	var more []time.Time
	known := slices.Clone(c.Elsewhere)
	for _, d := range list {
		if !d.Reaches(c) {
			continue
		}
		if i := slices.IndexFunc(known, func(t time.Time) bool { return sameDial(t, d.At) }); i >= 0 {
			known = slices.Delete(known, i, i+1)
			continue
		}
		more = append(more, d.At)
	}
	if len(more) > 0 {
		c.Elsewhere = append(slices.Clone(c.Elsewhere), more...)
		slices.SortFunc(c.Elsewhere, time.Time.Compare)
	}
	return c
}

// sameDial tells that two times are of one dial: what is stored knows
// microseconds.
func sameDial(a, b time.Time) bool {
	return a.Truncate(time.Microsecond).Equal(b.Truncate(time.Microsecond))
}

// DialsTo gives when a person was dialled on another case in the 7 days before
// an instant, as far as that case tells.
func (c Case) DialsTo(who Case, now time.Time) []time.Time {
	var out []time.Time
	for _, a := range c.Attempts {
		d := Dial{CaseID: c.ID, Person: c.Customer.ID, Ref: c.Customer.Ref, Number: a.Number, At: a.At}
		if a.Direction != Inbound && a.At.After(DialSince(now)) && d.Reaches(who) {
			out = append(out, a.At)
		}
	}
	return out
}

// Noted keeps the latest of the dials that a case outside the queue begins
// with, as many as it may be told of, in order.
func (o *AdHocOpened) Noted() {
	slices.SortFunc(o.Dials, time.Time.Compare)
	o.Dials = slices.Clone(o.Dials[max(0, len(o.Dials)-maxDialsNoted):])
}
