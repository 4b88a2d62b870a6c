package server

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"time"

	"ringback/callback"
)

// maxNoted bounds the dials that a case is told of: the latest are enough to
// know when the ceiling lifts.
const maxNoted = 2 * callback.MaxPersonWeek

// dialKey recognises the person that was dialled, in all teams where the source
// has given them a number, else in this one.
func (k keyring) dialKey(c callback.Customer) []byte {
	if c.Ref != "" {
		return k.ref(c.Ref)
	}
	return k.hash("customer", c.ID)
}

// held gives what a lease takes hold of, so that nobody else dials it: the
// person and all their numbers.
func (k keyring) held(c callback.Customer) []personKey {
	out := []personKey{{"customer", k.dialKey(c)}}
	for _, number := range c.KnownBy() {
		out = append(out, personKey{"number", k.tel(number)})
	}
	return out
}

// keepDials notes the dials that an event has put on a case, and whose they are
// when the customer turns out to be somebody who is known.
func (l *ledger) keepDials(e *entry, before callback.Case) error {
	if was, is := l.u.s.keys.dialKey(before.Customer), l.u.s.keys.dialKey(e.now.Customer); len(before.Attempts) > 0 && e.now.Erased == nil && !bytes.Equal(was, is) {
		if err := l.u.q.RekeyDials(l.u.ctx, l.team, e.now.ID, is); err != nil {
			return err
		}
	}
	if len(e.now.Attempts) <= len(before.Attempts) {
		return nil
	}
	since := callback.DialSince(l.u.s.now())
	var dialled []string
	for _, a := range e.now.Attempts[len(before.Attempts):] {
		if a.Direction == callback.Inbound || !a.At.After(since) {
			continue
		}
		if err := l.u.addDial(l.team, e.now, a); err != nil {
			return err
		}
		dialled = append(dialled, a.Number)
	}
	if len(dialled) == 0 {
		return nil
	}
	return l.tellOthers(e, dialled)
}

// tellOthers tells the team's other open cases of a person, and of the numbers
// that were dialled, at once: a desk that goes offline now knows of the dials.
// Other teams' cases are told when they are claimed.
func (l *ledger) tellOthers(e *entry, dialled []string) error {
	ids := map[string]bool{}
	for _, number := range append(dialled, e.now.Customer.KnownBy()...) {
		key := l.u.s.keys.tel(number)
		list, err := l.u.q.OpenContacts(l.u.ctx, l.team, key)
		if err != nil {
			return err
		}
		for _, id := range append(list, l.fresh[string(key)]...) {
			ids[id] = true
		}
	}
	owner, err := l.ownerOf(e)
	if err != nil {
		return err
	}
	mine, err := l.openCase(owner)
	if err != nil {
		return err
	}
	if mine != nil {
		ids[mine.id] = true
	}
	delete(ids, e.id)
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		other, err := l.entry(id)
		if err != nil {
			return err
		}
		if !other.now.State.Open() || other.now.Erased != nil {
			continue
		}
		if err := l.learn(other); err != nil {
			return err
		}
	}
	return nil
}

// elsewhere gives the dials of the last 7 days to a person or their numbers for
// other cases, in all teams, in order.
func (l *ledger) elsewhere(c callback.Customer, caseID string) ([]time.Time, error) {
	u := l.u
	since := micros(callback.DialSince(u.now))
	type dial struct{ team, id string }
	seen := map[dial]time.Time{}
	add := func(team, id, attempt string, at int64) {
		if team != l.team || id != caseID {
			seen[dial{team, attempt}] = fromMicros(at)
		}
	}
	byPerson, err := u.q.DialsOfPerson(u.ctx, u.s.keys.dialKey(c), since)
	if err != nil {
		return nil, err
	}
	for _, d := range byPerson {
		add(d.Team, d.CaseID, d.Attempt, d.At)
	}
	for _, number := range c.KnownBy() {
		byNumber, err := u.q.DialsOfNumber(u.ctx, u.s.keys.tel(number), since)
		if err != nil {
			return nil, err
		}
		for _, d := range byNumber {
			add(d.Team, d.CaseID, d.Attempt, d.At)
		}
	}
	var out []time.Time
	for _, at := range seen {
		out = append(out, at)
	}
	slices.SortFunc(out, time.Time.Compare)
	return out[max(0, len(out)-maxNoted):], nil
}

// learn tells a case of the dials to its person for other cases, so that desks
// know of them, offline too.
func (l *ledger) learn(e *entry) error {
	at, err := l.elsewhere(e.now.Customer, e.id)
	if err != nil {
		return err
	}
	if _, changed := e.now.WithDials(at); !changed {
		return nil
	}
	_, _, err = l.applyOwn(e.id, "", serverDevice, &callback.DialsNoted{At: at})
	return err
}

// forgetDials removes the dials that no longer count, once an hour.
func (s *Server) forgetDials(ctx context.Context, now time.Time) error {
	last := s.forgot.Load()
	if now.Sub(fromMicros(last)) < time.Hour || !s.forgot.CompareAndSwap(last, micros(now)) {
		return nil
	}
	err := s.db.tell.ForgetDials(ctx, micros(callback.DialSince(now)))
	return s.db.failure("remove old dials", err)
}
