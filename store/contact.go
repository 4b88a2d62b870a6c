package store

import (
	"time"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// skewStep is how much the clock's error must change to be worth a write.
const skewStep = 2 * time.Second

// NoteContact keeps when the server was last met, and by how much its clock is
// ahead of the desk's. It writes only when the error has changed; the time of
// contact is written along with whatever comes next.
func (s *Store) NoteContact(skew time.Duration, at time.Time) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	ms := skew.Milliseconds()
	s.mu.Lock()
	old := s.state.SkewMS
	s.state.Contact, s.unsaved = at.UTC(), true
	if old != nil && (time.Duration(ms-*old)*time.Millisecond).Abs() < skewStep {
		s.mu.Unlock()
		return nil
	}
	s.state.SkewMS = &ms
	s.mu.Unlock()
	if err := s.write(nil, nil); err != nil {
		return s.failed("the clock's error", err)
	}
	return nil
}

// LastContact is when the server was last met; zero if never.
func (s *Store) LastContact() time.Time {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.state.Contact
}

// Skew is how far the desk's clock is behind the server's.
func (s *Store) Skew() time.Duration {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.state.SkewMS == nil {
		return 0
	}
	return time.Duration(*s.state.SkewMS) * time.Millisecond
}

// saveQuietly writes news that was not worth a write of its own. writing is
// held.
func (s *Store) saveQuietly() error {
	s.mu.RLock()
	unsaved := s.unsaved
	s.mu.RUnlock()
	if !unsaved || s.wounded != nil {
		return nil
	}
	return s.saveState(nil)
}

// SaveLease keeps the right to phone a customer over a restart, and shows it
// on the case before the feed does.
func (s *Store) SaveLease(l callback.Lease) error {
	if l.CaseID == "" || l.ID == "" {
		return callback.Errorf(callback.CodeInvalid, "a lease needs its id and its case")
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	now, kept := s.o.Now(), held{l, s.cache.stand().Epoch}
	s.mu.RLock()
	var over []string
	for id, old := range s.leases {
		if !now.Before(old.Until) {
			over = append(over, id)
		}
	}
	s.mu.RUnlock()
	err := s.change(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(leaseBucket))
		for _, id := range over {
			if err := b.Delete([]byte(id)); err != nil {
				return err
			}
		}
		return s.seal.put(tx, leaseBucket, []byte(l.CaseID), kept)
	})
	if err != nil {
		return s.failed("the lease", err)
	}
	s.mu.Lock()
	for _, id := range over {
		delete(s.leases, id)
	}
	s.leases[l.CaseID] = kept
	s.touchCase(l.CaseID)
	s.mu.Unlock()
	s.bells.ring()
	return nil
}

// DropLease forgets a lease by its id. One that is not there is no error.
func (s *Store) DropLease(id string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.RLock()
	caseID := ""
	for _, l := range s.leases {
		if l.ID == id {
			caseID = l.CaseID
		}
	}
	s.mu.RUnlock()
	if caseID == "" {
		return nil
	}
	err := s.change(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(leaseBucket)).Delete([]byte(caseID))
	})
	if err != nil {
		return s.failed("the end of the lease", err)
	}
	s.mu.Lock()
	delete(s.leases, caseID)
	s.touchCase(caseID)
	s.mu.Unlock()
	s.bells.ring()
	return nil
}

// expireLeases forgets, in memory, the leases that ran out: their cases show
// the server's document again.
func (s *Store) expireLeases() {
	now := s.o.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, l := range s.leases {
		if !now.Before(l.Until) {
			delete(s.leases, id)
			s.touchCase(id)
		}
	}
}

// Leases gives the leases that this desk holds now.
func (s *Store) Leases() []callback.Lease {
	now := s.o.Now()
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []callback.Lease
	for _, l := range s.leases {
		if now.Before(l.Until) {
			out = append(out, l.Lease)
		}
	}
	return out
}
