package store

import (
	"encoding/json"
	"maps"

	"ringback/callback"
)

// bans are the people and numbers that this desk's events took out of all
// calls, while the server's documents do not show it yet, and those that it
// dialled meanwhile. A request not to be called, and a dial, count for every
// case of that person, at once.
type bans struct {
	people, numbers map[string]callback.Event
	dials           []callback.Dial
}

// none tells that no case is reached.
func (b bans) none() bool { return len(b.people)+len(b.numbers)+len(b.dials) == 0 }

// reach suppresses a case of a banned person or number, and tells the others of
// the dials.
func (b bans) reach(f *folded, p callback.Policy) {
	if f.c.Version > 0 {
		f.c = f.c.Knowing(b.dials)
	}
	if f.c.State == callback.Suppressed || f.c.Version == 0 {
		return
	}
	e, ok := b.people[f.c.Customer.ID]
	for _, number := range f.c.Customer.KnownBy() {
		if ok {
			break
		}
		e, ok = b.numbers[number]
	}
	if !ok {
		return
	}
	e.CaseID, e.Fence = f.c.ID, f.c.Fence
	f.c, _ = callback.Apply(p, f.c, e)
}

func (b bans) same(o bans) bool {
	eq := func(x, y callback.Event) bool { return x.ID == y.ID }
	return maps.EqualFunc(b.people, o.people, eq) && maps.EqualFunc(b.numbers, o.numbers, eq) && sameDials(b.dials, o.dials)
}

// bansMoved notes that the bans must be worked out anew. mu is held.
func (s *Store) bansMoved() { s.bansTurn++ }

// bansStale tells whether they must be. mu is held.
func (s *Store) bansStale() bool { return s.bansTurn != s.bansOfTurn }

// banList gives the present bans. They are worked out anew when a suppressing
// event or the feed has moved.
func (s *Store) banList() (bans, error) {
	s.mu.RLock()
	now, turn, stale := s.bans, s.bansTurn, s.bansStale()
	var rows, calls []*row
	if stale {
		for _, r := range s.book.rows {
			if r.Event.Suppresses() {
				rows = append(rows, r)
			}
			if r.Event.Kind == callback.KindCallRecorded {
				calls = append(calls, r)
			}
		}
	}
	s.mu.RUnlock()
	if !stale {
		return now, nil
	}
	fresh, err := s.bansOf(rows)
	if err != nil {
		return now, err
	}
	if fresh.dials, err = s.dialsOf(calls); err != nil {
		return now, err
	}
	s.mu.Lock()
	changed := turn >= s.bansOfTurn && !fresh.same(s.bans)
	if turn >= s.bansOfTurn { // else somebody else has newer ones already
		// What has moved while they were worked out makes them stale at once.
		s.bans, s.bansOfTurn = fresh, turn
	}
	s.mu.Unlock()
	if changed {
		s.sweepBans()
	}
	return fresh, nil
}

// bansOf works out whom rows ban: the customer of the case, the customer's
// numbers, and the number that was called or named.
func (s *Store) bansOf(rows []*row) (bans, error) {
	out := bans{people: map[string]callback.Event{}, numbers: map[string]callback.Event{}}
	for _, r := range rows {
		who, at, err := s.customerAsSent(r.Event.CaseID)
		if err != nil {
			return out, err
		}
		e, number, ok := suppression(r.Event)
		if !ok || !r.Bans(at) {
			continue
		}
		if who.ID != "" {
			out.people[who.ID] = e
		}
		if number != "" {
			out.numbers[number] = e
		}
		for _, n := range who.KnownBy() {
			out.numbers[n] = e
		}
	}
	return out, nil
}

// suppression makes of an event that suppresses the one that suppresses any
// other case, and tells which number it names.
func suppression(e callback.Event) (out callback.Event, number string, ok bool) {
	p, err := e.Decode()
	if err != nil {
		return e, "", false
	}
	request := callback.SuppressRequested{}
	switch p := p.(type) {
	case *callback.SuppressRequested:
		request = *p
	case *callback.CallRecorded:
		rule, _ := p.Disposition.Rule()
		request.Reason, request.Number = rule.Meaning, p.Number
	default:
		return e, "", false
	}
	raw, err := json.Marshal(request)
	if err != nil {
		return e, "", false
	}
	e.Kind, e.Payload = callback.KindSuppressed, raw
	return e, request.Number, true
}
