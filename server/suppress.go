package server

import (
	"sort"

	"ringback/callback"
	"ringback/server/rows"
)

// keepSuppressed holds do-not-call above everything else: an event that asks
// for it ends all open cases of the person and the number, in every team; a
// case that an event has opened for such a person ends at once.
func (l *ledger) keepSuppressed(e *entry, before callback.Case, ev callback.Event) error {
	if number, reason, ok := ev.Suppression(); ok && ev.Device != serverDevice {
		return l.u.suppress(l, e, ev, number, reason, before.State.Open())
	}
	if err := l.barAdded(e, before); err != nil {
		return err
	}
	if before.State.Open() || !e.now.State.Open() {
		return nil
	}
	hit, err := suppressed(l.u.ctx, l.u.q, l.u.s.keys.person(e.now.Customer))
	if err != nil || !hit {
		return err
	}
	_, _, err = l.applyOwn(e.id, ev.Agent, serverDevice, &callback.SuppressRequested{Reason: "On the do-not-call list."})
	return err
}

// suppress puts a case's person and numbers on the list and ends every open
// case of theirs; wasOpen tells that the event itself ended the case.
func (u *unit) suppress(l *ledger, e *entry, ev callback.Event, number, reason string, wasOpen bool) error {
	keys := u.s.keys.person(e.now.Customer)
	if e.now.Erased != nil {
		known, err := l.keysOfErased(e.id)
		if err != nil {
			return err
		}
		keys, reason = append(keys, known...), callback.ErasedText
	}
	if number != "" && number != e.now.Customer.Phone.E164 {
		keys = append(keys, personKey{"tel", u.s.keys.tel(number)})
	}
	b := ban{team: l.team, caseID: e.id, event: ev.ID, agent: ev.Agent, reason: reason, way: callback.WayDesk}
	if ev.Kind == callback.KindCallRecorded {
		b.way = callback.WayCall
	}
	ended, err := u.ban(keys, b)
	if err != nil {
		return err
	}
	if wasOpen {
		ended++
	}
	return u.noteBan(keys, b, ended)
}

// ban says where an entry of the do-not-call list comes from.
type ban struct {
	team, caseID, event, agent, reason string
	way                                callback.SuppressionWay
}

// ban puts keys on the list and ends every open case that has one of them, in
// all teams. It gives the number of cases that ended.
func (u *unit) ban(keys []personKey, b ban) (ended int, err error) {
	// A reason that stands on a case is kept there and nowhere else, so that it
	// can be erased with it.
	words := b.reason
	if b.caseID != "" {
		words = ""
	}
	for _, k := range keys {
		err := u.q.AddSuppression(u.ctx, rows.AddSuppressionParams{
			Key: k.hash, Kind: k.kind, At: micros(u.now), Team: b.team, CaseID: b.caseID, EventID: b.event, Reason: words,
		})
		if err != nil {
			return 0, err
		}
	}
	teams, err := u.q.Teams(u.ctx)
	if err != nil {
		return 0, err
	}
	for _, t := range teams {
		other, err := u.ledger(t.Team)
		if err != nil {
			return ended, err
		}
		n, err := other.endCases(keys, b.agent, b.reason)
		if err != nil {
			return ended, err
		}
		ended += n
	}
	return ended, nil
}

// endCases suppresses the team's open cases that have one of the keys, and
// counts them.
func (l *ledger) endCases(keys []personKey, agent, reason string) (ended int, err error) {
	ids := map[string]bool{}
	for _, k := range keys {
		open, err := l.u.q.OpenContacts(l.u.ctx, l.team, k.hash)
		if err != nil {
			return ended, err
		}
		for _, id := range open {
			ids[id] = true
		}
		for _, id := range l.fresh[string(k.hash)] {
			ids[id] = true
		}
	}
	sorted := make([]string, 0, len(ids))
	for id := range ids {
		sorted = append(sorted, id)
	}
	sort.Strings(sorted)
	for _, id := range sorted {
		e, err := l.entry(id)
		if err != nil {
			return ended, err
		}
		if !e.now.State.Open() {
			continue
		}
		if _, _, err := l.applyOwn(id, agent, serverDevice, &callback.SuppressRequested{Reason: reason}); err != nil {
			return ended, err
		}
		ended++
	}
	return ended, nil
}
