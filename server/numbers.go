package server

import (
	"fmt"
	"slices"

	"ringback/callback"
	"ringback/server/rows"
)

// The states of a number.
const (
	numberHeld     = "held"
	numberReleased = "released"
)

// keepNumbers holds what waits because of its number together: an event that
// says something is wrong with a number holds every open case that has it, a
// supervisor's word sets them all free, and a case that opens with such a
// number waits from the start.
func (l *ledger) keepNumbers(e *entry, before callback.Case, ev callback.Event) error {
	if err := l.keepCustomer(e, before); err != nil || !e.now.State.Open() {
		return err
	}
	if ev.Kind == callback.KindCaseOpened && before.Version == 0 || ev.Kind == callback.KindNumberAdded {
		return l.watchNumbers(e, ev)
	}
	number := e.now.Customer.Phone.E164
	if number == "" {
		return nil
	}
	n := watched{l: l, key: l.u.s.keys.tel(number), at: e, by: ev.Agent}
	switch {
	case ev.Kind == callback.KindCaseSkipped && before.Hold == nil && e.now.Hold != nil && e.now.Hold.Cause.OfNumber():
		return n.hold(e.now.Hold.Cause, n.pointer())
	case ev.Kind == callback.KindReviewSettled && ev.Device != serverDevice && before.Hold != nil && e.now.Hold == nil &&
		before.Hold.Cause.OfNumber() && e.now.State.Open():
		return n.release(before.Hold.Cause, ev)
	}
	return nil
}

// watchNumbers looks at all numbers of a case that was opened, or has got
// another one: if one of them waits for a supervisor, the case does.
func (l *ledger) watchNumbers(e *entry, ev callback.Event) error {
	if lease := e.now.Lease; lease != nil && l.u.now.Before(lease.Until) {
		return nil // somebody is on the phone with them
	}
	for _, p := range e.now.Customer.Numbers() {
		n := watched{l: l, key: l.u.s.keys.tel(p.E164), at: e, by: ev.Agent}
		if err := n.opened(); err != nil || e.now.State == callback.Review {
			return err
		}
	}
	return nil
}

// watched is the number of a case.
type watched struct {
	l   *ledger
	key []byte
	at  *entry
	by  string
}

// pointer is what the other cases of the number say: an agent's words about one
// customer stay with that customer's case, and are erased with it.
func (n watched) pointer() string {
	return "What was said of the caller stands on case " + n.at.id + "."
}

// opened looks at the number of a case that has just been opened.
func (n watched) opened() error {
	row, known, err := found(n.l.u.q.Number(n.l.u.ctx, n.l.team, n.key))
	if err != nil || known && row.State == numberReleased {
		return err
	}
	if known {
		_, _, err := n.l.applyOwn(n.at.id, "", serverDevice, &callback.CaseHeld{Cause: callback.HoldCause(row.Cause), Reason: row.Reason})
		return err
	}
	limit := n.l.policy.FloorInForce().SharedNumber
	if limit == 0 {
		return nil
	}
	open, err := n.cases()
	if err != nil || len(open) < limit {
		return err
	}
	return n.hold(callback.HeldNumber, fmt.Sprintf("The number stands on %d open cases.", len(open)))
}

// cases gives the team's open cases that have the number.
func (n watched) cases() ([]*entry, error) {
	ids, err := n.l.u.q.OpenContacts(n.l.u.ctx, n.l.team, n.key)
	if err != nil {
		return nil, err
	}
	ids = append(ids, n.l.fresh[string(n.key)]...)
	slices.Sort(ids)
	var out []*entry
	for _, id := range slices.Compact(ids) {
		e, err := n.l.entry(id)
		if err != nil {
			return nil, err
		}
		if e.now.State.Open() {
			out = append(out, e)
		}
	}
	return out, nil
}

// hold has all cases of the number wait. One that somebody holds now is left
// to them, and a call that was agreed is made, unless they are abusive.
func (n watched) hold(cause callback.HoldCause, reason string) error {
	if err := n.put(numberHeld, cause, reason); err != nil {
		return err
	}
	open, err := n.cases()
	if err != nil {
		return err
	}
	for _, e := range open {
		lease := e.now.Lease
		switch {
		case e.now.State == callback.Review || e.now.State == callback.Escalated:
			continue
		case lease != nil && n.l.u.now.Before(lease.Until):
			continue
		case cause == callback.HeldNumber && e.now.State == callback.CallbackScheduled:
			continue
		}
		if _, _, err := n.l.applyOwn(e.id, "", serverDevice, &callback.CaseHeld{Cause: cause, Reason: reason}); err != nil {
			return err
		}
	}
	return nil
}

// release sets the number free, and the cases that waited for nothing else.
func (n watched) release(cause callback.HoldCause, ev callback.Event) error {
	if err := n.put(numberReleased, cause, ""); err != nil {
		return err
	}
	open, err := n.cases()
	if err != nil {
		return err
	}
	for _, e := range open {
		if e.now.Hold == nil || !e.now.Hold.Cause.OfNumber() {
			continue
		}
		words := "The number was set free with case " + n.at.id + "."
		if _, _, err := n.l.applyOwn(e.id, ev.Agent, serverDevice, &callback.ReviewSettled{Words: words}); err != nil {
			return err
		}
	}
	return nil
}

func (n watched) put(state string, cause callback.HoldCause, reason string) error {
	return n.l.u.q.PutNumber(n.l.u.ctx, rows.PutNumberParams{
		Team: n.l.team, Key: n.key, State: state, Cause: string(cause), Reason: reason, At: micros(n.l.u.now), Who: n.by, CaseID: n.at.id,
	})
}
