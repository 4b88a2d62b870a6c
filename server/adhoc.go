package server

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"ringback/callback"
)

// mayCallOutside tells what is wrong with a call outside the queue: what a
// person has to give is missing, or the number is none that may be called.
func (d *intent) mayCallOutside(ev callback.Event) (callback.Reason, string) {
	if ev.Kind != callback.KindAdHocOpened {
		return "", ""
	}
	p, err := ev.Decode()
	if err != nil {
		return callback.ReasonInvalid, callback.Line(err.Error()).String()
	}
	opened := p.(*callback.AdHocOpened)
	if lacks := opened.Lacks(); lacks != "" {
		return callback.ReasonInvalid, "it lacks " + lacks
	}
	if number := opened.Customer.Phone.E164; number != "" {
		if read, warning := readPhone(number, ""); read.E164 != number {
			return callback.ReasonInvalid, strings.TrimPrefix(warning, "phone: ")
		}
	}
	return "", ""
}

// said folds what a desk said. A case that it began outside the queue is given
// its person before, and its place after.
func (l *ledger) said(ev callback.Event, r receipt) (*entry, callback.Verdict, error) {
	ev, err := l.recognise(ev)
	if err != nil {
		return nil, callback.Verdict{}, err
	}
	e, verdict, err := l.apply(ev, r)
	if err != nil {
		return e, verdict, err
	}
	return e, verdict, l.beganOutside(e, ev, verdict)
}

// recognise puts what the server knows of a person in the place of what a desk
// knew when it began a case outside the queue: who has the number, where it may
// be, and how often they were dialled lately. The event keeps its id and its
// hash, so that it is known again as it was sent.
func (l *ledger) recognise(ev callback.Event) (callback.Event, error) {
	if ev.Kind != callback.KindAdHocOpened {
		return ev, nil
	}
	p, err := ev.Decode()
	if err != nil {
		return ev, nil //nolint:nilerr // what cannot be read is judged by the fold
	}
	opened := p.(*callback.AdHocOpened)
	if opened.Customer, err = l.whoIs(ev.CaseID, opened.Customer); err != nil {
		return ev, err
	}
	if opened.Dials, err = l.elsewhere(opened.Customer, ev.CaseID); err != nil {
		return ev, err
	}
	if ev.Payload, err = json.Marshal(opened); err != nil {
		return ev, fmt.Errorf("encode %s: %w", ev.Kind, err)
	}
	return ev, nil
}

// whoIs finds the person of a case outside the queue: by their open case, else
// among all customers by the number. Somebody else at the same number, as at a
// switchboard, is a new person.
func (l *ledger) whoIs(caseID string, said callback.Customer) (callback.Customer, error) {
	fresh := callback.Customer{
		ID: "p" + idOf(l.team, "adhoc", caseID), Name: callback.Line(said.Name).String(), Account: callback.Line(said.Account).String(),
		Language: callback.Line(said.Language).String(), Value: -1,
	}
	if said.Phone.E164 == "" {
		return fresh, nil
	}
	phone, _ := readPhone(said.Phone.E164, "")
	phone.Raw, phone.Ext = callback.Line(said.Phone.Raw).String(), callback.Line(said.Phone.Ext).String()
	phone.Zones, phone.ZoneFrom, _ = zonesOf(phone, "", "")
	fresh.Phone = phone
	other, err := l.openOf(caseID, said)
	if err != nil {
		return fresh, err
	}
	if other != nil {
		return dialling(other.now.Customer, phone), nil
	}
	list, err := l.alike(fresh, l.u.s.keys.person(fresh))
	if err != nil || len(list) == 0 {
		return fresh, err
	}
	known := list[0]
	if i := slices.IndexFunc(list, func(p *person) bool { return p.ID == said.ID }); i >= 0 {
		known = list[i]
	}
	return dialling(known.snapshot(), phone), nil
}

// dialling gives a known customer whose turn it is to be called at a number. What
// the record says of its zone stands.
func dialling(c callback.Customer, phone callback.Phone) callback.Customer {
	if c.Phone.E164 == phone.E164 {
		c.Phone.Ext = phone.Ext
		return c
	}
	was := c.Phone
	c.Others = slices.DeleteFunc(slices.Clone(c.Others), func(p callback.Phone) bool { return p.E164 == phone.E164 })
	if was.E164 != "" {
		c.Others = append([]callback.Phone{was}, c.Others...)
	}
	c.Phone = phone
	return c
}

// samePerson tells whether a desk means a customer: it knew them, or said no
// other name.
func samePerson(known, said callback.Customer) bool {
	name := callback.Line(said.Name).String()
	return known.ID == said.ID || callback.SameName(known.Name, name)
}

// openOf finds another open case of a person, by the number: of several one of
// the queue.
func (l *ledger) openOf(caseID string, said callback.Customer) (*entry, error) {
	if said.Phone.E164 == "" {
		return nil, nil
	}
	key := l.u.s.keys.tel(said.Phone.E164)
	ids, err := l.u.q.OpenContacts(l.u.ctx, l.team, key)
	if err != nil {
		return nil, err
	}
	ids = append(ids, l.fresh[string(key)]...)
	slices.Sort(ids)
	var best *entry
	for _, id := range slices.Compact(ids) {
		e, err := l.entry(id)
		if err != nil {
			return nil, err
		}
		if id == caseID || !e.now.State.Open() || !samePerson(e.now.Customer, said) {
			continue
		}
		if best == nil || best.now.Outside() && !e.now.Outside() {
			best = e
		}
	}
	return best, nil
}

// beganOutside does what follows when a case outside the queue has begun: it
// joins the customer's open case if they have one, waits if the number is held,
// and else is the customer's case from now on.
func (l *ledger) beganOutside(e *entry, ev callback.Event, verdict callback.Verdict) error {
	if ev.Kind != callback.KindAdHocOpened || verdict.Status != callback.Applied || e.now.Erased != nil || !e.now.State.Open() {
		return nil
	}
	other, err := l.openOf(e.id, e.now.Customer)
	if err != nil {
		return err
	}
	if other == nil {
		// They may have an open case under another number.
		if other, err = l.openCase(e.now.Customer.ID); err != nil {
			return err
		}
	}
	if other != nil && other != e {
		_, _, err := l.applyOwn(e.id, ev.Agent, serverDevice, &callback.AdHocJoined{Into: other.id})
		return err
	}
	if e.now.Customer.Phone.E164 == "" {
		return nil
	}
	row, _, err := found(l.u.q.Customer(l.u.ctx, l.team, e.now.Customer.ID))
	if err != nil {
		return err
	}
	who := person{Customer: e.now.Customer, detractors: row.Detractors, caseID: e.id}
	return who.save(l)
}
