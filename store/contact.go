package store

import (
	"time"
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
	s.behind.Store(int64(skew))
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
	return skewOf(s.state)
}

// Measured tells how far the desk's clock was behind the server's when they
// were compared last, and when that was, by the desk's clock; a zero time if
// they never were.
func (s *Store) Measured() (skew time.Duration, at time.Time) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.state.SkewMS == nil {
		return 0, time.Time{}
	}
	return skewOf(s.state), s.state.Contact
}

func skewOf(st deskState) time.Duration {
	if st.SkewMS == nil {
		return 0
	}
	return time.Duration(*st.SkewMS) * time.Millisecond
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

// Whole tells whether all that the team has was fetched at least once.
func (s *Store) Whole() bool {
	s.cache.mu.RLock()
	defer s.cache.mu.RUnlock()
	return s.cache.at.Whole
}
