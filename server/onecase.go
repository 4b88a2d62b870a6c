package server

import (
	"maps"
	"slices"

	"ringback/callback"
	"ringback/server/rows"
)

// A customer has one open case at most: what comes later joins it, a closed
// case is not opened beside it, and of two that turn out to be one person's one
// goes on.

// ownerOf gives the customer whose case it is.
func (l *ledger) ownerOf(e *entry) (string, error) {
	if e.owner != "" {
		return e.owner, nil
	}
	e.owner = e.now.Customer.ID
	if e.base.Version == 0 {
		return e.owner, nil
	}
	row, ok, err := found(l.u.q.CustomerOfCase(l.u.ctx, l.team, e.id))
	if ok && row != "" {
		e.owner = row
	}
	return e.owner, err
}

// openCase gives a customer's open case, or nil.
func (l *ledger) openCase(customer string) (*entry, error) {
	id, here := l.holding[customer]
	if !here {
		row, ok, err := found(l.u.q.Customer(l.u.ctx, l.team, customer))
		if err != nil || !ok {
			return nil, err
		}
		id = row.CaseID
	}
	if id == "" {
		return nil, nil
	}
	e, err := l.entry(id)
	if err != nil || !e.now.State.Open() {
		return nil, err
	}
	return e, nil
}

// casesOf gives all cases of a customer, those of this unit included.
func (l *ledger) casesOf(customer string) ([]callback.Case, error) {
	list, err := l.u.q.CasesOfCustomer(l.u.ctx, l.team, customer)
	if err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for _, id := range list {
		ids[id] = true
	}
	for _, e := range l.order {
		if e.owner == customer {
			ids[e.id] = true
		}
	}
	var out []callback.Case
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		e, err := l.entry(id)
		if err != nil {
			return nil, err
		}
		out = append(out, e.now)
	}
	return out, nil
}

// barReopening looks ahead: an event that would open a closed case again, or
// tells of something agreed, does not, while its customer has another open one;
// what was agreed goes on there (carry). The case is told so first, so that
// folding its events anew comes out the same.
func (l *ledger) barReopening(e *entry, policy callback.Policy, ev callback.Event) error {
	if e.now.Version == 0 || e.now.State.Open() || e.now.Erased != nil {
		return nil
	}
	if next, _ := callback.Apply(policy, e.now, ev); !next.State.Open() && callback.AgreedIn(ev).None() {
		return nil
	}
	owner, err := l.ownerOf(e)
	if err != nil {
		return err
	}
	other, err := l.openCase(owner)
	if err != nil || other == nil || other == e {
		return err
	}
	_, _, err = l.applyOwn(e.id, "", serverDevice, &callback.ReopenBarred{EventID: ev.ID, CaseID: other.id})
	return err
}

// carry puts what an event says was agreed on the customer's open case, if the
// event's own case may not be opened for it.
func (l *ledger) carry(e *entry, ev callback.Event, verdict callback.Verdict) error {
	bar, agreed := e.now.Barred, callback.AgreedIn(ev)
	if verdict.Reason != callback.ReasonOtherOpen || bar == nil || bar.EventID != ev.ID || agreed.None() {
		return nil
	}
	_, _, err := l.applyOwn(bar.CaseID, ev.Agent, serverDevice, &callback.AgreementCarried{From: e.id, Event: ev.ID, Agreed: agreed})
	return err
}

// keepHolding notes which case a customer has open, and by what they are known,
// as an event has left it.
func (l *ledger) keepHolding(e *entry, before callback.Case, ev callback.Event) error {
	was, is := before.State.Open(), e.now.State.Open()
	if was != is {
		owner, err := l.ownerOf(e)
		if err != nil {
			return err
		}
		if err := l.hold(owner, e, is); err != nil {
			return err
		}
	}
	if before.Version == 0 || e.now.Erased != nil {
		return nil
	}
	return l.keepKeys(e, before, ev)
}

// hold notes that a case has become its customer's open one, or is no more.
// What is begun outside the queue beside an open case is not, even for the
// moment until it has joined that one.
func (l *ledger) hold(customer string, e *entry, open bool) error {
	held, here := l.holding[customer]
	if !here {
		row, _, err := found(l.u.q.Customer(l.u.ctx, l.team, customer))
		if err != nil {
			return err
		}
		held = row.CaseID
	}
	switch {
	case !open && held == e.id:
		l.holding[customer] = ""
	case open:
		if other, err := l.openCase(customer); err != nil || other != nil && other != e {
			return err
		}
		l.holding[customer] = e.id
	}
	return nil
}

// keepKeys lets a case be found by what has become known of its customer. One
// who asked never to be called, as whom they were not known here, is not called.
func (l *ledger) keepKeys(e *entry, before callback.Case, ev callback.Event) error {
	a, b := before.Customer, e.now.Customer
	if a.Ref == b.Ref && a.Email == b.Email {
		return nil
	}
	var fresh []personKey
	for _, k := range l.u.s.keys.person(b) {
		if k.kind == "tel" {
			continue
		}
		fresh = append(fresh, k)
		if err := l.u.q.AddContact(l.u.ctx, l.team, k.hash, e.id); err != nil {
			return err
		}
		l.fresh[string(k.hash)] = append(l.fresh[string(k.hash)], e.id)
	}
	if !e.now.State.Open() {
		return nil
	}
	hit, err := suppressed(l.u.ctx, l.u.q, fresh)
	if err != nil || !hit {
		return err
	}
	_, _, err = l.applyOwn(e.id, ev.Agent, serverDevice, &callback.SuppressRequested{Reason: "On the do-not-call list."})
	return err
}

// flushHolding writes which cases customers have open.
func (l *ledger) flushHolding() error {
	for _, customer := range slices.Sorted(maps.Keys(l.holding)) {
		if err := l.u.q.SetCustomerCase(l.u.ctx, l.holding[customer], l.team, customer); err != nil {
			return err
		}
	}
	clear(l.holding)
	return nil
}

// join makes one customer of two: other's cases and responses are who's from
// now on.
func (l *ledger) join(who, other *person) error {
	mine, err := l.openCase(who.ID)
	if err != nil {
		return err
	}
	theirs, err := l.openCase(other.ID)
	if err != nil {
		return err
	}
	if err := l.move(who, other); err != nil {
		return err
	}
	into := mine
	if theirs != nil {
		if into = theirs; mine != nil {
			from := theirs
			if into = mine; callback.GoesOn(mine.now, theirs.now).ID != mine.id {
				into, from = theirs, mine
			}
			if err := l.takeOver(into, from, who); err != nil {
				return err
			}
		}
	}
	if err := l.neverAgain(who, into); err != nil {
		return err
	}
	who.caseID, who.changed = "", true
	if into != nil && into.now.State.Open() {
		who.caseID = into.id
	}
	l.holding[who.ID], l.holding[other.ID] = who.caseID, ""
	return nil
}

// neverAgain ends the open case of two who turned out to be one, if either had
// asked never to be called. A number that is on the list by itself says nothing
// of them, and is only barred.
func (l *ledger) neverAgain(who *person, open *entry) error {
	if open == nil || !open.now.State.Open() {
		return nil
	}
	past, err := l.casesOf(who.ID)
	if err != nil {
		return err
	}
	never := slices.ContainsFunc(past, func(c callback.Case) bool { return c.State == callback.Suppressed })
	if !never {
		keys := slices.DeleteFunc(l.u.s.keys.person(who.Customer), func(k personKey) bool { return k.kind == "tel" })
		if never, err = suppressed(l.u.ctx, l.u.q, keys); err != nil {
			return err
		}
	}
	if !never {
		return nil
	}
	_, _, err = l.applyOwn(open.id, "", serverDevice, &callback.SuppressRequested{Reason: "On the do-not-call list."})
	return err
}

// move gives one customer what another one has.
func (l *ledger) move(who, other *person) error {
	newer := who.Customer
	who.Customer = other.Customer
	who.Others = slices.Clone(who.Others)
	who.learn(newer)
	who.Phone, who.Others = other.Phone, slices.Clone(other.Others)
	who.Unite(newer) // as a source's words its numbers would come back to life
	who.ID = newer.ID
	who.detractors += other.detractors
	u := l.u
	keys, err := u.q.KeysOfCustomer(u.ctx, l.team, other.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := u.q.AddCustomerKey(u.ctx, rows.AddCustomerKeyParams{Team: l.team, Key: k.Key, CustomerID: who.ID, Kind: k.Kind, Refless: who.Ref == ""}); err != nil {
			return err
		}
	}
	if err := u.q.MoveCases(u.ctx, who.ID, l.team, other.ID); err != nil {
		return err
	}
	if err := u.q.MoveResponses(u.ctx, who.ID, l.team, other.ID); err != nil {
		return err
	}
	for _, e := range l.order {
		if e.owner == other.ID {
			e.owner = who.ID
		}
	}
	return u.q.JoinCustomer(u.ctx, l.team, other.ID, who.ID)
}

// takeOver lets one of a customer's two open cases go on with what the other
// held.
func (l *ledger) takeOver(into, from *entry, who *person) error {
	was := from.now
	if _, _, err := l.applyOwn(from.id, "", serverDevice, &callback.CaseJoined{Into: into.id}); err != nil {
		return err
	}
	taken := callback.CaseTookOver{From: from.id, Customer: who.snapshot(), Responses: was.Responses, Callback: was.Plan.Callback}
	for _, p := range was.Promises {
		if p.Status == callback.PromiseOpen {
			taken.Owed = append(taken.Owed, callback.NewPromise{ID: p.ID, Text: p.Text, Owner: p.Owner, Due: p.Due})
		}
	}
	if open := was.Escalation(); open != nil {
		taken.Escalated, taken.EscalatedBy = open.Reason, open.By
	}
	if (callback.Decision{Open: true, Kind: was.Kind}).Urgent(into.now) {
		p := was.Plan
		taken.CaseKind, taken.Plan = was.Kind, &callback.Plan{FirstDue: p.FirstDue, CloseDue: p.CloseDue, WallDue: p.WallDue}
	}
	// The number that the customer gave last goes first, whichever case had it.
	list := was.Customer.All()
	if err := l.addPhones(into, list, who, was.Opening().ID, func(i int) bool { return list[i].E164 == who.Phone.E164 }); err != nil {
		return err
	}
	_, _, err := l.applyOwn(into.id, "", serverDevice, &taken)
	who.Follow(into.now.Customer)
	return err
}
