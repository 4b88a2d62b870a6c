package store

import (
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// instant is the present moment by all of the desk's clocks.
func (s *Store) instant() callback.Instant {
	if s.o.Instant != nil {
		return s.o.Instant()
	}
	return callback.Instant{Wall: s.o.Now().UTC()}
}

// live tells whether the desk may count on a lease.
func (s *Store) live(l held) bool { return l.ID != "" && !l.Back && l.Live(s.instant()) }

// SaveLeases keeps the right to phone customers over a restart, and shows it on
// their cases before the feed does: those of a day pack, all or none.
func (s *Store) SaveLeases(list []callback.Granted) error {
	for _, l := range list {
		if l.CaseID == "" || l.ID == "" {
			return callback.Errorf(callback.CodeInvalid, "a lease needs its id and its case")
		}
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	epoch := s.cache.stand().Epoch
	over := s.overLeases()
	err := s.change(func(tx *bbolt.Tx) error {
		if err := dropLeases(tx, over); err != nil {
			return err
		}
		for _, l := range list {
			if err := s.seal.put(tx, leaseBucket, []byte(l.CaseID), held{Granted: l, Epoch: epoch}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return s.failed("the leases", err)
	}
	s.mu.Lock()
	s.forgetLeases(over)
	for _, l := range list {
		s.leases[l.CaseID] = held{Granted: l, Epoch: epoch}
		s.touchCase(l.CaseID)
	}
	s.mu.Unlock()
	s.bells.ring()
	return nil
}

// overLeases gives the cases whose leases have ended at the server too.
func (s *Store) overLeases() []string {
	now := s.instant()
	s.mu.RLock()
	defer s.mu.RUnlock()
	var over []string
	for id, l := range s.leases {
		if l.Over(now) {
			over = append(over, id)
		}
	}
	return over
}

func dropLeases(tx *bbolt.Tx, ids []string) error {
	b := tx.Bucket([]byte(leaseBucket))
	for _, id := range ids {
		if err := b.Delete([]byte(id)); err != nil {
			return err
		}
	}
	return nil
}

// forgetLeases drops leases from memory. mu is held.
func (s *Store) forgetLeases(ids []string) {
	for _, id := range ids {
		delete(s.leases, id)
		s.touchCase(id)
	}
}

// DropLeases forgets leases by their ids: the server has them back, or knows
// nothing of them. Those that are not there are no error.
func (s *Store) DropLeases(ids ...string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	cases := s.casesOf(ids)
	if len(cases) == 0 {
		return nil
	}
	if err := s.change(func(tx *bbolt.Tx) error { return dropLeases(tx, cases) }); err != nil {
		return s.failed("the end of the leases", err)
	}
	s.mu.Lock()
	s.forgetLeases(cases)
	s.mu.Unlock()
	s.bells.ring()
	return nil
}

func (s *Store) casesOf(leases []string) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []string
	for id, l := range s.leases {
		if slices.Contains(leases, l.ID) {
			out = append(out, id)
		}
	}
	return out
}

// ReturnLeases stops counting on leases at once, and keeps in mind that they
// are to be given back at the next contact.
func (s *Store) ReturnLeases(ids ...string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	cases := s.casesOf(ids)
	if len(cases) == 0 {
		return nil
	}
	back := map[string]held{}
	s.mu.RLock()
	for _, id := range cases {
		l := s.leases[id]
		l.Back = true
		back[id] = l
	}
	s.mu.RUnlock()
	err := s.change(func(tx *bbolt.Tx) error {
		for id, l := range back {
			if err := s.seal.put(tx, leaseBucket, []byte(id), l); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return s.failed("what is to be given back", err)
	}
	s.mu.Lock()
	for id, l := range back {
		s.leases[id] = l
		s.touchCase(id)
	}
	s.mu.Unlock()
	s.bells.ring()
	return nil
}

// expireLeases stops showing the leases that the desk no longer counts on:
// their cases show the server's document again.
func (s *Store) expireLeases() {
	now := s.instant()
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, l := range s.leases {
		if !l.ended && !l.Live(now) {
			l.ended = true
			s.leases[id] = l
			s.touchCase(id)
		}
	}
}

// Leases gives the leases that this desk counts on now.
func (s *Store) Leases() []callback.Granted {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []callback.Granted
	for _, l := range s.leases {
		if s.live(l) {
			out = append(out, l.Granted)
		}
	}
	return out
}

// LeasesBack gives the leases that the server may have back: those that were
// returned here, and those whose time is over for this desk but not yet there.
// What waits to be sent goes first: a result ends its lease by itself.
func (s *Store) LeasesBack() []callback.Granted {
	now := s.instant()
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []callback.Granted
	for id, l := range s.leases {
		waits := slices.ContainsFunc(s.book.byCase[id], func(r *row) bool { return r.Pending() && r.State != callback.Withdrawn })
		if !waits && !s.live(l) && !l.Over(now) {
			out = append(out, l.Granted)
		}
	}
	return out
}

// Pack gives the day pack: the cases taken along, the first in the queue first,
// and which of them were worked.
func (s *Store) Pack() (callback.Pack, error) {
	var ids []string
	ends := map[string]time.Time{}
	for _, l := range s.Leases() {
		if !l.Pack.IsZero() {
			ids = append(ids, l.CaseID)
			ends[l.CaseID] = l.Ends()
		}
	}
	slices.Sort(ids)
	var pack callback.Pack
	policy, err := s.Policy()
	if err != nil || len(ids) == 0 {
		return pack, err
	}
	views, err := s.views(ids, policy)
	if err != nil {
		return pack, err
	}
	places := map[string]callback.Place{}
	for i, v := range views {
		row := callback.PackCase{CaseID: ids[i], Until: ends[ids[i]], Done: !v.found || v.c.Lease == nil || !v.c.State.Open()}
		if v.found {
			row.Customer, row.Phone = v.c.Customer.Name, v.c.Customer.Phone.E164
		}
		if rank, ok := rankOf(policy, v.c); ok && !row.Done {
			places[row.CaseID] = rank.Place(policy, s.agent(), s.clock())
		}
		pack.Cases = append(pack.Cases, row)
		if !row.Done {
			pack.Left++
		}
		if row.Until.After(pack.Until) {
			pack.Until = row.Until
		}
	}
	pack.Order(places)
	return pack, nil
}

// endsLease tells of kinds that give the right to phone a customer up.
func endsLease(k callback.EventKind) bool {
	return k == callback.KindCallRecorded || k == callback.KindCaseSkipped
}

// endedLeases gives the cases whose leases ended with settled events.
func (s *Store) endedLeases(settled []*row) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []string
	for _, r := range settled {
		if _, ok := s.leases[r.Event.CaseID]; ok && r.State == callback.Settled && endsLease(r.Event.Kind) {
			out = append(out, r.Event.CaseID)
		}
	}
	return out
}
