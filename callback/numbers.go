package callback

import (
	"slices"
	"time"
)

// All gives every number of the customer, those too that may not be dialled,
// the one whose turn it is first.
func (c Customer) All() []Phone {
	out := make([]Phone, 0, 1+len(c.Others))
	for _, p := range append([]Phone{c.Phone}, c.Others...) {
		if !p.Blank() {
			out = append(out, p)
		}
	}
	return out
}

// Numbers gives the numbers of a customer that may be dialled, the one whose
// turn it is first.
func (c Customer) Numbers() []Phone {
	return slices.DeleteFunc(c.All(), func(p Phone) bool { return !p.Known() })
}

// KnownBy gives the numbers, E.164, by which the customer is known: those that
// may be dialled, and the one in hand even if it led nowhere. One that is on
// the do-not-call list for somebody else says nothing of them.
func (c Customer) KnownBy() []string {
	var out []string
	for i, p := range append([]Phone{c.Phone}, c.Others...) {
		if p.Known() || i == 0 && p.E164 != "" && !p.Barred {
			out = append(out, p.E164)
		}
	}
	return out
}

// find gives the number on record, or nil.
func (c *Customer) find(number string) *Phone {
	if number == "" {
		return nil
	}
	if c.Phone.E164 == number {
		return &c.Phone
	}
	for i := range c.Others {
		if c.Others[i].E164 == number {
			return &c.Others[i]
		}
	}
	return nil
}

// Number finds one of the customer's numbers, E.164.
func (c Customer) Number(number string) (Phone, bool) {
	if p := c.find(number); p != nil {
		return *p, true
	}
	return Phone{}, false
}

// Learn takes over what a source says of the customer's numbers, in its order:
// a new one goes first, what was known stays. If none is left that leads to
// them, those that the source repeats are tried once more. It tells whether
// anything is new.
func (c *Customer) Learn(list []Phone) (changed bool) {
	defer func() {
		if len(c.Numbers()) > 0 {
			return
		}
		for _, p := range slices.Backward(list) {
			if have := c.find(p.E164); have != nil && have.Invalid && !have.Barred {
				have.Invalid, changed = false, true
				c.turnTo(p.E164)
			}
		}
	}()
	for i, p := range slices.Backward(list) {
		switch {
		case p.E164 != "":
			changed = c.know(p, false) || changed
			if old := c.Phone; i == 0 && old.E164 != p.E164 {
				c.turnTo(p.E164)
				changed = changed || c.Phone.E164 != old.E164
			}
		case p.Raw != "" && !slices.ContainsFunc(c.All(), func(have Phone) bool { return have.Raw == p.Raw }):
			c.Others, changed = append(c.Others, p), true
		}
	}
	return changed
}

// News tells whether something of a number is not on record yet.
func (c Customer) News(p Phone) bool {
	c.Others = slices.Clone(c.Others)
	return c.know(p, false)
}

// Follow takes over what a case has learnt of its customer's numbers: those
// that came to it, those that lead nowhere, and whose turn it is.
func (c *Customer) Follow(of Customer) {
	list := of.All()
	for _, p := range c.All() {
		if !slices.ContainsFunc(list, func(have Phone) bool { return have.E164 == p.E164 && (p.E164 != "" || have.Raw == p.Raw) }) {
			list = append(list, p)
		}
	}
	if len(list) > 0 {
		c.Phone, c.Others = list[0], slices.Clone(list[1:])
	}
}

// Unite is Follow for somebody who turns out to be the same person: what either
// knows to lead nowhere does, and what is barred for either stays so.
func (c *Customer) Unite(of Customer) {
	was := c.All()
	c.Follow(of)
	for _, p := range was {
		if have := c.find(p.E164); have != nil {
			have.Invalid, have.Barred = have.Invalid || p.Invalid, have.Barred || p.Barred
		}
	}
}

// zoneStated says of zones that the source states them; others are guessed
// from the number, and never take their place.
const zoneStated = "record"

// know puts a number on record, or what is new about one. revive brings one
// back that led nowhere; one on the do-not-call list stays there. It tells
// whether that changed what may be dialled, and when.
func (c *Customer) know(p Phone, revive bool) bool {
	have := c.find(p.E164)
	if have == nil {
		p.Invalid, p.Barred = false, false
		if zones := c.statedZones(); len(zones) > 0 && p.ZoneFrom != zoneStated {
			p.Zones, p.ZoneFrom = zones, zoneStated
		}
		if c.Phone.Blank() {
			c.Phone = p
		} else {
			c.Others = append(c.Others, p)
		}
		return true
	}
	old := *have
	if len(p.Zones) > 0 && (p.ZoneFrom == zoneStated || have.ZoneFrom != zoneStated) {
		have.Zones, have.ZoneFrom = p.Zones, p.ZoneFrom
	}
	for _, x := range []struct{ have, now *string }{{&have.Ext, &p.Ext}, {&have.Raw, &p.Raw}, {&have.Region, &p.Region}} {
		if *x.now != "" {
			*x.have = *x.now
		}
	}
	if p.Kind != PhoneOther {
		have.Kind = p.Kind
	}
	have.Invalid = have.Invalid && !revive
	return old.Invalid != have.Invalid || old.Ext != have.Ext || old.Kind != have.Kind || old.Region != have.Region ||
		!slices.Equal(old.Zones, have.Zones)
}

// statedZones are where the source says that the customer is, whatever their
// number; nil if it does not say.
func (c Customer) statedZones() []string {
	for _, p := range append([]Phone{c.Phone}, c.Others...) {
		if p.ZoneFrom == zoneStated {
			return p.Zones
		}
	}
	return nil
}

// Region is where the customer's numbers are at home, as far as is known: it
// reads a number that lacks its country code.
func (c Customer) Region() string {
	for _, p := range append([]Phone{c.Phone}, c.Others...) {
		if p.Region != "" {
			return p.Region
		}
	}
	return ""
}

// retire takes a number out of all calls, and tells whether it was dialled
// until then.
func (c *Customer) retire(number string) bool {
	p := c.find(number)
	if p == nil || p.Invalid {
		return false
	}
	p.Invalid = true
	return true
}

// turnTo makes it a number's turn, if it may be dialled.
func (c *Customer) turnTo(number string) {
	at := slices.IndexFunc(c.Others, func(p Phone) bool { return p.E164 == number && p.Known() })
	if at < 0 {
		return
	}
	next, rest := c.Others[at], slices.Delete(slices.Clone(c.Others), at, at+1)
	if !c.Phone.Blank() {
		rest = append([]Phone{c.Phone}, rest...)
	}
	c.Phone, c.Others = next, rest
}

// Dialling gives the case as it is for a call to another of the customer's
// numbers: the rules of dialling then speak of that one. ok is false if the
// number is not on the case.
func (c Case) Dialling(number string) (_ Case, ok bool) {
	if c.Customer.Phone.E164 == number {
		return c, number != ""
	}
	at := slices.IndexFunc(c.Customer.Others, func(p Phone) bool { return p.E164 == number })
	if number == "" || at < 0 {
		return c, false
	}
	others := slices.Clone(c.Customer.Others)
	c.Customer.Phone, others[at] = others[at], c.Customer.Phone
	c.Customer.Others = others
	return c, true
}

// dialled marks what an attempt found out about a number: one that leads
// nowhere is not tried again. An attempt that does not name its number was
// made to the present one.
func (f *fold) dialled(number string, bad bool) {
	if !bad {
		return
	}
	if number == "" {
		number = f.c.Customer.Phone.E164
	}
	if f.c.Customer.retire(number) {
		f.renumber(NumberRetired, number, "")
	}
}

// rotateNumber makes it another number's turn: when the present one leads
// nowhere, or when it was attempted as often in a row as the policy allows and
// another was attempted less. It tells whether there is a number to dial.
func (p Policy) rotateNumber(c *Case) bool {
	tries := map[string]int{}
	for _, a := range c.Attempts {
		if a.counts() && a.Round == c.Round {
			tries[a.Number]++
		}
	}
	now := c.Customer.Phone
	n, most := tries[now.E164], p.Retry.PerNumber
	if now.Known() && (most <= 0 || n == 0 || n%most != 0) {
		return true
	}
	best := -1
	for i, other := range c.Customer.Others {
		if other.Known() && (best < 0 || tries[other.E164] < tries[c.Customer.Others[best].E164]) {
			best = i
		}
	}
	if best < 0 || now.Known() && tries[c.Customer.Others[best].E164] >= n {
		return now.Known()
	}
	rest := make([]Phone, 0, len(c.Customer.Others))
	rest = append(rest, c.Customer.Others[best+1:]...)
	rest = append(rest, now)
	rest = append(rest, c.Customer.Others[:best]...)
	c.Customer.Phone, c.Customer.Others = c.Customer.Others[best], rest
	return true
}

// dialsNow holds the plan to the number whose turn it is, after the numbers
// have changed: a case that waited for a number goes on, an hour that the new
// number does not allow moves, and without any number a person is asked.
func (f *fold) dialsNow(was Phone) {
	c, now := f.c, f.c.Customer.Phone
	switch c.State {
	case Closed:
		if c.Closing == nil || c.Closing.Resolution != UnreachData || !now.Known() || f.p.capReached(*c) != "" || f.barred() {
			return
		}
		f.reopenRound()
		f.goOn()
	case Review:
		if now.Known() && c.Hold != nil && (c.Hold.Cause == HeldNoNumber || c.Hold.Reason == noNumber || c.Hold.Reason == noHour) {
			f.goOn()
		}
	case New, RetryWait, CallbackScheduled:
		switch {
		case !now.Known():
			f.review(noNumber)
		case now.E164 != was.E164 || !slices.Equal(now.Zones, was.Zones) || now.Region != was.Region:
			f.fitPlan(now)
		}
	case Escalated:
		if now.Known() && !c.Plan.NotBefore.IsZero() {
			c.Plan.NotBefore = f.p.opensFrom(now, c.Plan.NotBefore)
		}
	}
}

// goOn takes a case back to the queue that there is a number for now.
func (f *fold) goOn() {
	c, to := f.c, f.c.resumes()
	if c.State == Closed {
		to = New
	}
	f.move(OnNumber, to)
	c.Plan.Band, c.Plan.Reason = "", "A number was entered."
	if c.State == InProgress {
		c.Plan.NotBefore, c.Plan.Owner = c.firstOpenDue(), c.promiser()
		return
	}
	c.Plan.NotBefore = f.atOnce()
	if rest, _ := f.p.rest(*c, false); c.State != New && rest.After(c.Plan.NotBefore) {
		c.Plan.NotBefore = rest
	}
	f.fitPlan(c.Customer.Phone)
	if asked := c.Response(); c.State != Review && asked.AskedFor != nil && asked.AskedFor.After(f.e.EffectiveAt()) {
		f.asked(asked)
	}
}

// fitPlan moves what is planned to hours that a number allows; an agreed time
// stays within the legal ones. A new case has a time ahead only if its customer
// asked for one; hours and pauses are looked at when somebody is to call.
func (f *fold) fitPlan(phone Phone) {
	c := f.c
	fits := func(t time.Time) bool { return c.State == CallbackScheduled && f.p.AskedTime(phone.Zones, t) }
	moved := func(t time.Time) time.Time {
		if t.IsZero() || fits(t) {
			return t
		}
		o := f.p.Window(phone.Region, phone.Zones, t)
		if o.At.IsZero() {
			f.review(noHour)
		}
		return o.At.UTC()
	}
	if cb := c.Plan.Callback; c.State == CallbackScheduled && cb != nil {
		with := *cb
		if with.At = moved(cb.At); c.State == Review {
			return
		}
		if !with.At.Equal(cb.At) {
			c.Plan.Callback, c.Plan.NotBefore = &with, with.At
			c.Plan.Reason = "The time agreed is outside the legal hours of the new number; these are the next."
			return
		}
	}
	next := c.Plan.NotBefore
	if c.State != New || next.After(f.e.EffectiveAt()) {
		next = moved(next)
	}
	if c.State == Review {
		return
	}
	if !next.Equal(c.Plan.NotBefore) {
		c.Plan.NotBefore, c.Plan.Band = next, ""
	}
	if c.State != CallbackScheduled && f.p.Window(phone.Region, phone.Zones, f.e.EffectiveAt()).At.IsZero() {
		f.review(noHour)
	}
}
