package store

import (
	"slices"
	"time"

	"ringback/callback"
)

// When the first waiting case becomes ready, most of a large order still
// stands: only the cases whose time has come move, and are judged as of now.
// All others keep their places until the order is a minute old.

// rise lets cases whose time has come rise in the order, if there is one that
// is young enough and they are few.
func (s *Store) rise() {
	q := &s.queue
	now := s.clock()
	q.mu.Lock()
	risen := 0
	if o := q.order; o != nil && !q.stale && o.young(now) && o.due(now) {
		var ok bool
		if risen, ok = o.rise(q.slab, now); !ok {
			q.stale = true
		}
	}
	q.mu.Unlock()
	if risen > 0 {
		s.bells.ring()
	}
}

// young tells whether the order is recent enough to serve from.
func (o *order) young(now time.Time) bool {
	age := now.Sub(o.at)
	return age >= 0 && age < orderLasts
}

// due tells whether the time of a waiting case has come.
func (o *order) due(now time.Time) bool { return !o.turn.IsZero() && !now.Before(o.turn) }

// rise moves the cases whose time has come, and tells how many they were. It
// gives up when they are many or cannot be read: a new order is cheaper then.
func (o *order) rise(s *slab, now time.Time) (risen int, ok bool) {
	r := s.reader()
	end := o.ready
	for ; end < len(o.seq); end++ {
		g, err := o.rung(r, o.seq[end])
		if err != nil || end-o.ready > fewTouched {
			return 0, false
		}
		if t := turnOf(g); t.IsZero() || t.After(now) {
			break
		}
	}
	due := slices.Clone(o.seq[o.ready:end])
	o.seq = slices.Delete(o.seq, o.ready, end)
	o.later = newPlacer(o.placer.policy, o.placer.who, now)
	for _, i := range due {
		if err := o.insert(s, r, i); err != nil {
			return 0, false
		}
	}
	o.turn = time.Time{}
	if o.ready < len(o.seq) {
		g, err := o.rung(r, o.seq[o.ready])
		if err != nil {
			return 0, false
		}
		o.turn = turnOf(g)
		if next := now.Truncate(time.Second).Add(time.Second); !o.turn.IsZero() && o.turn.Before(next) {
			// Ranks know whole seconds, the clock knows parts of them.
			o.turn = next
		}
	}
	return len(due), true
}

// judge gives the placer of a case: as of the order's instant, but for those
// whose time has come since.
func (o *order) judge(rank callback.Rank) (*placer, callback.Place) {
	place := o.placer.place(rank)
	if o.later != nil && !place.Ready && !place.At.IsZero() && !place.At.After(o.later.now) {
		return o.later, o.later.place(rank)
	}
	return o.placer, place
}
