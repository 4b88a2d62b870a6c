package server

import (
	"encoding/json"
	"fmt"

	"ringback/callback"
	"ringback/server/rows"
)

// barAdded looks up the numbers that came to a case: one that is on the
// do-not-call list is kept, and never dialled. Its person is not on the list
// for it: somebody else may have asked.
func (l *ledger) barAdded(e *entry, before callback.Case) error {
	for _, n := range e.now.Renumbered[min(len(before.Renumbered), len(e.now.Renumbered)):] {
		p, known := e.now.Customer.Number(n.Number)
		if n.What != callback.NumberEntered || !known || p.Barred {
			continue
		}
		hit, err := suppressed(l.u.ctx, l.u.q, []personKey{{"tel", l.u.s.keys.tel(n.Number)}})
		if err != nil || !hit {
			return err
		}
		if _, _, err := l.applyOwn(e.id, "", serverDevice, &callback.NumberBarred{Number: n.Number}); err != nil {
			return err
		}
	}
	return nil
}

// keepCustomer lets the customer know what their case has learnt of their
// numbers, for the cases to come, and the lease on the case hold what is new.
func (l *ledger) keepCustomer(e *entry, before callback.Case) error {
	if len(e.now.Renumbered) <= len(before.Renumbered) || e.now.Erased != nil {
		return nil
	}
	owner, err := l.ownerOf(e)
	if err != nil {
		return err
	}
	row, ok, err := found(l.u.q.Customer(l.u.ctx, l.team, owner))
	if err != nil || !ok {
		return err
	}
	var p person
	if err := json.Unmarshal(row.Body, &p.Customer); err != nil {
		return fmt.Errorf("read customer %s: %w", row.ID, err)
	}
	p.Follow(e.now.Customer)
	body, err := json.Marshal(p.Customer)
	if err != nil {
		return fmt.Errorf("encode customer: %w", err)
	}
	tel, err := p.keepTels(l)
	if err != nil {
		return err
	}
	if err := l.u.q.KeepNumbers(l.u.ctx, rows.KeepNumbersParams{Team: l.team, ID: row.ID, Tel: tel, Body: body}); err != nil {
		return err
	}
	return l.holdNumbers(e)
}

// keepTels keeps the further numbers that a customer is known by and gives the
// key of the first, empty if there is none.
func (p *person) keepTels(l *ledger) ([]byte, error) {
	first := []byte{}
	for i, number := range p.KnownBy() {
		key := l.u.s.keys.tel(number)
		if err := p.keepKey(l, personKey{"tel", key}); err != nil {
			return nil, err
		}
		if i == 0 {
			first = key
			continue
		}
		if err := l.u.q.AddCustomerNumber(l.u.ctx, l.team, key, p.ID); err != nil {
			return nil, err
		}
	}
	return first, nil
}

// holdNumbers lets the live lease on a case cover the numbers it has now. One
// that somebody else holds stays theirs: they dialled it first.
func (l *ledger) holdNumbers(e *entry) error {
	lease := e.now.Lease
	if lease == nil || !l.u.now.Before(lease.Until) {
		return nil
	}
	for _, k := range l.u.s.keys.held(e.now.Customer) {
		_, err := l.u.q.HoldNumber(l.u.ctx, rows.HoldNumberParams{
			Key: k.hash, Team: l.team, CaseID: e.id, Lease: lease.ID, Agent: lease.Agent,
			HeldUntil: micros(lease.Until), Now: micros(l.u.now),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// addNumbers puts what a later response says of the customer's numbers on
// their open case. What was known stays; the first new one is dialled next.
func (l *ledger) addNumbers(e *entry, j *judged, who *person) error {
	list := j.customer.All()
	return l.addPhones(e, list, who, j.response.ID, func(i int) bool { return i == 0 })
}

// addPhones puts numbers of a customer on a case of theirs. One that is known to
// lead nowhere is not brought back by a case that has not heard of it.
func (l *ledger) addPhones(e *entry, list []callback.Phone, who *person, response string, next func(i int) bool) error {
	for i := len(list) - 1; i >= 0; i-- {
		p := list[i]
		known, _ := who.Number(p.E164)
		if p.E164 == "" || p.Invalid || known.Invalid || !e.now.Customer.News(p) {
			continue
		}
		_, had := e.now.Customer.Number(p.E164)
		added := callback.NumberAdded{Phone: p, Next: next(i) && !had, Response: response}
		if _, _, err := l.applyOwn(e.id, "", serverDevice, &added); err != nil {
			return err
		}
	}
	return nil
}
