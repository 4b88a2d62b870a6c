package store

import (
	"sort"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// SaveDraft keeps a call in progress. It survives a crash when this returns.
func (s *Store) SaveDraft(d callback.Draft) error {
	if d.EventID == "" {
		return callback.Errorf(callback.CodeInvalid, "a draft needs the id of its event")
	}
	if s.isErased(d.CaseID) {
		return nil // nothing of it is kept any more
	}
	d.SavedAt = s.now()
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.book.byID[d.EventID] != nil {
		// A late save of typing must not bring back what was recorded.
		return nil
	}
	err := s.spared(func() error {
		return s.change(func(tx *bbolt.Tx) error {
			return s.seal.put(tx, draftBucket, []byte(d.EventID), d)
		})
	})
	if err != nil {
		return s.failed("the draft", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drafts[d.EventID] = d
	return nil
}

// change runs a transaction on the outbox that leaves the state alone. writing
// is held.
func (s *Store) change(f func(*bbolt.Tx) error) error {
	if s.isClosed() {
		return errClosed()
	}
	if s.wounded != nil {
		return s.wounded
	}
	return update(s.outbox, f)
}

// DropDraft throws a call in progress away. One that is not there is no error.
func (s *Store) DropDraft(eventID string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.RLock()
	_, ok := s.drafts[eventID]
	s.mu.RUnlock()
	if !ok {
		return nil
	}
	err := s.change(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(draftBucket)).Delete([]byte(eventID))
	})
	if err != nil {
		return s.failed("the end of the draft", err)
	}
	s.mu.Lock()
	delete(s.drafts, eventID)
	s.mu.Unlock()
	return nil
}

// Drafts gives the unfinished calls, the latest first.
func (s *Store) Drafts() ([]callback.Draft, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]callback.Draft, 0, len(s.drafts))
	for _, d := range s.drafts {
		out = append(out, d)
	}
	sort.Slice(out, func(i, j int) bool {
		if !out[i].SavedAt.Equal(out[j].SavedAt) {
			return out[i].SavedAt.After(out[j].SavedAt)
		}
		return out[i].EventID < out[j].EventID
	})
	return out, nil
}
